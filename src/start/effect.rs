//! The effects that a start asks for, and the replies to them.

use std::fmt;
use std::time::Duration;

use super::{NetworkRefusal, Outcome};
use crate::directory::DirectoryAnswer;
use crate::key::Key;
use crate::ledger::{Claim, ClaimKey, ClaimOutcome, ClaimResult};
use crate::person::{DirectChat, Person};
use crate::pipeline::decide::Attempt;
use crate::pipeline::lookup::LookupResult;

/// The next step that the driver must carry out.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and the outcome is the last"
)]
pub enum Effect<'a> {
    /// Query the directory for people with one of these keys. Reply with [`Reply::Found`].
    ///
    /// After a create, the keys are those of the participants in its answer. If such a query fails, the chat exists
    /// nevertheless. Reply with an empty answer then.
    Find(&'a [Key]),
    /// Ask the network about this identifier. Reply with [`Reply::LookedUp`].
    Lookup(&'a Attempt),
    /// Call the ledger's `claim` with this key. Reply with [`Reply::Claimed`].
    Claim(&'a ClaimKey),
    /// Send the request that creates this chat. Reply with [`Reply::Created`].
    Create(CreateRequest<'a>),
    /// Call the ledger's `record` with this claim and outcome. Reply with [`Reply::Recorded`].
    Record(&'a Claim, ClaimOutcome),
    /// Wait. Reply with [`Reply::Woke`].
    Wait(Duration),
    /// The start has ended.
    Done(Outcome),
}

/// A direct chat to create.
#[derive(Clone, Copy)]
pub struct CreateRequest<'a> {
    /// The identifier of the other person.
    pub attempt: &'a Attempt,
    /// Whether an invite may be sent.
    pub allow_invite: bool,
    /// The first message, if the network requires one.
    pub message_text: Option<&'a str>,
    /// The claim that the create belongs to.
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

/// The reply to an [`Effect`].
#[derive(Clone, Debug)]
pub enum Reply {
    /// The directory's answer to [`Effect::Find`].
    Found(DirectoryAnswer),
    /// The result of [`Effect::Lookup`].
    LookedUp(LookupResult),
    /// The result of [`Effect::Claim`].
    Claimed(ClaimResult),
    /// The result of [`Effect::Create`].
    Created(CreateResult),
    /// Whether [`Effect::Record`] succeeded.
    Recorded(bool),
    /// The time of [`Effect::Wait`] is over.
    Woke,
}

/// The result of a create.
#[derive(Clone, PartialEq, Eq)]
pub enum CreateResult {
    /// The server answered with this chat.
    Chat(OpenedChat),
    /// The network has no person with the identifier. No chat was made.
    Absent,
    /// The server refused the create. No chat was made.
    Refused(NetworkRefusal),
    /// The request was not sent. No chat was made.
    NotSent,
    /// The answer was lost, or does not show whether a chat was made.
    Lost,
}

impl fmt::Debug for CreateResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CreateResult::Chat(chat) => chat.fmt(f),
            CreateResult::Absent => f.write_str("Absent"),
            CreateResult::Refused(refusal) => refusal.fmt(f),
            CreateResult::NotSent => f.write_str("NotSent"),
            CreateResult::Lost => f.write_str("Lost"),
        }
    }
}

/// The chat in the answer to a create.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenedChat {
    /// The chat, with the flags that the answer shows.
    pub chat: DirectChat,
    /// Whether the create made the chat. `None` if the answer does not show this.
    pub is_new: Option<bool>,
    /// Whether the first message was sent, if the create carried a message. Also true if the message may have been sent.
    pub message_sent: bool,
    /// Whether the chat is known to be a group.
    pub is_group: bool,
    /// The account of the chat, if the answer names one.
    pub account: Option<String>,
    /// The other participants that the answer lists, without network bots.
    pub participants: Vec<Person>,
    /// Whether the list of participants is complete.
    pub is_complete: bool,
}

impl OpenedChat {
    /// Returns a new chat, with the first message in it.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        OpenedChat {
            chat: DirectChat::new(id),
            is_new: Some(true),
            message_sent: true,
            is_group: false,
            account: None,
            participants: Vec::new(),
            is_complete: false,
        }
    }

    /// Returns a chat that existed before the create.
    #[must_use]
    pub fn existing(id: impl Into<String>) -> Self {
        OpenedChat {
            is_new: Some(false),
            message_sent: false,
            ..OpenedChat::new(id)
        }
    }
}

impl fmt::Debug for OpenedChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.is_new {
            Some(true) => "Chat(new)",
            Some(false) => "Chat(existing)",
            None => "Chat(new or existing)",
        })
    }
}
