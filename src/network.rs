//! Networks: what a platform takes, what its ids and handles look like, and what starting a chat there needs, as
//! constants one can read.
//!
//! Nothing in the crate asks which network it is on; it asks the row.

mod account_grammar;
mod dialect;
mod facts;
pub(crate) mod grammar;
mod host;
mod kind;
mod rules;
mod text;

use std::fmt;

use crate::wire::ResolveIdentifier;

pub use account_grammar::{AccountGrammar, CaseMapping};
pub use dialect::Dialect;
use facts::Facts;
pub use facts::{LookupFact, NumberRange};
use grammar::Rule;
pub use kind::IdentifierKind;

pub(crate) use host::{canonical as canonical_host, labels};
pub(crate) use text::{ascii_lower, fold, is_unseen, is_word, nfc, unseen};

/// A network: a cheap handle to its rules.
///
/// The built-in networks are constants, such as [`Network::WHATSAPP`]. [`Network::GENERAL`] is for a platform without rules.
#[derive(Clone)]
pub struct Network(&'static NetworkRules);

/// What is known about a network.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NetworkRules {
    /// The stable name.
    pub(crate) name: &'static str,
    /// The name as people write it.
    pub(crate) title: &'static str,
    /// Further names that accounts and bridges use for it.
    pub(crate) bridges: &'static [&'static str],
    /// The kinds of identifier it takes, the strongest first. Ids are always among them.
    pub(crate) kinds: &'static [IdentifierKind],
    /// What its user ids look like.
    pub(crate) id: Rule,
    /// What its handles look like.
    pub(crate) handle: Handles,
    /// Its links to people.
    pub(crate) sites: &'static [Site],
    /// What can be looked up and created if the account does not say.
    pub(crate) lookups: ResolveIdentifier,
    /// What a new chat is to the other side.
    pub(crate) invite: Invite,
    /// Whether the first message creates the chat.
    pub(crate) first_message: FirstMessage,
    /// The most characters of a message, if known.
    pub(crate) message_limit: Option<u32>,
    /// Whether the own user can be messaged.
    pub(crate) message_self: bool,
    /// Whether short codes are ids.
    pub(crate) short_codes: bool,
    /// The facts that a start needs.
    pub(crate) facts: Facts,
    /// The facts without a primary source. They are read permissively.
    pub(crate) unverified: &'static [&'static str],
}

/// What a platform's handles are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handles {
    /// It has none.
    None,
    /// They are its user ids.
    AreIds,
    /// They follow a rule of their own.
    Rule(Rule),
}

/// A site, or a URI scheme, whose links lead to people of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// Its hosts (`t.me`), or the beginnings of its URIs (`tg:`). The label that stands for `*` in `*.t.me` is read as
    /// the path's first segment.
    pub(crate) hosts: &'static [&'static str],
    /// The paths that lead to a person and the kind of identifier that stands at `{}`, the first that fits first. `*`
    /// is any segment; two `{}` are joined by `-`. A query or a fragment that a path doesn't name is ignored.
    pub(crate) people: &'static [(&'static str, IdentifierKind)],
    /// Words that stand where a person could, and are none.
    pub(crate) reserved: &'static [&'static str],
    /// Members of the query that make it a link to something else.
    pub(crate) unless: &'static [&'static str],
}

impl Site {
    /// A site with nothing reserved.
    pub(crate) const fn of(
        hosts: &'static [&'static str],
        people: &'static [(&'static str, IdentifierKind)],
    ) -> Site {
        Site {
            hosts,
            people,
            reserved: &[],
            unless: &[],
        }
    }
}

/// What a new chat is to the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Invite {
    /// A chat.
    None,
    /// An invite; there is no chat without one.
    Required,
    /// A message request, which the other side may decline.
    MessageRequest,
    /// A chat only between contacts, who were asked before.
    ContactRequest,
}

/// Whether a chat is only created with its first message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FirstMessage {
    /// A chat can be empty.
    NotRequired,
    /// The first message creates the chat.
    Required,
}

/// How a bridge's type is dressed up besides the network's name.
const PREFIXES: [&str; 3] = ["", "local-", "sh-"];
const SUFFIXES: [&str; 2] = ["", "go"];

impl Network {
    /// Returns the built-in network of this very name, as it was stored.
    pub(crate) fn from_name(name: &str) -> Option<Network> {
        let mut all = Network::ALL.iter().chain([&Network::GENERAL]);
        all.find(|network| network.name() == name).cloned()
    }

    /// Returns the network of a bridge's type, an account's network or a network's name, in any case. It is
    /// [`Network::GENERAL`] if there are no rules for it.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert_eq!(Network::from_bridge_type("local-whatsapp").name(), "whatsapp");
    /// assert_eq!(Network::from_bridge_type("discordgo").name(), "discord");
    /// assert_eq!(Network::from_bridge_type("Google Messages").name(), "google_messages");
    /// assert_eq!(Network::from_bridge_type("carrier-pigeon").name(), "general");
    /// ```
    #[must_use]
    pub fn from_bridge_type(bridge_type: &str) -> Network {
        let bare = PREFIXES
            .iter()
            .rev()
            .find_map(|prefix| bridge_type.strip_prefix(prefix))
            .unwrap_or(bridge_type);
        // An account's id goes on after the type: `whatsapp_ba_Xyz`.
        let first = bare.split('_').next().unwrap_or(bare);
        [bridge_type, bare, first]
            .into_iter()
            .find_map(|name| Network::ALL.iter().find(|network| network.is_called(name)))
            .cloned()
            .unwrap_or(Network::GENERAL)
    }

