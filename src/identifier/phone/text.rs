//! Phone numbers as people type them into a payload or an address book.
//!
//! libphonenumber looks for digits in any text, and [`Phone::parse`] does too. That is too lenient for opening chats.
//! So this parser first takes a text apart: a label, an extension, keypad letters, missing digits, a note after the
//! number. It accepts only texts that a person would call a number.

mod chars;
mod label;
mod mask;
mod parts;
mod reader;

use super::parse;
use super::{Extension, Phone, Region, Variant};
use crate::codes::codes;
use crate::identifier::{FieldErrorCode, ParseError};
use crate::network::NumberRange;

use reader::Reader;

pub(crate) use mask::may_be_masked;

/// The most digits of a number with its country code (ITU-T E.164).
const MAX_DIGITS: usize = 15;

/// The most digits of a short code.
pub(crate) const MAX_SHORT_CODE: usize = 6;

/// A phone number, and how its text spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhoneText {
    /// The number.
    pub phone: Phone,
    /// Whether the number [is valid](Phone::is_valid).
    pub is_valid: bool,
    /// How the text spells it.
    pub spelling: PhoneSpelling,
    /// The extension after it.
    pub extension: Option<Extension>,
    /// The region that was assumed. `None` if the text has a `+`.
    pub assumed: Option<Region>,
    /// The other number that the same digits may mean, and how.
    ///
    /// ```
    /// use contact_resolution::Region;
    /// use contact_resolution::phone::{OtherReading, PhoneText};
    ///
    /// let read = PhoneText::parse("4915123456789", Some(Region::DE), &[])?;
    /// assert_eq!(read.phone.as_str(), "+4915123456789");
    /// let (reading, other) = read.other.unwrap();
    /// assert_eq!((reading, other.as_str()), (OtherReading::National, "+494915123456789"));
    /// # Ok::<(), contact_resolution::phone::PhoneTextError>(())
    /// ```
    pub other: Option<(OtherReading, Phone)>,
}

/// How a text spells a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PhoneSpelling {
    /// In digits.
    Digits,
    /// In digits that form a number only with a `+`, which the text lacks.
    WithoutPlus,
    /// In digits, next to a note that was left out.
    WithNote,
    /// In digits, next to letters that may also be keypad digits. Such a number never creates a chat.
    WithKeypadNote,
    /// In keypad letters, as in `1-800-FLOWERS`.
    Keypad,
    /// In a form that its country no longer uses. The number is the present form.
    Retired(Option<Variant>),
}

codes! {
    /// How digits without a `+` may be another number.
    #[non_exhaustive]
    pub enum OtherReading {
        /// The digits begin with another country's code.
        OtherCountry = "other_country",
        /// The digits begin with the region's own country code, and were read as a national number.
        WithCountryCode = "with_country_code",
        /// The digits begin with the region's own country code, and were read with it. They are also a national number.
        National = "national",
    }
}

/// The reason why a text is not a phone number, and the region in which it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhoneTextError {
    /// The reason.
    pub error: ParseError,
    /// The region that was assumed. `None` if the text has a `+`, or no digits that could be a number.
    pub assumed: Option<Region>,
    /// The number that the digits form with a `+`, if there is no region to read them in.
    pub with_plus: Option<Phone>,
}

impl std::fmt::Display for PhoneTextError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for PhoneTextError {}

impl From<FieldErrorCode> for PhoneTextError {
    fn from(code: FieldErrorCode) -> Self {
        ParseError::new(code).into()
    }
}

impl From<ParseError> for PhoneTextError {
    fn from(error: ParseError) -> Self {
        PhoneTextError {
            error,
            assumed: None,
            with_plus: None,
        }
    }
}

impl PhoneText {
    /// Parses a number as people type it. A number without a `+` is read in the region.
    ///
    /// `own` are the number ranges that the network assigns itself. Such numbers do not exist on other networks.
    ///
    /// ```
    /// use contact_resolution::Region;
    /// use contact_resolution::phone::{PhoneSpelling, PhoneText};
    ///
    /// let read = |text| PhoneText::parse(text, Some(Region::NZ), &[]);
    /// assert_eq!(read("Mobile: 021 123 4567")?.phone.as_str(), "+64211234567");
    /// assert_eq!(read("021 123 4567 (work)")?.spelling, PhoneSpelling::WithNote);
    /// assert_eq!(read("021 123 XXXX").unwrap_err().error.code().as_str(), "masked_number");
    /// assert_eq!(read("ticket-0211234567").unwrap_err().error.code().as_str(), "not_a_number");
    /// # Ok::<(), contact_resolution::phone::PhoneTextError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not one phone number.
    pub fn parse(
        text: &str,
        region: Option<Region>,
        own: &[NumberRange],
    ) -> Result<PhoneText, PhoneTextError> {
        // A valid number in E.164 is returned at once. Numbers in a retired form are not valid.
        if let Some(phone) = parse::as_written(text.as_bytes())
            && text.len() <= MAX_DIGITS + 1
            && let read = PhoneText::of(phone)
            && read.is_valid
        {
            return Ok(read);
        }
        let reader = Reader { region, own };
        match parts::plain(text) {
            Some((plus, digits)) => reader.number(plus, digits.as_slice()),
            None => reader.text(text),
        }
    }

    fn of(phone: Phone) -> PhoneText {
        PhoneText {
            phone,
            is_valid: phone.is_valid(),
            spelling: PhoneSpelling::Digits,
            extension: None,
            assumed: None,
            other: None,
        }
    }
}

/// Returns the digits of a text that looks like a number, without its label and separators. Returns `None` if it has
/// other letters.
///
/// Text that is no number is compared by them. `*` and `#` are dialed, so they count as digits.
pub(crate) fn dialed_digits(text: &str) -> Option<String> {
    let chars = chars::canonical(text).ok()?;
    let number = parts::after_label(&chars).ok()?;
    let has_letters = number.iter().any(|c| c.is_alphabetic());
    let is_dialed = |c: &char| c.is_ascii_digit() || matches!(c, '*' | '#');
    let digits: String = number.iter().copied().filter(is_dialed).collect();
    (!has_letters && digits.contains(|c: char| c.is_ascii_digit())).then_some(digits)
}
