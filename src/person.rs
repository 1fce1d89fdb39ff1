//! Accounts, people and their direct chats: what the host knows, in the engine's own words. The conversions from
//! [`wire`] stand here and nowhere else.

mod account;
mod bridge;
mod chat;
mod timestamp;

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use account::{Account, AccountState};
pub(crate) use account::{OnNetwork, network_name};
pub use chat::{DirectChat, Peer};
pub use timestamp::Timestamp;

use crate::identifier::{
    Email, EmailPolicy, EmbeddedAddress, Identifier, Key, Phone, Region, UserId, phone,
};
use crate::network::{IdentifierKind, Network};
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

    /// Every key the person is found by on an account: each stored text as it is and as it reads, and the address
    /// that an id carries.
    ///
    /// ```
    /// use contact_resolution::{Account, Key, IdentifierKind, Network, Person};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let alice = Person::new("14155552671@s.whatsapp.net");
    /// assert!(alice.keys(&account).contains(&Key::new(IdentifierKind::Phone, "+14155552671")));
    /// ```
    #[must_use]
    pub fn keys(&self, account: &Account) -> Vec<Key> {
        let mut keys = Vec::new();
        self.each_key(
            &IdentifierKind::ALL,
            Rules::of(account),
            &mut |_, kind, value| {
                add(&mut keys, kind, value);
            },
        );
        keys
    }

    /// Tells every key of these kinds that the person is found by, perhaps one more than once, and perhaps others: what
    /// kind of text is stored, and the key's kind and value.
    pub(crate) fn each_key(
        &self,
        kinds: &[IdentifierKind],
        rules: Rules,
        tell: &mut dyn FnMut(IdentifierKind, IdentifierKind, &str),
    ) {
        // What a group tells of someone but for their id finds nobody.
        if self.group_only {
            let only_ids = &mut |kind, value: &str| {
                if kind == IdentifierKind::Id {
                    tell(IdentifierKind::Id, kind, value);
                }
            };
            for text in self.stored(IdentifierKind::Id) {
                each_key(IdentifierKind::Id, text, rules, only_ids);
            }
            return;
        }
        // An id may carry an address, and a handle may be an id.
        let leads = |stored: IdentifierKind| match stored {
            IdentifierKind::Id => true,
            IdentifierKind::Handle => {
                kinds.contains(&IdentifierKind::Handle) || kinds.contains(&IdentifierKind::Id)
            }
            kind => kinds.contains(&kind),
        };
        for kind in IdentifierKind::ALL.into_iter().filter(|kind| leads(*kind)) {
            for text in self.stored(kind) {
                each_key(kind, text, rules, &mut |key, value| tell(kind, key, value));
            }
        }
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
        self.add(StoredIdentifier {
            kind: IdentifierKind::Id,
            text: other.id,
        });
        self.full_name = self.full_name.take().or(other.full_name);
        self.cannot_message |= other.cannot_message;
        self.is_self |= other.is_self;
        for chat in other.chats {
            match self.chats.iter_mut().find(|known| known.id == chat.id) {
                Some(known) => known.merge(&chat),
                None => self.chats.push(chat),
            }
        }
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

/// What the texts of an account are read by.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    network: &'static Network,
    region: Option<Region>,
}

impl Rules {
    pub(crate) fn of(account: &Account) -> Self {
        Rules {
            network: account.network,
            region: account.home_region(),
        }
    }
}

/// What a stored text reads as today.
fn read(kind: IdentifierKind, text: &str, rules: Rules) -> Option<Identifier> {
    let network = rules.network;
    match kind {
        IdentifierKind::Id => UserId::parse(text, network).ok().map(Identifier::Id),
        IdentifierKind::Phone => {
            let parsed = Phone::parse_in(text, rules.region).ok()?;
            let is_retired = phone::legacy(text, rules.region).is_some();
            (!is_retired).then_some(Identifier::Phone(parsed.phone))
        }
        IdentifierKind::Email => Email::parse_with(text, EmailPolicy::RFC)
            .ok()
            .map(Identifier::Email),
        IdentifierKind::Handle => Identifier::handle(text, network).ok(),
    }
}

/// Tells the keys of a stored text: the text as it is, as it reads today, and the address it carries.
fn each_key(
    kind: IdentifierKind,
    text: &str,
    rules: Rules,
    tell: &mut dyn FnMut(IdentifierKind, &str),
) {
    let text = text.trim();
    tell(kind, text);
    match read(kind, text, rules) {
        Some(identifier) => {
            if (identifier.kind(), identifier.as_str()) != (kind, text) {
                tell(identifier.kind(), identifier.as_str());
            }
            if let Some(alike) = identifier.look_alike_key() {
                tell(alike.kind(), alike.value());
            } else if let Identifier::Id(id) = &identifier {
                if let Some(address) = Identifier::carried_by(id) {
                    tell(address.kind(), address.as_str());
                } else if let Some(EmbeddedAddress::Phone(text)) = id.address() {
                    // A number in a form its country has retired is known by that form.
                    tell(IdentifierKind::Phone, &text);
                }
            }
        }
        None if kind == IdentifierKind::Phone => {
            if let Some(legacy) = phone::legacy(text, rules.region) {
                tell(IdentifierKind::Phone, legacy.as_str());
            }
        }
        None => {}
    }
}

/// Adds a key that is not there yet.
fn add(keys: &mut Vec<Key>, kind: IdentifierKind, value: &str) {
    let is_known = |key: &Key| key.kind() == kind && key.value() == value;
    if !keys.iter().any(is_known) {
        keys.push(Key::new(kind, value));
    }
}

impl StoredIdentifier {
    /// Every key that a person who has this identifier is found by on an account.
    ///
    /// ```
    /// use contact_resolution::{Account, Key, IdentifierKind, Network, StoredIdentifier};
    ///
    /// let account = Account::new("imessage", Network::from_bridge_type("imessage"), "me");
    /// let stored = StoredIdentifier { kind: IdentifierKind::Email, text: "Alice@Example.com".into() };
    /// assert!(stored.keys(&account).contains(&Key::new(IdentifierKind::Email, "alice@example.com")));
    /// ```
    #[must_use]
    pub fn keys(&self, account: &Account) -> Vec<Key> {
        let mut keys = Vec::new();
        let rules = Rules::of(account);
        each_key(self.kind, &self.text, rules, &mut |kind, value| {
            add(&mut keys, kind, value);
        });
        keys
    }

    /// What the text reads as on an account today, if anything.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Network, StoredIdentifier};
    ///
    /// let account = Account::new("signal", Network::from_bridge_type("signal"), "me");
    /// let stored = |text: &str| StoredIdentifier { kind: IdentifierKind::Phone, text: text.into() };
    /// assert_eq!(stored("+1 212 555 0142").read(&account).unwrap().as_str(), "+12125550142");
    /// assert_eq!(stored("call me").read(&account), None);
    /// ```
    #[must_use]
    pub fn read(&self, account: &Account) -> Option<Identifier> {
        read(self.kind, self.text.trim(), Rules::of(account))
    }
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