    fn is_called(&self, given: &str) -> bool {
        [self.name(), self.title()]
            .iter()
            .chain(self.rules().bridges)
            .any(|name| {
                SUFFIXES
                    .iter()
                    .any(|suffix| letters(given).eq(letters(name).chain(letters(suffix))))
            })
    }

    pub(crate) const fn rules(&self) -> &NetworkRules {
        self.0
    }

    /// Returns the stable name: `whatsapp`.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert_eq!(Network::WHATSAPP.name(), "whatsapp");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        self.rules().name
    }

    /// Returns the name as people write it: `WhatsApp`.
    #[must_use]
    pub fn title(&self) -> &str {
        self.rules().title
    }

    /// Returns the kinds of identifier that the network takes, the strongest first. Ids are always among them, because
    /// a host may know one on any network.
    #[must_use]
    pub fn kinds(&self) -> &[IdentifierKind] {
        self.rules().kinds
    }

    /// Returns whether the network takes identifiers of a kind.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Network};
    ///
    /// assert!(Network::IMESSAGE.accepts(IdentifierKind::Email));
    /// assert!(!Network::TWITTER.accepts(IdentifierKind::Phone));
    /// ```
    #[must_use]
    pub fn accepts(&self, kind: IdentifierKind) -> bool {
        self.kinds().contains(&kind)
    }

    /// Returns whether a handle of the network is the user id.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert!(Network::MATRIX.handles_are_ids());
    /// ```
    #[must_use]
    pub fn handles_are_ids(&self) -> bool {
        self.rules().handle == Handles::AreIds
    }

    /// Returns what can be looked up and created if the account does not say.
    #[must_use]
    pub fn capabilities(&self) -> ResolveIdentifier {
        self.rules().lookups
    }

    /// Returns what a new chat is to the other side.
    #[must_use]
    pub fn invite(&self) -> Invite {
        self.rules().invite
    }

    /// Returns whether the first message creates the chat.
    #[must_use]
    pub fn first_message(&self) -> FirstMessage {
        self.rules().first_message
    }

    /// Returns the most characters of a message, if known.
    #[must_use]
    pub fn message_limit(&self) -> Option<u32> {
        self.rules().message_limit
    }

    /// Returns whether the own user can be messaged.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert!(Network::WHATSAPP.message_self());
    /// assert!(!Network::MATRIX.message_self());
    /// ```
    #[must_use]
    pub fn message_self(&self) -> bool {
        self.rules().message_self
    }

    /// Returns whether short codes are ids.
    #[must_use]
    pub fn takes_short_codes(&self) -> bool {
        self.rules().short_codes
    }

    /// Returns the facts without a primary source. They are read permissively.
    #[must_use]
    pub fn unverified(&self) -> &[&'static str] {
        self.rules().unverified
    }

    /// Returns how the network answers a lookup of this kind, whatever server is used. A kind that it does not take is
    /// never looked up.
    ///
    /// ```
    /// use contact_resolution::network::LookupFact;
    /// use contact_resolution::{IdentifierKind, Network};
    ///
    /// assert_eq!(Network::WHATSAPP.lookup(IdentifierKind::Phone), LookupFact::Asks);
    /// assert_eq!(Network::SMS.lookup(IdentifierKind::Phone), LookupFact::Never);
    /// ```
    #[must_use]
    pub fn lookup(&self, kind: IdentifierKind) -> LookupFact {
        if self.accepts(kind) {
            self.rules().facts.lookup.of(kind)
        } else {
            LookupFact::Never
        }
    }

    /// Returns whether a create opens the direct chat that exists already. Not known counts as no.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert!(Network::DISCORD.create_opens_existing());
    /// assert!(!Network::MATRIX.create_opens_existing());
    /// ```
    #[must_use]
    pub fn create_opens_existing(&self) -> bool {
        self.rules().facts.create_opens_existing == Some(true)
    }

    /// Returns whether an account is a phone number, so that two records with one number are one person.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert!(Network::SIGNAL.number_is_account());
    /// assert!(!Network::IMESSAGE.number_is_account());
    /// ```
    #[must_use]
    pub fn number_is_account(&self) -> bool {
        self.rules().facts.number_is_account
    }

    /// Returns the ranges of numbers that only this network gives out.
    #[must_use]
    pub fn own_number_ranges(&self) -> &[NumberRange] {
        self.rules().facts.own_numbers
    }

    /// Returns the names that the network and its bridges write for want of a name, without regard to case.
    #[must_use]
    pub fn placeholder_names(&self) -> &[&'static str] {
        self.rules().facts.placeholders
    }

    /// Returns the endings that bridges put behind a person's name, such as ` (WA)`.
    #[must_use]
    pub fn name_suffixes(&self) -> &[&'static str] {
        self.rules().facts.suffixes
    }
}

impl PartialEq for Network {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.rules(), other.rules()) || self.rules() == other.rules()
    }
}

impl Eq for Network {}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Network({})", self.name())
    }
}

/// What counts in a network's name.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
}
