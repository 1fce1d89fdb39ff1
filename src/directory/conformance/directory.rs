//! The promises of a directory.

use std::sync::Arc;

use super::{Failure, Fixture, Implementation, expect};
use crate::directory::{AsyncDirectory, Coverage, DirectoryAnswer, DirectoryQuery};
use crate::identifier::Region;
use crate::key::Key;
use crate::network::{IdentifierKind, Network};
use crate::person::{Account, DirectChat, Person, Timestamp};

const ANSWERED: &str = "every query has one answer, in order";
const BY_EACH_KEY: &str = "a person is found by each key, exactly as stored";
const EVERYONE: &str = "everyone who holds a key is found, and no one else";
const EXACT: &str = "a key is compared byte for byte, from its first to its last";
const ONE_ACCOUNT: &str = "nothing of another account is found";
const COVERS: &str = "the coverage of an account is reported, and none of an unknown account";

pub(super) async fn check<H: Implementation>(host: &H) -> Result<(), Failure> {
    let world = world();
    let directory = host.directory(&world).await;
    one_account(&directory, &world).await?;
    answers(&directory).await?;
    everyone(&directory, &world).await?;
    each_key(&directory, &world).await?;
    exact(&directory, &world).await?;
    coverage(&directory, &world).await
}

/// Returns two accounts with the same people, so that a leak is seen, and a third account with another person.
fn world() -> Vec<Fixture> {
    let network = Network::from_bridge_type("whatsapp");
    let mut first = Account::new("first", network.clone(), "own-id");
    first.region = Region::new("US");
    let second = Account::new("second", network, "own-id");
    let third = Account::new(
        "FIRST",
        Network::from_bridge_type("matrix"),
        "@own:example.org",
    );
    let known = |account: Account, (contacts, chats), people| Fixture {
        account,
        coverage: Coverage { contacts, chats },
        people,
    };
    let elsewhere = people().into_iter().map(|person| Person {
        full_name: Some("a person of the second account".into()),
        ..person
    });
    vec![
        known(first, (true, false), people()),
        known(second, (false, true), elsewhere.collect()),
        known(third, (true, true), vec![Person::new("@alice:example.org")]),
    ]
}

fn people() -> Vec<Person> {
    let mut busy = DirectChat::new("!busy:chats");
    busy.archived = true;
    busy.read_only = true;
    busy.peer_pending = true;
    busy.last_activity = Timestamp::parse("2026-05-05T20:12:30.969123456-03:30");
    let mut alice = Person::new("alice-id")
        .with_name("Alice \u{1F600} O'Example \"\\\"")
        .with_identifier(IdentifierKind::Phone, "(415) 555-2671")
        .with_identifier(IdentifierKind::Email, "Alice@Example.com")
        .with_identifier(IdentifierKind::Handle, "alice_example");
    alice.chats = vec![DirectChat::new("!alice:chats"), busy];
    let mut listed = Person::new("14155550123@s.whatsapp.net")
        .with_identifier(IdentifierKind::Id, "123456789012@lid");
    listed.cannot_message = true;
    let mut from_group =
        Person::new("seen-in-a-group").with_identifier(IdentifierKind::Phone, "+14155559999");
    from_group.group_only = true;
    vec![
        alice,
        listed,
        from_group,
        // A local person with a record key that is also an id.
        Person::local("alice-id")
            .with_name("Entry")
            .with_other_name("Nickname")
            .with_identifier(IdentifierKind::Phone, "Mobile: (415) 555-0199"),
        // Two people who share a number.
        Person::new("anna").with_identifier(IdentifierKind::Phone, "+442079460958"),
        Person::new("bert").with_identifier(IdentifierKind::Phone, "+44 20 7946 0958"),
        // A number that ends like another, an id that looks like a pattern, and text that no parser accepts.
        Person::new("longer").with_identifier(IdentifierKind::Phone, "+914155552671"),
        Person::new("a%_[x]*?'; drop table person; --"),
        Person::new("no one\0at all").with_identifier(
            IdentifierKind::Handle,
            "Ωmega\u{301} \u{1F468}\u{200D}\u{1F469}",
        ),
        Person::new("long-".repeat(2000)).with_identifier(IdentifierKind::Email, "no address"),
    ]
}

async fn ask<D: AsyncDirectory>(
    directory: &D,
    queries: &[DirectoryQuery<'_>],
) -> Result<Vec<DirectoryAnswer>, Failure> {
    let found = directory.find_async(queries).await;
    let found = found.map_err(|_| Failure::new(ANSWERED, "the directory could not be queried"))?;
    expect(ANSWERED, found.len() == queries.len(), || {
        format!("{} answers to {} queries", found.len(), queries.len())
    })?;
    Ok(found)
}

async fn ask_one<D: AsyncDirectory>(
    directory: &D,
    account: &str,
    keys: &[Key],
) -> Result<DirectoryAnswer, Failure> {
    let mut found = ask(directory, &[DirectoryQuery { account, keys }]).await?;
    Ok(found.pop().unwrap_or_default())
}

fn ids(people: &[Arc<Person>]) -> Vec<&str> {
    let mut ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

/// Returns the ids of the people of an account who hold one of the keys.
fn holders<'a>(known: &'a Fixture, keys: &[Key]) -> Vec<&'a str> {
    let holds = |person: &&Person| {
        let held = person.keys(&known.account);
        keys.iter().any(|key| held.contains(key))
    };
    let mut ids: Vec<&str> = known
        .people
        .iter()
        .filter(holds)
        .map(|person| person.id.as_str())
        .collect();
    ids.sort_unstable();
    ids
}

