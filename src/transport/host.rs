//! The transport, the waits and the stores of a start, blocking or asynchronous, behind the same two traits.

use std::future::Future;
use std::time::Duration;

use super::{AsyncTransport, Client, FlightGuard, SingleFlight, Transport, TransportError};
use crate::directory::{AsyncDirectory, Directory, DirectoryAnswer, DirectoryQuery};
use crate::http::{Request, Response};
#[cfg(feature = "lookup-limits")]
use crate::ledger::KeptLookup;
use crate::ledger::{AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, Ledger};
use crate::person::Person;

/// The transport of a client, and its ways to wait.
pub(super) trait Io {
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
    async fn sleep(&self, time: Duration);
    async fn enter<'f>(&self, flights: &'f SingleFlight, claim_key: &ClaimKey) -> FlightGuard<'f>;
}

/// A directory and a ledger.
pub(super) trait Stores {
    type DirectoryError;
    type LedgerError;

    async fn find(
        &self,
        query: DirectoryQuery<'_>,
    ) -> Result<Option<DirectoryAnswer>, Self::DirectoryError>;
    async fn suggest(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> Result<Vec<Person>, Self::DirectoryError>;
    async fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, Self::LedgerError>;
    async fn record(
        &self,
        claim: &Claim,
        outcome: &ClaimOutcome,
    ) -> Result<bool, Self::LedgerError>;
    #[cfg(feature = "lookup-limits")]
    async fn kept_lookup(&self, lookup: &ClaimKey) -> Option<KeptLookup>;
    #[cfg(feature = "lookup-limits")]
    async fn keep_lookup(&self, lookup: &ClaimKey, person: Option<&Person>, capacity: u32);
}

/// Calls that block. Their futures are ready at the first poll.
pub(super) struct Blocking<H>(pub H);

/// Calls that are asynchronous.
pub(super) struct Asynchronous<H>(pub H);

impl<T: Transport + ?Sized, S: Fn(Duration)> Io for Blocking<&Client<'_, T, S>> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.0.transport.send(request)
    }

    async fn sleep(&self, time: Duration) {
        (self.0.sleep)(time);
    }

    async fn enter<'f>(&self, flights: &'f SingleFlight, claim_key: &ClaimKey) -> FlightGuard<'f> {
        flights.wait(claim_key)
    }
}

impl<T, S, P> Io for Asynchronous<&Client<'_, T, S>>
where
    T: AsyncTransport + ?Sized,
    S: Fn(Duration) -> P,
    P: Future<Output = ()>,
{
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.0.transport.send_async(request).await
    }

    async fn sleep(&self, time: Duration) {
        (self.0.sleep)(time).await;
    }

    async fn enter<'f>(&self, flights: &'f SingleFlight, claim_key: &ClaimKey) -> FlightGuard<'f> {
        flights.enter(claim_key).await
    }
}

impl<D: Directory, L: Ledger> Stores for Blocking<(&D, &L)> {
    type DirectoryError = D::Error;
    type LedgerError = L::Error;

    async fn find(&self, query: DirectoryQuery<'_>) -> Result<Option<DirectoryAnswer>, D::Error> {
        Ok(self.0.0.find(&[query])?.pop())
    }

    async fn suggest(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> Result<Vec<Person>, D::Error> {
        self.0.0.suggest(account, name, limit)
    }

    async fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, L::Error> {
        self.0.1.claim(claim_key)
    }

    async fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, L::Error> {
        self.0.1.record(claim, outcome)
    }

    #[cfg(feature = "lookup-limits")]
    async fn kept_lookup(&self, lookup: &ClaimKey) -> Option<KeptLookup> {
        self.0.1.kept_lookup(lookup).ok().flatten()
    }

    #[cfg(feature = "lookup-limits")]
    async fn keep_lookup(&self, lookup: &ClaimKey, person: Option<&Person>, capacity: u32) {
        // A result that is not kept costs one more lookup.
        let _ = self.0.1.keep_lookup(lookup, person, capacity);
    }
}

impl<D: AsyncDirectory, L: AsyncLedger> Stores for Asynchronous<(&D, &L)> {
    type DirectoryError = D::Error;
    type LedgerError = L::Error;

    async fn find(&self, query: DirectoryQuery<'_>) -> Result<Option<DirectoryAnswer>, D::Error> {
        Ok(self.0.0.find_async(&[query]).await?.pop())
    }

    async fn suggest(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> Result<Vec<Person>, D::Error> {
        self.0.0.suggest_async(account, name, limit).await
    }

    async fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, L::Error> {
        self.0.1.claim_async(claim_key).await
    }

    async fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, L::Error> {
        self.0.1.record_async(claim, outcome).await
    }

    #[cfg(feature = "lookup-limits")]
    async fn kept_lookup(&self, lookup: &ClaimKey) -> Option<KeptLookup> {
        self.0.1.kept_lookup_async(lookup).await.ok().flatten()
    }

    #[cfg(feature = "lookup-limits")]
    async fn keep_lookup(&self, lookup: &ClaimKey, person: Option<&Person>, capacity: u32) {
        let kept = self.0.1.keep_lookup_async(lookup, person, capacity);
        // A result that is not kept costs one more lookup.
        let _ = kept.await;
    }
}
