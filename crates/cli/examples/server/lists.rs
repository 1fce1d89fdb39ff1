//! The read requests: accounts, contacts, chats, and the abilities of bridges.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_resolution::http::beeper::{error, refused};
use contact_resolution::pipeline::triage::triage;
use contact_resolution::wire::{
    Account, BridgeCapabilities, Chat, ContactSearch, Page, User, UserPayload,
};
use contact_resolution::{Decision, Directory, LookupResult, Policy, RefusalCode, Timestamp};
use serde_json::json;

use crate::guard::answer;
use crate::network;
use crate::world::{KnownAccount, World};

type Members = Query<Vec<(String, String)>>;

pub(crate) async fn info() -> Response {
    Json(json!({
        "app": {"bundle_id": "contact-resolution", "name": "contact-resolution example", "version": env!("CARGO_PKG_VERSION")},
        "server": {"status": "ok"},
    }))
    .into_response()
}

pub(crate) async fn accounts(State(world): State<Arc<World>>) -> Response {
    let known = world.known();
    Json(known.snapshot.accounts.iter().map(told).collect::<Vec<_>>()).into_response()
}

pub(crate) async fn account(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let known = world.known();
    match known
        .snapshot
        .accounts
        .iter()
        .find(|account| account.account_id == id)
    {
        Some(account) => Json(told(account)).into_response(),
        None => no_account(),
    }
}

/// Returns an account without the members that only a directory file has.
fn told(account: &Account) -> Account {
    Account {
        region: None,
        resolve_identifier: None,
        ..account.clone()
    }
}

fn no_account() -> Response {
    answer(refused(&Decision::account_not_found()).unwrap_or_default())
}

pub(crate) async fn capabilities(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
) -> Response {
    let known = world.known();
    let of_bridge = |account: &&Account| account.bridge.id == id;
    match known
        .snapshot
        .accounts
        .iter()
        .find(of_bridge)
        .and_then(|account| account.resolve_identifier)
    {
        Some(resolve_identifier) => {
            let mut capabilities = BridgeCapabilities {
                resolve_identifier,
                ..BridgeCapabilities::default()
            };
            capabilities
                .other
                .insert("group_creation".into(), json!({}));
            Json(capabilities).into_response()
        }
        None => nothing_at("bridge"),
    }
}

/// Searches the contacts by name, and the network too if the query is an exact identifier.
pub(crate) async fn search_contacts(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Query(members): Members,
) -> Response {
    let query = members
        .iter()
        .find(|(name, _)| name == "query")
        .map_or("", |(_, value)| value.trim());
    if query.is_empty() {
        return invalid("query is required");
    }
    let known = world.known();
    let Some(account) = known.account(&id) else {
        return no_account();
    };
    let mut people = by_name(&known, &id, query);
    // The engine reads any kind of identifier. A handle needs its `@` to be looked up, as in the API.
    let payload = UserPayload {
        username: Some(query.to_owned()),
        ..UserPayload::default()
    };
    let triage = triage(&payload, account, &Policy::default());
    let is_bare = !query.contains(['@', '+', ':']) && !query.bytes().any(|b| b.is_ascii_digit());
    for identifier in triage
        .candidates
        .iter()
        .filter_map(|candidate| candidate.identifier.as_ref())
    {
        let holders = known.holders(&id, &[identifier.key()]).people;
        people.extend(holders.iter().map(|person| known.user(&id, person)));
        if !holders.is_empty() || is_bare || !account.can_look_up(identifier.kind()) {
            continue;
        }
        match network::lookup(&known, account, identifier.kind(), identifier.as_str()) {
            LookupResult::Confirmed { person, .. } => people.push(known.user(&id, &person)),
            LookupResult::Absent => {}
            LookupResult::Hidden => return unanswered(RefusalCode::CannotMessage),
            LookupResult::RateLimited(_) => return unanswered(RefusalCode::RateLimited),
            _ => {
                return unanswered(RefusalCode::UpstreamFailed);
            }
        }
    }
    let mut seen = HashSet::new();
    people.retain(|user| seen.insert(user.id.clone()));
    Json(ContactSearch {
        items: people,
        ..ContactSearch::default()
    })
    .into_response()
}

