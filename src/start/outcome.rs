//! What a start comes to.

use std::fmt;
use std::time::Duration;

use crate::ledger::ClaimKey;
use crate::pipeline::decide::{Attempt, Decision};

/// What a start came to.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The last decision: whom it was about and why, what was rejected and who else could be meant.
    pub decision: Decision,
    /// What came of it.
    pub end: StartResult,
    /// The id of whom the network has opened the chat with, where that is someone else than the decision is about:
    /// numbers change hands.
    pub redirected_to: Option<String>,
}

impl Outcome {
    /// What a request comes to that is refused before a start begins.
    ///
    /// ```
    /// use contact_resolution::{Decision, StartResult, Outcome};
    ///
    /// assert_eq!(Outcome::refused(Decision::account_not_found()).end, StartResult::Refused);
    /// ```
    #[must_use]
    pub fn refused(decision: Decision) -> Self {
        Outcome {
            decision,
            end: StartResult::Refused,
            redirected_to: None,
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("decision", &self.decision)
            .field("end", &self.end)
            .field("redirected", &self.redirected_to.is_some())
            .finish()
    }
}

/// How a start ended.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartResult {
    /// There was a chat.
    Existing {
        /// The chat.
        chat_id: String,
        /// Whether a first message may be in it: a create was sent with one, and nobody tells whether it made this chat.
        /// Else nothing was sent.
        message: bool,
    },
    /// A chat was made by this start.
    Created {
        /// The chat.
        chat_id: String,
        /// What became of the first message.
        message: FirstMessageStatus,
        /// Whether the ledger knows. If not, the chat is there all the same; the intent grows stale.
        recorded: bool,
    },
    /// The decision was a refusal.
    Refused,
    /// The network refused the create.
    RefusedByNetwork(NetworkRefusal),
    /// The request could not be sent. Nothing was made.
    NotSent,
    /// Another start for the same person has been under way for as long as this one would wait.
    Busy,
    /// A create was sent and its answer lost, and no chat has shown since. There may be one yet. A start after the
    /// settle window finds out.
    Unknown {
        /// What was claimed; nobody creates for this person until it is stale.
        claim_key: ClaimKey,
        /// What the chat was asked for with; `None` where the lost create was another start's.
        attempt: Option<Attempt>,
        /// Whether a first message went with the lost create: sent again, it may be there twice.
        message: bool,
    },
}

/// What became of the first message of a new chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FirstMessageStatus {
    /// The network makes a chat without one. It is the caller's to send.
    NotNeeded,
    /// It went with the create.
    Sent,
    /// The chat was made and the message did not go: the network refused it, or the server takes none with a create.
    NotSent,
}

impl fmt::Debug for StartResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartResult::Existing { .. } => f.write_str("Existing"),
            StartResult::Created {
                message, recorded, ..
            } => f
                .debug_struct("Created")
                .field("message", message)
                .field("recorded", recorded)
                .finish_non_exhaustive(),
            StartResult::Refused => f.write_str("Refused"),
            StartResult::RefusedByNetwork(refused) => {
                write!(f, "RefusedByNetwork({})", refused.status)
            }
            StartResult::NotSent => f.write_str("NotSent"),
            StartResult::Busy => f.write_str("Busy"),
            StartResult::Unknown { .. } => f.write_str("Unknown"),
        }
    }
}

/// A create that the network refused.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetworkRefusal {
    /// The status it answered with.
    pub status: u16,
    /// Its code, for programs.
    pub code: String,
    /// After how long to ask again, where it said so.
    pub retry_after: Option<Duration>,
}

impl NetworkRefusal {
    /// A refusal with a status and a code.
    ///
    /// ```
    /// use contact_resolution::start::NetworkRefusal;
    ///
    /// assert_eq!(NetworkRefusal::new(403, "cannot_message").status, 403);
    /// ```
    #[must_use]
    pub fn new(status: u16, code: impl Into<String>) -> Self {
        NetworkRefusal {
            status,
            code: code.into(),
            retry_after: None,
        }
    }
}

/// Its status alone: a code is the server's own text, and may say anything.
impl fmt::Debug for NetworkRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NetworkRefusal({})", self.status)
    }
}
