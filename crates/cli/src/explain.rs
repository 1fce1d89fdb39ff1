//! The explanation of a decision: from the fields of the payload over identifiers to people, as text and as a picture.

mod picture;

use std::fmt;

use contact_resolution::pipeline::{ExplainedIdentifier, Explanation};
use contact_resolution::wire::StartRequest;
use contact_resolution::{Decision, PayloadField};

use crate::report::WITHOUT_ID;
use crate::terminal::Escaped;

pub(crate) use picture::picture;

/// A decision with everything that led to it.
pub(crate) struct Explained<'a> {
    pub(crate) request: &'a StartRequest,
    pub(crate) decision: &'a Decision,
    pub(crate) explanation: Explanation,
}

impl Explained<'_> {
    /// Returns the fields that have a text, with the code of those that could not be read.
    fn fields(&self) -> impl Iterator<Item = (PayloadField, &str, Option<&'static str>)> {
        let user = &self.request.user;
        PayloadField::ALL.into_iter().filter_map(move |field| {
            let text = match field {
                PayloadField::Id => &user.id,
                PayloadField::PhoneNumber => &user.phone_number,
                PayloadField::Email => &user.email,
                PayloadField::Username => &user.username,
            };
            let mut errors = self.decision.field_errors.iter();
            let error = errors.find(|(rejected, _)| *rejected == field);
            Some((
                field,
                text.as_deref()?,
                error.map(|(_, code)| code.as_str()),
            ))
        })
    }
}

/// A tree of fields, identifiers and people.
impl fmt::Display for Explained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (field, text, error) in self.fields() {
            writeln!(f, "{field} {}", Escaped(text))?;
            if let Some(code) = error {
                writeln!(f, "  not used: {code}")?;
            }
            let identifiers = self.explanation.identifiers.iter();
            for identifier in identifiers.filter(|identifier| identifier.fields.contains(&field)) {
                self.fmt_identifier(identifier, f)?;
            }
        }
        match &self.request.user.full_name {
            Some(name) => writeln!(f, "fullName {}\n  only orders people", Escaped(name)),
            None => Ok(()),
        }
    }
}

impl Explained<'_> {
    fn fmt_identifier(
        &self,
        identifier: &ExplainedIdentifier,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let (kind, certainty) = (identifier.kind, identifier.certainty.as_str());
        writeln!(f, "  {kind} {} ({certainty})", Escaped(&identifier.value))?;
        if identifier.people.is_empty() {
            writeln!(f, "    held by no known person")?;
        }
        for index in &identifier.people {
            let person = &self.explanation.people[*index];
            let id = person.user_id.as_deref().unwrap_or(WITHOUT_ID);
            write!(f, "    {}", Escaped(id))?;
            if let Some(name) = &person.full_name {
                write!(f, ", {}", Escaped(name))?;
            }
            writeln!(f, ": {}", person.verdict)?;
        }
        Ok(())
    }
}
