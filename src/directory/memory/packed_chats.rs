//! The chats of a snapshot, packed until all of the snapshot is read.
//!
//! A chat as a value takes many times the memory of its text. So each is kept as JSON again: the members that a directory
//! uses, without their names.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::arena::Arena;
use crate::wire::{Chat, ChatType, Item, Known, Participant, Participants, User};

/// The id of a user, the handle, number, address and name, the other names, and the flags of the user and of the
/// participant.
#[derive(Serialize, Deserialize)]
struct PackedParticipant<T>(
    T,
    [Option<T>; 4],
    Vec<T>,
    [Option<bool>; 2],
    [Option<bool>; 2],
);

/// The id of a chat, its type, whether it only displays other chats, its flags, its last activity, and its participants
/// with their coverage.
#[derive(Serialize, Deserialize)]
struct PackedChat<T>(
    T,
    ChatType,
    bool,
    [Option<bool>; 2],
    Option<T>,
    (bool, u64),
    Vec<PackedParticipant<T>>,
);

/// Chats by their accounts.
pub(super) struct PackedChats {
    of_accounts: BTreeMap<String, Arena>,
    draft: Vec<u8>,
    /// Whether there was room for all of them.
    pub(super) is_complete: bool,
    /// The number of malformed chats.
    pub(super) skipped: usize,
}

/// The chats of one account.
pub(super) struct ChatRecords {
    account: String,
    arena: Arena,
    places: Vec<u32>,
}

/// A chat of a snapshot.
pub(super) struct SnapshotChat {
    pub(super) chat: Chat,
    /// Whether it only displays other chats of the snapshot.
    pub(super) only_displays: bool,
}

impl Default for PackedChats {
    fn default() -> Self {
        PackedChats {
            of_accounts: BTreeMap::new(),
            draft: Vec::new(),
            is_complete: true,
            skipped: 0,
        }
    }
}

impl PackedChats {
    pub(super) fn push(&mut self, chat: &Chat) {
        self.draft.clear();
        let is_written = serde_json::to_writer(&mut self.draft, &pack(chat)).is_ok();
        let account = chat.account_id.as_str();
        if !self.of_accounts.contains_key(account) {
            self.of_accounts.insert(account.to_owned(), Arena::new());
        }
        let arena = self.of_accounts.get_mut(account);
        let place = arena.and_then(|arena| arena.push(&self.draft));
        self.is_complete &= is_written && place.is_some();
    }

    /// Removes the chats of an account, and returns them.
    pub(super) fn take(&mut self, account: &str) -> ChatRecords {
        let arena = self.of_accounts.remove(account).unwrap_or_else(Arena::new);
        let mut places: Vec<u32> = arena.iter().map(|(at, _)| at).collect();
        // The order in the snapshot changes nothing.
        places.sort_by(|a, b| arena.get(*a).cmp(arena.get(*b)));
        ChatRecords {
            account: account.to_owned(),
            arena,
            places,
        }
    }
}

impl ChatRecords {
    pub(super) fn iter(&self) -> impl Iterator<Item = SnapshotChat> {
        let records = self.places.iter().map(|at| self.arena.get(*at));
        // Every record was written by `push`, so each is read.
        let packed = records.filter_map(|record| serde_json::from_slice(record).ok());
        packed.map(|packed| unpack(packed, &self.account))
    }
}

fn pack(chat: &Chat) -> PackedChat<&str> {
    let participants = chat.participants.items.iter().map(|participant| {
        let user = &participant.user;
        PackedParticipant(
            user.id.as_str(),
            [
                user.username.as_deref(),
                user.phone_number.as_deref(),
                user.email.as_deref(),
                user.full_name.as_deref(),
            ],
            user.other_names.iter().map(String::as_str).collect(),
            [user.cannot_message, user.is_self],
            [participant.is_network_bot, participant.is_pending],
        )
    });
    // A merged chat only displays its member chats, which are read themselves. It is read if it names no members, or itself
    // as a member.
    let members = chat.merge.as_ref().map(|merge| &merge.chat_ids);
    PackedChat(
        &chat.id,
        chat.chat_type.clone(),
        members.is_some_and(|ids| !ids.is_empty() && !ids.contains(&chat.id)),
        [chat.is_archived, chat.is_read_only],
        chat.last_activity.as_deref(),
        (chat.participants.has_more, chat.participants.total),
        participants.collect(),
    )
}

fn unpack(packed: PackedChat<String>, account: &str) -> SnapshotChat {
    let PackedChat(id, chat_type, only_displays, flags, last_activity, coverage, participants) =
        packed;
    let ([is_archived, is_read_only], (has_more, total)) = (flags, coverage);
    let participants = participants.into_iter().map(|packed| {
        let PackedParticipant(id, texts, other_names, of_user, of_participant) = packed;
        let [username, phone_number, email, full_name] = texts;
        let ([cannot_message, is_self], [is_network_bot, is_pending]) = (of_user, of_participant);
        let user = User {
            id,
            username,
            phone_number,
            email,
            full_name,
            other_names,
            cannot_message,
            is_self,
            ..User::default()
        };
        Participant {
            user,
            is_network_bot,
            is_pending,
            ..Participant::default()
        }
    });
    let chat = Chat {
        id,
        account_id: account.to_owned(),
        network: String::new(),
        participants: Participants {
            has_more,
            items: participants.collect(),
            total,
            ..Participants::default()
        },
        title: String::new(),
        chat_type,
        unread_count: 0,
        is_archived,
        is_read_only,
        last_activity,
        merge: None,
        merged_into_chat_id: None,
        other: serde_json::Map::new(),
    };
    SnapshotChat {
        chat,
        only_displays,
    }
}

impl<'de> Deserialize<'de> for PackedChats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Chats;

        impl<'de> Visitor<'de> for Chats {
            type Value = PackedChats;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of chats")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<PackedChats, A::Error> {
                let mut chats = PackedChats::default();
                while let Some(Known(item)) = list.next_element::<Known<Item<Chat>>>()? {
                    match item {
                        Item::WellFormed(chat) => chats.push(&chat),
                        Item::Malformed(_) => chats.skipped += 1,
                    }
                }
                chats.of_accounts.values_mut().for_each(Arena::shrink);
                Ok(chats)
            }
        }

        deserializer.deserialize_seq(Chats)
    }
}