async fn answers<D: AsyncDirectory>(directory: &D) -> Result<(), Failure> {
    ask(directory, &[]).await?;
    let (alice, anna, unknown) = (
        [Key::new(IdentifierKind::Id, "alice-id")],
        [Key::new(IdentifierKind::Id, "anna")],
        [Key::new(IdentifierKind::Id, "no such person")],
    );
    let queries = [
        ("second", &anna[..]),
        ("first", &unknown),
        ("first", &alice),
        ("no such account", &alice),
        ("first", &[]),
        ("second", &anna),
        ("first", &anna),
    ]
    .map(|(account, keys)| DirectoryQuery { account, keys });
    let found = ask(directory, &queries).await?;
    let found: Vec<_> = found.iter().map(|found| ids(&found.people)).collect();
    let expected = [
        vec!["anna"],
        vec![],
        vec!["alice-id"],
        vec![],
        vec![],
        vec!["anna"],
        vec!["anna"],
    ];
    expect(ANSWERED, found == expected, || {
        format!("{found:?} for {expected:?}")
    })
}

async fn each_key<D: AsyncDirectory>(directory: &D, world: &[Fixture]) -> Result<(), Failure> {
    for known in world {
        for person in &known.people {
            for key in person.keys(&known.account) {
                let found =
                    ask_one(directory, &known.account.id, std::slice::from_ref(&key)).await?;
                let is_found = found.people.iter().any(|found| **found == *person);
                expect(BY_EACH_KEY, is_found, || {
                    format!("not as stored, by {}", shown(&key))
                })?;
            }
        }
    }
    Ok(())
}

async fn everyone<D: AsyncDirectory>(directory: &D, world: &[Fixture]) -> Result<(), Failure> {
    let number = Key::new(IdentifierKind::Phone, "+442079460958");
    let together = [
        number.clone(),
        Key::new(IdentifierKind::Id, "anna"),
        Key::new(IdentifierKind::Handle, "alice_example"),
        Key::new(IdentifierKind::Handle, "no one has it"),
    ];
    for known in world {
        for keys in [&[number.clone()][..], &together] {
            let found = ask_one(directory, &known.account.id, keys).await?;
            let (found, expected) = (ids(&found.people), holders(known, keys));
            expect(EVERYONE, found == expected, || {
                format!("{found:?} for {expected:?}")
            })?;
        }
    }
    Ok(())
}

async fn exact<D: AsyncDirectory>(directory: &D, world: &[Fixture]) -> Result<(), Failure> {
    let keys = [
        (IdentifierKind::Phone, "4155552671"),
        (IdentifierKind::Phone, "14155552671"),
        (IdentifierKind::Phone, "+1415555267"),
        (IdentifierKind::Phone, "+141555526711"),
        (IdentifierKind::Phone, "%4155552671"),
        (IdentifierKind::Phone, "+14155559999"),
        (IdentifierKind::Email, "ALICE@EXAMPLE.COM"),
        (IdentifierKind::Email, "lice@example.com"),
        (IdentifierKind::Handle, "aliceXexample"),
        (IdentifierKind::Handle, "alice_example "),
        (IdentifierKind::Handle, ""),
        (IdentifierKind::Handle, "%"),
        (IdentifierKind::Handle, "Ωméga"),
        (IdentifierKind::Phone, "alice-id"),
        (IdentifierKind::Id, "alice_id"),
        (IdentifierKind::Id, "no one"),
        (IdentifierKind::Id, "a%"),
        (IdentifierKind::Id, "long-long-"),
    ]
    .map(|(kind, value)| Key::new(kind, value));
    for known in world {
        for key in &keys {
            let one = std::slice::from_ref(key);
            let found = ask_one(directory, &known.account.id, one).await?;
            let (found, expected) = (ids(&found.people), holders(known, one));
            expect(EXACT, found == expected, || {
                format!("{found:?} for {expected:?}, by {}", shown(key))
            })?;
        }
    }
    Ok(())
}

async fn one_account<D: AsyncDirectory>(directory: &D, world: &[Fixture]) -> Result<(), Failure> {
    for known in world {
        for person in world.iter().flat_map(|known| &known.people) {
            let keys = person.keys(&known.account);
            let found = ask_one(directory, &known.account.id, &keys).await?;
            let is_known = |one: &Person| {
                let same =
                    |known: &Person| (&known.id, &known.full_name) == (&one.id, &one.full_name);
                known.people.iter().any(same)
            };
            let stranger = found.people.iter().find(|one| !is_known(one));
            expect(ONE_ACCOUNT, stranger.is_none(), || {
                format!("a person who is not of {:?}", known.account.id)
            })?;
        }
    }
    Ok(())
}

async fn coverage<D: AsyncDirectory>(directory: &D, world: &[Fixture]) -> Result<(), Failure> {
    let nowhere = ("no such account", Coverage::default());
    let expected = world
        .iter()
        .map(|known| (known.account.id.as_str(), known.coverage));
    for (account, coverage) in expected.chain([nowhere]) {
        // Both if a person is found and if no one is.
        for id in ["alice-id", "no such person"] {
            let found = ask_one(directory, account, &[Key::new(IdentifierKind::Id, id)]).await?;
            expect(COVERS, found.coverage == coverage, || {
                format!("{:?} for {coverage:?} of {account:?}", found.coverage)
            })?;
        }
    }
    Ok(())
}

/// Returns the beginning of a key. All keys here are made up.
fn shown(key: &Key) -> String {
    key.to_string().chars().take(40).collect()
}
