//! Direct chats, and which chats of the wire are some.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Account, Timestamp, is_false};
use crate::wire::{self, ChatType};

/// A direct chat with one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DirectChat {
    /// The chat's id.
    pub id: String,
    /// Whether nothing can be written in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Whether the person is invited and has not joined yet.
    #[serde(default, skip_serializing_if = "is_false")]
    pub peer_pending: bool,
    /// Whether it is archived.
    #[serde(default, skip_serializing_if = "is_false")]
    pub archived: bool,
    /// When something last happened in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_activity: Option<Timestamp>,
}

/// Who the other side of a direct chat is.
#[derive(Clone, Copy)]
pub enum Peer<'a> {
    /// A user.
    User(&'a wire::User),
    /// Oneself.
    Oneself,
    /// Not told: the list of participants is a part, and only oneself is in it.
    Unknown,
}

impl DirectChat {
    /// An open chat: writable, joined, not archived, of unknown activity.
    ///
    /// ```
    /// use contact_resolution::DirectChat;
    ///
    /// assert!(!DirectChat::new("!a:b").archived);
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        DirectChat {
            id: id.into(),
            read_only: false,
            peer_pending: false,
            archived: false,
            last_activity: None,
        }
    }

    /// Takes over what else is known of the same chat, whichever was known first: who only tells of a chat, tells nothing
    /// of its state.
    pub(super) fn merge(&mut self, other: &DirectChat) {
        self.read_only |= other.read_only;
        self.peer_pending |= other.peer_pending;
        self.archived |= other.archived;
        self.last_activity = self.last_activity.max(other.last_activity);
    }

    /// Reads a chat of the wire as a direct chat of an account: with whom it is, and the chat. `None` where it is
    /// none: another account's, a group, one that oneself left, one with more than one other.
    ///
    /// ```
    /// use contact_resolution::{Account, DirectChat, Network, Peer, wire::Chat};
    ///
    /// let chat: Chat = serde_json::from_str(
    ///     r#"{"id": "!a:b", "accountID": "matrix", "network": "Matrix", "title": "A", "type": "single", "unreadCount": 0,
    ///         "participants": {"hasMore": false, "total": 2, "items": [{"id": "@a:b"}, {"id": "@me:b", "isSelf": true}]}}"#,
    /// )?;
    /// let account = Account::new("matrix", Network::from_bridge_type("matrix"), "@me:b");
    /// let (peer, direct) = DirectChat::read(&chat, &account).unwrap();
    /// assert_eq!(direct.id, "!a:b");
    /// assert!(matches!(peer, Peer::User(user) if user.id == "@a:b"));
    /// # Ok::<_, serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn read<'a>(chat: &'a wire::Chat, account: &Account) -> Option<(Peer<'a>, DirectChat)> {
        if chat.account_id != account.id || chat.chat_type != ChatType::Single {
            return None;
        }
        let list = &chat.participants;
        let is_own = |user: &wire::User| user.is_self == Some(true) || user.id == account.user.id;
        let own = list.items.iter().any(|p| is_own(&p.user));
        // A participant listed twice is one.
        let (mut people, mut bots): (Vec<&wire::Participant>, Vec<&wire::Participant>) =
            (vec![], vec![]);
        for participant in list.items.iter().filter(|p| !is_own(&p.user)) {
            let is_bot = participant.is_network_bot == Some(true);
            let seen = if is_bot { &mut bots } else { &mut people };
            if seen
                .iter()
                .all(|known| known.user.id != participant.user.id)
            {
                seen.push(participant);
            }
        }
        let told = list.items.len();
        let total = usize::try_from(list.total).unwrap_or(usize::MAX).max(told);
        let complete = !list.has_more && total == told;
        // A complete list without oneself: I left. A part of a list of more than two: it may be a crowd.
        if (complete && !own) || (!complete && total - bots.len() > 2) {
            return None;
        }
        // Bots don't count, but for a chat with nobody else and one of them.
        let peer = match (people.as_slice(), bots.as_slice()) {
            ([], []) => None,
            ([peer], _) | ([], [peer]) => Some(*peer),
            _ => return None,
        };
        let direct = DirectChat {
            id: chat.id.clone(),
            read_only: chat.is_read_only == Some(true),
            peer_pending: peer.is_some_and(|p| p.is_pending == Some(true)),
            archived: chat.is_archived == Some(true),
            last_activity: chat.last_activity.as_deref().and_then(Timestamp::parse),
        };
        let peer = match peer {
            Some(peer) => Peer::User(&peer.user),
            None if complete => Peer::Oneself,
            None => Peer::Unknown,
        };
        Some((peer, direct))
    }
}

impl fmt::Debug for DirectChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectChat")
            .field("read_only", &self.read_only)
            .field("peer_pending", &self.peer_pending)
            .field("archived", &self.archived)
            .finish_non_exhaustive()
    }
}
