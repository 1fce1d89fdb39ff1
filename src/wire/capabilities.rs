//! `GET /v1/bridges/{id}/capabilities`: the lookups and creates that a bridge supports. Member names are in snake case.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{objects, or_default, redacted};

/// The lookups and creates that a bridge supports, as flags. An absent flag is false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the wire has seven independent flags"
)]
#[serde(remote = "Self")]
pub struct ResolveIdentifier {
    /// The bridge can create direct chats.
    #[serde(deserialize_with = "or_default")]
    pub create_dm: bool,
    /// The bridge can look up a phone number.
    #[serde(deserialize_with = "or_default")]
    pub lookup_phone: bool,
    /// The bridge can look up an email address.
    #[serde(deserialize_with = "or_default")]
    pub lookup_email: bool,
    /// The bridge can look up a handle.
    #[serde(deserialize_with = "or_default")]
    pub lookup_username: bool,
    /// A message can be sent to any phone number without a lookup.
    #[serde(deserialize_with = "or_default")]
    pub any_phone: bool,
    /// The bridge has a contact list.
    #[serde(deserialize_with = "or_default")]
    pub contact_list: bool,
    /// The bridge can search people by name on the remote network.
    #[serde(deserialize_with = "or_default")]
    pub search: bool,
}

/// The response of `GET /v1/bridges/{id}/capabilities`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BridgeCapabilities {
    /// The supported lookups and creates, if the server reports them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolve_identifier: Option<ResolveIdentifier>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

redacted! { BridgeCapabilities }

objects! { ResolveIdentifier }
