//! The outcome of a start.

use std::fmt;

use super::NetworkRefusal;
use crate::ledger::Claim;
use crate::person::{DirectChat, Person};
use crate::pipeline::decide::{
    Action, Attempt, Decision, FollowUp, Reason, RefusalCode, client_may_wait,
};
use crate::pipeline::lookup::LookupResult;
use crate::wire::StartStatus;

/// The outcome of a start.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The last decision: the person, the reason, and everything that it reports.
    pub decision: Decision,
    /// How the start ended.
    pub result: StartResult,
    /// The person, with everything that the directory and the network showed. `None` if the start ended before a person was
    /// known.
    pub person: Option<Person>,
    /// Other people that the network named as owners of the payload's identifiers, as the directory and the network show them.
    pub other_owners: Vec<Person>,
    /// The chat in the server's answer to the create, with its flags. `None` if the chat is from elsewhere.
    pub chat: Option<DirectChat>,
    /// The network refusal of a create because the person does not exist, if there was one.
    pub not_found: Option<NetworkRefusal>,
    /// The server's answer to the last lookup of a refused start, if that lookup failed. [`Client`](crate::Client) sets it.
    /// In an outcome from [`not_sent`](Outcome::not_sent), the server's answer to the failed request.
    pub failed_lookup: Option<NetworkRefusal>,
}

impl Outcome {
    /// Returns the outcome of a request that is refused before a start begins.
    #[must_use]
    pub fn refused(decision: Decision) -> Self {
        Outcome {
            decision,
            result: StartResult::Refused,
            person: None,
            other_owners: Vec::new(),
            chat: None,
            not_found: None,
            failed_lookup: None,
        }
    }

    /// Returns the outcome of a start that never began, because an earlier request to the server failed. The server's
    /// answer is `None` if there was no answer, or if it could not be read.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::start::NetworkRefusal;
    /// use contact_resolution::{Outcome, RefusalCode};
    ///
    /// let mut answer = NetworkRefusal::new(429, "");
    /// answer.retry_after = Some(Duration::from_secs(90));
    /// let outcome = Outcome::not_sent(Some(answer));
    /// assert_eq!(outcome.code(), Some(RefusalCode::RateLimited));
    /// assert!(!outcome.retry());
    /// assert_eq!(Outcome::not_sent(None).code(), Some(RefusalCode::UpstreamFailed));
    /// ```
    #[must_use]
    pub fn not_sent(answer: Option<NetworkRefusal>) -> Self {
        let decision = match &answer {
            Some(answer) if answer.code == RefusalCode::RateLimited => {
                Decision::refusal_for_lookup(&LookupResult::RateLimited(answer.retry_after))
            }
            _ => Decision::refuse(RefusalCode::UpstreamFailed, Reason::NotSent),
        };
        Outcome {
            result: StartResult::NotSent,
            failed_lookup: answer,
            ..Outcome::refused(decision)
        }
    }

    /// Returns the steps that the caller may take on the chat, if the start ended with one.
    #[must_use]
    pub fn follow_ups(&self) -> Vec<FollowUp> {
        match (&self.chat, &self.decision.action) {
            (Some(chat), _) => FollowUp::of(chat),
            (None, Action::Reuse(reuse)) => reuse.follow_ups.clone(),
            (None, Action::Create(_) | Action::Refuse(_)) => Vec::new(),
        }
    }

    /// Returns the code of an outcome without a chat.
    #[must_use]
    pub fn code(&self) -> Option<RefusalCode> {
        match &self.result {
            StartResult::Existing { .. }
            | StartResult::Created { .. }
            | StartResult::Opened { .. } => None,
            StartResult::Refused => self.refused_code(),
            StartResult::RefusedByNetwork(refusal) => Some(refusal.code),
            StartResult::NotSent => self.refused_code().or(Some(RefusalCode::UpstreamFailed)),
            StartResult::WrongChat { .. } => Some(RefusalCode::UpstreamFailed),
            StartResult::Busy | StartResult::Unknown { .. } => Some(RefusalCode::OutcomeUnknown),
        }
    }

    /// Returns the code of the decision, if it is a refusal.
    fn refused_code(&self) -> Option<RefusalCode> {
        match &self.decision.action {
            Action::Refuse(refusal) => Some(refusal.code),
            Action::Reuse(_) | Action::Create(_) => None,
        }
    }

    /// Returns the reason of the outcome: the reason of the decision, unless a later step of the start decided the result.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match (&self.result, &self.decision.action) {
            (StartResult::Existing { .. } | StartResult::Opened { .. }, Action::Create(_)) => {
                Reason::ChatExists
            }
            (StartResult::WrongChat { .. }, _) => Reason::WrongChat,
            (StartResult::RefusedByNetwork(_), _) => Reason::RefusedByNetwork,
            (StartResult::NotSent, Action::Reuse(_) | Action::Create(_)) => Reason::NotSent,
            (StartResult::Busy, _) => Reason::ClaimHeld,
            (StartResult::Unknown { .. }, _) => Reason::CreateLost,
            _ => self.decision.reason,
        }
    }

    /// Returns whether it can help to repeat the start soon. A client may then repeat the start by itself.
    #[must_use]
    pub fn retry(&self) -> bool {
        match (&self.result, &self.decision.action) {
            (StartResult::Refused | StartResult::NotSent, Action::Refuse(refusal)) => refusal.retry,
            (StartResult::RefusedByNetwork(refusal), _) => {
                refusal.code == RefusalCode::RateLimited && client_may_wait(refusal.retry_after)
            }
            (StartResult::NotSent, _) => true,
            _ => false,
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("decision", &self.decision)
            .field("result", &self.result)
            .field("person", &self.person)
            .field("other_owners", &self.other_owners)
            .field("chat", &self.chat)
            .field("not_found", &self.not_found)
            .field("failed_lookup", &self.failed_lookup)
            .finish()
    }
}

