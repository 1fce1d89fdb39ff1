//! Accounts, people and their direct chats: what the host knows. The conversions from [`wire`] are in this module.

mod account;
mod bridge;
mod chat;
pub(crate) mod identity;
mod join;
mod names;
mod timestamp;

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use account::{Account, AccountState};
pub(crate) use account::{IdKind, OnNetwork};
pub use chat::{DirectChat, Peer};
pub(crate) use join::{join_equal, keep_first};
pub use timestamp::Timestamp;

use crate::is_default::is_default;
use crate::network::IdentifierKind;
use crate::wire;

/// A person as the host knows them on one account, with their direct chats.
///
/// The JSON form is the record that a store keeps. Members without a value are left out, and unknown members are ignored.
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
#[expect(
    clippy::struct_excessive_bools,
    reason = "the flags are members of the JSON and independent"
)]
pub struct Person {
    /// The network's id of the person, or the host's record key of a [local person](Person::local).
    pub id: String,
    /// Whether the person has no id on the network, so that [`id`](Person::id) is a record key.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_local: bool,
    /// The full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// Other names: a nickname, an alias that the own user chose, a former name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_names: Vec<String>,
    /// The other identifiers as they are stored: numbers, addresses, handles, further ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<StoredIdentifier>,
    /// The record keys of local people who are this person. A start learns them, so that the next decision joins the records
    /// without a request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub record_keys: Vec<String>,
    /// Whether no chat can be started with the person.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cannot_message: bool,
    /// Whether the person is the own user.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_self: bool,
    /// Whether the person is known from groups only. Such a person is found by an exact id, and by nothing else.
    #[serde(default, skip_serializing_if = "is_default")]
    pub group_only: bool,
    /// The direct chats with the person on the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chats: Vec<DirectChat>,
}

/// An identifier in the text that it is stored with, valid or not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StoredIdentifier {
    /// The kind that it is stored as.
    pub kind: IdentifierKind,
    /// The text.
    pub text: String,
}

