//! What the host knows: the seam behind which its contacts and chats stand.
//!
//! A directory is asked for keys of one account, several payloads at a time, and gives owned people. It may answer with
//! too many: the engine checks that each person really holds an asked key. What it must not do is claim to know more
//! than it does: see [`Coverage`].
//!
//! # A directory over a store of one's own
//!
//! A store keeps each person as a record ([`Person`] is one, as JSON), and for each of [`Person::keys`] a row that leads
//! from the account and the key to the person: `(account, key, person)`, the account first, so that every question is
//! of one account and the store can be divided by it. A key is kept as its text, `phone:+14155552671`, compared byte for
//! byte: in SQL by a binary collation. [`KEY_FORMAT`] tells the version of that text, and is kept beside the keys.
//!
//! [`conformance`] tells whether a directory and a ledger do what is promised here. [`MemoryDirectory`] is the smallest,
//! `SqliteStore` (feature `sqlite`) and `PostgresStore` (feature `postgres`) keep theirs in SQL.

mod async_traits;
pub mod conformance;
mod ledger;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod store;

pub use async_traits::{AsyncDirectory, AsyncLedger};
pub(crate) use ledger::digest;
pub use ledger::{ClaimKey, ClaimOutcome, ClaimResult, Ledger, MemoryLedger};
pub use memory::{LoadError, MemoryDirectory, PersonRef};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresLedger, PostgresStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteLedger, SqliteStore};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub use store::StoreError;

use crate::identifier::{Key, UserId};
use crate::network::IdentifierKind;
use crate::person::{Account, Person};

/// The version of the text that [`Key`]s are written as, and of what [`Person::keys`] makes of a person.
///
/// Version 1: the kind (`id`, `phone`, `email`, `handle`), a colon, and the value. The value of a number is its E.164 form
/// with `+`; of an address its local part with ASCII lower-cased, `@` and the domain in A-labels; of a handle and an id
/// the form that its network compares; of a stored text that is none of these the text itself without white space around
/// it. A value that begins with a space is a key of people to show, see [`Key::is_look_alike`].
///
/// A store keeps the version that its keys were made by. Where it is not this one, it makes them anew from the records,
/// or refuses: by keys of another version people are missed, and nobody missed may be taken for absent.
pub const KEY_FORMAT: u32 = 1;

/// One question: who on this account holds any of these keys?
#[derive(Clone, Copy, Debug)]
pub struct DirectoryQuery<'a> {
    /// The account's id. Nothing of another account may be in the answer.
    pub account: &'a str,
    /// The keys, any of which a person may hold.
    pub keys: &'a [Key],
}

/// The answer to one [`DirectoryQuery`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryAnswer {
    /// Everyone who holds an asked key, with all their direct chats on the account, in any order.
    pub people: Vec<Person>,
    /// How much the directory knows.
    pub coverage: Coverage,
}

/// How much of an account a directory knows. Nobody found where it is not covered is *unknown*, never *absent*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Every contact of the account is in the directory. To tell people; nothing is decided by it.
    pub contacts: bool,
    /// Every direct chat of the account is in the directory.
    pub chats: bool,
}

/// A host's contacts and chats.
pub trait Directory {
    /// Why it could not be asked.
    type Error;

    /// Answers each question, in order.
    ///
    /// # Errors
    ///
    /// Where the store can't be read. An error is never taken for absence.
    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Self::Error>;

    /// At most `limit` people of an account whose name is like `name`, the likest first: shown to people, never acted
    /// on. A directory that has no search by name suggests nobody.
    ///
    /// # Errors
    ///
    /// Where the store can't be read.
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

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, Self::Error> {
        (**self).suggest(account, name, limit)
    }
}

/// The key that a person is one by: two spellings of one id are one person.
pub(crate) fn identity(id: &str, account: &Account) -> Key {
    match UserId::parse(id, account.network) {
        Ok(id) => Key::new(IdentifierKind::Id, id.as_str()),
        Err(_) => Key::new(IdentifierKind::Id, id.trim()),
    }
}
