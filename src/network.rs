//! Networks: the identifiers that a platform takes, their grammar, and the requirements of a new chat.
//!
//! The rules are data. Nothing in the crate asks which network it is on. A host writes the rules of its own networks with
//! [`NetworkBuilder`] or in JSON, which is the form of the built-in ones too.

mod account_grammar;
mod builder;
mod capability_list;
mod dialect;
mod facts;
pub(crate) mod grammar;
mod host;
pub(crate) mod kind;
mod links;
mod names;
pub(crate) mod platform;
mod rules;
mod rules_error;
mod stored;
mod text;

use serde::{Deserialize, Serialize};

pub use account_grammar::{AccountGrammar, CaseMapping};
pub use builder::NetworkBuilder;
pub use dialect::Dialect;
pub use facts::{LookupFact, NumberRange};
pub use grammar::{Case, Embedded, Form, Grammar};
pub use rules_error::RulesError;

pub(crate) use host::{canonical as canonical_host, labels};
pub(crate) use kind::IdentifierKind;
pub(crate) use links::{PathParts, Segment, Site};
pub(crate) use platform::Network;
pub(crate) use rules::{Handles, NetworkRules, matrix_ids};
pub(crate) use text::{
    TextClass, ascii_lower, fold, is_unseen, nfc, strip_prefix_any_case, trim, unseen,
};

/// The form in which the other side gets a new chat.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Invite {
    /// A chat.
    #[default]
    None,
    /// An invite, without which there is no chat.
    Required,
    /// A message request, which the other side may decline.
    MessageRequest,
    /// A contact request. A chat exists only after it is accepted.
    ContactRequest,
}

impl Invite {
    /// Returns the name in JSON: `none`, `required`, `message_request`, `contact_request`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Invite::None => "none",
            Invite::Required => "required",
            Invite::MessageRequest => "message_request",
            Invite::ContactRequest => "contact_request",
        }
    }
}

/// Whether a chat is only created with its first message.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FirstMessage {
    /// A chat can be empty.
    #[default]
    NotRequired,
    /// The first message creates the chat.
    Required,
}

impl FirstMessage {
    /// Returns the name in JSON: `not_required`, `required`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            FirstMessage::NotRequired => "not_required",
            FirstMessage::Required => "required",
        }
    }
}
