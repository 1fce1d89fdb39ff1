//! The memory directory, compared with a linear search in a list of people.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use contact_resolution::name::Name;
use contact_resolution::{
    Account, Coverage, DirectChat, Directory, DirectoryAnswer, DirectoryQuery, IdentifierKind, Key,
    MemoryDirectory, Network, Person, PersonRef, Timestamp, name,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::generators::{NETWORKS, Pools, config};

/// A change of a directory.
#[derive(Clone, Debug)]
enum Step {
    Account(&'static str),
    Coverage(&'static str, Coverage),
    Upsert(&'static str, Person),
    Remove(&'static str, &'static str),
    /// Changes a clone and drops it.
    Astray(&'static str, Person),
}

const ACCOUNTS: [&str; 3] = ["one", "two", "missing"];

/// A model of the directory: a list of people for each account.
struct Model {
    network: Network,
    accounts: BTreeMap<&'static str, (Account, Coverage, Vec<Person>)>,
}

impl Model {
    fn account(&self, id: &str) -> Account {
        Account::new(id, self.network.clone(), "self-1")
    }

    /// Returns whether two records have the same id, or the same record key.
    fn are_one(one: &Person, other: &Person) -> bool {
        one.is_local == other.is_local
            && if one.is_local {
                one.id == other.id
            } else {
                one.id.trim() == other.id.trim()
            }
    }

    /// Makes a change. Returns the result of the method.
    fn step(&mut self, step: &Step) -> (bool, Option<Person>) {
        match step {
            Step::Account(id) => {
                let account = self.account(id);
                let people = vec![account.user.clone()];
                self.accounts
                    .insert(id, (account, Coverage::default(), people));
                (true, None)
            }
            Step::Coverage(id, coverage) => match self.accounts.get_mut(id) {
                Some(known) => {
                    known.1 = *coverage;
                    (true, None)
                }
                None => (false, None),
            },
            Step::Upsert(id, person) => {
                self.take(id, person);
                match self.accounts.get_mut(id) {
                    Some(known) => {
                        known.2.push(person.clone());
                        (true, None)
                    }
                    None => (false, None),
                }
            }
            Step::Remove(id, person_id) => (true, self.take(id, &Person::new(*person_id))),
            Step::Astray(..) => (true, None),
        }
    }

    fn take(&mut self, account: &str, person: &Person) -> Option<Person> {
        let people = &self.accounts.get(account)?.2;
        let at = people
            .iter()
            .position(|known| Model::are_one(known, person))?;
        Some(self.accounts.get_mut(account)?.2.remove(at))
    }

    fn find(&self, ask: &DirectoryQuery<'_>) -> DirectoryAnswer {
        let Some((account, coverage, people)) = self.accounts.get(ask.account) else {
            return DirectoryAnswer::default();
        };
        let holds = |person: &&Person| {
            let keys = person.keys(account);
            ask.keys.iter().any(|key| keys.contains(key))
        };
        DirectoryAnswer::new(people.iter().filter(holds).cloned(), *coverage)
    }

    fn suggest(&self, account: &str, hint: &str, limit: usize) -> Vec<Person> {
        let Some((_, _, people)) = self.accounts.get(account) else {
            return Vec::new();
        };
        let hint = Name::new(hint);
        let shown = people
            .iter()
            .filter(|person| !person.is_self && !person.group_only);
        let mut ranked: Vec<_> = shown
            .filter_map(|person| {
                let newest = person.chats.iter().map(|chat| chat.last_activity).max();
                let names = person
                    .names()
                    .filter_map(|name| name::real_name(name, &[], &[]));
                let ranks = names.map(Name::new).filter_map(|name| {
                    let words = name::matched_words(&hint, &name);
                    let score = name::score(&hint, &name);
                    let rank = (words, name::has_every_word(&hint, &name), score, newest);
                    (words > 0 && !score.is_mismatch()).then_some(rank)
                });
                Some((Reverse(ranks.max()?), (&person.id, person.is_local), person))
            })
            .collect();
        ranked.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        // People with fewer matched words than the first are not suggested.
        let most = ranked.first().map(|(Reverse(rank), ..)| rank.0);
        ranked.retain(|(Reverse(rank), ..)| Some(rank.0) == most);
        ranked.truncate(limit);
        ranked
            .into_iter()
            .map(|(.., person)| person.clone())
            .collect()
    }
}

fn step(directory: &mut MemoryDirectory, step: &Step, network: &Network) -> (bool, Option<Person>) {
    match step {
        Step::Account(id) => {
            directory.insert_account(Account::new(*id, network.clone(), "self-1"));
            (true, None)
        }
        Step::Coverage(id, coverage) => (directory.set_coverage(id, *coverage), None),
        Step::Upsert(id, person) => (directory.upsert(id, person), None),
        Step::Remove(id, person_id) => (true, directory.remove(id, person_id)),
        Step::Astray(id, person) => {
            let mut clone = directory.clone();
            clone.remove(id, &person.id);
            clone.upsert(id, person);
            (true, None)
        }
    }
}

/// Returns all texts in the test data of a network.
fn texts(pools: &Pools) -> Vec<&'static str> {
    let stored = [
        &pools.own,
        &pools.ids,
        &pools.stored_phones,
        &pools.stored_emails,
        &pools.stored_handles,
    ];
    let mut texts: Vec<_> = stored.into_iter().flatten().copied().collect();
    texts.extend(["", " ", " ira", "  padded\u{3000}", "m0dern", "\u{FE70}"]);
    texts
}

fn person(pools: &Pools) -> impl Strategy<Value = Person> + use<> {
    let kind = select(IdentifierKind::ALL.to_vec());
    let ids = [pools.ids.clone(), pools.own.clone(), vec![" odd one", ""]].concat();
    let chat = (
        select(vec!["!a:chats", "!b:chats", ""]),
        any::<[bool; 4]>(),
        of(select(vec![
            "2024-02-01T10:00:00.25Z",
            "1901-02-03T04:05:06Z",
        ])),
    );
    (
        select(ids),
        of(select(pools.names.clone())),
        vec((kind, select(texts(pools))), 0..5),
        any::<[bool; 2]>(),
        (
            proptest::bool::weighted(0.1),
            proptest::bool::weighted(0.2),
            of(select(pools.names.clone())),
        ),
        vec(chat, 0..3),
    )
        .prop_map(
            |(
                id,
                name,
                identifiers,
                [cannot_message, long],
                (group_only, is_local, other),
                chats,
            )| {
                let mut person = if is_local {
                    Person::local(id)
                } else {
                    Person::new(id)
                };
                person.other_names = other.into_iter().map(Into::into).collect();
                for (kind, text) in identifiers {
                    person = person.with_identifier(kind, text);
                }
                person.full_name = name.map(|name| name.repeat(if long { 40 } else { 1 }));
                person.cannot_message = cannot_message;
                person.is_self = cannot_message && group_only;
                person.group_only = group_only;
                person.chats = chats
                    .into_iter()
                    .map(
                        |(id, [read_only, own_pending, peer_pending, archived], time)| {
                            let mut chat = DirectChat::new(id);
                            chat.read_only = read_only;
                            chat.own_pending = own_pending;
                            chat.peer_pending = peer_pending;
                            chat.archived = archived;
                            chat.last_activity = time.and_then(Timestamp::parse);
                            chat
                        },
                    )
                    .collect();
                person
            },
        )
}

fn steps(pools: &Pools) -> impl Strategy<Value = Step> + use<> {
    let account = || select(ACCOUNTS.to_vec());
    let coverage = any::<[bool; 2]>().prop_map(|[contacts, chats]| Coverage { contacts, chats });
    let ids = [pools.ids.clone(), pools.own.clone(), vec!["odd one "]].concat();
    prop_oneof![
        1 => select(vec!["one", "two"]).prop_map(Step::Account),
        1 => (account(), coverage).prop_map(|(id, coverage)| Step::Coverage(id, coverage)),
        40 => (account(), person(pools)).prop_map(|(id, person)| Step::Upsert(id, person)),
        6 => (account(), select(ids)).prop_map(|(id, person_id)| Step::Remove(id, person_id)),
        2 => (account(), person(pools)).prop_map(|(id, person)| Step::Astray(id, person)),
    ]
}

fn histories() -> impl Strategy<Value = (&'static str, Vec<Step>)> {
    select(&NETWORKS[..]).prop_flat_map(|network| {
        let steps = vec(steps(&Pools::of(network)), 0..160);
        (Just(network), steps)
    })
}

/// Returns an answer with its people in a fixed order.
fn sorted(mut found: DirectoryAnswer) -> DirectoryAnswer {
    found.people.sort_by_key(|person| {
        let identifiers = person.identifiers.clone();
        (person.id.clone(), person.full_name.clone(), identifiers)
    });
    found
}

fn agree(directory: &MemoryDirectory, model: &Model, pools: &Pools) -> Result<(), TestCaseError> {
    let mut keys: Vec<Key> = Vec::new();
    for kind in IdentifierKind::ALL {
        keys.extend(texts(pools).into_iter().map(|text| Key::new(kind, text)));
    }
    let known = model.accounts.values();
    let held = known.flat_map(|(account, _, people)| people.iter().flat_map(|p| p.keys(account)));
    keys.extend(held);
    // Each key alone, then all keys together, then none.
    let one = keys.iter().map(std::slice::from_ref);
    let questions: Vec<&[Key]> = one.chain([&keys[..], &[]]).collect();
    for account in ACCOUNTS {
        let queries: Vec<DirectoryQuery<'_>> = questions
            .iter()
            .map(|keys| DirectoryQuery { account, keys })
            .collect();
        let Ok(found) = directory.find(&queries);
        prop_assert_eq!(found.len(), queries.len());
        for (ask, found) in queries.iter().zip(found) {
            let expected = sorted(model.find(ask));
            prop_assert_eq!(&sorted(found), &expected);
            if let [key] = ask.keys {
                let borrowed = directory.holders(account, key).map(PersonRef::to_person);
                let borrowed = DirectoryAnswer::new(borrowed, expected.coverage);
                prop_assert_eq!(&sorted(borrowed), &expected);
            }
        }
        for hint in ["ira", "Pond", "Pond, Ira", ""] {
            let Ok(suggested) = directory.suggest(account, hint, 3);
            prop_assert_eq!(suggested, model.suggest(account, hint, 3));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(if cfg!(debug_assertions) { 100 } else { 10_000 }))]

    #[test]
    fn memory_directory_agrees_with_the_model((network, history) in histories()) {
        let pools = Pools::of(network);
        let network = Network::from_bridge_type(network);
        let mut directory = MemoryDirectory::new();
        let mut model = Model { network: network.clone(), accounts: BTreeMap::new() };
        for done in history.iter().enumerate().map(|(n, done)| (n + 1, done)) {
            let (n, done) = done;
            prop_assert_eq!(step(&mut directory, done, &network), model.step(done));
            if n % 50 == 0 {
                agree(&directory, &model, &pools)?;
            }
        }
        agree(&directory, &model, &pools)?;
    }
}

#[test]
fn malformed_items_are_left_out_and_counted() {
    let account = |id: &str| {
        let bridge = r#"{"id": "b", "provider": "local", "type": "telegram"}"#;
        format!(r#"{{"accountID": "{id}", "user": {{"id": "900"}}, "bridge": {bridge}}}"#)
    };
    let json = format!(
        r#"{{"accounts": [{}, {}, {{"accountID": 7}}],
            "contacts": {{"one": [{{"id": "7100200"}}, {{"id": 7}}, null, {{"id": "7100201", "fullName": 3}}], "two": []}},
            "chats": [], "complete": true}}"#,
        account("one"),
        account("two")
    );
    let directory = MemoryDirectory::read_json(json.as_bytes()).unwrap();
    assert_eq!(directory.skipped(), 4);
    assert_eq!(directory.people("one").count(), 2);
    let covers = |json: &str, account| {
        let directory = MemoryDirectory::read_json(json.as_bytes()).unwrap();
        let Ok(found) = directory.find(&[DirectoryQuery { account, keys: &[] }]);
        (found[0].coverage.contacts, found[0].coverage.chats)
    };
    assert_eq!(covers(&json, "one"), (false, true));
    assert_eq!(covers(&json, "two"), (true, true));
    let json = json.replace(
        r#""chats": []"#,
        r#""chats": [{"id": "!1", "accountID": "two"}]"#,
    );
    assert_eq!(covers(&json, "two"), (true, false));
    assert!(MemoryDirectory::read_json(br#"{"contacts": {"one": 7}}"#.as_slice()).is_err());
}
