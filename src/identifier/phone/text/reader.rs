//! Reads the number of a text: which number the digits are, and which other number they may be.

use super::super::PhoneKind;
use super::super::parse::{self, Run};
use super::super::renumbering::without_dialed_prefix;
use super::super::table::NumberingPlan;
use super::super::variants::Legacy;
use super::super::{E164, Phone, Region};
use super::parts::{self, Body};
use super::{
    MAX_DIGITS, MAX_SHORT_CODE, OtherReading, PhoneSpelling, PhoneText, PhoneTextError, chars,
};
use crate::identifier::FieldErrorCode;
use crate::network::NumberRange;

/// The region and the network's number ranges by which texts are read.
pub(super) struct Reader<'a> {
    pub(super) region: Option<Region>,
    pub(super) own: &'a [NumberRange],
}

impl Reader<'_> {
    /// Takes a text apart and reads its number. A separate function, so that plain digits do not pay for its buffers.
    #[inline(never)]
    pub(super) fn text(&self, text: &str) -> Result<PhoneText, PhoneTextError> {
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
        let read = self.one_number(chars)?;
        if self.has_second_number(chars, &read) {
            return Err(FieldErrorCode::NotANumber.into());
        }
        Ok(read)
    }

    /// Whether a slash is followed by a second number, or by the last digits of one: `044 123 45 67/68`.
    ///
    /// A slash may also separate an area code or pairs of digits. Two of three signs show a second number. The text before
    /// the slash is a valid number, few digits follow it, and the whole text is not a valid number.
    fn has_second_number(&self, chars: &[char], whole: &PhoneText) -> bool {
        let is_whole = whole.is_valid && whole.spelling != PhoneSpelling::WithoutPlus;
        let slashes = chars.iter().enumerate().filter(|(_, c)| **c == '/');
        slashes.map(|(at, _)| at).any(|at| {
            let (before, after) = chars.split_at(at);
            let (group, added) = (
                digits_in_group(before.iter().rev()),
                digits_in_group(after.iter().skip(1)),
            );
            let Some(first) = (added > 0).then(|| self.one_number(before).ok()).flatten() else {
                return false;
            };
            let is_short = added <= MAX_SHORT_SECOND && added < group;
            [first.is_valid, is_short, !is_whole]
                .iter()
                .filter(|sign| **sign)
                .count()
                > 1
        })
    }

    /// Reads all digits as one number.
    fn one_number(&self, chars: &[char]) -> Result<PhoneText, PhoneTextError> {
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
    pub(super) fn number(&self, plus: bool, digits: &[u8]) -> Result<PhoneText, PhoneTextError> {
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

/// The most digits of a second number that only has its last digits.
const MAX_SHORT_SECOND: usize = 3;

/// Returns how many digits there are before the next slash.
fn digits_in_group<'a>(chars: impl Iterator<Item = &'a char>) -> usize {
    let group = chars.take_while(|c| **c != '/');
    group.filter(|c| c.is_ascii_digit()).count()
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
