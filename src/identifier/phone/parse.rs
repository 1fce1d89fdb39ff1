//! From the digits of a text to a country and a national number, by libphonenumber's rules.

use super::table::{Length, NumberingPlan};
use super::{E164, Phone};
use crate::identifier::FieldErrorCode;

/// A national number that libphonenumber takes has 2 to 17 digits.
const MIN_NATIONAL: usize = 2;
const MAX_NATIONAL: usize = 17;

/// More digits than a possible number has with every prefix that may stand before it: 17, a country code of 3, an
/// international prefix of 10 and two national ones of 15.
const MAX_DIGITS: usize = 64;

/// A run of ASCII digits.
pub(super) struct Digits {
    len: usize,
    at: [u8; MAX_DIGITS],
}

impl Digits {
    pub(super) const fn new() -> Self {
        Digits {
            len: 0,
            at: [0; MAX_DIGITS],
        }
    }

    /// These digits, as far as they fit.
    pub(super) fn of(digits: &[u8]) -> Self {
        let mut all = Digits::new();
        all.append(digits);
        all
    }

    /// Adds a run, as far as it fits: so many digits are too many for a number anyhow.
    fn append(&mut self, run: &[u8]) {
        let end = MAX_DIGITS.min(self.len + run.len());
        if let Some((place, run)) = self
            .at
            .get_mut(self.len..end)
            .zip(run.get(..end - self.len))
        {
            place.copy_from_slice(run);
            self.len = end;
        }
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds an ASCII digit; nothing, when there is no more room.
    pub(super) fn push(&mut self, digit: u8) -> Option<()> {
        *self.at.get_mut(self.len)? = digit;
        self.len += 1;
        Some(())
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.at.get(..self.len).unwrap_or(&[])
    }
}

/// Digits as they were given, or rewritten.
pub(super) enum Run<'a> {
    Given(&'a [u8]),
    Rewritten(Digits),
}

impl Run<'_> {
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Run::Given(digits) => digits,
            Run::Rewritten(digits) => digits.as_slice(),
        }
    }
}

/// The number in a text that is one in E.164 already, where the rules would change nothing: its length is one that its
/// country uses, and it begins with no prefix that [`without_prefix`] might drop. All others are left to [`split`].
pub(super) fn as_written(text: &[u8]) -> Option<Phone> {
    let number = E164::of_text(text)?;
    let digits = number.digits();
    let (main, len) = NumberingPlan::of_digits(digits)?;
    let national = digits.get(len..)?;
    (main.length(national.len()) == Length::Possible && main.prefix(national).is_none())
        .then_some(Phone(number))
}

/// The plan that speaks for the number's country code, and the national number: what the digits of a text say, when the
/// text had a plus or not and is dialled in the region.
pub(super) fn split(
    plus: bool,
    digits: &[u8],
    region: Option<NumberingPlan>,
) -> Result<(NumberingPlan, Run<'_>), FieldErrorCode> {
    let (plan, rest) = match with_country_code(plus, digits, region)? {
        Some(found) => found,
        None => (
            region.ok_or(FieldErrorCode::MissingRegion)?,
            Run::Given(digits),
        ),
    };
    let national = match rest {
        Run::Given(rest) => national(plan, rest)?,
        Run::Rewritten(rest) => match national(plan, rest.as_slice())? {
            Run::Given(part) => Run::Rewritten(Digits::of(part)),
            Run::Rewritten(digits) => Run::Rewritten(digits),
        },
    };
    Ok((plan.main(), national))
}

/// The national number, without the prefix that is dialled before it inside the country.
fn national(plan: NumberingPlan, rest: &[u8]) -> Result<Run<'_>, FieldErrorCode> {
    if rest.len() < MIN_NATIONAL {
        return Err(FieldErrorCode::TooShort);
    }
    let stripped = without_prefix(plan, rest);
    // What a prefix leaves over must be long enough, or it was no prefix: a short number may begin like one.
    let national = match plan.length(stripped.as_slice().len()) {
        Length::Possible | Length::TooLong => stripped,
        Length::TooShort | Length::LocalOnly | Length::Wrong => Run::Given(rest),
    };
    if national.as_slice().len() > MAX_NATIONAL {
        return Err(FieldErrorCode::TooLong);
    }
    Ok(national)
}

