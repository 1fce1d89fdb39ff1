//! Accounts, people and their direct chats: what the host knows, in the engine's own words. The conversions from
//! [`wire`] stand here and nowhere else.

mod bridge;
mod timestamp;

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use timestamp::Timestamp;

use crate::identifier::{
    Address, Email, EmailPolicy, Identifier, Key, Phone, Region, UserId, phone,
};
use crate::network::{Kind, Network};
use crate::wire::{self, AccountStatus, ChatType, ResolveIdentifier};

/// One login on one network.
///
/// It is written as JSON for stores, as its people are: see [`Person`]. Its network is written by its name.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// The account's id.
    pub id: String,
    /// The rules of its network.
    #[serde(with = "network_name")]
    pub network: &'static Network,
    /// Whether new chats can be created now.
    pub state: AccountState,
    /// The region in which national phone numbers are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// What the account's bridge says it can find and create; without it the network's row decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<ResolveIdentifier>,
    /// Oneself.
    pub user: Person,
}

/// Whether an account can create chats now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Connected, or connected and still reading old chats.
    Ready,
    /// Not connected yet; trying again later can help.
    Connecting,
    /// Not connected until somebody does something about it.
    Unavailable,
}

mod network_name {
    use super::{Deserialize, Deserializer, Network, Serializer};

    pub(super) fn serialize<S: Serializer>(network: &Network, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(network.name)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<&'static Network, D::Error> {
        String::deserialize(from).map(|name| Network::of(&name))
    }
}

impl Account {
    /// A ready account on a network, whose own user is `user_id`.
    ///
    /// ```
    /// use contact_resolution::{Account, Network};
    ///
    /// let account = Account::new("whatsapp", Network::of("whatsapp"), "me");
    /// assert!(account.user.is_self);
    /// ```
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        network: &'static Network,
        user_id: impl Into<String>,
    ) -> Self {
        Account {
            id: id.into(),
            network,
            state: AccountState::Ready,
            region: None,
            flags: None,
            user: Person {
                is_self: true,
                ..Person::new(user_id)
            },
        }
    }

    /// What can be found and created on this account: its bridge's flags, else the network's.
    ///
    /// ```
    /// use contact_resolution::{Account, Network};
    ///
    /// let account = Account::new("gmessages", Network::of("gmessages"), "me");
    /// assert!(account.capabilities().any_phone);
    /// ```
    #[must_use]
    pub fn capabilities(&self) -> ResolveIdentifier {
        self.flags.unwrap_or(self.network.lookups)
    }

    /// Whether the network can be asked who an identifier of this kind is.
    ///
    /// ```
    /// use contact_resolution::{Account, Kind, Network};
    ///
    /// let account = Account::new("whatsapp", Network::of("whatsapp"), "me");
    /// assert!(account.can_look_up(Kind::Phone));
    /// assert!(!account.can_look_up(Kind::Email));
    /// ```
    #[must_use]
    pub fn can_look_up(&self, kind: Kind) -> bool {
        let can = self.capabilities();
        match kind {
            Kind::Id => self.network.id_lookup,
            Kind::Phone => can.lookup_phone,
            Kind::Email => can.lookup_email,
            Kind::Handle => can.lookup_username,
        }
    }

    /// Whether a chat can be created with an identifier of this kind, of someone unknown.
    ///
    /// ```
    /// use contact_resolution::{Account, Kind, Network};
    ///
    /// let account = Account::new("gmessages", Network::of("gmessages"), "me");
    /// assert!(account.can_create_by(Kind::Phone));
    /// assert!(!account.can_create_by(Kind::Email));
    /// ```
    #[must_use]
    pub fn can_create_by(&self, kind: Kind) -> bool {
        match kind {
            Kind::Id => true,
            Kind::Phone => self.capabilities().any_phone || self.can_look_up(kind),
            Kind::Email | Kind::Handle => self.can_look_up(kind),
        }
    }

    /// The region of the account, else that of its own number.
    ///
    /// ```
    /// use contact_resolution::{Account, Kind, Network, Region};
    ///
    /// let mut account = Account::new("signal", Network::of("signal"), "me");
    /// assert_eq!(account.home_region(), None);
    /// account.user = account.user.with(Kind::Phone, "+442079460958");
    /// assert_eq!(account.home_region(), Some(Region::GB));
    /// ```
    #[must_use]
    pub fn home_region(&self) -> Option<Region> {
        self.region.or_else(|| {
            let own = self
                .user
                .stored(Kind::Phone)
                .find_map(|text| Phone::parse(text).ok())?;
            own.phone.region().or_else(|| own.phone.main_region())
        })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({}, {:?})", self.network.name, self.state)
    }
}

