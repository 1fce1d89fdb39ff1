//! Splits the digits of a text into a country and a national number, by libphonenumber's rules.

use super::table::{Length, NumberingPlan};
use super::{E164, Phone};
use crate::identifier::FieldErrorCode;

/// libphonenumber accepts national numbers of 2 to 17 digits.
const MIN_NATIONAL: usize = 2;
const MAX_NATIONAL: usize = 17;

/// More digits than any possible number has with its prefixes. The parts have at most 60 digits: 17 of the number, a
/// country code of 3, an international prefix of 10, and two national prefixes of 15 each.
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

    /// Copies digits. Digits that do not fit are dropped.
    pub(super) fn of(digits: &[u8]) -> Self {
        let mut all = Digits::new();
        all.append(digits);
        all
    }

    /// Appends digits. Digits that do not fit are dropped, since a number never has that many.
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

    /// Appends an ASCII digit. Returns `None` if the buffer is full.
    pub(super) fn push(&mut self, digit: u8) -> Option<()> {
        *self.at.get_mut(self.len)? = digit;
        self.len += 1;
        Some(())
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.at.get(..self.len).unwrap_or(&[])
    }
}

/// Digits borrowed from the input, or rewritten.
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

/// Returns the number if the text is already one in E.164 that the rules would not change.
///
/// Its length must be one that its country uses, and it must not begin with a prefix that [`without_prefix`] might
/// drop. All other texts are left to [`split`].
#[inline]
pub(super) fn as_written(text: &[u8]) -> Option<Phone> {
    let number = E164::of_text(text)?;
    let digits = text.get(1..)?;
    let (main, len) = NumberingPlan::of_digits(digits)?;
    let national = digits.get(len..)?;
    (main.length(national.len()) == Length::Possible && main.prefix(national).is_none())
        .then_some(Phone(number))
}

/// Returns the main plan of the number's country code, and the national number.
///
/// `plus` says whether the text had a plus, and `region` is the plan of the region in which it is dialed.
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

/// Returns the national number, without the prefix that is dialed before it inside the country.
fn national(plan: NumberingPlan, rest: &[u8]) -> Result<Run<'_>, FieldErrorCode> {
    if rest.len() < MIN_NATIONAL {
        return Err(FieldErrorCode::TooShort);
    }
    let stripped = without_prefix(plan, rest);
    // A short number may begin like a prefix. The prefix is dropped only if the rest is long enough.
    let national = match plan.length(stripped.as_slice().len()) {
        Length::Possible | Length::TooLong => stripped,
        Length::TooShort | Length::LocalOnly | Length::Wrong => Run::Given(rest),
    };
    if national.as_slice().len() > MAX_NATIONAL {
        return Err(FieldErrorCode::TooLong);
    }
    Ok(national)
}

/// Returns the number if its length is one that its country uses.
pub(super) fn possible(main: NumberingPlan, national: &[u8]) -> Result<Phone, FieldErrorCode> {
    match main.length(national.len()) {
        Length::Possible => Ok(Phone(E164::new(main.code(), &[national]))),
        Length::LocalOnly => Err(FieldErrorCode::LocalOnly),
        Length::TooShort => Err(FieldErrorCode::TooShort),
        Length::TooLong => Err(FieldErrorCode::TooLong),
        Length::Wrong => Err(FieldErrorCode::WrongLength),
    }
}

/// Returns the main plan of the country code in the digits, and the digits after it.
fn with_country_code(
    plus: bool,
    digits: &[u8],
    region: Option<NumberingPlan>,
) -> Result<Option<(NumberingPlan, Run<'_>)>, FieldErrorCode> {
    if plus {
        match after_international_prefix(digits) {
            // For example "+00 44 …" and "+011 44 …", with the region's own international prefix after the plus.
            Err(FieldErrorCode::UnknownCountryCode) => {}
            found => return found.map(Some),
        }
    }
    let found = match region {
        Some(region) => dialed_in(region, digits)?,
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

/// Finds a country code in digits without a plus.
///
/// There is one after the region's international prefix. The region's own country code also counts if the digits are a
/// number of the region only without it.
fn dialed_in(
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

/// Removes the national prefix and carrier code, or adds an omitted area code.
///
/// Returns the number unchanged if it matches the plan as it is and would not match it after the change.
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
