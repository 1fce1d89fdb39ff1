//! Tests whether a directory and a ledger keep their promises.
//!
//! An [`Implementation`] makes a directory that knows certain people, and a ledger, and lets time pass. [`check`] and
//! [`check_async`] test the promises and return the first [`Failure`].
//!
//! # The promises
//!
//! A directory
//!
//! - returns one answer for each query, in the order of the queries
//! - finds a person by each of [`Person::keys`], compared byte for byte, not by a part of a key, another letter case or a
//!   `LIKE` pattern
//! - finds everyone who holds a queried key, and no one else (a decision would ignore people without a queried key)
//! - returns people exactly as they were stored, with all their chats, and local people too
//! - returns nothing of another account that has the same keys, and nothing for an unknown account
//! - reports the coverage of each account, and no coverage for an unknown one
//!
//! A ledger
//!
//! - answers the first claim with [`ClaimResult::Acquired`](crate::ClaimResult::Acquired) and every other claim, also a
//!   simultaneous one, with [`ClaimResult::Held`](crate::ClaimResult::Held)
//! - keeps claims apart that differ in the account, the kind of key or its text
//! - forgets a claim that ended without a chat, and returns the recorded chat unchanged
//! - answers one claim after the claim timeout with [`ClaimResult::Expired`](crate::ClaimResult::Expired) if there is no
//!   outcome, and forgets a recorded claim after the timeout

mod directory;
mod ledger;

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::{AsyncDirectory, Coverage};
use crate::ledger::AsyncLedger;
use crate::person::{Account, Person};

/// What a directory knows of one account in a test.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The account.
    pub account: Account,
    /// How much of it is known.
    pub coverage: Coverage,
    /// Its people, each once.
    pub people: Vec<Person>,
}

/// An implementation under test. If it has only one of the two, [`MemoryDirectory`](super::MemoryDirectory) or
/// [`MemoryLedger`](crate::MemoryLedger) can be the other.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
/// use std::time::Duration;
/// use contact_resolution::conformance::{self, Implementation, Fixture};
/// use contact_resolution::{MemoryDirectory, MemoryLedger};
///
/// #[derive(Default)]
/// struct InMemory(Arc<AtomicU64>);
///
/// impl Implementation for InMemory {
///     type Directory = MemoryDirectory;
///     type Ledger = MemoryLedger<Box<dyn Fn() -> Duration + Send + Sync>>;
///
///     async fn directory(&self, known: &[Fixture]) -> MemoryDirectory {
///         let mut directory = MemoryDirectory::new();
///         for Fixture { account, coverage, people } in known {
///             directory.insert_account(account.clone());
///             directory.set_coverage(&account.id, *coverage);
///             for person in people {
///                 directory.upsert(&account.id, person.clone());
///             }
///         }
///         directory
///     }
///
///     async fn ledger(&self, claim_timeout: Duration) -> Self::Ledger {
///         let clock = self.0.clone();
///         MemoryLedger::new(claim_timeout, Box::new(move || Duration::from_millis(clock.load(Relaxed))))
///     }
///
///     async fn pass(&self, _: &Self::Ledger, time: Duration) {
///         self.0.fetch_add(u64::try_from(time.as_millis()).unwrap(), Relaxed);
///     }
/// }
///
/// conformance::check(&InMemory::default())?;
/// # Ok::<_, conformance::Failure>(())
/// ```
pub trait Implementation {
    /// The directory.
    type Directory: AsyncDirectory;
    /// The ledger.
    type Ledger: AsyncLedger;

    /// Returns a directory that knows these accounts and nothing else. It may panic if it cannot be made.
    fn directory(&self, known: &[Fixture]) -> impl Future<Output = Self::Directory>;

    /// Returns a ledger without claims, with this claim timeout. It may panic if it cannot be made.
    fn ledger(&self, claim_timeout: Duration) -> impl Future<Output = Self::Ledger>;

    /// Lets time pass. It moves the ledger's clock on, or sleeps.
    fn pass(&self, ledger: &Self::Ledger, time: Duration) -> impl Future<Output = ()>;
}

/// A promise that an implementation does not keep.
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    promise: &'static str,
    seen: String,
}

impl Failure {
    fn new(promise: &'static str, seen: impl Into<String>) -> Self {
        Failure {
            promise,
            seen: seen.into(),
        }
    }

    /// Returns the promise.
    ///
    /// ```
    /// use contact_resolution::conformance::Failure;
    ///
    /// let promise = |failure: &Failure| assert!(!failure.promise().is_empty());
    /// ```
    #[must_use]
    pub fn promise(&self) -> &'static str {
        self.promise
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({self})")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.seen)
    }
}

impl Error for Failure {}

/// Returns an error with what was seen, if a promise is not kept.
fn expect(
    promise: &'static str,
    is_kept: bool,
    seen: impl FnOnce() -> String,
) -> Result<(), Failure> {
    if is_kept {
        Ok(())
    } else {
        Err(Failure::new(promise, seen()))
    }
}

/// Tests an implementation that waits for nothing. [`Implementation`] has an example.
///
/// # Errors
///
/// Returns the first promise that is not kept, or an error if the implementation waits.
pub fn check<I: Implementation>(implementation: &I) -> Result<(), Failure> {
    match pin!(check_async(implementation)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(checked) => checked,
        Poll::Pending => Err(Failure::new(
            "the implementation waits for nothing",
            "it waits, use check_async",
        )),
    }
}

/// Tests an implementation.
///
/// ```
/// use contact_resolution::conformance::{Failure, Implementation, check_async};
///
/// async fn my_store_keeps_its_promises(store: &impl Implementation) -> Result<(), Failure> {
///     check_async(store).await
/// }
/// ```
///
/// # Errors
///
/// Returns the first promise that is not kept.
pub async fn check_async<I: Implementation>(implementation: &I) -> Result<(), Failure> {
    directory::check(implementation).await?;
    ledger::check(implementation).await
}
