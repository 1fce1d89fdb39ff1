//! Phone numbers: E.164 out of what people write, as Google's libphonenumber reads it, without its regular expressions.
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
//! A [`Phone`] is a *possible* number: one of a length its country uses. Whether it is *valid*, of a range its country
//! has given out, is told by [`Phone::is_valid`] and is no gate: new ranges come before the metadata that knows them.

mod char_class;
#[cfg(feature = "phonenumber")]
mod convert;
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
pub use self::text::{OtherReading, PhoneSpelling, PhoneText, PhoneTextError};
pub use self::variants::{Legacy, Variant, Variants, legacy};

use self::parse::Digits;
use self::table::NumberingPlan;
use crate::identifier::{FieldErrorCode, ParseError};

/// A possible phone number in E.164, such as `+14155552671`.
///
/// Twenty-one bytes and no heap; equal numbers are equal bytes. What its text says about it (its country code, region,
/// kind, validity) is computed when asked for. `Display` prints it, `Debug` only says where it belongs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(E164);

/// A phone number as it was read, with what was read beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParsedPhone {
    /// The number.
    pub phone: Phone,
    /// The extension after it.
    pub extension: Option<Extension>,
    /// The region it was read in; none, when a `+` and a country code made the reading the same everywhere.
    pub assumed: Option<Region>,
}

impl Phone {
    /// Reads a number that carries its country code.
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
    /// With the code that tells why the text is no possible number; `missing_region`, when it may be one of a region.
    pub fn parse(text: &str) -> Result<ParsedPhone, ParseError> {
        parse_from(text, None)
    }

    /// Reads a number as it is dialled in a region; with a country code it may belong to any other.
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
    /// With the code that tells why the text is no possible number.
    pub fn parse_in(
        text: &str,
        region: impl Into<Option<Region>>,
    ) -> Result<ParsedPhone, ParseError> {
        parse_from(text, region.into())
    }

    /// The number in E.164: a plus, the country code and the national number.
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

    /// The country calling code.
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

    /// The region that comes first under the country code: of `+1` the United States, whoever has the number.
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

    /// The national number, with the zeros that belong to it.
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

    /// The region it belongs to; none for a code without regions, such as +800, or when regions share the code and
    /// the number is of none of them.
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

    /// What kind of line it is.
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

    /// Whether it is of a range that its country is known to have given out.
    ///
    /// ```
    /// # use contact_resolution::Phone;
    /// assert!("+14155552671".parse::<Phone>()?.is_valid());
    /// assert!(!"+11155552671".parse::<Phone>()?.is_valid());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.kind() != PhoneKind::Unknown
    }

    /// The number whose text this is, if it is that of a possible one.
    fn from_e164(text: &str) -> Option<Phone> {
        let digits = text
            .strip_prefix('+')
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
        let (main, len) = NumberingPlan::of_digits(digits.as_bytes())?;
        parse::possible(main, digits.get(len..)?.as_bytes()).ok()
    }

    /// The main plan of the country code, and the national number.
    fn split(&self) -> Option<(NumberingPlan, &[u8])> {
        let digits = self.0.digits();
        let (main, len) = NumberingPlan::of_digits(digits)?;
        Some((main, digits.get(len..)?))
    }
}

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

/// Apart, so that its buffers cost a number in E.164 nothing.
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

/// Whether a text that is no number is a code to dial: with a star or a hash anywhere, without them in a region.
#[cold]
fn is_short_code(text: &str, region: Option<Region>) -> bool {
    match scan::dialled(text) {
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

/// Where it belongs and none of its digits: `Phone(US)`, or `Phone(+800)`.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.region() {
            Some(region) => write!(f, "Phone({region})"),
            None => write!(f, "Phone(+{})", self.country_code()),
        }
    }
}

/// Reads a number that carries its country code, and drops an extension.
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

/// Takes what [`Serialize`] wrote as it is, so that a stored number is never read anew; anything else is parsed.
impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        match Phone::from_e164(&text) {
            Some(phone) => Ok(phone),
            None => text.parse().map_err(de::Error::custom),
        }
    }
}

/// A plus and up to nineteen digits: a number in the form of E.164, possible or not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct E164 {
    text: [u8; 20],
    len: u8,
}

impl E164 {
    /// A country code, and runs of ASCII digits after it, as far as they fit.
    fn new(country_code: u16, runs: &[&[u8]]) -> Self {
        let mut number = E164 {
            text: [0; 20],
            len: 0,
        };
        number.push(b"+");
        let digits = [
            country_code / 100 % 10,
            country_code / 10 % 10,
            country_code % 10,
        ];
        let digits = digits.map(|digit| b'0' + digit.to_le_bytes()[0]);
        let skip = digits.iter().take_while(|digit| **digit == b'0').count();
        number.push(digits.get(skip..).unwrap_or(&[]));
        for run in runs {
            number.push(run);
        }
        number
    }

    /// The number that a text is: a plus and eight to sixteen digits, which two halves of eight cover.
    fn of_text(text: &[u8]) -> Option<Self> {
        let digits = text.strip_prefix(b"+")?;
        let (head, tail) = (*digits.first_chunk()?, *digits.last_chunk()?);
        if digits.len() > 16 || !are_digits(head) || !are_digits(tail) {
            return None;
        }
        let mut number = E164 {
            text: [0; 20],
            len: u8::try_from(text.len()).ok()?,
        };
        *number.text.first_mut()? = b'+';
        *number.text.get_mut(1..)?.first_chunk_mut()? = head;
        *number.text.get_mut(..text.len())?.last_chunk_mut()? = tail;
        Some(number)
    }

    fn push(&mut self, run: &[u8]) {
        let start = usize::from(self.len);
        let end = self.text.len().min(start + run.len());
        if let Some((place, run)) = self.text.get_mut(start..end).zip(run.get(..end - start)) {
            place.copy_from_slice(run);
            self.len += u8::try_from(run.len()).unwrap_or(0);
        }
    }

    fn as_str(&self) -> &str {
        self.text
            .get(..usize::from(self.len))
            .and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or("")
    }

    /// What follows the plus.
    fn digits(&self) -> &[u8] {
        self.text.get(1..usize::from(self.len)).unwrap_or(&[])
    }
}

/// Whether all eight bytes are ASCII digits: their high halves are 3, and still are with 6 added to the low ones.
fn are_digits(bytes: [u8; 8]) -> bool {
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    const THREES: u64 = 0x3030_3030_3030_3030;
    const SIXES: u64 = 0x0606_0606_0606_0606;
    let bytes = u64::from_le_bytes(bytes);
    bytes & HIGH == THREES && bytes.wrapping_add(SIXES) & HIGH == THREES
}
