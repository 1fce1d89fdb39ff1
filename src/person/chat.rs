//! Direct chats, and which chats of the wire are direct chats.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::identity::{Identities, group_by_person};
use super::{Account, Person, Timestamp};
use crate::is_default::is_default;
use crate::wire::{self, ChatType, Participant};

/// A direct chat with one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the flags are members of the API and independent"
)]
pub struct DirectChat {
    /// The chat's id.
    pub id: String,
    /// Whether no message can be sent in it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub read_only: bool,
    /// Whether the own user is invited and has not joined yet.
    #[serde(default, skip_serializing_if = "is_default")]
    pub own_pending: bool,
    /// Whether the person is invited and has not joined yet.
    #[serde(default, skip_serializing_if = "is_default")]
    pub peer_pending: bool,
    /// Whether it is archived.
    #[serde(default, skip_serializing_if = "is_default")]
    pub archived: bool,
    /// The time of the last activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_activity: Option<Timestamp>,
}

/// The other side of a direct chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A person, with everything that the list of participants shows. A person who is listed several times is
    /// one.
    Person(Box<Person>),
    /// The own user, in the chat of the own user alone.
    OwnUser,
    /// Not known. The list of participants is incomplete, and only the own user is in it.
    Unknown,
}

impl DirectChat {
    /// Creates an open chat: writable, joined by both sides, not archived, of unknown activity.
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
            own_pending: false,
            peer_pending: false,
            archived: false,
            last_activity: None,
        }
    }

    /// Merges another record of the same chat. The order of the two records does not matter, because flags are combined
    /// and the newest activity counts.
    pub(super) fn merge(&mut self, other: &DirectChat) {
        self.read_only |= other.read_only;
        self.own_pending |= other.own_pending;
        self.peer_pending |= other.peer_pending;
        self.archived |= other.archived;
        self.last_activity = self.last_activity.max(other.last_activity);
    }

    /// Reads a chat of the wire as a direct chat of an account. Returns the other side and the chat.
    ///
    /// Returns `None` for a chat of another account, a group, a chat that the own user left, and a chat with several
    /// people.
    ///
    /// Participants are compared like records. A person who is listed under two ids is one person, and the own number is
    /// the own user. Bots of the network do not count, except if a bot is the only other participant.
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
    /// assert!(matches!(peer, Peer::Person(person) if person.id == "@a:b"));
    /// # Ok::<_, serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn read(chat: &wire::Chat, account: &Account) -> Option<(Peer, DirectChat)> {
        DirectChat::read_with(chat, &Identities::new(account))
    }

    /// Reads a chat as [`DirectChat::read`] does. The account is prepared once for many chats.
    pub(crate) fn read_with(
        chat: &wire::Chat,
        identities: &Identities<'_>,
    ) -> Option<(Peer, DirectChat)> {
        if chat.account_id != identities.account().id || chat.chat_type != ChatType::Single {
            return None;
        }
        let room = Room::of(&chat.participants.items, identities);
        let listed = chat.participants.items.len();
        let total = usize::try_from(chat.participants.total).unwrap_or(usize::MAX);
        let unlisted = total.saturating_sub(listed);
        let is_complete = !chat.participants.has_more && unlisted == 0;
        // The own user has left if a complete list lacks them. An incomplete list of more than two people may be a
        // group's.
        let is_left = is_complete && room.own.is_none();
        let people = usize::from(room.own.is_some()) + room.people.len() + unlisted;
        if is_left || (!is_complete && people > 2) {
            return None;
        }
        let peer = match (room.people.as_slice(), room.bots.as_slice()) {
            ([], []) => None,
            ([peer], _) | ([], [peer]) => Some(peer),
            _ => return None,
        };
        let direct = DirectChat {
            id: chat.id.clone(),
            read_only: chat.is_read_only == Some(true),
            own_pending: room.own.as_ref().is_some_and(|own| own.is_pending),
            peer_pending: peer.is_some_and(|peer| peer.is_pending),
            archived: chat.is_archived == Some(true),
            last_activity: chat.last_activity.as_deref().and_then(Timestamp::parse),
        };
        let peer = match peer {
            Some(peer) => Peer::Person(Box::new(peer.person.clone())),
            None if is_complete => Peer::OwnUser,
            None => Peer::Unknown,
        };
        Some((peer, direct))
    }
}

/// The people of a chat, each once.
#[derive(Default)]
struct Room {
    own: Option<Member>,
    people: Vec<Member>,
    bots: Vec<Member>,
}

/// One person in a chat, under all ids that they are listed with.
struct Member {
    person: Person,
    is_pending: bool,
}

impl Room {
    fn of(participants: &[Participant], identities: &Identities<'_>) -> Self {
        let records: Vec<Person> = participants.iter().map(|one| (&one.user).into()).collect();
        let known: Vec<_> = records.iter().map(|record| identities.of(record)).collect();
        let mut room = Room::default();
        for list in group_by_person(&known) {
            let is_own = list.iter().any(|at| known[*at].is_own);
            let listed = || list.iter().map(|at| &participants[*at]);
            let is_bot = listed().any(|one| one.is_network_bot == Some(true));
            let is_pending = listed().all(|one| one.is_pending == Some(true));
            let mut people = list.iter().map(|at| records[*at].clone());
            let Some(mut person) = people.next() else {
                continue;
            };
            people.for_each(|record| person.append(record));
            person.join_equal_values();
            let member = Member { person, is_pending };
            if is_own {
                room.own = Some(member);
            } else if is_bot {
                room.bots.push(member);
            } else {
                room.people.push(member);
            }
        }
        room
    }
}

impl fmt::Debug for DirectChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectChat")
            .field("read_only", &self.read_only)
            .field("own_pending", &self.own_pending)
            .field("peer_pending", &self.peer_pending)
            .field("archived", &self.archived)
            .finish_non_exhaustive()
    }
}
