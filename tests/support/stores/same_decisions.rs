//! Decides on generated worlds with a store and with the memory directory. The decisions must be equal as JSON, with their
//! suggestions.
//!
//! `DECISIONS=200000` sets the number of decisions for each way of storing people.

use std::collections::BTreeMap;

use contact_resolution::wire::{ChatType, Snapshot, StartRequest, User};
use contact_resolution::{
    Account, Action, Coverage, Decision, DirectChat, Directory, DirectoryQuery, MemoryDirectory,
    Person, Policy, resolve,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::generators::{ASKED, NETWORKS, Pools, World, config, requests_on, worlds_on};

/// The requests of a world.
const REQUESTS: usize = 8;

/// A store under test.
pub(crate) trait Subject {
    fn load(&self, account: &Account, coverage: Coverage, people: Vec<Person>);
    fn put_account(&self, account: &Account);
    fn set_coverage(&self, account: &str, coverage: Coverage);
    fn upsert(&self, account: &str, person: &Person);
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the crate's functions borrow the policy too"
    )]
    fn resolve(&self, account: &Account, request: &StartRequest, policy: &Policy) -> Decision;
}

/// What is odd about the people of a world.
#[derive(Clone, Debug)]
struct Oddities {
    /// The account does not say who the own user is.
    blank_own_id: bool,
    /// This contact is flagged as the own user.
    flagged: Option<usize>,
    /// Of each pair of contacts, the second gets the number of the first.
    same_number: Vec<(usize, usize)>,
    /// A further record for a contact, with another id and the same number.
    second_record: Vec<(usize, &'static str)>,
    /// All chats are groups, so that some people are known from groups only.
    only_groups: bool,
    /// The upserts of the records are rotated by this number.
    rotation: usize,
}

fn oddities(network: &'static str) -> impl Strategy<Value = Oddities> {
    let ids = Pools::of(network).ids;
    (
        proptest::bool::weighted(0.15),
        proptest::option::weighted(0.15, 0..4_usize),
        vec((0..4_usize, 0..4_usize), 0..2),
        vec((0..4_usize, proptest::sample::select(ids)), 0..2),
        proptest::bool::weighted(0.15),
        0..8_usize,
    )
        .prop_map(
            |(blank_own_id, flagged, same_number, second_record, only_groups, rotation)| Oddities {
                blank_own_id,
                flagged,
                same_number,
                second_record,
                only_groups,
                rotation,
            },
        )
}

impl Oddities {
    fn apply(&self, snapshot: &mut Snapshot) {
        if self.blank_own_id {
            for account in &mut snapshot.accounts {
                account.user.id = " ".into();
            }
        }
        let Some(contacts) = snapshot.contacts.get_mut(ASKED) else {
            return;
        };
        if let Some(contact) = self.flagged.and_then(|at| contacts.get_mut(at)) {
            contact.is_self = Some(true);
        }
        for (of, to) in &self.same_number {
            let number = contacts
                .get(*of)
                .map(|contact| contact.phone_number.clone());
            if let (Some(number), Some(contact)) = (number, contacts.get_mut(*to)) {
                contact.phone_number = number;
            }
        }
        for (of, id) in &self.second_record {
            if let Some(contact) = contacts.get(*of) {
                let second = User {
                    id: (*id).into(),
                    email: None,
                    username: None,
                    ..contact.clone()
                };
                contacts.push(second);
            }
        }
        if self.only_groups {
            for chat in &mut snapshot.chats {
                chat.chat_type = ChatType::Group;
            }
        }
    }
}

type Case = (World, Vec<StartRequest>, Oddities);

fn cases() -> impl Strategy<Value = Case> {
    proptest::sample::select(&NETWORKS[..]).prop_flat_map(|network| {
        (
            worlds_on(network),
            vec(requests_on(network), REQUESTS),
            oddities(network),
        )
    })
}

fn coverage_of(directory: &MemoryDirectory, account: &str) -> Coverage {
    // A query without keys is answered with the coverage alone.
    let Ok(mut answers) = directory.find(&[DirectoryQuery { account, keys: &[] }]);
    answers.pop().unwrap_or_default().coverage
}

fn json(decision: &Decision) -> String {
    serde_json::to_string(decision).expect("a decision")
}

fn action(decision: &Decision) -> &'static str {
    match decision.action {
        Action::Reuse(_) => "reuse",
        Action::Create(_) => "create",
        Action::Refuse(_) => "refuse",
    }
}

