//! What a start learns: the owner of today of a number, and the record for the next decision.

use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, ChatStart, ClaimResult, Coverage, Directory, DirectoryQuery, IdentifierKind,
    LookupResult, MemoryDirectory, Network, Outcome, Person, Policy, RefusalCode, Region,
    StartResult, resolve,
};

const OLD: &str = "11111111-2222-4333-8444-000000000001";
const NEW: &str = "11111111-2222-4333-8444-000000000002";
const NUMBER: &str = "+4790012345";

struct World {
    account: Account,
    directory: MemoryDirectory,
}

impl World {
    fn on(network: Network, people: &[Person]) -> Self {
        let account = Account::new("account", network, "own-id");
        let mut directory = MemoryDirectory::new();
        directory.insert_account(account.clone());
        directory.set_coverage(
            "account",
            Coverage {
                contacts: true,
                chats: true,
            },
        );
        for person in people {
            directory.upsert("account", person);
        }
        World { account, directory }
    }

    /// Runs a start. Returns the outcome and the identifiers of its creates.
    fn start(
        &self,
        user: &UserPayload,
        lookup: impl Fn(IdentifierKind, &str) -> LookupResult,
        create: impl Fn(&str) -> CreateResult,
    ) -> (Outcome, Vec<String>) {
        let request = StartRequest::new("account", user.clone());
        let policy = Policy::default();
        let mut start = ChatStart::new(&self.account, &request, &policy)
            .with_dialect(&contact_resolution::network::Dialect::BEEPER);
        let (mut reply, mut creates) = (None, Vec::new());
        loop {
            reply = Some(match start.advance(reply.take()) {
                Effect::Find(keys) => {
                    let query = DirectoryQuery {
                        account: "account",
                        keys,
                    };
                    let Ok(mut answers) = self.directory.find(&[query]);
                    Reply::Found(answers.remove(0))
                }
                Effect::Lookup(attempt) => Reply::LookedUp(lookup(attempt.kind, &attempt.value)),
                Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
                Effect::Create(chat) => {
                    creates.push(chat.attempt.value.clone());
                    Reply::Created(create(&chat.attempt.value))
                }
                Effect::Record(..) => Reply::Recorded(true),
                Effect::Wait(_) => Reply::Woke,
                Effect::Done(outcome) => return (outcome, creates),
            });
        }
    }
}

fn holder() -> Person {
    Person::new(OLD)
        .with_name("Signe Dahl")
        .with_identifier(IdentifierKind::Phone, NUMBER)
}

fn by_number(name: Option<&str>) -> UserPayload {
    UserPayload {
        phone_number: Some(NUMBER.into()),
        full_name: name.map(Into::into),
        ..UserPayload::default()
    }
}

/// The network names another person for the number.
fn moved(kind: IdentifierKind, _: &str) -> LookupResult {
    match kind {
        IdentifierKind::Phone => LookupResult::Confirmed {
            person: Person::new(NEW)
                .with_name("Bo Ekeland")
                .with_identifier(IdentifierKind::Phone, NUMBER),
            chat: None,
        },
        _ => LookupResult::Inconclusive,
    }
}

fn opened(_: &str) -> CreateResult {
    CreateResult::Chat(OpenedChat::new("!new"))
}

#[test]
fn confirmed_number_settles_who_is_meant_whatever_the_hint_says() {
    let world = World::on(Network::SIGNAL, &[holder()]);
    for name in [None, Some("Bo Ekeland"), Some("Tor Lie")] {
        let (outcome, creates) = world.start(&by_number(name), moved, opened);
        assert_eq!(creates, [NEW], "{name:?}");
        let conflict = outcome.decision.conflicts[0].code;
        assert_eq!(conflict.as_str(), "identifier_moved", "{name:?}");
    }
    // The name is that of the person whose number has moved.
    let (outcome, creates) = world.start(&by_number(Some("Signe Dahl")), moved, opened);
    assert_eq!(outcome.code(), Some(RefusalCode::AmbiguousUser));
    assert!(creates.is_empty());
}

#[test]
fn created_chat_with_the_earlier_holder_is_the_wrong_chat() {
    let world = World::on(Network::SIGNAL, &[holder()]);
    let with_old = |_: &str| {
        let mut chat = OpenedChat::new("!back");
        chat.participants = vec![holder()];
        chat.is_complete = true;
        CreateResult::Chat(chat)
    };
    let (outcome, _) = world.start(&by_number(None), moved, with_old);
    assert!(
        matches!(outcome.result, StartResult::WrongChat { .. }),
        "{outcome:?}"
    );
}