/// Returns the response if the network gave no answer.
fn unanswered(code: RefusalCode) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or_default();
    let should_retry = code != RefusalCode::CannotMessage;
    answer(error(
        status,
        code.as_str(),
        "the network gave no answer",
        should_retry,
    ))
}

fn by_name(known: &KnownAccount, account: &str, name: &str) -> Vec<User> {
    let Ok(people) = known.directory.suggest(account, name, 20);
    people
        .iter()
        .map(|person| known.user(account, person))
        .collect()
}

pub(crate) async fn contacts(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Query(members): Members,
) -> Response {
    let known = world.known();
    if known.account(&id).is_none() {
        return no_account();
    }
    let users = match members.iter().find(|(name, _)| name == "query") {
        Some((_, query)) => by_name(&known, &id, query),
        None => known
            .snapshot
            .contacts
            .get(&id)
            .cloned()
            .unwrap_or_default(),
    };
    page(&users, |user| &user.id, &members, 50)
        .map_or_else(invalid, |page| Json(page).into_response())
}

pub(crate) async fn chats(State(world): State<Arc<World>>, Query(members): Members) -> Response {
    // A list is sent as `accountIDs=a&accountIDs=b`, or with brackets by some clients.
    let is_account =
        |(name, _): &&(String, String)| matches!(name.as_str(), "accountIDs" | "accountIDs[]");
    let wanted: Vec<&str> = members
        .iter()
        .filter(is_account)
        .map(|(_, value)| value.as_str())
        .collect();
    let known = world.known();
    let is_wanted = |chat: &&Chat| wanted.is_empty() || wanted.contains(&chat.account_id.as_str());
    let mut chats: Vec<Chat> = known
        .snapshot
        .chats
        .iter()
        .filter(is_wanted)
        .cloned()
        .collect();
    chats.sort_by_cached_key(|chat| {
        (
            Reverse(chat.last_activity.as_deref().and_then(Timestamp::parse)),
            chat.id.clone(),
        )
    });
    page(&chats, |chat| &chat.id, &members, 25)
        .map_or_else(invalid, |page| Json(page).into_response())
}

pub(crate) async fn chat(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    match world.known().chat(&id) {
        Some(chat) => Json(chat).into_response(),
        None => nothing_at("chat"),
    }
}

fn nothing_at(what: &str) -> Response {
    answer(error(
        StatusCode::NOT_FOUND,
        "not_found",
        &format!("there is no such {what}"),
        false,
    ))
}

fn invalid(message: &str) -> Response {
    answer(error(
        StatusCode::BAD_REQUEST,
        "invalid_request",
        message,
        false,
    ))
}

/// Returns one page of a list, which begins with the newest item. A cursor is the id of the item next to the page.
fn page<T: Clone>(
    items: &[T],
    id: impl Fn(&T) -> &String,
    members: &[(String, String)],
    default_limit: usize,
) -> Result<Page<T>, &'static str> {
    let member = |name: &str| {
        members
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    };
    let limit = match member("limit").map(str::parse) {
        None => default_limit,
        Some(Ok(limit @ 1..=200)) => limit,
        Some(_) => return Err("limit is a number from 1 to 200"),
    };
    let at = match member("cursor") {
        None => None,
        Some(cursor) => Some(
            items
                .iter()
                .position(|item| id(item) == cursor)
                .ok_or("the cursor is of no page")?,
        ),
    };
    let (from, to) = match (at, member("direction")) {
        (None, None | Some("before" | "after")) => (0, limit),
        (Some(at), None | Some("before")) => (at + 1, at + 1 + limit),
        (Some(at), Some("after")) => (at.saturating_sub(limit), at),
        (_, Some(_)) => return Err("direction is before or after"),
    };
    let items_told = &items[from.min(items.len())..to.min(items.len())];
    let cursor = |item: Option<&T>| item.map(|item| id(item).clone());
    let goes_on = if at.is_some() && member("direction") == Some("after") {
        from > 0
    } else {
        to < items.len()
    };
    Ok(Page {
        items: items_told.to_vec(),
        has_more: goes_on,
        oldest_cursor: cursor(items_told.last()),
        newest_cursor: cursor(items_told.first()),
        skipped: 0,
        other: serde_json::Map::new(),
    })
}
