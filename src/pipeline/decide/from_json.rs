//! Reading the JSON of a decision back.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::{
    Action, Attempt, ChosenBy, Conflict, ConflictCode, CreateChat, Decision, FollowUp, PersonMatch,
    ReadField, Reason, Refusal, RefusalCode, ReuseChat,
};
use crate::identifier::phone::OtherReading;
use crate::identifier::{FieldErrorCode, Phone, Region};
use crate::network::IdentifierKind;
use crate::person::{StoredIdentifier, Timestamp};
use crate::pipeline::triage::{Certainty, PayloadField, Warning};

/// Reads what [`Serialize`](serde::Serialize) writes. A code that this version does not know is an error.
impl<'de> Deserialize<'de> for Decision {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = DecisionJson::deserialize(deserializer)?;
        json.decision().map_err(D::Error::custom)
    }
}

/// The member with a code that is not known.
type Unknown = &'static str;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the JSON has the members of all three actions"
)]
struct DecisionJson {
    decision: String,
    reason: String,
    #[serde(rename = "chatID")]
    chat_id: Option<String>,
    #[serde(rename = "userID")]
    user_id: Option<String>,
    full_name: Option<String>,
    chosen_by: Option<String>,
    #[serde(default)]
    follow_ups: Vec<String>,
    #[serde(default)]
    duplicates: Vec<String>,
    #[serde(default)]
    cannot_message: bool,
    #[serde(default)]
    attempts: Vec<AttemptJson>,
    #[serde(default)]
    invite: bool,
    #[serde(default)]
    send_message: bool,
    code: Option<String>,
    #[serde(default)]
    retry: bool,
    retry_after_ms: Option<u64>,
    #[serde(default)]
    unmet: Vec<String>,
    #[serde(default)]
    candidates: Vec<PersonJson>,
    #[serde(default)]
    conflicts: Vec<ConflictJson>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default)]
    read: Vec<ReadJson>,
    #[serde(default)]
    warnings: Vec<WarningJson>,
    assumed_region: Option<Region>,
    #[serde(default)]
    suggestions: Vec<PersonJson>,
}

#[derive(Deserialize)]
struct AttemptJson {
    kind: String,
    value: String,
    lookup: bool,
}

#[derive(Deserialize)]
struct ReadJson {
    field: String,
    kind: String,
    value: String,
    certainty: String,
}

#[derive(Deserialize)]
struct WarningJson {
    code: String,
    field: Option<String>,
    region: Option<Region>,
    also: Option<String>,
    number: Option<Phone>,
}

