//! A ledger in memory.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{ClaimKey, ClaimOutcome, ClaimResult, Ledger};

/// A ledger in memory, for one process.
///
/// It does not read the clock. `now` returns the time since a fixed moment.
pub struct MemoryLedger<C> {
    claim_timeout: Duration,
    now: C,
    entries: Mutex<HashMap<ClaimKey, (Duration, Option<String>)>>,
}

impl<C: Fn() -> Duration> MemoryLedger<C> {
    /// Creates an empty ledger.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use contact_resolution::{ClaimKey, ClaimResult, IdentifierKind, Key, Ledger, MemoryLedger};
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
        // The map is intact even after a panic elsewhere, since each step is one insert or one removal.
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.now)();
        let claim = match entries.get(claim_key) {
            None => ClaimResult::Acquired,
            // The chat is remembered until the directory has certainly received it.
            Some((since, chat)) => match (now.saturating_sub(*since) > self.claim_timeout, chat) {
                (false, None) => return Ok(ClaimResult::Held),
                (false, Some(chat)) => return Ok(ClaimResult::AlreadyDone(chat.clone())),
                (true, None) => ClaimResult::Expired,
                (true, Some(_)) => ClaimResult::Acquired,
            },
        };
        // Before the map grows, finished claims past the timeout are removed.
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
