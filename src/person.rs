//! Accounts, people and their direct chats: what the host knows, in the engine's own words. The conversions from
//! [`wire`] stand here and nowhere else.

mod account;
mod bridge;
mod chat;
pub(crate) mod identity;
mod timestamp;

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use account::{Account, AccountState};
pub(crate) use account::{OnNetwork, network_name};
pub use chat::{DirectChat, Peer};
pub use timestamp::Timestamp;

use crate::name::real_name;
use crate::network::IdentifierKind;
use crate::wire;

/// A user as the host knows them on one account, with their direct chats.
///
/// As JSON it is a record for a store to keep: what is written is read again as the same, what is not set is not
/// written, and what a newer version adds is passed over.
///
/// ```
/// use contact_resolution::{IdentifierKind, Person};
///
/// let alice = Person::new("alice-id").with_identifier(IdentifierKind::Phone, "+14155552671");
/// let record = serde_json::to_string(&alice)?;
/// assert_eq!(record, r#"{"id":"alice-id","identifiers":[{"kind":"phone","text":"+14155552671"}]}"#);
/// assert_eq!(serde_json::from_str::<Person>(&record)?, alice);
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Person {
    /// The id they are stored under.
    pub id: String,
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// What else they are known by, as it is stored: numbers, addresses, handles, further ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<StoredIdentifier>,
    /// Whether no chat can be started with them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cannot_message: bool,
    /// Whether they are oneself.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_self: bool,
    /// Whether they are known from groups only: then they are found by their exact id, and by nothing else.
    #[serde(default, skip_serializing_if = "is_false")]
    pub group_only: bool,
    /// Their direct chats on the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chats: Vec<DirectChat>,
}

/// An identifier in the very text it is stored with, be it valid or not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StoredIdentifier {
    /// What it is stored as.
    pub kind: IdentifierKind,
    /// The text.
    pub text: String,
}

impl Person {
    /// Someone stored under an id, of whom nothing else is known.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Person};
    ///
    /// let alice = Person::new("alice-id").with_name("Alice Example").with_identifier(IdentifierKind::Phone, "+14155552671");
    /// assert_eq!(alice.stored(IdentifierKind::Phone).next(), Some("+14155552671"));
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Person {
            id: id.into(),
            full_name: None,
            identifiers: Vec::new(),
            cannot_message: false,
            is_self: false,
            group_only: false,
            chats: Vec::new(),
        }
    }

    /// The same person with a full name.
    ///
    /// ```
    /// use contact_resolution::Person;
    ///
    /// assert_eq!(Person::new("a").with_name("Alice").full_name.as_deref(), Some("Alice"));
    /// ```
    #[must_use]
    pub fn with_name(self, full_name: impl Into<String>) -> Self {
        Person {
            full_name: Some(full_name.into()),
            ..self
        }
    }

    /// The same person with one more identifier; one they already have is not stored twice.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Person};
    ///
    /// let person = Person::new("a").with_identifier(IdentifierKind::Handle, "alice").with_identifier(IdentifierKind::Handle, "alice");
    /// assert_eq!(person.identifiers.len(), 1);
    /// ```
    #[must_use]
    pub fn with_identifier(mut self, kind: IdentifierKind, text: impl Into<String>) -> Self {
        self.add(StoredIdentifier {
            kind,
            text: text.into(),
        });
        self
    }

    /// The texts stored of one kind, the own id first among the ids.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Person};
    ///
    /// let person = Person::new("14155552671@s.whatsapp.net").with_identifier(IdentifierKind::Id, "123456789012@lid");
    /// assert_eq!(person.stored(IdentifierKind::Id).count(), 2);
    /// ```
    pub fn stored(&self, kind: IdentifierKind) -> impl Iterator<Item = &str> {
        let own = (kind == IdentifierKind::Id).then_some(self.id.as_str());
        let more = self
            .identifiers
            .iter()
            .filter(move |stored| stored.kind == kind);
        own.into_iter()
            .chain(more.map(|stored| stored.text.as_str()))
    }

    /// What orders records, those of one person too, whatever order they are given in.
    pub(crate) fn order(&self, other: &Person) -> Ordering {
        let own = (&self.id, &self.full_name, &self.identifiers);
        own.cmp(&(&other.id, &other.full_name, &other.identifiers))
    }

    /// Takes over what another record of the same person knows: its own words win, its gaps are filled.
    pub(crate) fn merge(&mut self, mut other: Person) {
        // What a group tells of someone identifies nobody, so it adds nothing to what they are found by.
        if self.group_only && !other.group_only {
            std::mem::swap(self, &mut other);
        }
        if self.group_only == other.group_only {
            for stored in std::mem::take(&mut other.identifiers) {
                self.add(stored);
            }
        }
        // A placeholder gives way to a name.
        if !self.has_name() && (other.has_name() || self.full_name.is_none()) {
            self.full_name = other.full_name;
        }
        self.add(StoredIdentifier {
            kind: IdentifierKind::Id,
            text: other.id,
        });
        self.cannot_message |= other.cannot_message;
        self.is_self |= other.is_self;
        for chat in other.chats {
            match self.chats.iter_mut().find(|known| known.id == chat.id) {
                Some(known) => known.merge(&chat),
                None => self.chats.push(chat),
            }
        }
    }

    /// Whether the full name is more than a placeholder.
    pub(crate) fn has_name(&self) -> bool {
        let name = self.full_name.as_deref();
        name.is_some_and(|name| real_name(name, &[], &[]).is_some())
    }

    fn add(&mut self, stored: StoredIdentifier) {
        let is_id = stored.kind == IdentifierKind::Id && stored.text == self.id;
        if !is_id && !self.identifiers.contains(&stored) {
            self.identifiers.push(stored);
        }
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes every member by reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Person {{ {} identifiers, {} chats, .. }}",
            self.identifiers.len() + 1,
            self.chats.len()
        )
    }
}

impl fmt::Debug for StoredIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredIdentifier({})", self.kind)
    }
}

impl From<&wire::User> for Person {
    fn from(user: &wire::User) -> Self {
        let mut person = Person::new(user.id.as_str());
        let members = [
            (IdentifierKind::Phone, &user.phone_number),
            (IdentifierKind::Email, &user.email),
            (IdentifierKind::Handle, &user.username),
        ];
        for (kind, text) in members {
            if let Some(text) = text.as_deref().filter(|text| !text.trim().is_empty()) {
                person = person.with_identifier(kind, text);
            }
        }
        person.full_name.clone_from(&user.full_name);
        person.cannot_message = user.cannot_message.unwrap_or(false);
        person.is_self = user.is_self.unwrap_or(false);
        person
    }
}
