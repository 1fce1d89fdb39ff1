//! The provisioning API of bridges built on mautrix' `bridgev2`. The members are snake case on this wire.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{List, or_default, redacted};

/// A user of the remote network. The response of `resolve_identifier` and `create_dm`, and an item of the lists.
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
    /// Other identifiers of the user, as URIs: `tel:+14155552671`, `mailto:alice@example.com`.
    #[serde(
        default,
        deserialize_with = "well_formed",
        skip_serializing_if = "Option::is_none"
    )]
    pub identifiers: Option<Vec<String>>,
    /// The Matrix id of the ghost that represents the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mxid: Option<String>,
    /// The room of the direct chat with the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dm_room_mxid: Option<String>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Reads the well-formed texts of a list.
fn well_formed<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<String>>, D::Error> {
    let list: Option<List<String>> = Option::deserialize(deserializer)?;
    Ok(list.map(|list| list.items))
}

/// The response of `GET /v3/contacts`.
#[derive(Clone, Default, PartialEq, Deserialize)]
pub struct BridgeContacts {
    /// The contacts. Some bridges write `null` for none.
    #[serde(deserialize_with = "or_default")]
    pub contacts: List<ResolvedIdentifier>,
}

/// The response of `POST /v3/search_users`.
#[derive(Clone, Default, PartialEq, Deserialize)]
pub struct BridgeSearch {
    /// The users found. Some bridges write `null` for none.
    #[serde(deserialize_with = "or_default")]
    pub results: List<ResolvedIdentifier>,
}

redacted! { ResolvedIdentifier BridgeContacts BridgeSearch }
