//! What the machine needs, and what it is given.

use std::fmt;
use std::time::Duration;

use super::outcome::{NetworkRefusal, Outcome};
use crate::directory::DirectoryAnswer;
use crate::key::Key;
use crate::ledger::{ClaimKey, ClaimOutcome, ClaimResult};
use crate::person::Person;
use crate::pipeline::decide::Attempt;

/// What the machine needs to go on.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and the outcome is the last"
)]
pub enum Effect<'a> {
    /// Ask the directory for the people who hold these keys on the account.
    Find(&'a [Key]),
    /// Ask the network who an identifier is.
    Lookup(&'a Attempt),
    /// Claim an intent in the ledger.
    Claim(&'a ClaimKey),
    /// Ask the network for a chat.
    Create(CreateRequest<'a>),
    /// End an intent in the ledger.
    Record(&'a ClaimKey, ClaimOutcome),
    /// Let time pass.
    Wait(Duration),
    /// Nothing more: this is what it came to.
    Done(Outcome),
}

/// A chat to ask the network for.
#[derive(Clone, Copy)]
pub struct CreateRequest<'a> {
    /// With whom.
    pub attempt: &'a Attempt,
    /// Whether an invite may be sent.
    pub allow_invite: bool,
    /// The first message, where it is sent in the same call.
    pub message_text: Option<&'a str>,
    /// What is claimed for it; its [`id`](ClaimKey::id) tells a repeated request as one.
    pub claim_key: &'a ClaimKey,
}

impl fmt::Debug for CreateRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateRequest")
            .field("attempt", &self.attempt)
            .field("allow_invite", &self.allow_invite)
            .field("has_message", &self.message_text.is_some())
            .finish_non_exhaustive()
    }
}

/// What the machine is given.
#[derive(Clone, Debug)]
pub enum Reply {
    /// To [`Effect::Find`].
    Found(DirectoryAnswer),
    /// To [`Effect::Lookup`].
    LookedUp(Lookup),
    /// To [`Effect::Claim`].
    Claimed(ClaimResult),
    /// To [`Effect::Create`].
    Created(CreateResult),
    /// To [`Effect::Record`]: whether the ledger has it now.
    Recorded(bool),
    /// To [`Effect::Wait`].
    Woke,
}

/// What a lookup on the network came to. Only `Absent` is absence.
#[derive(Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The network says who it is, and perhaps which chat there is with them.
    Is {
        /// The person. That the asked identifier is theirs is the network's word.
        person: Person,
        /// The direct chat with them; `None` also where the network tells of no chats, but its create finds one that is
        /// there.
        chat: Option<String>,
    },
    /// The network has nobody of this identifier.
    Absent,
    /// The network does not tell.
    Hidden,
    /// The network wants fewer questions, perhaps for so long.
    Limited(Option<Duration>),
    /// The question could not be answered.
    Failed,
    /// The server has no way to ask for identifiers of this kind. It is decided as where the network has none.
    Unsupported,
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lookup::Is { chat: Some(_), .. } => f.write_str("Is(a chat)"),
            Lookup::Is { chat: None, .. } => f.write_str("Is(no chat)"),
            Lookup::Absent => f.write_str("Absent"),
            Lookup::Hidden => f.write_str("Hidden"),
            Lookup::Limited(after) => f.debug_tuple("Limited").field(after).finish(),
            Lookup::Failed => f.write_str("Failed"),
            Lookup::Unsupported => f.write_str("Unsupported"),
        }
    }
}

/// What asking for a chat came to.
#[derive(Clone, PartialEq, Eq)]
pub enum CreateResult {
    /// There is a chat.
    Chat(OpenedChat),
    /// The network has nobody of this identifier, and made nothing.
    Absent,
    /// The network refused and made nothing.
    Refused(NetworkRefusal),
    /// The request never left: nothing was made.
    NotSent,
    /// Whether there is a chat now is not known: the answer was lost.
    Lost,
}

impl fmt::Debug for CreateResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CreateResult::Chat(chat) => chat.fmt(f),
            CreateResult::Absent => f.write_str("Absent"),
            CreateResult::Refused(refused) => refused.fmt(f),
            CreateResult::NotSent => f.write_str("NotSent"),
            CreateResult::Lost => f.write_str("Lost"),
        }
    }
}

/// The chat that a create came to.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenedChat {
    /// Its id.
    pub id: String,
    /// Whether it was made by this call, rather than found.
    pub new: bool,
    /// Whether the first message went with it, where the call had one; or may have, where the network does not tell whether
    /// the chat is new.
    pub message: bool,
    /// Whom it is with, where the network tells: it may be someone else than was asked for.
    pub with: Option<Person>,
}

impl OpenedChat {
    /// A chat made by this call, with its message.
    ///
    /// ```
    /// use contact_resolution::start::OpenedChat;
    ///
    /// assert!(OpenedChat::new("!new:chat").new);
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        OpenedChat {
            id: id.into(),
            new: true,
            message: true,
            with: None,
        }
    }

    /// A chat that was there before.
    ///
    /// ```
    /// use contact_resolution::start::OpenedChat;
    ///
    /// assert!(!OpenedChat::found("!old:chat").new);
    /// ```
    #[must_use]
    pub fn found(id: impl Into<String>) -> Self {
        OpenedChat {
            new: false,
            message: false,
            ..OpenedChat::new(id)
        }
    }
}

impl fmt::Debug for OpenedChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.new { "Chat(new)" } else { "Chat(found)" })
    }
}
