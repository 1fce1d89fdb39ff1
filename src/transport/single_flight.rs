//! At most one start per person at a time, within one process.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

#[cfg(loom)]
use loom::{sync::Mutex, thread};
#[cfg(not(loom))]
use std::{sync::Mutex, thread};

use crate::ledger::ClaimKey;

/// A lock with which the starts of one process for the same person wait for each other, without queries to the ledger.
///
/// The lock only saves queries. The guarantees between processes and after a crash come from the [`Ledger`](crate::Ledger).
pub struct SingleFlight {
    /// The wakers of the waiting starts, for each start in progress.
    waiting: Mutex<HashMap<ClaimKey, Vec<Waker>>>,
}

impl SingleFlight {
    /// Returns a single flight without a start in progress.
    ///
    /// ```
    /// use contact_resolution::SingleFlight;
    /// use contact_resolution::{ClaimKey, IdentifierKind, Key};
    ///
    /// let single_flight = SingleFlight::new();
    /// let alice = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice"));
    /// drop(single_flight.wait(&alice));
    /// drop(single_flight.wait(&alice));
    /// ```
    #[must_use]
    pub fn new() -> Self {
        SingleFlight {
            waiting: Mutex::new(HashMap::new()),
        }
    }

    /// Waits until no other start for the person is in progress. When the guard is dropped, the next start continues, also
    /// during a panic.
    ///
    /// ```
    /// # use contact_resolution::SingleFlight;
    /// # use contact_resolution::{ClaimKey, IdentifierKind, Key};
    /// # let single_flight = SingleFlight::new();
    /// let [alice, bob] = ["alice", "bob"].map(|id| ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, id)));
    /// let _alice = single_flight.wait(&alice);
    /// // A start for another person does not wait.
    /// let _bob = single_flight.wait(&bob);
    /// ```
    pub fn wait(&self, claim_key: &ClaimKey) -> FlightGuard<'_> {
        let waker = Waker::from(Arc::new(Parked(thread::current())));
        let mut entering = pin!(self.enter(claim_key));
        loop {
            match entering.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(flight) => return flight,
                Poll::Pending => thread::park(),
            }
        }
    }

    /// Does the same as [`wait`](SingleFlight::wait), as a future.
    ///
    /// ```
    /// # use contact_resolution::SingleFlight;
    /// # use contact_resolution::{ClaimKey, IdentifierKind, Key};
    /// # let (single_flight, alice) = (SingleFlight::new(), ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice")));
    /// let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// runtime.block_on(async {
    ///     drop(single_flight.enter(&alice).await);
    ///     drop(single_flight.enter(&alice).await);
    /// });
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn enter(&self, claim_key: &ClaimKey) -> impl Future<Output = FlightGuard<'_>> + Send {
        Enter {
            single_flight: self,
            claim_key: claim_key.clone(),
        }
    }

    fn with_waiting<T>(&self, what: impl FnOnce(&mut HashMap<ClaimKey, Vec<Waker>>) -> T) -> T {
        // A panic elsewhere leaves the map consistent: each step is one insert, one push or one removal.
        what(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for SingleFlight {
    fn default() -> Self {
        SingleFlight::new()
    }
}

impl fmt::Debug for SingleFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleFlight")
    }
}

/// The lock of a start in progress. When the guard is dropped, the next start continues.
#[must_use = "the next start goes on as soon as the guard is dropped"]
pub struct FlightGuard<'a> {
    single_flight: &'a SingleFlight,
    claim_key: ClaimKey,
}

impl Drop for FlightGuard<'_> {
    fn drop(&mut self) {
        let waiting = self
            .single_flight
            .with_waiting(|waiting| waiting.remove(&self.claim_key));
        // Wakes all waiters, because a single waiter may have been dropped since.
        for waker in waiting.into_iter().flatten() {
            waker.wake();
        }
    }
}

impl fmt::Debug for FlightGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlightGuard")
    }
}

struct Enter<'a> {
    single_flight: &'a SingleFlight,
    claim_key: ClaimKey,
}

impl<'a> Future for Enter<'a> {
    type Output = FlightGuard<'a>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<FlightGuard<'a>> {
        let waker = context.waker();
        let is_first = self.single_flight.with_waiting(|waiting| {
            let Some(wakers) = waiting.get_mut(&self.claim_key) else {
                waiting.insert(self.claim_key.clone(), Vec::new());
                return true;
            };
            if !wakers.iter().any(|known| known.will_wake(waker)) {
                wakers.push(waker.clone());
            }
            false
        });
        if is_first {
            Poll::Ready(FlightGuard {
                single_flight: self.single_flight,
                claim_key: self.claim_key.clone(),
            })
        } else {
            Poll::Pending
        }
    }
}

/// Wakes a parked thread.
struct Parked(thread::Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
