//! The conformance kit: the memory directory and ledger pass, and each broken implementation fails with the promise
//! that it breaks.
//!
//! `HISTORIES=10000 cargo test --release --all-features --test it conformance` runs ten thousand random histories.
//! Those of the SQL stores are in their crates.

#[path = "../../support/stores/history.rs"]
mod history;
#[path = "../../support/in_memory.rs"]
mod in_memory;

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use self::history::Subject;
use self::in_memory::{Clock, InMemory, directory_of};
use contact_resolution::conformance::{self, Fixture, Implementation};
use contact_resolution::{
    Account, Claim, ClaimKey, ClaimOutcome, ClaimResult, Coverage, Directory, DirectoryAnswer,
    DirectoryQuery, Key, Ledger, MemoryDirectory, MemoryLedger, Person,
};

#[test]
fn memory_passes_the_conformance_kit() {
    assert_eq!(conformance::check(&InMemory::default()), Ok(()));
}

type Finding = fn(&Finds, &[DirectoryQuery<'_>]) -> Vec<DirectoryAnswer>;
type Claiming = fn(&Claims, &ClaimKey) -> ClaimResult;
type Recording = fn(&Claims, &Claim, &ClaimOutcome) -> bool;

/// The memory implementation with one defect.
struct Broken {
    memory: InMemory,
    find: Finding,
    claim: Claiming,
    record: Recording,
}

impl Default for Broken {
    fn default() -> Self {
        Broken {
            memory: InMemory::default(),
            find: Finds::correctly,
            claim: Claims::correctly,
            record: Claims::record_correctly,
        }
    }
}

impl Implementation for Broken {
    type Directory = Finds;
    type Ledger = Claims;

    async fn directory(&self, known: &[Fixture]) -> Finds {
        Finds {
            known: known.to_vec(),
            memory: directory_of(known),
            find: self.find,
        }
    }

    async fn ledger(&self, claim_timeout: Duration) -> Claims {
        Claims {
            memory: self.memory.ledger(claim_timeout).await,
            claim: self.claim,
            record: self.record,
            count: AtomicU64::default(),
        }
    }

    async fn pass(&self, ledger: &Claims, time: Duration) {
        self.memory.pass(&ledger.memory, time).await;
    }
}

/// Checks that a broken implementation fails with this promise.
fn fails(broken: &Broken, promise: &str) {
    let failure = conformance::check(broken).expect_err(promise);
    assert!(failure.promise().contains(promise), "{failure}");
}

/// A memory directory with a replaceable `find`.
struct Finds {
    known: Vec<Fixture>,
    memory: MemoryDirectory,
    find: Finding,
}

impl Directory for Finds {
    type Error = Infallible;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Infallible> {
        Ok((self.find)(self, queries))
    }
}

impl Finds {
    fn correctly(&self, queries: &[DirectoryQuery<'_>]) -> Vec<DirectoryAnswer> {
        let Ok(found) = self.memory.find(queries);
        found
    }

    /// Returns the people with a matching key, in all accounts that match.
    fn alike(
        &self,
        queries: &[DirectoryQuery<'_>],
        is_meant: fn(&Account, &str) -> bool,
        is_like: fn(&Key, &Key) -> bool,
    ) -> Vec<DirectoryAnswer> {
        let mut found = self.correctly(queries);
        for (ask, found) in queries.iter().zip(&mut found) {
            let known = self
                .known
                .iter()
                .filter(|known| is_meant(&known.account, ask.account));
            found.people = known
                .flat_map(|known| {
                    known.people.iter().filter(|person| {
                        let held = person.keys(&known.account);
                        held.iter()
                            .any(|held| ask.keys.iter().any(|key| is_like(held, key)))
                    })
                })
                .cloned()
                .map(Arc::new)
                .collect();
        }
        found
    }
}

/// A memory ledger with replaceable methods.
struct Claims {
    memory: MemoryLedger<Clock>,
    claim: Claiming,
    record: Recording,
    count: AtomicU64,
}

impl Ledger for Claims {
    type Error = Infallible;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Infallible> {
        Ok((self.claim)(self, claim_key))
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, Infallible> {
        Ok((self.record)(self, claim, outcome))
    }
}

impl Claims {
    fn correctly(&self, claim_key: &ClaimKey) -> ClaimResult {
        let Ok(claim) = self.memory.claim(claim_key);
        claim
    }

    fn record_correctly(&self, claim: &Claim, outcome: &ClaimOutcome) -> bool {
        let Ok(recorded) = self.memory.record(claim, outcome);
        recorded
    }
}

#[test]
fn implementation_without_a_defect_passes() {
    assert_eq!(conformance::check(&Broken::default()), Ok(()));
}

#[test]
fn directory_with_a_defect_fails() {
    let cases: [(&str, Finding); 12] = [
        ("every query has one answer", |finds, queries| {
            finds.correctly(queries.get(..1).unwrap_or_default())
        }),
        ("every query has one answer", |finds, queries| {
            let mut found = finds.correctly(queries);
            found.reverse();
            found
        }),
        // Returns people of another account.
        ("nothing of another account", |finds, queries| {
            finds.alike(queries, |_, _| true, |held, asked| held == asked)
        }),
        ("nothing of another account", |finds, queries| {
            let is_meant = |account: &Account, asked: &str| account.id.eq_ignore_ascii_case(asked);
            finds.alike(queries, is_meant, |held, asked| held == asked)
        }),
        // Compares only the last digits.
        ("byte for byte", |finds, queries| {
            let is_like = |held: &Key, asked: &Key| {
                held.kind() == asked.kind()
                    && (held == asked
                        || asked.value().len() > 6 && held.value().ends_with(asked.value()))
            };
            finds.alike(queries, |account, asked| account.id == asked, is_like)
        }),
        // Ignores case.
        ("byte for byte", |finds, queries| {
            let is_like = |held: &Key, asked: &Key| {
                held.kind() == asked.kind() && held.value().eq_ignore_ascii_case(asked.value())
            };
            finds.alike(queries, |account, asked| account.id == asked, is_like)
        }),
        // Ignores the kind.
        ("byte for byte", |finds, queries| {
            let is_like = |held: &Key, asked: &Key| held.value() == asked.value();
            finds.alike(queries, |account, asked| account.id == asked, is_like)
        }),
        // Ends a text at a NUL, as C does.
        ("byte for byte", |finds, queries| {
            fn cut(key: &Key) -> Option<&str> {
                key.value().split('\0').next()
            }
            let is_like =
                |held: &Key, asked: &Key| held.kind() == asked.kind() && cut(held) == cut(asked);
            finds.alike(queries, |account, asked| account.id == asked, is_like)
        }),
        // Returns only one holder for each key.
        ("everyone who holds a key", |finds, queries| {
            let mut found = finds.correctly(queries);
            for found in &mut found {
                found.people.truncate(1);
            }
            found
        }),
        // Looks up only the first key.
        ("everyone who holds a key", |finds, queries| {
            let first: Vec<DirectoryQuery<'_>> = queries
                .iter()
                .map(|ask| DirectoryQuery {
                    keys: ask.keys.get(..1).unwrap_or_default(),
                    ..*ask
                })
                .collect();
            finds.correctly(&first)
        }),
        // Loses a chat.
        ("exactly as stored", |finds, queries| {
            let mut found = finds.correctly(queries);
            for person in found.iter_mut().flat_map(|found| &mut found.people) {
                Arc::make_mut(person).chats.truncate(1);
            }
            found
        }),
        // Reports full coverage.
        ("the coverage of an account", |finds, queries| {
            let mut found = finds.correctly(queries);
            for found in &mut found {
                found.coverage = Coverage {
                    contacts: true,
                    chats: true,
                };
            }
            found
        }),
    ];
    for (promise, find) in cases {
        let broken = Broken {
            find,
            ..Broken::default()
        };
        fails(&broken, promise);
    }
}

#[test]
fn ledger_with_a_defect_fails() {
    let claims: [(&str, Claiming); 7] = [
        // Every start gets the claim.
        ("belongs to the first claim", |ledger, claim_key| {
            ledger.correctly(claim_key);
            ClaimResult::Acquired { token: 1 }
        }),
        // No start gets the claim.
        ("belongs to the first claim", |_, _| ClaimResult::Held),
        // Two simultaneous starts get the claim.
        ("belongs to the first claim", |ledger, claim_key| {
            let claim = ledger.correctly(claim_key);
            match ledger.count.fetch_add(1, Ordering::Relaxed) {
                3 => ClaimResult::Acquired { token: 1 },
                _ => claim,
            }
        }),
        // Ignores the account, or the kind.
        ("another account, kind or text", |ledger, claim_key| {
            ledger.correctly(&ClaimKey::new("first", claim_key.person.clone()))
        }),
        ("another account, kind or text", |ledger, claim_key| {
            let person = Key::new(
                contact_resolution::IdentifierKind::Id,
                claim_key.person.value(),
            );
            ledger.correctly(&ClaimKey::new(claim_key.account.as_str(), person))
        }),
        // Reports an expired claim as a new one, although the earlier start may have made a chat.
        ("expires once", |ledger, claim_key| {
            match ledger.correctly(claim_key) {
                ClaimResult::Expired { token } => ClaimResult::Acquired { token },
                claim => claim,
            }
        }),
        // Never lets a claim expire, so that a crash blocks a person for ever.
        ("expires once", |ledger, claim_key| {
            match ledger.correctly(claim_key) {
                ClaimResult::Expired { .. } => ClaimResult::Held,
                claim => claim,
            }
        }),
    ];
    for (promise, claim) in claims {
        let broken = Broken {
            claim,
            ..Broken::default()
        };
        fails(&broken, promise);
    }
    let records: [(&str, Recording); 5] = [
        ("without a chat is forgotten", |_, _, _| true),
        // Loses the recorded chat.
        ("returns its chat", |ledger, claim, _| {
            ledger.record_correctly(claim, &ClaimOutcome::NoChat)
        }),
        // Reports that a late outcome was recorded.
        ("another claim has replaced", |ledger, claim, outcome| {
            ledger.record_correctly(claim, outcome);
            true
        }),
        // Ignores the token.
        ("another claim has replaced", |ledger, claim, outcome| {
            (1..100).any(|token| {
                ledger.record_correctly(&Claim::new(claim.key.clone(), token), outcome)
            })
        }),
        // Stores only a part of the chat's id.
        ("returns its chat", |ledger, claim, outcome| {
            let outcome = match outcome {
                ClaimOutcome::Chat(chat) => {
                    ClaimOutcome::Chat(chat.split('\0').next().unwrap_or("").into())
                }
                ClaimOutcome::NoChat => ClaimOutcome::NoChat,
            };
            ledger.record_correctly(claim, &outcome)
        }),
    ];
    for (promise, record) in records {
        let broken = Broken {
            record,
            ..Broken::default()
        };
        fails(&broken, promise);
    }
}

/// The memory stores in the form that the histories need.
struct Memory {
    directory: RefCell<MemoryDirectory>,
    ledger: MemoryLedger<Clock>,
    host: InMemory,
}

impl Subject for Memory {
    fn put_account(&self, account: &Account) {
        self.directory.borrow_mut().insert_account(account.clone());
    }

    fn set_coverage(&self, account: &str, coverage: Coverage) -> bool {
        self.directory.borrow_mut().set_coverage(account, coverage)
    }

    fn upsert(&self, account: &str, person: &Person) -> bool {
        self.directory.borrow_mut().upsert(account, person.clone())
    }

    fn remove(&self, account: &str, id: &str) -> Option<Person> {
        self.directory.borrow_mut().remove(account, id)
    }

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Vec<DirectoryAnswer> {
        let Ok(found) = self.directory.borrow().find(queries);
        found
    }

    fn claim(&self, claim_key: &ClaimKey) -> ClaimResult {
        let Ok(claim) = self.ledger.claim(claim_key);
        claim
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> bool {
        let Ok(recorded) = self.ledger.record(claim, outcome);
        recorded
    }

    fn pass(&self, time: Duration) {
        self.host.move_on(time);
    }
}

#[test]
fn memory_gives_the_answers_of_the_model() {
    let host = InMemory::default();
    let memory = Memory {
        directory: RefCell::default(),
        ledger: host.new_ledger(history::WINDOW),
        host,
    };
    history::answers_as_the_model_does(&memory);
}
