//! The kinds of line a number may be.

use std::fmt;

/// What kind of line a number is, as far as its digits tell: libphonenumber's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PhoneKind {
    /// A landline.
    FixedLine,
    /// A mobile.
    Mobile,
    /// A landline or a mobile: many countries, the United States among them, number both alike.
    FixedLineOrMobile,
    /// Free to call.
    TollFree,
    /// Dearer than a call.
    PremiumRate,
    /// Paid by both sides.
    SharedCost,
    /// A line over the Internet.
    Voip,
    /// A number that follows a person.
    PersonalNumber,
    /// A pager.
    Pager,
    /// A company's one number for all its places.
    Uan,
    /// A voice mail box.
    Voicemail,
    /// Of no known range: the number is not valid.
    Unknown,
}

impl PhoneKind {
    /// Every kind, in the order above, which is the table's too.
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

    /// libphonenumber's name of it.
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
