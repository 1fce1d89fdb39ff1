//! Random histories of a directory and a ledger, told to a naive model and to an implementation: both must answer alike.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contact_resolution::{
    Account, Ask, Claim, Covers, DirectChat, Found, Intent, Key, Kind, Network, Person, Settled,
    Timestamp, UserId,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

pub(crate) const WINDOW: Duration = Duration::from_secs(60);

/// What happens, or is asked. Accounts and chats are by their places in short lists.
#[derive(Clone, Debug)]
enum Step {
    Covers(usize, bool, bool),
    Upsert(usize, Person),
    Remove(usize, &'static str),
    ChatAdded(usize, &'static str, usize),
    ChatArchived(usize, &'static str, usize),
    ChatLeft(usize, &'static str, usize),
    Find(Vec<(usize, Vec<Key>)>),
    Claim(usize, Key),
    Settle(usize, Key, Option<usize>),
    Pass(u64),
}

/// An implementation, by what can be done to it.
pub(crate) trait Subject {
    fn put_account(&self, account: &Account);
    fn set_covers(&self, account: &str, covers: Covers) -> bool;
    fn upsert(&self, account: &str, person: &Person) -> bool;
    fn remove(&self, account: &str, id: &str) -> Option<Person>;
    fn find(&self, asks: &[Ask<'_>]) -> Vec<Found>;
    fn claim(&self, intent: &Intent) -> Claim;
    fn settle(&self, intent: &Intent, end: &Settled);
    fn pass(&self, time: Duration);
}

const IDS: [&str; 8] = [
    "14155552671@s.whatsapp.net",
    "14155552671",
    "alice",
    " alice ",
    "Alice",
    "@alice:example.org",
    "no one\0",
    "own-id",
];
const TEXTS: [(Kind, &str); 13] = [
    (Kind::Phone, "+14155552671"),
    (Kind::Phone, "(415) 555-2671"),
    (Kind::Phone, "+442079460958"),
    (Kind::Phone, "call me"),
    (Kind::Email, "Alice@Example.com"),
    (Kind::Email, "alice@example.com"),
    (Kind::Email, "a.lice@gmail.com"),
    (Kind::Handle, "Alice"),
    (Kind::Handle, "@alice"),
    (Kind::Handle, "аlice"),
    (Kind::Id, "14155552671"),
    (Kind::Id, "alice"),
    (Kind::Id, "123456789012@lid"),
];
const NETWORKS: [&str; 2] = ["whatsapp", "general"];

fn person() -> impl Strategy<Value = Person> {
    (
        select(&IDS[..]),
        vec(select(&TEXTS[..]), 0..4),
        proptest::option::of("[A-Za-zé\u{1F600}\"]{0,6}"),
        any::<[bool; 3]>(),
        vec(chat(), 0..2),
    )
        .prop_map(
            |(id, texts, name, [cannot_message, is_self, group_only], chats)| {
                let mut person = Person::new(id);
                for (kind, text) in texts {
                    person = person.with(kind, text);
                }
                person.full_name = name;
                person.cannot_message = cannot_message;
                person.is_self = is_self;
                person.group_only = group_only;
                person.chats = chats;
                person
            },
        )
}

fn chat() -> impl Strategy<Value = DirectChat> {
    let activity = select(vec![
        None,
        Some("2026-05-05T20:12:30.5Z"),
        Some("1969-01-01T00:00:00Z"),
    ]);
    (0..3_usize, any::<[bool; 3]>(), activity).prop_map(|(at, flags, activity)| {
        let mut chat = DirectChat::new(chat_id(at));
        [chat.read_only, chat.peer_pending, chat.archived] = flags;
        chat.last_activity = activity.and_then(Timestamp::parse);
        chat
    })
}

fn chat_id(at: usize) -> String {
    format!("!chat-{at}:example.org")
}

/// A key that somebody may hold.
fn key() -> impl Strategy<Value = Key> {
    let of_id = select(&IDS[..]).prop_map(|id| Key::new(Kind::Id, id.trim()));
    let of_text =
        (select(&TEXTS[..]), 0..NETWORKS.len()).prop_flat_map(|((kind, text), network)| {
            let stored = contact_resolution::Stored {
                kind,
                text: text.into(),
            };
            select(stored.keys(&account("an account", network)))
        });
    prop_oneof![of_id, of_text]
}

fn step() -> impl Strategy<Value = Step> {
    let on = 0..NETWORKS.len();
    let id = || select(&IDS[..]);
    prop_oneof![
        1 => (on.clone(), any::<bool>(), any::<bool>()).prop_map(|(on, a, b)| Step::Covers(on, a, b)),
        5 => (on.clone(), person()).prop_map(|(on, person)| Step::Upsert(on, person)),
        2 => (on.clone(), id()).prop_map(|(on, id)| Step::Remove(on, id)),
        2 => (on.clone(), id(), 0..3_usize).prop_map(|(on, id, chat)| Step::ChatAdded(on, id, chat)),
        1 => (on.clone(), id(), 0..3_usize).prop_map(|(on, id, chat)| Step::ChatArchived(on, id, chat)),
        1 => (on.clone(), id(), 0..3_usize).prop_map(|(on, id, chat)| Step::ChatLeft(on, id, chat)),
        6 => vec((0..NETWORKS.len() + 1, vec(key(), 0..4)), 0..4).prop_map(Step::Find),
        4 => (on.clone(), key()).prop_map(|(on, key)| Step::Claim(on, key)),
        3 => (on, key(), proptest::option::of(0..3_usize)).prop_map(|(on, key, chat)| Step::Settle(on, key, chat)),
        1 => select(vec![25, 61]).prop_map(Step::Pass),
    ]
}

fn account(id: &str, network: usize) -> Account {
    let mut account = Account::new(id, Network::of(NETWORKS[network]), "own-id");
    account.region = contact_resolution::Region::new("US");
    account
}

/// Tells random histories to a subject, each on accounts of its own, and compares it with the model after each step.
/// `HISTORIES` says how many.
pub(crate) fn answers_as_the_model_does(subject: &impl Subject) {
    static HISTORY: AtomicUsize = AtomicUsize::new(0);
    let histories = std::env::var("HISTORIES").map_or(64, |count| count.parse().expect("a count"));
    let config = Config {
        cases: histories,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&vec(step(), 1..40), |history| {
            let number = HISTORY.fetch_add(1, Ordering::Relaxed);
            let accounts: Vec<Account> = (0..NETWORKS.len())
                .map(|at| account(&format!("{number}-{at}"), at))
                .collect();
            let model = Model::default();
            for account in &accounts {
                model.put_account(account);
                subject.put_account(account);
            }
            for (at, step) in history.iter().enumerate() {
                let expected = take(&model, &accounts, number, step);
                let answer = take(subject, &accounts, number, step);
                prop_assert_eq!(answer, expected, "at step {}", at);
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

/// Takes a step and tells what came of it.
fn take(subject: &impl Subject, accounts: &[Account], number: usize, step: &Step) -> String {
    let id = |at: usize| {
        accounts
            .get(at)
            .map_or("no such account", |account| account.id.as_str())
    };
    let intent = |at: usize, key: &Key| Intent::new(id(at), key.clone());
    match step {
        Step::Covers(on, contacts, chats) => {
            let covers = Covers {
                contacts: *contacts,
                chats: *chats,
            };
            subject.set_covers(id(*on), covers).to_string()
        }
        Step::Upsert(on, person) => subject.upsert(id(*on), person).to_string(),
        Step::Remove(on, who) => json(subject.remove(id(*on), who).as_slice()),
        Step::ChatAdded(on, who, chat) => change(subject, id(*on), who, |person| {
            person.chats.retain(|known| known.id != chat_id(*chat));
            person.chats.push(DirectChat::new(chat_id(*chat)));
        }),
        Step::ChatArchived(on, who, chat) => change(subject, id(*on), who, |person| {
            for known in &mut person.chats {
                known.archived |= known.id == chat_id(*chat);
            }
        }),
        Step::ChatLeft(on, who, chat) => change(subject, id(*on), who, |person| {
            person.chats.retain(|known| known.id != chat_id(*chat));
        }),
        Step::Find(asks) => {
            let asks: Vec<Ask<'_>> = asks
                .iter()
                .map(|(on, keys)| Ask {
                    account: id(*on),
                    keys,
                })
                .collect();
            let found = subject.find(&asks);
            let told = found
                .iter()
                .map(|found| format!("{:?} {}", found.covers, json(&found.people)));
            told.collect::<Vec<_>>().join("\n")
        }
        Step::Claim(on, key) => match subject.claim(&intent(*on, key)) {
            Claim::Settled(chat) => chat,
            claim => format!("{claim:?}"),
        },
        Step::Settle(on, key, chat) => {
            // Chats of their own, so that one history's are not another's.
            let chat = chat.map(|at| format!("{number}{}", chat_id(at)));
            subject.settle(
                &intent(*on, key),
                &chat.map_or(Settled::Nothing, Settled::Chat),
            );
            String::new()
        }
        Step::Pass(seconds) => {
            subject.pass(Duration::from_secs(*seconds));
            String::new()
        }
    }
}

/// Reads a person, changes them and stores them again, as a host does that hears of a chat.
fn change(
    subject: &impl Subject,
    account: &str,
    who: &str,
    change: impl Fn(&mut Person),
) -> String {
    let keys = [Key::new(Kind::Id, who.trim())];
    let ask = Ask {
        account,
        keys: &keys,
    };
    let found = subject.find(&[ask]).remove(0);
    let Some(mut person) = found.people.into_iter().find(|person| person.id == who) else {
        return "nobody".into();
    };
    change(&mut person);
    subject.upsert(account, &person).to_string()
}

/// People in the order of their ids.
fn json(people: &[Person]) -> String {
    let mut records: Vec<String> = people
        .iter()
        .map(|person| serde_json::to_string(person).expect("a record"))
        .collect();
    records.sort_unstable();
    records.join(" ")
}

/// An account with its people.
type Known = (Account, Covers, Vec<Person>);

/// Lists that are searched from one end to the other.
#[derive(Default)]
struct Model {
    accounts: RefCell<BTreeMap<String, Known>>,
    intents: RefCell<Vec<(Intent, Duration, Option<String>)>>,
    now: Cell<Duration>,
}

/// Whether two ids are one person's.
fn are_one(one: &str, other: &str, account: &Account) -> bool {
    let read = |id: &str| {
        UserId::parse(id, account.network).map_or(id.trim().to_owned(), |id| id.as_str().to_owned())
    };
    read(one) == read(other)
}

impl Model {
    fn of_account<T>(&self, account: &str, act: impl FnOnce(&mut Known) -> T) -> Option<T> {
        self.accounts.borrow_mut().get_mut(account).map(act)
    }
}

impl Subject for Model {
    fn put_account(&self, account: &Account) {
        let known = (
            account.clone(),
            Covers::default(),
            vec![account.user.clone()],
        );
        self.accounts.borrow_mut().insert(account.id.clone(), known);
    }

    fn set_covers(&self, account: &str, covers: Covers) -> bool {
        self.of_account(account, |known| known.1 = covers).is_some()
    }

    fn upsert(&self, account: &str, person: &Person) -> bool {
        self.of_account(account, |(account, _, people)| {
            people.retain(|known| !are_one(&known.id, &person.id, account));
            people.push(person.clone());
        })
        .is_some()
    }

    fn remove(&self, account: &str, id: &str) -> Option<Person> {
        self.of_account(account, |(account, _, people)| {
            let at = people
                .iter()
                .position(|known| are_one(&known.id, id, account))?;
            Some(people.remove(at))
        })?
    }

    fn find(&self, asks: &[Ask<'_>]) -> Vec<Found> {
        let answer = |ask: &Ask<'_>| {
            self.of_account(ask.account, |(account, covers, people)| Found {
                people: people
                    .iter()
                    .filter(|person| {
                        person
                            .keys(account)
                            .iter()
                            .any(|key| ask.keys.contains(key))
                    })
                    .cloned()
                    .collect(),
                covers: *covers,
            })
            .unwrap_or_default()
        };
        asks.iter().map(answer).collect()
    }

    fn claim(&self, intent: &Intent) -> Claim {
        let mut intents = self.intents.borrow_mut();
        let now = self.now.get();
        let claim = match intents.iter().position(|(known, ..)| known == intent) {
            None => Claim::Mine,
            Some(at) => {
                let (_, since, chat) = &intents[at];
                match (now > *since + WINDOW, chat) {
                    (false, None) => return Claim::Busy,
                    (false, Some(chat)) => return Claim::Settled(chat.clone()),
                    (true, None) => Claim::Stale,
                    (true, Some(_)) => Claim::Mine,
                }
            }
        };
        intents.retain(|(known, ..)| known != intent);
        intents.push((intent.clone(), now, None));
        claim
    }

    fn settle(&self, intent: &Intent, end: &Settled) {
        let mut intents = self.intents.borrow_mut();
        intents.retain(|(known, ..)| known != intent);
        if let Settled::Chat(chat) = end {
            intents.push((intent.clone(), self.now.get(), Some(chat.clone())));
        }
    }

    fn pass(&self, time: Duration) {
        self.now.set(self.now.get() + time);
    }
}