#[test]
fn start_by_id_never_creates_by_a_number_that_no_one_confirmed() {
    let person = Person::new("700100").with_identifier(IdentifierKind::Phone, NUMBER);
    let world = World::on(Network::TELEGRAM, &[person]);
    let user = UserPayload {
        id: Some("700100".into()),
        ..UserPayload::default()
    };
    let lookup = |_: IdentifierKind, _: &str| LookupResult::Inconclusive;
    let (outcome, creates) = world.start(&user, lookup, |_| CreateResult::Absent);
    assert_eq!(creates, ["700100"]);
    assert!(outcome.result.chat_id().is_none());
}

#[test]
fn recorded_outcome_is_reused_by_number_and_by_the_id_that_was_learned() {
    let mut world = World::on(Network::SIGNAL, &[]);
    let named = |_: IdentifierKind, _: &str| LookupResult::Confirmed {
        person: Person::new(NEW),
        chat: None,
    };
    let (outcome, _) = world.start(&by_number(None), named, opened);
    assert!(world.directory.record("account", &outcome));
    let by_id = UserPayload {
        id: Some(NEW.into()),
        ..UserPayload::default()
    };
    for user in [by_number(None), by_id] {
        let request = StartRequest::new("account", user);
        let Ok(next) = resolve(
            &world.account,
            &request,
            &world.directory,
            &Policy::default(),
        );
        assert!(
            matches!(&next.action, Action::Reuse(chat) if chat.chat_id == "!new"),
            "{next:?}"
        );
    }
}

/// A network that names one owner for every address, and knows every id.
fn owned_by(owner: &Person) -> impl Fn(IdentifierKind, &str) -> LookupResult {
    move |kind, id| {
        let person = match kind {
            IdentifierKind::Id => Person::new(id),
            _ => owner.clone(),
        };
        LookupResult::Confirmed { person, chat: None }
    }
}

#[test]
fn owner_that_the_network_named_is_recorded_if_the_name_chose_another_person() {
    let known = Person::new("users/1")
        .with_name("Signe Dahl")
        .with_identifier(IdentifierKind::Email, "signe@example.no");
    let owner = Person::new("users/2")
        .with_name("Bo Ekeland")
        .with_identifier(IdentifierKind::Email, "signe@example.no");
    for people in [&[known.clone()][..], &[known, Person::new("users/2")]] {
        let mut world = World::on(Network::GOOGLE_CHAT, people);
        let (outcome, creates) =
            world.start(&by_email(Some("Signe Dahl")), owned_by(&owner), opened);
        assert_eq!(creates, ["users/1"]);
        assert_eq!(outcome.other_owners.len(), 1);
        assert!(world.directory.record("account", &outcome));
        // The same request has the same result, and without the name the chat is not reused for the address.
        for (name, id) in [(Some("Signe Dahl"), "users/1"), (None, "users/2")] {
            let (next, _) = world.start(&by_email(name), owned_by(&owner), opened);
            assert_eq!(next.decision.user_id.as_deref(), Some(id), "{name:?}");
        }
    }
}

#[test]
fn refused_start_records_the_owner_that_the_network_named() {
    let mut world = World::on(Network::SIGNAL, &[holder()]);
    let (outcome, _) = world.start(&by_number(Some("Signe Dahl")), moved, opened);
    assert_eq!(outcome.code(), Some(RefusalCode::AmbiguousUser));
    let records = outcome.to_records();
    let ids: Vec<&str> = records.iter().map(|person| person.id.as_str()).collect();
    assert!(ids.contains(&NEW), "{ids:?}");
    assert!(world.directory.record("account", &outcome));
    let (next, creates) = world.start(&by_number(None), moved, opened);
    assert_eq!(creates, [NEW]);
    assert_eq!(next.decision.user_id.as_deref(), Some(NEW));
}

/// Two accounts with one number. The first one also has the id with the number, which a directory joined with it earlier.
fn two_accounts() -> [Person; 2] {
    let [first, second] = ["lid-100000000000001", "lid-100000000000002"].map(Person::new);
    let first = first
        .with_name("Signe Dahl")
        .with_identifier(IdentifierKind::Id, "4790012345@s.whatsapp.net");
    let second = second.with_name("Bo Ekeland");
    [first, second].map(|person| person.with_identifier(IdentifierKind::Phone, NUMBER))
}