/// The records of an account as a bridge shows them: one for each contact, and one for the other side of each direct chat.
fn records(snapshot: &Snapshot, rotation: usize) -> Vec<Person> {
    let contacts = snapshot.contacts.get(ASKED).into_iter().flatten();
    let mut records: Vec<Person> = contacts.map(Person::from).collect();
    let chats = snapshot.chats.iter();
    for chat in chats.filter(|chat| chat.account_id == ASKED) {
        for participant in &chat.participants.items {
            let user = &participant.user;
            if user.is_self == Some(true) || user.id.trim().is_empty() {
                continue;
            }
            let mut person = Person::from(user);
            if chat.chat_type == ChatType::Single {
                person.chats.push(DirectChat::new(chat.id.as_str()));
            } else {
                person.group_only = true;
            }
            records.push(person);
        }
    }
    if !records.is_empty() {
        let places = records.len();
        records.rotate_left(rotation % places);
    }
    records
}

/// How people get into the directories.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Filling {
    /// A snapshot is read, and its people are loaded.
    Loaded,
    /// Each record is stored apart, as a host does that follows a bridge.
    Upserted,
}

/// Decides on generated worlds, `DECISIONS` times, and compares the decisions.
pub(crate) fn equal_those_of_the_memory_directory(
    subject: &impl Subject,
    filling: Filling,
    default: usize,
) {
    let wanted =
        std::env::var("DECISIONS").map_or(default, |count| count.parse().expect("a count"));
    let mut decided: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut runner = TestRunner::new(config(1));
    let strategy = cases();
    while decided.values().sum::<usize>() < wanted {
        let (mut world, requests, oddities) =
            strategy.new_tree(&mut runner).expect("a world").current();
        oddities.apply(&mut world.snapshot);
        let directory = match filling {
            Filling::Loaded => load(subject, &world.snapshot),
            Filling::Upserted => upsert(subject, &world.snapshot, oddities.rotation),
        };
        let account = directory.account(ASKED).expect("every world has it");
        for request in &requests {
            let Ok(expected) = resolve(account, request, &directory, &world.policy);
            let decision = subject.resolve(account, request, &world.policy);
            assert_eq!(
                json(&decision),
                json(&expected),
                "{filling:?}, {}, {world:?}",
                serde_json::to_string(request).expect("a request")
            );
            *decided.entry(action(&expected)).or_default() += 1;
        }
    }
    println!("{filling:?}: {decided:?}");
    for action in ["reuse", "create", "refuse"] {
        let count = decided.get(action).copied().unwrap_or_default();
        assert!(count > wanted / 50, "{count} decisions to {action}");
    }
}

fn load(subject: &impl Subject, snapshot: &Snapshot) -> MemoryDirectory {
    let directory = MemoryDirectory::from_snapshot(snapshot);
    for account in directory.accounts() {
        let people = directory.people(&account.id).collect();
        subject.load(account, coverage_of(&directory, &account.id), people);
    }
    directory
}

fn upsert(subject: &impl Subject, snapshot: &Snapshot, rotation: usize) -> MemoryDirectory {
    let account = snapshot
        .accounts
        .iter()
        .find(|account| account.account_id == ASKED);
    let account = Account::from(account.expect("every world has it"));
    let coverage = Coverage {
        contacts: snapshot.complete,
        chats: snapshot.complete,
    };
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    directory.set_coverage(ASKED, coverage);
    // The store keeps the people of the last world until it is loaded anew.
    subject.load(&account, Coverage::default(), Vec::new());
    subject.put_account(&account);
    subject.set_coverage(ASKED, coverage);
    for person in records(snapshot, rotation) {
        assert!(directory.upsert(ASKED, &person));
        subject.upsert(ASKED, &person);
    }
    directory
}
