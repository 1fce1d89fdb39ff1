//! The plan: what a dry run decided, to be shown to somebody and carried out as it was approved.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fingerprint::fingerprint;
use crate::person::Account;
use crate::pipeline::decide::{Action, Attempt, Decision};
use crate::policy::Policy;
use crate::wire::StartRequest;

/// What a dry run decided, for somebody to approve: whom it means, and what would be done.
///
/// [`ChatStart::from_plan`](crate::ChatStart::from_plan) carries it out, or refuses it as `stale_plan` where the same request would
/// not come to the same any more. Two plans are equal exactly where that is so: all that is shown is compared, and by the
/// [`fingerprint`](Plan::fingerprint) what the decision stood on besides. A record of somebody else changes nothing of
/// it.
///
/// It can be stored and read back as JSON. It is no proof of who approved it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Plan {
    /// What was asked for, the first message included.
    pub request: StartRequest,
    /// By what policy it was decided.
    pub policy: Policy,
    /// Whom it means, by their stored id; nobody where they are known by the identifiers alone.
    #[serde(rename = "userID")]
    pub user_id: Option<String>,
    /// What they are called.
    pub full_name: Option<String>,
    /// What would be done.
    pub action: PlannedAction,
    /// 32 hexadecimal digits of the evidence: as whom, how it was settled who is meant, and who else could have been.
    pub fingerprint: String,
}

/// What a plan would do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum PlannedAction {
    /// Open this chat. Nothing is sent.
    #[serde(rename_all = "camelCase")]
    Reuse {
        /// The chat.
        #[serde(rename = "chatID")]
        chat_id: String,
    },
    /// Create a chat.
    #[serde(rename_all = "camelCase")]
    Create {
        /// The identifiers to try, in order, each with its kind: `phone:+14155552671`.
        identifiers: Vec<String>,
        /// Whether the other side gets an invite.
        invite: bool,
        /// Whether the first message is sent in the same call.
        send_message: bool,
    },
}

impl Plan {
    /// The plan of a decision on a request; `None` where it refuses.
    ///
    /// ```
    /// use contact_resolution::{Plan, PlannedAction};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, IdentifierKind, MemoryDirectory, Network, Person, Policy, resolve};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(account.clone());
    /// directory.upsert("whatsapp", Person::new("alice-id").with_name("Alice").with_identifier(IdentifierKind::Phone, "+14155552671"));
    ///
    /// let user = UserPayload { phone_number: Some("+1 415 555 2671".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    /// let Ok(decision) = resolve(&account, &request, &directory, &policy);
    /// let plan = Plan::from_decision(&decision, &account, &request, &policy).unwrap();
    /// assert_eq!(plan.full_name.as_deref(), Some("Alice"));
    /// assert!(matches!(&plan.action, PlannedAction::Create { identifiers, .. } if identifiers[0] == "id:alice-id"));
    ///
    /// let stored = serde_json::to_string(&plan)?;
    /// assert!(serde_json::from_str::<Plan>(&stored)? == plan);
    /// # Ok::<_, serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn from_decision(
        decision: &Decision,
        account: &Account,
        request: &StartRequest,
        policy: &Policy,
    ) -> Option<Self> {
        let action = match &decision.action {
            Action::Reuse(reuse) => PlannedAction::Reuse {
                chat_id: reuse.chat_id.clone(),
            },
            Action::Create(create) => PlannedAction::Create {
                identifiers: create.attempts.iter().map(named).collect(),
                invite: create.invite,
                send_message: create.send_message,
            },
            Action::Refuse(_) => return None,
        };
        let by = decision.chosen_by.map_or("", |by| by.as_str());
        let mut evidence = vec![account.network.name(), &account.user.id, by];
        evidence.extend(
            decision
                .conflicts
                .iter()
                .map(|other| other.person.user_id.as_str()),
        );
        Some(Plan {
            request: request.clone(),
            policy: *policy,
            user_id: decision.user_id.clone(),
            full_name: decision.full_name.clone(),
            action,
            fingerprint: fingerprint(&evidence),
        })
    }
}

fn named(attempt: &Attempt) -> String {
    format!("{}:{}", attempt.kind, attempt.value)
}

/// Whether it opens a chat or creates one: anything more is personal.
impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("action", &self.action)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PlannedAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PlannedAction::Reuse { .. } => "Reuse",
            PlannedAction::Create { .. } => "Create",
        })
    }
}
