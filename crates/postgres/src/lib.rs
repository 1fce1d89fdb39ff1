#![doc = include_str!("../README.md")]

mod column;
mod error;
mod find;
mod ledger;
mod lookups;
mod schema;
mod session;
mod statements;
mod suggest;
mod write;

use std::fmt;
use std::slice;
use std::time::Duration;

use contact_resolution::store::{self, StoreError, StoreErrorKind};
use contact_resolution::{Account, Coverage, MemoryDirectory, Outcome, Person};
use deadpool::Runtime;
use deadpool::managed::{Object, Pool};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{NoTls, Row, Socket};

use crate::column::key_text;
use crate::error::{DatabaseError, Result as DatabaseResult};
pub use crate::ledger::PostgresLedger;
use crate::session::Connector;
use crate::write::Writer;

/// The most connections for reads and claims, unless the program sets another number.
const READERS: usize = 4;

/// The most connections for writes.
const WRITERS: usize = 2;

/// The time to wait for a connection that is in use.
const WAIT: Duration = Duration::from_secs(10);

/// A parameter of a statement with its type.
type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// A connection that goes back to its pool when it is dropped.
pub(crate) type Pooled = Object<Connector>;

/// When a call may be sent again after an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// A read changes nothing.
    Always,
    /// Only if the call certainly was not executed.
    IfNotRun,
}

/// Accounts, their people and the claims on them, on a server that many processes share.
///
/// The tables are in the schema `contact_resolution`. The account is the first column of every key. Every statement except
/// that of [`accounts`](PostgresStore::accounts) is of one account, so that the tables can be
/// [distributed](PostgresStore::distribute) by account.
///
/// A store has up to four connections for reads and claims, and up to two for writes. They are opened when they are needed,
/// and a lost one is opened again. A search of any number of keys is one round trip, also over several accounts. Writes to
/// one account wait for each other.
///
/// The URL can name a connection pooler such as PgBouncer, in any pool mode. The store prepares its statements if the pooler
/// supports that, and otherwise sends them unprepared.
///
/// A statement can take ten seconds, unless the server, the role or the URL sets a `statement_timeout`.
pub struct PostgresStore {
    connector: Connector,
    readers: Pool<Connector>,
    writers: Pool<Connector>,
}

