//! A ledger in memory.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Claim, ClaimKey, ClaimOutcome, ClaimResult, Ledger};

/// A ledger in memory, for one process. It loses its claims if the process ends or crashes.
///
/// The ledger does not read the clock. `now` returns the time since a fixed moment. If `now` is a function and not a closure,
/// a struct can have the ledger without a type parameter:
///
/// ```
/// use std::sync::LazyLock;
/// use std::time::{Duration, Instant};
/// use contact_resolution::MemoryLedger;
///
/// struct State {
///     ledger: MemoryLedger,
/// }
///
/// fn uptime() -> Duration {
///     static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
///     BEGUN.elapsed()
/// }
///
/// let state = State { ledger: MemoryLedger::new(Duration::from_secs(60), uptime) };
/// # assert!(format!("{:?}", state.ledger).starts_with("MemoryLedger"));
/// ```
pub struct MemoryLedger<C = fn() -> Duration> {
    claim_timeout: Duration,
    now: C,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    last_token: u64,
    by_key: HashMap<ClaimKey, ClaimEntry>,
}

/// A claim, or the chat that is its outcome.
struct ClaimEntry {
    token: u64,
    since: Duration,
    chat: Option<String>,
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
    /// assert!(matches!(ledger.claim(&claim_key), Ok(ClaimResult::Acquired { .. })));
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
        let is_past = |since: Duration| now.saturating_sub(since) > self.claim_timeout;
        // A chat is remembered until the directory has certainly received it.
        let may_have_made_a_chat = match entries.by_key.get(claim_key) {
            None => false,
            Some(entry) => match (is_past(entry.since), &entry.chat) {
                (false, None) => return Ok(ClaimResult::Held),
                (false, Some(chat)) => return Ok(ClaimResult::AlreadyDone(chat.clone())),
                (true, chat) => chat.is_none(),
            },
        };
        // Before the map grows, finished claims past the timeout are removed.
        if entries.by_key.len() == entries.by_key.capacity() {
            let is_needed = |entry: &ClaimEntry| entry.chat.is_none() || !is_past(entry.since);
            entries.by_key.retain(|_, entry| is_needed(entry));
        }
        entries.last_token += 1;
        let token = entries.last_token;
        let entry = ClaimEntry {
            token,
            since: now,
            chat: None,
        };
        entries.by_key.insert(claim_key.clone(), entry);
        Ok(if may_have_made_a_chat {
            ClaimResult::Expired { token }
        } else {
            ClaimResult::Acquired { token }
        })
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, Infallible> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.by_key.get_mut(&claim.key);
        let Some(entry) = entry.filter(|entry| entry.token == claim.token) else {
            return Ok(false);
        };
        match outcome {
            ClaimOutcome::Chat(chat) => {
                entry.since = (self.now)();
                entry.chat = Some(chat.clone());
            }
            ClaimOutcome::NoChat => {
                entries.by_key.remove(&claim.key);
            }
        }
        Ok(true)
    }
}

impl<C> fmt::Debug for MemoryLedger<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLedger")
            .field("claim_timeout", &self.claim_timeout)
            .finish_non_exhaustive()
    }
}
