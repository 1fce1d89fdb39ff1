//! The directory as an asynchronous trait. Every `Sync` [`Directory`] implements it.

use std::future::{Future, ready};

use super::{Directory, DirectoryAnswer, DirectoryQuery};
use crate::person::Person;

/// A [`Directory`] that answers asynchronously.
pub trait AsyncDirectory: Sync {
    /// The reason why it could not be queried.
    type Error: Send;

    /// Answers each query, in order.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read. An error never counts as absence.
    fn find_async(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> impl Future<Output = Result<Vec<DirectoryAnswer>, Self::Error>> + Send;

    /// Returns people with a similar name, as [`Directory::suggest`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    fn suggest_async(
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

    fn find_async(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> impl Future<Output = Result<Vec<DirectoryAnswer>, Self::Error>> + Send {
        ready(Directory::find(self, queries))
    }

    fn suggest_async(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Person>, Self::Error>> + Send {
        ready(Directory::suggest(self, account, name, limit))
    }
}
