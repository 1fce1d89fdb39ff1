//! Whether a directory and a ledger do what is promised: the contract, as checks that any implementation runs against
//! itself.
//!
//! An implementation says, as a [`Implementation`], how a directory is made that knows certain people, how a ledger is made, and
//! how time passes. [`check`] and [`check_async`] try the contract on them and tell the first [`Failure`].
//!
//! # The contract
//!
//! A directory
//!
//! - gives one answer a question, in the order of the questions, and none to none;
//! - finds a person by each of [`Person::keys`], the last byte of it and no less: not by a part of it, by another case, nor by
//!   what `LIKE` takes for it;
//! - finds everybody who holds a key, and nobody who holds none of those asked for. (The engine drops whoever is found
//!   beside; who searches for numbers by their last digits will still miss somebody.)
//! - gives people whole, as they were stored, with all their chats;
//! - gives nothing of another account, though it has the same keys, and of an unknown account nothing;
//! - tells of each account what it covers, and of an unknown one that it covers nothing.
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

/// What a directory is to know of one account.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The account.
    pub account: Account,
    /// How much of it is known.
    pub coverage: Coverage,
    /// Its people, none of them twice.
    pub people: Vec<Person>,
}

/// An implementation under test. Who makes nothing of the kind answers with [`MemoryDirectory`](super::MemoryDirectory)
/// or [`MemoryLedger`](crate::MemoryLedger), which pass.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
/// use std::time::Duration;
/// use contact_resolution::directory::conformance::{self, Implementation, Fixture};
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
///             directory.set_covers(&account.id, *coverage);
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

    /// A directory that knows this and nothing else. It may panic where it can't be made.
    fn directory(&self, known: &[Fixture]) -> impl Future<Output = Self::Directory>;

    /// A ledger without intents, of this settle window. It may panic where it can't be made.
    fn ledger(&self, claim_timeout: Duration) -> impl Future<Output = Self::Ledger>;

    /// Lets time pass: moves the ledger's clock on, or sleeps.
    fn pass(&self, ledger: &Self::Ledger, time: Duration) -> impl Future<Output = ()>;
}

/// Where an implementation does not do what is promised.
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

    /// The promise that is not kept.
    ///
    /// ```
    /// use contact_resolution::directory::conformance::Failure;
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

/// Whether a promise is kept, and what was seen where it is not.
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

/// Tries the contract on an implementation that waits for nothing. [`Implementation`] has an example.
///
/// # Errors
///
/// The first promise that is not kept, or the implementation's wait.
pub fn check<H: Implementation>(host: &H) -> Result<(), Failure> {
    match pin!(check_async(host)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(checked) => checked,
        Poll::Pending => Err(Failure::new(
            "it waits for nothing",
            "it waits: use check_async",
        )),
    }
}

/// Tries the contract on an implementation.
///
/// ```
/// use contact_resolution::directory::conformance::{Failure, Implementation, check_async};
///
/// async fn my_store_keeps_its_promises(host: &impl Implementation) -> Result<(), Failure> {
///     check_async(host).await
/// }
/// ```
///
/// # Errors
///
/// The first promise that is not kept.
pub async fn check_async<H: Implementation>(host: &H) -> Result<(), Failure> {
    directory::check(host).await?;
    ledger::check(host).await
}
