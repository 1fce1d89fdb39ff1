//! What the machine needs, and what it is given.

use std::fmt;
use std::time::Duration;

use super::outcome::{Outcome, Refused};
use crate::decide::Attempt;
use crate::directory::{Claim, Found, Intent, Settled};
use crate::identifier::Key;
use crate::person::Person;

/// What the machine needs to go on.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and the outcome is the last"
)]
pub enum Need<'a> {
    /// Ask the directory for the people who hold these keys on the account.
    Find(&'a [Key]),
    /// Ask the network who an identifier is.
    Lookup(&'a Attempt),
    /// Claim an intent in the ledger.
    Claim(&'a Intent),
    /// Ask the network for a chat.
    Create(CreateChat<'a>),
    /// End an intent in the ledger.
    Settle(&'a Intent, Settled),
    /// Let time pass.
    Wait(Duration),
    /// Nothing more: this is what it came to.
    Done(Outcome),
}

/// A chat to ask the network for.
#[derive(Clone, Copy)]
pub struct CreateChat<'a> {
    /// With whom.
    pub attempt: &'a Attempt,
    /// Whether an invite may be sent.
    pub allow_invite: bool,
    /// The first message, where it is sent in the same call.
    pub message_text: Option<&'a str>,
    /// What is claimed for it; its [`id`](Intent::id) tells a repeated request as one.
    pub intent: &'a Intent,
}

impl fmt::Debug for CreateChat<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateChat")
            .field("attempt", &self.attempt)
            .field("allow_invite", &self.allow_invite)
            .field("has_message", &self.message_text.is_some())
            .finish_non_exhaustive()
    }
}

/// What the machine is given.
#[derive(Clone, Debug)]
pub enum Answer {
    /// To [`Need::Find`].
    Found(Found),
    /// To [`Need::Lookup`].
    LookedUp(Lookup),
    /// To [`Need::Claim`].
    Claimed(Claim),
    /// To [`Need::Create`].
    Created(Created),
    /// To [`Need::Settle`]: whether the ledger has it now.
    Settled(bool),
    /// To [`Need::Wait`].
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
pub enum Created {
    /// There is a chat.
    Chat(Opened),
    /// The network has nobody of this identifier, and made nothing.
    Absent,
    /// The network refused and made nothing.
    Refused(Refused),
    /// The request never left: nothing was made.
    NotSent,
    /// Whether there is a chat now is not known: the answer was lost.
    Lost,
}

impl fmt::Debug for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Created::Chat(chat) => chat.fmt(f),
            Created::Absent => f.write_str("Absent"),
            Created::Refused(refused) => refused.fmt(f),
            Created::NotSent => f.write_str("NotSent"),
            Created::Lost => f.write_str("Lost"),
        }
    }
}

/// The chat that a create came to.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened {
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

impl Opened {
    /// A chat made by this call, with its message.
    ///
    /// ```
    /// use contact_resolution::start::Opened;
    ///
    /// assert!(Opened::new("!new:chat").new);
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Opened {
            id: id.into(),
            new: true,
            message: true,
            with: None,
        }
    }

    /// A chat that was there before.
    ///
    /// ```
    /// use contact_resolution::start::Opened;
    ///
    /// assert!(!Opened::found("!old:chat").new);
    /// ```
    #[must_use]
    pub fn found(id: impl Into<String>) -> Self {
        Opened {
            new: false,
            message: false,
            ..Opened::new(id)
        }
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.new { "Chat(new)" } else { "Chat(found)" })
    }
}
