//! Refusals: the codes, their statuses, and what is told with them.

use std::fmt;
use std::time::Duration;

use super::PersonMatch;

/// The stable code of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RefusalCode {
    /// The request has not the shape it must have.
    InvalidRequest,
    /// The person can't be messaged.
    CannotMessage,
    /// The network has no chat with oneself.
    CannotMessageSelf,
    /// The account can't create direct chats.
    CannotCreateChat,
    /// The chat would need an invite, and the request allows none.
    InviteRequired,
    /// There is no such account.
    AccountNotFound,
    /// The network has nobody of these identifiers, or plain text found nobody known.
    UserNotFound,
    /// The payload has no identifier.
    NoIdentifier,
    /// No member of the payload can be read.
    InvalidIdentifier,
    /// The account can't find people by such an identifier.
    UnsupportedIdentifier,
    /// Several people may be meant.
    AmbiguousUser,
    /// The network creates a chat by its first message, and there is none.
    MessageRequired,
    /// The first message is longer than the network takes.
    MessageTooLong,
    /// What was approved is not what would be done now: whom it means or what it comes to has changed.
    StalePlan,
    /// The network wants fewer questions.
    RateLimited,
    /// The network could not be asked.
    UpstreamFailed,
    /// The account is not connected.
    AccountUnavailable,
    /// Not every direct chat of the account is known, and the network can't be asked.
    DirectoryUnavailable,
    /// A create was sent and its answer lost; whether there is a chat now is not known.
    OutcomeUnknown,
}

impl RefusalCode {
    /// Every code.
    pub const ALL: &[RefusalCode] = &[
        RefusalCode::InvalidRequest,
        RefusalCode::CannotMessage,
        RefusalCode::CannotMessageSelf,
        RefusalCode::CannotCreateChat,
        RefusalCode::InviteRequired,
        RefusalCode::AccountNotFound,
        RefusalCode::UserNotFound,
        RefusalCode::NoIdentifier,
        RefusalCode::InvalidIdentifier,
        RefusalCode::UnsupportedIdentifier,
        RefusalCode::AmbiguousUser,
        RefusalCode::MessageRequired,
        RefusalCode::MessageTooLong,
        RefusalCode::StalePlan,
        RefusalCode::RateLimited,
        RefusalCode::UpstreamFailed,
        RefusalCode::AccountUnavailable,
        RefusalCode::DirectoryUnavailable,
        RefusalCode::OutcomeUnknown,
    ];

    const fn row(self) -> (&'static str, u16) {
        match self {
            RefusalCode::InvalidRequest => ("invalid_request", 400),
            RefusalCode::CannotMessage => ("cannot_message", 403),
            RefusalCode::CannotMessageSelf => ("cannot_message_self", 403),
            RefusalCode::CannotCreateChat => ("cannot_create_chat", 403),
            RefusalCode::InviteRequired => ("invite_required", 403),
            RefusalCode::AccountNotFound => ("account_not_found", 404),
            RefusalCode::UserNotFound => ("user_not_found", 404),
            RefusalCode::NoIdentifier => ("no_identifier", 422),
            RefusalCode::InvalidIdentifier => ("invalid_identifier", 422),
            RefusalCode::UnsupportedIdentifier => ("unsupported_identifier", 422),
            RefusalCode::AmbiguousUser => ("ambiguous_user", 422),
            RefusalCode::MessageRequired => ("message_required", 422),
            RefusalCode::MessageTooLong => ("message_too_long", 422),
            RefusalCode::StalePlan => ("stale_plan", 422),
            RefusalCode::RateLimited => ("rate_limited", 429),
            RefusalCode::UpstreamFailed => ("upstream_failed", 502),
            RefusalCode::AccountUnavailable => ("account_unavailable", 503),
            RefusalCode::DirectoryUnavailable => ("directory_unavailable", 503),
            RefusalCode::OutcomeUnknown => ("outcome_unknown", 503),
        }
    }

    /// The code as it stands on the wire.
    ///
    /// ```
    /// use contact_resolution::RefusalCode;
    ///
    /// assert_eq!(RefusalCode::AmbiguousUser.as_str(), "ambiguous_user");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status. Never 409, which clients repeat.
    ///
    /// ```
    /// use contact_resolution::RefusalCode;
    ///
    /// assert_eq!(RefusalCode::AmbiguousUser.status(), 422);
    /// assert!(RefusalCode::ALL.iter().all(|code| code.status() != 409));
    /// ```
    #[must_use]
    pub const fn status(self) -> u16 {
        self.row().1
    }
}

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refusal, with what a caller can tell about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The code: the first of the unmet requirements, where it is for them.
    pub code: RefusalCode,
    /// Every requirement of a new chat that is not met, in the order they are looked at.
    pub unmet: Vec<RefusalCode>,
    /// Who may be meant, where it is several.
    pub candidates: Vec<PersonMatch>,
    /// Whether the same request may succeed later without anybody doing anything.
    pub retry: bool,
    /// After how long, where the network said so.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    pub(crate) fn new(code: RefusalCode) -> Self {
        let retry = matches!(code, RefusalCode::RateLimited | RefusalCode::UpstreamFailed);
        Refusal {
            code,
            unmet: Vec::new(),
            candidates: Vec::new(),
            retry,
            retry_after: None,
        }
    }
}
