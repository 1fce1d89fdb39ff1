//! The stores, behind one blocking trait.

#[cfg(feature = "postgres")]
mod postgres;

use std::error::Error;
use std::io;
use std::path::Path;
use std::time::Duration;

use contact_resolution::{
    Account, Claim, ClaimKey, ClaimOutcome, ClaimResult, Coverage, Directory, DirectoryAnswer,
    DirectoryQuery, Ledger, Outcome, Person,
};
use contact_resolution_sqlite::SqliteStore;

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
        open_postgres(name)
    } else if is_file(Path::new(name)) {
        let store = SqliteStore::open(name).map_err(|error| in_store(&error))?;
        Ok(Box::new(store))
    } else {
        let message = "a store is a .sqlite file or a postgres:// URL";
        Err(in_store(&io::Error::other(message)))
    }
}

#[cfg(feature = "postgres")]
fn open_postgres(url: &str) -> io::Result<Box<dyn Store>> {
    Ok(Box::new(postgres::BlockingPostgres::connect(url)?))
}

#[cfg(not(feature = "postgres"))]
fn open_postgres(_url: &str) -> io::Result<Box<dyn Store>> {
    let message = "this program is built without PostgreSQL. Install it with --features postgres";
    Err(io::Error::other(message))
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
