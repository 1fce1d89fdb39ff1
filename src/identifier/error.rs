//! The error of every parser, with the code that a refusal carries.

use std::error::Error;
use std::fmt;

/// The reason why a payload field cannot be used. A refusal reports it as a stable `code`. The list may grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FieldErrorCode {
    /// A national number without a region to read it in.
    MissingRegion,
    /// The text contains no phone number.
    NotANumber,
    /// A phone number with missing digits, as in `+1 212 555 XXXX`.
    MaskedNumber,
    /// A number with too few digits for its country.
    TooShort,
    /// A number with too many digits for its country.
    TooLong,
    /// A number with a length that its country does not use.
    WrongLength,
    /// A number outside the assigned ranges of its country, if the policy requires valid numbers.
    InvalidNumber,
    /// An unassigned country calling code.
    UnknownCountryCode,
    /// A number that works only inside its own area.
    LocalOnly,
    /// A short code, or a code with `*` or `#`.
    ShortCode,
    /// Not an email address.
    InvalidEmail,
    /// A display name around an address, a comment, or a list of addresses.
    DisplayName,
    /// Several email addresses in one text.
    SeveralAddresses,
    /// Not a handle by the network's rules.
    InvalidHandle,
    /// Not a user id by the network's rules.
    InvalidId,
    /// An invisible or bidirectional control character inside the text.
    InvisibleCharacter,
    /// A link to a group, a channel, a message or an invite.
    NotAPerson,
    /// A link of another network.
    OtherNetwork,
    /// This network, or this account's bridge, cannot use identifiers of this kind.
    UnsupportedKind,
    /// An unmarked word. It may find a known person but never creates a chat.
    PlainText,
}

impl FieldErrorCode {
    /// All codes, in the order of their declaration.
    pub const ALL: &[FieldErrorCode] = &[
        FieldErrorCode::MissingRegion,
        FieldErrorCode::NotANumber,
        FieldErrorCode::MaskedNumber,
        FieldErrorCode::TooShort,
        FieldErrorCode::TooLong,
        FieldErrorCode::WrongLength,
        FieldErrorCode::InvalidNumber,
        FieldErrorCode::UnknownCountryCode,
        FieldErrorCode::LocalOnly,
        FieldErrorCode::ShortCode,
        FieldErrorCode::InvalidEmail,
        FieldErrorCode::DisplayName,
        FieldErrorCode::SeveralAddresses,
        FieldErrorCode::InvalidHandle,
        FieldErrorCode::InvalidId,
        FieldErrorCode::InvisibleCharacter,
        FieldErrorCode::NotAPerson,
        FieldErrorCode::OtherNetwork,
        FieldErrorCode::UnsupportedKind,
        FieldErrorCode::PlainText,
    ];

    /// Returns the code as it is written in JSON.
    ///
    /// ```
    /// use contact_resolution::FieldErrorCode;
    ///
    /// assert_eq!(FieldErrorCode::MissingRegion.as_str(), "missing_region");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            FieldErrorCode::MissingRegion => "missing_region",
            FieldErrorCode::NotANumber => "not_a_number",
            FieldErrorCode::MaskedNumber => "masked_number",
            FieldErrorCode::TooShort => "too_short",
            FieldErrorCode::TooLong => "too_long",
            FieldErrorCode::WrongLength => "wrong_length",
            FieldErrorCode::InvalidNumber => "invalid_number",
            FieldErrorCode::UnknownCountryCode => "unknown_country_code",
            FieldErrorCode::LocalOnly => "local_only",
            FieldErrorCode::ShortCode => "short_code",
            FieldErrorCode::InvalidEmail => "invalid_email",
            FieldErrorCode::DisplayName => "display_name",
            FieldErrorCode::SeveralAddresses => "several_addresses",
            FieldErrorCode::InvalidHandle => "invalid_handle",
            FieldErrorCode::InvalidId => "invalid_id",
            FieldErrorCode::InvisibleCharacter => "invisible_character",
            FieldErrorCode::NotAPerson => "not_a_person",
            FieldErrorCode::OtherNetwork => "other_network",
            FieldErrorCode::UnsupportedKind => "unsupported_kind",
            FieldErrorCode::PlainText => "plain_text",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            FieldErrorCode::MissingRegion => "a national number needs a region",
            FieldErrorCode::NotANumber => "not a phone number",
            FieldErrorCode::MaskedNumber => "digits of the phone number are missing",
            FieldErrorCode::TooShort => "too short for a phone number of its country",
            FieldErrorCode::TooLong => "too long for a phone number of its country",
            FieldErrorCode::WrongLength => "no number of its country has this length",
            FieldErrorCode::InvalidNumber => "not in an assigned range of its country",
            FieldErrorCode::UnknownCountryCode => "an unknown country calling code",
            FieldErrorCode::LocalOnly => "a number that works only inside its own area",
            FieldErrorCode::ShortCode => "a short code is not a phone number",
            FieldErrorCode::InvalidEmail => "not an email address",
            FieldErrorCode::DisplayName => "an email address must not have other text around it",
            FieldErrorCode::SeveralAddresses => "more than one email address",
            FieldErrorCode::InvalidHandle => "not a valid handle on this network",
            FieldErrorCode::InvalidId => "not a valid user id on this network",
            FieldErrorCode::InvisibleCharacter => "an invisible character in the text",
            FieldErrorCode::NotAPerson => "a link that does not lead to a person",
            FieldErrorCode::OtherNetwork => "a link of another network",
            FieldErrorCode::UnsupportedKind => {
                "this account can't look up identifiers of this kind"
            }
            FieldErrorCode::PlainText => "plain text finds known people but never creates a chat",
        }
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
