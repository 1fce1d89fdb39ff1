//! The kinds of phone line.

use std::fmt;

use crate::codes::codes;

codes! {
    /// The kind of line of a number, as far as its digits show it. These are libphonenumber's types, in the order of
    /// the table.
    ///
    /// ```
    /// use contact_resolution::PhoneKind;
    ///
    /// assert_eq!(PhoneKind::FixedLineOrMobile.as_str(), "FIXED_LINE_OR_MOBILE");
    /// ```
    #[non_exhaustive]
    pub enum PhoneKind {
        /// A landline.
        FixedLine = "FIXED_LINE",
        /// A mobile.
        Mobile = "MOBILE",
        /// A landline or a mobile. Many countries number both alike, such as the United States.
        FixedLineOrMobile = "FIXED_LINE_OR_MOBILE",
        /// Free to call.
        TollFree = "TOLL_FREE",
        /// Costs more than a usual call.
        PremiumRate = "PREMIUM_RATE",
        /// Both sides pay.
        SharedCost = "SHARED_COST",
        /// A line over the Internet.
        Voip = "VOIP",
        /// A number that follows a person.
        PersonalNumber = "PERSONAL_NUMBER",
        /// A pager.
        Pager = "PAGER",
        /// A single number for all locations of a company.
        Uan = "UAN",
        /// A voice mail box.
        Voicemail = "VOICEMAIL",
        /// In no known range. The number is not valid.
        Unknown = "UNKNOWN",
    }
}

impl PhoneKind {
    pub(super) fn from_index(index: u8) -> Self {
        PhoneKind::ALL
            .get(usize::from(index))
            .copied()
            .unwrap_or(PhoneKind::Unknown)
    }
}

impl fmt::Display for PhoneKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
