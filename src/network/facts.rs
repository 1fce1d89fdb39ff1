//! What is known about a network beside its grammar: how it answers a lookup, what a create does, what a number means.

use super::IdentifierKind;

/// How a lookup of one kind of identifier is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LookupFact {
    /// The network itself is asked, so the answer confirms or denies the person.
    Asks,
    /// The question is repeated without asking anyone, so the answer confirms nothing.
    Echoes,
    /// The server reads its own table, so a missing entry is no absence.
    OwnTable,
    /// A lookup is impossible.
    Never,
    /// Not known.
    #[default]
    Unknown,
}

impl LookupFact {
    /// The name in JSON: `asks`, `echoes`, `own_table`, `never`, `unknown`.
    ///
    /// ```
    /// use contact_resolution::network::LookupFact;
    ///
    /// assert_eq!(LookupFact::OwnTable.as_str(), "own_table");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            LookupFact::Asks => "asks",
            LookupFact::Echoes => "echoes",
            LookupFact::OwnTable => "own_table",
            LookupFact::Never => "never",
            LookupFact::Unknown => "unknown",
        }
    }
}

/// One [`LookupFact`] for each kind of identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LookupFacts {
    pub(crate) id: LookupFact,
    pub(crate) phone: LookupFact,
    pub(crate) email: LookupFact,
    pub(crate) handle: LookupFact,
}

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
}

/// A range of numbers that only one network gives out, such as Telegram's `+888` numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberRange {
    pub(crate) prefix: &'static str,
    pub(crate) digits: (usize, usize),
}

impl NumberRange {
    /// Returns whether a number in international form (`+` and digits) lies in the range.
    ///
    /// ```
    /// use contact_resolution::Network;
    ///
    /// let [range] = Network::TELEGRAM.own_number_ranges() else { panic!() };
    /// assert!(range.contains("+88805131234"));
    /// assert!(!range.contains("+14155552671"));
    /// ```
    #[must_use]
    pub fn contains(&self, number: &str) -> bool {
        let (least, most) = self.digits;
        number.strip_prefix(self.prefix).is_some_and(|digits| {
            (least..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        })
    }
}

/// The facts that a start needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) lookup: LookupFacts,
    pub(crate) create_opens_existing: Option<bool>,
    pub(crate) number_is_account: bool,
    pub(crate) own_numbers: &'static [NumberRange],
    pub(crate) placeholders: &'static [&'static str],
    pub(crate) suffixes: &'static [&'static str],
}

impl Facts {
    pub(crate) const UNKNOWN: Facts = Facts {
        lookup: LookupFacts::UNKNOWN,
        create_opens_existing: None,
        number_is_account: false,
        own_numbers: &[],
        placeholders: &[],
        suffixes: &[],
    };
}
