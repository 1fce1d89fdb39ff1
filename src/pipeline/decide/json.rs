//! The JSON of a decision, as the command line prints it and a host may store it.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Action, Attempt, Conflict, Decision, PersonMatch, ReadField};
use crate::identifier::{Phone, Region};
use crate::person::StoredIdentifier;
use crate::pipeline::triage::{PayloadField, Warning};

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.action {
            Action::Reuse(reuse) => {
                map.serialize_entry("decision", "reuse")?;
                map.serialize_entry("chatID", &reuse.chat_id)?;
                if let Some(user_id) = &self.user_id {
                    map.serialize_entry("userID", user_id)?;
                }
                map.serialize_entry("sendMessage", &false)?;
                map.serialize_entry("followUps", &reuse.follow_ups)?;
                map.serialize_entry("duplicates", &reuse.duplicates)?;
                if reuse.cannot_message {
                    map.serialize_entry("cannotMessage", &true)?;
                }
            }
            Action::Create(create) => {
                map.serialize_entry("decision", "create")?;
                if let Some(user_id) = &self.user_id {
                    map.serialize_entry("userID", user_id)?;
                }
                map.serialize_entry("attempts", &create.attempts)?;
                map.serialize_entry("invite", &create.invite)?;
                map.serialize_entry("sendMessage", &create.send_message)?;
            }
            Action::Refuse(refusal) => {
                map.serialize_entry("decision", "refuse")?;
                map.serialize_entry("code", refusal.code.as_str())?;
                map.serialize_entry("status", &refusal.code.status())?;
                map.serialize_entry("retry", &refusal.retry)?;
                if let Some(wait) = refusal.retry_after {
                    let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                    map.serialize_entry("retryAfterMs", &wait)?;
                }
                if !refusal.unmet.is_empty() {
                    map.serialize_entry("unmet", &Texts(&refusal.unmet))?;
                }
                if !refusal.candidates.is_empty() {
                    map.serialize_entry("candidates", &refusal.candidates)?;
                }
            }
        }
        if let Some(name) = &self.full_name {
            map.serialize_entry("fullName", name)?;
        }
        map.serialize_entry("reason", self.reason.as_str())?;
        map.serialize_entry("because", &self.reason.to_string())?;
        if let Some(by) = self.chosen_by {
            map.serialize_entry("chosenBy", by.as_str())?;
        }
        if !self.conflicts.is_empty() {
            map.serialize_entry("conflicts", &self.conflicts)?;
        }
        if !self.field_errors.is_empty() {
            map.serialize_entry("fields", &Fields(self))?;
        }
        if !self.read.is_empty() {
            map.serialize_entry("read", &self.read)?;
        }
        if !self.warnings.is_empty() {
            let warnings: Vec<_> = self.warnings.iter().map(WarningJson::new).collect();
            map.serialize_entry("warnings", &warnings)?;
        }
        if let Some(region) = self.assumed_region {
            map.serialize_entry("assumedRegion", &region)?;
        }
        if !self.suggestions.is_empty() {
            map.serialize_entry("suggestions", &self.suggestions)?;
        }
        map.end()
    }
}

/// A warning as JSON: its code, field, region and a sentence.
#[derive(Serialize)]
struct WarningJson {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
    /// The other reading, for `also_reads`.
    #[serde(skip_serializing_if = "Option::is_none")]
    also: Option<&'static str>,
    /// The present form of the number, for `renumbered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<Phone>,
    message: String,
}

impl WarningJson {
    fn new(warning: &Warning) -> Self {
        WarningJson {
            code: warning.code(),
            field: warning.field().map(PayloadField::as_str),
            region: warning.region(),
            also: match warning {
                Warning::AlsoReads(_, also) => Some(also.as_str()),
                _ => None,
            },
            number: match warning {
                Warning::Renumbered(_, number) => Some(*number),
                _ => None,
            },
            message: warning.to_string(),
        }
    }
}

impl Serialize for ReadField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("field", self.field.as_str())?;
        map.serialize_entry("kind", self.kind.as_str())?;
        map.serialize_entry("value", &self.value)?;
        map.serialize_entry("certainty", self.certainty.as_str())?;
        map.end()
    }
}

/// Serializes values by their `Display` text.
struct Texts<'a, T>(&'a [T]);

impl<T: ToString> Serialize for Texts<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(T::to_string))
    }
}

struct Fields<'a>(&'a Decision);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .field_errors
                .iter()
                .map(|(field, code)| (field.as_str(), code.as_str())),
        )
    }
}

impl Serialize for Attempt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("kind", self.kind.as_str())?;
        map.serialize_entry("value", &self.value)?;
        map.serialize_entry("lookup", &self.lookup)?;
        map.end()
    }
}

impl Serialize for PersonMatch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(user_id) = &self.user_id {
            map.serialize_entry("userID", user_id)?;
        }
        if let Some(name) = &self.full_name {
            map.serialize_entry("fullName", name)?;
        }
        let via: Vec<&str> = self.via.iter().map(PayloadField::as_str).collect();
        if !via.is_empty() {
            map.serialize_entry("via", &via)?;
            map.serialize_entry("certainty", self.certainty.as_str())?;
        }
        map.serialize_entry("known", &self.is_known)?;
        if let Some(StoredIdentifier { kind, text }) = &self.identifier {
            #[derive(Serialize)]
            struct Stored<'a> {
                kind: &'static str,
                value: &'a str,
            }
            let identifier = Stored {
                kind: kind.as_str(),
                value: text,
            };
            map.serialize_entry("identifier", &identifier)?;
        }
        if let Some(time) = self.last_activity {
            map.serialize_entry("lastActivity", &time.to_string())?;
        }
        map.end()
    }
}

/// A conflict is serialized as a person with a code.
impl Serialize for Conflict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Coded<'a> {
            code: &'static str,
            #[serde(flatten)]
            person: &'a PersonMatch,
        }
        let (code, person) = (self.code.as_str(), &self.person);
        Coded { code, person }.serialize(serializer)
    }
}
