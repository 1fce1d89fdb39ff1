#![doc = include_str!("../README.md")]

#[cfg(feature = "tokio")]
mod asynchronous;
mod chain;
mod check;
mod checksum;
mod clock;
mod error;
mod ledger;
mod lookups;
mod names;
mod rows;
mod schema;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::slice;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use contact_resolution::store::{self, StoreError};
use contact_resolution::{
    Account, Coverage, Directory, DirectoryAnswer, DirectoryQuery, MemoryDirectory, Outcome, Person,
};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

#[cfg(feature = "tokio")]
pub use crate::asynchronous::{AsyncSqliteLedger, AsyncSqliteStore};
pub use crate::check::{CheckReport, Fault};
use crate::error::{DatabaseError, Result as DatabaseResult};
pub use crate::ledger::SqliteLedger;
use crate::rows::AccountRow;

/// The time to wait for another process that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The number of prepared statements that a connection keeps, which is more than there are.
const STATEMENTS: usize = 64;

/// Accounts, their people and the claims on them, in a file that several processes can share.
///
/// Every write is one transaction, and it is on the disk when the call returns. A crash loses no completed write. Readers
/// and the one writer do not wait for each other.
///
/// Its calls block. An asynchronous program uses `AsyncSqliteStore`, with the feature `tokio`.
///
/// A store is one connection, and threads take turns on it. A program that reads on several threads at once opens the file
/// once for each.
pub struct SqliteStore {
    connection: Mutex<Connection>,
}

