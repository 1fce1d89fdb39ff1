//! Several stores, each with some of the accounts.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use crate::directory::{AsyncDirectory, Directory, DirectoryAnswer, DirectoryQuery};
use crate::ledger::{AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, KeptLookup, Ledger};
use crate::person::Person;

/// The place of an account among several stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shard {
    /// The account is in the store with this number.
    In(usize),
    /// The account is about to leave the store with this number. It is still read there, and running starts still record
    /// there. Every new claim is [`Held`](ClaimResult::Held), so that no new start creates a chat.
    Leaving(usize),
}

impl Shard {
    fn number(self) -> usize {
        match self {
            Shard::In(number) | Shard::Leaving(number) => number,
        }
    }
}

/// Several directories or ledgers that divide the accounts among themselves.
///
/// No query and no claim is of two accounts. So several plain databases hold more accounts than one, without a
/// distributed database. A function returns the [`Shard`] of an account. It can look into a table that changes when an
/// account moves. The guide describes [how an account moves](crate::guide::scale).
///
/// For stores with asynchronous methods, see [`AsyncSharded`].
///
/// ```
/// use contact_resolution::{Account, Directory, DirectoryQuery, IdentifierKind, Key, MemoryDirectory, Network, Person};
/// use contact_resolution::{Shard, Sharded};
///
/// let mut stores = [MemoryDirectory::new(), MemoryDirectory::new()];
/// for (number, account) in ["work", "home"].into_iter().enumerate() {
///     stores[number].insert_account(Account::new(account, Network::IRC, "me"));
///     stores[number].upsert(account, Person::new("libera_alice"));
/// }
/// let shard = |account: &str| Shard::In(if account == "work" { 0 } else { 1 });
/// let directory = Sharded::new(stores, shard);
///
/// let keys = [Key::new(IdentifierKind::Id, "libera_alice")];
/// let queries = ["home", "work"].map(|account| DirectoryQuery { account, keys: &keys });
/// let answers = directory.find(&queries).unwrap();
/// assert!(answers.iter().all(|answer| answer.people.len() == 1));
/// ```
pub struct Sharded<S, F> {
    stores: Vec<S>,
    shard: F,
}

/// A [`Sharded`] over stores with asynchronous methods.
pub struct AsyncSharded<S, F>(Sharded<S, F>);

/// The reason why a [`Sharded`] could not be queried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardError<E> {
    /// The function named a store that does not exist.
    NoSuchStore(usize),
    /// A store could not be queried.
    Store(E),
}

impl<E: fmt::Display> fmt::Display for ShardError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShardError::NoSuchStore(number) => {
                write!(f, "there is no store with the number {number}")
            }
            ShardError::Store(error) => error.fmt(f),
        }
    }
}

impl<E: Error + 'static> Error for ShardError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ShardError::NoSuchStore(_) => None,
            ShardError::Store(error) => error.source(),
        }
    }
}

impl<S, F: Fn(&str) -> Shard> Sharded<S, F> {
    /// Returns stores that are numbered from zero. See [`Sharded`] for an example.
    #[must_use]
    pub fn new(stores: impl IntoIterator<Item = S>, shard: F) -> Self {
        Sharded {
            stores: stores.into_iter().collect(),
            shard,
        }
    }

    /// Returns the store of an account, for example to write to it. Returns `None` if there is no store with its number.
    ///
    /// ```
    /// use contact_resolution::{MemoryDirectory, Shard, Sharded};
    ///
    /// let sharded = Sharded::new([MemoryDirectory::new()], |account| Shard::In(account.len() % 2));
    /// assert!(sharded.store("home").is_some() && sharded.store("works").is_none());
    /// ```
    #[must_use]
    pub fn store(&self, account: &str) -> Option<&S> {
        self.stores.get((self.shard)(account).number())
    }

    fn at<E>(&self, number: usize) -> Result<&S, ShardError<E>> {
        self.stores
            .get(number)
            .ok_or(ShardError::NoSuchStore(number))
    }

    /// Returns the places of the queries of each store.
    fn places(&self, queries: &[DirectoryQuery<'_>]) -> BTreeMap<usize, Vec<usize>> {
        let mut places: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, query) in queries.iter().enumerate() {
            let number = (self.shard)(query.account).number();
            places.entry(number).or_default().push(place);
        }
        places
    }
}

/// Puts the answers of one store to their places.
fn put(answers: &mut [DirectoryAnswer], places: &[usize], found: Vec<DirectoryAnswer>) {
    for (place, found) in places.iter().zip(found) {
        if let Some(answer) = answers.get_mut(*place) {
            *answer = found;
        }
    }
}

impl<S, F: Fn(&str) -> Shard> AsyncSharded<S, F> {
    /// Returns stores that are numbered from zero. See [`Sharded`] for an example.
    #[must_use]
    pub fn new(stores: impl IntoIterator<Item = S>, shard: F) -> Self {
        AsyncSharded(Sharded::new(stores, shard))
    }

