//! `POST /v1/chats/start`: carries out a start.
//!
//! The server drives the state machine itself. All effects are answered from memory, except for the waits.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::Response;
use contact_resolution::http::beeper::{error, not_started, refused, started};
use contact_resolution::start::{Effect, Reply, StartTiming};
use contact_resolution::wire::{self, StartRequest, StartStatus};
use contact_resolution::{
    Account, ChatStart, ClaimResult, Decision, Outcome, Policy, RefusalCode, StartResult,
};

use crate::guard::answer;
use crate::network;
use crate::world::World;

pub(crate) async fn start(
    State(world): State<Arc<World>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let invalid = RefusalCode::InvalidRequest.as_str();
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            return answer(error(
                rejection.status(),
                invalid,
                "the body can't be taken",
                false,
            ));
        }
    };
    let request: StartRequest = match wire::read(&body) {
        Ok(request) => request,
        Err(place) => {
            return answer(error(
                StatusCode::BAD_REQUEST,
                invalid,
                &place.to_string(),
                false,
            ));
        }
    };
    // In a task of its own, so that a client that disconnects does not stop it halfway.
    match tokio::spawn(async move { respond(&world, &request).await }).await {
        Ok(response) => response,
        Err(_) => answer(error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "this is a bug",
            false,
        )),
    }
}

async fn respond(world: &World, request: &StartRequest) -> Response {
    let account = world.known().account(&request.account_id).cloned();
    let ended = match account {
        None => Err(refused(&Decision::account_not_found())),
        Some(account) => {
            let outcome = carry_out(world, &account, request).await;
            match &outcome.result {
                StartResult::Existing { chat_id, .. } => {
                    Ok((chat_id.clone(), StartStatus::Existing))
                }
                StartResult::Created { chat_id, .. } => Ok((chat_id.clone(), StartStatus::Created)),
                _ => Err(not_started(&outcome)),
            }
        }
    };
    let response = match ended {
        Ok((chat_id, status)) => world
            .known()
            .chat(&chat_id)
            .cloned()
            .map(|chat| started(chat, status)),
        Err(response) => response,
    };
    answer(response.unwrap_or_else(|| {
        error(
            StatusCode::NOT_FOUND,
            "not_found",
            "the chat is not there any more",
            false,
        )
    }))
}

async fn carry_out(world: &World, account: &Account, request: &StartRequest) -> Outcome {
    let policy = Policy::default();
    // The simulated networks answer at once, so the waits can be short.
    let mut timing = StartTiming::default();
    timing.after_lost = Duration::from_millis(200);
    timing.while_busy = Duration::from_millis(50);
    let mut start = ChatStart::new(account, request, &policy).with_timing(timing);
    let mut answer = None;
    loop {
        answer = Some(match start.advance(answer.take()) {
            Effect::Find(keys) => Reply::Found(world.known().holders(&account.id, keys)),
            Effect::Lookup(attempt) => Reply::LookedUp(network::lookup(
                &world.known(),
                account,
                attempt.kind,
                &attempt.value,
            )),
            // If the ledger fails, nothing may be created. So the claim counts as held.
            Effect::Claim(claim_key) => {
                Reply::Claimed(world.claim(claim_key).unwrap_or(ClaimResult::Held))
            }
            Effect::Create(chat) => Reply::Created(network::create(
                &mut world.known(),
                account,
                chat.attempt.kind,
                &chat.attempt.value,
            )),
            Effect::Record(claim, outcome) => {
                Reply::Recorded(world.record(claim, &outcome).unwrap_or(false))
            }
            Effect::Wait(time) => {
                tokio::time::sleep(time).await;
                Reply::Woke
            }
            Effect::Done(mut outcome) => {
                if let Some(name) = start.suggestion_name(&outcome) {
                    outcome
                        .decision
                        .suggest(&world.known().named(&account.id, name));
                }
                return outcome;
            }
        });
    }
}