impl PostgresStore {
    /// Connects to a server without TLS. Creates the tables, or upgrades those of an older version.
    ///
    /// The `tokio` runtime that calls this must run for as long as the store is used.
    ///
    /// ```no_run
    /// use contact_resolution::{Account, AsyncDirectory, DirectoryQuery, IdentifierKind, Key, Network, Person};
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let store = PostgresStore::connect("postgres://contacts@localhost/contacts").await?;
    /// store.put_account(&Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me")).await?;
    /// store.upsert("whatsapp", &Person::new("alice-id").with_identifier(IdentifierKind::Phone, "+14155552671")).await?;
    ///
    /// let keys = [Key::new(IdentifierKind::Phone, "+14155552671")];
    /// let found = store.find_async(&[DirectoryQuery { account: "whatsapp", keys: &keys }]).await?;
    /// assert_eq!(found[0].people[0].id, "alice-id");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the server cannot be reached or refuses the login, if a newer version wrote the tables, or if
    /// they need an upgrade and are read-only.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        PostgresStore::connect_tls(url, NoTls).await
    }

    /// Connects as [`connect`](PostgresStore::connect) does, through a TLS connector for `tokio-postgres`.
    ///
    /// ```no_run
    /// use contact_resolution_postgres::PostgresStore;
    /// use tokio_postgres::NoTls;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let store = PostgresStore::connect_tls("postgres://contacts@localhost/contacts", NoTls).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`connect`](PostgresStore::connect).
    pub async fn connect_tls<T>(url: &str, tls: T) -> Result<Self, StoreError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + 'static,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        Ok(PostgresStore::open(Connector::new(url, tls)?).await?)
    }

    /// Sets the most connections for reads and claims. The default is four.
    ///
    /// ```no_run
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let store = PostgresStore::connect("postgres://contacts@localhost/contacts").await?.with_connections(16);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_connections(self, count: usize) -> Self {
        self.readers.resize(count.max(1));
        self
    }

    /// Distributes the tables by account over the nodes of [Citus]. Later upgrades of the store distribute their new tables
    /// too.
    ///
    /// The database must have the extension `citus`, and the URL must name the coordinator. Tables that are distributed
    /// already stay as they are.
    ///
    /// ```no_run
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let store = PostgresStore::connect("postgres://contacts@coordinator/contacts").await?;
    /// store.distribute().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the database has no Citus, or if the tables cannot be distributed.
    ///
    /// [Citus]: https://github.com/citusdata/citus
    pub async fn distribute(&self) -> Result<(), StoreError> {
        let mut session = self.writer().await?;
        let writer = self.begin(&mut session).await?;
        schema::distribute(&writer).await?;
        Ok(writer.commit().await?)
    }

    /// Returns the ledger on the same server. A claim without an outcome expires after the claim timeout.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use contact_resolution::{AsyncLedger, ClaimKey, ClaimResult, IdentifierKind, Key};
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// let ledger = store.ledger(Duration::from_secs(60));
    /// let claim_key = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice"));
    /// assert!(matches!(ledger.claim_async(&claim_key).await?, ClaimResult::Acquired { .. }));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn ledger(&self, claim_timeout: Duration) -> PostgresLedger<'_> {
        PostgresLedger::new(self, claim_timeout)
    }

    /// Returns an account, or `None` if it is not in the store.
    ///
    /// ```no_run
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(store.account("an account that is not there").await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    pub async fn account(&self, id: &str) -> Result<Option<Account>, StoreError> {
        Ok(self.read_account(id).await?)
    }

    async fn read_account(&self, id: &str) -> DatabaseResult<Option<Account>> {
        let select = "select record from contact_resolution.account where account = $1";
        let id = key_text(id);
        let parameters: [Parameter<'_>; 1] = [(&id.as_ref(), Type::TEXT)];
        let rows = self.select(select, &parameters).await?;
        match rows.first() {
            Some(row) => Ok(Some(store::account_from_record(row.try_get(0)?)?)),
            None => Ok(None),
        }
    }

    /// Returns every account, ordered by id. It takes longer the more accounts there are. See
    /// [`account`](PostgresStore::account) for one of them.
    ///
    /// ```no_run
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(store.accounts().await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        Ok(self.read_accounts().await?)
    }

    async fn read_accounts(&self) -> DatabaseResult<Vec<Account>> {
        let select = "select record from contact_resolution.account order by account";
        let rows = self.select(select, &[]).await?;
        rows.iter()
            .map(|row| Ok(store::account_from_record(row.try_get(0)?)?))
            .collect()
    }

    /// Returns the people of an account, in a stable order. An account that is not in the store has none.
    ///
    /// ```no_run
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(store.people("an account that is not there").await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    pub async fn people(&self, account: &str) -> Result<Vec<Person>, StoreError> {
        Ok(self.read_people(account).await?)
    }

    async fn read_people(&self, account: &str) -> DatabaseResult<Vec<Person>> {
        let select =
            "select record from contact_resolution.person where account = $1 order by person";
        let account = key_text(account);
        let parameters: [Parameter<'_>; 1] = [(&account.as_ref(), Type::TEXT)];
        let rows = self.select(select, &parameters).await?;
        rows.iter()
            .map(|row| Ok(store::from_record(row.try_get(0)?)?))
            .collect()
    }

    /// Adds an account, or replaces the record of the account itself.
    ///
    /// A known account keeps its people, and their keys follow its new network and region. The only person of a new account
    /// is the own user.
    ///
    /// ```no_run
    /// use contact_resolution::{Account, Network};
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// store.put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn put_account(&self, account: &Account) -> Result<(), StoreError> {
        let mut session = self.writer().await?;
        let writer = self.begin(&mut session).await?;
        writer.put_account(account).await?;
        Ok(writer.commit().await?)
    }

    /// Sets how much of an account is known. Returns false if there is no such account.
    ///
    /// ```no_run
    /// use contact_resolution::Coverage;
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(!store.set_coverage("irc", Coverage { contacts: true, chats: true }).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn set_coverage(
        &self,
        account: &str,
        coverage: Coverage,
    ) -> Result<bool, StoreError> {
        let mut session = self.writer().await?;
        let writer = self.begin(&mut session).await?;
        let is_known = writer.set_coverage(account, coverage).await?;
        writer.commit().await?;
        Ok(is_known)
    }

    /// Stores a person, and replaces the record under the same id or record key. Returns false if there is no such account.
    ///
    /// ```no_run
    /// use contact_resolution::Person;
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(store.upsert("irc", &Person::new("libera_alice")).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn upsert(&self, account: &str, person: &Person) -> Result<bool, StoreError> {
        self.upsert_all(account, slice::from_ref(person)).await
    }

    async fn upsert_all(&self, account: &str, people: &[Person]) -> Result<bool, StoreError> {
        let mut session = self.writer().await?;
        let writer = self.begin(&mut session).await?;
        let Some(account) = writer.lock(account).await? else {
            return Ok(false);
        };
        for person in people {
            let row_key = store::row_key(person);
            writer.delete_person(&account, &row_key).await?;
            writer
                .insert_people(&account, &[(&row_key, person)])
                .await?;
        }
        writer.commit().await?;
        Ok(true)
    }

    /// Stores what a start learned: people and the chat, see [`Outcome::to_records`]. Returns whether there was something
    /// to store and the account is known.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn record(&self, account: &str, outcome: &Outcome) -> Result<bool, StoreError> {
        let people = outcome.to_records();
        Ok(!people.is_empty() && self.upsert_all(account, &people).await?)
    }

    /// Removes a person, and returns their record.
    ///
    /// ```no_run
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// assert_eq!(store.remove("irc", "libera_alice").await?, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn remove(&self, account: &str, id: &str) -> Result<Option<Person>, StoreError> {
        let row_key = store::row_key(&Person::new(id));
        self.remove_row(account, &row_key).await
    }

    /// Removes the [local person](Person::local) with a record key, and returns their record.
    ///
    /// ```no_run
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// assert_eq!(store.remove_local("irc", "row-17").await?, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn remove_local(
        &self,
        account: &str,
        record_key: &str,
    ) -> Result<Option<Person>, StoreError> {
        let row_key = store::row_key(&Person::local(record_key));
        self.remove_row(account, &row_key).await
    }

    async fn remove_row(&self, account: &str, row_key: &str) -> Result<Option<Person>, StoreError> {
        let mut session = self.writer().await?;
        let writer = self.begin(&mut session).await?;
        let Some(account) = writer.lock(account).await? else {
            return Ok(None);
        };
        let person = writer.delete_person(&account, row_key).await?;
        writer.commit().await?;
        Ok(person)
    }

    /// Replaces an account and all its people in one step.
    ///
    /// A reader sees the old people or the new ones. If the load fails or the process ends, the old people stay. If two
    /// records have the same id, the last one is kept.
    ///
    /// ```no_run
    /// use contact_resolution::{Account, Coverage, Network, Person};
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
    /// let people = ["libera_alice", "libera_bob"].map(Person::new);
    /// store.load(&account, Coverage { contacts: true, chats: true }, people).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn load(
        &self,
        account: &Account,
        coverage: Coverage,
        people: impl IntoIterator<Item = Person>,
    ) -> Result<(), StoreError> {
        let people = store::people_by_key(account, people);
        let mut session = self.writer().await?;
        let writer = self.begin(&mut session).await?;
        writer.load(account, coverage, &people).await?;
        Ok(writer.commit().await?)
    }

    /// Replaces the accounts of a directory and their people, each account in one step. Other accounts of the store stay.
    ///
    /// A directory that was read from JSON may have left items out. See
    /// [`MemoryDirectory::skipped`](contact_resolution::MemoryDirectory::skipped).
    ///
    /// ```no_run
    /// use std::fs::File;
    /// use contact_resolution::MemoryDirectory;
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// let directory = MemoryDirectory::read_json(File::open("contacts.json")?)?;
    /// store.load_directory(&directory).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn load_directory(&self, directory: &MemoryDirectory) -> Result<(), StoreError> {
        for (account, coverage, people) in store::accounts_of(directory) {
            self.load(account, coverage, people).await?;
        }
        Ok(())
    }

    /// Removes an account with its people and its claims. Returns whether it was there.
    ///
    /// ```no_run
    /// use contact_resolution_postgres::PostgresStore;
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(!store.remove_account("an account that is not there").await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn remove_account(&self, id: &str) -> Result<bool, StoreError> {
        let mut session = self.writer().await?;
        let writer = self.begin(&mut session).await?;
        let is_removed = writer.remove_account(id).await?;
        writer.commit().await?;
        Ok(is_removed)
    }

    async fn open(connector: Connector) -> DatabaseResult<Self> {
        let pool = |connector: Connector, count| {
            Pool::builder(connector)
                .max_size(count)
                .wait_timeout(Some(WAIT))
                .runtime(Runtime::Tokio1)
                .build()
                .map_err(|_| DatabaseError::new(StoreErrorKind::Failed))
        };
        let store = PostgresStore {
            readers: pool(connector.preparing(), READERS)?,
            writers: pool(connector.clone(), WRITERS)?,
            connector,
        };
        schema::upgrade(&mut *store.writer().await?).await?;
        // The first search then takes one round trip.
        drop(store.reader().await?);
        Ok(store)
    }

    pub(crate) async fn writer(&self) -> DatabaseResult<Pooled> {
        Ok(self.writers.get().await?)
    }

    /// Begins a transaction.
    pub(crate) async fn begin<'a>(&self, session: &'a mut Pooled) -> DatabaseResult<Writer<'a>> {
        let begun = Writer::begin(session).await;
        if begun.as_ref().is_err_and(DatabaseError::is_unreachable) {
            // The other connections are probably lost too.
            self.writers.retain(|_, _| false);
        }
        begun
    }

    pub(crate) async fn reader(&self) -> DatabaseResult<Pooled> {
        Ok(self.readers.get().await?)
    }

    /// Returns a connection after the server answered on it, for a statement that must not be sent twice.
    pub(crate) async fn checked_reader(&self) -> DatabaseResult<Pooled> {
        let session = self.reader().await?;
        match session.client.check_connection().await {
            Ok(()) => Ok(session),
            Err(error) => self.replace(session, error.into(), Repeat::Always).await,
        }
    }

    /// Returns another connection, on which a call is repeated after an error. If it must not be repeated, returns the
    /// error.
    pub(crate) async fn replace(
        &self,
        session: Pooled,
        error: DatabaseError,
        repeat: Repeat,
    ) -> DatabaseResult<Pooled> {
        if error.is_statement_lost() {
            self.connector.stop_preparing();
        } else if repeat == Repeat::IfNotRun || !error.is_unreachable() {
            return Err(error);
        }
        // The other connections are probably lost too.
        drop(Object::take(session));
        self.readers.retain(|_, _| false);
        self.reader().await
    }

    /// Runs a statement that only reads.
    pub(crate) async fn select(
        &self,
        select: &str,
        parameters: &[Parameter<'_>],
    ) -> DatabaseResult<Vec<Row>> {
        let session = self.reader().await?;
        match session.query_typed(select, parameters).await {
            Err(error) => {
                let session = self.replace(session, error, Repeat::Always).await?;
                session.query_typed(select, parameters).await
            }
            rows => rows,
        }
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
