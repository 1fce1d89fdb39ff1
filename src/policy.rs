//! What a host may decide for itself.

use serde::{Deserialize, Serialize};

use crate::identifier::{EmailPolicy, Region};

/// A host's choices where the engine leaves one. The default refuses rather than guesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Policy {
    /// The region of national phone numbers where neither the account nor its own number tells one.
    pub default_region: Option<Region>,
    /// Which email addresses are taken.
    pub email: EmailPolicy,
    /// What to do where the identifiers lead to several people and the hint does not settle it.
    pub ambiguity: AmbiguityPolicy,
}

/// What to do where the identifiers lead to several people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmbiguityPolicy {
    /// Refuse, and tell the candidates.
    #[default]
    Refuse,
    /// Take the first of the ranking.
    TakeBest,
}
