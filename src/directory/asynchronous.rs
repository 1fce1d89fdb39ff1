//! The same questions for hosts that wait for their store. Whatever answers at once answers these too.

use std::future::{Future, ready};

use super::{Ask, Claim, Directory, Found, Intent, Ledger, Settled};
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
        asks: &[Ask<'_>],
    ) -> impl Future<Output = Result<Vec<Found>, Self::Error>> + Send;

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
        asks: &[Ask<'_>],
    ) -> impl Future<Output = Result<Vec<Found>, Self::Error>> + Send {
        ready(Directory::find(self, asks))
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
    fn claim(&self, intent: &Intent) -> impl Future<Output = Result<Claim, Self::Error>> + Send;

    /// Ends an intent that the caller has.
    ///
    /// # Errors
    ///
    /// Where the store can't be reached; the intent grows stale then.
    fn settle(
        &self,
        intent: &Intent,
        end: &Settled,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

impl<L: Ledger<Error: Send> + Sync> AsyncLedger for L {
    type Error = L::Error;

    fn claim(&self, intent: &Intent) -> impl Future<Output = Result<Claim, Self::Error>> + Send {
        ready(Ledger::claim(self, intent))
    }

    fn settle(
        &self,
        intent: &Intent,
        end: &Settled,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        ready(Ledger::settle(self, intent, end))
    }
}
