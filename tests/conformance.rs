//! The conformance of directories and ledgers: ours pass, and each of a number of broken ones fails by what it breaks.
//!
//! `HISTORIES=10000 cargo test --release --all-features --test conformance` tells ten thousand random histories to memory
//! and `SQLite`; those of `PostgreSQL` are in `tests/postgres.rs`.

#[path = "stores/history.rs"]
mod history;
#[path = "stores/hosts.rs"]
mod hosts;

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contact_resolution::directory::conformance::{self, Host, Known};
use contact_resolution::{
    Account, Ask, Claim, Covers, Directory, Found, Intent, Key, Ledger, MemoryDirectory,
    MemoryLedger, Person, Settled,
};
use history::Subject;
use hosts::{Clock, InMemory, in_memory};

#[test]
fn memory_does_what_is_promised() {
    assert_eq!(conformance::check(&InMemory::default()), Ok(()));
}

type Finding = fn(&Finds, &[Ask<'_>]) -> Vec<Found>;
type Claiming = fn(&Claims, &Intent) -> Claim;
type Settling = fn(&Claims, &Intent, &Settled);

/// What memory answers, with one thing broken.
struct Broken {
    memory: InMemory,
    find: Finding,
    claim: Claiming,
    settle: Settling,
}

impl Default for Broken {
    fn default() -> Self {
        Broken {
            memory: InMemory::default(),
            find: Finds::rightly,
            claim: Claims::rightly,
            settle: Claims::settle_rightly,
        }
    }
}

impl Host for Broken {
    type Directory = Finds;
    type Ledger = Claims;

    async fn directory(&self, known: &[Known]) -> Finds {
        Finds {
            known: known.to_vec(),
            memory: in_memory(known),
            find: self.find,
        }
    }

    async fn ledger(&self, settle_window: Duration) -> Claims {
        Claims {
            memory: self.memory.ledger(settle_window).await,
            claim: self.claim,
            settle: self.settle,
            count: AtomicU64::default(),
        }
    }

    async fn pass(&self, ledger: &Claims, time: Duration) {
        self.memory.pass(&ledger.memory, time).await;
    }
}

/// Whether what is broken is told, by the promise that it breaks.
fn fails(broken: &Broken, promise: &str) {
    let failure = conformance::check(broken).expect_err(promise);
    assert!(failure.promise().contains(promise), "{failure}");
}

/// Finds as memory does, but for what it is told to do with a question.
struct Finds {
    known: Vec<Known>,
    memory: MemoryDirectory,
    find: Finding,
}

impl Directory for Finds {
    type Error = Infallible;

    fn find(&self, asks: &[Ask<'_>]) -> Result<Vec<Found>, Infallible> {
        Ok((self.find)(self, asks))
    }
}

impl Finds {
    fn rightly(&self, asks: &[Ask<'_>]) -> Vec<Found> {
        let Ok(found) = self.memory.find(asks);
        found
    }

    /// Everybody of whom some key is like an asked one, in the accounts that are meant.
    fn alike(
        &self,
        asks: &[Ask<'_>],
        is_meant: fn(&Account, &str) -> bool,
        is_like: fn(&Key, &Key) -> bool,
    ) -> Vec<Found> {
        let mut found = self.rightly(asks);
        for (ask, found) in asks.iter().zip(&mut found) {
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
                .collect();
        }
        found
    }
}

/// Claims as memory does, but for what it is told to do with an intent.
struct Claims {
    memory: MemoryLedger<Clock>,
    claim: Claiming,
    settle: Settling,
    count: AtomicU64,
}

impl Ledger for Claims {
    type Error = Infallible;

    fn claim(&self, intent: &Intent) -> Result<Claim, Infallible> {
        Ok((self.claim)(self, intent))
    }

    fn settle(&self, intent: &Intent, end: &Settled) -> Result<(), Infallible> {
        (self.settle)(self, intent, end);
        Ok(())
    }
}

impl Claims {
    fn rightly(&self, intent: &Intent) -> Claim {
        let Ok(claim) = self.memory.claim(intent);
        claim
    }

    fn settle_rightly(&self, intent: &Intent, end: &Settled) {
        let Ok(()) = self.memory.settle(intent, end);
    }
}

#[test]
fn a_broken_host_that_breaks_nothing_passes() {
    assert_eq!(conformance::check(&Broken::default()), Ok(()));
}

#[test]
fn broken_directories_fail() {
    let cases: [(&str, Finding); 12] = [
        ("every question has one answer", |finds, asks| {
            finds.rightly(asks.get(..1).unwrap_or_default())
        }),
        ("every question has one answer", |finds, asks| {
            let mut found = finds.rightly(asks);
            found.reverse();
            found
        }),
        // Leaks another account.
        ("nothing of another account", |finds, asks| {
            finds.alike(asks, |_, _| true, |held, asked| held == asked)
        }),
        ("nothing of another account", |finds, asks| {
            let is_meant = |account: &Account, asked: &str| account.id.eq_ignore_ascii_case(asked);
            finds.alike(asks, is_meant, |held, asked| held == asked)
        }),
        // Matches by the last digits.
        ("byte for byte", |finds, asks| {
            let is_like = |held: &Key, asked: &Key| {
                held.kind() == asked.kind()
                    && (held == asked
                        || asked.value().len() > 6 && held.value().ends_with(asked.value()))
            };
            finds.alike(asks, |account, asked| account.id == asked, is_like)
        }),
        // Compares without case.
        ("byte for byte", |finds, asks| {
            let is_like = |held: &Key, asked: &Key| {
                held.kind() == asked.kind() && held.value().eq_ignore_ascii_case(asked.value())
            };
            finds.alike(asks, |account, asked| account.id == asked, is_like)
        }),
        // Forgets the kind.
        ("byte for byte", |finds, asks| {
            let is_like = |held: &Key, asked: &Key| held.value() == asked.value();
            finds.alike(asks, |account, asked| account.id == asked, is_like)
        }),
        // Cuts a text where C ends one.
        ("byte for byte", |finds, asks| {
            fn cut(key: &Key) -> Option<&str> {
                key.value().split('\0').next()
            }
            let is_like =
                |held: &Key, asked: &Key| held.kind() == asked.kind() && cut(held) == cut(asked);
            finds.alike(asks, |account, asked| account.id == asked, is_like)
        }),
        // Keeps one holder a key.
        ("everybody who holds a key", |finds, asks| {
            let mut found = finds.rightly(asks);
            for found in &mut found {
                found.people.truncate(1);
            }
            found
        }),
        // Looks the first key up only.
        ("everybody who holds a key", |finds, asks| {
            let first: Vec<Ask<'_>> = asks
                .iter()
                .map(|ask| Ask {
                    keys: ask.keys.get(..1).unwrap_or_default(),
                    ..*ask
                })
                .collect();
            finds.rightly(&first)
        }),
        // Loses a chat.
        ("whole as stored", |finds, asks| {
            let mut found = finds.rightly(asks);
            for person in found.iter_mut().flat_map(|found| &mut found.people) {
                person.chats.truncate(1);
            }
            found
        }),
        // Claims to know all.
        ("what an account covers", |finds, asks| {
            let mut found = finds.rightly(asks);
            for found in &mut found {
                found.covers = Covers {
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
fn broken_ledgers_fail() {
    let claims: [(&str, Claiming); 7] = [
        // Everybody's.
        ("first claim's", |ledger, intent| {
            ledger.rightly(intent);
            Claim::Mine
        }),
        // Nobody's.
        ("first claim's", |_, _| Claim::Busy),
        // Two of those who ask at once have it.
        ("first claim's", |ledger, intent| {
            let claim = ledger.rightly(intent);
            match ledger.count.fetch_add(1, Ordering::Relaxed) {
                3 => Claim::Mine,
                _ => claim,
            }
        }),
        // The account is forgotten, or the kind.
        ("another account, kind or text", |ledger, intent| {
            ledger.rightly(&Intent::new("first", intent.person.clone()))
        }),
        ("another account, kind or text", |ledger, intent| {
            let person = Key::new(contact_resolution::Kind::Id, intent.person.value());
            ledger.rightly(&Intent::new(intent.account.as_str(), person))
        }),
        // A start that ended badly may have made a chat, and nobody is told.
        ("stale to one more claim", |ledger, intent| {
            match ledger.rightly(intent) {
                Claim::Stale => Claim::Mine,
                claim => claim,
            }
        }),
        // A crash blocks a person for ever.
        ("stale to one more claim", |ledger, intent| {
            match ledger.rightly(intent) {
                Claim::Stale => Claim::Busy,
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
    let settles: [(&str, Settling); 3] = [
        ("came to nothing", |_, _, _| {}),
        // Forgets what was settled.
        ("tells its chat", |ledger, intent, _| {
            ledger.settle_rightly(intent, &Settled::Nothing);
        }),
        // Keeps a part of the chat's id.
        ("tells its chat", |ledger, intent, end| {
            let end = match end {
                Settled::Chat(chat) => Settled::Chat(chat.split('\0').next().unwrap_or("").into()),
                Settled::Nothing => Settled::Nothing,
            };
            ledger.settle_rightly(intent, &end);
        }),
    ];
    for (promise, settle) in settles {
        let broken = Broken {
            settle,
            ..Broken::default()
        };
        fails(&broken, promise);
    }
}

/// Memory as the histories want it.
struct Memory {
    directory: RefCell<MemoryDirectory>,
    ledger: MemoryLedger<Clock>,
    host: InMemory,
}

impl Subject for Memory {
    fn put_account(&self, account: &Account) {
        self.directory.borrow_mut().insert_account(account.clone());
    }

    fn set_covers(&self, account: &str, covers: Covers) -> bool {
        self.directory.borrow_mut().set_covers(account, covers)
    }

    fn upsert(&self, account: &str, person: &Person) -> bool {
        self.directory.borrow_mut().upsert(account, person.clone())
    }

    fn remove(&self, account: &str, id: &str) -> Option<Person> {
        self.directory.borrow_mut().remove(account, id)
    }

    fn find(&self, asks: &[Ask<'_>]) -> Vec<Found> {
        let Ok(found) = self.directory.borrow().find(asks);
        found
    }

    fn claim(&self, intent: &Intent) -> Claim {
        let Ok(claim) = self.ledger.claim(intent);
        claim
    }

    fn settle(&self, intent: &Intent, end: &Settled) {
        let Ok(()) = self.ledger.settle(intent, end);
    }

    fn pass(&self, time: Duration) {
        self.host.move_on(time);
    }
}

#[test]
fn memory_answers_as_the_model_does() {
    let host = InMemory::default();
    let memory = Memory {
        directory: RefCell::default(),
        ledger: host.new_ledger(history::WINDOW),
        host,
    };
    history::answers_as_the_model_does(&memory);
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use contact_resolution::directory::{SqliteLedger, SqliteStore};
    use rusqlite::Connection;
    use tempfile::TempDir;

    use super::*;

    /// A store, and a connection of one's own beside it to move its clock on.
    struct Sqlite {
        store: SqliteStore,
        beside: Connection,
        _folder: TempDir,
    }

    impl Default for Sqlite {
        fn default() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("contacts.sqlite");
            Sqlite {
                store: SqliteStore::open(&path).expect("a store"),
                beside: Connection::open(&path).expect("a connection"),
                _folder: folder,
            }
        }
    }

    impl Sqlite {
        /// What was claimed is as much older.
        fn pass(&self, time: Duration) {
            let time = i64::try_from(time.as_millis()).expect("a short time");
            self.beside
                .execute("update intent set since = since - ?1", [time])
                .expect("an update");
        }
    }

    impl<'a> Host for &'a Sqlite {
        type Directory = &'a SqliteStore;
        type Ledger = SqliteLedger<'a>;

        async fn directory(&self, known: &[Known]) -> &'a SqliteStore {
            for known in known {
                self.store
                    .load(&known.account, known.covers, known.people.clone())
                    .expect("a load");
            }
            &self.store
        }

        async fn ledger(&self, settle_window: Duration) -> SqliteLedger<'a> {
            self.store.ledger(settle_window)
        }

        async fn pass(&self, _: &SqliteLedger<'a>, time: Duration) {
            Sqlite::pass(self, time);
        }
    }

    impl Subject for Sqlite {
        fn put_account(&self, account: &Account) {
            self.store.put_account(account).expect("a write");
        }

        fn set_covers(&self, account: &str, covers: Covers) -> bool {
            self.store.set_covers(account, covers).expect("a write")
        }

        fn upsert(&self, account: &str, person: &Person) -> bool {
            self.store.upsert(account, person).expect("a write")
        }

        fn remove(&self, account: &str, id: &str) -> Option<Person> {
            self.store.remove(account, id).expect("a write")
        }

        fn find(&self, asks: &[Ask<'_>]) -> Vec<Found> {
            self.store.find(asks).expect("a read")
        }

        fn claim(&self, intent: &Intent) -> Claim {
            self.store
                .ledger(history::WINDOW)
                .claim(intent)
                .expect("a write")
        }

        fn settle(&self, intent: &Intent, end: &Settled) {
            self.store
                .ledger(history::WINDOW)
                .settle(intent, end)
                .expect("a write");
        }

        fn pass(&self, time: Duration) {
            Sqlite::pass(self, time);
        }
    }

    #[test]
    fn sqlite_does_what_is_promised() {
        assert_eq!(conformance::check(&&Sqlite::default()), Ok(()));
    }

    #[test]
    fn sqlite_answers_as_the_model_does() {
        history::answers_as_the_model_does(&Sqlite::default());
    }
}
