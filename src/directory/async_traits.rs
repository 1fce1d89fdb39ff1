//! The directory as an asynchronous trait. Every `Sync` [`Directory`] implements it.

use std::future::{Future, ready};

use super::{Directory, DirectoryAnswer, DirectoryQuery};
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

    /// Returns people with a similar name, as [`Directory::suggest`] does.
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