#[test]
fn network_names_the_owner_of_a_number_that_two_accounts_have() {
    let [first, second] = two_accounts();
    let world = World::on(Network::WHATSAPP, &[first.clone(), second.clone()]);
    let by_id = UserPayload {
        id: Some("4790012345@s.whatsapp.net".into()),
        ..UserPayload::default()
    };
    for user in [by_number(None), by_number(Some("Hans Moe")), by_id] {
        for owner in [&first, &second] {
            let (outcome, creates) = world.start(&user, owned_by(owner), opened);
            assert_eq!(creates, [owner.id.as_str()]);
            assert_eq!(outcome.decision.user_id, Some(owner.id.clone()));
        }
        let request = StartRequest::new("account", user);
        let policy = Policy::default();
        let Ok(dry_run) = resolve(&world.account, &request, &world.directory, &policy);
        let Action::Refuse(refusal) = dry_run.action else {
            panic!("{:?}", dry_run.reason);
        };
        assert_eq!(refusal.code, RefusalCode::AmbiguousUser);
    }
    // The name does not take the place of the answer.
    let named = by_number(Some("Signe Dahl"));
    let (outcome, creates) = world.start(&named, owned_by(&first), opened);
    assert_eq!((outcome.code(), creates), (None, vec![first.id]));
    let (outcome, creates) = world.start(&named, owned_by(&second), opened);
    assert_eq!(outcome.code(), Some(RefusalCode::AmbiguousUser));
    assert!(creates.is_empty());
}

/// An entry of an address book, with a number that the network knows and an address that it does not know.
fn entry() -> Person {
    Person::local("row-0")
        .with_name("Signe Dahl")
        .with_identifier(IdentifierKind::Phone, "900 12 345")
        .with_identifier(IdentifierKind::Email, "signe@example.no")
}

/// A network that knows the number alone, under an id that does not contain it.
fn known_by_number(owner: &str) -> impl Fn(IdentifierKind, &str) -> LookupResult {
    move |kind, _| match kind {
        IdentifierKind::Phone => LookupResult::Confirmed {
            person: Person::new(owner).with_identifier(IdentifierKind::Phone, NUMBER),
            chat: None,
        },
        _ => LookupResult::Absent,
    }
}

fn by_email(name: Option<&str>) -> UserPayload {
    UserPayload {
        email: Some("signe@example.no".into()),
        full_name: name.map(Into::into),
        ..UserPayload::default()
    }
}

/// A directory with the entry, after a start with its owner on the network was recorded.
fn learned(network: &Network, first: &UserPayload) -> World {
    let mut world = World::on(network.clone(), &[entry()]);
    world.account.region = Some(Region::NO);
    world.directory.insert_account(world.account.clone());
    world.directory.upsert("account", entry());
    let (outcome, creates) = world.start(first, known_by_number("U0SIGNE"), opened);
    assert_eq!(creates.len(), 1, "{}", network.name());
    assert!(world.directory.record("account", &outcome));
    // The host imports the address book again, and the directory survives a restart.
    world.directory.upsert("account", entry());
    let saved = world.directory.to_bytes().unwrap();
    world.directory = MemoryDirectory::from_bytes(&saved).unwrap();
    world
}

#[test]
fn entry_of_an_address_book_and_its_owner_are_one_person_after_a_start() {
    for network in [
        Network::IMESSAGE,
        Network::GOOGLE_CHAT,
        Network::SLACK,
        Network::WHATSAPP,
        Network::SIGNAL,
        Network::from_bridge_type("a network without rules"),
    ] {
        for first in [by_number(None), by_email(None)] {
            let (account, policy) = (network.name(), Policy::default());
            if !network.accepts(IdentifierKind::Phone) || !network.accepts(IdentifierKind::Email) {
                continue;
            }
            let world = learned(&network, &first);
            for user in [
                by_number(None),
                by_email(None),
                by_email(Some("Signe Dahl")),
            ] {
                let request = StartRequest::new("account", user);
                let Ok(next) = resolve(&world.account, &request, &world.directory, &policy);
                let reused = matches!(&next.action, Action::Reuse(chat) if chat.chat_id == "!new");
                assert!(reused, "{account}: {:?}", next.reason);
            }
            let hint = UserPayload {
                full_name: Some("Signe Dahl".into()),
                ..UserPayload::default()
            };
            let request = StartRequest::new("account", hint);
            let Ok(shown) = resolve(&world.account, &request, &world.directory, &policy);
            assert_eq!(shown.suggestions.len(), 1, "{account}");
        }
    }
}

#[test]
fn entry_with_two_owners_joins_neither() {
    let mut world = learned(&Network::IMESSAGE, &by_number(None));
    let mut other =
        Person::new("U0OTHER").with_identifier(IdentifierKind::Email, "signe@example.no");
    other.record_keys = vec!["row-0".into()];
    world.directory.upsert("account", other);
    let request = StartRequest::new("account", by_email(None));
    let Ok(next) = resolve(
        &world.account,
        &request,
        &world.directory,
        &Policy::default(),
    );
    let Action::Refuse(refusal) = next.action else {
        panic!("{:?}", next.reason);
    };
    assert_eq!(refusal.code, RefusalCode::AmbiguousUser);
    assert_eq!(refusal.candidates.len(), 3);
}
