//! Triage: from a payload to candidates. Each member is read as what it *is*, not as the slot it came in; what can't be
//! read is rejected with its code, and never stops the others.

mod reader;

use std::fmt;

use crate::identifier::{Identifier, Key, ParseError, Region};
use crate::network::Kind;
use crate::person::Account;
use crate::policy::Policy;
use crate::wire::UserPayload;

/// A member of the payload that may identify the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// `user.id`
    Id,
    /// `user.phoneNumber`
    PhoneNumber,
    /// `user.email`
    Email,
    /// `user.username`
    Username,
}

impl Slot {
    /// Every slot.
    pub const ALL: [Slot; 4] = [Slot::Id, Slot::PhoneNumber, Slot::Email, Slot::Username];

    /// The member's name on the wire.
    ///
    /// ```
    /// use contact_resolution::Slot;
    ///
    /// assert_eq!(Slot::PhoneNumber.as_str(), "phoneNumber");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Slot::Id => "id",
            Slot::PhoneNumber => "phoneNumber",
            Slot::Email => "email",
            Slot::Username => "username",
        }
    }

    /// The kind of identifier that the slot is for.
    ///
    /// ```
    /// use contact_resolution::{Kind, Slot};
    ///
    /// assert_eq!(Slot::Username.kind(), Kind::Handle);
    /// ```
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Slot::Id => Kind::Id,
            Slot::PhoneNumber => Kind::Phone,
            Slot::Email => Kind::Email,
            Slot::Username => Kind::Handle,
        }
    }

    fn of(self, payload: &UserPayload) -> Option<&str> {
        let member = match self {
            Slot::Id => &payload.id,
            Slot::PhoneNumber => &payload.phone_number,
            Slot::Email => &payload.email,
            Slot::Username => &payload.username,
        };
        member
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The slots that a candidate came from.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Slots(u8);

impl Slots {
    /// The slots in order.
    ///
    /// ```
    /// use contact_resolution::{Slot, Slots};
    ///
    /// let slots: Slots = [Slot::Username, Slot::Email, Slot::Email].into_iter().collect();
    /// assert_eq!(slots.iter().collect::<Vec<_>>(), [Slot::Email, Slot::Username]);
    /// ```
    pub fn iter(self) -> impl Iterator<Item = Slot> {
        Slot::ALL
            .into_iter()
            .filter(move |slot| self.contains(*slot))
    }

    /// Whether a slot is among them.
    ///
    /// ```
    /// use contact_resolution::{Slot, Slots};
    ///
    /// assert!(!Slots::default().contains(Slot::Id));
    /// ```
    #[must_use]
    pub fn contains(self, slot: Slot) -> bool {
        self.0 & (1 << slot as u8) != 0
    }
}

impl FromIterator<Slot> for Slots {
    fn from_iter<I: IntoIterator<Item = Slot>>(slots: I) -> Self {
        slots
            .into_iter()
            .fold(Slots(0), |all, slot| Slots(all.0 | 1 << slot as u8))
    }
}

impl Extend<Slot> for Slots {
    fn extend<I: IntoIterator<Item = Slot>>(&mut self, slots: I) {
        self.0 |= slots.into_iter().collect::<Slots>().0;
    }
}

impl fmt::Debug for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// How sure it is that a text means what it was read as; the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// What it says, in its own slot, or unmistakable in any slot.
    Exact,
    /// Plain text from the slot of another kind, or digits that read as another number too.
    Interpretation,
    /// Another spelling of the same subscriber's number, by a rule of its country.
    Variant,
}

impl Reading {
    /// The name on the wire.
    ///
    /// ```
    /// use contact_resolution::Reading;
    ///
    /// assert_eq!(Reading::Exact.as_str(), "exact");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Reading::Exact => "exact",
            Reading::Interpretation => "interpretation",
            Reading::Variant => "variant",
        }
    }
}

/// A key to search known people by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchKey {
    /// The key.
    pub key: Key,
    /// How sure it is that who holds it is meant.
    pub reading: Reading,
}

/// An identifier of the payload with where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// What it was read as. An id that carries an address stays an id.
    pub kind: Kind,
    /// How sure that reading is.
    pub reading: Reading,
    /// Every slot it came from.
    pub slots: Slots,
    /// The identifier a chat could be created with. Without one the text only finds people who are stored with it.
    pub identifier: Option<Identifier>,
    /// Whether it is plain text, which finds but never creates.
    pub plain_text: bool,
    /// The keys by which a known person is the one meant, its own first.
    pub keys: Vec<SearchKey>,
    /// The key of people to show, who are never the ones meant.
    pub alike: Option<Key>,
}

