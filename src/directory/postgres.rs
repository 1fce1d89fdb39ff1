//! A directory and a ledger on a `PostgreSQL` server.

mod column;
mod ledger;
mod schema;
mod session;
mod write;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::sync::Mutex;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls, Socket};

use column::column;
pub use ledger::PostgresLedger;
use session::{Connector, Session};
use write::Writer;

use super::store::{self, StoreError};
use super::{AsyncDirectory, Coverage, DirectoryAnswer, DirectoryQuery};
use crate::key::Key;
use crate::person::{Account, Person};

/// Accounts, their people and the starts under way, on a server that many processes share.
///
/// Its tables stand in the schema `contact_resolution`. The account leads every key and every query is of one account, so
/// that they can be distributed by account as they are. A question, however long, is one round trip: its accounts are
/// asked together. A store is two connections, one that all reads and claims share, and one that writes, which is made
/// when it is needed; either is made anew where it was lost. Writes to one account wait for each other.
///
/// A statement may take ten seconds where the server or the URL set no `statement_timeout`.
pub struct PostgresStore {
    connector: Connector,
    shared: Mutex<Option<Arc<Session>>>,
    writer: Mutex<Option<Client>>,
}

impl PostgresStore {
    /// Connects to a server, and makes the tables or brings them up to date. It needs a `tokio` runtime.
    ///
    /// ```no_run
    /// use contact_resolution::directory::PostgresStore;
    /// use contact_resolution::{Account, DirectoryQuery, AsyncDirectory, Key, IdentifierKind, Network, Person};
    ///
    /// # async fn example() -> Result<(), contact_resolution::directory::StoreError> {
    /// let store = PostgresStore::connect("postgres://contacts@localhost/contacts").await?;
    /// store.put_account(&Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me")).await?;
    /// store.upsert("whatsapp", &Person::new("alice-id").with_identifier(IdentifierKind::Phone, "+14155552671")).await?;
    ///
    /// let keys = [Key::new(IdentifierKind::Phone, "+14155552671")];
    /// let found = store.find(&[DirectoryQuery { account: "whatsapp", keys: &keys }]).await?;
    /// assert_eq!(found[0].people[0].id, "alice-id");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the server can't be reached or lets nobody in, the tables are of a newer version, or they are of an older one
    /// and can't be written to.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        PostgresStore::connect_tls(url, NoTls).await
    }

    /// Connects through TLS, by any of the connectors that there are for `tokio-postgres`.
    ///
    /// ```no_run
    /// use contact_resolution::directory::{PostgresStore, StoreError};
    /// use tokio_postgres::NoTls;
    ///
    /// # async fn example() -> Result<(), StoreError> {
    /// let store = PostgresStore::connect_tls("postgres://contacts@localhost/contacts", NoTls).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`connect`](PostgresStore::connect).
    pub async fn connect_tls<T>(url: &str, tls: T) -> Result<Self, StoreError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + 'static,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let connector = Connector::new(url, tls)?;
        let mut client = connector.connect().await?;
        schema::bring_up_to_date(&mut client).await?;
        Ok(PostgresStore {
            connector,
            shared: Mutex::new(Some(Arc::new(Session::prepare(client).await?))),
            writer: Mutex::new(None),
        })
    }

    /// The ledger on the same server. An intent that is never settled is stale after the settle window.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use contact_resolution::directory::{PostgresStore, StoreError};
    /// use contact_resolution::{AsyncLedger, ClaimResult, ClaimKey, Key, IdentifierKind};
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), StoreError> {
    /// let ledger = store.ledger(Duration::from_secs(60));
    /// let claim_key = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice"));
    /// assert_eq!(ledger.claim(&claim_key).await?, ClaimResult::Acquired);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn ledger(&self, claim_timeout: Duration) -> PostgresLedger<'_> {
        PostgresLedger::new(self, claim_timeout)
    }

    /// Every account, in the order of their ids.
    ///
    /// ```no_run
    /// use contact_resolution::directory::{PostgresStore, StoreError};
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), StoreError> {
    /// assert!(store.accounts().await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be read.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let session = self.session().await?;
        let select = "select record from account order by account";
        let rows = session.client.query_typed(select, &[]).await?;
        rows.iter()
            .map(|row| store::read_account(row.try_get(0)?))
            .collect()
    }

    /// Everybody on an account, in an order that stays the same; nobody where there is no such account.
    ///
    /// ```no_run
    /// use contact_resolution::directory::{PostgresStore, StoreError};
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), StoreError> {
    /// assert!(store.people("an account that is not there").await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be read.
    pub async fn people(&self, account: &str) -> Result<Vec<Person>, StoreError> {
        let session = self.session().await?;
        let select = "select record from person where account = $1 order by person";
        let account = column(account);
        let rows = session
            .client
            .query_typed(select, &[(&account.as_ref(), Type::TEXT)])
            .await?;
        rows.iter()
            .map(|row| store::read(row.try_get(0)?))
            .collect()
    }

    /// Adds an account, or replaces what is known of the account itself. Its people stay, and are found as its network
    /// and region have it now; of an account that is new, oneself is the only one.
    ///
    /// ```no_run
    /// use contact_resolution::directory::{PostgresStore, StoreError};
    /// use contact_resolution::{Account, Network};
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), StoreError> {
    /// store.put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be written to.
    pub async fn put_account(&self, account: &Account) -> Result<(), StoreError> {
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
        writer.put_account(account).await?;
        writer.commit().await
    }

    /// States how much of an account is known. False where there is no such account.
    ///
    /// ```no_run
    /// use contact_resolution::Coverage;
    /// use contact_resolution::directory::{PostgresStore, StoreError};
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), StoreError> {
    /// assert!(!store.set_covers("irc", Coverage { contacts: true, chats: true }).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be written to.
    pub async fn set_covers(&self, account: &str, coverage: Coverage) -> Result<bool, StoreError> {
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
        let is_known = writer.set_covers(account, coverage).await?;
        writer.commit().await?;
        Ok(is_known)
    }

    /// Stores a person in the place of what was known under their id. False where there is no such account.
    ///
    /// ```no_run
    /// use contact_resolution::Person;
    /// use contact_resolution::directory::{PostgresStore, StoreError};
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), StoreError> {
    /// assert!(store.upsert("irc", &Person::new("libera_alice")).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be written to.
    pub async fn upsert(&self, account: &str, person: &Person) -> Result<bool, StoreError> {
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
        let Some(account) = writer.lock(account).await? else {
            return Ok(false);
        };
        writer.take(&account, &person.id).await?;
        let who = store::who(&person.id, &account);
        writer.put(&account, &[(&who, person)]).await?;
        writer.commit().await?;
        Ok(true)
    }

    /// Forgets the person of an id and gives what was known of them.
    ///
    /// ```no_run
    /// use contact_resolution::directory::{PostgresStore, StoreError};
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), StoreError> {
    /// assert_eq!(store.remove("irc", "libera_alice").await?, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be written to.
    pub async fn remove(&self, account: &str, id: &str) -> Result<Option<Person>, StoreError> {
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
        let Some(account) = writer.lock(account).await? else {
            return Ok(None);
        };
        let person = writer.take(&account, id).await?;
        writer.commit().await?;
        Ok(person)
    }

    /// Replaces all that is known of an account at once: whoever reads meanwhile sees the old or the new, and a load that
    /// is broken off leaves the old. Of two records of one person the last counts.
    ///
    /// ```no_run
    /// use contact_resolution::directory::{PostgresStore, StoreError};
    /// use contact_resolution::{Account, Coverage, Network, Person};
    ///
    /// # async fn example(store: PostgresStore) -> Result<(), StoreError> {
    /// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
    /// let people = ["libera_alice", "libera_bob"].map(Person::new);
    /// store.load(&account, Coverage { contacts: true, chats: true }, people).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the store can't be written to.
    pub async fn load(
        &self,
        account: &Account,
        coverage: Coverage,
        people: impl IntoIterator<Item = Person>,
    ) -> Result<(), StoreError> {
        let book = store::book(account, people);
        let mut connection = self.writer.lock().await;
        let writer = self.begin(&mut connection).await?;
        writer.load(account, coverage, &book).await?;
        writer.commit().await
    }

    /// The connection that reads and claims share.
    async fn session(&self) -> Result<Arc<Session>, StoreError> {
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

    /// The same, once it has answered: for what can't be sent again where the connection was lost long ago.
    async fn session_that_answers(&self) -> Result<Arc<Session>, StoreError> {
        let session = self.session().await?;
        if session.client.check_connection().await.is_ok() {
            return Ok(session);
        }
        self.shared.lock().await.take();
        self.session().await
    }

    /// Begins to write, on the connection for it.
    async fn begin<'a>(
        &self,
        connection: &'a mut Option<Client>,
    ) -> Result<Writer<'a>, StoreError> {
        let client = match connection.take() {
            Some(client) if !client.is_closed() => client,
            _ => self.connector.connect().await?,
        };
        Writer::begin(connection.insert(client)).await
    }

    async fn ask(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> Result<Vec<DirectoryAnswer>, StoreError> {
        // What is asked of one account is one query, and the queries are sent together.
        let mut accounts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, ask) in queries.iter().enumerate() {
            accounts.entry(ask.account).or_default().push(at);
        }
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let session = self.session().await?;
        let answers = accounts.iter().map(|(account, at)| {
            let session = &session;
            async move {
                let mut wanted: HashMap<String, Vec<usize>> = HashMap::new();
                for at in at {
                    for key in queries[*at].keys.iter().map(Key::to_string) {
                        wanted
                            .entry(column(&key).into_owned())
                            .or_default()
                            .push(*at);
                    }
                }
                let keys: Vec<&str> = wanted.keys().map(String::as_str).collect();
                let rows = session
                    .client
                    .query(&session.find, &[&column(account).as_ref(), &keys])
                    .await?;
                Ok::<_, StoreError>((at, wanted, rows))
            }
        });
        let mut found = vec![DirectoryAnswer::default(); queries.len()];
        for (asked, wanted, rows) in try_join_all(answers).await? {
            let mut people: BTreeMap<&str, (Person, Vec<usize>)> = BTreeMap::new();
            if let Some(row) = rows.first() {
                let coverage = Coverage {
                    contacts: row.try_get(0)?,
                    chats: row.try_get(1)?,
                };
                for at in asked {
                    found[*at].coverage = coverage;
                }
            }
            for row in &rows {
                let (Some(key), Some(who)) = (row.try_get(2)?, row.try_get(3)?) else {
                    continue;
                };
                let wanting = wanted.get::<str>(key).into_iter().flatten();
                match people.entry(who) {
                    Entry::Occupied(known) => known.into_mut().1.extend(wanting),
                    Entry::Vacant(new) => {
                        let person = store::read(row.try_get(4)?)?;
                        new.insert((person, wanting.copied().collect()));
                    }
                }
            }
            for (person, mut wanting) in people.into_values() {
                wanting.sort_unstable();
                wanting.dedup();
                for at in wanting {
                    found[at].people.push(person.clone());
                }
            }
        }
        Ok(found)
    }
}

impl AsyncDirectory for PostgresStore {
    type Error = StoreError;

    async fn find(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> Result<Vec<DirectoryAnswer>, StoreError> {
        match self.ask(queries).await {
            // The connection may have been lost long ago, and a question can be asked again.
            Err(error) if error.is_unreachable() => {
                self.shared.lock().await.take();
                self.ask(queries).await
            }
            answer => answer,
        }
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
