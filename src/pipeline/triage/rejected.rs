//! The reason why a payload field cannot be used.

use crate::identifier::{FieldErrorCode, ParseError, Region};

/// The reason why a field is rejected, with the region of its digits.
pub(super) struct Rejected {
    pub(super) error: ParseError,
    pub(super) region: Option<Region>,
}

impl Rejected {
    /// Returns the phone error if the text is more likely a number without a region than a text for its field.
    pub(super) fn or_phone(self, phone: Rejected) -> Rejected {
        let is_number = phone.error.is_missing_region()
            || phone.error.code() == FieldErrorCode::MaskedNumber
            || phone.region.is_some() && self.error.code() == FieldErrorCode::InvalidEmail;
        if is_number { phone } else { self }
    }
}

impl From<ParseError> for Rejected {
    fn from(error: ParseError) -> Self {
        let region = None;
        Rejected { error, region }
    }
}

impl From<FieldErrorCode> for Rejected {
    fn from(code: FieldErrorCode) -> Self {
        ParseError::new(code).into()
    }
}
