//! Phone numbers as people type them into a payload or an address book.
//!
//! libphonenumber looks for digits in any text, and [`Phone::parse`] does too. That is too lenient for opening chats.
//! So this parser first takes a text apart: a label, an extension, keypad letters, missing digits, a note after the
//! number. It accepts only texts that a person would call a number.

mod chars;
mod label;
mod mask;
mod parts;

use super::PhoneKind;
use super::parse::{self, Run};
use super::renumbering::without_dialed_prefix;
use super::table::NumberingPlan;
use super::variants::Legacy;
use super::{E164, Extension, Phone, Region, Variant};
use crate::codes::codes;
use crate::identifier::{FieldErrorCode, ParseError};
use crate::network::NumberRange;

use parts::Body;

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

/// The region and the network's number ranges by which texts are read.
struct Reader<'a> {
    region: Option<Region>,
    own: &'a [NumberRange],
}

impl Reader<'_> {
    /// Takes a text apart and reads its number. A separate function, so that plain digits do not pay for its buffers.
    #[inline(never)]
    fn text(&self, text: &str) -> Result<PhoneText, PhoneTextError> {
        let chars = chars::canonical(text)?;
        if !chars.iter().any(char::is_ascii_digit) {
            return Err(FieldErrorCode::NotANumber.into());
        }
        let number = parts::after_label(&chars)?;
        if parts::is_dialing_code(number) {
            return Err(FieldErrorCode::ShortCode.into());
        }
        if let Some((local, parameters)) = parts::uri_parameters(number) {
            return self.uri(local, &parameters);
        }
        if let Some(split) = parts::extension(number)
            && let Ok(read) = self.body(split.number)
            && (split.is_labeled || self.is_full(&read, &split))
        {
            return Ok(PhoneText {
                extension: Some(split.extension),
                ..read
            });
        }
        self.body(number)
    }

    /// Reads a number with parameters (RFC 3966), as libphonenumber does.
    fn uri(&self, local: &[char], parameters: &str) -> Result<PhoneText, PhoneTextError> {
        let Body::Digits { .. } = parts::body(local)? else {
            return Err(FieldErrorCode::NotANumber.into());
        };
        let mut text: String = local.iter().collect();
        text.push_str(parameters);
        let parsed = Phone::parse_in(&text, self.region)?;
        if parsed.phone.as_bytes().len() > MAX_DIGITS + 1 {
            return Err(FieldErrorCode::TooLong.into());
        }
        Ok(PhoneText {
            extension: parsed.extension,
            assumed: parsed.assumed,
            ..PhoneText::of(parsed.phone)
        })
    }

    /// Whether a number is complete before an extension marked by `x` or `#`. The mark may also be a missing digit.
    fn is_full(&self, read: &PhoneText, split: &parts::ExtensionSplit<'_>) -> bool {
        let (Ok(whole), false) = (split.with_digit(), split.is_apart && read.is_valid) else {
            return true;
        };
        self.number(whole.0, whole.1.as_slice()).is_err()
    }

    /// Reads a number without its label and extension.
    fn body(&self, chars: &[char]) -> Result<PhoneText, PhoneTextError> {
        match parts::body(chars)? {
            Body::Digits { plus, digits } => self.number(plus, digits.as_slice()),
            Body::Doubted { plus, digits } => {
                // The final mark is a missing digit unless the number is valid without it.
                let read = self.number(plus, digits.as_slice());
                if let Err(failed) = &read
                    && failed.error.is_missing_region()
                {
                    return read;
                }
                let read = read.ok().filter(|read| read.is_valid);
                read.map(|read| with_note(read, PhoneSpelling::WithNote))
                    .ok_or(FieldErrorCode::MaskedNumber.into())
            }
            Body::Marked {
                plus,
                digits,
                longer,
                is_apart,
            } => {
                // The marks are missing digits if the number may have that many more.
                let valid = |digits: &[u8]| {
                    let read = self.number(plus, digits)?;
                    let error = PhoneTextError::from(FieldErrorCode::MaskedNumber);
                    read.is_valid.then_some(read).ok_or(error)
                };
                match valid(digits.as_slice()) {
                    Ok(read) if is_apart || valid(longer.as_slice()).is_err() => {
                        Ok(with_note(read, PhoneSpelling::WithNote))
                    }
                    Err(failed) if failed.error.is_missing_region() => Err(failed),
                    Ok(_) | Err(_) => Err(FieldErrorCode::MaskedNumber.into()),
                }
            }
            // In Brazil, `0xx` is written for the code of a carrier that the caller chooses.
            Body::Placeholder { plus, digits } => {
                let is_brazil = plus || self.region == Some(Region::BR);
                let read = self.number(plus, digits.as_slice()).ok();
                read.filter(|read| is_brazil && read.is_valid)
                    .ok_or(FieldErrorCode::MaskedNumber.into())
            }
            Body::WithNote { plus, digits } => self
                .number(plus, digits.as_slice())
                .map(|read| with_note(read, PhoneSpelling::WithNote)),
            Body::WithKeypad {
                plus,
                digits,
                keypad,
            } => {
                let short = self.number(plus, digits.as_slice());
                let long = self.number(plus, keypad.as_slice());
                let long = long.and_then(|long| {
                    let error = FieldErrorCode::NotANumber.into();
                    long.is_valid.then_some(long).ok_or(error)
                });
                match (short, long) {
                    (Ok(short), Ok(_)) => Ok(with_note(short, PhoneSpelling::WithKeypadNote)),
                    (Ok(short), Err(_)) => Ok(with_note(short, PhoneSpelling::WithNote)),
                    (Err(_), Ok(long)) => Ok(PhoneText {
                        spelling: PhoneSpelling::Keypad,
                        other: None,
                        ..long
                    }),
                    (Err(_), Err(error)) => Err(error),
                }
            }
        }
    }

    /// Reads digits with or without a `+`.
    fn number(&self, plus: bool, digits: &[u8]) -> Result<PhoneText, PhoneTextError> {
        if plus {
            return self.international(digits);
        }
        let with_plus = with_plus(digits, self.own);
        let Some((region, plan)) = self
            .region
            .and_then(|region| Some((region, NumberingPlan::of_region(region.0)?)))
        else {
            // International prefixes differ by region, so nothing can be read without one.
            return Err(PhoneTextError {
                with_plus,
                ..FieldErrorCode::MissingRegion.into()
            });
        };
        let read = |read: PhoneText| PhoneText {
            assumed: Some(region),
            ..read
        };
        let national = national(digits, region, plan);
        let national = match (national, with_plus) {
            (Ok(national), None) => return Ok(read(national)),
            (Ok(national), Some(with_plus)) if national.phone == with_plus => {
                return Ok(read(national));
            }
            (Ok(national), Some(with_plus)) => (national, with_plus),
            (Err(_), Some(with_plus)) => {
                return Ok(PhoneText {
                    spelling: PhoneSpelling::WithoutPlus,
                    ..PhoneText::of(with_plus)
                });
            }
            (Err(code), None) => {
                let is_short = (1..=MAX_SHORT_CODE).contains(&digits.len());
                let code = if is_short {
                    FieldErrorCode::ShortCode
                } else {
                    code
                };
                return Err(PhoneTextError {
                    assumed: Some(region),
                    ..code.into()
                });
            }
        };
        let (national, with_plus) = national;
        let is_own_country = with_plus.country_code() == plan.code();
        // A mobile number is often typed without the national prefix.
        let is_mobile = national.is_valid
            && matches!(
                national.phone.kind(),
                PhoneKind::Mobile | PhoneKind::FixedLineOrMobile
            );
        Ok(read(
            if is_own_country && !is_mobile && lacks_prefix(plan, digits) {
                PhoneText {
                    other: Some((OtherReading::National, national.phone)),
                    ..PhoneText::of(with_plus)
                }
            } else {
                PhoneText {
                    other: Some((
                        if is_own_country {
                            OtherReading::WithCountryCode
                        } else {
                            OtherReading::OtherCountry
                        },
                        with_plus,
                    )),
                    ..national
                }
            },
        ))
    }

    /// Reads digits after a `+`.
    fn international(&self, digits: &[u8]) -> Result<PhoneText, PhoneTextError> {
        if let Some(own) = own_number(digits, self.own) {
            return Ok(PhoneText::of(own));
        }
        let plan = self
            .region
            .and_then(|region| NumberingPlan::of_region(region.0));
        let (main, national) = parse::split(true, digits, plan)?;
        Ok(in_country(main, &national)?)
    }
}