impl From<&wire::Account> for Account {
    fn from(account: &wire::Account) -> Self {
        let by_type = Network::of(&account.bridge.bridge_type);
        let network = match &account.network {
            Some(name) if by_type.name == Network::GENERAL.name => Network::of(name),
            _ => by_type,
        };
        let state = match &account.status {
            None | Some(AccountStatus::Connected | AccountStatus::Backfilling) => {
                AccountState::Ready
            }
            Some(AccountStatus::Connecting) => AccountState::Connecting,
            Some(_) => AccountState::Unavailable,
        };
        Account {
            id: account.account_id.clone(),
            network,
            state,
            region: account.region.as_deref().and_then(Region::new),
            flags: account.resolve_identifier,
            user: Person {
                is_self: true,
                ..Person::from(&account.user)
            },
        }
    }
}

/// A user as the host knows them on one account, with their direct chats.
///
/// As JSON it is a record for a store to keep: what is written is read again as the same, what is not set is not
/// written, and what a newer version adds is passed over.
///
/// ```
/// use contact_resolution::{Kind, Person};
///
/// let alice = Person::new("alice-id").with(Kind::Phone, "+14155552671");
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
    pub identifiers: Vec<Stored>,
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
pub struct Stored {
    /// What it is stored as.
    pub kind: Kind,
    /// The text.
    pub text: String,
}

impl Person {
    /// Someone stored under an id, of whom nothing else is known.
    ///
    /// ```
    /// use contact_resolution::{Kind, Person};
    ///
    /// let alice = Person::new("alice-id").named("Alice Example").with(Kind::Phone, "+14155552671");
    /// assert_eq!(alice.stored(Kind::Phone).next(), Some("+14155552671"));
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
    /// assert_eq!(Person::new("a").named("Alice").full_name.as_deref(), Some("Alice"));
    /// ```
    #[must_use]
    pub fn named(self, full_name: impl Into<String>) -> Self {
        Person {
            full_name: Some(full_name.into()),
            ..self
        }
    }

    /// The same person with one more identifier; one they already have is not stored twice.
    ///
    /// ```
    /// use contact_resolution::{Kind, Person};
    ///
    /// let person = Person::new("a").with(Kind::Handle, "alice").with(Kind::Handle, "alice");
    /// assert_eq!(person.identifiers.len(), 1);
    /// ```
    #[must_use]
    pub fn with(mut self, kind: Kind, text: impl Into<String>) -> Self {
        self.add(Stored {
            kind,
            text: text.into(),
        });
        self
    }

