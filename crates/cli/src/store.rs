//! The stores, behind one blocking trait.

use std::error::Error;
use std::io;
use std::path::Path;
use std::time::Duration;

use contact_resolution::{
    Account, AsyncDirectory, AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, Coverage,
    Directory, DirectoryAnswer, DirectoryQuery, Ledger, Outcome, Person,
};
use contact_resolution_postgres::PostgresStore;
use contact_resolution_sqlite::SqliteStore;
use tokio::runtime::{Builder, Runtime};

use crate::json_file::in_file;
use crate::secrets::without_password;

/// The claim timeout, which is longer than any start holds a claim.
///
/// Under one claim, a start looks up at most four identifiers and sends one create. If its answer is lost, it looks the
/// four up again. Each of these nine requests is sent up to three times, with a timeout of 30 s and pauses of at most a
/// minute. Together they take less than 32 minutes. The rest is for slow machines.
///
/// A start that ends without an outcome keeps its person claimed for the hour. That is better than a second chat.
const CLAIM_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// A store that threads can share.
pub(crate) trait Store: Sync {
    fn account(&self, id: &str) -> io::Result<Option<Account>>;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> io::Result<Vec<DirectoryAnswer>>;

    fn suggest(&self, account: &str, name: &str, limit: usize) -> io::Result<Vec<Person>>;

    /// Replaces an account and its people.
    fn load(&self, account: &Account, coverage: Coverage, people: Vec<Person>) -> io::Result<()>;

    fn claim(&self, claim_key: &ClaimKey) -> io::Result<ClaimResult>;

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> io::Result<bool>;

    /// Stores what a start learned.
    fn record_outcome(&self, account: &str, outcome: &Outcome) -> io::Result<bool>;
}

pub(crate) fn is_url(name: &str) -> bool {
    name.starts_with("postgres://") || name.starts_with("postgresql://")
}

pub(crate) fn is_file(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extension == "sqlite" || extension == "sqlite3"
}

/// Returns an error if the file is empty. A store that was cut to nothing has lost its claims and chats, so it must not pass
/// for a new one.
pub(crate) fn check_content(path: &Path) -> io::Result<()> {
    match path.metadata() {
        Ok(file) if file.is_file() && file.len() == 0 => {
            let error = io::Error::other("the file is empty. Fill it with load");
            Err(in_file(path, &error))
        }
        _ => Ok(()),
    }
}

/// Opens a store. An SQLite file that does not exist is created.
pub(crate) fn open(name: &str) -> io::Result<Box<dyn Store>> {
    let in_store = |error: &dyn Error| {
        let name = without_password(name);
        io::Error::other(format!("{name}: {error}"))
    };
    if is_url(name) {
        // The URL may contain a password, so the error does not show it.
        Ok(Box::new(BlockingPostgres::connect(name)?))
    } else if is_file(Path::new(name)) {
        let store = SqliteStore::open(name).map_err(|error| in_store(&error))?;
        Ok(Box::new(store))
    } else {
        let message = "a store is a .sqlite file or a postgres:// URL";
        Err(in_store(&io::Error::other(message)))
    }
}

impl Store for SqliteStore {
    fn account(&self, id: &str) -> io::Result<Option<Account>> {
        self.account(id).map_err(io::Error::other)
    }

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> io::Result<Vec<DirectoryAnswer>> {
        Directory::find(self, queries).map_err(io::Error::other)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> io::Result<Vec<Person>> {
        Directory::suggest(self, account, name, limit).map_err(io::Error::other)
    }

    fn load(&self, account: &Account, coverage: Coverage, people: Vec<Person>) -> io::Result<()> {
        self.load(account, coverage, people)
            .map_err(io::Error::other)
    }

    fn claim(&self, claim_key: &ClaimKey) -> io::Result<ClaimResult> {
        let ledger = self.ledger(CLAIM_TIMEOUT);
        Ledger::claim(&ledger, claim_key).map_err(io::Error::other)
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> io::Result<bool> {
        let ledger = self.ledger(CLAIM_TIMEOUT);
        Ledger::record(&ledger, claim, outcome).map_err(io::Error::other)
    }

    fn record_outcome(&self, account: &str, outcome: &Outcome) -> io::Result<bool> {
        self.record(account, outcome).map_err(io::Error::other)
    }
}

/// A PostgreSQL store with a runtime of its own.
struct BlockingPostgres {
    runtime: Runtime,
    store: PostgresStore,
}

impl BlockingPostgres {
    fn connect(url: &str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let store = runtime.block_on(PostgresStore::connect(url));
        let store = store.map_err(io::Error::other)?;
        Ok(BlockingPostgres { runtime, store })
    }
}

impl Store for BlockingPostgres {
    fn account(&self, id: &str) -> io::Result<Option<Account>> {
        let account = self.runtime.block_on(self.store.account(id));
        account.map_err(io::Error::other)
    }

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> io::Result<Vec<DirectoryAnswer>> {
        let answers = self.runtime.block_on(self.store.find_async(queries));
        answers.map_err(io::Error::other)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> io::Result<Vec<Person>> {
        let people = self.store.suggest_async(account, name, limit);
        self.runtime.block_on(people).map_err(io::Error::other)
    }

    fn load(&self, account: &Account, coverage: Coverage, people: Vec<Person>) -> io::Result<()> {
        let load = self.store.load(account, coverage, people);
        self.runtime.block_on(load).map_err(io::Error::other)
    }

    fn claim(&self, claim_key: &ClaimKey) -> io::Result<ClaimResult> {
        let ledger = self.store.ledger(CLAIM_TIMEOUT);
        let result = self.runtime.block_on(ledger.claim_async(claim_key));
        result.map_err(io::Error::other)
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> io::Result<bool> {
        let ledger = self.store.ledger(CLAIM_TIMEOUT);
        let result = self.runtime.block_on(ledger.record_async(claim, outcome));
        result.map_err(io::Error::other)
    }

    fn record_outcome(&self, account: &str, outcome: &Outcome) -> io::Result<bool> {
        let record = self.store.record(account, outcome);
        self.runtime.block_on(record).map_err(io::Error::other)
    }
}
