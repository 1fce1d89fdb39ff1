//! What is known about a network beside its grammar: how it answers a lookup, and which numbers it gives out.

use serde::{Deserialize, Serialize};

use super::IdentifierKind;
use super::rules_error::RulesErrorCode;
use crate::codes::codes;
use crate::is_default::is_default;
use crate::wire::objects;

codes! {
    /// How a lookup of one kind of identifier is answered.
    ///
    /// ```
    /// use contact_resolution::network::LookupFact;
    ///
    /// assert_eq!(LookupFact::OwnTable.as_str(), "own_table");
    /// ```
    #[derive(Default)]
    #[non_exhaustive]
    pub enum LookupFact {
        /// The server asks the network, so the answer confirms or denies the person.
        Asks = "asks",
        /// The server returns the queried id without a check, so the answer confirms nothing.
        Echoes = "echoes",
        /// The server searches only its own contacts, so an empty answer is not absence.
        OwnTable = "own_table",
        /// A lookup is impossible.
        Never = "never",
        /// Not known.
        #[default]
        Unknown = "unknown",
    }
}

/// One [`LookupFact`] for each kind of identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[serde(remote = "Self")]
pub(crate) struct LookupFacts {
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) id: LookupFact,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) phone: LookupFact,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) email: LookupFact,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) handle: LookupFact,
}

objects! { LookupFacts NumberRange }

impl LookupFacts {
    pub(crate) const UNKNOWN: LookupFacts = LookupFacts::all(LookupFact::Unknown);
    pub(crate) const NEVER: LookupFacts = LookupFacts::all(LookupFact::Never);

    const fn all(fact: LookupFact) -> LookupFacts {
        LookupFacts {
            id: fact,
            phone: fact,
            email: fact,
            handle: fact,
        }
    }

    pub(crate) const fn of(self, kind: IdentifierKind) -> LookupFact {
        match kind {
            IdentifierKind::Id => self.id,
            IdentifierKind::Phone => self.phone,
            IdentifierKind::Email => self.email,
            IdentifierKind::Handle => self.handle,
        }
    }

    pub(super) fn set(&mut self, kind: IdentifierKind, fact: LookupFact) {
        match kind {
            IdentifierKind::Id => self.id = fact,
            IdentifierKind::Phone => self.phone = fact,
            IdentifierKind::Email => self.email = fact,
            IdentifierKind::Handle => self.handle = fact,
        }
    }
}

/// A range of numbers that only one network gives out, such as Telegram's `+888` numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(remote = "Self")]
pub struct NumberRange {
    prefix: String,
    /// The least and the most digits after the prefix.
    digits: (usize, usize),
}

/// The most digits of a number in international form (E.164).
const MAX_DIGITS: usize = 15;

impl NumberRange {
    /// Returns whether a number in international form (`+` and digits) lies in the range.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// let network = Network::TELEGRAM;
    /// let [range] = network.own_number_ranges() else { panic!() };
    /// assert!(range.contains("+88805131234"));
    /// assert!(!range.contains("+14155552671"));
    /// ```
    #[must_use]
    pub fn contains(&self, number: &str) -> bool {
        let (least, most) = self.digits;
        number.strip_prefix(&self.prefix).is_some_and(|digits| {
            (least..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        })
    }

    pub(super) fn check(&self) -> Result<(), RulesErrorCode> {
        let (least, most) = self.digits;
        let digits = self.prefix.strip_prefix('+');
        let is_prefix = digits
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
        let fits = is_prefix && least <= most && self.prefix.len() - 1 + most <= MAX_DIGITS;
        fits.then_some(()).ok_or(RulesErrorCode::InvalidNumberRange)
    }
}