impl SqliteStore {
    /// Opens the store in a file. A new file becomes an empty store, and a store of an older version is upgraded.
    ///
    /// ```
    /// use contact_resolution::{Account, Directory, DirectoryQuery, IdentifierKind, Key, Network, Person};
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("contacts.sqlite");
    /// let store = SqliteStore::open(&path)?;
    /// store.put_account(&Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me"))?;
    /// store.upsert("whatsapp", &Person::new("alice-id").with_identifier(IdentifierKind::Phone, "+14155552671"))?;
    ///
    /// let store = SqliteStore::open(&path)?;
    /// let keys = [Key::new(IdentifierKind::Phone, "+14155552671")];
    /// let found = store.find(&[DirectoryQuery { account: "whatsapp", keys: &keys }])?;
    /// assert_eq!(found[0].people[0].id, "alice-id");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the folder does not exist, if the file is not a store or is damaged, if a newer version wrote
    /// it, or if it needs an upgrade and is read-only.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let store = SqliteStore {
            connection: Mutex::new(connect_to_current(path.as_ref())?),
        };
        store.read(check::counts)?;
        Ok(store)
    }

    /// Reads a whole store and reports its damage. A store of an older version is upgraded first.
    ///
    /// It includes SQLite's own `integrity_check`. It compares every row with its checksum, and the key rows of each
    /// account with the records of its people.
    ///
    /// ```
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("contacts.sqlite");
    /// SqliteStore::open(&path)?;
    /// assert!(SqliteStore::check(&path)?.is_whole());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the file does not exist, is not a store or cannot be read, or if a newer version wrote it.
    pub fn check(path: impl AsRef<Path>) -> Result<CheckReport, StoreError> {
        check::check(path.as_ref())
    }

    /// Returns the ledger in the same file. A claim without an outcome expires after the claim timeout.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::{ClaimKey, ClaimResult, IdentifierKind, Key, Ledger};
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// let ledger = store.ledger(Duration::from_secs(60));
    /// let claim_key = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice"));
    /// assert!(matches!(ledger.claim(&claim_key)?, ClaimResult::Acquired { .. }));
    /// assert_eq!(ledger.claim(&claim_key)?, ClaimResult::Held);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ledger(&self, claim_timeout: Duration) -> SqliteLedger<'_> {
        SqliteLedger::new(self, claim_timeout)
    }

    /// Returns an account, or `None` if it is not in the store.
    ///
    /// ```
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// assert!(store.account("irc")?.is_none());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    pub fn account(&self, id: &str) -> Result<Option<Account>, StoreError> {
        self.read(|connection| {
            let row = rows::account(connection, id)?;
            row.as_ref().map(AccountRow::account).transpose()
        })
    }

    /// Returns every account, ordered by id.
    ///
    /// ```
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// assert!(store.accounts()?.is_empty());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.read(|connection| {
            rows::accounts(connection)?
                .iter()
                .map(AccountRow::account)
                .collect()
        })
    }

    /// Returns the people of an account, ordered by id. An account that is not in the store has none.
    ///
    /// ```
    /// use contact_resolution::{Account, Network};
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// store.put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me"))?;
    /// assert_eq!(store.people("irc")?[0].id, "me");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    pub fn people(&self, account: &str) -> Result<Vec<Person>, StoreError> {
        self.read(|connection| match rows::account(connection, account)? {
            Some(account) => rows::people(connection, &account),
            None => Ok(Vec::new()),
        })
    }

    /// Adds an account, or replaces the record of the account itself.
    ///
    /// A known account keeps its people, and their keys follow its new network and region. The only person of a new account
    /// is the own user.
    ///
    /// ```
    /// use contact_resolution::{Account, Network};
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// store.put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me"))?;
    /// assert_eq!(store.accounts()?.len(), 1);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub fn put_account(&self, account: &Account) -> Result<(), StoreError> {
        self.write(|transaction| {
            let Some(mut row) = rows::account(transaction, &account.id)? else {
                let mut row = rows::insert_account(transaction, account)?;
                if account.user.is_local {
                    return Ok(());
                }
                return rows::put_person(transaction, &mut row, account, &account.user);
            };
            let known = row.account()?;
            row.set_account(account)?;
            row.write(transaction)?;
            if store::needs_new_keys(&known, account) {
                let people = rows::people(transaction, &row)?;
                rows::replace_keys(transaction, account, &rows::by_key(people))?;
            }
            Ok(())
        })
    }

    /// Sets how much of an account is known. Returns false if there is no such account.
    ///
    /// ```
    /// use contact_resolution::Coverage;
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// assert!(!store.set_coverage("irc", Coverage { contacts: true, chats: true })?);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub fn set_coverage(&self, account: &str, coverage: Coverage) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let Some(mut row) = rows::account(transaction, account)? else {
                return Ok(false);
            };
            row.coverage = coverage;
            row.write(transaction)?;
            Ok(true)
        })
    }

    /// Stores a person, and replaces the record under the same id or record key. Returns false if there is no such account.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Person};
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// store.put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me"))?;
    /// assert!(store.upsert("irc", &Person::new("libera_alice"))?);
    /// assert!(!store.upsert("xmpp", &Person::new("alice@example.com"))?);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub fn upsert(&self, account: &str, person: &Person) -> Result<bool, StoreError> {
        self.upsert_all(account, slice::from_ref(person))
    }

    fn upsert_all(&self, account: &str, people: &[Person]) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let Some(mut row) = rows::account(transaction, account)? else {
                return Ok(false);
            };
            let account = row.account()?;
            for person in people {
                rows::put_person(transaction, &mut row, &account, person)?;
            }
            Ok(true)
        })
    }

    /// Stores what a start learned: people and the chat, see [`Outcome::to_records`]. Returns whether there was something
    /// to store and the account is known.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub fn record(&self, account: &str, outcome: &Outcome) -> Result<bool, StoreError> {
        let people = outcome.to_records();
        Ok(!people.is_empty() && self.upsert_all(account, &people)?)
    }

    /// Removes a person, and returns their record.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Person};
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// store.put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me"))?;
    /// store.upsert("irc", &Person::new("libera_alice"))?;
    /// assert_eq!(store.remove("irc", "libera_alice")?.unwrap().id, "libera_alice");
    /// assert_eq!(store.remove("irc", "libera_alice")?, None);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub fn remove(&self, account: &str, id: &str) -> Result<Option<Person>, StoreError> {
        self.remove_row(account, &store::row_key(&Person::new(id)))
    }

    /// Removes the [local person](Person::local) with a record key, and returns their record.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Person};
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// store.put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me"))?;
    /// store.upsert("irc", &Person::local("row-17"))?;
    /// assert_eq!(store.remove("irc", "row-17")?, None);
    /// assert_eq!(store.remove_local("irc", "row-17")?, Some(Person::local("row-17")));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub fn remove_local(
        &self,
        account: &str,
        record_key: &str,
    ) -> Result<Option<Person>, StoreError> {
        self.remove_row(account, &store::row_key(&Person::local(record_key)))
    }

    fn remove_row(&self, account: &str, row_key: &str) -> Result<Option<Person>, StoreError> {
        self.write(|transaction| {
            let Some(mut row) = rows::account(transaction, account)? else {
                return Ok(None);
            };
            let account = row.account()?;
            rows::delete_person(transaction, &mut row, &account, row_key)
        })
    }

    /// Replaces an account and all its people in one step.
    ///
    /// A reader sees the old people or the new ones. If the load fails or the process ends, the old people stay. If two
    /// records have the same id, the last one is kept.
    ///
    /// ```
    /// use contact_resolution::{Account, Coverage, Network, Person};
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
    /// let people = ["libera_alice", "libera_bob"].map(Person::new);
    /// store.load(&account, Coverage { contacts: true, chats: true }, people)?;
    /// assert_eq!(store.people("irc")?.len(), 3);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub fn load(
        &self,
        account: &Account,
        coverage: Coverage,
        people: impl IntoIterator<Item = Person>,
    ) -> Result<(), StoreError> {
        let people = store::people_by_key(account, people);
        self.write(|transaction| {
            let known = rows::account(transaction, &account.id)?;
            let mut row = known.map_or_else(|| rows::insert_account(transaction, account), Ok)?;
            row.set_account(account)?;
            row.coverage = coverage;
            rows::replace_people(transaction, &mut row, account, &people)
        })
    }

    /// Replaces the accounts of a directory and their people, each account in one step. Other accounts of the store stay.
    ///
    /// A directory that was read from JSON may have left items out. See
    /// [`MemoryDirectory::skipped`](contact_resolution::MemoryDirectory::skipped).
    ///
    /// ```
    /// use contact_resolution::MemoryDirectory;
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// let directory = MemoryDirectory::read_json(br#"{
    ///     "accounts": [{"accountID": "irc", "user": {"id": "me"}, "bridge": {"id": "irc", "provider": "local", "type": "irc"}}],
    ///     "contacts": {"irc": [{"id": "libera_alice"}]},
    ///     "complete": true
    /// }"#.as_slice())?;
    /// store.load_directory(&directory)?;
    /// assert_eq!(store.people("irc")?.len(), 2);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub fn load_directory(&self, directory: &MemoryDirectory) -> Result<(), StoreError> {
        store::accounts_of(directory)
            .try_for_each(|(account, coverage, people)| self.load(account, coverage, people))
    }

    /// Removes an account with its people and its claims. Returns whether it was there.
    ///
    /// ```
    /// use contact_resolution::{Account, Network};
    /// use contact_resolution_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// store.put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me"))?;
    /// assert!(store.remove_account("irc")?);
    /// assert!(store.account("irc")?.is_none());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub fn remove_account(&self, id: &str) -> Result<bool, StoreError> {
        self.write(|transaction| rows::remove_account(transaction, id))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic on another thread leaves the connection usable, because an open transaction is rolled back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one transaction, and returns once it is on the disk.
    fn write<T>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> DatabaseResult<T>,
    ) -> Result<T, StoreError> {
        Ok(self.transact(write)?)
    }

    fn transact<T>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> DatabaseResult<T>,
    ) -> DatabaseResult<T> {
        let mut connection = self.lock();
        // The write lock is taken first. A transaction that reads and then writes fails if another one wrote in between.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let written = write(&transaction)?;
        transaction.commit()?;
        Ok(written)
    }

    /// Runs one transaction that only reads, so that its statements see the store at one moment.
    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> DatabaseResult<T>,
    ) -> Result<T, StoreError> {
        let connection = self.lock();
        let transaction = connection
            .unchecked_transaction()
            .map_err(DatabaseError::from)?;
        Ok(read(&transaction)?)
    }
}

/// Creates the file of a new store, so that only its owner can read it. SQLite gives its other files the same permissions.
#[cfg(unix)]
fn create_private(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;

    // SQLite keeps a database of this name in memory.
    if path != Path::new(":memory:") {
        let mut options = std::fs::OpenOptions::new();
        // If this fails, SQLite opens the file that is there, or reports why it cannot create one.
        let _ = options.write(true).create_new(true).mode(0o600).open(path);
    }
}

/// Opens a store, and creates or upgrades it.
fn connect_to_current(path: &Path) -> DatabaseResult<Connection> {
    #[cfg(unix)]
    create_private(path);
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    schema::upgrade(&mut connection)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> DatabaseResult<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

impl Directory for SqliteStore {
    type Error = StoreError;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, StoreError> {
        self.read(|connection| rows::find(connection, queries))
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, StoreError> {
        self.read(|connection| names::suggest(connection, account, name, limit))
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}