#[derive(Deserialize)]
struct ConflictJson {
    code: String,
    #[serde(flatten)]
    person: PersonJson,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersonJson {
    #[serde(rename = "userID")]
    user_id: Option<String>,
    full_name: Option<String>,
    #[serde(default)]
    via: Vec<String>,
    certainty: Option<String>,
    known: bool,
    identifier: Option<IdentifierJson>,
    last_activity: Option<String>,
}

#[derive(Deserialize)]
struct IdentifierJson {
    kind: String,
    value: String,
}

/// Returns the value with this code.
fn coded<T: Copy>(
    all: &[T],
    code: fn(T) -> &'static str,
    text: &str,
    member: Unknown,
) -> Result<T, Unknown> {
    let mut all = all.iter().copied();
    all.find(|value| code(*value) == text).ok_or(member)
}

fn kind(text: &str) -> Result<IdentifierKind, Unknown> {
    coded(
        &IdentifierKind::ALL,
        IdentifierKind::as_str,
        text,
        "an unknown kind",
    )
}

fn field(text: &str) -> Result<PayloadField, Unknown> {
    coded(
        &PayloadField::ALL,
        PayloadField::as_str,
        text,
        "an unknown field",
    )
}

fn certainty(text: &str) -> Result<Certainty, Unknown> {
    coded(
        Certainty::ALL,
        Certainty::as_str,
        text,
        "an unknown certainty",
    )
}

fn refusal_code(text: &str) -> Result<RefusalCode, Unknown> {
    coded(
        RefusalCode::ALL,
        RefusalCode::as_str,
        text,
        "an unknown code of a refusal",
    )
}

fn all<J, T>(list: Vec<J>, read: impl Fn(J) -> Result<T, Unknown>) -> Result<Vec<T>, Unknown> {
    list.into_iter().map(read).collect()
}

impl DecisionJson {
    fn decision(self) -> Result<Decision, Unknown> {
        let action = match self.decision.as_str() {
            "reuse" => Action::Reuse(ReuseChat {
                chat_id: self.chat_id.ok_or("a reuse without a chat")?,
                follow_ups: all(self.follow_ups, |text| {
                    coded(
                        FollowUp::ALL,
                        FollowUp::as_str,
                        &text,
                        "an unknown follow-up",
                    )
                })?,
                duplicates: self.duplicates,
                cannot_message: self.cannot_message,
            }),
            "create" => Action::Create(CreateChat {
                attempts: all(self.attempts, AttemptJson::attempt)?,
                invite: self.invite,
                send_message: self.send_message,
                verify: None,
            }),
            "refuse" => {
                let code = self.code.ok_or("a refusal without a code")?;
                Action::Refuse(Refusal {
                    unmet: all(self.unmet, |text| refusal_code(&text))?,
                    candidates: all(self.candidates, PersonJson::person)?,
                    retry: self.retry,
                    retry_after: self.retry_after_ms.map(Duration::from_millis),
                    ..Refusal::new(refusal_code(&code)?)
                })
            }
            _ => return Err("an unknown decision"),
        };
        let mut field_errors = Vec::new();
        for (name, code) in &self.fields {
            let code = coded(
                FieldErrorCode::ALL,
                FieldErrorCode::as_str,
                code,
                "an unknown code of a field",
            )?;
            field_errors.push((field(name)?, code));
        }
        field_errors.sort_unstable_by_key(|(field, _)| *field);
        let chosen_by = self.chosen_by.as_deref().map(|text| {
            coded(
                ChosenBy::ALL,
                ChosenBy::as_str,
                text,
                "an unknown way of a choice",
            )
        });
        let reason = coded(
            Reason::ALL,
            Reason::as_str,
            &self.reason,
            "an unknown reason",
        )?;
        Ok(Decision {
            user_id: self.user_id,
            full_name: self.full_name,
            chosen_by: chosen_by.transpose()?,
            conflicts: all(self.conflicts, ConflictJson::conflict)?,
            field_errors,
            read: all(self.read, ReadJson::read)?,
            assumed_region: self.assumed_region,
            warnings: all(self.warnings, WarningJson::warning)?,
            suggestions: all(self.suggestions, PersonJson::person)?,
            ..Decision::new(action, reason)
        })
    }
}

impl AttemptJson {
    fn attempt(self) -> Result<Attempt, Unknown> {
        Ok(Attempt {
            kind: kind(&self.kind)?,
            value: self.value,
            lookup: self.lookup,
        })
    }
}

impl ReadJson {
    fn read(self) -> Result<ReadField, Unknown> {
        Ok(ReadField {
            field: field(&self.field)?,
            kind: kind(&self.kind)?,
            value: self.value,
            certainty: certainty(&self.certainty)?,
        })
    }
}

impl ConflictJson {
    fn conflict(self) -> Result<Conflict, Unknown> {
        let code = coded(
            ConflictCode::ALL,
            ConflictCode::as_str,
            &self.code,
            "an unknown conflict",
        )?;
        Ok(Conflict {
            code,
            person: self.person.person()?,
        })
    }
}

impl PersonJson {
    fn person(self) -> Result<PersonMatch, Unknown> {
        let identifier = self.identifier.map(|json| {
            Ok::<_, Unknown>(StoredIdentifier {
                kind: kind(&json.kind)?,
                text: json.value,
            })
        });
        let time = self.last_activity.as_deref();
        let via: Result<_, _> = self.via.iter().map(|name| field(name)).collect();
        Ok(PersonMatch::from_parts(
            self.user_id,
            self.full_name,
            via?,
            self.certainty
                .map_or(Ok(Certainty::Interpreted), |text| certainty(&text))?,
            self.known,
            identifier.transpose()?,
            time.map(|text| Timestamp::parse(text).ok_or("an unreadable time"))
                .transpose()?,
        ))
    }
}

impl WarningJson {
    fn warning(self) -> Result<Warning, Unknown> {
        let incomplete = "an incomplete warning";
        let field = || self.field.as_deref().map_or(Err(incomplete), field);
        let also = || {
            let text = self.also.as_deref().ok_or(incomplete)?;
            coded(
                OtherReading::ALL,
                OtherReading::as_str,
                text,
                "an unknown reading",
            )
        };
        Ok(match self.code.as_str() {
            "assumed_region" => Warning::AssumedRegion(field()?, self.region.ok_or(incomplete)?),
            "not_valid" => Warning::NotValid(field()?),
            "also_reads" => Warning::AlsoReads(field()?, also()?),
            "extension" => Warning::Extension(field()?),
            "text_left_out" => Warning::TextLeftOut(field()?),
            "keypad_letters" => Warning::KeypadLetters(field()?),
            "renumbered" => Warning::Renumbered(field()?, self.number.ok_or(incomplete)?),
            "mixed_script" => Warning::MixedScript(field()?),
            "look_alike" => Warning::LookAlike(field()?),
            "found_by_variant" => Warning::FoundByVariant(field()?),
            "name_differs" => Warning::NameDiffers(field()?),
            "unknown_network" => Warning::UnknownNetwork,
            _ => return Err("an unknown warning"),
        })
    }
}
