//! `POST /v1/chats/start`: the request and the response.

use serde::{Deserialize, Serialize};

use super::{Chat, objects, redacted, words};

/// The body of `POST /v1/chats/start`. Unknown members are ignored.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(remote = "Self")]
pub struct StartRequest {
    /// The account to find or create the chat on.
    #[serde(rename = "accountID")]
    pub account_id: String,
    /// The user to chat with. Required, but may be empty.
    pub user: UserPayload,
    /// Whether the chat may be created by an invite if the network needs one. If unset, it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_invite: Option<bool>,
    /// The first message. Some networks create a chat by its first message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_text: Option<String>,
}

impl StartRequest {
    /// Creates a request for a user on an account, with invites allowed and without a message.
    ///
    /// ```
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    ///
    /// let request = StartRequest::new("whatsapp", UserPayload::default());
    /// assert_eq!(request.account_id, "whatsapp");
    /// assert!(request.allows_invite());
    /// ```
    #[must_use]
    pub fn new(account_id: impl Into<String>, user: UserPayload) -> Self {
        StartRequest {
            account_id: account_id.into(),
            user,
            ..StartRequest::default()
        }
    }

    /// Whether the chat may be created by an invite.
    ///
    /// ```
    /// use contact_resolution::wire::StartRequest;
    ///
    /// let request = StartRequest { allow_invite: Some(false), ..StartRequest::default() };
    /// assert!(!request.allows_invite());
    /// ```
    #[must_use]
    pub fn allows_invite(&self) -> bool {
        self.allow_invite.unwrap_or(true)
    }
}

/// The `user` of a request. Every field is optional, may be wrong, and may hold an identifier of another kind.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(remote = "Self")]
pub struct UserPayload {
    /// The user's id on the network, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// An email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The display name: a hint, used for ranking only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// A phone number, E.164 preferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// A username or handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

words! {
    /// Whether the chat existed before.
    StartStatus {
        /// An existing chat was reused.
        Existing = "existing",
        /// A new chat was created.
        Created = "created",
    }
}

/// The response of `POST /v1/chats/start`: the members of the chat, and two members for older clients.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct StartResponse {
    /// The chat.
    #[serde(flatten)]
    pub chat: Chat,
    /// The chat's id again, for older clients.
    #[serde(rename = "chatID")]
    pub chat_id: String,
    /// Whether the chat existed before, for older clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StartStatus>,
}

impl StartResponse {
    /// Creates the response for a chat.
    ///
    /// ```
    /// use contact_resolution::wire::{Chat, StartResponse, StartStatus};
    ///
    /// let chat: Chat = serde_json::from_str(
    ///     r#"{"id": "!a:b", "accountID": "matrix", "network": "Matrix", "title": "A", "type": "single",
    ///         "unreadCount": 0, "participants": {"hasMore": false, "items": [], "total": 0}}"#,
    /// )?;
    /// let answer = StartResponse::new(chat, StartStatus::Created);
    /// assert_eq!(answer.chat_id, answer.chat.id);
    /// # Ok::<_, serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn new(mut chat: Chat, status: StartStatus) -> Self {
        // A chat that was read from the answer to a start has these members already.
        for member in ["chatID", "status"] {
            chat.other.remove(member);
        }
        StartResponse {
            chat_id: chat.id.clone(),
            chat,
            status: Some(status),
        }
    }
}

redacted! { StartRequest UserPayload StartResponse }

objects! { StartRequest UserPayload }
