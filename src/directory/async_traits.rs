//! The same questions for hosts that wait for their store. Whatever answers at once answers these too.

use std::future::{Future, ready};

use super::{
    ClaimKey, ClaimOutcome, ClaimResult, Directory, DirectoryAnswer, DirectoryQuery, Ledger,
};
use crate::person::Person;

/// A [`Directory`] that takes its time.
pub trait AsyncDirectory: Sync {
    /// Why it could not be asked.
    type Error: Send;

    /// Answers each question, in order.
    ///
    /// # Errors
    ///
    /// Where the store can't be read. An error is never taken for absence.
    fn find(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> impl Future<Output = Result<Vec<DirectoryAnswer>, Self::Error>> + Send;

    /// People of an account by a name, as [`Directory::suggest`] tells them.
    ///
    /// # Errors
    ///
    /// Where the store can't be read.
    fn suggest(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Person>, Self::Error>> + Send {
        let _ = (account, name, limit);
        ready(Ok(Vec::new()))
    }
}

impl<D: Directory<Error: Send> + Sync> AsyncDirectory for D {
    type Error = D::Error;

    fn find(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> impl Future<Output = Result<Vec<DirectoryAnswer>, Self::Error>> + Send {
        ready(Directory::find(self, queries))
    }

    fn suggest(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Person>, Self::Error>> + Send {
        ready(Directory::suggest(self, account, name, limit))
    }
}

/// A [`Ledger`] that takes its time.
pub trait AsyncLedger: Sync {
    /// Why it could not be asked.
    type Error: Send;

    /// Claims an intent, in one step that no other claim can come between.
    ///
    /// # Errors
    ///
    /// Where the store can't be reached; then nothing may be created.
    fn claim(
        &self,
        claim_key: &ClaimKey,
    ) -> impl Future<Output = Result<ClaimResult, Self::Error>> + Send;

    /// Ends an intent that the caller has.
    ///
    /// # Errors
    ///
    /// Where the store can't be reached; the intent grows stale then.
    fn record(
        &self,
        claim_key: &ClaimKey,
        end: &ClaimOutcome,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

impl<L: Ledger<Error: Send> + Sync> AsyncLedger for L {
    type Error = L::Error;

    fn claim(
        &self,
        claim_key: &ClaimKey,
    ) -> impl Future<Output = Result<ClaimResult, Self::Error>> + Send {
        ready(Ledger::claim(self, claim_key))
    }

    fn record(
        &self,
        claim_key: &ClaimKey,
        end: &ClaimOutcome,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        ready(Ledger::record(self, claim_key, end))
    }
}