impl Candidate {
    /// Whether a chat with someone unknown could be created with it, as far as the text goes.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Policy, triage, wire::UserPayload};
    ///
    /// let account = Account::new("telegram", Network::of("telegram"), "me");
    /// let payload = UserPayload { username: Some("jonas_m".into()), ..UserPayload::default() };
    /// let triage = triage(&payload, &account, &Policy::default());
    /// assert!(triage.candidates[0].creates());
    /// ```
    #[must_use]
    pub fn creates(&self) -> bool {
        self.identifier.is_some() && !self.plain_text
    }
}

/// A member that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The member.
    pub slot: Slot,
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
    NotValid(Slot),
    /// The digits also read as the number of another country; the national reading was taken.
    AlsoReads(Slot),
    /// An extension was kept apart from the number.
    Extension(Slot),
    /// The handle mixes scripts, as look-alikes do.
    MixedScript(Slot),
    /// Somebody known has one that is taken for it or looks like it, and is not the same.
    Alike(Slot),
    /// The person was found by another spelling of the number, which may be another subscriber's line.
    FoundByVariant(Slot),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::AssumedRegion(region) => write!(f, "read as a national number of {region}"),
            Warning::NotValid(slot) => write!(f, "{slot}: possible, but not known to be in use"),
            Warning::AlsoReads(slot) => {
                write!(f, "{slot}: with a plus it is another country's number")
            }
            Warning::Extension(slot) => write!(f, "{slot}: the extension was left out"),
            Warning::MixedScript(slot) => write!(f, "{slot}: mixes scripts"),
            Warning::Alike(slot) => write!(f, "{slot}: somebody known has one like it"),
            Warning::FoundByVariant(slot) => {
                write!(f, "{slot}: found by another spelling of the number")
            }
        }
    }
}

/// What a payload was read as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Triage {
    /// The identifiers, in the order of the slots.
    pub candidates: Vec<Candidate>,
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
    /// let account = Account::new("telegram", Network::of("telegram"), "me");
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
    /// let account = Account::new("telegram", Network::of("telegram"), "me");
    /// let payload = UserPayload { username: Some("jonas_m".into()), ..UserPayload::default() };
    /// let triage = triage(&payload, &account, &Policy::default());
    /// assert_eq!(triage.keys()[0].to_string(), "handle:jonas_m");
    /// ```
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        for candidate in &self.candidates {
            let searched = candidate.keys.iter().map(|search| &search.key);
            for key in searched.chain(&candidate.alike) {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
        keys
    }

    /// Adds a candidate; the same key from two slots is one candidate that remembers both.
    fn add(&mut self, candidate: Candidate) {
        let own = |c: &Candidate| c.keys.first().map(|search| search.key.clone());
        let same = self
            .candidates
            .iter_mut()
            .find(|known| own(known) == own(&candidate));
        let Some(known) = same else {
            return self.candidates.push(candidate);
        };
        known.reading = known.reading.min(candidate.reading);
        known.slots.extend(candidate.slots.iter());
        // A text that is only searched for says nothing of what it reads as.
        known.plain_text = match (&known.identifier, &candidate.identifier) {
            (Some(_), Some(_)) => known.plain_text && candidate.plain_text,
            (None, Some(_)) => candidate.plain_text,
            (_, None) => known.plain_text,
        };
        known.identifier = known.identifier.take().or(candidate.identifier);
        known.alike = known.alike.take().or(candidate.alike);
        for search in candidate.keys {
            match known.keys.iter_mut().find(|k| k.key == search.key) {
                Some(k) => k.reading = k.reading.min(search.reading),
                None => known.keys.push(search),
            }
        }
    }
}

/// Reads a payload for an account.
///
/// ```
/// use contact_resolution::{Account, Kind, Network, Policy, Reading, triage, wire::UserPayload};
///
/// let account = Account::new("telegram", Network::of("telegram"), "me");
/// let payload = UserPayload { email: Some("@alice_example".into()), ..UserPayload::default() };
/// let triage = triage(&payload, &account, &Policy::default());
/// assert_eq!(triage.candidates[0].kind, Kind::Handle);
/// assert_eq!(triage.candidates[0].reading, Reading::Interpretation);
/// ```
#[must_use]
pub fn triage(payload: &UserPayload, account: &Account, policy: &Policy) -> Triage {
    reader::Reader::new(payload, account, policy).read(payload)
}
