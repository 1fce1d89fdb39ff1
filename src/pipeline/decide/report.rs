//! The parts of a decision beside its action: field errors, warnings and look-alikes.

use super::{DecisionInput, PersonMatch, ReadField, is_same_person};
use crate::identifier::{FieldErrorCode, Identifier};
use crate::key::Key;
use crate::name::{self, Name};
use crate::network::IdentifierKind;
use crate::pipeline::LISTED_PEOPLE;
use crate::pipeline::lookup::{LookupRecord, LookupResult};
use crate::pipeline::triage::{
    Certainty, IdentifierCandidate, PayloadField, PayloadFields, SearchKey, Warning,
};

impl DecisionInput<'_, '_> {
    /// Returns the fields that cannot be used.
    ///
    /// A field counts as used if it led to a known person, even if its text is malformed. It also counts if a chat may
    /// be created with its identifier.
    pub(super) fn field_errors(&self) -> Vec<(PayloadField, FieldErrorCode)> {
        let rejections = &self.triage.rejections;
        let mut errors: Vec<_> = rejections
            .iter()
            .map(|rejection| (rejection.field, rejection.error.code()))
            .collect();
        let mut used = PayloadFields::default();
        for entry in &self.ranking.entries {
            let candidate = &self.triage.candidates[entry.candidate];
            let code = match (entry.person, &candidate.identifier) {
                (None, Some(_)) if candidate.is_unmarked_word => FieldErrorCode::PlainText,
                (None, Some(id))
                    if !self.account.can_create_by(id.kind()) && !self.is_searched(id.kind()) =>
                {
                    FieldErrorCode::UnsupportedKind
                }
                (None, None) => continue,
                // A number in a retired form keeps its rejection if it cannot be looked up.
                (None, Some(id))
                    if candidate.needs_confirmation() && !self.can_confirm(id.kind()) =>
                {
                    continue;
                }
                _ => {
                    used.extend(candidate.fields.iter());
                    continue;
                }
            };
            errors.extend(candidate.fields.iter().map(|field| (field, code)));
        }
        errors.retain(|(field, _)| !used.contains(*field));
        errors.sort_unstable_by_key(|(field, _)| *field);
        errors.dedup_by_key(|(field, _)| *field);
        errors
    }

