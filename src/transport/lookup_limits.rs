//! Fewer lookups: a cache of their results, and a budget for each account.

use std::fmt;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use moka::Expiry;
use moka::sync::Cache;

use super::SingleFlight;
use crate::key::Key;
use crate::ledger::{ClaimKey, KeptLookup};
use crate::person::{Account, Person};
use crate::pipeline::decide::Attempt;
use crate::pipeline::lookup::LookupResult;

/// Limits on lookups, which many networks count as probing.
///
/// Share one value among all clients of a process. Starts that look up the same identifier at once send one request.
///
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use contact_resolution::http::{Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
/// use contact_resolution::{Client, LookupLimits, TransportError};
///
/// const HOUR: Duration = Duration::from_secs(3600);
///
/// let limits = LookupLimits::new()
///     .with_cache(10_000, 24 * HOUR, HOUR)
///     .with_budget(NonZeroU32::new(30).unwrap());
/// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
/// let transport = |_: Request| Err::<Response, _>(TransportError::not_sent("no network"));
/// let client = Client::new(&beeper, &transport, std::thread::sleep).with_lookup_limits(&limits);
/// # let _ = client;
/// # Ok::<_, contact_resolution::http::Error>(())
/// ```
pub struct LookupLimits {
    cache: Option<Cache<ClaimKey, LookupResult>>,
    budget: Option<DefaultKeyedRateLimiter<String>>,
    pub(super) stored: Option<StoredCache>,
    pub(super) flights: SingleFlight,
}

impl LookupLimits {
    /// Creates a value without a cache and without a budget.
    #[must_use]
    pub fn new() -> Self {
        LookupLimits {
            cache: None,
            budget: None,
            stored: None,
            flights: SingleFlight::new(),
        }
    }

    /// Keeps the results of at most `capacity` lookups. A found person is kept for the time `present`, and an absence
    /// for the time `absent`. Failures are not kept.
    ///
    /// If the lookups of the server also report direct chats, a found person is not kept. A chat with the person may be
    /// made later.
    #[must_use]
    pub fn with_cache(self, capacity: u64, present: Duration, absent: Duration) -> Self {
        let cache = Cache::builder()
            .max_capacity(capacity)
            .expire_after(Times { present, absent })
            .build();
        LookupLimits {
            cache: Some(cache),
            ..self
        }
    }

    /// Keeps the same results in the ledger of a start too, if it keeps lookups, as the SQL stores do. All processes share
    /// them, and they remain after a restart. Of each account, at most `capacity` results are kept.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::LookupLimits;
    ///
    /// const HOUR: Duration = Duration::from_secs(3600);
    ///
    /// let limits = LookupLimits::new().with_stored_cache(10_000, 24 * HOUR, HOUR);
    /// # let _ = limits;
    /// ```
    #[must_use]
    pub fn with_stored_cache(self, capacity: u32, present: Duration, absent: Duration) -> Self {
        let times = Times { present, absent };
        LookupLimits {
            stored: Some(StoredCache { capacity, times }),
            ..self
        }
    }

    /// Sends at most this many lookups of each account in an hour. They may be sent at once. A further lookup ends as
    /// [`LookupResult::RateLimited`] with the time to wait, and sends no request.
    #[must_use]
    pub fn with_budget(self, per_hour: NonZeroU32) -> Self {
        LookupLimits {
            budget: Some(RateLimiter::keyed(Quota::per_hour(per_hour))),
            ..self
        }
    }

    /// Returns the key of a lookup.
    pub(super) fn key(account: &Account, attempt: &Attempt) -> ClaimKey {
        ClaimKey::new(&*account.id, Key::new(attempt.kind, &attempt.value))
    }

    /// Returns the result that is kept in memory. A client of another server may have kept it, so it is checked like a new
    /// one.
    pub(super) fn cached(&self, key: &ClaimKey, reports_chat: bool) -> Option<LookupResult> {
        let cache = self.cache.as_ref()?;
        cache
            .get(key)
            .filter(|result| is_kept(result, reports_chat))
    }

    /// Counts a lookup against the budget. Returns `RateLimited` if the budget is spent.
    pub(super) fn spend(&self, key: &ClaimKey) -> Option<LookupResult> {
        let early = self.budget.as_ref()?.check_key(&key.account).err()?;
        let wait = early.wait_time_from(DefaultClock::default().now());
        Some(LookupResult::RateLimited(Some(wait)))
    }

    /// Keeps a result in memory.
    pub(super) fn keep(&self, key: ClaimKey, result: &LookupResult) {
        if let Some(cache) = &self.cache {
            cache.insert(key, result.clone());
        }
    }
}

/// Returns whether a result is kept. `reports_chat` shows whether a lookup also reports the direct chat.
pub(super) fn is_kept(result: &LookupResult, reports_chat: bool) -> bool {
    match result {
        LookupResult::Confirmed { .. } => !reports_chat,
        LookupResult::Absent => true,
        _ => false,
    }
}

/// Returns the person of a kept result, or `None` for absence.
pub(super) fn person(result: &LookupResult) -> Option<&Person> {
    match result {
        LookupResult::Confirmed { person, .. } => Some(person),
        _ => None,
    }
}

/// The limits of the results in a ledger.
#[derive(Clone, Copy)]
pub(super) struct StoredCache {
    pub(super) capacity: u32,
    times: Times,
}

impl StoredCache {
    /// Returns the result of a kept lookup, unless it is too old.
    pub(super) fn fresh(self, kept: KeptLookup, reports_chat: bool) -> Option<LookupResult> {
        let (result, time) = match kept.person {
            // A chat may have been made since.
            Some(_) if reports_chat => return None,
            Some(person) => {
                let chat = None;
                (LookupResult::Confirmed { person, chat }, self.times.present)
            }
            None => (LookupResult::Absent, self.times.absent),
        };
        (kept.age < time).then_some(result)
    }
}

impl Default for LookupLimits {
    fn default() -> Self {
        LookupLimits::new()
    }
}

impl fmt::Debug for LookupLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookupLimits")
            .field("has_cache", &self.cache.is_some())
            .field("has_stored_cache", &self.stored.is_some())
            .field("has_budget", &self.budget.is_some())
            .finish_non_exhaustive()
    }
}

/// How long a result is kept.
#[derive(Clone, Copy)]
struct Times {
    present: Duration,
    absent: Duration,
}

impl Expiry<ClaimKey, LookupResult> for Times {
    fn expire_after_create(
        &self,
        _: &ClaimKey,
        result: &LookupResult,
        _: Instant,
    ) -> Option<Duration> {
        Some(match result {
            LookupResult::Absent => self.absent,
            _ => self.present,
        })
    }

    fn expire_after_update(
        &self,
        key: &ClaimKey,
        result: &LookupResult,
        now: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        self.expire_after_create(key, result, now)
    }
}
