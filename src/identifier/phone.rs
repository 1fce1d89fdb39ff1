//! Phone numbers, normalized to E.164 by the rules of Google's libphonenumber, without its regular expressions.
//!
//! ```
//! use contact_resolution::{Phone, Region};
//!
//! let parsed = Phone::parse_in("(415) 555-2671 ext. 5", Region::US)?;
//! assert_eq!(parsed.phone.as_str(), "+14155552671");
//! assert_eq!(parsed.extension.unwrap().as_str(), "5");
//! assert_eq!(parsed.assumed, Some(Region::US));
//! # Ok::<(), contact_resolution::ParseError>(())
//! ```
//!
//! A [`Phone`] is a *possible* number: its length is one that its country uses. [`Phone::is_valid`] also checks that
//! the number belongs to an assigned range. Do not reject a number for that, since new ranges are in use before the
//! metadata lists them.

mod char_class;
#[cfg(feature = "phonenumber")]
mod convert;
mod e164;
mod extension;
mod kind;
mod parse;
mod region;
mod renumbering;
mod scan;
mod table;
mod text;
mod variants;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

#[cfg(feature = "phonenumber")]
pub use self::convert::ReadAsAnother;
pub use self::extension::Extension;
pub use self::kind::PhoneKind;
pub use self::region::{Region, UnknownRegion};
pub use self::table::METADATA_VERSION;
pub(crate) use self::text::{MAX_SHORT_CODE, dialed_digits, may_be_masked};
pub use self::text::{OtherReading, PhoneSpelling, PhoneText, PhoneTextError};
pub use self::variants::{Legacy, Variant, legacy};

use self::e164::E164;
use self::parse::Digits;
use self::table::NumberingPlan;
use crate::identifier::{FieldErrorCode, ParseError};

/// A possible phone number in E.164, such as `+14155552671`.
///
/// It takes 21 bytes and no heap, and equal numbers have equal bytes. Country code, region, kind and validity are
/// computed on demand. `Display` prints the number. `Debug` only prints its region or country code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(E164);

/// A parsed phone number, with its extension and the region that was assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParsedPhone {
    /// The number.
    pub phone: Phone,
    /// The extension after it.
    pub extension: Option<Extension>,
    /// The region that was assumed. `None` if the text has a `+` and a country code, so that it means the same
    /// everywhere.
    pub assumed: Option<Region>,
}

impl Phone {
    /// Parses a number with a country code.
    ///
    /// ```
    /// use contact_resolution::Phone;
    ///
    /// assert_eq!(Phone::parse("tel:+44-20-7946-0958")?.phone.as_str(), "+442079460958");
    /// assert!(Phone::parse("020 7946 0958").unwrap_err().is_missing_region());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a possible number. The code is [`FieldErrorCode::MissingRegion`] if it may
    /// be a national number.
    pub fn parse(text: &str) -> Result<ParsedPhone, ParseError> {
        parse_from(text, None)
    }

    /// Parses a number as it is dialed in a region. A number with a country code may belong to any other region.
    ///
    /// ```
    /// use contact_resolution::{Phone, Region};
    ///
    /// assert_eq!(Phone::parse_in("020 7946 0958", Region::GB)?.phone.as_str(), "+442079460958");
    /// assert_eq!(Phone::parse_in("011 44 20 7946 0958", Region::US)?.phone.as_str(), "+442079460958");
    /// assert_eq!(Phone::parse_in("*123#", Region::GB).unwrap_err().code().as_str(), "short_code");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a possible number.
    pub fn parse_in(
        text: &str,
        region: impl Into<Option<Region>>,
    ) -> Result<ParsedPhone, ParseError> {
        parse_from(text, region.into())
    }

    /// Returns the number in E.164: a plus, the country code and the national number.
    ///
    /// ```
    /// # use contact_resolution::Phone;
    /// assert_eq!("+1 (415) 555-2671".parse::<Phone>()?.as_str(), "+14155552671");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the country calling code.
    ///
    /// ```
    /// # use contact_resolution::Phone;
    /// assert_eq!("+442079460958".parse::<Phone>()?.country_code(), 44);
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn country_code(&self) -> u16 {
        self.split().map_or(0, |(main, _)| main.code())
    }

    /// Returns the main region of the country code, which need not be the number's own. For `+1` it is the United
    /// States.
    ///
    /// ```
    /// # use contact_resolution::{Phone, Region};
    /// assert_eq!("+15550100001".parse::<Phone>()?.main_region(), Some(Region::US));
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn main_region(&self) -> Option<Region> {
        self.split().and_then(|(main, _)| main.region())
    }

