//! The decision as data.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::json::DecisionJson;
use super::{Attempt, ChosenBy, PersonMatch, Reason, Refusal, RefusalCode};
use crate::codes::codes;
use crate::identifier::{FieldErrorCode, Region};
use crate::network::IdentifierKind;
use crate::person::Person;
use crate::pipeline::triage::{Certainty, PayloadField, Warning};

/// An action and its reason, with everything to report about them.
///
/// # JSON
///
/// | `decision` | members | members that may be absent |
/// |---|---|---|
/// | `reuse` | `chatID`, `followUps`, `duplicates`, `sendMessage` (always false) | `userID`, `cannotMessage` |
/// | `create` | `attempts`, `invite`, `sendMessage` | `userID` |
/// | `refuse` | `code`, `status` (of HTTP), `retry` | `retryAfterMs` (in milliseconds), `unmet`, `candidates` |
/// | each | `reason`, `because` (its sentence) | `fullName`, `chosenBy`, `conflicts`, `fields` (an error code for each payload field), `read`, `warnings`, `assumedRegion`, `suggestions` |
///
/// Reading ignores `because`, `status` and the `sendMessage` of `reuse`. The JSON has no record keys of local people. A code
/// that this version does not know is an error.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "DecisionJson", into = "DecisionJson")]
#[non_exhaustive]
pub struct Decision {
    /// The action.
    pub action: Action,
    /// The reason of the action.
    pub reason: Reason,
    /// The id of the person, if a known person was chosen.
    pub user_id: Option<String>,
    /// The name of the person, if the directory has one.
    pub full_name: Option<String>,
    /// How the person was chosen among the known people.
    pub chosen_by: Option<ChosenBy>,
    /// Other people that identifiers of the payload lead to.
    pub conflicts: Vec<Conflict>,
    /// The payload fields that cannot be used, each with its error code.
    pub field_errors: Vec<(PayloadField, FieldErrorCode)>,
    /// The identifiers that the payload fields were read as.
    pub read: Vec<ReadField>,
    /// The region in which a national number was read, even if the decision is a refusal.
    pub assumed_region: Option<Region>,
    /// Warnings that a careful caller shows to a user.
    pub warnings: Vec<Warning>,
    /// People with a similar name or identifier. They are only displayed.
    pub suggestions: Vec<PersonMatch>,
}

impl Decision {
    pub(crate) fn new(action: Action, reason: Reason) -> Self {
        Decision {
            action,
            reason,
            user_id: None,
            full_name: None,
            chosen_by: None,
            conflicts: Vec::new(),
            field_errors: Vec::new(),
            read: Vec::new(),
            assumed_region: None,
            warnings: Vec::new(),
            suggestions: Vec::new(),
        }
    }

    /// Returns a refusal.
    pub(crate) fn refuse(code: RefusalCode, reason: Reason) -> Self {
        Decision::new(Action::Refuse(Refusal::new(code)), reason)
    }

    /// Returns the refusal of a request for an account that does not exist.
    #[must_use]
    pub fn account_not_found() -> Self {
        Decision::refuse(RefusalCode::AccountNotFound, Reason::NoSuchAccount)
    }

    /// Returns the refusal of a malformed request.
    #[must_use]
    pub fn invalid_request() -> Self {
        Decision::refuse(RefusalCode::InvalidRequest, Reason::MalformedRequest)
    }

    /// Adds suggestions, except those that are already present.
    ///
    /// ```
    /// use contact_resolution::{Decision, Person};
    ///
    /// let mut decision = Decision::account_not_found();
    /// decision.suggest(&[Person::new("alice"), Person::new("alice")]);
    /// assert_eq!(decision.suggestions.len(), 1);
    /// ```
    pub fn suggest(&mut self, people: &[Person]) {
        let is_known = |record_key| {
            people
                .iter()
                .any(|person| person.record_keys.contains(record_key))
        };
        for person in people {
            // The record of the network's user has the names and identifiers of the local record.
            if person.is_local && is_known(&person.id) {
                continue;
            }
            let mut shown = self.suggestions.iter();
            if shown.all(|shown| !shown.is_record_of(person)) {
                self.suggestions.push(PersonMatch::of_person(person));
            }
        }
    }
}

impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("action", &self.action)
            .field("reason", &self.reason)
            .field("chosen_by", &self.chosen_by)
            .field("conflicts", &self.conflicts)
            .field("field_errors", &self.field_errors)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// A payload field, and the identifier that it was read as.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReadField {
    /// The field.
    pub field: PayloadField,
    /// The kind of identifier.
    pub kind: IdentifierKind,
    /// The normalized identifier.
    pub value: String,
    /// How sure the reading is.
    pub certainty: Certainty,
}

impl fmt::Debug for ReadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReadField({}, {})", self.field, self.kind)
    }
}

/// The action of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open an existing direct chat.
    Reuse(ReuseChat),
    /// Create a direct chat.
    Create(CreateChat),
    /// Do nothing.
    Refuse(Refusal),
}

/// An existing direct chat to open. No message is sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReuseChat {
    /// The chat's id.
    pub chat_id: String,
    /// Steps that the caller may take on the chat.
    pub follow_ups: Vec<FollowUp>,
    /// Other direct chats with the person, in order of preference.
    pub duplicates: Vec<String>,
    /// Whether the person cannot be messaged.
    pub cannot_message: bool,
}

impl fmt::Debug for ReuseChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReuseChat")
            .field("follow_ups", &self.follow_ups)
            .finish_non_exhaustive()
    }
}

codes! {
    /// A step on a reused chat. The caller decides whether to take it.
    #[non_exhaustive]
    pub enum FollowUp {
        /// The own user is only invited. Accept the invite to join the chat.
        Accept = "accept",
        /// The chat is archived. Unarchive it to show it.
        Unarchive = "unarchive",
        /// The chat is read-only, so no message can be sent in it.
        ReadOnly = "read_only",
    }
}

/// A direct chat to create.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreateChat {
    /// The identifiers to create with, in order. The next one is tried only if the network has no person with the
    /// previous one.
    pub attempts: Vec<Attempt>,
    /// Whether the other person gets an invite.
    pub invite: bool,
    /// Whether the first message is sent in the same call, because the network requires it.
    pub send_message: bool,
    /// An identifier of the payload to look up before the create, because its owner may have changed.
    pub(crate) verify: Option<Attempt>,
}

/// Another person that the payload leads to, with the reason of the conflict.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Conflict {
    /// The reason of the conflict.
    pub code: ConflictCode,
    /// The other person.
    #[serde(flatten)]
    pub person: PersonMatch,
}

impl fmt::Debug for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Conflict({}, {:?})", self.code.as_str(), self.person.via)
    }
}

codes! {
    /// The reason why another person is a conflict.
    #[non_exhaustive]
    pub enum ConflictCode {
        /// An identifier of the payload belongs to another known person.
        OtherPerson = "other_person",
        /// The payload has an id that no known person has.
        UnknownId = "unknown_id",
        /// The network names another person as the owner of an identifier that the known person is stored with.
        IdentifierMoved = "identifier_moved",
    }
}
