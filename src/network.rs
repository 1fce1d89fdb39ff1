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

use crate::codes::codes;

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

codes! {
    /// The form in which the other side gets a new chat.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum Invite {
        /// A chat.
        #[default]
        None = "none",
        /// An invite, without which there is no chat.
        Required = "required",
        /// A message request, which the other side may decline.
        MessageRequest = "message_request",
        /// A contact request. A chat exists only after it is accepted.
        ContactRequest = "contact_request",
    }
}

codes! {
    /// Whether a chat is only created with its first message.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum FirstMessage {
        /// A chat can be empty.
        #[default]
        NotRequired = "not_required",
        /// The first message creates the chat.
        Required = "required",
    }
}
