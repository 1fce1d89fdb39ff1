//! Refusals: their codes, HTTP statuses and details.

use std::fmt;
use std::time::Duration;

use super::PersonMatch;
use crate::codes::codes;

codes! {
    /// The stable code of a refusal.
    #[non_exhaustive]
    pub enum RefusalCode {
        /// The request is malformed.
        InvalidRequest = "invalid_request",
        /// The person cannot be messaged, or the network hides whether they exist.
        CannotMessage = "cannot_message",
        /// The network has no chat with the own user.
        CannotMessageSelf = "cannot_message_self",
        /// The account cannot create direct chats.
        CannotCreateChat = "cannot_create_chat",
        /// The chat would need an invite, and the request does not allow one.
        InviteRequired = "invite_required",
        /// The account does not exist.
        AccountNotFound = "account_not_found",
        /// The network has no person with these identifiers, or no known person has the unmarked word as a handle.
        UserNotFound = "user_not_found",
        /// The payload has no identifier.
        NoIdentifier = "no_identifier",
        /// No field of the payload can be read.
        InvalidIdentifier = "invalid_identifier",
        /// The account cannot find people by identifiers of this kind.
        UnsupportedIdentifier = "unsupported_identifier",
        /// The payload may mean several people.
        AmbiguousUser = "ambiguous_user",
        /// The network creates a chat by its first message, and the request has none.
        MessageRequired = "message_required",
        /// The first message is longer than the network accepts.
        MessageTooLong = "message_too_long",
        /// The person, the action or the evidence has changed since the plan was approved.
        StalePlan = "stale_plan",
        /// Rate limited by the network.
        RateLimited = "rate_limited",
        /// A lookup or a create failed, and no other code is more specific.
        UpstreamFailed = "upstream_failed",
        /// The account is not connected.
        AccountUnavailable = "account_unavailable",
        /// Not all direct chats are known, and neither a lookup nor a create shows an existing chat.
        DirectoryUnavailable = "directory_unavailable",
        /// The answer to a create was lost, or another start for the person is under way. There may be a chat.
        OutcomeUnknown = "outcome_unknown",
    }
}

impl RefusalCode {
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
        match self {
            RefusalCode::InvalidRequest => 400,
            RefusalCode::CannotMessage
            | RefusalCode::CannotMessageSelf
            | RefusalCode::CannotCreateChat
            | RefusalCode::InviteRequired => 403,
            RefusalCode::AccountNotFound | RefusalCode::UserNotFound => 404,
            RefusalCode::NoIdentifier
            | RefusalCode::InvalidIdentifier
            | RefusalCode::UnsupportedIdentifier
            | RefusalCode::AmbiguousUser
            | RefusalCode::MessageRequired
            | RefusalCode::MessageTooLong
            | RefusalCode::StalePlan => 422,
            RefusalCode::RateLimited => 429,
            RefusalCode::UpstreamFailed => 502,
            RefusalCode::AccountUnavailable
            | RefusalCode::DirectoryUnavailable
            | RefusalCode::OutcomeUnknown => 503,
        }
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
pub(crate) fn client_may_wait(wait: Option<Duration>) -> bool {
    wait.is_none_or(|wait| wait <= LONGEST_WAIT)
}
