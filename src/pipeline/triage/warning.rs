//! Warnings about how a payload was read, and how a person was found.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PayloadField;
use crate::identifier::phone::OtherReading;
use crate::identifier::{Phone, Region};
use crate::is_default::is_default;

/// A warning for a careful caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "WarningJson", into = "WarningJson")]
#[non_exhaustive]
pub enum Warning {
    /// Digits without a `+` were read in this region, which the payload does not name.
    AssumedRegion(PayloadField, Region),
    /// The number is possible, but not valid by the metadata. The metadata may be older than the number.
    NotValid(PayloadField),
    /// The digits may also be another number.
    AlsoReads(PayloadField, OtherReading),
    /// An extension was separated from the number.
    Extension(PayloadField),
    /// Text beside the number or the address was left out.
    TextLeftOut(PayloadField),
    /// Letters were read as keypad digits.
    KeypadLetters(PayloadField),
    /// The number has a form that its country no longer uses. This is the present form.
    Renumbered(PayloadField, Phone),
    /// The handle mixes scripts, as look-alikes often do.
    MixedScript(PayloadField),
    /// A known person has an identifier that looks like this one but differs.
    LookAlike(PayloadField),
    /// The person was found by another spelling of the number, which may be another subscriber's line.
    FoundByVariant(PayloadField),
    /// The person that the network named clearly has another name than the payload.
    NameDiffers(PayloadField),
    /// No rules are known for the account's network, so nothing that it may require is checked.
    UnknownNetwork,
}

impl Warning {
    /// Returns the stable code in JSON.
    ///
    /// ```
    /// use contact_resolution::{PayloadField, Region, Warning};
    ///
    /// let warning = Warning::AssumedRegion(PayloadField::PhoneNumber, Region::NZ);
    /// assert_eq!(warning.code(), "assumed_region");
    /// assert_eq!(warning.field(), Some(PayloadField::PhoneNumber));
    /// assert_eq!(warning.region(), Some(Region::NZ));
    /// ```
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Warning::AssumedRegion(..) => "assumed_region",
            Warning::NotValid(_) => "not_valid",
            Warning::AlsoReads(..) => "also_reads",
            Warning::Extension(_) => "extension",
            Warning::TextLeftOut(_) => "text_left_out",
            Warning::KeypadLetters(_) => "keypad_letters",
            Warning::Renumbered(..) => "renumbered",
            Warning::MixedScript(_) => "mixed_script",
            Warning::LookAlike(_) => "look_alike",
            Warning::FoundByVariant(_) => "found_by_variant",
            Warning::NameDiffers(_) => "name_differs",
            Warning::UnknownNetwork => "unknown_network",
        }
    }

    /// Returns the field that the warning is about, if it is about one.
    #[must_use]
    pub const fn field(&self) -> Option<PayloadField> {
        match self {
            Warning::AssumedRegion(field, _)
            | Warning::NotValid(field)
            | Warning::AlsoReads(field, _)
            | Warning::Extension(field)
            | Warning::TextLeftOut(field)
            | Warning::KeypadLetters(field)
            | Warning::Renumbered(field, _)
            | Warning::MixedScript(field)
            | Warning::LookAlike(field)
            | Warning::FoundByVariant(field)
            | Warning::NameDiffers(field) => Some(*field),
            Warning::UnknownNetwork => None,
        }
    }

    /// Returns the region that was assumed, for [`Warning::AssumedRegion`].
    #[must_use]
    pub const fn region(&self) -> Option<Region> {
        match self {
            Warning::AssumedRegion(_, region) => Some(*region),
            _ => None,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field() {
            write!(f, "{field}: ")?;
        }
        match self {
            Warning::AssumedRegion(_, region) => write!(f, "read as dialed in {region}"),
            Warning::NotValid(_) => f.write_str("possible, but not known to be in use"),
            Warning::AlsoReads(_, OtherReading::OtherCountry) => {
                f.write_str("with a plus it is another country's number")
            }
            Warning::AlsoReads(_, OtherReading::WithCountryCode) => {
                f.write_str("with a plus it is another number of the same country")
            }
            Warning::AlsoReads(_, OtherReading::National) => {
                f.write_str("read with its country code, but it may also be a national number")
            }
            Warning::Extension(_) => f.write_str("the extension was left out"),
            Warning::TextLeftOut(_) => f.write_str("text beside it was left out"),
            Warning::KeypadLetters(_) => f.write_str("letters were read as keypad digits"),
            Warning::Renumbered(_, today) => write!(f, "today the number is {today}"),
            Warning::MixedScript(_) => f.write_str("mixes scripts"),
            Warning::LookAlike(_) => f.write_str("a known person has a similar identifier"),
            Warning::FoundByVariant(_) => f.write_str("found by another spelling of the number"),
            Warning::NameDiffers(_) => f.write_str("the network names a person with another name"),
            Warning::UnknownNetwork => f.write_str(
                "no rules are known for the network, so what it requires is not checked",
            ),
        }
    }
}

/// The JSON of a warning. Reading ignores the sentence.
#[derive(Serialize, Deserialize)]
struct WarningJson {
    code: String,
    #[serde(skip_serializing_if = "is_default")]
    field: Option<PayloadField>,
    #[serde(skip_serializing_if = "is_default")]
    region: Option<Region>,
    /// The other reading, for `also_reads`.
    #[serde(skip_serializing_if = "is_default")]
    also: Option<OtherReading>,
    /// The present form of the number, for `renumbered`.
    #[serde(skip_serializing_if = "is_default")]
    number: Option<Phone>,
    #[serde(skip_deserializing)]
    message: String,
}

impl From<Warning> for WarningJson {
    fn from(warning: Warning) -> Self {
        let (also, number) = match warning {
            Warning::AlsoReads(_, also) => (Some(also), None),
            Warning::Renumbered(_, number) => (None, Some(number)),
            _ => (None, None),
        };
        WarningJson {
            code: warning.code().to_owned(),
            field: warning.field(),
            region: warning.region(),
            also,
            number,
            message: warning.to_string(),
        }
    }
}

impl TryFrom<WarningJson> for Warning {
    type Error = &'static str;

    fn try_from(json: WarningJson) -> Result<Self, Self::Error> {
        const INCOMPLETE: &str = "an incomplete warning";
        if json.code == "unknown_network" {
            return Ok(Warning::UnknownNetwork);
        }
        let field = json.field.ok_or(INCOMPLETE)?;
        Ok(match json.code.as_str() {
            "assumed_region" => Warning::AssumedRegion(field, json.region.ok_or(INCOMPLETE)?),
            "not_valid" => Warning::NotValid(field),
            "also_reads" => Warning::AlsoReads(field, json.also.ok_or(INCOMPLETE)?),
            "extension" => Warning::Extension(field),
            "text_left_out" => Warning::TextLeftOut(field),
            "keypad_letters" => Warning::KeypadLetters(field),
            "renumbered" => Warning::Renumbered(field, json.number.ok_or(INCOMPLETE)?),
            "mixed_script" => Warning::MixedScript(field),
            "look_alike" => Warning::LookAlike(field),
            "found_by_variant" => Warning::FoundByVariant(field),
            "name_differs" => Warning::NameDiffers(field),
            _ => return Err("an unknown warning"),
        })
    }
}
