//! `GET /v1/bridges/{id}/capabilities`: what a bridge can find and create. The members are snake case on this wire.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{objects, or_default};

/// What a bridge can look up and create, as flags. An absent flag is false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the wire has seven independent flags"
)]
#[serde(remote = "Self")]
pub struct ResolveIdentifier {
    /// Direct chats can be created.
    #[serde(deserialize_with = "or_default")]
    pub create_dm: bool,
    /// A phone number can be looked up.
    #[serde(deserialize_with = "or_default")]
    pub lookup_phone: bool,
    /// An email address can be looked up.
    #[serde(deserialize_with = "or_default")]
    pub lookup_email: bool,
    /// A handle can be looked up.
    #[serde(deserialize_with = "or_default")]
    pub lookup_username: bool,
    /// Any phone number can be messaged without looking it up.
    #[serde(deserialize_with = "or_default")]
    pub any_phone: bool,
    /// The bridge has a contact list.
    #[serde(deserialize_with = "or_default")]
    pub contact_list: bool,
    /// People can be searched by name on the remote network.
    #[serde(deserialize_with = "or_default")]
    pub search: bool,
}

/// The answer of `GET /v1/bridges/{id}/capabilities`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BridgeCapabilities {
    /// What can be found and created.
    pub resolve_identifier: ResolveIdentifier,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

objects! { ResolveIdentifier }
