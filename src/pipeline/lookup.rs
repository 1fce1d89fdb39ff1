//! The results of lookups: the network's answer about an identifier, and its certainty.

use std::fmt;
use std::time::Duration;

use crate::identifier::Identifier;
use crate::key::Key;
use crate::network::IdentifierKind;
use crate::person::{Account, Person, StoredIdentifier};

/// The result of a lookup of one identifier.
///
/// Only [`Absent`](LookupResult::Absent) means that the person does not exist.
#[derive(Clone, PartialEq, Eq)]
pub enum LookupResult {
    /// The network named this person as the owner of the identifier.
    Confirmed {
        /// The person, as the network describes them.
        person: Person,
        /// The direct chat with them, if the answer names one.
        chat: Option<String>,
    },
    /// The server returned the queried id without a check. A create by this id is allowed, but the person may not exist.
    Echo {
        /// The person that the answer describes.
        person: Person,
        /// The direct chat with them, if the answer names one.
        chat: Option<String>,
    },
    /// The network has no person with this identifier.
    Absent,
    /// The answer shows neither a person nor absence.
    Inconclusive,
    /// The network does not disclose whether it has the person.
    Hidden,
    /// Too many lookups. The time is the wait that the server requests.
    RateLimited(Option<Duration>),
    /// The lookup failed. A later one may succeed.
    Failed,
    /// The account cannot be used, because its login is missing or logged out.
    AccountUnavailable,
    /// The server rejected the identifier as malformed.
    Invalid,
    /// The server cannot look up identifiers of this kind, even if the network usually can.
    Unsupported,
}

impl LookupResult {
    /// Returns the stable name of the result: `confirmed`, `absent`, and so on.
    ///
    /// ```
    /// use contact_resolution::LookupResult;
    ///
    /// assert_eq!(LookupResult::RateLimited(None).as_str(), "rate_limited");
    /// ```
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            LookupResult::Confirmed { .. } => "confirmed",
            LookupResult::Echo { .. } => "echo",
            LookupResult::Absent => "absent",
            LookupResult::Inconclusive => "inconclusive",
            LookupResult::Hidden => "hidden",
            LookupResult::RateLimited(_) => "rate_limited",
            LookupResult::Failed => "failed",
            LookupResult::AccountUnavailable => "account_unavailable",
            LookupResult::Invalid => "invalid",
            LookupResult::Unsupported => "unsupported",
        }
    }
}

/// Shows the kind of result, but nothing about the person.
impl fmt::Debug for LookupResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LookupResult::Confirmed { chat, .. } => {
                write!(f, "Confirmed({})", described(chat.as_ref()))
            }
            LookupResult::Echo { chat, .. } => write!(f, "Echo({})", described(chat.as_ref())),
            LookupResult::RateLimited(after) => f.debug_tuple("RateLimited").field(after).finish(),
            other => f.write_str(match other {
                LookupResult::Absent => "Absent",
                LookupResult::Inconclusive => "Inconclusive",
                LookupResult::Hidden => "Hidden",
                LookupResult::Failed => "Failed",
                LookupResult::AccountUnavailable => "AccountUnavailable",
                LookupResult::Invalid => "Invalid",
                _ => "Unsupported",
            }),
        }
    }
}

fn described(chat: Option<&String>) -> &'static str {
    if chat.is_some() { "a chat" } else { "no chat" }
}

/// A lookup of this start: the identifier and the result.
#[derive(Clone, PartialEq, Eq)]
pub struct LookupRecord {
    /// The kind of the identifier that was looked up.
    pub kind: IdentifierKind,
    /// The text that was looked up.
    pub value: String,
    /// The result.
    pub result: LookupResult,
}

impl LookupRecord {
    /// Returns whether the lookup was about this identifier. An id that embeds an address and the address itself are one
    /// question.
    pub(crate) fn is_about(&self, kind: IdentifierKind, value: &str, account: &Account) -> bool {
        if self.kind == kind {
            return self.value == value;
        }
        if ![self.kind, kind].contains(&IdentifierKind::Id) {
            return false;
        }
        let asked = address(self.kind, &self.value, account);
        asked.is_some() && asked == address(kind, value, account)
    }
}

/// Returns the key of the address that an identifier is, or that it embeds.
fn address(kind: IdentifierKind, text: &str, account: &Account) -> Option<Key> {
    let stored = StoredIdentifier {
        kind,
        text: text.to_owned(),
    };
    Some(match stored.read(account)? {
        Identifier::Id(id) => id.embedded_identifier()?.key(),
        address => address.key(),
    })
}

impl fmt::Debug for LookupRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LookupRecord({}, {:?})", self.kind, self.result)
    }
}
