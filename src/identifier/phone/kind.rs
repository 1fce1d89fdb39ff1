//! The kinds of phone line.

use std::fmt;

/// The kind of line of a number, as far as its digits show it. These are libphonenumber's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PhoneKind {
    /// A landline.
    FixedLine,
    /// A mobile.
    Mobile,
    /// A landline or a mobile. Many countries number both alike, such as the United States.
    FixedLineOrMobile,
    /// Free to call.
    TollFree,
    /// Costs more than a usual call.
    PremiumRate,
    /// Both sides pay.
    SharedCost,
    /// A line over the Internet.
    Voip,
    /// A number that follows a person.
    PersonalNumber,
    /// A pager.
    Pager,
    /// A single number for all locations of a company.
    Uan,
    /// A voice mail box.
    Voicemail,
    /// In no known range. The number is not valid.
    Unknown,
}

impl PhoneKind {
    /// All kinds, in the order of their declaration, which is also their order in the table.
    pub const ALL: &[PhoneKind] = &[
        PhoneKind::FixedLine,
        PhoneKind::Mobile,
        PhoneKind::FixedLineOrMobile,
        PhoneKind::TollFree,
        PhoneKind::PremiumRate,
        PhoneKind::SharedCost,
        PhoneKind::Voip,
        PhoneKind::PersonalNumber,
        PhoneKind::Pager,
        PhoneKind::Uan,
        PhoneKind::Voicemail,
        PhoneKind::Unknown,
    ];

    pub(super) fn from_index(index: u8) -> Self {
        PhoneKind::ALL
            .get(usize::from(index))
            .copied()
            .unwrap_or(PhoneKind::Unknown)
    }

    /// Returns libphonenumber's name of the kind.
    ///
    /// ```
    /// use contact_resolution::PhoneKind;
    ///
    /// assert_eq!(PhoneKind::FixedLineOrMobile.as_str(), "FIXED_LINE_OR_MOBILE");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PhoneKind::FixedLine => "FIXED_LINE",
            PhoneKind::Mobile => "MOBILE",
            PhoneKind::FixedLineOrMobile => "FIXED_LINE_OR_MOBILE",
            PhoneKind::TollFree => "TOLL_FREE",
            PhoneKind::PremiumRate => "PREMIUM_RATE",
            PhoneKind::SharedCost => "SHARED_COST",
            PhoneKind::Voip => "VOIP",
            PhoneKind::PersonalNumber => "PERSONAL_NUMBER",
            PhoneKind::Pager => "PAGER",
            PhoneKind::Uan => "UAN",
            PhoneKind::Voicemail => "VOICEMAIL",
            PhoneKind::Unknown => "UNKNOWN",
        }
    }
}

impl fmt::Display for PhoneKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
