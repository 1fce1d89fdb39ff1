//! The four kinds of identifier.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of an identifier, the strongest first. Between candidates of equal certainty, an id comes before a phone
/// number, a phone number before an email address, and an email address before a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// The network's own id of a user.
    Id,
    /// A phone number.
    Phone,
    /// An email address.
    Email,
    /// A handle (username, screen name, nick).
    Handle,
}

impl IdentifierKind {
    /// Every kind, the strongest first.
    pub const ALL: [IdentifierKind; 4] = [
        IdentifierKind::Id,
        IdentifierKind::Phone,
        IdentifierKind::Email,
        IdentifierKind::Handle,
    ];

    /// Returns the name in keys and in JSON: `id`, `phone`, `email`, `handle`.
    ///
    /// ```
    /// use contact_resolution::IdentifierKind;
    ///
    /// assert_eq!(IdentifierKind::Handle.as_str(), "handle");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            IdentifierKind::Id => "id",
            IdentifierKind::Phone => "phone",
            IdentifierKind::Email => "email",
            IdentifierKind::Handle => "handle",
        }
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
