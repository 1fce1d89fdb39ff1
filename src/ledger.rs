//! The ledger: the store of all claims. It prevents that two starts for one person make two chats.

mod memory;

use std::fmt;
use std::future::{Future, ready};
use std::time::Duration;

pub use memory::MemoryLedger;

use crate::fingerprint::fingerprint;
use crate::key::Key;
use crate::person::Person;

/// The account and the person that a create is for. Two starts for one person have equal claim keys.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ClaimKey {
    /// The account's id.
    pub account: String,
    /// The key of an id of the person, or of the identifier to create with. If the id contains an address (a JID), the key
    /// is the address.
    pub person: Key,
}

impl ClaimKey {
    /// Returns the claim key of a person on an account.
    #[must_use]
    pub fn new(account: impl Into<String>, person: Key) -> Self {
        ClaimKey {
            account: account.into(),
            person,
        }
    }

    /// Returns 32 hexadecimal digits that are equal for equal claim keys in every process, for an idempotency key.
    ///
    /// The digits do not contain the identifier. An attacker can hash all phone numbers and compare. Do not publish the
    /// digits.
    ///
    /// ```
    /// use contact_resolution::{ClaimKey, IdentifierKind, Key};
    ///
    /// let alice = || Key::new(IdentifierKind::Id, "alice");
    /// assert_eq!(ClaimKey::new("whatsapp", alice()).id(), ClaimKey::new("whatsapp", alice()).id());
    /// assert_ne!(ClaimKey::new("whatsapp", alice()).id(), ClaimKey::new("signal", alice()).id());
    /// ```
    #[must_use]
    pub fn id(&self) -> String {
        fingerprint(&[
            &self.account,
            self.person.kind().as_str(),
            self.person.value(),
        ])
    }
}

impl fmt::Debug for ClaimKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The id is left out too, because an attacker can hash all phone numbers and compare.
        f.write_str("ClaimKey(..)")
    }
}

/// A claim: the exclusive right of a start to create a chat with a person.
///
/// Two claims with the same key have different tokens. If a start is delayed past the claim timeout, another start can
/// get a new claim. The outcome of the old claim must not replace the outcome of the new claim.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The account and the person.
    pub key: ClaimKey,
    /// The token from [`ClaimResult`].
    pub token: u64,
}

impl Claim {
    /// Returns the claim with a key and a token.
    #[must_use]
    pub fn new(key: ClaimKey, token: u64) -> Self {
        Claim { key, token }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claim(..)")
    }
}

/// The result of [`Ledger::claim`].
#[derive(Clone, PartialEq, Eq)]
pub enum ClaimResult {
    /// The caller alone has the claim, with this token. Every earlier claim with this key has an outcome.
    Acquired {
        /// The token of the claim. No other claim with the same key ever has it.
        token: u64,
    },
    /// Another start has the claim.
    Held,
    /// The caller alone has the claim, with this token. An earlier claim expired without an outcome, so it may have made a
    /// chat.
    Expired {
        /// The token of the claim. No other claim with the same key ever has it.
        token: u64,
    },
    /// Another start has made or found this chat.
    AlreadyDone(String),
}

impl ClaimResult {
    /// Returns the token if the caller has the claim.
    #[must_use]
    pub fn token(&self) -> Option<u64> {
        match self {
            ClaimResult::Acquired { token } | ClaimResult::Expired { token } => Some(*token),
            ClaimResult::Held | ClaimResult::AlreadyDone(_) => None,
        }
    }
}

impl fmt::Debug for ClaimResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ClaimResult::Acquired { .. } => "Acquired",
            ClaimResult::Held => "Held",
            ClaimResult::Expired { .. } => "Expired",
            ClaimResult::AlreadyDone(_) => "AlreadyDone",
        })
    }
}

/// The outcome that a start records for its claim.
#[derive(Clone, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// The person has this direct chat.
    Chat(String),
    /// No chat was made.
    NoChat,
}

impl fmt::Debug for ClaimOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ClaimOutcome::Chat(_) => "Chat",
            ClaimOutcome::NoChat => "NoChat",
        })
    }
}

/// The kept result of a lookup.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptLookup {
    /// The person that the network named. `None` if the network has no person with the identifier.
    pub person: Option<Person>,
    /// The time since the lookup.
    pub age: Duration,
}

impl KeptLookup {
    /// Creates a kept result.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::KeptLookup;
    ///
    /// assert!(KeptLookup::new(None, Duration::from_secs(60)).person.is_none());
    /// ```
    #[must_use]
    pub fn new(person: Option<Person>, age: Duration) -> Self {
        KeptLookup { person, age }
    }
}

/// Shows nothing about the person.
impl fmt::Debug for KeptLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptLookup")
            .field("is_present", &self.person.is_some())
            .field("age", &self.age)
            .finish()
    }
}

