//! The store for asynchronous programs.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use contact_resolution::store::{StoreError, StoreErrorKind};
use contact_resolution::{
    AsyncDirectory, AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, Directory,
    DirectoryAnswer, DirectoryQuery, KeptLookup, Key, Ledger, Person,
};
use tokio::task::spawn_blocking;

use crate::SqliteStore;

/// A [`SqliteStore`] for asynchronous programs, with the feature `tokio`.
///
/// The calls of a `SqliteStore` read a disk and wait for other writers. On a thread of an asynchronous runtime, they would
/// hold up its other tasks. This type runs each call on `tokio`'s threads for blocking work.
///
/// ```
/// use std::time::Duration;
/// use contact_resolution::wire::{StartRequest, UserPayload};
/// use contact_resolution::{Account, Network, Person, Policy, resolve_async};
/// use contact_resolution_sqlite::{AsyncSqliteStore, SqliteStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let store = AsyncSqliteStore::new(SqliteStore::open(folder.path().join("contacts.sqlite"))?);
/// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
/// let own = account.clone();
/// store.run(move |store| store.put_account(&own)).await?;
/// store.run(|store| store.upsert("irc", &Person::new("libera_alice"))).await?;
///
/// let user = UserPayload { id: Some("libera_alice".into()), ..UserPayload::default() };
/// let request = StartRequest::new("irc", user);
/// let decision = resolve_async(&account, &request, &store, &Policy::default()).await?;
/// assert_eq!(decision.user_id.as_deref(), Some("libera_alice"));
/// let ledger = store.ledger(Duration::from_secs(3600));
/// # let _ = ledger;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AsyncSqliteStore {
    store: Arc<SqliteStore>,
}

impl AsyncSqliteStore {
    /// Returns the store for asynchronous calls. See [`AsyncSqliteStore`] for an example.
    #[must_use]
    pub fn new(store: SqliteStore) -> Self {
        AsyncSqliteStore {
            store: Arc::new(store),
        }
    }

    /// Returns the ledger in the same file, as [`SqliteStore::ledger`] does.
    #[must_use]
    pub fn ledger(&self, claim_timeout: Duration) -> AsyncSqliteLedger {
        AsyncSqliteLedger {
            store: self.clone(),
            claim_timeout,
        }
    }

    /// Runs any call of the store. See [`AsyncSqliteStore`] for an example.
    ///
    /// A call that has begun is carried out, even if the future is dropped.
    ///
    /// # Errors
    ///
    /// Returns the error of the call.
    pub async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&SqliteStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = Arc::clone(&self.store);
        match spawn_blocking(move || call(&store)).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // The runtime is shutting down.
                Err(_) => Err(StoreError::new(StoreErrorKind::Failed)),
            },
        }
    }
}

impl AsyncDirectory for AsyncSqliteStore {
    type Error = StoreError;

    async fn find_async(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> Result<Vec<DirectoryAnswer>, StoreError> {
        let owned: Vec<(String, Vec<Key>)> = queries
            .iter()
            .map(|query| (query.account.to_owned(), query.keys.to_vec()))
            .collect();
        self.run(move |store| {
            let queries: Vec<_> = owned
                .iter()
                .map(|(account, keys)| DirectoryQuery { account, keys })
                .collect();
            store.find(&queries)
        })
        .await
    }

    async fn suggest_async(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> Result<Vec<Person>, StoreError> {
        let (account, name) = (account.to_owned(), name.to_owned());
        self.run(move |store| store.suggest(&account, &name, limit))
            .await
    }
}

impl fmt::Debug for AsyncSqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncSqliteStore").finish_non_exhaustive()
    }
}

/// The ledger of an [`AsyncSqliteStore`].
#[derive(Clone)]
pub struct AsyncSqliteLedger {
    store: AsyncSqliteStore,
    claim_timeout: Duration,
}

impl AsyncLedger for AsyncSqliteLedger {
    type Error = StoreError;

    async fn claim_async(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StoreError> {
        let (claim_key, claim_timeout) = (claim_key.clone(), self.claim_timeout);
        let claim = move |store: &SqliteStore| store.ledger(claim_timeout).claim(&claim_key);
        self.store.run(claim).await
    }

    async fn record_async(
        &self,
        claim: &Claim,
        outcome: &ClaimOutcome,
    ) -> Result<bool, StoreError> {
        let (claim, outcome) = (claim.clone(), outcome.clone());
        let claim_timeout = self.claim_timeout;
        let record =
            move |store: &SqliteStore| store.ledger(claim_timeout).record(&claim, &outcome);
        self.store.run(record).await
    }

    async fn kept_lookup_async(&self, lookup: &ClaimKey) -> Result<Option<KeptLookup>, StoreError> {
        let (lookup, claim_timeout) = (lookup.clone(), self.claim_timeout);
        let kept = move |store: &SqliteStore| store.ledger(claim_timeout).kept_lookup(&lookup);
        self.store.run(kept).await
    }

    async fn keep_lookup_async(
        &self,
        lookup: &ClaimKey,
        person: Option<&Person>,
        capacity: u32,
    ) -> Result<(), StoreError> {
        let (lookup, person, claim_timeout) = (lookup.clone(), person.cloned(), self.claim_timeout);
        let keep = move |store: &SqliteStore| {
            let ledger = store.ledger(claim_timeout);
            ledger.keep_lookup(&lookup, person.as_ref(), capacity)
        };
        self.store.run(keep).await
    }
}

impl fmt::Debug for AsyncSqliteLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncSqliteLedger").finish_non_exhaustive()
    }
}
