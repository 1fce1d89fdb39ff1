//! What a server knows, in one file: a directory that can be saved from a running server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Account, Chat, User, objects, or_default, redacted};

/// Accounts, contacts and chats as the API gives them, side by side in one object.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[serde(remote = "Self")]
pub struct Snapshot {
    /// `GET /v1/accounts`.
    #[serde(deserialize_with = "or_default")]
    pub accounts: Vec<Account>,
    /// The contacts by account id.
    #[serde(deserialize_with = "or_default")]
    pub contacts: BTreeMap<String, Vec<User>>,
    /// The chats of all accounts.
    #[serde(deserialize_with = "or_default")]
    pub chats: Vec<Chat>,
    /// Whether every direct chat of the accounts is in `chats`. Not saying so means no.
    #[serde(deserialize_with = "or_default")]
    pub complete: bool,
}

redacted! { Snapshot }

objects! { Snapshot }
