//! Users and accounts: `GET /v1/accounts` and the contacts of an account.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ResolveIdentifier, or_default, redacted, words};

/// A user of a network, as one account sees the user.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The user's id on the account's network. It is empty, and left out, if the user has none, as in an address book.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "String::is_empty"
    )]
    pub id: String,
    /// The handle, in the network's spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The phone number in E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The email address, which may be unverified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// Other names: a nickname, an alias, a former name. A directory may add them to the API's members.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub other_names: Vec<String>,
    /// The URL or path of the avatar.
    #[serde(rename = "imgURL", skip_serializing_if = "Option::is_none")]
    pub img_url: Option<String>,
    /// Whether no chat can be started with this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cannot_message: Option<bool>,
    /// Whether this user is the own user of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_self: Option<bool>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

words! {
    /// The place in which a bridge runs.
    BridgeProvider {
        /// In the provider's cloud.
        Cloud = "cloud",
        /// On the user's own server.
        SelfHosted = "self-hosted",
        /// On this device.
        Local = "local",
        /// As a platform SDK.
        PlatformSdk = "platform-sdk",
    }
}

/// The bridge that an account uses.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Bridge {
    /// The bridge's id.
    pub id: String,
    /// The place in which the bridge runs.
    pub provider: BridgeProvider,
    /// The bridge's type, such as `whatsapp` or `discordgo`. It identifies the network.
    #[serde(rename = "type")]
    pub bridge_type: String,
    /// Members that this crate does not read, unchanged.
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
        /// Connected, and still loading old chats.
        Backfilling = "backfilling",
        /// Never connected.
        ConnectionRequired = "connection_required",
        /// The login was lost.
        ReconnectRequired = "reconnect_required",
        /// The user must do something.
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
    /// The bridge of the account.
    pub bridge: Bridge,
    /// The user that is logged in.
    pub user: User,
    /// The state of the connection. Older servers leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<AccountStatus>,
    /// An explanation of the state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_text: Option<String>,
    /// The network's name, for people to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The login's id.
    #[serde(rename = "loginID", skip_serializing_if = "Option::is_none")]
    pub login_id: Option<String>,
    /// The account's capabilities, as the server describes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Map<String, Value>>,
    /// The two-letter region in which national phone numbers are read. Not part of the API, but a directory may add it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The letters that the account's server treats as equal. Not part of the API, but a directory may add it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_mapping: Option<String>,
    /// The flags of the bridge's capabilities. Not part of the API, but a directory may add them.
    #[serde(rename = "resolve_identifier", skip_serializing_if = "Option::is_none")]
    pub resolve_identifier: Option<ResolveIdentifier>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

redacted! { User Account Bridge }
