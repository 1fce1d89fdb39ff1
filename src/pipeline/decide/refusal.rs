//! Refusals: their codes, HTTP statuses and details.

use std::fmt;
use std::time::Duration;

use super::PersonMatch;

/// The stable code of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RefusalCode {
    /// The request is malformed.
    InvalidRequest,
    /// The person cannot be messaged, or the network hides whether they exist.
    CannotMessage,
    /// The network has no chat with the own user.
    CannotMessageSelf,
    /// The account cannot create direct chats.
    CannotCreateChat,
    /// The chat would need an invite, and the request does not allow one.
    InviteRequired,
    /// The account does not exist.
    AccountNotFound,
    /// The network has no person with these identifiers, or no known person has the unmarked word as a handle.
    UserNotFound,
    /// The payload has no identifier.
    NoIdentifier,
    /// No field of the payload can be read.
    InvalidIdentifier,
    /// The account cannot find people by identifiers of this kind.
    UnsupportedIdentifier,
    /// The payload may mean several people.
    AmbiguousUser,
    /// The network creates a chat by its first message, and the request has none.
    MessageRequired,
    /// The first message is longer than the network accepts.
    MessageTooLong,
    /// The person, the action or the evidence has changed since the plan was approved.
    StalePlan,
    /// Rate limited by the network.
    RateLimited,
    /// A lookup or a create failed, and no other code is more specific.
    UpstreamFailed,
    /// The account is not connected.
    AccountUnavailable,
    /// Not all direct chats are known, and neither a lookup nor a create shows an existing chat.
    DirectoryUnavailable,
    /// The answer to a create was lost, or another start for the person is under way. There may be a chat.
    OutcomeUnknown,
}

impl RefusalCode {
    /// All codes.
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

    /// Returns the code as it is written in JSON.
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

    /// Returns the HTTP status. It is never 409, since clients retry on that status.
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

/// A refusal with its details.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The code. If requirements are unmet, the first of them.
    pub code: RefusalCode,
    /// All unmet requirements of a new chat, in the order in which they are checked.
    pub unmet: Vec<RefusalCode>,
    /// The people that the payload may mean, if the refusal is for ambiguity. Of more than a hundred known people, the first
    /// hundred by id.
    pub candidates: Vec<PersonMatch>,
    /// Whether the same request may succeed later without any action by a user.
    pub retry: bool,
    /// The time to wait, if the network gave one.
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

/// The longest wait after which a client may repeat a request by itself. One published SDK ignores longer waits, and
/// another waits without limit.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Returns whether a client may be left to wait and repeat the request by itself.
pub(crate) fn is_short(wait: Option<Duration>) -> bool {
    wait.is_none_or(|wait| wait <= LONGEST_WAIT)
}
