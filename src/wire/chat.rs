//! A chat of the API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Nullable, User, objects, redacted, words};

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
    /// The features that the chat's network supports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Box<Capabilities>>,
    /// The topic.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub description: Nullable<String>,
    /// The unsent message.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub draft: Nullable<Draft>,
    /// The local path of the avatar.
    #[serde(
        default,
        rename = "imgURL",
        skip_serializing_if = "Nullable::is_absent"
    )]
    pub img_url: Nullable<String>,
    /// The chat's id on this device.
    #[serde(
        default,
        rename = "localChatID",
        skip_serializing_if = "Nullable::is_absent"
    )]
    pub local_chat_id: Nullable<String>,
    /// The time in seconds after which messages disappear.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub message_expiry_seconds: Nullable<i64>,
    /// The reminder that is set on the chat.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub reminder: Nullable<Reminder>,
    /// The time until which the chat is snoozed.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub snooze: Nullable<Snooze>,
    /// Whether the chat is archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_archived: Option<bool>,
    /// Whether the chat has low priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_low_priority: Option<bool>,
    /// Whether the user marked the chat unread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_marked_unread: Option<bool>,
    /// Whether the chat is muted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_muted: Option<bool>,
    /// Whether the chat is pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pinned: Option<bool>,
    /// Whether the user cannot write in the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_read_only: Option<bool>,
    /// The time of the last activity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_activity: Option<String>,
    /// The sort key of the last message that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_read_message_sort_key: Option<String>,
    /// The number of unread messages that mention the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread_mentions_count: Option<i64>,
    /// The labels that the user gave the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<Label>>,
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
#[serde(rename_all = "camelCase")]
pub struct Participants {
    /// Whether there are more than `items`.
    pub has_more: bool,
    /// The participants in this response.
    pub items: Vec<Participant>,
    /// The total number of participants.
    pub total: u64,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
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

/// An unsent message.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The text of the message.
    pub text: String,
    /// The attachments, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<BTreeMap<String, Attachment>>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A file of a draft.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The attachment's id.
    pub id: String,
    /// `file`, `gif`, `recorded_audio` or a newer word.
    #[serde(rename = "type")]
    pub attachment_type: String,
    /// The length of a recording, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_duration_seconds: Option<Number>,
    /// The file's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The path of the file on this device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
    /// The file's size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<Number>,
    /// The file's media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The picture's size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<AttachmentSize>,
    /// The sticker's id.
    #[serde(rename = "stickerID", skip_serializing_if = "Option::is_none")]
    pub sticker_id: Option<String>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The size of a picture in pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct AttachmentSize {
    /// The height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<Number>,
    /// The width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<Number>,
}

/// A reminder on a chat.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reminder {
    /// Whether a new message removes the reminder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dismiss_on_incoming_message: Option<bool>,
    /// The time of the reminder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<String>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The time until which a chat is snoozed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snooze {
    /// The time at which the chat returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snooze_until: Option<String>,
    /// The time at which the user snoozed the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_snoozed_at: Option<String>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A label that the user defined.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Label {
    /// The label's id.
    pub id: String,
    /// The label's name.
    pub name: String,
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

/// The level of support for a feature: −2 rejected, −1 dropped, 0 unsupported, 1 partially, 2 fully supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Level(pub i64);

impl Level {
    /// Whether a client may use the feature.
    ///
    /// ```
    /// use contact_resolution::wire::Level;
    ///
    /// assert!(Level(1).is_supported());
    /// assert!(!Level(-1).is_supported());
    /// ```
    #[must_use]
    pub fn is_supported(self) -> bool {
        self.0 > 0
    }
}

/// The features that a chat's network supports. An absent feature is unsupported. An absent attachment type is
/// rejected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(
    missing_docs,
    reason = "the members are the features they are named after"
)]
pub struct Capabilities {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_reactions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<BTreeMap<String, FileCapabilities>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_emoji_reactions: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_chat: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_chat_for_everyone: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_for_me: Option<bool>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_max_age: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disappearing_timer: Option<DisappearingTimer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<Level>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit_max_age: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit_max_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatting: Option<BTreeMap<String, Level>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_message: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_as_unread: Option<bool>,
    /// Characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_text_length: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_request: Option<MessageRequest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant_actions: Option<ParticipantActions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaction: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaction_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_receipts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<StateCapabilities>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typing_notifications: Option<bool>,
    /// Features that this crate does not name, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The limits for files of one message type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(
    missing_docs,
    reason = "the members are the limits they are named after"
)]
pub struct FileCapabilities {
    /// The level of each media type or pattern. An absent one is rejected.
    pub mime_types: BTreeMap<String, Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<Level>,
    /// Characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_caption_length: Option<i64>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_duration: Option<Number>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_height: Option<i64>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_size: Option<i64>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_width: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_once: Option<bool>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

words! {
    /// The event that starts the timer of a message.
    TimerStart {
        /// The user has read the message.
        AfterRead = "afterRead",
        /// The recipient has read the message.
        AfterReadByRecipient = "afterReadByRecipient",
        /// The message was sent.
        AfterSend = "afterSend",
    }
}

/// The timers for disappearing messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(remote = "Self")]
pub struct DisappearingTimer {
    /// Whether a client turns the timer off by leaving it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omit_empty_timer: Option<bool>,
    /// The allowed timers, in milliseconds. Any timer is allowed if this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timers: Option<Vec<i64>>,
    /// The events that may start the timer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<TimerStart>>,
}

/// The ways to accept an incoming message request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(remote = "Self")]
pub struct MessageRequest {
    /// With a button.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_with_button: Option<Level>,
    /// With a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_with_message: Option<Level>,
}

/// The actions on participants that the network supports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(
    missing_docs,
    reason = "the members are the actions they are named after"
)]
#[serde(remote = "Self")]
pub struct ParticipantActions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ban: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invite: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kick: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoke_invite: Option<Level>,
}

/// The parts of a chat's state that can be changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(
    missing_docs,
    reason = "the members are the parts of the state they are named after"
)]
#[serde(remote = "Self")]
pub struct StateCapabilities {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<StateLevel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<StateLevel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disappearing_timer: Option<StateLevel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<StateLevel>,
}

/// The level of support for changing a part of a chat's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct StateLevel {
    /// The level.
    pub level: Level,
}

redacted! { Chat Participants Participant Draft Attachment Label Merge }

objects! { Merge Label AttachmentSize StateLevel DisappearingTimer MessageRequest ParticipantActions StateCapabilities }
