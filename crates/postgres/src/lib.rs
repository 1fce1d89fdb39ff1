#![doc = include_str!("../README.md")]

mod column;
mod error;
mod find;
mod ledger;
mod schema;
mod session;
mod write;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use contact_resolution::store::{self, StoreError};
use contact_resolution::{
    Account, AsyncDirectory, Coverage, DirectoryAnswer, DirectoryQuery, Outcome, Person,
};
use tokio::sync::Mutex;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls, Socket};

use crate::column::key_text;
use crate::error::Result as DatabaseResult;
pub use crate::ledger::PostgresLedger;
use crate::session::{Connector, Session};
use crate::write::Writer;

/// Accounts, their people and the claims on them, on a server that many processes share.
///
/// The tables are in the schema `contact_resolution`. The account is the first column of every key, and every query is of
/// one account, so that the tables can be distributed by account.
///
/// A store has two connections. Reads and claims share one, and writes use the other, which is opened by the first write. A
/// lost connection is opened again. A search of any number of keys is one round trip, also over several accounts. Writes to
/// one account wait for each other.
///
/// A statement can take ten seconds, unless the server or the URL sets a `statement_timeout`.
pub struct PostgresStore {
    connector: Connector,
    shared: Mutex<Option<Arc<Session>>>,
    writer: Mutex<Option<Client>>,
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

    /// Returns every account, ordered by id.
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
        let session = self.session().await?;
        let select = "select record from account order by account";
        let rows = session.client.query_typed(select, &[]).await?;
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
        let session = self.session().await?;
        let select = "select record from person where account = $1 order by person";
        let account = key_text(account);
        let rows = session
            .client
            .query_typed(select, &[(&account.as_ref(), Type::TEXT)])
            .await?;
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
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
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
    /// assert!(!store.set_covers("irc", Coverage { contacts: true, chats: true }).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn set_covers(&self, account: &str, coverage: Coverage) -> Result<bool, StoreError> {
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
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
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
        let Some(account) = writer.lock(account).await? else {
            return Ok(false);
        };
        let row_key = store::row_key(person);
        writer.delete_person(&account, &row_key).await?;
        writer
            .insert_people(&account, &[(&row_key, person)])
            .await?;
        writer.commit().await?;
        Ok(true)
    }

    /// Stores what a start learned: the person and the chat, see [`Outcome::to_record`]. Returns whether there was something
    /// to store and the account is known.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to.
    pub async fn record(&self, account: &str, outcome: &Outcome) -> Result<bool, StoreError> {
        match outcome.to_record() {
            Some(person) => self.upsert(account, &person).await,
            None => Ok(false),
        }
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
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
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
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
        writer.load(account, coverage, &people).await?;
        Ok(writer.commit().await?)
    }

    async fn open(connector: Connector) -> DatabaseResult<Self> {
        let mut client = connector.connect().await?;
        schema::upgrade(&mut client).await?;
        Ok(PostgresStore {
            connector,
            shared: Mutex::new(Some(Arc::new(Session::prepare(client).await?))),
            writer: Mutex::new(None),
        })
    }

    /// Returns the connection that reads and claims share.
    async fn session(&self) -> DatabaseResult<Arc<Session>> {
        let mut shared = self.shared.lock().await;
        if let Some(session) = shared
            .as_ref()
            .filter(|session| !session.client.is_closed())
        {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(Session::prepare(self.connector.connect().await?).await?);
        *shared = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Returns the same connection after the server answered on it, for a statement that must not be sent twice.
    async fn checked_session(&self) -> DatabaseResult<Arc<Session>> {
        let session = self.session().await?;
        if session.client.check_connection().await.is_ok() {
            return Ok(session);
        }
        self.forget_session().await;
        self.session().await
    }

    async fn forget_session(&self) {
        self.shared.lock().await.take();
    }

    /// Begins a transaction on the connection for writes.
    async fn begin<'a>(&self, connection: &'a mut Option<Client>) -> DatabaseResult<Writer<'a>> {
        let client = match connection.take() {
            Some(client) if !client.is_closed() => client,
            _ => self.connector.connect().await?,
        };
        Writer::begin(connection.insert(client)).await
    }

    async fn try_find(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> DatabaseResult<Vec<DirectoryAnswer>> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let session = self.session().await?;
        find::find(&session, queries).await
    }
}

impl AsyncDirectory for PostgresStore {
    type Error = StoreError;

    async fn find_async(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> Result<Vec<DirectoryAnswer>, StoreError> {
        match self.try_find(queries).await {
            // The connection may have been lost long ago. A read can be sent again.
            Err(error) if error.is_unreachable() => {
                self.forget_session().await;
                Ok(self.try_find(queries).await?)
            }
            answers => Ok(answers?),
        }
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
