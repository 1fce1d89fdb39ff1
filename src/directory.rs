//! What the host knows: the seam behind which its contacts and chats stand.
//!
//! A directory is asked for keys of one account, several payloads at a time, and gives owned people. It may answer with
//! too many: the engine checks that each person really holds an asked key. What it must not do is claim to know more
//! than it does: see [`Covers`].

mod asynchronous;
mod ledger;
mod memory;

pub use asynchronous::{AsyncDirectory, AsyncLedger};
pub(crate) use ledger::digest;
pub use ledger::{Claim, Intent, Ledger, MemoryLedger, Settled};
pub use memory::MemoryDirectory;

use crate::identifier::Key;
use crate::person::Person;

/// One question: who on this account holds any of these keys?
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The account's id. Nothing of another account may be in the answer.
    pub account: &'a str,
    /// The keys, any of which a person may hold.
    pub keys: &'a [Key],
}

/// The answer to one [`Ask`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Everyone who holds an asked key, with all their direct chats on the account, in any order.
    pub people: Vec<Person>,
    /// How much the directory knows.
    pub covers: Covers,
}

/// How much of an account a directory knows. Nobody found where it is not covered is *unknown*, never *absent*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covers {
    /// Every contact of the account is in the directory.
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
    fn find(&self, asks: &[Ask<'_>]) -> Result<Vec<Found>, Self::Error>;

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

    fn find(&self, asks: &[Ask<'_>]) -> Result<Vec<Found>, Self::Error> {
        (**self).find(asks)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, Self::Error> {
        (**self).suggest(account, name, limit)
    }
}
