//! The choices of a host.

use serde::{Deserialize, Serialize};

use crate::identifier::{EmailPolicy, Region};

/// The choices that the engine leaves to a host. The default refuses rather than guesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Policy {
    /// The region of national phone numbers if neither the account nor the number of its own user gives one.
    pub default_region: Option<Region>,
    /// Whether a chat is created only with a phone number in an assigned range. Metadata lists new ranges late, so this
    /// rejects some numbers in use.
    pub require_valid_numbers: bool,
    /// The email addresses that are accepted.
    pub email: EmailPolicy,
    /// The action if the identifiers lead to several people and the hint does not decide between them.
    pub ambiguity: AmbiguityPolicy,
}

/// The action if the identifiers lead to several people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmbiguityPolicy {
    /// Refuse, and report the candidates.
    #[default]
    Refuse,
    /// Take the first person of the ranking.
    TakeBest,
}
