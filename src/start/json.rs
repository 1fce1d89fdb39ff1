//! An outcome as JSON, for programs.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{FirstMessageStatus, Outcome, StartResult};
use crate::network::IdentifierKind;
use crate::person::Person;
use crate::pipeline::decide::{Action, FollowUp, milliseconds};

impl Outcome {
    /// Returns whether the first message was sent, and `None` if that is not known.
    fn message_sent(&self) -> Option<bool> {
        match &self.result {
            StartResult::Created { message, .. } => Some(*message == FirstMessageStatus::Sent),
            StartResult::Existing { may_have_sent, .. }
            | StartResult::Opened { may_have_sent, .. }
            | StartResult::WrongChat { may_have_sent, .. }
            | StartResult::Unknown { may_have_sent, .. } => (!may_have_sent).then_some(false),
            _ => Some(false),
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        let wait = match (&self.result, &self.decision.action) {
            (StartResult::RefusedByNetwork(refusal), _) => refusal.retry_after,
            (StartResult::Refused | StartResult::NotSent, Action::Refuse(refusal)) => {
                refusal.retry_after
            }
            _ => None,
        }?;
        Some(milliseconds(wait))
    }
}

/// Writes an object. Members without a value are left out.
///
/// | member | value |
/// |---|---|
/// | `outcome` | the text of [`StartResult::as_str`] |
/// | `chatID` | the chat, also that of [`StartResult::WrongChat`] |
/// | `followUps` | the steps on a chat that a create opened. Those on a known chat are in `decision` |
/// | `userID`, `person` | the id of the person, and the person as the API's `User` |
/// | `messageSent` | whether the first message was sent. Left out if it may have been sent |
/// | `code`, `status`, `retry` | of a start without a chat: the refusal code, its HTTP status, and [`Outcome::retry`] |
/// | `retryAfterMs` | the time to wait, in milliseconds |
/// | `network` | the `status` and the `code` of the server's refusal |
/// | `reason`, `because` | the reason and its sentence, if it is not the reason of `decision` |
/// | `decision` | the [`Decision`](crate::Decision) |
impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("outcome", self.result.as_str())?;
        let chat_id = match &self.result {
            StartResult::WrongChat { chat_id, .. } => Some(chat_id.as_str()),
            result => result.chat_id(),
        };
        if let Some(chat_id) = chat_id {
            map.serialize_entry("chatID", chat_id)?;
        }
        // Those of a known chat are in the decision.
        if let Some(chat) = &self.chat {
            let follow_ups = FollowUp::of(chat);
            if !follow_ups.is_empty() {
                map.serialize_entry("followUps", &follow_ups)?;
            }
        }
        if let Some(person) = &self.person {
            if let Some(id) = person.network_id() {
                map.serialize_entry("userID", id)?;
            }
            map.serialize_entry("person", &User(person))?;
        }
        if let Some(is_sent) = self.message_sent() {
            map.serialize_entry("messageSent", &is_sent)?;
        }
        if let Some(code) = self.code() {
            map.serialize_entry("code", code.as_str())?;
            map.serialize_entry("status", &code.status())?;
            map.serialize_entry("retry", &self.retry())?;
        }
        if let Some(wait) = self.retry_after_ms() {
            map.serialize_entry("retryAfterMs", &wait)?;
        }
        let refusal = match &self.result {
            StartResult::RefusedByNetwork(refusal) => Some(refusal),
            StartResult::Refused | StartResult::NotSent => {
                self.not_found.as_ref().or(self.failed_lookup.as_ref())
            }
            _ => None,
        };
        if let Some(refusal) = refusal {
            let network =
                serde_json::json!({"status": refusal.status, "code": refusal.server_code});
            map.serialize_entry("network", &network)?;
        }
        let reason = self.reason();
        if reason != self.decision.reason {
            map.serialize_entry("reason", reason.as_str())?;
            map.serialize_entry("because", &reason.to_string())?;
        }
        map.serialize_entry("decision", &self.decision)?;
        map.end()
    }
}

/// A person in the shape of the API's `User`.
struct User<'a>(&'a Person);

impl Serialize for User<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let person = self.0;
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = person.network_id() {
            map.serialize_entry("id", id)?;
        }
        if let Some(name) = &person.full_name {
            map.serialize_entry("fullName", name)?;
        }
        if !person.other_names.is_empty() {
            map.serialize_entry("otherNames", &person.other_names)?;
        }
        for (kind, member) in [
            (IdentifierKind::Phone, "phoneNumber"),
            (IdentifierKind::Email, "email"),
            (IdentifierKind::Handle, "username"),
        ] {
            if let Some(text) = person.stored(kind).next() {
                map.serialize_entry(member, text)?;
            }
        }
        map.end()
    }
}