fn with_note(read: PhoneText, spelling: PhoneSpelling) -> PhoneText {
    match read.spelling {
        PhoneSpelling::Digits => PhoneText { spelling, ..read },
        _ => read,
    }
}

/// Returns the number that the digits form with a `+`, if it is valid or in one of the network's own ranges.
fn with_plus(digits: &[u8], own: &[NumberRange]) -> Option<Phone> {
    // No country code begins with a zero.
    if digits.first() == Some(&b'0') || digits.len() > MAX_DIGITS {
        return None;
    }
    own_number(digits, own).or_else(|| {
        let (main, national) = parse::split(true, digits, None).ok()?;
        let phone = parse::possible(main, national.as_slice()).ok()?;
        phone.is_valid().then_some(phone)
    })
}

/// Returns the number if it is in one of the network's own ranges.
fn own_number(digits: &[u8], own: &[NumberRange]) -> Option<Phone> {
    if own.is_empty() || digits.len() > MAX_DIGITS {
        return None;
    }
    let number = E164::new(0, &[digits]);
    let is_own = own.iter().any(|range| range.contains(number.as_str()));
    is_own.then_some(Phone(number))
}

/// Reads digits without a `+` in a region.
fn national(
    digits: &[u8],
    region: Region,
    plan: NumberingPlan,
) -> Result<PhoneText, FieldErrorCode> {
    if let Some(rest) = without_dialed_prefix(region, digits) {
        let modern = parse::possible(plan.main(), rest).ok();
        if let Some(modern) = modern.filter(Phone::is_valid) {
            return Ok(PhoneText {
                spelling: PhoneSpelling::Retired(None),
                ..PhoneText::of(modern)
            });
        }
    }
    let (main, national) = parse::split(false, digits, Some(plan))?;
    in_country(main, &national)
}

/// Reads a national number of a main plan.
fn in_country(main: NumberingPlan, national: &Run<'_>) -> Result<PhoneText, FieldErrorCode> {
    let national = national.as_slice();
    let phone = parse::possible(main, national);
    if let Some(legacy) = Legacy::of(main, national) {
        return Ok(PhoneText {
            spelling: PhoneSpelling::Retired(Some(legacy.variant())),
            ..PhoneText::of(legacy.modern())
        });
    }
    match phone {
        Ok(phone) if phone.as_bytes().len() > MAX_DIGITS + 1 => Err(FieldErrorCode::TooLong),
        Ok(phone) => Ok(PhoneText::of(phone)),
        Err(code) => {
            let len = main
                .code()
                .checked_ilog10()
                .map_or(0, |log| log as usize + 1);
            Err(if len + national.len() > MAX_DIGITS {
                FieldErrorCode::TooLong
            } else {
                code
            })
        }
    }
}

/// Whether digits lack the region's national prefix. Digits typed without it are likely to begin with a country code.
fn lacks_prefix(plan: NumberingPlan, digits: &[u8]) -> bool {
    let prefix = plan.national_prefix();
    let prefix = prefix.as_slice();
    !prefix.is_empty() && !digits.starts_with(prefix)
}
