//! Who is starting what: the record that makes two starts for one person one chat.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::identifier::Key;

/// A create about to be asked for: on which account, and for whom.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ClaimKey {
    /// The account's id.
    pub account: String,
    /// Whom the chat is for: the key of a known person's first id, or of the identifier that is tried; where that id
    /// carries an address, the address's.
    pub person: Key,
}

impl ClaimKey {
    /// An intent for a person on an account.
    ///
    /// ```
    /// use contact_resolution::{ClaimKey, Key, IdentifierKind};
    ///
    /// let claim_key = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Phone, "+14155552671"));
    /// assert_eq!(claim_key.id(), ClaimKey::new("whatsapp", Key::new(IdentifierKind::Phone, "+14155552671")).id());
    /// ```
    #[must_use]
    pub fn new(account: impl Into<String>, person: Key) -> Self {
        ClaimKey {
            account: account.into(),
            person,
        }
    }

    /// The intent's name: 32 hexadecimal digits, the same for the same account and person in every process, so that a
    /// repeated create can be told as one. It does not show the person, but whoever guesses them can check the guess.
    ///
    /// ```
    /// use contact_resolution::{ClaimKey, Key, IdentifierKind};
    ///
    /// assert_eq!(ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice")).id().len(), 32);
    /// ```
    #[must_use]
    pub fn id(&self) -> String {
        digest(&[
            &self.account,
            self.person.kind().as_str(),
            self.person.value(),
        ])
    }
}

/// 32 hexadecimal digits of some texts, the same in every process. Whoever wants two that agree can find them.
pub(crate) fn digest(texts: &[&str]) -> String {
    // Each ended by a byte that no text has.
    let bytes = || texts.iter().flat_map(|text| text.bytes().chain([0xff]));
    let (low, high) = (FNV_BASIS, FNV_BASIS.rotate_left(32));
    format!("{:016x}{:016x}", fnv(low, bytes()), fnv(high, bytes()))
}

pub(super) const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a over bytes.
pub(super) fn fnv(basis: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(basis, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl fmt::Debug for ClaimKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not even its name: there are few enough phone numbers to try them all.
        f.write_str("ClaimKey(..)")
    }
}

/// What claiming an intent came to.
#[derive(Clone, PartialEq, Eq)]
pub enum ClaimResult {
    /// It is the caller's alone, and how it ended for whoever had it before is known.
    Acquired,
    /// Another start has it.
    Held,
    /// It is the caller's now. Another start had it, and its end was never told: it may have made a chat.
    Expired,
    /// Another start has made or found this chat.
    AlreadyDone(String),
}

impl fmt::Debug for ClaimResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ClaimResult::Acquired => "Acquired",
            ClaimResult::Held => "Held",
            ClaimResult::Expired => "Expired",
            ClaimResult::AlreadyDone(_) => "AlreadyDone",
        })
    }
}

/// How an intent ended.
#[derive(Clone, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// There is this chat.
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

/// The record of intents, shared by everyone who starts chats on an account: a unique key in SQL, or a mutex.
///
/// A claim that is never settled is *stale* once it is older than the settle window, which must be longer than it takes
/// from a claim until it is settled or the create asked for under it can land no more: the looks, the request and its
/// timeout.
pub trait Ledger {
    /// Why it could not be asked.
    type Error;

    /// Claims an intent, in one step that no other claim can come between.
    ///
    /// # Errors
    ///
    /// Where the store can't be reached; then nothing may be created.
    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Self::Error>;

    /// Ends an intent that the caller has.
    ///
    /// # Errors
    ///
    /// Where the store can't be reached; the intent grows stale then.
    fn record(&self, claim_key: &ClaimKey, end: &ClaimOutcome) -> Result<(), Self::Error>;
}

impl<L: Ledger + ?Sized> Ledger for &L {
    type Error = L::Error;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Self::Error> {
        (**self).claim(claim_key)
    }

    fn record(&self, claim_key: &ClaimKey, end: &ClaimOutcome) -> Result<(), Self::Error> {
        (**self).record(claim_key, end)
    }
}

/// A ledger in memory, for one process.
///
/// It does not read the clock: `now` tells the time since some fixed moment.
pub struct MemoryLedger<C> {
    claim_timeout: Duration,
    now: C,
    entries: Mutex<HashMap<ClaimKey, (Duration, Option<String>)>>,
}

impl<C: Fn() -> Duration> MemoryLedger<C> {
    /// An empty ledger.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use contact_resolution::{ClaimResult, ClaimKey, Key, IdentifierKind, Ledger, MemoryLedger};
    ///
    /// let begun = Instant::now();
    /// let ledger = MemoryLedger::new(Duration::from_secs(60), move || begun.elapsed());
    /// let claim_key = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice"));
    /// assert_eq!(ledger.claim(&claim_key), Ok(ClaimResult::Acquired));
    /// assert_eq!(ledger.claim(&claim_key), Ok(ClaimResult::Held));
    /// ```
    #[must_use]
    pub fn new(claim_timeout: Duration, now: C) -> Self {
        MemoryLedger {
            claim_timeout,
            now,
            entries: Mutex::default(),
        }
    }
}

impl<C: Fn() -> Duration> Ledger for MemoryLedger<C> {
    type Error = Infallible;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Infallible> {
        // A panic elsewhere leaves the map whole: each step is one insert or one removal.
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.now)();
        let claim = match entries.get(claim_key) {
            None => ClaimResult::Acquired,
            // A settled intent is remembered until the directory has surely learned of the chat.
            Some((since, chat)) => match (now.saturating_sub(*since) > self.claim_timeout, chat) {
                (false, None) => return Ok(ClaimResult::Held),
                (false, Some(chat)) => return Ok(ClaimResult::AlreadyDone(chat.clone())),
                (true, None) => ClaimResult::Expired,
                (true, Some(_)) => ClaimResult::Acquired,
            },
        };
        // Before it grows, the map forgets what is settled for good.
        if entries.len() == entries.capacity() {
            let is_past = |since: Duration| now.saturating_sub(since) > self.claim_timeout;
            entries.retain(|_, (since, chat)| chat.is_none() || !is_past(*since));
        }
        entries.insert(claim_key.clone(), (now, None));
        Ok(claim)
    }

    fn record(&self, claim_key: &ClaimKey, end: &ClaimOutcome) -> Result<(), Infallible> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        match end {
            ClaimOutcome::Chat(chat) => {
                entries.insert(claim_key.clone(), ((self.now)(), Some(chat.clone())));
            }
            ClaimOutcome::NoChat => {
                entries.remove(claim_key);
            }
        }
        Ok(())
    }
}

impl<C> fmt::Debug for MemoryLedger<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLedger")
            .field("claim_timeout", &self.claim_timeout)
            .finish_non_exhaustive()
    }
}
