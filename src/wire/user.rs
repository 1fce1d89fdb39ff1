//! Users and accounts: `GET /v1/accounts` and the contacts of an account.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ResolveIdentifier, redacted, words};

/// A user of a network, as one account sees them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The user's id on the account's network.
    pub id: String,
    /// The handle, as the network writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The phone number in E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The email address, not necessarily verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// Where the avatar is, a URL or a path.
    #[serde(rename = "imgURL", skip_serializing_if = "Option::is_none")]
    pub img_url: Option<String>,
    /// Whether no chat can be started with this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cannot_message: Option<bool>,
    /// Whether this user is the account's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_self: Option<bool>,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

words! {
    /// Where a bridge runs.
    BridgeProvider {
        /// In the provider's cloud.
        Cloud = "cloud",
        /// On a server of the user's own.
        SelfHosted = "self-hosted",
        /// On this device.
        Local = "local",
        /// As a platform SDK.
        PlatformSdk = "platform-sdk",
    }
}

/// The bridge that an account uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bridge {
    /// The bridge's id.
    pub id: String,
    /// Where it runs.
    pub provider: BridgeProvider,
    /// Its type, such as `whatsapp` or `discordgo`: what tells the network.
    #[serde(rename = "type")]
    pub bridge_type: String,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

words! {
    /// The state of an account's connection.
    AccountStatus {
        /// Connected.
        Connected = "connected",
        /// Connecting.
        Connecting = "connecting",
        /// Connected, and still reading old chats.
        Backfilling = "backfilling",
        /// Never connected.
        ConnectionRequired = "connection_required",
        /// The login was lost.
        ReconnectRequired = "reconnect_required",
        /// Something needs the user.
        AttentionRequired = "attention_required",
        /// Not connected.
        Disconnected = "disconnected",
        /// Turned off.
        Disabled = "disabled",
    }
}

/// An account: one login on one network.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The account's id.
    #[serde(rename = "accountID")]
    pub account_id: String,
    /// The bridge it uses.
    pub bridge: Bridge,
    /// The user who is logged in.
    pub user: User,
    /// The state of the connection. Older servers don't tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<AccountStatus>,
    /// What the state means, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_text: Option<String>,
    /// The network's name for people to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The login's id.
    #[serde(rename = "loginID", skip_serializing_if = "Option::is_none")]
    pub login_id: Option<String>,
    /// What the account can do, as the server says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Map<String, Value>>,
    /// In which region national phone numbers are read, two letters. Not of the API: a directory may add it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Which letters the account's server takes for one. A directory may add it to the API's members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_mapping: Option<String>,
    /// The bridge's flags, as its capabilities have them. Not of the API: a directory may add it.
    #[serde(rename = "resolve_identifier", skip_serializing_if = "Option::is_none")]
    pub resolve_identifier: Option<ResolveIdentifier>,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The answer of `GET /v1/accounts/{id}/contacts?query=`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ContactSearch {
    /// The users found.
    pub items: Vec<User>,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

redacted! { User Account ContactSearch }
