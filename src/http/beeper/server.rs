//! The server side of the API: the responses to a start.

use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use super::super::Response;
use crate::pipeline::decide::{Action, Decision, Refusal, RefusalCode};
use crate::start::{NetworkRefusal, Outcome, StartResult};
use crate::wire::{ApiError, Chat, StartResponse, StartStatus};

/// Returns the response with a chat, and whether it existed before.
///
/// ```
/// use contact_resolution::http::beeper::started;
/// use contact_resolution::wire::{self, StartResponse, StartStatus};
///
/// let chat = wire::read(
///     br#"{"id": "!a:b", "accountID": "matrix", "network": "Matrix", "title": "A", "type": "single",
///          "unreadCount": 0, "participants": {"hasMore": false, "items": [], "total": 0}}"#,
/// )?;
/// let response = started(chat, StartStatus::Existing);
/// assert_eq!(response.status(), 200);
/// assert_eq!(wire::read::<StartResponse>(response.body())?.chat_id, "!a:b");
/// # Ok::<_, wire::ReadError>(())
/// ```
#[must_use]
pub fn started(chat: Chat, status: StartStatus) -> Response {
    json_response(
        StatusCode::OK,
        serde_json::to_vec(&StartResponse::new(chat, status)),
    )
}

/// Returns the response to a refusal, or `None` if the decision is not a refusal.
///
/// It has the status and code of the refusal. Its `details` list the candidates, the rejected fields, the unmet
/// requirements and the suggestions. `x-should-retry` shows clients whether a retry can help.
///
/// ```
/// use contact_resolution::Decision;
/// use contact_resolution::http::beeper::refused;
/// use contact_resolution::wire::{self, ApiError};
///
/// let response = refused(&Decision::account_not_found()).unwrap();
/// assert_eq!(response.status(), 404);
/// assert_eq!(response.headers()["x-should-retry"], "false");
/// assert_eq!(wire::read::<ApiError>(response.body())?.code, "account_not_found");
/// # Ok::<_, wire::ReadError>(())
/// ```
#[must_use]
pub fn refused(decision: &Decision) -> Option<Response> {
    match &decision.action {
        Action::Refuse(refusal) => Some(of_decision(decision, refusal)),
        Action::Reuse(_) | Action::Create(_) => None,
    }
}

/// Returns the response to a start without a chat, [`refused`] or failed. Returns `None` if there is a chat.
///
/// ```
/// use contact_resolution::http::beeper::not_started;
/// use contact_resolution::wire::{self, ApiError, StartRequest, UserPayload};
/// use contact_resolution::{Account, ChatStart, Network, Policy};
/// use contact_resolution::start::Effect;
///
/// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
/// let request = StartRequest::new("whatsapp", UserPayload::default());
/// let policy = Policy::default();
/// let mut start = ChatStart::new(&account, &request, &policy);
/// let Effect::Done(outcome) = start.advance(None) else { panic!() };
///
/// let response = not_started(&outcome).unwrap();
/// assert_eq!(response.status(), 422);
/// assert_eq!(wire::read::<ApiError>(response.body())?.code, "no_identifier");
/// # Ok::<_, wire::ReadError>(())
/// ```
#[must_use]
pub fn not_started(outcome: &Outcome) -> Option<Response> {
    let unknown = "it is unknown whether a chat was created. Look for one before the next start";
    Some(match &outcome.result {
        StartResult::Existing { .. } | StartResult::Created { .. } | StartResult::Opened { .. } => {
            return None;
        }
        StartResult::WrongChat { .. } => of_code(
            RefusalCode::UpstreamFailed,
            "the network opened a chat that is not with this person",
        ),
        StartResult::Refused => return refused(&outcome.decision),
        StartResult::RefusedByNetwork(refused) => of_network(refused, outcome.retry()),
        StartResult::NotSent => refused(&outcome.decision).unwrap_or_else(|| {
            of_code(
                RefusalCode::UpstreamFailed,
                "the network could not be reached, and no chat was created",
            )
        }),
        StartResult::Busy => of_code(
            RefusalCode::OutcomeUnknown,
            "another start for the same person is still under way",
        ),
        StartResult::Unknown { .. } => of_code(RefusalCode::OutcomeUnknown, unknown),
    })
}

/// Returns an error response: `code` for programs, `message` for people, and whether clients should retry.
///
/// By default, clients retry after some statuses. `should_retry` overrides that.
///
/// ```
/// use contact_resolution::http::beeper::error;
/// use http::StatusCode;
///
/// let response = error(StatusCode::UNAUTHORIZED, "unauthorized", "the token is missing or not the right one", false);
/// assert_eq!(response.status(), 401);
/// assert!(response.body().starts_with(br#"{"message":"the token"#));
/// ```
#[must_use]
pub fn error(status: StatusCode, code: &str, message: &str, should_retry: bool) -> Response {
    with_details(status, code, message, should_retry, Map::new())
}

fn of_code(code: RefusalCode, message: &str) -> Response {
    let should_retry = Refusal::new(code).retry;
    error(status(code), code.as_str(), message, should_retry)
}

fn of_decision(decision: &Decision, refusal: &Refusal) -> Response {
    // The details have the same form as in the JSON of a decision.
    let told = serde_json::to_value(decision).unwrap_or_default();
    let members = ["candidates", "fields", "unmet", "suggestions"].into_iter();
    let details = members
        .filter_map(|member| Some((member.to_owned(), told.get(member)?.clone())))
        .collect();
    let message = decision.reason.to_string();
    let code = refusal.code;
    let response = with_details(
        status(code),
        code.as_str(),
        &message,
        refusal.retry,
        details,
    );
    after(response, refusal.retry_after)
}

/// Returns the response to a create that the network refused.
fn of_network(refused: &NetworkRefusal, should_retry: bool) -> Response {
    let code = refused.code;
    let message = match code {
        RefusalCode::RateLimited => "rate limited by the network",
        RefusalCode::CannotMessage => "the network does not allow a chat with this person",
        _ => "the network refused to create the chat",
    };
    after(
        error(status(code), code.as_str(), message, should_retry),
        refused.retry_after,
    )
}

fn after(mut response: Response, time: Option<Duration>) -> Response {
    if let Some(time) = time {
        // Round up to whole seconds, never down.
        let seconds = time
            .as_secs()
            .saturating_add(u64::from(time.subsec_nanos() > 0));
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn status(code: RefusalCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn with_details(
    status: StatusCode,
    code: &str,
    message: &str,
    should_retry: bool,
    details: Map<String, Value>,
) -> Response {
    let details = if details.is_empty() {
        None
    } else {
        Some(details.into())
    };
    let body = ApiError {
        message: message.into(),
        code: code.into(),
        details,
        other: Map::new(),
    };
    let mut response = json_response(status, serde_json::to_vec(&body));
    let told = if should_retry { "true" } else { "false" };
    response
        .headers_mut()
        .insert("x-should-retry", HeaderValue::from_static(told));
    response
}

fn json_response(status: StatusCode, body: serde_json::Result<Vec<u8>>) -> Response {
    // Writing cannot fail: all keys of these types are texts.
    let mut response = Response::new(body.unwrap_or_default());
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
