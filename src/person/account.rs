//! The account that a chat is started on.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Person;
use crate::identifier::user_id::is_short_code;
use crate::identifier::{Identifier, Phone, Region, UserId};
use crate::is_default::is_default;
use crate::network::{AccountGrammar, CaseMapping, IdentifierKind, LookupFact, Network};
use crate::wire::{self, AccountStatus, ResolveIdentifier};

/// One login on one network.
///
/// The JSON form is for stores, like that of a [`Person`]. A built-in network is stored as its name, and a network of
/// the host's own as its rules.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// The account's id.
    pub id: String,
    /// The rules of its network.
    pub network: Network,
    /// The letters that the account's server does not distinguish, on networks with such servers.
    #[serde(default, rename = "caseMapping", skip_serializing_if = "is_default")]
    pub case_mapping: CaseMapping,
    /// Whether new chats can be created now.
    pub state: AccountState,
    /// The region in which national phone numbers are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// What the account's bridge can find and create. Without flags, the rules of the network decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<ResolveIdentifier>,
    /// The own user.
    pub user: Person,
}

/// Whether an account can create chats now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Connected, or connected and still reading old chats.
    Ready,
    /// Not connected yet. A later attempt can succeed.
    Connecting,
    /// Not connected until the account is repaired.
    Unavailable,
}

/// The part of a written account that shows why the account cannot be read.
#[derive(Deserialize)]
pub(crate) struct OnNetwork {
    network: serde_json::Value,
}

impl OnNetwork {
    /// Returns whether a newer version wrote it, on a network that this one has no rules for.
    pub(crate) fn is_newer(&self) -> bool {
        let name = self.network.as_str();
        name.is_some_and(|name| Network::from_name(name).is_none())
    }
}

impl Account {
    /// Creates a ready account on a network, with the own user `user_id`.
    ///
    /// ```
    /// use contact_resolution::{Account, Network};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// assert!(account.user.is_self);
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>, network: Network, user_id: impl Into<String>) -> Self {
        Account {
            id: id.into(),
            network,
            case_mapping: CaseMapping::default(),
            state: AccountState::Ready,
            region: None,
            flags: None,
            user: Person {
                is_self: true,
                ..Person::new(user_id)
            },
        }
    }

    /// Returns the network's grammar as this account reads it.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, UserId};
    ///
    /// let account = Account::new("slack", Network::SLACK, "T0ROB1N-U0ROB1N");
    /// assert_eq!(UserId::parse("u07ada1", account.grammar())?.as_str(), "U07ADA1");
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn grammar(&self) -> AccountGrammar<'_> {
        AccountGrammar::new(&self.network, self.case_mapping).with_own_id(&self.user.id)
    }

    /// Returns what can be looked up and created on this account: the flags of its bridge, else those of the network.
    ///
    /// ```
    /// use contact_resolution::{Account, Network};
    ///
    /// let account = Account::new("gmessages", Network::from_bridge_type("gmessages"), "me");
    /// assert!(account.capabilities().any_phone);
    /// ```
    #[must_use]
    pub fn capabilities(&self) -> ResolveIdentifier {
        self.flags.unwrap_or_else(|| self.network.capabilities())
    }

    /// Returns whether the network can look up an identifier of this kind.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Network};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// assert!(account.can_look_up(IdentifierKind::Phone));
    /// assert!(!account.can_look_up(IdentifierKind::Email));
    /// ```
    #[must_use]
    pub fn can_look_up(&self, kind: IdentifierKind) -> bool {
        match kind {
            IdentifierKind::Id => self.network.lookup(kind) != LookupFact::Never,
            IdentifierKind::Phone => self.capabilities().lookup_phone,
            IdentifierKind::Email => self.capabilities().lookup_email,
            IdentifierKind::Handle => self.capabilities().lookup_username,
        }
    }

    /// Returns whether a chat with an unknown person can be created with an identifier of this kind.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Network};
    ///
    /// let account = Account::new("gmessages", Network::from_bridge_type("gmessages"), "me");
    /// assert!(account.can_create_by(IdentifierKind::Phone));
    /// assert!(!account.can_create_by(IdentifierKind::Email));
    /// ```
    #[must_use]
    pub fn can_create_by(&self, kind: IdentifierKind) -> bool {
        match kind {
            IdentifierKind::Id => true,
            IdentifierKind::Phone => {
                let can = self.capabilities();
                can.any_phone || can.lookup_phone
            }
            IdentifierKind::Email | IdentifierKind::Handle => self.can_look_up(kind),
        }
    }

    /// Returns the region of the account, else that of its own number, which its id may embed.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Network, Region};
    ///
    /// let mut account = Account::new("signal", Network::from_bridge_type("signal"), "me");
    /// assert_eq!(account.home_region(), None);
    /// account.user = account.user.with_identifier(IdentifierKind::Phone, "+442079460958");
    /// assert_eq!(account.home_region(), Some(Region::GB));
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "442079460958@s.whatsapp.net");
    /// assert_eq!(account.home_region(), Some(Region::GB));
    /// ```
    #[must_use]
    pub fn home_region(&self) -> Option<Region> {
        self.region.or_else(|| {
            let stored = self.user.stored(IdentifierKind::Phone);
            let mut stored = stored.filter_map(|text| Some(Phone::parse(text).ok()?.phone));
            let own = stored.next().or_else(|| {
                // Most ids have too few digits for a number, and need not be parsed.
                let digits = |id: &&str| id.bytes().filter(u8::is_ascii_digit).nth(6).is_some();
                let ids = self.user.stored(IdentifierKind::Id).filter(digits);
                ids.filter_map(|id| UserId::parse(id, self.grammar()).ok())
                    .find_map(|id| match id.embedded_identifier() {
                        Some(Identifier::Phone(phone)) => Some(phone),
                        _ => None,
                    })
            })?;
            own.region().or_else(|| own.main_region())
        })
    }
}

