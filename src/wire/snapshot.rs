//! What a server knows, in one file: a directory that can be saved from a running server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Account, Chat, User, objects, redacted};

/// Accounts, contacts and chats as the API gives them, side by side in one object.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[serde(remote = "Self")]
pub struct Snapshot {
    /// `GET /v1/accounts`.
    pub accounts: Vec<Account>,
    /// The contacts by account id.
    pub contacts: BTreeMap<String, Vec<User>>,
    /// The chats of all accounts.
    pub chats: Vec<Chat>,
    /// Whether every direct chat of the accounts is in `chats`. Not saying so means no.
    pub complete: bool,
}

redacted! { Snapshot }

objects! { Snapshot }
