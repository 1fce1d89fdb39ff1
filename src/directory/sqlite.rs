//! A directory and a ledger in one `SQLite` file.

mod ledger;
mod schema;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
    params_from_iter,
};

pub use ledger::SqliteLedger;

use super::store::{self, StoreError, StoreErrorKind};
use super::{Coverage, Directory, DirectoryAnswer, DirectoryQuery};
use crate::person::{Account, Person};

/// How long to wait for whoever else writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How many prepared statements are kept: those here, and a search for each number of keys that is usual.
const STATEMENTS: usize = 64;

/// Accounts, their people and the starts under way, in a file that several processes may share.
///
/// Every write is a transaction and on the disk when it returns, so that a process or a machine that stops loses nothing
/// it was told is done. Readers and the one writer don't wait for each other. A store is one connection, which threads
/// take turns on; a program that reads on many opens the file as often.
pub struct SqliteStore {
    connection: Mutex<Connection>,
}

impl SqliteStore {
    /// Opens the store in a file, or makes one. A store of an older version is brought up to date.
    ///
    /// ```
    /// use contact_resolution::directory::SqliteStore;
    /// use contact_resolution::{Account, DirectoryQuery, Directory, Key, IdentifierKind, Network, Person};
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
    /// Where there is no such folder, the file is no store, is damaged, is of a newer version, or is of an older one and
    /// can't be written to.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        schema::bring_up_to_date(&mut connection)?;
        Ok(SqliteStore {
            connection: Mutex::new(connection),
        })
    }

    /// The ledger in the same file. An intent that is never settled is stale after the settle window.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::directory::SqliteStore;
    /// use contact_resolution::{ClaimResult, ClaimKey, Key, IdentifierKind, Ledger};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// let ledger = store.ledger(Duration::from_secs(60));
    /// let claim_key = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice"));
    /// assert_eq!(ledger.claim(&claim_key)?, ClaimResult::Acquired);
    /// assert_eq!(ledger.claim(&claim_key)?, ClaimResult::Held);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ledger(&self, claim_timeout: Duration) -> SqliteLedger<'_> {
        SqliteLedger::new(self, claim_timeout)
    }

    /// Every account, in the order of their ids.
    ///
    /// ```
    /// use contact_resolution::directory::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// assert!(store.accounts()?.is_empty());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be read.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let connection = self.lock();
        let mut select =
            connection.prepare_cached("select record from account order by account")?;
        let mut rows = select.query([])?;
        let mut accounts = Vec::new();
        while let Some(row) = rows.next()? {
            accounts.push(store::read_account(text(row, 0)?)?);
        }
        Ok(accounts)
    }

    /// Everybody on an account, in the order of their ids; nobody where there is no such account.
    ///
    /// ```
    /// use contact_resolution::directory::SqliteStore;
    /// use contact_resolution::{Account, Network};
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
    /// Where the store can't be read.
    pub fn people(&self, account: &str) -> Result<Vec<Person>, StoreError> {
        let connection = self.lock();
        let mut select = connection
            .prepare_cached("select record from person where account = ? order by person")?;
        let mut rows = select.query([account])?;
        let mut people = Vec::new();
        while let Some(row) = rows.next()? {
            people.push(store::read(text(row, 0)?)?);
        }
        Ok(people)
    }

    /// Adds an account, or replaces what is known of the account itself. Its people stay, and are found as its network
    /// and region have it now; of an account that is new, oneself is the only one.
    ///
    /// ```
    /// use contact_resolution::directory::SqliteStore;
    /// use contact_resolution::{Account, Network};
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
    /// Where the store can't be written to.
    pub fn put_account(&self, account: &Account) -> Result<(), StoreError> {
        self.write(|store| {
            let known = read_account(store, &account.id)?;
            write_account(store, account, None)?;
            match known {
                Some(known) if store::reads_otherwise(&known, account) => key_anew(store, account),
                Some(_) => Ok(()),
                None => put(store, account, &account.user),
            }
        })
    }

    /// States how much of an account is known. False where there is no such account.
    ///
    /// ```
    /// use contact_resolution::directory::SqliteStore;
    /// use contact_resolution::Coverage;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// assert!(!store.set_covers("irc", Coverage { contacts: true, chats: true })?);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be written to.
    pub fn set_covers(&self, account: &str, coverage: Coverage) -> Result<bool, StoreError> {
        self.write(|store| {
            let mut update = store.prepare_cached(
                "update account set contacts = ?2, chats = ?3 where account = ?1",
            )?;
            Ok(update.execute(params![account, coverage.contacts, coverage.chats])? > 0)
        })
    }

    /// Stores a person in the place of what was known under their id. False where there is no such account.
    ///
    /// ```
    /// use contact_resolution::directory::SqliteStore;
    /// use contact_resolution::{Account, Network, Person};
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
    /// Where the store can't be written to.
    pub fn upsert(&self, account: &str, person: &Person) -> Result<bool, StoreError> {
        self.write(|store| {
            let Some(account) = read_account(store, account)? else {
                return Ok(false);
            };
            take(store, &account, &person.id)?;
            put(store, &account, person)?;
            Ok(true)
        })
    }

    /// Forgets the person of an id and gives what was known of them.
    ///
    /// ```
    /// use contact_resolution::directory::SqliteStore;
    /// use contact_resolution::{Account, Network, Person};
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
    /// Where the store can't be written to.
    pub fn remove(&self, account: &str, id: &str) -> Result<Option<Person>, StoreError> {
        self.write(|store| match read_account(store, account)? {
            Some(account) => take(store, &account, id),
            None => Ok(None),
        })
    }

    /// Replaces all that is known of an account at once: whoever reads meanwhile sees the old or the new, and a load that
    /// is broken off leaves the old. Of two records of one person the last counts.
    ///
    /// ```
    /// use contact_resolution::directory::SqliteStore;
    /// use contact_resolution::{Account, Coverage, Network, Person};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("contacts.sqlite"))?;
    /// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
    /// let people = ["libera_alice", "libera_bob"].map(Person::new);
    /// store.load(&account, Coverage { contacts: true, chats: true }, people)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be written to.
    pub fn load(
        &self,
        account: &Account,
        coverage: Coverage,
        people: impl IntoIterator<Item = Person>,
    ) -> Result<(), StoreError> {
        let book = store::book(account, people);
        self.write(|store| {
            store.execute("delete from holder where account = ?1", [&account.id])?;
            store.execute("delete from person where account = ?1", [&account.id])?;
            write_account(store, account, Some(coverage))?;
            book.values()
                .try_for_each(|person| put(store, account, person))
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves the connection whole: what was not committed is rolled back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes all or nothing. The lock is taken at once: a reader that becomes a writer would be refused where another
    /// wrote between.
    fn write<T>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let written = write(&transaction)?;
        transaction.commit()?;
        Ok(written)
    }
}

fn read_account(store: &Connection, id: &str) -> Result<Option<Account>, StoreError> {
    let mut select = store.prepare_cached("select record from account where account = ?1")?;
    let mut rows = select.query([id])?;
    rows.next()?
        .map(|row| store::read_account(text(row, 0)?))
        .transpose()
}

/// Writes an account; with nothing said, what it covers stays.
fn write_account(
    store: &Connection,
    account: &Account,
    coverage: Option<Coverage>,
) -> Result<(), StoreError> {
    let mut insert = store.prepare_cached(
        "insert into account values (?1, ?2, ?3 is true, ?4 is true) on conflict do update \
         set record = excluded.record, contacts = coalesce(?3, contacts), chats = coalesce(?4, chats)",
    )?;
    let (contacts, chats) = coverage
        .map(|coverage| (coverage.contacts, coverage.chats))
        .unzip();
    insert.execute(params![account.id, store::write(account)?, contacts, chats])?;
    Ok(())
}

fn put(store: &Connection, account: &Account, person: &Person) -> Result<(), StoreError> {
    let who = store::who(&person.id, account);
    let mut insert = store.prepare_cached("insert into person values (?1, ?2, ?3)")?;
    insert.execute(params![account.id, who, store::write(person)?])?;
    put_keys(store, account, &who, person)
}

fn put_keys(
    store: &Connection,
    account: &Account,
    who: &str,
    person: &Person,
) -> Result<(), StoreError> {
    let mut insert = store.prepare_cached("insert into holder values (?1, ?2, ?3)")?;
    for key in store::keys(person, account) {
        insert.execute([&account.id, &key, who])?;
    }
    Ok(())
}

fn take(store: &Connection, account: &Account, id: &str) -> Result<Option<Person>, StoreError> {
    let who = store::who(id, account);
    let mut delete = store
        .prepare_cached("delete from person where account = ?1 and person = ?2 returning record")?;
    let record: Option<String> = delete
        .query_row([&account.id, &who], |row| row.get(0))
        .optional()?;
    let Some(record) = record else {
        return Ok(None);
    };
    let person: Person = store::read(&record)?;
    let mut delete = store
        .prepare_cached("delete from holder where account = ?1 and key = ?2 and person = ?3")?;
    for key in store::keys(&person, account) {
        delete.execute([&account.id, &key, &who])?;
    }
    Ok(Some(person))
}

/// Finds an account's people by the keys that they have today.
fn key_anew(store: &Connection, account: &Account) -> Result<(), StoreError> {
    store.execute("delete from holder where account = ?1", [&account.id])?;
    let mut select = store.prepare("select person, record from person where account = ?1")?;
    let mut rows = select.query([&account.id])?;
    while let Some(row) = rows.next()? {
        put_keys(store, account, text(row, 0)?, &store::read(text(row, 1)?)?)?;
    }
    Ok(())
}

fn text<'a>(row: &'a rusqlite::Row<'_>, column: usize) -> Result<&'a str, StoreError> {
    row.get_ref(column)?
        .as_str()
        .map_err(|_| StoreError::new(StoreErrorKind::Corrupt))
}

/// The answer to one question, by one statement: what an account covers and who is found are of the same moment.
fn answer(store: &Connection, ask: &DirectoryQuery<'_>) -> Result<DirectoryAnswer, StoreError> {
    let mut places = "?,".repeat(ask.keys.len());
    places.pop();
    let mut select = store.prepare_cached(&format!(
        "select contacts, chats, holder.person, person.record from account \
         left join holder on holder.account = account.account and key in ({places}) \
         left join person on person.account = account.account and person.person = holder.person \
         where account.account = ?"
    ))?;
    let keys = ask.keys.iter().map(|key| Cow::from(key.to_string()));
    let mut rows = select.query(params_from_iter(keys.chain([ask.account.into()])))?;
    let mut coverage = Coverage::default();
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        coverage.contacts = row.get(0)?;
        coverage.chats = row.get(1)?;
        let Some(who) = row.get_ref(2)?.as_str_or_null().unwrap_or_default() else {
            continue;
        };
        if !people.contains_key(who) {
            people.insert(who.to_owned(), store::read(text(row, 3)?)?);
        }
    }
    let people = people.into_values().collect();
    Ok(DirectoryAnswer { people, coverage })
}

impl Directory for SqliteStore {
    type Error = StoreError;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, StoreError> {
        let connection = self.lock();
        if let [ask] = queries {
            return Ok(vec![answer(&connection, ask)?]);
        }
        // Several questions are asked of one moment, which also locks the file once for all of them.
        let moment = connection.unchecked_transaction()?;
        queries.iter().map(|ask| answer(&moment, ask)).collect()
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreErrorKind::Busy,
            // Or a column that is not what it was made as.
            Some(ErrorCode::DatabaseCorrupt) | None => StoreErrorKind::Corrupt,
            Some(ErrorCode::NotADatabase) => StoreErrorKind::NotAStore,
            Some(ErrorCode::DiskFull) => StoreErrorKind::Full,
            Some(ErrorCode::ReadOnly) => StoreErrorKind::ReadOnly,
            Some(ErrorCode::OperationInterrupted) => StoreErrorKind::TimedOut,
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                StoreErrorKind::Unreachable
            }
            Some(_) => StoreErrorKind::Failed,
        };
        match error.sqlite_error() {
            Some(error) => StoreError::numbered(kind, format!("SQLite {}", error.extended_code)),
            None => StoreError::new(kind),
        }
    }
}
