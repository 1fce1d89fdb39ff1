//! Plans: decisions of a dry run, to be approved and then carried out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fingerprint::fingerprint;
use crate::person::Account;
use crate::pipeline::decide::{Action, Attempt, Decision};
use crate::policy::Policy;
use crate::wire::StartRequest;

/// The decision of a dry run, for approval: the person that is meant, and the action.
///
/// [`ChatStart::from_plan`](crate::ChatStart::from_plan) carries out a plan. It refuses with `stale_plan` if the same
/// request would no longer give an equal plan.
///
/// Two plans are equal if everything in them is equal. The [`fingerprint`](Plan::fingerprint) covers the evidence
/// behind the decision. Records of unrelated people do not change it.
///
/// A plan can be stored and read back as JSON. It does not prove that anyone approved it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Plan {
    /// The request, including the first message.
    pub request: StartRequest,
    /// The policy of the decision.
    pub policy: Policy,
    /// The stored id of the person. `None` if the person is known only by identifiers.
    #[serde(rename = "userID")]
    pub user_id: Option<String>,
    /// The name of the person.
    pub full_name: Option<String>,
    /// The action that would be carried out.
    pub action: PlannedAction,
    /// 32 hexadecimal digits of the evidence: the own user, the way in which the person was chosen, and the other
    /// candidates.
    pub fingerprint: String,
}

/// The action of a plan.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum PlannedAction {
    /// Open this chat without sending a message.
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
        /// Whether the other person gets an invite.
        invite: bool,
        /// Whether the first message is sent in the same call.
        send_message: bool,
    },
}

impl Plan {
    /// Returns the plan of a decision on a request. Returns `None` if the decision is a refusal.
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
                .map(|other| other.person.user_id.as_deref().unwrap_or_default()),
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

/// Shows only whether the plan opens or creates a chat, since everything else is personal.
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
