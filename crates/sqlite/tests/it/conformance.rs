//! The conformance of the store and of its ledger.
//!
//! `HISTORIES=10000 cargo test --release -p contact-resolution-sqlite conformance` runs ten thousand random histories.

use std::time::Duration;

use contact_resolution::conformance::{self, Fixture, Implementation};
use contact_resolution::{
    Account, Claim, ClaimKey, ClaimOutcome, ClaimResult, Coverage, Directory, DirectoryAnswer,
    DirectoryQuery, Ledger, Person,
};
use contact_resolution_sqlite::{SqliteLedger, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::age_claims;
use crate::history::{self, Subject};

/// A store, and a second connection that changes the time of its claims.
struct Sqlite {
    store: SqliteStore,
    beside: Connection,
    folder: TempDir,
}

impl Default for Sqlite {
    fn default() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("contacts.sqlite");
        Sqlite {
            store: SqliteStore::open(&path).expect("a store"),
            beside: Connection::open(&path).expect("a connection"),
            folder,
        }
    }
}

impl Sqlite {
    /// Makes all claims older by this time.
    fn pass(&self, time: Duration) {
        let time = i64::try_from(time.as_millis()).expect("a short time");
        age_claims(&self.beside, time);
    }
}

impl<'a> Implementation for &'a Sqlite {
    type Directory = &'a SqliteStore;
    type Ledger = SqliteLedger<'a>;

    async fn directory(&self, known: &[Fixture]) -> &'a SqliteStore {
        for known in known {
            self.store
                .load(&known.account, known.coverage, known.people.clone())
                .expect("a load");
        }
        &self.store
    }

    async fn ledger(&self, claim_timeout: Duration) -> SqliteLedger<'a> {
        self.store.ledger(claim_timeout)
    }

    async fn pass(&self, _: &SqliteLedger<'a>, time: Duration) {
        Sqlite::pass(self, time);
    }
}

impl Subject for Sqlite {
    fn put_account(&self, account: &Account) {
        self.store.put_account(account).expect("a write");
    }

    fn set_coverage(&self, account: &str, coverage: Coverage) -> bool {
        self.store.set_coverage(account, coverage).expect("a write")
    }

    fn upsert(&self, account: &str, person: &Person) -> bool {
        self.store.upsert(account, person).expect("a write")
    }

    fn remove(&self, account: &str, id: &str) -> Option<Person> {
        self.store.remove(account, id).expect("a write")
    }

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Vec<DirectoryAnswer> {
        self.store.find(queries).expect("a read")
    }

    fn claim(&self, claim_key: &ClaimKey) -> ClaimResult {
        self.store
            .ledger(history::WINDOW)
            .claim(claim_key)
            .expect("a write")
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> bool {
        self.store
            .ledger(history::WINDOW)
            .record(claim, outcome)
            .expect("a write")
    }

    fn pass(&self, time: Duration) {
        Sqlite::pass(self, time);
    }
}

#[test]
fn sqlite_passes_the_conformance_kit() {
    assert_eq!(conformance::check(&&Sqlite::default()), Ok(()));
}

#[test]
fn sqlite_gives_the_answers_of_the_model() {
    let sqlite = Sqlite::default();
    history::answers_as_the_model_does(&sqlite);
    let path = sqlite.folder.path().join("contacts.sqlite");
    let report = SqliteStore::check(path).unwrap();
    assert!(report.is_whole() && report.keys > 0, "{report:?}");
}
