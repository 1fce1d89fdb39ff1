//! The ledger of the server: the store, or memory without a store.

use std::time::{Duration, Instant};

use contact_resolution::{Claim, ClaimKey, ClaimOutcome, ClaimResult, Ledger, MemoryLedger};
use contact_resolution_sqlite::SqliteStore;

use crate::storage::{Storage, StorageError};

/// The claim timeout. Starts on the simulated networks take less time: they only wait for each other.
const CLAIM_TIMEOUT: Duration = Duration::from_secs(5);

type Clock = Box<dyn Fn() -> Duration + Send + Sync>;

pub(crate) enum Claims {
    Stored(Storage),
    InMemory(MemoryLedger<Clock>),
}

impl Claims {
    pub(crate) fn new(storage: Option<Storage>) -> Self {
        let begun = Instant::now();
        let clock: Clock = Box::new(move || begun.elapsed());
        storage.map_or_else(
            || Claims::InMemory(MemoryLedger::new(CLAIM_TIMEOUT, clock)),
            Claims::Stored,
        )
    }

    pub(crate) async fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StorageError> {
        match self {
            Claims::Stored(storage) => {
                let claim_key = claim_key.clone();
                let claim =
                    move |store: &SqliteStore| store.ledger(CLAIM_TIMEOUT).claim(&claim_key);
                storage.call(claim).await
            }
            Claims::InMemory(ledger) => {
                let Ok(claim) = ledger.claim(claim_key);
                Ok(claim)
            }
        }
    }

    pub(crate) async fn record(
        &self,
        claim: &Claim,
        outcome: &ClaimOutcome,
    ) -> Result<bool, StorageError> {
        match self {
            Claims::Stored(storage) => {
                let (claim, outcome) = (claim.clone(), outcome.clone());
                let record =
                    move |store: &SqliteStore| store.ledger(CLAIM_TIMEOUT).record(&claim, &outcome);
                storage.call(record).await
            }
            Claims::InMemory(ledger) => {
                let Ok(recorded) = ledger.record(claim, outcome);
                Ok(recorded)
            }
        }
    }
}
