//! What the stores share: their error, and what becomes of a person before they are written.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::key::Key;
use crate::key::person_key;
use crate::person::{Account, OnNetwork, Person};

/// Why a store could not be opened, read or written. Nothing was written then, unless the answer to a write was lost,
/// which is `store_unreachable` too: that may have been written.
///
/// It tells a [`code`](StoreError::code) and the database's own number for it, never the database's words: those quote
/// what is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: StoreErrorKind,
    number: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum StoreErrorKind {
    Busy,
    Corrupt,
    Failed,
    Full,
    Newer,
    NotAStore,
    ReadOnly,
    TimedOut,
    Unreachable,
}

impl StoreErrorKind {
    const fn code(self) -> &'static str {
        match self {
            StoreErrorKind::Busy => "store_busy",
            StoreErrorKind::Corrupt => "store_corrupt",
            StoreErrorKind::Failed => "store_failed",
            StoreErrorKind::Full => "store_full",
            StoreErrorKind::Newer => "store_newer",
            StoreErrorKind::NotAStore => "not_a_store",
            StoreErrorKind::ReadOnly => "store_read_only",
            StoreErrorKind::TimedOut => "store_timed_out",
            StoreErrorKind::Unreachable => "store_unreachable",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            StoreErrorKind::Busy => "somebody else writes to the store",
            StoreErrorKind::Corrupt => "the store is damaged",
            StoreErrorKind::Failed => "the store failed",
            StoreErrorKind::Full => "there is no room left for the store",
            StoreErrorKind::Newer => "the store was written by a newer version",
            StoreErrorKind::NotAStore => "this is no store of contacts",
            StoreErrorKind::ReadOnly => "the store can't be written to",
            StoreErrorKind::TimedOut => "the store took too long",
            StoreErrorKind::Unreachable => "the store can't be reached",
        }
    }
}

impl StoreError {
    pub(super) fn new(kind: StoreErrorKind) -> Self {
        StoreError { kind, number: None }
    }

    pub(super) fn numbered(kind: StoreErrorKind, number: impl Into<String>) -> Self {
        StoreError {
            kind,
            number: Some(number.into()),
        }
    }

    #[cfg(feature = "postgres")]
    pub(super) fn is_unreachable(&self) -> bool {
        self.kind == StoreErrorKind::Unreachable
    }

    /// The stable code: `store_busy`, `store_corrupt`, `store_failed`, `store_full`, `store_newer`, `not_a_store`,
    /// `store_read_only`, `store_timed_out` or `store_unreachable`. The list may grow.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] {
    /// use contact_resolution::directory::SqliteStore;
    ///
    /// let error = SqliteStore::open("/no/such/folder/contacts.sqlite").unwrap_err();
    /// assert_eq!(error.code(), "store_unreachable");
    /// # }
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Whether the same can succeed later, with nothing done about it.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] {
    /// use contact_resolution::directory::SqliteStore;
    ///
    /// let error = SqliteStore::open("/no/such/folder/contacts.sqlite").unwrap_err();
    /// assert!(error.is_temporary());
    /// # }
    /// ```
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(
            self.kind,
            StoreErrorKind::Busy | StoreErrorKind::TimedOut | StoreErrorKind::Unreachable
        )
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreError({}", self.code())?;
        if let Some(number) = &self.number {
            write!(f, ", {number}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.text())?;
        match &self.number {
            Some(number) => write!(f, " ({number})"),
            None => Ok(()),
        }
    }
}

impl Error for StoreError {}

/// A record as it is kept.
pub(super) fn write<T: Serialize>(record: &T) -> Result<String, StoreError> {
    serde_json::to_string(record).map_err(|_| StoreError::new(StoreErrorKind::Failed))
}

/// A record that was kept.
pub(super) fn read<T: DeserializeOwned>(record: &str) -> Result<T, StoreError> {
    serde_json::from_str(record).map_err(|_| StoreError::new(StoreErrorKind::Corrupt))
}

/// An account that was kept.
pub(super) fn read_account(record: &str) -> Result<Account, StoreError> {
    read(record).map_err(|error| match read::<OnNetwork>(record) {
        Ok(account) if account.is_newer() => StoreError::new(StoreErrorKind::Newer),
        _ => error,
    })
}

/// The text of what a person is one by.
pub(super) fn who(id: &str, account: &Account) -> String {
    person_key(id, account).to_string()
}

/// The texts of a person's keys.
pub(super) fn keys(person: &Person, account: &Account) -> Vec<String> {
    person.keys(account).iter().map(Key::to_string).collect()
}

/// The people of an account by what they are one by, oneself among them. Of two records of one person the last counts.
pub(super) fn book(
    account: &Account,
    people: impl IntoIterator<Item = Person>,
) -> BTreeMap<String, Person> {
    let own = std::iter::once(account.user.clone());
    own.chain(people)
        .map(|person| (who(&person.id, account), person))
        .collect()
}

/// Whether people stored under one account are found by other keys under the other.
pub(super) fn reads_otherwise(one: &Account, other: &Account) -> bool {
    one.network.name != other.network.name || one.home_region() != other.home_region()
}