    /// Returns the identifier of each payload field, in the order of the fields.
    ///
    /// Digits that may be two numbers are the one that the chosen person holds.
    pub(super) fn read_fields(&self, chosen: Option<usize>) -> Vec<ReadField> {
        let candidates = &self.triage.candidates;
        let mut read: Vec<ReadField> = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let Some(identifier) = &candidate.identifier else {
                continue;
            };
            let other = chosen.and_then(|chosen| self.other_number_of(chosen, candidate));
            let value = match identifier {
                // The text to send is the normalized form, which need not be checked again.
                Identifier::Phone(_) | Identifier::Email(_) => candidate.text(),
                Identifier::Id(_) | Identifier::Handle(_) => identifier.as_str(),
            };
            let (kind, value, certainty) = match other {
                Some(number) => (IdentifierKind::Phone, number, Certainty::Interpreted),
                None => (identifier.kind(), value, candidate.certainty),
            };
            read.extend(candidate.fields.iter().map(|field| ReadField {
                field,
                kind,
                value: value.to_owned(),
                certainty,
            }));
        }
        read.sort_by_key(|read| (read.field, read.certainty, read.kind));
        read
    }

    /// Returns the other number that the digits of a candidate may be, if the person holds only that one.
    fn other_number_of<'a>(
        &self,
        person: usize,
        candidate: &'a IdentifierCandidate,
    ) -> Option<&'a str> {
        // Digits of an id are an exact id, and also numbers that are interpreted.
        let may_be_other = match &candidate.identifier {
            Some(Identifier::Phone(_)) => true,
            Some(Identifier::Id(_)) => candidate.certainty == Certainty::Exact,
            Some(Identifier::Email(_) | Identifier::Handle(_)) | None => false,
        };
        let (own, others) = candidate.keys().split_first().filter(|_| may_be_other)?;
        let is_other = |search: &&SearchKey| {
            search.certainty == Certainty::Interpreted && search.key.kind() == IdentifierKind::Phone
        };
        let mut others = others.iter().filter(is_other).peekable();
        others.peek()?;
        let keys = self.person(person).keys(self.account);
        let other = others.find(|search| keys.contains(&search.key))?;
        (!keys.contains(&own.key)).then_some(other.key.value())
    }

    /// Returns the warnings about how the payload was read and how the person was found.
    pub(super) fn warnings(&self, chosen: Option<usize>) -> Vec<Warning> {
        let mut warnings = self.triage.warnings.clone();
        self.warn_of_variants(chosen, &mut warnings);
        for look_alike in &self.ranking.look_alikes {
            let fields = self.triage.candidates[look_alike.candidate].fields;
            warnings.extend(fields.iter().map(Warning::LookAlike));
        }
        for lookup in self.lookups {
            self.warn_of_lookup(lookup, chosen, &mut warnings);
        }
        warnings.sort_unstable();
        warnings.dedup();
        warnings
    }

    /// Warns if the chosen person was found only by another spelling of a number, which may be another person's line.
    fn warn_of_variants(&self, chosen: Option<usize>, warnings: &mut Vec<Warning>) {
        if chosen.is_none() {
            return;
        }
        let entries = || self.ranking.entries.iter().filter(|e| e.person == chosen);
        if entries().all(|entry| entry.strength.certainty == Certainty::Variant) {
            for entry in entries() {
                let candidate = &self.triage.candidates[entry.candidate];
                if may_be_another_line(candidate) {
                    warnings.extend(candidate.fields.iter().map(Warning::FoundByVariant));
                }
            }
        }
    }

    /// Warns if the named person has another spelling of the number, or a name that clearly differs from the hint.
    fn warn_of_lookup(
        &self,
        lookup: &LookupRecord,
        chosen: Option<usize>,
        warnings: &mut Vec<Warning>,
    ) {
        let LookupResult::Confirmed { person, .. } = &lookup.result else {
            return;
        };
        let asked = Key::new(lookup.kind, &lookup.value);
        let is_asked = |candidate: &&IdentifierCandidate| {
            let kind = candidate.identifier.as_ref().map(Identifier::kind);
            kind == Some(lookup.kind) && candidate.text() == lookup.value
        };
        // A known person may be queried by an identifier that the payload does not have.
        let led_to_person = || {
            let chosen = chosen.filter(|chosen| is_same_person(self.person(*chosen), person))?;
            let mut entries = self.ranking.entries.iter();
            let entry = entries.find(|entry| entry.person == Some(chosen))?;
            self.triage.candidates.get(entry.candidate)
        };
        let asked_candidate = self.triage.candidates.iter().find(is_asked);
        let Some(candidate) = asked_candidate.or_else(led_to_person) else {
            return;
        };
        let keys = person.keys(self.account);
        let is_variant = |search: &SearchKey| {
            search.certainty == Certainty::Variant && keys.contains(&search.key)
        };
        if !keys.contains(&asked) && candidate.keys().iter().any(is_variant) {
            warnings.extend(candidate.fields.iter().map(Warning::FoundByVariant));
        }
        let hint = self.request.user.full_name.as_deref().map(Name::new);
        let named = self.account.real_full_name(person).map(Name::new);
        if let (Some(hint), Some(named)) = (hint, named)
            && !hint.is_blank()
            && !named.is_blank()
            && name::score_any(&hint, [named]).is_mismatch()
        {
            warnings.extend(candidate.fields.iter().map(Warning::NameDiffers));
        }
    }

    /// Returns the people with an identifier similar to one of the payload, the first by their ids.
    pub(super) fn look_alikes(&self) -> Vec<PersonMatch> {
        self.ranking
            .look_alikes
            .iter()
            .take(LISTED_PEOPLE)
            .map(|look_alike| PersonMatch::of_person(&look_alike.person))
            .collect()
    }
}

/// Returns whether another spelling of the number may be another subscriber's line.
fn may_be_another_line(candidate: &IdentifierCandidate) -> bool {
    let Some(Identifier::Phone(phone)) = &candidate.identifier else {
        return false;
    };
    phone.variants().any(|variant| !variant.is_certain())
}
