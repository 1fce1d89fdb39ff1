//! Triage: from a payload to candidates. Each member is read as what it *is*, not as the slot it came in; what can't be
//! read is rejected with its code, and never stops the others.

mod reader;

use std::fmt;

use crate::identifier::{Identifier, ParseError, Region};
use crate::key::Key;
use crate::network::IdentifierKind;
use crate::person::Account;
use crate::policy::Policy;
use crate::wire::UserPayload;

/// A member of the payload that may identify the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PayloadField {
    /// `user.id`
    Id,
    /// `user.phoneNumber`
    PhoneNumber,
    /// `user.email`
    Email,
    /// `user.username`
    Username,
}

impl PayloadField {
    /// Every slot.
    pub const ALL: [PayloadField; 4] = [
        PayloadField::Id,
        PayloadField::PhoneNumber,
        PayloadField::Email,
        PayloadField::Username,
    ];

    /// The member's name on the wire.
    ///
    /// ```
    /// use contact_resolution::PayloadField;
    ///
    /// assert_eq!(PayloadField::PhoneNumber.as_str(), "phoneNumber");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PayloadField::Id => "id",
            PayloadField::PhoneNumber => "phoneNumber",
            PayloadField::Email => "email",
            PayloadField::Username => "username",
        }
    }

    /// The kind of identifier that the slot is for.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, PayloadField};
    ///
    /// assert_eq!(PayloadField::Username.kind(), IdentifierKind::Handle);
    /// ```
    #[must_use]
    pub const fn kind(self) -> IdentifierKind {
        match self {
            PayloadField::Id => IdentifierKind::Id,
            PayloadField::PhoneNumber => IdentifierKind::Phone,
            PayloadField::Email => IdentifierKind::Email,
            PayloadField::Username => IdentifierKind::Handle,
        }
    }

    fn of(self, payload: &UserPayload) -> Option<&str> {
        let member = match self {
            PayloadField::Id => &payload.id,
            PayloadField::PhoneNumber => &payload.phone_number,
            PayloadField::Email => &payload.email,
            PayloadField::Username => &payload.username,
        };
        member
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }
}

impl fmt::Display for PayloadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The slots that a candidate came from.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PayloadFields(u8);

impl PayloadFields {
    /// The slots in order.
    ///
    /// ```
    /// use contact_resolution::{PayloadField, PayloadFields};
    ///
    /// let fields: PayloadFields = [PayloadField::Username, PayloadField::Email, PayloadField::Email].into_iter().collect();
    /// assert_eq!(fields.iter().collect::<Vec<_>>(), [PayloadField::Email, PayloadField::Username]);
    /// ```
    pub fn iter(self) -> impl Iterator<Item = PayloadField> {
        PayloadField::ALL
            .into_iter()
            .filter(move |field| self.contains(*field))
    }

    /// Whether a slot is among them.
    ///
    /// ```
    /// use contact_resolution::{PayloadField, PayloadFields};
    ///
    /// assert!(!PayloadFields::default().contains(PayloadField::Id));
    /// ```
    #[must_use]
    pub fn contains(self, field: PayloadField) -> bool {
        self.0 & (1 << field as u8) != 0
    }
}

impl FromIterator<PayloadField> for PayloadFields {
    fn from_iter<I: IntoIterator<Item = PayloadField>>(fields: I) -> Self {
        fields.into_iter().fold(PayloadFields(0), |all, field| {
            PayloadFields(all.0 | 1 << field as u8)
        })
    }
}

impl Extend<PayloadField> for PayloadFields {
    fn extend<I: IntoIterator<Item = PayloadField>>(&mut self, fields: I) {
        self.0 |= fields.into_iter().collect::<PayloadFields>().0;
    }
}

impl fmt::Debug for PayloadFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// How sure it is that a text means what it was read as; the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// What it says, in its own slot, or unmistakable in any slot.
    Exact,
    /// Plain text from the slot of another kind, or digits that read as another number too.
    Interpreted,
    /// Another spelling of the same subscriber's number, by a rule of its country.
    Variant,
}

impl Certainty {
    /// The name on the wire.
    ///
    /// ```
    /// use contact_resolution::Certainty;
    ///
    /// assert_eq!(Certainty::Exact.as_str(), "exact");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Certainty::Exact => "exact",
            Certainty::Interpreted => "interpretation",
            Certainty::Variant => "variant",
        }
    }
}

/// A key to search known people by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchKey {
    /// The key.
    pub key: Key,
    /// How sure it is that who holds it is meant.
    pub certainty: Certainty,
}

/// An identifier of the payload with where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentifierCandidate {
    /// What it was read as. An id that carries an address stays an id.
    pub kind: IdentifierKind,
    /// How sure that reading is.
    pub certainty: Certainty,
    /// Every slot it came from.
    pub fields: PayloadFields,
    /// The identifier a chat could be created with. Without one the text only finds people who are stored with it.
    pub identifier: Option<Identifier>,
    /// Whether it is plain text, which finds but never creates.
    pub could_be_name: bool,
    /// The keys by which a known person is the one meant, its own first.
    pub keys: Vec<SearchKey>,
    /// The key of people to show, who are never the ones meant.
    pub look_alike: Option<Key>,
}

