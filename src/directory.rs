//! The host's contacts and chats, behind the trait [`Directory`].
//!
//! A directory is queried for keys of one account, several payloads at a time, and returns people. It may return too
//! many, because the engine checks that each person holds a queried key. It must not claim to know more than it does: see
//! [`Coverage`].

mod async_traits;
pub mod conformance;
mod found;
mod memory;
pub mod store;
mod vouched;

pub use async_traits::AsyncDirectory;
pub(crate) use found::{FoundPeople, FoundPerson};
pub use memory::{LoadError, MemoryDirectory, PersonRef};
pub(crate) use vouched::{HeldKeys, VouchedAnswer, VouchedAnswers, VouchedKeys};

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use crate::key::Key;
use crate::person::Person;

/// One query: who on this account holds any of these keys?
#[derive(Clone, Copy)]
pub struct DirectoryQuery<'a> {
    /// The account's id. Nothing of another account may be in the answer.
    pub account: &'a str,
    /// The keys, any of which a person may hold.
    pub keys: &'a [Key],
}

impl fmt::Debug for DirectoryQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryQuery")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// The answer to one [`DirectoryQuery`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryAnswer {
    /// Everyone who holds a queried key, with all direct chats on the account, in any order. People are shared, so that
    /// no decision copies a record.
    pub people: Vec<Arc<Person>>,
    /// How much the directory knows.
    pub coverage: Coverage,
}

impl DirectoryAnswer {
    /// Returns an answer with these people.
    ///
    /// ```
    /// use contact_resolution::{Coverage, DirectoryAnswer, Person};
    ///
    /// let answer = DirectoryAnswer::new([Person::new("alice-id")], Coverage::default());
    /// assert_eq!(answer.people[0].id, "alice-id");
    /// ```
    #[must_use]
    pub fn new(
        people: impl IntoIterator<Item = impl Into<Arc<Person>>>,
        coverage: Coverage,
    ) -> Self {
        DirectoryAnswer {
            people: people.into_iter().map(Into::into).collect(),
            coverage,
        }
    }
}

/// How much of an account a directory knows. If an account is not covered, a person that is not found is *unknown*, never
/// *absent*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Every contact of the account is in the directory. This is shown to people, and decides nothing.
    pub contacts: bool,
    /// Every direct chat of the account is in the directory.
    pub chats: bool,
}

/// A host's contacts and chats.
pub trait Directory {
    /// The reason why it could not be queried.
    type Error;

    /// Answers each query, in order.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read. An error never counts as absence.
    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Self::Error>;

    /// Answers like [`find`](Directory::find). A directory of this crate adds the keys that it has derived itself, so that the
    /// engine need not derive them again.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    #[doc(hidden)]
    fn find_vouched(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> Result<VouchedAnswers<'_>, Self::Error> {
        let answers = self.find(queries)?;
        Ok(answers.into_iter().map(VouchedAnswer::from).collect())
    }

    /// Returns at most `limit` people of an account with a name that fits `name`, best first. They are shown to the user and
    /// never acted on. A directory without search by name returns no one.
    ///
    /// A name with every word of `name` comes first, then the higher [score](crate::name::score), then a person with a
    /// direct chat, then the newest activity. [`NameIndex`](crate::name::NameIndex) searches in this order.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot be read.
    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, Self::Error> {
        let _ = (account, name, limit);
        Ok(Vec::new())
    }
}

impl<D: Directory + ?Sized> Directory for &D {
    type Error = D::Error;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Self::Error> {
        (**self).find(queries)
    }

    fn find_vouched(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> Result<VouchedAnswers<'_>, Self::Error> {
        (**self).find_vouched(queries)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, Self::Error> {
        (**self).suggest(account, name, limit)
    }
}

/// Starts query the directory while the host writes to it. A query holds the lock, and the rest of a start does not.
impl<D: Directory + ?Sized> Directory for RwLock<D> {
    type Error = D::Error;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Self::Error> {
        read(self).find(queries)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, Self::Error> {
        read(self).suggest(account, name, limit)
    }
}

/// Locks for reading. A panic of another thread, which poisons the lock, does not end all later starts.
fn read<D: ?Sized>(lock: &RwLock<D>) -> RwLockReadGuard<'_, D> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}
