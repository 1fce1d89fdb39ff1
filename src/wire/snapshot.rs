//! A snapshot of a server's accounts, contacts and chats in one file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Account, Chat, User, objects, or_default, redacted};

/// Accounts, contacts and chats in the API's format, in one object.
///
/// A malformed account, contact or chat is an error. Otherwise a program that writes the snapshot again would lose it.
/// [`MemoryDirectory::read_json`](crate::MemoryDirectory::read_json) leaves such items out and counts them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[serde(remote = "Self")]
pub struct Snapshot {
    /// The rules of the host's own networks, see [`Network::from_json`](crate::Network::from_json). The API has none.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<Value>,
    /// `GET /v1/accounts`.
    #[serde(deserialize_with = "or_default")]
    pub accounts: Vec<Account>,
    /// The contacts, by account id.
    #[serde(deserialize_with = "or_default")]
    pub contacts: BTreeMap<String, Vec<User>>,
    /// The chats of all accounts.
    #[serde(deserialize_with = "or_default")]
    pub chats: Vec<Chat>,
    /// Whether all direct chats of the accounts are in `chats`. If absent, the answer is no.
    #[serde(deserialize_with = "or_default")]
    pub complete: bool,
}

redacted! { Snapshot }

objects! { Snapshot }