/// How a start ended.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartResult {
    /// The chat existed.
    Existing {
        /// The chat's id.
        chat_id: String,
        /// Whether a create may have sent the first message, although this start did not make the chat.
        may_have_sent: bool,
    },
    /// This start made the chat.
    Created {
        /// The chat's id.
        chat_id: String,
        /// Whether the first message was sent.
        message: FirstMessageStatus,
        /// Whether the ledger recorded the outcome. If not, the chat exists anyway, and the claim expires.
        recorded: bool,
    },
    /// The server opened the chat, but did not report whether it is new.
    Opened {
        /// The chat's id.
        chat_id: String,
        /// Whether the first message may have been sent.
        may_have_sent: bool,
    },
    /// The server answered the create with a chat that is not a direct chat with the person.
    WrongChat {
        /// The chat's id.
        chat_id: String,
        /// Whether the first message may have been sent to this chat.
        may_have_sent: bool,
    },
    /// The decision is a refusal.
    Refused,
    /// The network refused the create.
    RefusedByNetwork(NetworkRefusal),
    /// The request was not sent. No chat was made.
    NotSent,
    /// Another start for the same person did not end in the time that this start waits. The code is `outcome_unknown`.
    Busy,
    /// The answer to a create was lost, and no chat was found since. A chat may still exist. The code is `outcome_unknown`.
    /// The next start after the claim timeout looks for the chat again.
    Unknown {
        /// The claim. No start creates a chat with this person until the claim expires.
        claim: Claim,
        /// The identifier of the lost create. `None` if another process sent it.
        attempt: Option<Attempt>,
        /// Whether the lost create carried the first message. If you send the message again, it may arrive twice.
        may_have_sent: bool,
    },
}

impl StartResult {
    /// Returns the id of the direct chat with the person, if the start ended with a chat.
    #[must_use]
    pub fn chat_id(&self) -> Option<&str> {
        match self {
            StartResult::Existing { chat_id, .. }
            | StartResult::Created { chat_id, .. }
            | StartResult::Opened { chat_id, .. } => Some(chat_id),
            _ => None,
        }
    }

    /// Returns the status for the response of `POST /v1/chats/start`, if the start ended with a chat. Clients accept only two
    /// values, so a chat that was opened counts as existing.
    #[must_use]
    pub const fn start_status(&self) -> Option<StartStatus> {
        match self {
            StartResult::Created { .. } => Some(StartStatus::Created),
            StartResult::Existing { .. } | StartResult::Opened { .. } => {
                Some(StartStatus::Existing)
            }
            _ => None,
        }
    }

    /// Returns the stable name of the result: `existing`, `created`, `opened`, `refused_by_network`, `refused`, `not_sent`,
    /// `busy` or `unknown`.
    ///
    /// A [`WrongChat`](StartResult::WrongChat) is `refused_by_network` too. [`Outcome::reason`] distinguishes the two.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            StartResult::Existing { .. } => "existing",
            StartResult::Created { .. } => "created",
            StartResult::Opened { .. } => "opened",
            StartResult::WrongChat { .. } | StartResult::RefusedByNetwork(_) => {
                "refused_by_network"
            }
            StartResult::Refused => "refused",
            StartResult::NotSent => "not_sent",
            StartResult::Busy => "busy",
            StartResult::Unknown { .. } => "unknown",
        }
    }
}

/// Whether the first message of a new chat was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FirstMessageStatus {
    /// The network creates a chat without a message. The caller sends the message.
    NotNeeded,
    /// The message was sent with the create.
    Sent,
    /// The chat was made, and the message was not sent.
    NotSent,
}

/// Shows the kind of result without any id.
impl fmt::Debug for StartResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartResult::Created {
                message, recorded, ..
            } => f
                .debug_struct("Created")
                .field("message", message)
                .field("recorded", recorded)
                .finish_non_exhaustive(),
            StartResult::RefusedByNetwork(refusal) => {
                write!(f, "RefusedByNetwork({})", refusal.status)
            }
            other => f.write_str(match other {
                StartResult::Existing { .. } => "Existing",
                StartResult::Opened { .. } => "Opened",
                StartResult::WrongChat { .. } => "WrongChat",
                StartResult::Refused => "Refused",
                StartResult::NotSent => "NotSent",
                StartResult::Busy => "Busy",
                _ => "Unknown",
            }),
        }
    }
}
