//! A refusal by the network.

use std::fmt;
use std::time::Duration;

use crate::pipeline::decide::RefusalCode;

/// A create or a lookup that the network refused.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetworkRefusal {
    /// The HTTP status of the server's answer.
    pub status: u16,
    /// The code for the caller.
    pub code: RefusalCode,
    /// The code of the server's answer, or an empty text.
    pub server_code: String,
    /// The wait that the server asks for.
    pub retry_after: Option<Duration>,
}

impl NetworkRefusal {
    /// Returns a refusal with the server's status and code. If the server's code is a [`RefusalCode`], it is also the
    /// code for the caller. Otherwise the code follows from the status:
    ///
    /// | status | code |
    /// |---|---|
    /// | 400, 404, 422 | `invalid_identifier` |
    /// | 403 | `cannot_message` |
    /// | 420, 429 | `rate_limited` |
    /// | 503 | `account_unavailable` |
    /// | any other | `upstream_failed` |
    ///
    /// If a 404 certainly means that the person does not exist, set [`code`](NetworkRefusal::code) to
    /// [`RefusalCode::UserNotFound`], or reply with [`CreateResult::Absent`](super::CreateResult::Absent).
    ///
    /// ```
    /// use contact_resolution::RefusalCode;
    /// use contact_resolution::start::NetworkRefusal;
    ///
    /// assert_eq!(NetworkRefusal::new(403, "FORBIDDEN").code, RefusalCode::CannotMessage);
    /// assert_eq!(NetworkRefusal::new(429, "").code, RefusalCode::RateLimited);
    /// ```
    #[must_use]
    pub fn new(status: u16, server_code: impl Into<String>) -> Self {
        let server_code = server_code.into();
        let by_code = RefusalCode::ALL
            .iter()
            .find(|known| known.as_str() == server_code);
        let by_status = match status {
            400 | 404 | 422 => RefusalCode::InvalidIdentifier,
            403 => RefusalCode::CannotMessage,
            420 | 429 => RefusalCode::RateLimited,
            503 => RefusalCode::AccountUnavailable,
            _ => RefusalCode::UpstreamFailed,
        };
        NetworkRefusal {
            status,
            code: by_code.copied().unwrap_or(by_status),
            server_code,
            retry_after: None,
        }
    }
}

impl fmt::Debug for NetworkRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NetworkRefusal({})", self.status)
    }
}
