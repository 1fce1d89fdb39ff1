//! Building blocks for a directory in a database: records as JSON, the key of a person's row, and an error.
//!
//! # Tables
//!
//! A store keeps each person as a record. [`Person`] is one, as JSON. Its row has the key [`row_key`]. For each of
//! [`Person::keys`] the store keeps a row `(account, key, person)` that leads from the account and the key to the person.
//! A [local person](Person::local), such as an entry of an address book, is stored like any other.
//!
//! The account comes first, so that every query is of one account and the store can be divided by account. A key is kept
//! as its text, `phone:+14155552671`, and compared byte for byte: in SQL by a binary collation.
//! [`KEY_FORMAT`](crate::KEY_FORMAT) is the version of that text, and is kept beside the keys.
//!
//! For suggestions by name, the store keeps a row `(account, word, person, names)` for each of the [`name_rows`] of a person,
//! and a row `(account, key, word)` for each of [`keys_of_word`]. A [`NameSearch`] shows which rows to select. These texts
//! change with [`KEY_FORMAT`](crate::KEY_FORMAT) too.
//!
//! [`conformance`](crate::conformance) tests whether a directory and a ledger keep the promises of their traits. The
//! crates `contact-resolution-sqlite` and `contact-resolution-postgres` are built from these parts.

mod name_search;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Coverage, Directory, DirectoryQuery, MemoryDirectory};
use crate::codes::codes;
use crate::person::{Account, OnNetwork, Person};

pub use name_search::{NameRow, NameSearch, WordQuery, keys_of_word, name_rows};

/// The reason why a store could not be opened, read or written.
///
/// A failed write has changed nothing, with one exception. If the answer to a write was lost, the error is
/// [`Unreachable`](StoreErrorKind::Unreachable), and the write may have been carried out.
///
/// The error shows a [`code`](StoreError::code) and the database's own error number. It never shows the database's
/// message, because that can quote stored people.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: StoreErrorKind,
    number: Option<String>,
}

codes! {
    /// The kind of a [`StoreError`].
    ///
    /// ```
    /// use contact_resolution::store::StoreErrorKind;
    ///
    /// assert_eq!(StoreErrorKind::TimedOut.as_str(), "store_timed_out");
    /// ```
    #[non_exhaustive]
    pub enum StoreErrorKind {
        /// Another process is writing to the store.
        Busy = "store_busy": "another process is writing to the store",
        /// A record or the database is damaged.
        Corrupt = "store_corrupt": "the store is damaged",
        /// The database failed for another reason.
        Failed = "store_failed": "the store failed",
        /// The disk is full.
        Full = "store_full": "the disk of the store is full",
        /// A newer version of this crate wrote the store.
        Newer = "store_newer": "the store was written by a newer version",
        /// The file or the URL is not a store of contacts.
        NotAStore = "not_a_store": "this is not a store of contacts",
        /// The store cannot be written to.
        ReadOnly = "store_read_only": "the store is read-only",
        /// The store took too long to answer.
        TimedOut = "store_timed_out": "the store took too long to answer",
        /// The store cannot be reached, or refuses the connection.
        Unreachable = "store_unreachable": "the store cannot be reached",
    }
}

impl StoreError {
    /// Creates an error. See [`with_number`](StoreError::with_number) for an example.
    #[must_use]
    pub fn new(kind: StoreErrorKind) -> Self {
        StoreError { kind, number: None }
    }

    /// Adds the database's own error number. It must not quote stored text.
    ///
    /// ```
    /// use contact_resolution::store::{StoreError, StoreErrorKind};
    ///
    /// let error = StoreError::new(StoreErrorKind::Full).with_number("SQLite 13");
    /// assert_eq!(error.to_string(), "the disk of the store is full (SQLite 13)");
    /// ```
    #[must_use]
    pub fn with_number(self, number: impl Into<String>) -> Self {
        StoreError {
            number: Some(number.into()),
            ..self
        }
    }

    /// Returns the kind of the error.
    ///
    /// ```
    /// use contact_resolution::store::{StoreErrorKind, from_record};
    ///
    /// let error = from_record::<String>("half a reco").unwrap_err();
    /// assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    /// ```
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// Returns the stable code: `store_busy`, `store_corrupt`, `store_failed`, `store_full`, `store_newer`,
    /// `not_a_store`, `store_read_only`, `store_timed_out` or `store_unreachable`. The list may grow.
    ///
    /// ```
    /// use contact_resolution::store::from_record;
    ///
    /// let error = from_record::<String>("half a reco").unwrap_err();
    /// assert_eq!(error.code(), "store_corrupt");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.as_str()
    }

    /// Returns whether the same call can succeed later without a repair.
    ///
    /// ```
    /// use contact_resolution::store::{StoreError, StoreErrorKind};
    ///
    /// assert!(StoreError::new(StoreErrorKind::Busy).is_temporary());
    /// assert!(!StoreError::new(StoreErrorKind::Corrupt).is_temporary());
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

