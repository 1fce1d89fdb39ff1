//! Conversions from and to the crate `phonenumber`.

use std::error::Error;
use std::fmt;

use phonenumber::PhoneNumber;
use phonenumber::country::Source;

use super::table::NumberingPlan;
use super::{Phone, parse};
use crate::identifier::{FieldErrorCode, ParseError};

/// Takes the country code and the national number unchanged. An extension and a carrier code are dropped.
///
/// Returns an error if they are not a possible number.
///
/// ```
/// use contact_resolution::Phone;
///
/// let theirs: phonenumber::PhoneNumber = "+44 20 7946 0958".parse()?;
/// assert_eq!(Phone::try_from(&theirs)?.as_str(), "+442079460958");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<&PhoneNumber> for Phone {
    type Error = ParseError;

    fn try_from(number: &PhoneNumber) -> Result<Self, Self::Error> {
        let code = number.code().value();
        let national = number.national().to_string();
        let read = || {
            let (main, _) = NumberingPlan::of_digits(code.to_string().as_bytes())
                .filter(|(main, _)| main.code() == code)
                .ok_or(FieldErrorCode::UnknownCountryCode)?;
            parse::possible(main, national.as_bytes())
        };
        read().map_err(ParseError::new)
    }
}

/// Parses the number with that crate.
///
/// Returns an error if the result is another number, since that crate drops digits that look like a national prefix.
///
/// ```
/// use contact_resolution::Phone;
/// use phonenumber::{Mode, PhoneNumber};
///
/// let ours: Phone = "+442079460958".parse()?;
/// let theirs = PhoneNumber::try_from(ours)?;
/// assert_eq!(theirs.format().mode(Mode::International).to_string(), "+44 20 7946 0958");
///
/// let ours: Phone = "+78033969016".parse()?;
/// assert!(PhoneNumber::try_from(ours).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<Phone> for PhoneNumber {
    type Error = ReadAsAnother;

    fn try_from(phone: Phone) -> Result<Self, Self::Error> {
        let number: PhoneNumber = phone.as_str().parse().map_err(|_| ReadAsAnother(()))?;
        let same = number.code().value() == phone.country_code()
            && number.national().to_string() == phone.national_number()
            && number.code().source() == Source::Plus
            && number.extension().is_none()
            && number.carrier().is_none();
        if same {
            Ok(number)
        } else {
            Err(ReadAsAnother(()))
        }
    }
}

/// The crate `phonenumber` reads the number as a different one, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadAsAnother(());

impl fmt::Display for ReadAsAnother {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the crate phonenumber reads this number differently")
    }
}

impl Error for ReadAsAnother {}
