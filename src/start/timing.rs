//! How long a start waits for what.

use std::time::Duration;

/// How long a start waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartTiming {
    /// How long after a lost answer the network is asked whether there is a chat: longer than a request can be under
    /// way.
    pub after_lost: Duration,
    /// How long to wait for another start before looking again.
    pub while_busy: Duration,
    /// How often to wait for another start.
    pub busy_waits: u32,
}

impl Default for StartTiming {
    /// Thirty seconds after a lost answer, which is how long clients wait for one; ten looks at another start, half a
    /// second apart.
    fn default() -> Self {
        StartTiming {
            after_lost: Duration::from_secs(30),
            while_busy: Duration::from_millis(500),
            busy_waits: 10,
        }
    }
}
