//! The time of a start, and the part of it that each request may use.
//!
//! Lookups share the first half. A create ends after at most two thirds, and leaves time to look for the chat if its answer
//! is lost.

use std::time::Duration;
#[cfg(not(target_family = "wasm"))]
use std::time::Instant;

/// The time of one start.
pub(super) struct TimeBudget {
    total: Duration,
    #[cfg(not(target_family = "wasm"))]
    began: Instant,
}

impl TimeBudget {
    #[cfg_attr(
        not(target_family = "wasm"),
        expect(
            clippy::disallowed_methods,
            reason = "the driver is not part of the core, and may read the clock"
        )
    )]
    pub(super) fn new(total: Duration) -> Self {
        TimeBudget {
            total,
            #[cfg(not(target_family = "wasm"))]
            began: Instant::now(),
        }
    }

    /// Returns the rest of the time.
    #[cfg(not(target_family = "wasm"))]
    fn left(&self) -> Duration {
        self.total.saturating_sub(self.began.elapsed())
    }

    /// Returns the whole time, because there is no clock.
    #[cfg(target_family = "wasm")]
    fn left(&self) -> Duration {
        self.total
    }

    /// Returns the share of the lookups before a create.
    pub(super) fn of_lookups(&self) -> TimeShare<'_> {
        self.share(self.total / 2, self.total / 25)
    }

    /// Returns the share of a create. It is not sent if there is hardly time for an answer.
    pub(super) fn of_create(&self) -> TimeShare<'_> {
        self.share(self.total / 3, self.total / 8)
    }

    /// Returns the share of the lookup after a lost create.
    pub(super) fn of_last_lookup(&self) -> TimeShare<'_> {
        self.share(Duration::ZERO, self.total / 25)
    }

    /// Returns the wait after a lost create, shortened if the time for the last lookup would be too short.
    pub(super) fn wait_after_lost(&self, wait: Duration) -> Duration {
        wait.min(self.left().saturating_sub(self.total / 6))
    }

    fn share(&self, reserve: Duration, least: Duration) -> TimeShare<'_> {
        TimeShare {
            budget: Some(self),
            reserve,
            least,
        }
    }
}

/// The part of a start's time that an exchange may use.
#[derive(Clone, Copy)]
pub(super) struct TimeShare<'a> {
    budget: Option<&'a TimeBudget>,
    /// The time that later steps need.
    reserve: Duration,
    /// The least time in which an answer is likely.
    least: Duration,
}

impl TimeShare<'_> {
    /// The share of a request outside of a start.
    pub(super) const UNLIMITED: TimeShare<'static> = TimeShare {
        budget: None,
        reserve: Duration::ZERO,
        least: Duration::ZERO,
    };

    /// Returns the longest time that the next request may take. Returns `None` if there is no limit.
    pub(super) fn limit(self) -> Option<Duration> {
        let budget = self.budget?;
        Some(budget.left().saturating_sub(self.reserve))
    }

    /// Returns whether a request after this wait has time for an answer.
    pub(super) fn allows(self, wait: Duration) -> bool {
        self.limit()
            .is_none_or(|limit| limit >= wait.saturating_add(self.least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn spent(seconds: u32) -> TimeBudget {
        let mut budget = TimeBudget::new(25 * SECOND);
        budget.began = budget.began.checked_sub(seconds * SECOND).unwrap();
        budget
    }

    #[test]
    fn slow_steps_leave_time_for_the_later_ones() {
        let limit = |share: TimeShare| share.limit().unwrap().as_secs();
        assert_eq!(limit(spent(0).of_lookups()), 12);
        assert_eq!(limit(spent(10).of_lookups()), 2);
        assert!(!spent(12).of_lookups().allows(Duration::ZERO));
        assert!(!spent(10).of_lookups().allows(2 * SECOND));
        assert_eq!(limit(spent(12).of_create()), 4);
        assert!(!spent(14).of_create().allows(Duration::ZERO));
        assert_eq!(limit(spent(21).of_last_lookup()), 3);
    }

    #[test]
    fn wait_after_a_lost_create_is_shortened_late() {
        let wait = |seconds| spent(seconds).wait_after_lost(8 * SECOND);
        assert_eq!(wait(12), 8 * SECOND);
        assert!(wait(17) < 4 * SECOND);
        assert_eq!(wait(24), Duration::ZERO);
    }

    #[test]
    fn request_outside_of_a_start_has_no_limit() {
        assert_eq!(TimeShare::UNLIMITED.limit(), None);
        assert!(TimeShare::UNLIMITED.allows(Duration::MAX));
    }
}
