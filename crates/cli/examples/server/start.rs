//! `POST /v1/chats/start`: carries out a start.
//!
//! The server drives the state machine itself. Its network and its directory are in memory, and its store has threads of
//! its own.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use contact_resolution::http::beeper::{error, not_started, refused, started};
use contact_resolution::start::{Effect, Reply, StartTiming};
use contact_resolution::wire::{StartRequest, StartStatus};
use contact_resolution::{
    Account, ChatStart, ClaimResult, Decision, FirstMessageStatus, Outcome, Policy, StartResult,
};

use crate::body;
use crate::guard::{answer, busy, unknown};
use crate::network;
use crate::world::World;

/// The number of people that a refusal suggests.
const SUGGESTIONS: usize = 5;

pub(crate) async fn start(State(world): State<Arc<World>>, body: Body) -> Response {
    let request: StartRequest = match body::read(body).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    let Some(permit) = world.limits.begin_start() else {
        return busy();
    };
    // In a task of its own, so that a client that disconnects does not stop it halfway.
    let task = tokio::spawn(async move {
        let response = respond(&world, &request).await;
        drop(permit);
        response
    });
    match task.await {
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
    let Some(account) = world.account(&request.account_id) else {
        let response = refused(&Decision::account_not_found());
        return answer(response.unwrap_or_default());
    };
    let outcome = carry_out(world, account, request).await;
    let (chat_id, status, message_sent) = match &outcome.result {
        StartResult::Created {
            chat_id, message, ..
        } => {
            let is_sent = *message == FirstMessageStatus::Sent;
            (chat_id, StartStatus::Created, Some(is_sent))
        }
        // If the message may have been sent, the answer leaves `messageSent` out.
        StartResult::Existing {
            chat_id,
            may_have_sent,
        } => (
            chat_id,
            StartStatus::Existing,
            (!may_have_sent).then_some(false),
        ),
        _ => return answer(not_started(&outcome).unwrap_or_default()),
    };
    let chat = world.state().chats.get(chat_id).cloned();
    let Some(mut chat) = chat.map(Arc::unwrap_or_clone) else {
        return unknown("chat");
    };
    if let Some(message_sent) = message_sent {
        chat.other.insert("messageSent".into(), message_sent.into());
    }
    answer(started(chat, status))
}

async fn carry_out(world: &World, account: &Account, request: &StartRequest) -> Outcome {
    let policy = Policy::default();
    // The simulated networks answer at once, so the waits can be short.
    let mut timing = StartTiming::default();
    timing.after_lost = Duration::from_millis(200);
    timing.while_busy = Duration::from_millis(50);
    let mut start = ChatStart::new(account, request, &policy).with_timing(timing);
    let mut reply = None;
    loop {
        reply = Some(match start.advance(reply.take()) {
            Effect::Find(keys) => Reply::Found(world.state().holders(&account.id, keys)),
            Effect::Lookup(attempt) => {
                let (kind, value) = (attempt.kind, &attempt.value);
                Reply::LookedUp(network::lookup(world, account, kind, value))
            }
            // If the ledger fails, nothing may be created. So the claim counts as held.
            Effect::Claim(claim_key) => {
                let claim = world.claims.claim(claim_key).await;
                Reply::Claimed(claim.unwrap_or(ClaimResult::Held))
            }
            Effect::Create(chat) => {
                let (kind, value) = (chat.attempt.kind, &chat.attempt.value);
                Reply::Created(network::create(world, account, kind, value).await)
            }
            Effect::Record(claim, outcome) => {
                let recorded = world.claims.record(claim, &outcome).await;
                Reply::Recorded(recorded.unwrap_or(false))
            }
            Effect::Wait(time) => {
                tokio::time::sleep(time).await;
                Reply::Woke
            }
            Effect::Done(mut outcome) => {
                if let Some(name) = start.suggestion_name(&outcome) {
                    let people = world.similar_names(&account.id, name, SUGGESTIONS).await;
                    outcome.decision.suggest(&people);
                }
                return outcome;
            }
        });
    }
}
