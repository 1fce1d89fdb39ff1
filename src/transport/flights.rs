//! One start at a time for one person, within a process.

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

use crate::directory::Intent;

/// The starts of a process that are past their claim, so that another for the same person waits for the end of the first
/// instead of asking the ledger again and again.
///
/// It spares waiting and nothing else: what holds between processes, and after a crash, is the ledger's.
pub struct Flights {
    /// Who waits for the one under way.
    waiting: Mutex<HashMap<Intent, Vec<Waker>>>,
}

impl Flights {
    /// Nobody is under way.
    ///
    /// ```
    /// use contact_resolution::transport::Flights;
    /// use contact_resolution::{Intent, Key, Kind};
    ///
    /// let flights = Flights::new();
    /// let alice = Intent::new("whatsapp", Key::new(Kind::Id, "alice"));
    /// drop(flights.wait(&alice));
    /// drop(flights.wait(&alice));
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Flights {
            waiting: Mutex::new(HashMap::new()),
        }
    }

    /// Waits until nobody else is under way for a person. The next may go once the flight is dropped, by a panic too.
    ///
    /// ```
    /// # use contact_resolution::transport::Flights;
    /// # use contact_resolution::{Intent, Key, Kind};
    /// # let flights = Flights::new();
    /// let [alice, bob] = ["alice", "bob"].map(|id| Intent::new("whatsapp", Key::new(Kind::Id, id)));
    /// let _alice = flights.wait(&alice);
    /// // Another person does not wait.
    /// let _bob = flights.wait(&bob);
    /// ```
    pub fn wait(&self, intent: &Intent) -> Flight<'_> {
        let waker = Waker::from(Arc::new(Parked(thread::current())));
        let mut entering = pin!(self.enter(intent));
        loop {
            match entering.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(flight) => return flight,
                Poll::Pending => thread::park(),
            }
        }
    }

    /// [`wait`](Flights::wait), as a future.
    ///
    /// ```
    /// # use contact_resolution::transport::Flights;
    /// # use contact_resolution::{Intent, Key, Kind};
    /// # let (flights, alice) = (Flights::new(), Intent::new("whatsapp", Key::new(Kind::Id, "alice")));
    /// let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// runtime.block_on(async {
    ///     drop(flights.enter(&alice).await);
    ///     drop(flights.enter(&alice).await);
    /// });
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn enter(&self, intent: &Intent) -> impl Future<Output = Flight<'_>> + Send {
        Enter {
            flights: self,
            intent: intent.clone(),
        }
    }

    fn with_waiting<T>(&self, what: impl FnOnce(&mut HashMap<Intent, Vec<Waker>>) -> T) -> T {
        // A panic elsewhere leaves the map whole: each step is one insert, one push or one removal.
        what(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for Flights {
    fn default() -> Self {
        Flights::new()
    }
}

impl fmt::Debug for Flights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flights")
    }
}

/// A start under way, until it is dropped.
#[must_use = "whoever waits goes on as soon as it is dropped"]
pub struct Flight<'a> {
    flights: &'a Flights,
    intent: Intent,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let waiting = self
            .flights
            .with_waiting(|waiting| waiting.remove(&self.intent));
        // All of them: one that was woken alone could have gone away meanwhile.
        for waker in waiting.into_iter().flatten() {
            waker.wake();
        }
    }
}

impl fmt::Debug for Flight<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flight")
    }
}

struct Enter<'a> {
    flights: &'a Flights,
    intent: Intent,
}

impl<'a> Future for Enter<'a> {
    type Output = Flight<'a>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Flight<'a>> {
        let waker = context.waker();
        let is_first = self.flights.with_waiting(|waiting| {
            let Some(wakers) = waiting.get_mut(&self.intent) else {
                waiting.insert(self.intent.clone(), Vec::new());
                return true;
            };
            if !wakers.iter().any(|known| known.will_wake(waker)) {
                wakers.push(waker.clone());
            }
            false
        });
        if is_first {
            Poll::Ready(Flight {
                flights: self.flights,
                intent: self.intent.clone(),
            })
        } else {
            Poll::Pending
        }
    }
}

/// A thread that waits.
struct Parked(thread::Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