impl Person {
    /// Creates a person with an id and nothing else.
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
            is_local: false,
            full_name: None,
            other_names: Vec::new(),
            identifiers: Vec::new(),
            record_keys: Vec::new(),
            cannot_message: false,
            is_self: false,
            group_only: false,
            chats: Vec::new(),
        }
    }

    /// Creates a person without an id on the network, such as an entry of an address book.
    ///
    /// The record key is the host's own, and differs for each such person. It is never sent to a network.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Person};
    ///
    /// let entry = Person::local("row-17").with_identifier(IdentifierKind::Phone, "+14155552671");
    /// assert_eq!(entry.network_id(), None);
    /// assert_eq!(entry.stored(IdentifierKind::Id).count(), 0);
    /// ```
    #[must_use]
    pub fn local(record_key: impl Into<String>) -> Self {
        Person {
            is_local: true,
            ..Person::new(record_key)
        }
    }

    /// Returns the person with a full name.
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

    /// Returns the person with one more of the [other names](Person::other_names).
    ///
    /// ```
    /// use contact_resolution::Person;
    ///
    /// let person = Person::new("a").with_name("Wilhelmina Sund").with_other_name("Mina");
    /// assert!(person.names().eq(["Wilhelmina Sund", "Mina"]));
    /// ```
    #[must_use]
    pub fn with_other_name(mut self, name: impl Into<String>) -> Self {
        self.add_name(name.into());
        self
    }

    /// Returns the person with one more identifier. An identifier is not added twice.
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

    /// Returns the id on the network. A local person has none.
    ///
    /// ```
    /// use contact_resolution::Person;
    ///
    /// assert_eq!(Person::new("alice-id").network_id(), Some("alice-id"));
    /// ```
    #[must_use]
    pub fn network_id(&self) -> Option<&str> {
        (!self.is_local).then_some(self.id.as_str())
    }

    /// Returns the full name and the other names.
    ///
    /// ```
    /// use contact_resolution::Person;
    ///
    /// assert_eq!(Person::new("a").names().count(), 0);
    /// ```
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.full_name.iter().chain(&self.other_names);
        names.map(String::as_str)
    }

    /// Returns the stored texts of one kind. The id on the network comes first among the ids.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Person};
    ///
    /// let person = Person::new("14155552671@s.whatsapp.net").with_identifier(IdentifierKind::Id, "123456789012@lid");
    /// assert_eq!(person.stored(IdentifierKind::Id).count(), 2);
    /// ```
    pub fn stored(&self, kind: IdentifierKind) -> impl Iterator<Item = &str> {
        let own = self.network_id().filter(|_| kind == IdentifierKind::Id);
        let more = self
            .identifiers
            .iter()
            .filter(move |stored| stored.kind == kind);
        own.into_iter()
            .chain(more.map(|stored| stored.text.as_str()))
    }

    /// Returns the id on the network and the other identifiers, as they are stored.
    pub(crate) fn all_stored(&self) -> impl Iterator<Item = (IdentifierKind, &str)> {
        let own = self.network_id().map(|id| (IdentifierKind::Id, id));
        let more = self.identifiers.iter();
        let more = more.map(|stored| (stored.kind, stored.text.as_str()));
        own.into_iter().chain(more)
    }

    /// Returns whether all that keys are derived from is equal in two people of one account.
    pub(crate) fn has_keys_of(&self, other: &Person) -> bool {
        self.id == other.id
            && self.identifiers == other.identifiers
            && self.is_local == other.is_local
            && self.group_only == other.group_only
    }

    /// Returns whether an id is a bare number, although most networks have no such ids.
    pub(crate) fn has_number_as_id(&self) -> bool {
        let mut ids = self.stored(IdentifierKind::Id);
        ids.any(|id| id.starts_with('+'))
    }

    /// Orders records, also those of one person, so that the order of the input does not matter.
    pub(crate) fn order(&self, other: &Person) -> Ordering {
        let own = (&self.id, &self.full_name, &self.identifiers);
        own.cmp(&(&other.id, &other.full_name, &other.identifiers))
            .then_with(|| self.other_names.cmp(&other.other_names))
            .then_with(|| self.is_local.cmp(&other.is_local))
    }

    /// Adds what another record of the same person knows. Values of this record go before values of the other.
    pub(crate) fn merge(&mut self, other: Person) {
        self.append(other);
        self.join_equal_values();
    }

    /// Adds another record as [`merge`](Person::merge) does, but keeps equal values apart. Call
    /// [`join_equal_values`](Person::join_equal_values) after the last of many records, so that the time is linear.
    pub(crate) fn append(&mut self, mut other: Person) {
        // What a group shows of a person identifies no one, so it adds nothing to the identifiers.
        if self.group_only && !other.group_only {
            std::mem::swap(self, &mut other);
        }
        if self.group_only == other.group_only {
            for stored in std::mem::take(&mut other.identifiers) {
                self.push(stored);
            }
        }
        match (self.is_local, other.is_local) {
            // An id on the network replaces a record key.
            (true, false) => {
                let record_key = std::mem::replace(&mut self.id, other.id);
                self.is_local = false;
                self.record_keys.push(record_key);
                let id = &self.id;
                let is_other = |stored: &StoredIdentifier| {
                    stored.kind != IdentifierKind::Id || stored.text != *id
                };
                self.identifiers.retain(is_other);
            }
            (false, false) => self.push(StoredIdentifier {
                kind: IdentifierKind::Id,
                text: other.id,
            }),
            (false, true) => self.record_keys.push(other.id),
            (true, true) => {}
        }
        // A name may be one of the ids, so the ids are merged first.
        self.merge_names(other.full_name, other.other_names);
        self.record_keys.extend(other.record_keys);
        self.cannot_message |= other.cannot_message;
        self.is_self |= other.is_self;
        self.chats.extend(other.chats);
    }

    /// Joins equal identifiers, names and record keys, and the states of one chat in several records.
    pub(crate) fn join_equal_values(&mut self) {
        keep_first(&mut self.identifiers);
        keep_first(&mut self.other_names);
        keep_first(&mut self.record_keys);
        let by_id = |one: &DirectChat, other: &DirectChat| one.id.cmp(&other.id);
        join_equal(&mut self.chats, by_id, |chat, same| chat.merge(&same));
    }

    /// Adds the names of another record. A placeholder gives way to a real name, and is no other name.
    fn merge_names(&mut self, full_name: Option<String>, other_names: Vec<String>) {
        let own = self.full_name.as_deref();
        let has_name = own.is_some_and(|name| self.is_real_name(name));
        let mut names: Vec<String> = full_name.into_iter().collect();
        let is_better = |name: &mut String| own.is_none() || self.is_real_name(name);
        if !has_name && let Some(name) = names.pop_if(is_better) {
            self.full_name = Some(name);
        }
        names.retain(|name| self.is_real_name(name));
        let names = names.into_iter().chain(other_names);
        let full_name = &self.full_name;
        self.other_names
            .extend(names.filter(|name| full_name.as_ref() != Some(name)));
    }

    fn add_name(&mut self, name: String) {
        if !self.names().any(|known| known == name) {
            self.other_names.push(name);
        }
    }

    fn add(&mut self, stored: StoredIdentifier) {
        if !self.identifiers.contains(&stored) {
            self.push(stored);
        }
    }

    /// Adds an identifier, even if it is there already. The network id is no further identifier.
    fn push(&mut self, stored: StoredIdentifier) {
        let is_id = stored.kind == IdentifierKind::Id && self.network_id() == Some(&stored.text);
        if !is_id {
            self.identifiers.push(stored);
        }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Person {{ {} identifiers, {} chats, .. }}",
            self.identifiers.len() + usize::from(!self.is_local),
            self.chats.len()
        )
    }
}

impl fmt::Debug for StoredIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredIdentifier({})", self.kind)
    }
}

/// A user without an id is a local person.
impl From<&wire::User> for Person {
    fn from(user: &wire::User) -> Self {
        let mut person = if user.id.trim().is_empty() {
            Person::local(record_key(user))
        } else {
            Person::new(user.id.as_str())
        };
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
        let names = user.other_names.iter();
        let names = names.filter(|name| !name.trim().is_empty());
        person.merge_names(None, names.cloned().collect());
        keep_first(&mut person.other_names);
        person.cannot_message = user.cannot_message.unwrap_or(false);
        person.is_self = user.is_self.unwrap_or(false);
        person
    }
}

/// Returns the record key of a user without an id. It is the same for the same members.
fn record_key(user: &wire::User) -> String {
    let members = [
        &user.phone_number,
        &user.email,
        &user.username,
        &user.full_name,
    ];
    let members = members.map(|member| member.as_deref().unwrap_or_default().trim());
    members.join("\n")
}
