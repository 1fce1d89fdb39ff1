//! The ledger: the record of creates under way, which keeps two starts for one person from making two chats.

mod memory;

use std::fmt;
use std::future::{Future, ready};

pub use memory::MemoryLedger;

use crate::fingerprint::fingerprint;
use crate::key::Key;

/// The account and the person that a create is for. Two starts for one person have equal claim keys.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ClaimKey {
    /// The account's id.
    pub account: String,
    /// The key of the person: of a known person's first id, or of the identifier of an attempt. If that id embeds an
    /// address, it is the key of the address.
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
    /// They do not show the person. But phone numbers are few enough to try them all, so do not publish them.
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
        // The id is left out too: a hash of a phone number can be found by trying all numbers.
        f.write_str("ClaimKey(..)")
    }
}

/// A claim that a start holds.
///
/// Each claim with the same key has another token. A start that was delayed past the claim timeout may
/// have lost its claim to another start, and its outcome must not replace that of the other.
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
    /// The caller alone has the claim, with this token. No earlier claim is without an outcome.
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

/// The record of claims, shared by every process that starts chats on an account: a table with a unique key, or a mutex.
///
/// A claim without an outcome expires after the *claim timeout*. The timeout must be longer than a create can take: the
/// lookups, the request, and the time in which a request that is lost can still arrive.
pub trait Ledger {
    /// The error of a store that cannot be reached.
    type Error;

    /// Claims a person, in one step that no other claim can come between.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be reached. Then nothing may be created.
    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Self::Error>;

    /// Records the outcome of a claim. Returns whether it was recorded: an outcome is refused if another claim has replaced
    /// this one.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be reached. Then the claim expires.
    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, Self::Error>;
}

impl<L: Ledger + ?Sized> Ledger for &L {
    type Error = L::Error;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Self::Error> {
        (**self).claim(claim_key)
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, Self::Error> {
        (**self).record(claim, outcome)
    }
}

/// A [`Ledger`] with asynchronous methods. Every `Sync` [`Ledger`] is one.
pub trait AsyncLedger: Sync {
    /// The error of a store that cannot be reached.
    type Error: Send;

    /// Claims a person, as [`Ledger::claim`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be reached. Then nothing may be created.
    fn claim_async(
        &self,
        claim_key: &ClaimKey,
    ) -> impl Future<Output = Result<ClaimResult, Self::Error>> + Send;

    /// Records the outcome of a claim, as [`Ledger::record`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be reached. Then the claim expires.
    fn record_async(
        &self,
        claim: &Claim,
        outcome: &ClaimOutcome,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;
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
}
