//! The promises of a directory.

use super::{Failure, Host, Known, expect};
use crate::directory::{Ask, AsyncDirectory, Covers, Found};
use crate::identifier::{Key, Region};
use crate::network::{Kind, Network};
use crate::person::{Account, DirectChat, Person, Timestamp};

const ANSWERED: &str = "every question has one answer, in order";
const BY_EACH_KEY: &str = "a person is found by each of their keys, whole as stored";
const EVERYBODY: &str = "everybody who holds a key is found, and nobody else";
const EXACT: &str = "a key is compared byte for byte, from its first to its last";
const ONE_ACCOUNT: &str = "nothing of another account is found";
const COVERS: &str = "what an account covers is told, and of an unknown account nothing";

pub(super) async fn check<H: Host>(host: &H) -> Result<(), Failure> {
    let world = world();
    let directory = host.directory(&world).await;
    one_account(&directory, &world).await?;
    answers(&directory).await?;
    everybody(&directory, &world).await?;
    each_key(&directory, &world).await?;
    exact(&directory, &world).await?;
    covers(&directory, &world).await
}

/// Two accounts of the same people, so that whatever leaks is seen, and a third that knows somebody else.
fn world() -> Vec<Known> {
    let network = Network::of("whatsapp");
    let mut first = Account::new("first", network, "own-id");
    first.region = Region::new("US");
    let second = Account::new("second", network, "own-id");
    let third = Account::new("FIRST", Network::of("matrix"), "@own:example.org");
    let known = |account: Account, (contacts, chats), people| Known {
        account,
        covers: Covers { contacts, chats },
        people,
    };
    let elsewhere = people().into_iter().map(|person| Person {
        full_name: Some("somebody of the second account".into()),
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
        .named("Alice \u{1F600} O'Example \"\\\"")
        .with(Kind::Phone, "(415) 555-2671")
        .with(Kind::Email, "Alice@Example.com")
        .with(Kind::Handle, "alice_example");
    alice.chats = vec![DirectChat::new("!alice:chats"), busy];
    let mut listed = Person::new("14155550123@s.whatsapp.net").with(Kind::Id, "123456789012@lid");
    listed.cannot_message = true;
    let mut from_group = Person::new("seen-in-a-group").with(Kind::Phone, "+14155559999");
    from_group.group_only = true;
    vec![
        alice,
        listed,
        from_group,
        // Two who share a number.
        Person::new("anna").with(Kind::Phone, "+442079460958"),
        Person::new("bert").with(Kind::Phone, "+44 20 7946 0958"),
        // What ends as another does, what is spelt like a pattern, and what no parser takes.
        Person::new("longer").with(Kind::Phone, "+914155552671"),
        Person::new("a%_[x]*?'; drop table person; --"),
        Person::new("nobody\0at all").with(Kind::Handle, "Ωmega\u{301} \u{1F468}\u{200D}\u{1F469}"),
        Person::new("long-".repeat(2000)).with(Kind::Email, "no address"),
    ]
}

async fn ask<D: AsyncDirectory>(directory: &D, asks: &[Ask<'_>]) -> Result<Vec<Found>, Failure> {
    let found = directory.find(asks).await;
    let found = found.map_err(|_| Failure::new(ANSWERED, "it could not be asked"))?;
    expect(ANSWERED, found.len() == asks.len(), || {
        format!("{} answers to {} questions", found.len(), asks.len())
    })?;
    Ok(found)
}

async fn ask_one<D: AsyncDirectory>(
    directory: &D,
    account: &str,
    keys: &[Key],
) -> Result<Found, Failure> {
    let mut found = ask(directory, &[Ask { account, keys }]).await?;
    Ok(found.pop().unwrap_or_default())
}

fn ids(people: &[Person]) -> Vec<&str> {
    let mut ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

/// Those of an account who hold one of the keys.
fn holders<'a>(known: &'a Known, keys: &[Key]) -> Vec<&'a str> {
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
    let (alice, anna, nobody) = (
        [Key::new(Kind::Id, "alice-id")],
        [Key::new(Kind::Id, "anna")],
        [Key::new(Kind::Id, "no such person")],
    );
    let asks = [
        ("second", &anna[..]),
        ("first", &nobody),
        ("first", &alice),
        ("no such account", &alice),
        ("first", &[]),
        ("second", &anna),
        ("first", &anna),
    ]
    .map(|(account, keys)| Ask { account, keys });
    let found = ask(directory, &asks).await?;
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

async fn each_key<D: AsyncDirectory>(directory: &D, world: &[Known]) -> Result<(), Failure> {
    for known in world {
        for person in &known.people {
            for key in person.keys(&known.account) {
                let found =
                    ask_one(directory, &known.account.id, std::slice::from_ref(&key)).await?;
                expect(BY_EACH_KEY, found.people.contains(person), || {
                    format!("not as stored, by {}", shown(&key))
                })?;
            }
        }
    }
    Ok(())
}

async fn everybody<D: AsyncDirectory>(directory: &D, world: &[Known]) -> Result<(), Failure> {
    let number = Key::new(Kind::Phone, "+442079460958");
    let together = [
        number.clone(),
        Key::new(Kind::Id, "anna"),
        Key::new(Kind::Handle, "alice_example"),
        Key::new(Kind::Handle, "nobody has it"),
    ];
    for known in world {
        for keys in [&[number.clone()][..], &together] {
            let found = ask_one(directory, &known.account.id, keys).await?;
            let (found, expected) = (ids(&found.people), holders(known, keys));
            expect(EVERYBODY, found == expected, || {
                format!("{found:?} for {expected:?}")
            })?;
        }
    }
    Ok(())
}

async fn exact<D: AsyncDirectory>(directory: &D, world: &[Known]) -> Result<(), Failure> {
    let keys = [
        (Kind::Phone, "4155552671"),
        (Kind::Phone, "14155552671"),
        (Kind::Phone, "+1415555267"),
        (Kind::Phone, "+141555526711"),
        (Kind::Phone, "%4155552671"),
        (Kind::Phone, "+14155559999"),
        (Kind::Email, "ALICE@EXAMPLE.COM"),
        (Kind::Email, "lice@example.com"),
        (Kind::Handle, "aliceXexample"),
        (Kind::Handle, "alice_example "),
        (Kind::Handle, ""),
        (Kind::Handle, "%"),
        (Kind::Handle, "Ωméga"),
        (Kind::Phone, "alice-id"),
        (Kind::Id, "alice_id"),
        (Kind::Id, "nobody"),
        (Kind::Id, "a%"),
        (Kind::Id, "long-long-"),
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

async fn one_account<D: AsyncDirectory>(directory: &D, world: &[Known]) -> Result<(), Failure> {
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
                format!("somebody not of {:?}", known.account.id)
            })?;
        }
    }
    Ok(())
}

async fn covers<D: AsyncDirectory>(directory: &D, world: &[Known]) -> Result<(), Failure> {
    let nowhere = ("no such account", Covers::default());
    let told = world
        .iter()
        .map(|known| (known.account.id.as_str(), known.covers));
    for (account, covers) in told.chain([nowhere]) {
        // Whether somebody is found or not.
        for id in ["alice-id", "no such person"] {
            let found = ask_one(directory, account, &[Key::new(Kind::Id, id)]).await?;
            expect(COVERS, found.covers == covers, || {
                format!("{:?} for {covers:?} of {account:?}", found.covers)
            })?;
        }
    }
    Ok(())
}

/// The beginning of a key that this module made up.
fn shown(key: &Key) -> String {
    key.to_string().chars().take(40).collect()
}
