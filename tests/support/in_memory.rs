//! The stores of this crate, as implementations under test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contact_resolution::conformance::{Fixture, Implementation};
use contact_resolution::{MemoryDirectory, MemoryLedger};

/// The directory and the ledger in memory, with the ledger's clock.
#[derive(Default)]
pub(crate) struct InMemory(Arc<AtomicU64>);

pub(crate) type Clock = Box<dyn Fn() -> Duration + Send + Sync>;

pub(crate) fn directory_of(known: &[Fixture]) -> MemoryDirectory {
    let mut directory = MemoryDirectory::new();
    for Fixture {
        account,
        coverage,
        people,
    } in known
    {
        directory.insert_account(account.clone());
        directory.set_coverage(&account.id, *coverage);
        for person in people {
            directory.upsert(&account.id, person.clone());
        }
    }
    directory
}

impl InMemory {
    pub(crate) fn new_ledger(&self, claim_timeout: Duration) -> MemoryLedger<Clock> {
        let clock = Arc::clone(&self.0);
        let now = move || Duration::from_millis(clock.load(Ordering::Relaxed));
        MemoryLedger::new(claim_timeout, Box::new(now))
    }

    pub(crate) fn move_on(&self, time: Duration) {
        let time = u64::try_from(time.as_millis()).expect("a short time");
        self.0.fetch_add(time, Ordering::Relaxed);
    }
}

impl Implementation for InMemory {
    type Directory = MemoryDirectory;
    type Ledger = MemoryLedger<Clock>;

    async fn directory(&self, known: &[Fixture]) -> MemoryDirectory {
        directory_of(known)
    }

    async fn ledger(&self, claim_timeout: Duration) -> MemoryLedger<Clock> {
        self.new_ledger(claim_timeout)
    }

    async fn pass(&self, _: &MemoryLedger<Clock>, time: Duration) {
        self.move_on(time);
    }
}
