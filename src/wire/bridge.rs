//! The provisioning API of bridges built on mautrix' `bridgev2`. The members are snake case on this wire.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::redacted;

/// A user of the remote network: the answer of `resolve_identifier` and `create_dm`, and an item of the lists.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ResolvedIdentifier {
    /// The user's id on the network.
    pub id: String,
    /// The user's name on the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The user's picture, an `mxc:` URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// What else they are known by, as URIs: `tel:+14155552671`, `mailto:alice@example.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifiers: Option<Vec<String>>,
    /// The Matrix id of the ghost that stands for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mxid: Option<String>,
    /// The room of the direct chat with them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dm_room_mxid: Option<String>,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The answer of `GET /v3/contacts`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BridgeContacts {
    /// The contacts; none is `null` to some bridges.
    pub contacts: Option<Vec<ResolvedIdentifier>>,
}

/// The answer of `POST /v3/search_users`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BridgeSearch {
    /// The users found; none is `null` to some bridges.
    pub results: Option<Vec<ResolvedIdentifier>>,
}

redacted! { ResolvedIdentifier BridgeContacts BridgeSearch }