    /// Returns the store of an account, for example to write to it. Returns `None` if there is no store with its number.
    #[must_use]
    pub fn store(&self, account: &str) -> Option<&S> {
        self.0.store(account)
    }
}

impl<D: Directory, F: Fn(&str) -> Shard> Directory for Sharded<D, F> {
    type Error = ShardError<D::Error>;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Self::Error> {
        let mut answers = vec![DirectoryAnswer::default(); queries.len()];
        for (number, places) in self.places(queries) {
            let own: Vec<_> = places
                .iter()
                .filter_map(|place| queries.get(*place).copied())
                .collect();
            let found = self.at(number)?.find(&own).map_err(ShardError::Store)?;
            put(&mut answers, &places, found);
        }
        Ok(answers)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, Self::Error> {
        self.at((self.shard)(account).number())?
            .suggest(account, name, limit)
            .map_err(ShardError::Store)
    }
}

impl<L: Ledger, F: Fn(&str) -> Shard> Ledger for Sharded<L, F> {
    type Error = ShardError<L::Error>;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Self::Error> {
        match (self.shard)(&claim_key.account) {
            Shard::In(number) => self.at(number)?.claim(claim_key).map_err(ShardError::Store),
            Shard::Leaving(_) => Ok(ClaimResult::Held),
        }
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, Self::Error> {
        self.at((self.shard)(&claim.key.account).number())?
            .record(claim, outcome)
            .map_err(ShardError::Store)
    }

    fn kept_lookup(&self, lookup: &ClaimKey) -> Result<Option<KeptLookup>, Self::Error> {
        self.at((self.shard)(&lookup.account).number())?
            .kept_lookup(lookup)
            .map_err(ShardError::Store)
    }

    fn keep_lookup(
        &self,
        lookup: &ClaimKey,
        person: Option<&Person>,
        capacity: u32,
    ) -> Result<(), Self::Error> {
        self.at((self.shard)(&lookup.account).number())?
            .keep_lookup(lookup, person, capacity)
            .map_err(ShardError::Store)
    }
}

impl<D, F> AsyncDirectory for AsyncSharded<D, F>
where
    D: AsyncDirectory + Send,
    F: Fn(&str) -> Shard + Sync,
{
    type Error = ShardError<D::Error>;

    async fn find_async(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> Result<Vec<DirectoryAnswer>, Self::Error> {
        let mut answers = vec![DirectoryAnswer::default(); queries.len()];
        for (number, places) in self.0.places(queries) {
            let own: Vec<_> = places
                .iter()
                .filter_map(|place| queries.get(*place).copied())
                .collect();
            let found = self.0.at(number)?.find_async(&own).await;
            put(&mut answers, &places, found.map_err(ShardError::Store)?);
        }
        Ok(answers)
    }

    async fn suggest_async(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> Result<Vec<Person>, Self::Error> {
        let store = self.0.at((self.0.shard)(account).number())?;
        store
            .suggest_async(account, name, limit)
            .await
            .map_err(ShardError::Store)
    }
}

impl<L, F> AsyncLedger for AsyncSharded<L, F>
where
    L: AsyncLedger + Send,
    F: Fn(&str) -> Shard + Sync,
{
    type Error = ShardError<L::Error>;

    async fn claim_async(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Self::Error> {
        match (self.0.shard)(&claim_key.account) {
            Shard::In(number) => {
                let claimed = self.0.at(number)?.claim_async(claim_key).await;
                claimed.map_err(ShardError::Store)
            }
            Shard::Leaving(_) => Ok(ClaimResult::Held),
        }
    }

    async fn record_async(
        &self,
        claim: &Claim,
        outcome: &ClaimOutcome,
    ) -> Result<bool, Self::Error> {
        let store = self.0.at((self.0.shard)(&claim.key.account).number())?;
        store
            .record_async(claim, outcome)
            .await
            .map_err(ShardError::Store)
    }

    async fn kept_lookup_async(
        &self,
        lookup: &ClaimKey,
    ) -> Result<Option<KeptLookup>, Self::Error> {
        let store = self.0.at((self.0.shard)(&lookup.account).number())?;
        let kept = store.kept_lookup_async(lookup).await;
        kept.map_err(ShardError::Store)
    }

    async fn keep_lookup_async(
        &self,
        lookup: &ClaimKey,
        person: Option<&Person>,
        capacity: u32,
    ) -> Result<(), Self::Error> {
        let store = self.0.at((self.0.shard)(&lookup.account).number())?;
        let kept = store.keep_lookup_async(lookup, person, capacity).await;
        kept.map_err(ShardError::Store)
    }
}

impl<S: fmt::Debug, F> fmt::Debug for Sharded<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sharded")
            .field("stores", &self.stores)
            .finish_non_exhaustive()
    }
}

impl<S: fmt::Debug, F> fmt::Debug for AsyncSharded<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncSharded").field(&self.0.stores).finish()
    }
}
