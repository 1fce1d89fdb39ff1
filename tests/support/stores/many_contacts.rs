//! Decides on requests to an account with 20,000 contacts, with a store and with the memory directory. The decisions must be
//! equal as JSON, with the people who are suggested by name.

use std::time::{Duration, Instant};

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, Coverage, Decision, DirectChat, IdentifierKind, MemoryDirectory, Network,
    Person, Policy, Timestamp, resolve,
};

use crate::people::{HintKind, people};
use crate::same_decisions::Subject;

const CONTACTS: usize = 20_000;

/// The number of requests. A build without optimization takes many times as long for each.
const REQUESTS: usize = if cfg!(debug_assertions) { 200 } else { 2_000 };

const ALL: Coverage = Coverage {
    contacts: true,
    chats: true,
};

fn number(n: usize) -> String {
    format!("+1415{:07}", n * 7919 % 10_000_000)
}

fn contact(n: usize, name: &str) -> Person {
    let mut person = Person::new(format!("user-{n}"))
        .with_name(name)
        .with_identifier(IdentifierKind::Phone, number(n));
    if n.is_multiple_of(50) {
        person.other_names.push(format!("Nick {name}"));
    }
    if n % 4 > 1 {
        let mut chat = DirectChat::new(format!("!chat-{n}"));
        let day = format!("2026-{:02}-{:02}T10:00:00Z", 1 + n % 12, 1 + n % 28);
        chat.last_activity = Timestamp::parse(&day).filter(|_| n % 8 > 5);
        person.chats.push(chat);
    }
    person
}

/// Returns a request by name for nine of ten, in each kind of spelling, and by number for the others.
fn request(n: usize, names: &[String]) -> StartRequest {
    let at = n * 104_729 % names.len();
    let mut user = UserPayload::default();
    if n % 10 == 9 {
        let is_known = n % 20 == 19;
        user.phone_number = Some(number(if is_known { at } else { names.len() + at }));
    } else {
        let kind = HintKind::ALL[n / 10 % HintKind::ALL.len()];
        let hint = kind.hint(&names[at]);
        if n % 10 == 8 {
            // A client may put the same text into both fields.
            user.id = Some(hint.clone());
        }
        user.full_name = Some(hint);
    }
    StartRequest::new("many", user)
}

fn account() -> Account {
    Account::new("many", Network::from_bridge_type("signal"), "me")
}

/// Puts contacts with these names into a store and into a memory directory.
fn filled(subject: &impl Subject, names: &[String]) -> MemoryDirectory {
    let contacts = || (0..).zip(names).map(|(n, name)| contact(n, name));
    let account = account();
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    directory.set_coverage(&account.id, ALL);
    for contact in contacts() {
        assert!(directory.upsert(&account.id, contact));
    }
    subject.load(&account, ALL, contacts().collect());
    directory
}

fn json(decision: &Decision) -> String {
    serde_json::to_string(decision).expect("a decision")
}

pub(crate) fn equal_decisions_and_suggestions(subject: &impl Subject) {
    let names = people(CONTACTS);
    let directory = filled(subject, &names);
    let (account, policy) = (account(), Policy::default());
    let (mut with_suggestions, mut reuses) = (0, 0);
    for n in 0..REQUESTS {
        let request = request(n, &names);
        let Ok(expected) = resolve(&account, &request, &directory, &policy);
        let decision = subject.resolve(&account, &request, &policy);
        assert_eq!(json(&decision), json(&expected), "{n}");
        with_suggestions += usize::from(!expected.suggestions.is_empty());
        reuses += usize::from(matches!(expected.action, Action::Reuse(_)));
    }
    println!("{REQUESTS} decisions: {with_suggestions} with suggestions, {reuses} reuses");
    assert!(with_suggestions > REQUESTS / 2 && reuses > 0);
}

/// Compares suggestions among `PEOPLE` people, for `HINTS` of them in each kind of spelling, and prints the times. A release
/// build has a million people.
pub(crate) fn equal_suggestions_among_many(subject: &impl Subject) {
    let count = |name, default: u32| {
        std::env::var(name).map_or(default, |count| count.parse().expect("a count"))
    };
    let (contacts, hints) = if cfg!(debug_assertions) {
        (2_000, 1)
    } else {
        (1_000_000, 20)
    };
    let (contacts, hints) = (count("PEOPLE", contacts), count("HINTS", hints));
    let names = people(contacts as usize);
    let start = Instant::now();
    let directory = filled(subject, &names);
    println!("{} people loaded in {:?}", names.len(), start.elapsed());
    let (account, policy) = (account(), Policy::default());
    for kind in HintKind::ALL {
        let (mut in_memory, mut in_store, mut longest) = Default::default();
        for n in 0..hints {
            let user = UserPayload {
                full_name: Some(kind.hint(&names[(n as usize + 1) * 104_729 % names.len()])),
                ..UserPayload::default()
            };
            let request = StartRequest::new("many", user);
            let start = Instant::now();
            let Ok(expected) = resolve(&account, &request, &directory, &policy);
            in_memory += start.elapsed();
            let start = Instant::now();
            let decision = subject.resolve(&account, &request, &policy);
            longest = start.elapsed().max(longest);
            in_store += start.elapsed();
            assert_eq!(json(&decision), json(&expected), "{request:?}");
        }
        let (in_memory, in_store): (Duration, Duration) = (in_memory, in_store);
        println!(
            "{}: {:?} in the store, at most {longest:?}, and {:?} in memory",
            kind.as_str(),
            in_store / hints,
            in_memory / hints
        );
    }
}