/// The number, if its length is one that its country uses.
pub(super) fn possible(main: NumberingPlan, national: &[u8]) -> Result<Phone, FieldErrorCode> {
    match main.length(national.len()) {
        Length::Possible => Ok(Phone(E164::new(main.code(), &[national]))),
        Length::LocalOnly => Err(FieldErrorCode::LocalOnly),
        Length::TooShort => Err(FieldErrorCode::TooShort),
        Length::TooLong => Err(FieldErrorCode::TooLong),
        Length::Wrong => Err(FieldErrorCode::WrongLength),
    }
}

/// The main plan of the country code that the digits carry, and the digits after it.
fn with_country_code(
    plus: bool,
    digits: &[u8],
    region: Option<NumberingPlan>,
) -> Result<Option<(NumberingPlan, Run<'_>)>, FieldErrorCode> {
    if plus {
        match after_international_prefix(digits) {
            // "+00 44 …" and "+011 44 …": the region's own prefix after the plus.
            Err(FieldErrorCode::UnknownCountryCode) => {}
            found => return found.map(Some),
        }
    }
    let found = match region {
        Some(region) => dialled_in(region, digits)?,
        None => None,
    };
    if plus && found.is_none() {
        Err(FieldErrorCode::UnknownCountryCode)
    } else {
        Ok(found)
    }
}

fn after_international_prefix(digits: &[u8]) -> Result<(NumberingPlan, Run<'_>), FieldErrorCode> {
    if digits.len() <= MIN_NATIONAL {
        return Err(FieldErrorCode::TooShort);
    }
    let (plan, len) = NumberingPlan::of_digits(digits).ok_or(FieldErrorCode::UnknownCountryCode)?;
    Ok((plan, Run::Given(digits.get(len..).unwrap_or(&[]))))
}

/// The same for digits without a plus: after the region's international prefix, or where they are a number of the
/// region only without the region's own country code.
fn dialled_in(
    region: NumberingPlan,
    digits: &[u8],
) -> Result<Option<(NumberingPlan, Run<'_>)>, FieldErrorCode> {
    let prefix = region.international_prefix(digits);
    if prefix > 0 {
        let rest = digits.get(prefix..).unwrap_or(&[]);
        // No country code begins with a zero.
        if rest.first() != Some(&b'0') {
            return after_international_prefix(rest).map(Some);
        }
    }
    let own = NumberingPlan::of_digits(digits).filter(|(main, _)| main.code() == region.code());
    let Some((main, len)) = own else {
        return Ok(None);
    };
    let rest = without_prefix(region, digits.get(len..).unwrap_or(&[]));
    let found = (!region.is_general(digits) && region.is_general(rest.as_slice()))
        || region.length(digits.len()) == Length::TooLong;
    Ok(found.then_some((main, rest)))
}

/// The national number without its national prefix and carrier code, or with the area code that was left out; as it
/// is, when it is a number as it is and not without.
fn without_prefix(plan: NumberingPlan, number: &[u8]) -> Run<'_> {
    let Some(prefix) = plan.prefix(number) else {
        return Run::Given(number);
    };
    let rest = number.get(prefix.end..).unwrap_or(&[]);
    let run = if prefix.is_dropped() {
        Run::Given(rest)
    } else {
        let [literal, kept] = prefix.replacement(number);
        let mut digits = Digits::new();
        for run in [literal, kept, rest] {
            digits.append(run);
        }
        Run::Rewritten(digits)
    };
    if plan.is_general(number) && !plan.is_general(run.as_slice()) {
        Run::Given(number)
    } else {
        run
    }
}
