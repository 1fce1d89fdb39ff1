//! A person that a payload may mean, as a decision reports it.

use std::fmt;

use crate::codes::codes;
use crate::network::IdentifierKind;
use crate::person::{Person, StoredIdentifier, Timestamp};
use crate::pipeline::triage::{Certainty, PayloadFields};

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
#[derive(Clone, PartialEq, Eq)]
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
    /// Returns a match that was read from JSON.
    pub(super) fn from_parts(
        user_id: Option<String>,
        full_name: Option<String>,
        via: PayloadFields,
        certainty: Certainty,
        is_known: bool,
        identifier: Option<StoredIdentifier>,
        last_activity: Option<Timestamp>,
    ) -> Self {
        PersonMatch {
            record: user_id.clone().unwrap_or_default(),
            user_id,
            full_name,
            via,
            certainty,
            is_known,
            identifier,
            last_activity,
        }
    }

    /// Returns a known person as a suggestion.
    pub(crate) fn suggested(person: &Person) -> Self {
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
