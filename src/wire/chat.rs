//! A chat of the API.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::{more_unless_denied, unless_denied};
use super::{List, User, objects, redacted, words};

words! {
    /// Whether a chat is direct or a group.
    ChatType {
        /// A direct chat.
        Single = "single",
        /// A group.
        Group = "group",
    }
}

/// A chat. Times are ISO 8601 text, unchanged.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    /// The chat's id.
    pub id: String,
    /// The id of the chat's account.
    #[serde(rename = "accountID")]
    pub account_id: String,
    /// The name of the network or account, for people to read.
    pub network: String,
    /// The participants of the chat.
    pub participants: Participants,
    /// The title to display.
    pub title: String,
    /// Whether this is a direct chat or a group.
    #[serde(rename = "type")]
    pub chat_type: ChatType,
    /// The number of unread messages.
    pub unread_count: i64,
    /// Whether the chat is archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_archived: Option<bool>,
    /// Whether the user cannot write in the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_read_only: Option<bool>,
    /// The time of the last activity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_activity: Option<String>,
    /// The chats of one person that this merged chat combines. Absent on other chats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge: Option<Merge>,
    /// The id of the merged chat that contains this chat.
    #[serde(rename = "mergedIntoChatID", skip_serializing_if = "Option::is_none")]
    pub merged_into_chat_id: Option<String>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The participants of a chat. `items` may be only a part of them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "RawParticipants")]
pub struct Participants {
    /// Whether there are more than `items`. Set too if an item was malformed or the server does not report it, because
    /// the list may be incomplete then.
    pub has_more: bool,
    /// The participants in this response.
    pub items: Vec<Participant>,
    /// The total number of participants.
    pub total: u64,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawParticipants {
    #[serde(default = "unless_denied", deserialize_with = "more_unless_denied")]
    has_more: bool,
    items: List<Participant>,
    total: u64,
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl From<RawParticipants> for Participants {
    fn from(list: RawParticipants) -> Self {
        Participants {
            has_more: list.has_more || list.items.skipped > 0,
            items: list.items.items,
            total: list.total,
            other: list.other,
        }
    }
}

/// A participant of a chat.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// The user. In JSON, the user's members are beside the other members of the participant.
    #[serde(flatten)]
    pub user: User,
    /// Whether the participant is an administrator of the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_admin: Option<bool>,
    /// Whether the participant is an automated account of the network or bridge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_network_bot: Option<bool>,
    /// Whether the participant is invited and has not joined yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pending: Option<bool>,
}

/// The members of a merged chat: the chats of one person on several accounts.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Merge {
    /// The ids of the merged chats.
    #[serde(rename = "chatIDs")]
    pub chat_ids: Vec<String>,
    /// The chat that new messages go to.
    #[serde(rename = "defaultChatID", skip_serializing_if = "Option::is_none")]
    pub default_chat_id: Option<String>,
}

redacted! { Chat Participants Participant Merge }

objects! { Merge }
