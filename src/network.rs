//! Networks: what a platform takes, what its ids and handles look like, and what starting a chat there needs, as
//! constants one can read.
//!
//! Nothing in the crate asks which network it is on; it asks the row.

mod dialect;
mod facts;
pub mod grammar;
mod host;
mod kind;
mod rules;
mod text;

use crate::wire::ResolveIdentifier;

pub use dialect::Dialect;
use facts::Facts;
pub use facts::{LookupFact, NumberRange};
use grammar::Rule;
pub use kind::IdentifierKind;

pub(crate) use host::{canonical as canonical_host, labels};
pub(crate) use text::{ascii_lower, fold, is_unseen, is_word, nfc, unseen};

/// A platform's rules. The rows are its associated constants: [`Network::WHATSAPP`], [`Network::MATRIX`] and so on,
/// [`Network::GENERAL`] for a platform that has no row.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Network {
    /// Its name: `whatsapp`.
    pub name: &'static str,
    /// Its name as people write it: `WhatsApp`.
    pub title: &'static str,
    /// Further names that accounts and bridges use for it.
    pub bridges: &'static [&'static str],
    /// The kinds of identifier it takes, the strongest first. Ids always: a host may know one whatever the platform.
    pub kinds: &'static [IdentifierKind],
    /// What its user ids look like.
    pub id: Rule,
    /// What its handles look like.
    pub handle: Handles,
    /// Its links to people.
    pub sites: &'static [Site],
    /// What can be looked up and created where the account doesn't say.
    pub lookups: ResolveIdentifier,
    /// Whether it can be asked who an id is.
    pub id_lookup: bool,
    /// What a new chat is to the other side.
    pub invite: Invite,
    /// Whether a chat is only created with its first message.
    pub first_message: FirstMessage,
    /// The most characters of a message, where known.
    pub message_limit: Option<u32>,
    /// Whether one can write to oneself.
    pub message_self: bool,
    /// Whether short codes are ids.
    pub short_codes: bool,
    /// The facts that have methods.
    pub(crate) facts: Facts,
    /// What the row says without a primary source. Such facts are read permissively.
    pub unverified: &'static [&'static str],
}

/// What a platform's handles are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Handles {
    /// It has none.
    None,
    /// They are its user ids.
    AreIds,
    /// They follow a rule of their own.
    Rule(Rule),
}

/// A site, or a URI scheme, whose links lead to people of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Site {
    /// Its hosts (`t.me`), or the beginnings of its URIs (`tg:`). The label that stands for `*` in `*.t.me` is read as
    /// the path's first segment.
    pub hosts: &'static [&'static str],
    /// The paths that lead to a person and the kind of identifier that stands at `{}`, the first that fits first. `*`
    /// is any segment; two `{}` are joined by `-`. A query or a fragment that a path doesn't name is ignored.
    pub people: &'static [(&'static str, IdentifierKind)],
    /// Words that stand where a person could, and are none.
    pub reserved: &'static [&'static str],
    /// Members of the query that make it a link to something else.
    pub unless: &'static [&'static str],
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
    /// The row of this very name, as it was stored.
    pub(crate) fn from_name(name: &str) -> Option<&'static Network> {
        let mut all = Network::ALL.iter().copied().chain([&Network::GENERAL]);
        all.find(|network| network.name == name)
    }

    /// The network of a bridge's type, an account's network or a network's name, in any case; [`Network::GENERAL`] if
    /// it has no row.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// assert_eq!(Network::from_bridge_type("local-whatsapp").name, "whatsapp");
    /// assert_eq!(Network::from_bridge_type("discordgo").name, "discord");
    /// assert_eq!(Network::from_bridge_type("Google Messages").name, "google_messages");
    /// assert_eq!(Network::from_bridge_type("carrier-pigeon").name, "general");
    /// ```
    #[must_use]
    pub fn from_bridge_type(bridge_type: &str) -> &'static Network {
        let bare = PREFIXES
            .iter()
            .rev()
            .find_map(|prefix| bridge_type.strip_prefix(prefix))
            .unwrap_or(bridge_type);
        // An account's id goes on after the type: `whatsapp_ba_Xyz`.
        let first = bare.split('_').next().unwrap_or(bare);
        [bridge_type, bare, first]
            .into_iter()
            .find_map(|name| {
                Network::ALL
                    .iter()
                    .copied()
                    .find(|network| network.is_called(name))
            })
            .unwrap_or(&Network::GENERAL)
    }

    fn is_called(&self, given: &str) -> bool {
        [self.name, self.title]
            .iter()
            .chain(self.bridges)
            .any(|name| {
                SUFFIXES
                    .iter()
                    .any(|suffix| letters(given).eq(letters(name).chain(letters(suffix))))
            })
    }

    /// Whether it takes identifiers of a kind.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Network};
    ///
    /// assert!(Network::IMESSAGE.accepts(IdentifierKind::Email));
    /// assert!(!Network::TWITTER.accepts(IdentifierKind::Phone));
    /// ```
    #[must_use]
    pub fn accepts(&self, kind: IdentifierKind) -> bool {
        self.kinds.contains(&kind)
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
            self.facts.lookup.of(kind)
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
        self.facts.create_opens_existing == Some(true)
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
        self.facts.number_is_account
    }

    /// Returns the ranges of numbers that only this network gives out.
    #[must_use]
    pub fn own_number_ranges(&self) -> &[NumberRange] {
        self.facts.own_numbers
    }

    /// Returns the names that the network and its bridges write for want of a name, without regard to case.
    #[must_use]
    pub fn placeholder_names(&self) -> &[&'static str] {
        self.facts.placeholders
    }

    /// Returns the endings that bridges put behind a person's name, such as ` (WA)`.
    #[must_use]
    pub fn name_suffixes(&self) -> &[&'static str] {
        self.facts.suffixes
    }
}

/// What counts in a network's name.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
}