/// The store of all claims: a table with a unique key, or a map in a mutex. Every process that starts chats on an account
/// shares it.
///
/// A claim without an outcome expires after the *claim timeout*. The timeout must be longer than the lookups, the create
/// request, and the time that a request without an answer can still need to arrive.
pub trait Ledger {
    /// The error of a store that cannot be read or written.
    type Error;

    /// Claims a person, in one step that no other claim can come between.
    ///
    /// | latest claim of the key | result |
    /// |---|---|
    /// | none, or its outcome is [`ClaimOutcome::NoChat`] | [`ClaimResult::Acquired`] |
    /// | no outcome, before the claim timeout | [`ClaimResult::Held`] |
    /// | no outcome, after the claim timeout | [`ClaimResult::Expired`] |
    /// | [`ClaimOutcome::Chat`], recorded less than the claim timeout ago | [`ClaimResult::AlreadyDone`] |
    /// | [`ClaimOutcome::Chat`], recorded earlier | [`ClaimResult::Acquired`] |
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read or written. Then no chat may be created.
    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Self::Error>;

    /// Records the outcome of a claim. Returns false, and records nothing, if another claim has replaced this claim.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read or written. The outcome may or may not be recorded. If not, the claim
    /// expires.
    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, Self::Error>;

    /// Returns the kept result of a lookup. A ledger that keeps none returns `None`.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read. The lookup is then sent.
    fn kept_lookup(&self, lookup: &ClaimKey) -> Result<Option<KeptLookup>, Self::Error> {
        let _ = lookup;
        Ok(None)
    }

    /// Keeps the result of a lookup: the person that the network named, or `None` for absence. Of an account, at most the
    /// newest `capacity` results are kept.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to. The result is then not kept.
    fn keep_lookup(
        &self,
        lookup: &ClaimKey,
        person: Option<&Person>,
        capacity: u32,
    ) -> Result<(), Self::Error> {
        let _ = (lookup, person, capacity);
        Ok(())
    }
}

impl<L: Ledger + ?Sized> Ledger for &L {
    type Error = L::Error;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Self::Error> {
        (**self).claim(claim_key)
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, Self::Error> {
        (**self).record(claim, outcome)
    }

    fn kept_lookup(&self, lookup: &ClaimKey) -> Result<Option<KeptLookup>, Self::Error> {
        (**self).kept_lookup(lookup)
    }

    fn keep_lookup(
        &self,
        lookup: &ClaimKey,
        person: Option<&Person>,
        capacity: u32,
    ) -> Result<(), Self::Error> {
        (**self).keep_lookup(lookup, person, capacity)
    }
}

/// A [`Ledger`] with asynchronous methods. Every `Sync` [`Ledger`] is one.
pub trait AsyncLedger: Sync {
    /// The error of a store that cannot be read or written.
    type Error: Send;

    /// Claims a person, as [`Ledger::claim`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read or written. Then no chat may be created.
    fn claim_async(
        &self,
        claim_key: &ClaimKey,
    ) -> impl Future<Output = Result<ClaimResult, Self::Error>> + Send;

    /// Records the outcome of a claim, as [`Ledger::record`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read or written. The outcome may or may not be recorded. If not, the claim
    /// expires.
    fn record_async(
        &self,
        claim: &Claim,
        outcome: &ClaimOutcome,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Returns the kept result of a lookup, as [`Ledger::kept_lookup`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read. The lookup is then sent.
    fn kept_lookup_async(
        &self,
        lookup: &ClaimKey,
    ) -> impl Future<Output = Result<Option<KeptLookup>, Self::Error>> + Send {
        let _ = lookup;
        ready(Ok(None))
    }

    /// Keeps the result of a lookup, as [`Ledger::keep_lookup`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be written to. The result is then not kept.
    fn keep_lookup_async(
        &self,
        lookup: &ClaimKey,
        person: Option<&Person>,
        capacity: u32,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        let _ = (lookup, person, capacity);
        ready(Ok(()))
    }
}

impl<L: Ledger<Error: Send> + Sync> AsyncLedger for L {
    type Error = L::Error;

    fn claim_async(
        &self,
        claim_key: &ClaimKey,
    ) -> impl Future<Output = Result<ClaimResult, Self::Error>> + Send {
        ready(Ledger::claim(self, claim_key))
    }

    fn record_async(
        &self,
        claim: &Claim,
        outcome: &ClaimOutcome,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send {
        ready(Ledger::record(self, claim, outcome))
    }

    fn kept_lookup_async(
        &self,
        lookup: &ClaimKey,
    ) -> impl Future<Output = Result<Option<KeptLookup>, Self::Error>> + Send {
        ready(Ledger::kept_lookup(self, lookup))
    }

    fn keep_lookup_async(
        &self,
        lookup: &ClaimKey,
        person: Option<&Person>,
        capacity: u32,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        ready(Ledger::keep_lookup(self, lookup, person, capacity))
    }
}