    /// Returns the national number, including leading zeros that belong to it.
    ///
    /// ```
    /// # use contact_resolution::Phone;
    /// assert_eq!("+390669812345".parse::<Phone>()?.national_number(), "0669812345");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn national_number(&self) -> &str {
        let len = self.split().map_or(0, |(_, national)| national.len());
        let text = self.as_str();
        text.get(text.len() - len..).unwrap_or("")
    }

    /// Returns the region that the number belongs to.
    ///
    /// Returns `None` for a code without regions, such as +800. Also returns `None` if several regions share the code
    /// and the number is in the range of none of them.
    ///
    /// ```
    /// use contact_resolution::{Phone, Region};
    ///
    /// assert_eq!("+16135550123".parse::<Phone>()?.region(), Some(Region::CA));
    /// assert_eq!("+80012345678".parse::<Phone>()?.region(), None);
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        self.split()
            .and_then(|(main, national)| main.region_of(national))
    }

    /// Returns the kind of line.
    ///
    /// ```
    /// use contact_resolution::{Phone, PhoneKind};
    ///
    /// assert_eq!("+447400123456".parse::<Phone>()?.kind(), PhoneKind::Mobile);
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> PhoneKind {
        self.split().map_or(PhoneKind::Unknown, |(main, national)| {
            main.kind_of(national)
        })
    }

    /// Whether the number is in a range that its country is known to have assigned.
    ///
    /// ```
    /// # use contact_resolution::Phone;
    /// assert!("+14155552671".parse::<Phone>()?.is_valid());
    /// assert!(!"+11155552671".parse::<Phone>()?.is_valid());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.split()
            .is_some_and(|(main, national)| main.is_assigned(national))
    }

    /// Returns the number if the text is a possible number in E.164.
    fn from_e164(text: &str) -> Option<Phone> {
        let digits = text
            .strip_prefix('+')
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
        let (main, len) = NumberingPlan::of_digits(digits.as_bytes())?;
        parse::possible(main, digits.get(len..)?.as_bytes()).ok()
    }

    /// Returns the text, which is ASCII, as bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Returns the main plan of the country code, and the national number.
    fn split(&self) -> Option<(NumberingPlan, &[u8])> {
        let digits = self.0.digits();
        let (main, len) = NumberingPlan::of_digits(digits)?;
        Some((main, digits.get(len..)?))
    }
}

/// A separate function, so that the result is written in place.
#[inline(never)]
fn parse_from(text: &str, region: Option<Region>) -> Result<ParsedPhone, ParseError> {
    match parse::as_written(text.as_bytes()) {
        Some(phone) => Ok(ParsedPhone {
            phone,
            extension: None,
            assumed: None,
        }),
        None => parse_any(text, region),
    }
}

/// A separate function, so that a number in E.164 does not pay for these buffers.
#[inline(never)]
fn parse_any(text: &str, region: Option<Region>) -> Result<ParsedPhone, ParseError> {
    let read = || {
        let mut digits = Digits::new();
        let reading = scan::read(text, &mut digits)?;
        let plan = region.and_then(|region| NumberingPlan::of_region(region.0));
        let (main, national) = parse::split(reading.plus, digits.as_slice(), plan)?;
        let assumed = if reading.plus { None } else { region };
        Ok(ParsedPhone {
            phone: parse::possible(main, national.as_slice())?,
            extension: reading.extension,
            assumed,
        })
    };
    read().map_err(|code| {
        ParseError::new(if is_short_code(text, region) {
            FieldErrorCode::ShortCode
        } else {
            code
        })
    })
}

/// Whether a text that failed to parse is a dialing code: digits with a star or a hash, or up to six digits in a
/// region.
#[cold]
fn is_short_code(text: &str, region: Option<Region>) -> bool {
    match scan::dialed(text) {
        Some((_, true)) => true,
        Some((digits, false)) => region.is_some() && (1..=6).contains(&digits),
        None => false,
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Prints the region or the country code but no digits: `Phone(US)` or `Phone(+800)`.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.region() {
            Some(region) => write!(f, "Phone({region})"),
            None => write!(f, "Phone(+{})", self.country_code()),
        }
    }
}

/// Parses a number with its country code, and drops an extension.
impl FromStr for Phone {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Phone::parse(text).map(|parsed| parsed.phone)
    }
}

impl Serialize for Phone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Takes the output of [`Serialize`] without parsing it, so that a stored number never changes. Parses any other text.
///
/// A number that only one network gives out is an error, because the text does not name the network. A directory keeps such a
/// number as the text of a [`StoredIdentifier`](crate::StoredIdentifier), which the rules of the account read.
impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        match Phone::from_e164(&text) {
            Some(phone) => Ok(phone),
            None => text.parse().map_err(de::Error::custom),
        }
    }
}
