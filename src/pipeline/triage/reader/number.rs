//! Reads a text as a phone number or as a short code.

use super::super::rejected::Rejected;
use super::super::{Certainty, IdentifierCandidate, PayloadField, Warning};
use super::Reader;
use crate::identifier::phone::{PhoneSpelling, PhoneText, PhoneTextError, Variant};
use crate::identifier::{FieldErrorCode, Identifier, ParseError, Phone, Region, UserId};
use crate::key::Key;
use crate::network::IdentifierKind;

impl Reader<'_> {
    pub(super) fn read_phone(
        &self,
        text: &str,
        region: Option<Region>,
    ) -> Result<PhoneText, PhoneTextError> {
        PhoneText::parse(text, region, self.grammar.network().own_number_ranges())
    }

    pub(super) fn is_international(&self, text: &str) -> bool {
        text.contains(['+', '\u{FF0B}']) && self.read_phone(text, None).is_ok()
    }

    /// Reads a phone number. Digits without a `+` get this certainty.
    pub(super) fn phone(
        &mut self,
        field: PayloadField,
        text: &str,
        certainty: Certainty,
    ) -> Result<(), Rejected> {
        match self.read_phone(text, self.region) {
            Ok(read) => self.number(field, text, &read, certainty),
            Err(error) => self.no_number(field, text, &error),
        }
    }

    fn number(
        &mut self,
        field: PayloadField,
        text: &str,
        read: &PhoneText,
        certainty: Certainty,
    ) -> Result<(), Rejected> {
        let is_valid = read.is_valid || self.is_own(&read.phone);
        let warnings = &mut self.triage.warnings;
        if let Some(region) = read.assumed {
            warnings.push(Warning::AssumedRegion(field, region));
        }
        if read.extension.is_some() {
            warnings.push(Warning::Extension(field));
        }
        if !is_valid {
            warnings.push(Warning::NotValid(field));
        }
        if let Some((reading, _)) = read.other {
            warnings.push(Warning::AlsoReads(field, reading));
        }
        match read.spelling {
            PhoneSpelling::WithNote | PhoneSpelling::WithKeypadNote => {
                warnings.push(Warning::TextLeftOut(field));
            }
            PhoneSpelling::Keypad => warnings.push(Warning::KeypadLetters(field)),
            PhoneSpelling::Digits | PhoneSpelling::Retired(_) | PhoneSpelling::WithoutPlus => {}
        }
        let certainty = match read.spelling {
            PhoneSpelling::Retired(old) => return self.retired(field, text, read, old),
            PhoneSpelling::Digits if read.assumed.is_none() => Certainty::Exact,
            PhoneSpelling::Digits if read.other.is_none() => certainty,
            _ => Certainty::Interpreted,
        };
        let mut reading = IdentifierCandidate::of_number(field, text, read.phone, certainty);
        if let Some(id) = self.id_of_digits(text) {
            let key = Identifier::Id(id).key();
            reading.add_key(key, Certainty::Interpreted);
        }
        if let Some((_, other)) = read.other {
            let key = Key::new(IdentifierKind::Phone, other.as_str());
            reading.add_key(key, Certainty::Interpreted);
        }
        let rejection = if read.spelling == PhoneSpelling::WithKeypadNote {
            Some(FieldErrorCode::NotANumber)
        } else if self.policy.require_valid_numbers && !is_valid {
            Some(FieldErrorCode::InvalidNumber)
        } else {
            None
        };
        if rejection.is_some() {
            // It finds known people, but no chat is created with it.
            reading.identifier = None;
        }
        self.add(field, reading);
        match rejection {
            Some(code) => Err(Rejected {
                region: read.assumed,
                ..code.into()
            }),
            None => Ok(()),
        }
    }

    /// Returns the id that a known person may have, if the text has only digits.
    fn id_of_digits(&self, text: &str) -> Option<UserId> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let id = UserId::parse(text, self.grammar).ok()?;
        id.address().is_none().then_some(id)
    }

    fn is_own(&self, phone: &Phone) -> bool {
        let ranges = self.grammar.network().own_number_ranges();
        ranges.iter().any(|range| range.contains(phone.as_str()))
    }

    /// Reads a number in a retired form.
    ///
    /// It finds people who are stored with the retired or the present form. The present form can be looked up as a
    /// variant. The rejection remains for accounts that cannot look it up.
    fn retired(
        &mut self,
        field: PayloadField,
        text: &str,
        read: &PhoneText,
        old: Option<Variant>,
    ) -> Result<(), Rejected> {
        let mut reading =
            IdentifierCandidate::new(field, Identifier::Phone(read.phone), Certainty::Variant);
        if let Some(old) = old {
            // The present form remains first, since the candidate may create with it.
            let key = Key::new(IdentifierKind::Phone, old.as_str());
            reading.keys.retain(|search| search.key != key);
            reading.add_key(key, Certainty::Exact);
        }
        self.add(field, reading);
        let warning = Warning::Renumbered(field, read.phone);
        self.triage.warnings.push(warning);
        let error = Phone::parse_in(text, self.region).err();
        Err(Rejected {
            error: error.unwrap_or(ParseError::new(FieldErrorCode::WrongLength)),
            region: read.assumed,
        })
    }

    /// Reads a text that is not a number in the region: a number without its plus, or a short code.
    fn no_number(
        &mut self,
        field: PayloadField,
        text: &str,
        failed: &PhoneTextError,
    ) -> Result<(), Rejected> {
        let warning = failed
            .assumed
            .map(|region| Warning::AssumedRegion(field, region));
        self.triage.warnings.extend(warning);
        // Without a region the plus is a guess. It may find a known person, but never creates a chat.
        if let Some(with_plus) = failed.with_plus {
            let identifier = Identifier::Phone(with_plus);
            let mut reading = IdentifierCandidate::new(field, identifier, Certainty::Interpreted);
            reading.identifier = None;
            self.add(field, reading);
        }
        if self.grammar.network().takes_short_codes()
            && is_short_code(text, failed.error.code())
            && let Ok(id) = UserId::parse(text, self.grammar)
            && id.address().is_none()
        {
            self.add(
                field,
                IdentifierCandidate::new(field, Identifier::Id(id), Certainty::Exact),
            );
            return Ok(());
        }
        if let Some(id) = self.id_of_digits(text) {
            let key = Identifier::Id(id).key();
            let certainty = Certainty::Interpreted;
            self.add(
                field,
                IdentifierCandidate::without_identifier(field, key, certainty),
            );
        }
        Err(Rejected {
            error: failed.error,
            region: failed.assumed,
        })
    }
}

/// Returns whether digits are a short code. Without a region, only their count shows it.
fn is_short_code(text: &str, code: FieldErrorCode) -> bool {
    let is_short = text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    code == FieldErrorCode::ShortCode || (code == FieldErrorCode::MissingRegion && is_short)
}
