//! A chat as the API gives it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Nullable, User, objects, redacted, words};

words! {
    /// Whether a chat is a direct one.
    ChatType {
        /// A direct chat.
        Single = "single",
        /// A group.
        Group = "group",
    }
}

/// A chat. Times are ISO 8601 text, kept as they came.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    /// The chat's id.
    pub id: String,
    /// The account it is on.
    #[serde(rename = "accountID")]
    pub account_id: String,
    /// The network's or account's name, for people to read.
    pub network: String,
    /// Who is in it.
    pub participants: Participants,
    /// The title to show.
    pub title: String,
    /// Direct chat or group.
    #[serde(rename = "type")]
    pub chat_type: ChatType,
    /// How many messages are unread.
    pub unread_count: i64,
    /// What the chat's network can do.
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
    /// After how many seconds messages disappear.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub message_expiry_seconds: Nullable<i64>,
    /// The reminder set on it.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub reminder: Nullable<Reminder>,
    /// Until when it is put aside.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub snooze: Nullable<Snooze>,
    /// Whether it is archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_archived: Option<bool>,
    /// Whether it is of low priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_low_priority: Option<bool>,
    /// Whether the user marked it unread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_marked_unread: Option<bool>,
    /// Whether it is muted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_muted: Option<bool>,
    /// Whether it is pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pinned: Option<bool>,
    /// Whether the user can't write in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_read_only: Option<bool>,
    /// When something last happened in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_activity: Option<String>,
    /// Up to which message it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_read_message_sort_key: Option<String>,
    /// How many unread messages mention the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread_mentions_count: Option<i64>,
    /// The labels the user gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<Label>>,
    /// Set on a merged chat: the chats of one person that it shows as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge: Option<Merge>,
    /// Set on a member of a merged chat: the merged chat's id.
    #[serde(rename = "mergedIntoChatID", skip_serializing_if = "Option::is_none")]
    pub merged_into_chat_id: Option<String>,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Who is in a chat: `items` may be a part of the `total`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participants {
    /// Whether there are more than `items`.
    pub has_more: bool,
    /// The participants told.
    pub items: Vec<Participant>,
    /// How many there are in all.
    pub total: u64,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One participant of a chat.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// The user, whose members stand beside these on the wire.
    #[serde(flatten)]
    pub user: User,
    /// Whether they are an administrator of the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_admin: Option<bool>,
    /// Whether they are an automated account of the network or bridge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_network_bot: Option<bool>,
    /// Whether they are invited and have not joined yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pending: Option<bool>,
}

/// An unsent message.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Its text.
    pub text: String,
    /// Its attachments by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<BTreeMap<String, Attachment>>,
    /// Members this crate does not read, kept as they came.
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
    /// Where the file is on this device.
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
    /// Members this crate does not read, kept as they came.
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
    /// Whether a new message takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dismiss_on_incoming_message: Option<bool>,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<String>,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Until when a chat is put aside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snooze {
    /// When it comes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snooze_until: Option<String>,
    /// When the user put it aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_snoozed_at: Option<String>,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A label of the user's own.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Label {
    /// The label's id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A merged chat's members: the chats of one person on several accounts.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Merge {
    /// The chats it shows as one.
    #[serde(rename = "chatIDs")]
    pub chat_ids: Vec<String>,
    /// Where a new message goes.
    #[serde(rename = "defaultChatID", skip_serializing_if = "Option::is_none")]
    pub default_chat_id: Option<String>,
}

/// How far a feature is supported: −2 rejected, −1 dropped, 0 unsupported, 1 partially, 2 fully supported.
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

/// What a chat's network can do. What is absent is unsupported, and no attachment of an absent type is taken.
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
    /// Features this crate does not name, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How files of one message type are taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(
    missing_docs,
    reason = "the members are the limits they are named after"
)]
pub struct FileCapabilities {
    /// The level of each media type or pattern; an absent one is rejected.
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
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

words! {
    /// From when on a message's timer runs.
    TimerStart {
        /// From its being read by the user.
        AfterRead = "afterRead",
        /// From its being read by the other side.
        AfterReadByRecipient = "afterReadByRecipient",
        /// From its being sent.
        AfterSend = "afterSend",
    }
}

/// How messages may be made to disappear.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(remote = "Self")]
pub struct DisappearingTimer {
    /// Whether turning it off is told by leaving the timer out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omit_empty_timer: Option<bool>,
    /// The timers that may be set, in milliseconds; absent means any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timers: Option<Vec<i64>>,
    /// From when on the timer runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<TimerStart>>,
}

/// How an incoming message request is accepted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(remote = "Self")]
pub struct MessageRequest {
    /// By a button.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_with_button: Option<Level>,
    /// By writing back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_with_message: Option<Level>,
}

/// What can be done to participants.
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

/// What of a chat's state can be changed.
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

/// How far a part of a chat's state can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct StateLevel {
    /// The level.
    pub level: Level,
}

redacted! { Chat Participants Participant Draft Attachment Label Merge }

objects! { Merge Label AttachmentSize StateLevel DisappearingTimer MessageRequest ParticipantActions StateCapabilities }
