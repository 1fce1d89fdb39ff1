//! The chats: the list, the search, and changes to one chat.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_resolution::http::beeper::error;
use contact_resolution::wire::{Chat, ChatType, Page};
use contact_resolution::{RefusalCode, Timestamp};
use serde::Deserialize;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::body::{self, invalid};
use crate::guard::{answer, unknown};
use crate::query::{Id, Members, page};
use crate::world::{World, now};

/// The number of participants in the chats of a list.
const LISTED_PARTICIPANTS: usize = 20;

/// The number of participants in one chat if the request has no limit.
const DEFAULT_PARTICIPANTS: i64 = 100;

pub(crate) async fn list(State(world): State<Arc<World>>, members: Members) -> Response {
    respond(world, members, 25, |_, _| true).await
}

/// Finds chats by words of their titles, networks or participants, and by their state.
pub(crate) async fn search(State(world): State<Arc<World>>, members: Members) -> Response {
    respond(world, members, 50, fits).await
}

/// Returns a page of the chats that fit. Sorting many chats takes long, so it is done on a thread of its own.
async fn respond(
    world: Arc<World>,
    members: Members,
    default_limit: usize,
    fits: fn(&Chat, &Members) -> bool,
) -> Response {
    // The semaphore is never closed.
    let _permit = world.limits.lists.acquire().await;
    let chats: Vec<Arc<Chat>> = world.state().chats.values().cloned().collect();
    let selected = spawn_blocking(move || {
        let is_wanted = |chat: &Arc<Chat>| {
            let mut accounts = members.all("accountIDs").peekable();
            let is_of_account =
                accounts.peek().is_none() || accounts.any(|account| account == chat.account_id);
            is_of_account && fits(chat, &members)
        };
        let mut chats: Vec<_> = chats.into_iter().filter(is_wanted).collect();
        chats.sort_by_cached_key(|chat| (Reverse(activity(chat)), chat.id.clone()));
        let selected = page(&chats, |chat| &chat.id, &members, default_limit)?;
        Ok::<_, &str>(Page {
            items: selected
                .items
                .iter()
                .map(|chat| shortened(chat, LISTED_PARTICIPANTS))
                .collect(),
            has_more: selected.has_more,
            oldest_cursor: selected.oldest_cursor,
            newest_cursor: selected.newest_cursor,
            skipped: 0,
            other: selected.other,
        })
    });
    match selected.await {
        Ok(Ok(page)) => Json(page).into_response(),
        Ok(Err(message)) => invalid(message),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn activity(chat: &Chat) -> Option<Timestamp> {
    chat.last_activity.as_deref().and_then(Timestamp::parse)
}

fn fits(chat: &Chat, members: &Members) -> bool {
    let is_type = match members.get("type") {
        Some("single") => chat.chat_type == ChatType::Single,
        Some("group") => chat.chat_type == ChatType::Group,
        _ => true,
    };
    let is_set = |member: &str| chat.other.get(member) == Some(&true.into());
    let is_archived = chat.is_archived.unwrap_or(false);
    let is_in = match members.get("inbox") {
        Some("primary") => !is_archived && !is_set("isLowPriority"),
        Some("low-priority") => is_set("isLowPriority"),
        Some("archive") => is_archived,
        _ => true,
    };
    let is_loud = members.get("includeMuted") != Some("false") || !is_set("isMuted");
    let is_unread = members.get("unreadOnly") != Some("true") || chat.unread_count > 0;
    let time = |member: &str| members.get(member).and_then(Timestamp::parse);
    let is_after = time("lastActivityAfter").is_none_or(|time| activity(chat) > Some(time));
    let is_before = time("lastActivityBefore").is_none_or(|time| activity(chat) < Some(time));
    is_type && is_in && is_loud && is_unread && is_after && is_before && has_words(chat, members)
}

/// Returns whether a chat has all words of the query, in any case.
fn has_words(chat: &Chat, members: &Members) -> bool {
    let Some(query) = members.get("query") else {
        return true;
    };
    let scope = members.get("scope");
    let mut text = String::new();
    if scope != Some("participants") {
        text.extend([&chat.title, " ", &chat.network, " "]);
    }
    if scope != Some("titles") {
        for participant in &chat.participants.items {
            text.extend(participant.user.full_name.as_deref());
            text.push(' ');
        }
    }
    let text = text.to_lowercase();
    query
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

/// Returns a chat with at most this number of participants.
fn shortened(chat: &Chat, participants: usize) -> Chat {
    let mut chat = chat.clone();
    if chat.participants.items.len() > participants {
        chat.participants.items.truncate(participants);
        chat.participants.has_more = true;
    }
    chat
}

pub(crate) async fn chat(
    State(world): State<Arc<World>>,
    Id(id): Id,
    members: Members,
) -> Response {
    let count = members.get("maxParticipantCount").map(str::parse);
    let participants = match count {
        None => DEFAULT_PARTICIPANTS,
        Some(Ok(count @ -1..=500)) => count,
        Some(_) => return invalid("maxParticipantCount is a number from -1 to 500"),
    };
    let participants = usize::try_from(participants).unwrap_or(usize::MAX);
    let found = world.state().chats.get(&id).cloned();
    match found {
        Some(chat) => Json(shortened(&chat, participants)).into_response(),
        None => unknown("chat"),
    }
}

/// The members of a change that this server carries out. `null` means no change.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Changes {
    is_archived: Option<bool>,
    is_low_priority: Option<bool>,
    is_muted: Option<bool>,
    is_pinned: Option<bool>,
    title: Option<String>,
}

pub(crate) async fn update(State(world): State<Arc<World>>, Id(id): Id, body: Body) -> Response {
    let changes: Changes = match body::read(body).await {
        Ok(changes) => changes,
        Err(response) => return response,
    };
    let chat = change(&world, &id, |chat| {
        chat.is_archived = changes.is_archived.or(chat.is_archived);
        for (name, value) in [
            ("isLowPriority", changes.is_low_priority),
            ("isMuted", changes.is_muted),
            ("isPinned", changes.is_pinned),
        ] {
            if let Some(value) = value {
                chat.other.insert(name.into(), value.into());
            }
        }
        if let Some(title) = changes.title {
            chat.title = title;
        }
    });
    match chat {
        Some(chat) => Json(&*chat).into_response(),
        None => unknown("chat"),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Archive {
    archived: Option<bool>,
}

pub(crate) async fn archive(State(world): State<Arc<World>>, Id(id): Id, body: Body) -> Response {
    let archive: Archive = match body::read(body).await {
        Ok(archive) => archive,
        Err(response) => return response,
    };
    let archived = archive.archived.unwrap_or(true);
    match change(&world, &id, |chat| chat.is_archived = Some(archived)) {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => unknown("chat"),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    text: Option<String>,
}

pub(crate) async fn send_message(
    State(world): State<Arc<World>>,
    Id(id): Id,
    body: Body,
) -> Response {
    let message: Message = match body::read(body).await {
        Ok(message) => message,
        Err(response) => return response,
    };
    if message.text.is_none_or(|text| text.trim().is_empty()) {
        return invalid("text is required");
    }
    let known = world.state().chats.get(&id).cloned();
    if known.is_some_and(|chat| chat.is_read_only == Some(true)) {
        let code = RefusalCode::CannotMessage;
        let message = "no message can be sent in this chat";
        return answer(error(StatusCode::FORBIDDEN, code.as_str(), message, false));
    }
    // The simulated network accepts the message and shows it to no one.
    match change(&world, &id, |chat| chat.last_activity = Some(now())) {
        Some(chat) => {
            let message_id = format!("pending-{}", world.next_message());
            Json(json!({"chatID": chat.id, "pendingMessageID": message_id})).into_response()
        }
        None => unknown("chat"),
    }
}

/// Changes a chat. Returns the new chat, or `None` if it does not exist.
fn change(world: &World, id: &str, change: impl FnOnce(&mut Chat)) -> Option<Arc<Chat>> {
    let mut state = world.state();
    let mut chat = Chat::clone(state.chats.get(id)?);
    change(&mut chat);
    let account = world.account(&chat.account_id)?;
    Some(state.replace(account, chat))
}