/// Writes a [`Person`] or an [`Account`] as the JSON record that a store keeps.
///
/// ```
/// use contact_resolution::Person;
/// use contact_resolution::store::{from_record, to_record};
///
/// let alice = Person::new("alice-id");
/// assert_eq!(from_record::<Person>(&to_record(&alice)?)?, alice);
/// # Ok::<_, contact_resolution::store::StoreError>(())
/// ```
///
/// # Errors
///
/// Returns an error if the value has no JSON form. Every [`Person`] and [`Account`] has one.
pub fn to_record<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::new(StoreErrorKind::Failed))
}

/// Reads a record that [`to_record`] wrote. See there for an example. Accounts are read by [`account_from_record`].
///
/// # Errors
///
/// Returns an error of the kind [`Corrupt`](StoreErrorKind::Corrupt) if the text is not such a record.
pub fn from_record<T: DeserializeOwned>(record: &str) -> Result<T, StoreError> {
    serde_json::from_slice(record.as_bytes()).map_err(|_| StoreError::new(StoreErrorKind::Corrupt))
}

/// Reads the record of an account.
///
/// ```
/// use contact_resolution::store::{account_from_record, to_record};
/// use contact_resolution::{Account, Network};
///
/// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
/// let record = to_record(&account)?;
/// assert_eq!(account_from_record(&record)?, account);
/// # Ok::<_, contact_resolution::store::StoreError>(())
/// ```
///
/// # Errors
///
/// Returns an error of the kind [`Newer`](StoreErrorKind::Newer) if this version does not know the account's network, and
/// [`Corrupt`](StoreErrorKind::Corrupt) if the text is not the record of an account.
pub fn account_from_record(record: &str) -> Result<Account, StoreError> {
    from_record(record).map_err(|error| match from_record::<OnNetwork>(record) {
        Ok(account) if account.is_newer() => StoreError::new(StoreErrorKind::Newer),
        _ => error,
    })
}

/// Returns the key of a person's row: `id:` and the id, or `local:` and the record key of a
/// [local person](Person::local).
///
/// ```
/// use contact_resolution::Person;
/// use contact_resolution::store::row_key;
///
/// assert_eq!(row_key(&Person::new("alice-id")), "id:alice-id");
/// assert_eq!(row_key(&Person::local("row-17")), "local:row-17");
/// ```
#[must_use]
pub fn row_key(person: &Person) -> String {
    match person.network_id() {
        Some(id) => format!("id:{}", id.trim()),
        None => format!("local:{}", person.id),
    }
}

/// Returns the people of an account, by their [`row_key`]. The own user is one of them. If two people have the same key, the
/// last one is kept.
///
/// ```
/// use contact_resolution::store::people_by_key;
/// use contact_resolution::{Account, Network, Person};
///
/// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
/// let people = people_by_key(&account, [Person::new("libera_alice")]);
/// assert_eq!(people["id:libera_alice"].id, "libera_alice");
/// assert!(people["id:me"].is_self);
/// ```
#[must_use]
pub fn people_by_key(
    account: &Account,
    people: impl IntoIterator<Item = Person>,
) -> BTreeMap<String, Person> {
    let own_user = std::iter::once(account.user.clone()).filter(|user| !user.is_local);
    own_user
        .chain(people)
        .map(|person| (row_key(&person), person))
        .collect()
}

/// Returns the accounts of a directory, each with its coverage and its people, for a store that is filled with them.
///
/// ```
/// use contact_resolution::MemoryDirectory;
/// use contact_resolution::store::accounts_of;
///
/// let directory = MemoryDirectory::read_json(br#"{
///     "accounts": [{"accountID": "irc", "user": {"id": "me"}, "bridge": {"id": "irc", "provider": "local", "type": "irc"}}],
///     "contacts": {"irc": [{"id": "libera_alice"}]},
///     "complete": true
/// }"#.as_slice())?;
/// let (account, coverage, people) = accounts_of(&directory).next().ok_or("no account")?;
/// assert_eq!((account.id.as_str(), coverage.chats, people.len()), ("irc", true, 2));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub fn accounts_of(
    directory: &MemoryDirectory,
) -> impl Iterator<Item = (&Account, Coverage, Vec<Person>)> {
    directory.accounts().map(|account| {
        // A query without keys is answered with the coverage alone.
        let query = DirectoryQuery {
            account: &account.id,
            keys: &[],
        };
        let Ok(answers) = directory.find(&[query]);
        let coverage = answers.first().map(|answer| answer.coverage);
        let people = directory.people(&account.id).collect();
        (account, coverage.unwrap_or_default(), people)
    })
}

/// Returns whether the keys of an account's people must be made again after the account was changed. They depend on its
/// network, its case mapping and its region.
///
/// ```
/// use contact_resolution::store::needs_new_keys;
/// use contact_resolution::{Account, Network, Region};
///
/// let old = Account::new("signal", Network::from_bridge_type("signal"), "me");
/// let mut new = old.clone();
/// assert!(!needs_new_keys(&old, &new));
/// new.region = Some(Region::GB);
/// assert!(needs_new_keys(&old, &new));
/// ```
#[must_use]
pub fn needs_new_keys(old: &Account, new: &Account) -> bool {
    old.network != new.network
        || old.case_mapping != new.case_mapping
        || old.home_region() != new.home_region()
}