/// The kind of an id. A network may name one person by an id of each kind: by a phone JID and a LID, by a PNI and an ACI,
/// by a short code and an id of its own, or by the Matrix id of a bridge.
#[derive(PartialEq, Eq)]
pub(crate) struct IdKind {
    address: Option<IdentifierKind>,
    is_stand_in: bool,
    is_matrix_id: bool,
}

impl IdKind {
    /// Returns whether the id embeds a number.
    pub(crate) fn is_number(&self) -> bool {
        self.address == Some(IdentifierKind::Phone)
    }

    /// Returns whether the id is that of an account, which the account keeps if its number changes.
    pub(crate) fn is_account_id(&self) -> bool {
        self.address.is_none() && !self.is_stand_in && !self.is_matrix_id
    }
}

impl Account {
    /// Returns the kind of an id, or `None` for a text that is no id of the network.
    pub(crate) fn id_kind(&self, text: &str) -> Option<IdKind> {
        let id = UserId::parse(text, self.grammar()).ok()?;
        let is_code = is_short_code(text) && self.network.takes_short_codes();
        let address = id.embedded().map(|(kind, _)| kind);
        Some(IdKind {
            address: address.or(is_code.then_some(IdentifierKind::Phone)),
            is_stand_in: self.network.is_stand_in(id.as_str()),
            is_matrix_id: text.starts_with('@') && text.contains(':'),
        })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({}, {:?})", self.network.name(), self.state)
    }
}

impl From<&wire::Account> for Account {
    fn from(account: &wire::Account) -> Self {
        Account::from_wire(account, &[])
    }
}

impl Account {
    /// Returns the account of the API's JSON, on one of the host's own networks or a built-in one.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Network, wire};
    ///
    /// let acme = Network::builder("acme", [IdentifierKind::Id]).build()?;
    /// let account: wire::Account = wire::read(br#"{
    ///     "accountID": "work", "user": {"id": "me"},
    ///     "bridge": {"id": "acme", "provider": "local", "type": "acme"}
    /// }"#)?;
    /// assert_eq!(Account::from_wire(&account, &[acme.clone()]).network, acme);
    /// assert!(!Account::from(&account).network.is_known());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_wire(account: &wire::Account, own: &[Network]) -> Self {
        let bridge_type = &account.bridge.bridge_type;
        let by_name = || Network::find(account.network.as_deref()?, own);
        let network = Network::find(bridge_type, own)
            .or_else(by_name)
            .unwrap_or_else(|| Network::from_bridge_type_with(bridge_type, own));
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
            case_mapping: account
                .case_mapping
                .as_deref()
                .and_then(CaseMapping::from_name)
                .unwrap_or_default(),
            state,
            region: account.region.as_deref().and_then(region),
            flags: account.resolve_identifier,
            user: Person {
                is_self: true,
                ..Person::from(&account.user)
            },
        }
    }
}

/// Reads the region of an account. `UK` is reserved for the United Kingdom (ISO 3166-1), and people write it.
fn region(code: &str) -> Option<Region> {
    if code.eq_ignore_ascii_case("UK") {
        return Some(Region::GB);
    }
    Region::new(code)
}