impl IdentifierCandidate {
    /// Whether a chat with someone unknown could be created with it, as far as the text goes.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Policy, triage, wire::UserPayload};
    ///
    /// let account = Account::new("telegram", Network::from_bridge_type("telegram"), "me");
    /// let payload = UserPayload { username: Some("jonas_m".into()), ..UserPayload::default() };
    /// let triage = triage(&payload, &account, &Policy::default());
    /// assert!(triage.candidates[0].can_create());
    /// ```
    #[must_use]
    pub fn can_create(&self) -> bool {
        self.identifier.is_some() && !self.could_be_name
    }
}

/// A member that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The member.
    pub field: PayloadField,
    /// Why.
    pub error: ParseError,
}

/// Something a careful caller wants to know about a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// A national number was read in this region, which the payload did not name.
    AssumedRegion(Region),
    /// The number is possible but not valid by the metadata, which may be older than the number.
    NotValid(PayloadField),
    /// The digits also read as the number of another country; the national reading was taken.
    AlsoReads(PayloadField),
    /// An extension was kept apart from the number.
    Extension(PayloadField),
    /// The handle mixes scripts, as look-alikes do.
    MixedScript(PayloadField),
    /// Somebody known has one that is taken for it or looks like it, and is not the same.
    LookAlike(PayloadField),
    /// The person was found by another spelling of the number, which may be another subscriber's line.
    FoundByVariant(PayloadField),
    /// The person that the network named has clearly another name than the payload.
    NameDiffers(PayloadField),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::AssumedRegion(region) => write!(f, "read as a national number of {region}"),
            Warning::NotValid(field) => write!(f, "{field}: possible, but not known to be in use"),
            Warning::AlsoReads(field) => {
                write!(f, "{field}: with a plus it is another country's number")
            }
            Warning::Extension(field) => write!(f, "{field}: the extension was left out"),
            Warning::MixedScript(field) => write!(f, "{field}: mixes scripts"),
            Warning::LookAlike(field) => write!(f, "{field}: somebody known has one like it"),
            Warning::FoundByVariant(field) => {
                write!(f, "{field}: found by another spelling of the number")
            }
            Warning::NameDiffers(field) => {
                write!(f, "{field}: the network names a person with another name")
            }
        }
    }
}

/// What a payload was read as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Triage {
    /// The identifiers, in the order of the slots.
    pub candidates: Vec<IdentifierCandidate>,
    /// The members that could not be read. One of them may still be searched for as the very text it is.
    pub rejections: Vec<Rejection>,
    /// What to know about the readings.
    pub warnings: Vec<Warning>,
    /// Whether the payload has a name.
    pub has_name: bool,
}

impl Triage {
    /// Whether no member but the name says anything.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Policy, triage, wire::UserPayload};
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

    /// Every key to search known people by, once.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Policy, triage, wire::UserPayload};
    ///
    /// let account = Account::new("telegram", Network::from_bridge_type("telegram"), "me");
    /// let payload = UserPayload { username: Some("jonas_m".into()), ..UserPayload::default() };
    /// let triage = triage(&payload, &account, &Policy::default());
    /// assert_eq!(triage.keys()[0].to_string(), "handle:jonas_m");
    /// ```
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        for candidate in &self.candidates {
            let searched = candidate.keys.iter().map(|search| &search.key);
            for key in searched.chain(&candidate.look_alike) {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
        keys
    }

    /// Adds a candidate; the same key from two slots is one candidate that remembers both.
    fn add(&mut self, candidate: IdentifierCandidate) {
        let own = |c: &IdentifierCandidate| c.keys.first().map(|search| search.key.clone());
        let same = self
            .candidates
            .iter_mut()
            .find(|known| own(known) == own(&candidate));
        let Some(known) = same else {
            return self.candidates.push(candidate);
        };
        known.certainty = known.certainty.min(candidate.certainty);
        known.fields.extend(candidate.fields.iter());
        // A text that is only searched for says nothing of what it reads as.
        known.could_be_name = match (&known.identifier, &candidate.identifier) {
            (Some(_), Some(_)) => known.could_be_name && candidate.could_be_name,
            (None, Some(_)) => candidate.could_be_name,
            (_, None) => known.could_be_name,
        };
        known.identifier = known.identifier.take().or(candidate.identifier);
        known.look_alike = known.look_alike.take().or(candidate.look_alike);
        for search in candidate.keys {
            match known.keys.iter_mut().find(|k| k.key == search.key) {
                Some(k) => k.certainty = k.certainty.min(search.certainty),
                None => known.keys.push(search),
            }
        }
    }
}

/// Reads a payload for an account.
///
/// ```
/// use contact_resolution::{Account, IdentifierKind, Network, Policy, Certainty, triage, wire::UserPayload};
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
