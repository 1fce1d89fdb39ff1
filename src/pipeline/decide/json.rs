//! The JSON of a decision, as the command line prints it and a host may store it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Action, Attempt, ChosenBy, Conflict, CreateChat, Decision, FollowUp, PersonMatch, ReadField,
    Reason, Refusal, RefusalCode, ReuseChat,
};
use crate::identifier::{FieldErrorCode, Region};
use crate::is_default::is_default;
use crate::pipeline::triage::{PayloadField, Warning};

/// The members of every decision. Reading ignores the members that follow from others.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DecisionJson {
    #[serde(flatten)]
    action: ActionJson,
    #[serde(skip_serializing_if = "is_default")]
    full_name: Option<String>,
    reason: Reason,
    #[serde(skip_deserializing)]
    because: String,
    #[serde(skip_serializing_if = "is_default")]
    chosen_by: Option<ChosenBy>,
    #[serde(default, skip_serializing_if = "is_default")]
    conflicts: Vec<Conflict>,
    #[serde(default, skip_serializing_if = "is_default")]
    fields: BTreeMap<PayloadField, FieldErrorCode>,
    #[serde(default, skip_serializing_if = "is_default")]
    read: Vec<ReadField>,
    #[serde(default, skip_serializing_if = "is_default")]
    warnings: Vec<Warning>,
    #[serde(skip_serializing_if = "is_default")]
    assumed_region: Option<Region>,
    #[serde(default, skip_serializing_if = "is_default")]
    suggestions: Vec<PersonMatch>,
}

/// The members of each action.
#[derive(Serialize, Deserialize)]
#[serde(
    tag = "decision",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
enum ActionJson {
    Reuse {
        #[serde(rename = "chatID")]
        chat_id: String,
        #[serde(rename = "userID", skip_serializing_if = "is_default")]
        user_id: Option<String>,
        #[serde(skip_deserializing)]
        send_message: bool,
        #[serde(default)]
        follow_ups: Vec<FollowUp>,
        #[serde(default)]
        duplicates: Vec<String>,
        #[serde(default, skip_serializing_if = "is_default")]
        cannot_message: bool,
    },
    Create {
        #[serde(rename = "userID", skip_serializing_if = "is_default")]
        user_id: Option<String>,
        #[serde(default)]
        attempts: Vec<Attempt>,
        #[serde(default)]
        invite: bool,
        #[serde(default)]
        send_message: bool,
    },
    Refuse {
        code: RefusalCode,
        #[serde(skip_deserializing)]
        status: u16,
        #[serde(default)]
        retry: bool,
        #[serde(skip_serializing_if = "is_default")]
        retry_after_ms: Option<u64>,
        #[serde(default, skip_serializing_if = "is_default")]
        unmet: Vec<RefusalCode>,
        #[serde(default, skip_serializing_if = "is_default")]
        candidates: Vec<PersonMatch>,
    },
}

impl From<Decision> for DecisionJson {
    fn from(decision: Decision) -> Self {
        let user_id = decision.user_id;
        let action = match decision.action {
            Action::Reuse(reuse) => ActionJson::Reuse {
                chat_id: reuse.chat_id,
                user_id,
                send_message: false,
                follow_ups: reuse.follow_ups,
                duplicates: reuse.duplicates,
                cannot_message: reuse.cannot_message,
            },
            Action::Create(create) => ActionJson::Create {
                user_id,
                attempts: create.attempts,
                invite: create.invite,
                send_message: create.send_message,
            },
            Action::Refuse(refusal) => ActionJson::Refuse {
                code: refusal.code,
                status: refusal.code.status(),
                retry: refusal.retry,
                retry_after_ms: refusal.retry_after.map(milliseconds),
                unmet: refusal.unmet,
                candidates: refusal.candidates,
            },
        };
        DecisionJson {
            action,
            full_name: decision.full_name,
            reason: decision.reason,
            because: decision.reason.to_string(),
            chosen_by: decision.chosen_by,
            conflicts: decision.conflicts,
            fields: decision.field_errors.into_iter().collect(),
            read: decision.read,
            warnings: decision.warnings,
            assumed_region: decision.assumed_region,
            suggestions: decision.suggestions,
        }
    }
}

impl From<DecisionJson> for Decision {
    fn from(json: DecisionJson) -> Self {
        let (action, user_id) = match json.action {
            ActionJson::Reuse {
                chat_id,
                user_id,
                send_message: _,
                follow_ups,
                duplicates,
                cannot_message,
            } => {
                let reuse = ReuseChat {
                    chat_id,
                    follow_ups,
                    duplicates,
                    cannot_message,
                };
                (Action::Reuse(reuse), user_id)
            }
            ActionJson::Create {
                user_id,
                attempts,
                invite,
                send_message,
            } => {
                let create = CreateChat {
                    attempts,
                    invite,
                    send_message,
                    verify: None,
                };
                (Action::Create(create), user_id)
            }
            ActionJson::Refuse {
                code,
                status: _,
                retry,
                retry_after_ms,
                unmet,
                candidates,
            } => {
                let refusal = Refusal {
                    code,
                    unmet,
                    candidates,
                    retry,
                    retry_after: retry_after_ms.map(Duration::from_millis),
                };
                (Action::Refuse(refusal), None)
            }
        };
        Decision {
            action,
            reason: json.reason,
            user_id,
            full_name: json.full_name,
            chosen_by: json.chosen_by,
            conflicts: json.conflicts,
            field_errors: json.fields.into_iter().collect(),
            read: json.read,
            assumed_region: json.assumed_region,
            warnings: json.warnings,
            suggestions: json.suggestions,
        }
    }
}

pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
