//! The waits of a start.

use std::time::Duration;

/// How long a start waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartTiming {
    /// The wait after a lost create, before the network is asked for a chat.
    pub after_lost: Duration,
    /// The wait for another start, before the directory is queried again.
    pub while_busy: Duration,
    /// How often to wait for another start.
    pub busy_waits: u32,
    /// The longest time of a start with a [`Client`](crate::Client), without the time of the directory and the ledger. It
    /// limits the time of each request, and later steps keep their part of it.
    pub total: Duration,
}

impl Default for StartTiming {
    /// Returns 8 s after a lost create, ten waits of 0.5 s for another start, and 25 s in all.
    ///
    /// The published SDKs of Beeper's API time out after 30 s, so a start must end before that.
    fn default() -> Self {
        StartTiming {
            after_lost: Duration::from_secs(8),
            while_busy: Duration::from_millis(500),
            busy_waits: 10,
            total: Duration::from_secs(25),
        }
    }
}
