//! Runs random histories of a directory and a ledger on a naive model and on an implementation. Their answers must be
//! equal.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contact_resolution::{
    Account, Claim, ClaimKey, ClaimOutcome, ClaimResult, Coverage, DirectChat, DirectoryAnswer,
    DirectoryQuery, IdentifierKind, Key, Network, Person, Timestamp,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

pub(crate) const WINDOW: Duration = Duration::from_secs(60);

/// A change or a query. Numbers are indexes of accounts and chats in short lists.
#[derive(Clone, Debug)]
enum Step {
    Coverage(usize, bool, bool),
    Upsert(usize, Person),
    Remove(usize, &'static str),
    ChatAdded(usize, &'static str, usize),
    ChatArchived(usize, &'static str, usize),
    ChatLeft(usize, &'static str, usize),
    Find(Vec<(usize, Vec<Key>)>),
    Claim(usize, Key),
    /// The outcome of the last claim, or of the one before.
    Record(usize, Key, Option<usize>, bool),
    Pass(u64),
}

/// An implementation, or the model.
pub(crate) trait Subject {
    fn put_account(&self, account: &Account);
    fn set_coverage(&self, account: &str, coverage: Coverage) -> bool;
    fn upsert(&self, account: &str, person: &Person) -> bool;
    fn remove(&self, account: &str, id: &str) -> Option<Person>;
    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Vec<DirectoryAnswer>;
    fn claim(&self, claim_key: &ClaimKey) -> ClaimResult;
    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> bool;
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
const TEXTS: [(IdentifierKind, &str); 13] = [
    (IdentifierKind::Phone, "+14155552671"),
    (IdentifierKind::Phone, "(415) 555-2671"),
    (IdentifierKind::Phone, "+442079460958"),
    (IdentifierKind::Phone, "call me"),
    (IdentifierKind::Email, "Alice@Example.com"),
    (IdentifierKind::Email, "alice@example.com"),
    (IdentifierKind::Email, "a.lice@gmail.com"),
    (IdentifierKind::Handle, "Alice"),
    (IdentifierKind::Handle, "@alice"),
    (IdentifierKind::Handle, "аlice"),
    (IdentifierKind::Id, "14155552671"),
    (IdentifierKind::Id, "alice"),
    (IdentifierKind::Id, "123456789012@lid"),
];
const NETWORKS: [&str; 2] = ["whatsapp", "general"];

fn person() -> impl Strategy<Value = Person> {
    (
        select(&IDS[..]),
        vec(select(&TEXTS[..]), 0..4),
        proptest::option::of("[A-Za-zé\u{1F600}\"]{0,6}"),
        (any::<[bool; 4]>(), proptest::option::of("[A-Z]{1,3}")),
        vec(chat(), 0..2),
    )
        .prop_map(
            |(id, texts, name, ([cannot_message, is_self, group_only, is_local], other), chats)| {
                let mut person = if is_local {
                    Person::local(id)
                } else {
                    Person::new(id)
                };
                person.other_names = other.into_iter().collect();
                for (kind, text) in texts {
                    person = person.with_identifier(kind, text);
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
    (0..3_usize, any::<[bool; 4]>(), activity).prop_map(|(at, flags, activity)| {
        let mut chat = DirectChat::new(chat_id(at));
        [
            chat.read_only,
            chat.own_pending,
            chat.peer_pending,
            chat.archived,
        ] = flags;
        chat.last_activity = activity.and_then(Timestamp::parse);
        chat
    })
}

fn chat_id(at: usize) -> String {
    format!("!chat-{at}:example.org")
}

/// Returns a key that a person may hold.
fn key() -> impl Strategy<Value = Key> {
    let of_id = select(&IDS[..]).prop_map(|id| Key::new(IdentifierKind::Id, id.trim()));
    let of_text =
        (select(&TEXTS[..]), 0..NETWORKS.len()).prop_flat_map(|((kind, text), network)| {
            let stored = contact_resolution::StoredIdentifier {
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
        1 => (on.clone(), any::<bool>(), any::<bool>()).prop_map(|(on, a, b)| Step::Coverage(on, a, b)),
        5 => (on.clone(), person()).prop_map(|(on, person)| Step::Upsert(on, person)),
        2 => (on.clone(), id()).prop_map(|(on, id)| Step::Remove(on, id)),
        2 => (on.clone(), id(), 0..3_usize).prop_map(|(on, id, chat)| Step::ChatAdded(on, id, chat)),
        1 => (on.clone(), id(), 0..3_usize).prop_map(|(on, id, chat)| Step::ChatArchived(on, id, chat)),
        1 => (on.clone(), id(), 0..3_usize).prop_map(|(on, id, chat)| Step::ChatLeft(on, id, chat)),
        6 => vec((0..NETWORKS.len() + 1, vec(key(), 0..4)), 0..4).prop_map(Step::Find),
        4 => (on.clone(), key()).prop_map(|(on, key)| Step::Claim(on, key)),
        3 => (on, key(), proptest::option::of(0..3_usize), any::<bool>()).prop_map(|(on, key, chat, is_late)| Step::Record(on, key, chat, is_late)),
        1 => select(vec![25, 61]).prop_map(Step::Pass),
    ]
}

fn account(id: &str, network: usize) -> Account {
    let mut account = Account::new(id, Network::from_bridge_type(NETWORKS[network]), "own-id");
    account.region = contact_resolution::Region::new("US");
    account
}

/// Runs random histories on a subject and on the model, and compares their answers after each step.
///
/// Each history has its own accounts. `HISTORIES` sets the number of histories.
pub(crate) fn answers_as_the_model_does(subject: &impl Subject) {
    static HISTORY: AtomicUsize = AtomicUsize::new(0);
    let histories = std::env::var("HISTORIES").map_or(32, |count| count.parse().expect("a count"));
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
            let mut tokens = [Tokens::new(), Tokens::new()];
            for account in &accounts {
                model.put_account(account);
                subject.put_account(account);
            }
            for (at, step) in history.iter().enumerate() {
                let expected = take(&model, &mut tokens[0], &accounts, number, step);
                let answer = take(subject, &mut tokens[1], &accounts, number, step);
                prop_assert_eq!(answer, expected, "at step {}", at);
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

/// The tokens of the acquired claims, by their keys, in order. Each subject has its own.
type Tokens = HashMap<ClaimKey, Vec<u64>>;

/// Performs a step, and returns a description of its result.
fn take(
    subject: &impl Subject,
    tokens: &mut Tokens,
    accounts: &[Account],
    number: usize,
    step: &Step,
) -> String {
    let id = |at: usize| {
        accounts
            .get(at)
            .map_or("no such account", |account| account.id.as_str())
    };
    let claim_key = |at: usize, key: &Key| ClaimKey::new(id(at), key.clone());
    match step {
        Step::Coverage(on, contacts, chats) => {
            let coverage = Coverage {
                contacts: *contacts,
                chats: *chats,
            };
            subject.set_coverage(id(*on), coverage).to_string()
        }
        Step::Upsert(on, person) => subject.upsert(id(*on), person).to_string(),
        Step::Remove(on, who) => json(&subject.remove(id(*on), who)),
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
        Step::Find(queries) => {
            let queries: Vec<DirectoryQuery<'_>> = queries
                .iter()
                .map(|(on, keys)| DirectoryQuery {
                    account: id(*on),
                    keys,
                })
                .collect();
            let found = subject.find(&queries);
            let told = found.iter().map(|found| {
                format!(
                    "{:?} {}",
                    found.coverage,
                    json(found.people.iter().map(AsRef::as_ref))
                )
            });
            told.collect::<Vec<_>>().join("\n")
        }
        Step::Claim(on, key) => {
            let key = claim_key(*on, key);
            match subject.claim(&key) {
                ClaimResult::AlreadyDone(chat) => chat,
                result => {
                    if let ClaimResult::Acquired { token } | ClaimResult::Expired { token } = result
                    {
                        tokens.entry(key).or_default().push(token);
                    }
                    format!("{result:?}")
                }
            }
        }
        Step::Record(on, key, chat, is_late) => {
            let key = claim_key(*on, key);
            let mut acquired = tokens.get(&key).into_iter().flatten().rev();
            let token = if *is_late {
                acquired.nth(1)
            } else {
                acquired.next()
            };
            let claim = Claim::new(key, token.copied().unwrap_or_default());
            // Chat ids include the history's number, so that histories do not share chats.
            let chat = chat.map(|at| format!("{number}{}", chat_id(at)));
            let outcome = chat.map_or(ClaimOutcome::NoChat, ClaimOutcome::Chat);
            subject.record(&claim, &outcome).to_string()
        }
        Step::Pass(seconds) => {
            subject.pass(Duration::from_secs(*seconds));
            String::new()
        }
    }
}

/// Reads a person, changes it and stores it again, as a host does when a chat changes.
fn change(
    subject: &impl Subject,
    account: &str,
    who: &str,
    change: impl Fn(&mut Person),
) -> String {
    let keys = [Key::new(IdentifierKind::Id, who.trim())];
    let ask = DirectoryQuery {
        account,
        keys: &keys,
    };
    let found = subject.find(&[ask]).remove(0);
    let found = found.people.into_iter().filter(|person| person.id == who);
    // A local person may have the same text as a record key, and answers have no order.
    let Some(found) = found.min_by_key(|person| person.is_local) else {
        return "nobody".into();
    };
    let mut person = Arc::unwrap_or_clone(found);
    change(&mut person);
    subject.upsert(account, &person).to_string()
}

/// Returns the people as JSON, in sorted order.
fn json<'a>(people: impl IntoIterator<Item = &'a Person>) -> String {
    let mut records: Vec<String> = people
        .into_iter()
        .map(|person| serde_json::to_string(person).expect("a record"))
        .collect();
    records.sort_unstable();
    records.join(" ")
}

/// An account with its people.
type KnownWorld = (Account, Coverage, Vec<Person>);

/// Unsorted lists that are searched linearly.
#[derive(Default)]
struct Model {
    accounts: RefCell<BTreeMap<String, KnownWorld>>,
    claims: RefCell<Vec<(Claim, Duration, Option<String>)>>,
    last_token: Cell<u64>,
    now: Cell<Duration>,
}

/// Returns whether two records have one row: the same id, or the same record key.
fn are_one(one: &Person, other: &Person) -> bool {
    match (one.network_id(), other.network_id()) {
        (Some(one), Some(other)) => one.trim() == other.trim(),
        (None, None) => one.id == other.id,
        _ => false,
    }
}

impl Model {
    fn of_account<T>(&self, account: &str, act: impl FnOnce(&mut KnownWorld) -> T) -> Option<T> {
        self.accounts.borrow_mut().get_mut(account).map(act)
    }
}

impl Subject for Model {
    fn put_account(&self, account: &Account) {
        let known = (
            account.clone(),
            Coverage::default(),
            vec![account.user.clone()],
        );
        self.accounts.borrow_mut().insert(account.id.clone(), known);
    }

    fn set_coverage(&self, account: &str, coverage: Coverage) -> bool {
        self.of_account(account, |known| known.1 = coverage)
            .is_some()
    }

    fn upsert(&self, account: &str, person: &Person) -> bool {
        self.of_account(account, |(_, _, people)| {
            people.retain(|known| !are_one(known, person));
            people.push(person.clone());
        })
        .is_some()
    }

    fn remove(&self, account: &str, id: &str) -> Option<Person> {
        self.of_account(account, |(_, _, people)| {
            let removed = Person::new(id);
            let at = people.iter().position(|known| are_one(known, &removed))?;
            Some(people.remove(at))
        })?
    }

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Vec<DirectoryAnswer> {
        let answer = |ask: &DirectoryQuery<'_>| {
            self.of_account(ask.account, |(account, coverage, people)| {
                let is_asked = |person: &&Person| {
                    let keys = person.keys(account);
                    keys.iter().any(|key| ask.keys.contains(key))
                };
                DirectoryAnswer::new(people.iter().filter(is_asked).cloned(), *coverage)
            })
            .unwrap_or_default()
        };
        queries.iter().map(answer).collect()
    }

    fn claim(&self, claim_key: &ClaimKey) -> ClaimResult {
        let mut claims = self.claims.borrow_mut();
        let now = self.now.get();
        let known = claims.iter().find(|(known, ..)| known.key == *claim_key);
        let may_have_made_a_chat = match known {
            None => false,
            Some((_, since, chat)) => match (now > *since + WINDOW, chat) {
                (false, None) => return ClaimResult::Held,
                (false, Some(chat)) => return ClaimResult::AlreadyDone(chat.clone()),
                (true, chat) => chat.is_none(),
            },
        };
        let token = self.last_token.get() + 1;
        self.last_token.set(token);
        claims.retain(|(known, ..)| known.key != *claim_key);
        claims.push((Claim::new(claim_key.clone(), token), now, None));
        if may_have_made_a_chat {
            ClaimResult::Expired { token }
        } else {
            ClaimResult::Acquired { token }
        }
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> bool {
        let mut claims = self.claims.borrow_mut();
        let Some(at) = claims.iter().position(|(known, ..)| known == claim) else {
            return false;
        };
        claims.remove(at);
        if let ClaimOutcome::Chat(chat) = outcome {
            claims.push((claim.clone(), self.now.get(), Some(chat.clone())));
        }
        true
    }

    fn pass(&self, time: Duration) {
        self.now.set(self.now.get() + time);
    }
}
