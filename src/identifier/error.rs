//! The error of every parser, with the code that a refusal carries.

use std::error::Error;
use std::fmt;

use crate::codes::codes;

codes! {
    /// The reason why a payload field cannot be used. A refusal reports it as a stable `code`. The list may grow.
    ///
    /// ```
    /// use contact_resolution::FieldErrorCode;
    ///
    /// assert_eq!(FieldErrorCode::MissingRegion.as_str(), "missing_region");
    /// ```
    #[non_exhaustive]
    pub enum FieldErrorCode {
        /// A national number without a region to read it in.
        MissingRegion = "missing_region": "a national number needs a region",
        /// The text contains no phone number.
        NotANumber = "not_a_number": "not a phone number",
        /// A phone number with missing digits, as in `+1 212 555 XXXX`.
        MaskedNumber = "masked_number": "digits of the phone number are missing",
        /// A number with too few digits for its country.
        TooShort = "too_short": "too short for a phone number of its country",
        /// A number with too many digits for its country.
        TooLong = "too_long": "too long for a phone number of its country",
        /// A number with a length that its country does not use.
        WrongLength = "wrong_length": "no number of its country has this length",
        /// A number outside the assigned ranges of its country, if the policy requires valid numbers.
        InvalidNumber = "invalid_number": "not in an assigned range of its country",
        /// An unassigned country calling code.
        UnknownCountryCode = "unknown_country_code": "an unknown country calling code",
        /// A number that works only inside its own area.
        LocalOnly = "local_only": "a number that works only inside its own area",
        /// A short code, or a code with `*` or `#`.
        ShortCode = "short_code": "a short code is not a phone number",
        /// Not an email address.
        InvalidEmail = "invalid_email": "not an email address",
        /// A display name around an address, a comment, or a list of addresses.
        DisplayName = "display_name": "an email address must not have other text around it",
        /// Several email addresses in one text.
        SeveralAddresses = "several_addresses": "more than one email address",
        /// Not a handle by the network's rules.
        InvalidHandle = "invalid_handle": "not a valid handle on this network",
        /// Not a user id by the network's rules.
        InvalidId = "invalid_id": "not a valid user id on this network",
        /// An invisible or bidirectional control character inside the text.
        InvisibleCharacter = "invisible_character": "an invisible character in the text",
        /// A link to a group, a channel, a message or an invite.
        NotAPerson = "not_a_person": "a link that does not lead to a person",
        /// A link of another network.
        OtherNetwork = "other_network": "a link of another network",
        /// This network, or this account's bridge, cannot use identifiers of this kind.
        UnsupportedKind = "unsupported_kind": "this account can't look up identifiers of this kind",
        /// An unmarked word. It may find a known person but never creates a chat.
        PlainText = "plain_text": "plain text finds known people but never creates a chat",
    }
}

impl fmt::Display for FieldErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The reason why a text is not an identifier.
///
/// It holds a code and, if one character is not allowed, that character. It never holds the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ParseError {
    code: FieldErrorCode,
    found: Option<char>,
}

impl ParseError {
    pub(crate) const fn new(code: FieldErrorCode) -> Self {
        ParseError { code, found: None }
    }

    pub(crate) const fn found(code: FieldErrorCode, found: char) -> Self {
        ParseError {
            code,
            found: Some(found),
        }
    }

    /// Returns the stable code.
    ///
    /// ```
    /// use contact_resolution::{Email, FieldErrorCode};
    ///
    /// assert_eq!(Email::parse("Alice <a@b.example>").unwrap_err().code(), FieldErrorCode::DisplayName);
    /// ```
    #[must_use]
    pub const fn code(&self) -> FieldErrorCode {
        self.code
    }

    /// Whether the text could be read if a region were given.
    ///
    /// ```
    /// use contact_resolution::Phone;
    ///
    /// assert!(Phone::parse("020 7946 0958").unwrap_err().is_missing_region());
    /// ```
    #[must_use]
    pub fn is_missing_region(&self) -> bool {
        self.code == FieldErrorCode::MissingRegion
    }
}

impl fmt::Debug for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParseError({})", self.code)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.text())?;
        match self.found {
            Some(c) => write!(f, ": U+{:04X}", u32::from(c)),
            None => Ok(()),
        }
    }
}

impl Error for ParseError {}
