//! Triage: reads a payload as identifier candidates.
//!
//! Each text is read by its own form first, and by its field second. A field that cannot be read is rejected with a
//! code, and never blocks the others.

pub(crate) mod candidate;
pub(crate) mod field;
mod reader;
mod reading;
mod rejected;
pub(crate) mod warning;

pub(crate) use candidate::Certainty;
pub use candidate::{IdentifierCandidate, SearchKey};
pub(crate) use field::{PayloadField, PayloadFields};
pub(crate) use warning::Warning;

use smallvec::SmallVec;

use crate::identifier::{ParseError, Phone, Region};
use crate::key::Key;
use crate::person::Account;
use crate::policy::Policy;
use crate::wire::UserPayload;

/// The keys of a query. Most payloads have one or two.
pub(crate) type SearchKeys = SmallVec<[Key; 3]>;

/// A payload field that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// The field.
    pub field: PayloadField,
    /// The reason.
    pub error: ParseError,
    /// The region in which its digits were read, if any.
    pub region: Option<Region>,
}

/// The identifiers and rejections of a payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Triage {
    /// The identifiers, in the order of the fields.
    pub candidates: Vec<IdentifierCandidate>,
    /// The fields that could not be read. A rejected text still finds a person who is stored with exactly this text.
    pub rejections: Vec<Rejection>,
    /// Warnings about the readings, for a careful caller.
    pub warnings: Vec<Warning>,
    /// Whether the payload has a name.
    pub has_name: bool,
}

impl Triage {
    /// Returns whether the payload has only a name, or nothing.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Policy, wire::UserPayload};
    /// use contact_resolution::pipeline::triage::triage;
    ///
    /// let account = Account::new("telegram", Network::from_bridge_type("telegram"), "me");
    /// let payload = UserPayload { full_name: Some("Jonas".into()), ..UserPayload::default() };
    /// let triage = triage(&payload, &account, &Policy::default());
    /// assert!(triage.is_empty() && triage.has_name);
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty() && self.rejections.is_empty()
    }

    /// Returns the region that was assumed for national numbers, even if no number could be read in it. One payload has
    /// one region.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Policy, Region, wire::UserPayload};
    /// use contact_resolution::pipeline::triage::triage;
    ///
    /// let mut account = Account::new("signal", Network::from_bridge_type("signal"), "me");
    /// account.region = Some(Region::NO);
    /// let payload = UserPayload { phone_number: Some("040 123".into()), ..UserPayload::default() };
    /// let triage = triage(&payload, &account, &Policy::default());
    /// assert_eq!(triage.assumed_region(), Some(Region::NO));
    /// ```
    #[must_use]
    pub fn assumed_region(&self) -> Option<Region> {
        self.warnings.iter().find_map(Warning::region)
    }

    /// Returns all keys to search known people by, each once.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Policy, wire::UserPayload};
    /// use contact_resolution::pipeline::triage::triage;
    ///
    /// let account = Account::new("telegram", Network::from_bridge_type("telegram"), "me");
    /// let payload = UserPayload { username: Some("jonas_m".into()), ..UserPayload::default() };
    /// let triage = triage(&payload, &account, &Policy::default());
    /// assert_eq!(triage.keys()[0].to_string(), "handle:jonas_m");
    /// ```
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let mut keys = SearchKeys::new();
        self.add_keys(&mut keys);
        keys.into_vec()
    }

    /// Adds the [keys](Triage::keys) to a list.
    pub(crate) fn add_keys(&self, keys: &mut SearchKeys) {
        for candidate in &self.candidates {
            let searched = candidate.keys.iter().map(|search| &search.key);
            for key in searched.chain(&candidate.look_alikes) {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
    }

    /// Adds the field to the candidate that has the key of this text, and makes its certainty exact. Returns false if
    /// there is no such candidate.
    fn confirm(&mut self, field: PayloadField, text: &str) -> bool {
        let mut candidates = self.candidates.iter_mut();
        let is_known = |key: &Key| key.is_of_text(field.kind(), text);
        let Some(known) = candidates.find(|known| known.own_key().is_some_and(is_known)) else {
            return false;
        };
        known.confirm(field);
        true
    }

    /// Returns the numbers that were read.
    fn numbers(&self) -> impl Iterator<Item = &Phone> {
        let candidates = self.candidates.iter();
        candidates.filter_map(IdentifierCandidate::number)
    }

    /// Returns whether a number with these digits was read.
    fn has_number(&self, digits: &(impl Iterator<Item = u8> + Clone)) -> bool {
        let mut numbers = self.numbers();
        numbers.any(|number| number.as_bytes().iter().skip(1).copied().eq(digits.clone()))
    }

    /// Adds a candidate. Two fields with the same key become one candidate with both fields.
    fn add(&mut self, candidate: IdentifierCandidate) {
        let same = self
            .candidates
            .iter_mut()
            .find(|known| known.own_key() == candidate.own_key());
        match same {
            Some(known) => known.merge(candidate),
            None => self.candidates.push(candidate),
        }
    }
}

/// Reads a payload for an account.
///
/// ```
/// use contact_resolution::{Account, IdentifierKind, Network, Policy, Certainty, wire::UserPayload};
/// use contact_resolution::pipeline::triage::triage;
///
/// let account = Account::new("telegram", Network::from_bridge_type("telegram"), "me");
/// let payload = UserPayload { email: Some("@alice_example".into()), ..UserPayload::default() };
/// let triage = triage(&payload, &account, &Policy::default());
/// assert_eq!(triage.candidates[0].kind, IdentifierKind::Handle);
/// assert_eq!(triage.candidates[0].certainty, Certainty::Interpreted);
/// ```
#[must_use]
pub fn triage(payload: &UserPayload, account: &Account, policy: &Policy) -> Triage {
    reader::Reader::new(payload, account, policy).read(payload)
}
