//! A person that a payload may mean, as a decision reports it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::is_default::is_default;
use crate::network::IdentifierKind;
use crate::person::{Person, StoredIdentifier, Timestamp};
use crate::pipeline::triage::{Certainty, PayloadField, PayloadFields};

codes! {
    /// How a person was chosen among the known people.
    #[non_exhaustive]
    pub enum ChosenBy {
        /// No other person has as strong an identifier.
        OnlyOne = "only_one",
        /// The payload has the person's id.
        Id = "id",
        /// The name matches this person and no other.
        Hint = "hint",
        /// The network named this person as the owner of the identifier.
        Network = "network",
        /// The person ranks first, and the policy takes the first.
        Policy = "policy",
    }
}

/// A person that the payload may mean.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PersonJson", into = "PersonJson")]
#[non_exhaustive]
pub struct PersonMatch {
    /// The stored id, or the id in the payload. A local person has none.
    pub user_id: Option<String>,
    /// The name.
    pub full_name: Option<String>,
    /// The payload fields that lead to the person.
    pub via: PayloadFields,
    /// The highest certainty of these fields.
    pub certainty: Certainty,
    /// Whether the directory has the person or a lookup named them. False for an id that only the payload has.
    pub is_known: bool,
    /// A stored phone number, address or handle. It distinguishes people with the same name.
    pub identifier: Option<StoredIdentifier>,
    /// The latest activity in a direct chat with the person.
    pub last_activity: Option<Timestamp>,
    /// The id or the record key of the person.
    pub(super) record: String,
}

/// Returns the first stored identifier that is no id.
fn distinguishing_identifier(person: &Person) -> Option<StoredIdentifier> {
    let mut stored = person.identifiers.iter();
    stored
        .find(|stored| stored.kind != IdentifierKind::Id)
        .cloned()
}

fn last_activity(person: &Person) -> Option<Timestamp> {
    person
        .chats
        .iter()
        .filter_map(|chat| chat.last_activity)
        .max()
}

impl fmt::Debug for PersonMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PersonMatch {{ via: {:?}, certainty: {:?}, .. }}",
            self.via, self.certainty
        )
    }
}

impl PersonMatch {
    /// Returns the match of a known person, without fields.
    pub(crate) fn of_person(person: &Person) -> Self {
        PersonMatch {
            user_id: person.network_id().map(str::to_owned),
            full_name: person.full_name.clone(),
            via: PayloadFields::default(),
            certainty: Certainty::Interpreted,
            is_known: true,
            identifier: distinguishing_identifier(person),
            last_activity: last_activity(person),
            record: person.id.clone(),
        }
    }

    /// Returns whether this is the person of a record.
    pub(super) fn is_record_of(&self, person: &Person) -> bool {
        (self.user_id.as_deref(), self.record.as_str()) == (person.network_id(), &person.id)
    }
}

/// The JSON of a match.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersonJson {
    #[serde(rename = "userID", skip_serializing_if = "is_default")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    full_name: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    via: Vec<PayloadField>,
    /// The certainty of the fields in `via`.
    #[serde(skip_serializing_if = "is_default")]
    certainty: Option<Certainty>,
    known: bool,
    #[serde(skip_serializing_if = "is_default")]
    identifier: Option<IdentifierJson>,
    #[serde(skip_serializing_if = "is_default")]
    last_activity: Option<String>,
}

#[derive(PartialEq, Serialize, Deserialize)]
struct IdentifierJson {
    kind: IdentifierKind,
    value: String,
}

impl From<PersonMatch> for PersonJson {
    fn from(person: PersonMatch) -> Self {
        let via: Vec<_> = person.via.iter().collect();
        PersonJson {
            user_id: person.user_id,
            full_name: person.full_name,
            certainty: (!via.is_empty()).then_some(person.certainty),
            via,
            known: person.is_known,
            identifier: person
                .identifier
                .map(|StoredIdentifier { kind, text }| IdentifierJson { kind, value: text }),
            last_activity: person.last_activity.map(|time| time.to_string()),
        }
    }
}

impl TryFrom<PersonJson> for PersonMatch {
    type Error = &'static str;

    fn try_from(json: PersonJson) -> Result<Self, Self::Error> {
        let time = |text: String| Timestamp::parse(&text).ok_or("an unreadable time");
        Ok(PersonMatch {
            record: json.user_id.clone().unwrap_or_default(),
            user_id: json.user_id,
            full_name: json.full_name,
            via: json.via.into_iter().collect(),
            certainty: json.certainty.unwrap_or(Certainty::Interpreted),
            is_known: json.known,
            identifier: json
                .identifier
                .map(|IdentifierJson { kind, value }| StoredIdentifier { kind, text: value }),
            last_activity: json.last_activity.map(time).transpose()?,
        })
    }
}