    /// The texts stored of one kind, the own id first among the ids.
    ///
    /// ```
    /// use contact_resolution::{Kind, Person};
    ///
    /// let person = Person::new("14155552671@s.whatsapp.net").with(Kind::Id, "123456789012@lid");
    /// assert_eq!(person.stored(Kind::Id).count(), 2);
    /// ```
    pub fn stored(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let own = (kind == Kind::Id).then_some(self.id.as_str());
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
    /// use contact_resolution::{Account, Key, Kind, Network, Person};
    ///
    /// let account = Account::new("whatsapp", Network::of("whatsapp"), "me");
    /// let alice = Person::new("14155552671@s.whatsapp.net");
    /// assert!(alice.keys(&account).contains(&Key::new(Kind::Phone, "+14155552671")));
    /// ```
    #[must_use]
    pub fn keys(&self, account: &Account) -> Vec<Key> {
        let mut keys = Vec::new();
        self.each_key(&Kind::ALL, Rules::of(account), &mut |kind, value| {
            add(&mut keys, kind, value);
        });
        keys
    }

    /// Tells every key of these kinds that the person is found by, perhaps one more than once, and perhaps others.
    pub(crate) fn each_key(&self, kinds: &[Kind], rules: Rules, tell: &mut dyn FnMut(Kind, &str)) {
        // What a group tells of someone but for their id finds nobody.
        if self.group_only {
            let only_ids = &mut |kind, value: &str| {
                if kind == Kind::Id {
                    tell(kind, value);
                }
            };
            for text in self.stored(Kind::Id) {
                each_key(Kind::Id, text, rules, only_ids);
            }
            return;
        }
        // An id may carry an address, and a handle may be an id.
        let leads = |stored: Kind| match stored {
            Kind::Id => true,
            Kind::Handle => kinds.contains(&Kind::Handle) || kinds.contains(&Kind::Id),
            kind => kinds.contains(&kind),
        };
        for kind in Kind::ALL.into_iter().filter(|kind| leads(*kind)) {
            for text in self.stored(kind) {
                each_key(kind, text, rules, tell);
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
        self.add(Stored {
            kind: Kind::Id,
            text: other.id,
        });
        self.full_name = self.full_name.take().or(other.full_name);
        self.cannot_message |= other.cannot_message;
        self.is_self |= other.is_self;
        for chat in other.chats {
            if self.chats.iter().all(|known| known.id != chat.id) {
                self.chats.push(chat);
            }
        }
    }

    fn add(&mut self, stored: Stored) {
        let is_id = stored.kind == Kind::Id && stored.text == self.id;
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
fn read(kind: Kind, text: &str, rules: Rules) -> Option<Identifier> {
    let network = rules.network;
    match kind {
        Kind::Id => UserId::parse(text, network).ok().map(Identifier::Id),
        Kind::Phone => {
            let parsed = Phone::parse_in(text, rules.region).ok()?;
            let is_retired = phone::legacy(text, rules.region).is_some();
            (!is_retired).then_some(Identifier::Phone(parsed.phone))
        }
        Kind::Email => Email::parse_with(text, EmailPolicy::RFC)
            .ok()
            .map(Identifier::Email),
        Kind::Handle => Identifier::handle(text, network).ok(),
    }
}

/// Tells the keys of a stored text: the text as it is, as it reads today, and the address it carries.
fn each_key(kind: Kind, text: &str, rules: Rules, tell: &mut dyn FnMut(Kind, &str)) {
    let text = text.trim();
    tell(kind, text);
    match read(kind, text, rules) {
        Some(identifier) => {
            if (identifier.kind(), identifier.as_str()) != (kind, text) {
                tell(identifier.kind(), identifier.as_str());
            }
            if let Some(alike) = identifier.alike() {
                tell(alike.kind(), alike.value());
            } else if let Identifier::Id(id) = &identifier {
                if let Some(address) = Identifier::carried_by(id) {
                    tell(address.kind(), address.as_str());
                } else if let Some(Address::Phone(text)) = id.address() {
                    // A number in a form its country has retired is known by that form.
                    tell(Kind::Phone, &text);
                }
            }
        }
        None if kind == Kind::Phone => {
            if let Some(legacy) = phone::legacy(text, rules.region) {
                tell(Kind::Phone, legacy.as_str());
            }
        }
        None => {}
    }
}

/// Adds a key that is not there yet.
fn add(keys: &mut Vec<Key>, kind: Kind, value: &str) {
    let is_known = |key: &Key| key.kind() == kind && key.value() == value;
    if !keys.iter().any(is_known) {
        keys.push(Key::new(kind, value));
    }
}

impl Stored {
    /// Every key that a person who has this identifier is found by on an account.
    ///
    /// ```
    /// use contact_resolution::{Account, Key, Kind, Network, Stored};
    ///
    /// let account = Account::new("imessage", Network::of("imessage"), "me");
    /// let stored = Stored { kind: Kind::Email, text: "Alice@Example.com".into() };
    /// assert!(stored.keys(&account).contains(&Key::new(Kind::Email, "alice@example.com")));
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
    /// use contact_resolution::{Account, Kind, Network, Stored};
    ///
    /// let account = Account::new("signal", Network::of("signal"), "me");
    /// let stored = |text: &str| Stored { kind: Kind::Phone, text: text.into() };
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

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored({})", self.kind)
    }
}

impl From<&wire::User> for Person {
    fn from(user: &wire::User) -> Self {
        let mut person = Person::new(user.id.as_str());
        let members = [
            (Kind::Phone, &user.phone_number),
            (Kind::Email, &user.email),
            (Kind::Handle, &user.username),
        ];
        for (kind, text) in members {
            if let Some(text) = text.as_deref().filter(|text| !text.trim().is_empty()) {
                person = person.with(kind, text);
            }
        }
        person.full_name.clone_from(&user.full_name);
        person.cannot_message = user.cannot_message.unwrap_or(false);
        person.is_self = user.is_self.unwrap_or(false);
        person
    }
}

/// A direct chat with one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DirectChat {
    /// The chat's id.
    pub id: String,
    /// Whether nothing can be written in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Whether the person is invited and has not joined yet.
    #[serde(default, skip_serializing_if = "is_false")]
    pub peer_pending: bool,
    /// Whether it is archived.
    #[serde(default, skip_serializing_if = "is_false")]
    pub archived: bool,
    /// When something last happened in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_activity: Option<Timestamp>,
}

/// Who the other side of a direct chat is.
#[derive(Clone, Copy)]
pub enum Peer<'a> {
    /// A user.
    User(&'a wire::User),
    /// Oneself.
    Oneself,
    /// Not told: the list of participants is a part, and only oneself is in it.
    Unknown,
}

impl DirectChat {
    /// An open chat: writable, joined, not archived, of unknown activity.
    ///
    /// ```
    /// use contact_resolution::DirectChat;
    ///
    /// assert!(!DirectChat::new("!a:b").archived);
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        DirectChat {
            id: id.into(),
            read_only: false,
            peer_pending: false,
            archived: false,
            last_activity: None,
        }
    }

    /// Reads a chat of the wire as a direct chat of an account: with whom it is, and the chat. `None` where it is
    /// none: another account's, a group, one that oneself left, one with more than one other.
    ///
    /// ```
    /// use contact_resolution::{Account, DirectChat, Network, Peer, wire::Chat};
    ///
    /// let chat: Chat = serde_json::from_str(
    ///     r#"{"id": "!a:b", "accountID": "matrix", "network": "Matrix", "title": "A", "type": "single", "unreadCount": 0,
    ///         "participants": {"hasMore": false, "total": 2, "items": [{"id": "@a:b"}, {"id": "@me:b", "isSelf": true}]}}"#,
    /// )?;
    /// let account = Account::new("matrix", Network::of("matrix"), "@me:b");
    /// let (peer, direct) = DirectChat::read(&chat, &account).unwrap();
    /// assert_eq!(direct.id, "!a:b");
    /// assert!(matches!(peer, Peer::User(user) if user.id == "@a:b"));
    /// # Ok::<_, serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn read<'a>(chat: &'a wire::Chat, account: &Account) -> Option<(Peer<'a>, DirectChat)> {
        if chat.account_id != account.id || chat.chat_type != ChatType::Single {
            return None;
        }
        let list = &chat.participants;
        let is_own = |user: &wire::User| user.is_self == Some(true) || user.id == account.user.id;
        let own = list.items.iter().any(|p| is_own(&p.user));
        // A participant listed twice is one.
        let (mut people, mut bots): (Vec<&wire::Participant>, Vec<&wire::Participant>) =
            (vec![], vec![]);
        for participant in list.items.iter().filter(|p| !is_own(&p.user)) {
            let is_bot = participant.is_network_bot == Some(true);
            let seen = if is_bot { &mut bots } else { &mut people };
            if seen
                .iter()
                .all(|known| known.user.id != participant.user.id)
            {
                seen.push(participant);
            }
        }
        let told = list.items.len();
        let total = usize::try_from(list.total).unwrap_or(usize::MAX).max(told);
        let complete = !list.has_more && total == told;
        // A complete list without oneself: I left. A part of a list of more than two: it may be a crowd.
        if (complete && !own) || (!complete && total - bots.len() > 2) {
            return None;
        }
        // Bots don't count, but for a chat with nobody else and one of them.
        let peer = match (people.as_slice(), bots.as_slice()) {
            ([], []) => None,
            ([peer], _) | ([], [peer]) => Some(*peer),
            _ => return None,
        };
        let direct = DirectChat {
            id: chat.id.clone(),
            read_only: chat.is_read_only == Some(true),
            peer_pending: peer.is_some_and(|p| p.is_pending == Some(true)),
            archived: chat.is_archived == Some(true),
            last_activity: chat.last_activity.as_deref().and_then(Timestamp::parse),
        };
        let peer = match peer {
            Some(peer) => Peer::User(&peer.user),
            None if complete => Peer::Oneself,
            None => Peer::Unknown,
        };
        Some((peer, direct))
    }
}

impl fmt::Debug for DirectChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectChat")
            .field("read_only", &self.read_only)
            .field("peer_pending", &self.peer_pending)
            .field("archived", &self.archived)
            .finish_non_exhaustive()
    }
}
