//! The contacts of an account: the list, and the search.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_resolution::http::beeper::error;
use contact_resolution::pipeline::triage::triage;
use contact_resolution::wire::{ContactSearch, User, UserPayload};
use contact_resolution::{Identifier, IdentifierKind, LookupResult, Policy, RefusalCode};

use crate::body::invalid;
use crate::guard::answer;
use crate::lists::no_account;
use crate::network;
use crate::query::{Id, Members, page};
use crate::world::World;

/// The number of people that a search by name finds.
const SEARCH_LIMIT: usize = 20;

pub(crate) async fn list(
    State(world): State<Arc<World>>,
    Id(id): Id,
    members: Members,
) -> Response {
    if world.account(&id).is_none() {
        return no_account();
    }
    let users = match members.get("query") {
        Some(query) => Arc::new(by_name(&world, &id, query).await),
        None => world.contacts.get(&id).cloned().unwrap_or_default(),
    };
    page(&users, |user| &user.id, &members, 50)
        .map_or_else(invalid, |page| Json(page).into_response())
}

/// Finds the person of a phone number, an email address or a `@username`, also on the network. Any other text finds known
/// people only, by name or by their exact identifier.
pub(crate) async fn search(
    State(world): State<Arc<World>>,
    Id(id): Id,
    members: Members,
) -> Response {
    let Some(query) = members.get("query").map(str::trim) else {
        return invalid("query is required");
    };
    let Some(account) = world.account(&id) else {
        return no_account();
    };
    let payload = UserPayload {
        username: Some(query.to_owned()),
        ..UserPayload::default()
    };
    let candidates = triage(&payload, account, &Policy::default()).candidates;
    let identifiers: Vec<Identifier> = candidates
        .into_iter()
        .filter_map(|candidate| candidate.identifier)
        .collect();
    let is_address =
        |one: &Identifier| matches!(one.kind(), IdentifierKind::Phone | IdentifierKind::Email);
    let is_exact = query.contains('@') || identifiers.iter().any(is_address);
    let mut people = if is_exact {
        Vec::new()
    } else {
        by_name(&world, &id, query).await
    };
    for identifier in &identifiers {
        let holders = world.state().holders(&id, &[identifier.key()]).people;
        people.extend(holders.iter().map(|person| world.user(&id, person)));
        if !holders.is_empty() || !is_exact || !account.can_look_up(identifier.kind()) {
            continue;
        }
        match network::lookup(&world, account, identifier.kind(), identifier.as_str()) {
            LookupResult::Confirmed { person, .. } => people.push(world.user(&id, &person)),
            LookupResult::Absent => {}
            LookupResult::Hidden => return no_answer(RefusalCode::CannotMessage),
            LookupResult::RateLimited(_) => return no_answer(RefusalCode::RateLimited),
            _ => return no_answer(RefusalCode::UpstreamFailed),
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

async fn by_name(world: &World, account: &str, name: &str) -> Vec<User> {
    let people = world.similar_names(account, name, SEARCH_LIMIT).await;
    people
        .iter()
        .map(|person| world.user(account, person))
        .collect()
}

/// Returns the response if the network gave no answer.
fn no_answer(code: RefusalCode) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or_default();
    let should_retry = code != RefusalCode::CannotMessage;
    let message = "the network gave no answer";
    answer(error(status, code.as_str(), message, should_retry))
}
