//! The two kinds of stores, behind one blocking trait.

use std::io;
use std::path::Path;

use contact_resolution::{
    Account, ClaimKey, ClaimOutcome, ClaimResult, Coverage, DirectoryAnswer, DirectoryQuery, Person,
};

/// The claim timeout. It is longer than any start holds a claim.
///
/// Under one claim, a start looks up at most four identifiers and sends one create. If its answer is lost, it looks the
/// four up again. Each of these nine requests is sent up to three times, with a timeout of 30 s and pauses of at most a
/// minute. Together they take less than 32 minutes. The rest is for slow machines.
///
/// A start that ends without an outcome keeps its person claimed for the hour. That is better than a second chat.
const SETTLE_WINDOW: std::time::Duration = std::time::Duration::from_secs(60 * 60);

/// A store that threads can share.
pub(crate) trait Store: Sync {
    fn accounts(&self) -> io::Result<Vec<Account>>;

    /// Returns all people of an account.
    fn people(&self, account: &str) -> io::Result<Vec<Person>>;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> io::Result<Vec<DirectoryAnswer>>;

    /// Replaces an account and its people.
    fn load(&self, account: &Account, coverage: Coverage, people: Vec<Person>) -> io::Result<()>;

    fn claim(&self, claim_key: &ClaimKey) -> io::Result<ClaimResult>;

    fn record(&self, claim_key: &ClaimKey, end: &ClaimOutcome) -> io::Result<()>;
}

pub(crate) fn is_url(name: &str) -> bool {
    name.starts_with("postgres://") || name.starts_with("postgresql://")
}

pub(crate) fn is_file(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extension == "sqlite" || extension == "sqlite3"
}

/// Opens a store. An SQLite file that does not exist is created.
pub(crate) fn open(name: &str) -> io::Result<Box<dyn Store>> {
    if is_url(name) {
        // The URL may contain a password, so the error does not show it.
        on_server(name)
    } else if is_file(Path::new(name)) {
        in_file(name).map_err(|error| io::Error::other(format!("{name}: {error}")))
    } else {
        let what = "a store is a .sqlite file or a postgres:// URL";
        Err(io::Error::other(format!("{name}: {what}")))
    }
}

mod sqlite {
    use contact_resolution::{Directory, Ledger};
    use contact_resolution_sqlite::SqliteStore;

    use super::{
        Account, ClaimKey, ClaimOutcome, ClaimResult, Coverage, DirectoryAnswer, DirectoryQuery,
        Person, SETTLE_WINDOW, Store, io,
    };

    impl Store for SqliteStore {
        fn accounts(&self) -> io::Result<Vec<Account>> {
            self.accounts().map_err(io::Error::other)
        }

        fn people(&self, account: &str) -> io::Result<Vec<Person>> {
            self.people(account).map_err(io::Error::other)
        }

        fn find(&self, queries: &[DirectoryQuery<'_>]) -> io::Result<Vec<DirectoryAnswer>> {
            Directory::find(self, queries).map_err(io::Error::other)
        }

        fn load(
            &self,
            account: &Account,
            coverage: Coverage,
            people: Vec<Person>,
        ) -> io::Result<()> {
            self.load(account, coverage, people)
                .map_err(io::Error::other)
        }

        fn claim(&self, claim_key: &ClaimKey) -> io::Result<ClaimResult> {
            let ledger = self.ledger(SETTLE_WINDOW);
            ledger.claim(claim_key).map_err(io::Error::other)
        }

        fn record(&self, claim_key: &ClaimKey, end: &ClaimOutcome) -> io::Result<()> {
            let ledger = self.ledger(SETTLE_WINDOW);
            ledger.record(claim_key, end).map_err(io::Error::other)
        }
    }

    pub(super) fn open(path: &str) -> io::Result<Box<dyn Store>> {
        Ok(Box::new(SqliteStore::open(path).map_err(io::Error::other)?))
    }
}

use sqlite::open as in_file;

mod postgres {
    use contact_resolution::{AsyncDirectory, AsyncLedger};
    use contact_resolution_postgres::PostgresStore;
    use tokio::runtime::{Builder, Runtime};

    use super::{
        Account, ClaimKey, ClaimOutcome, ClaimResult, Coverage, DirectoryAnswer, DirectoryQuery,
        Person, SETTLE_WINDOW, Store, io,
    };

    /// A PostgreSQL store with a runtime of its own, which blocks.
    struct Waited {
        runtime: Runtime,
        store: PostgresStore,
    }

    impl Store for Waited {
        fn accounts(&self) -> io::Result<Vec<Account>> {
            let done = self.runtime.block_on(self.store.accounts());
            done.map_err(io::Error::other)
        }

        fn people(&self, account: &str) -> io::Result<Vec<Person>> {
            let done = self.runtime.block_on(self.store.people(account));
            done.map_err(io::Error::other)
        }

        fn find(&self, queries: &[DirectoryQuery<'_>]) -> io::Result<Vec<DirectoryAnswer>> {
            let done = self.runtime.block_on(self.store.find(queries));
            done.map_err(io::Error::other)
        }

        fn load(
            &self,
            account: &Account,
            coverage: Coverage,
            people: Vec<Person>,
        ) -> io::Result<()> {
            let load = self.store.load(account, coverage, people);
            self.runtime.block_on(load).map_err(io::Error::other)
        }

        fn claim(&self, claim_key: &ClaimKey) -> io::Result<ClaimResult> {
            let ledger = self.store.ledger(SETTLE_WINDOW);
            let done = self.runtime.block_on(ledger.claim(claim_key));
            done.map_err(io::Error::other)
        }

        fn record(&self, claim_key: &ClaimKey, end: &ClaimOutcome) -> io::Result<()> {
            let ledger = self.store.ledger(SETTLE_WINDOW);
            let done = self.runtime.block_on(ledger.record(claim_key, end));
            done.map_err(io::Error::other)
        }
    }

    pub(super) fn open(url: &str) -> io::Result<Box<dyn Store>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let store = runtime.block_on(PostgresStore::connect(url));
        let store = store.map_err(io::Error::other)?;
        Ok(Box::new(Waited { runtime, store }))
    }
}

use postgres::open as on_server;
