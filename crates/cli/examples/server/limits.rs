//! The limits of concurrent work.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The largest number of starts at once.
const MAX_STARTS: u32 = 64;

/// The largest number of searches by name at once. Others wait.
const MAX_SEARCHES: usize = 2;

/// The largest number of lists that are sorted at once. Others wait.
const MAX_LISTS: usize = 4;

pub(crate) struct Limits {
    starts: Arc<Semaphore>,
    pub(crate) searches: Semaphore,
    pub(crate) lists: Semaphore,
}

impl Limits {
    pub(crate) fn new() -> Self {
        Limits {
            starts: Arc::new(Semaphore::new(MAX_STARTS as usize)),
            searches: Semaphore::new(MAX_SEARCHES),
            lists: Semaphore::new(MAX_LISTS),
        }
    }

    /// Returns the permit for a start, or `None` if there are too many.
    pub(crate) fn begin_start(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.starts).try_acquire_owned().ok()
    }

    /// Waits until all starts have ended.
    pub(crate) async fn finish_starts(&self, time: Duration) {
        let _ = timeout(time, self.starts.acquire_many(MAX_STARTS)).await;
    }
}
