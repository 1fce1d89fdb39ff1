//! The spans and events of a start, for the feature `tracing`. They contain codes and counts, and nothing personal.

use std::future::Future;

use tracing::field::Empty;
use tracing::{Instrument, Span, debug, debug_span, info_span};

use super::TransportError;
use crate::http::{Request, Response};
use crate::ledger::ClaimResult;
use crate::person::Account;
use crate::pipeline::decide::RefusalCode;
use crate::start::{CreateResult, Effect, Outcome, Reply};

/// The span of a whole start. It ends with the result of the start.
#[derive(Clone)]
pub(super) struct StartSpan(Span);

impl StartSpan {
    pub(super) fn new(account: &Account) -> Self {
        StartSpan(info_span!(
            "chat_start",
            network = account.network.name(),
            result = Empty,
            reason = Empty,
            error.type = Empty,
            warnings = Empty,
        ))
    }

    pub(super) async fn run<F: Future>(&self, future: F) -> F::Output {
        future.instrument(self.0.clone()).await
    }

    pub(super) fn record(&self, outcome: &Outcome) {
        self.0.record("result", outcome.result.as_str());
        self.0.record("reason", outcome.reason().as_str());
        self.0.record("warnings", outcome.decision.warnings.len());
        if let Some(code) = outcome.code() {
            self.0.record("error.type", RefusalCode::as_str(code));
        }
    }

    pub(super) fn record_store_error(&self, store: &'static str) {
        self.0.record("error.type", store);
    }
}

/// The span of one effect. It ends with the reply.
pub(super) struct EffectSpan(Span);

impl EffectSpan {
    pub(super) fn new(effect: &Effect<'_>) -> Self {
        EffectSpan(match effect {
            Effect::Find(keys) => debug_span!("find", keys = keys.len(), people = Empty),
            Effect::Lookup(attempt) => {
                debug_span!("lookup", kind = attempt.kind.as_str(), result = Empty)
            }
            Effect::Claim(_) => debug_span!("claim", result = Empty),
            Effect::Create(chat) => {
                debug_span!("create", kind = chat.attempt.kind.as_str(), result = Empty)
            }
            Effect::Record(..) => debug_span!("record", result = Empty),
            Effect::Wait(time) => debug_span!("wait", seconds = time.as_secs_f64()),
            Effect::Done(_) => Span::none(),
        })
    }

    pub(super) async fn run<F: Future>(&self, future: F) -> F::Output {
        future.instrument(self.0.clone()).await
    }

    pub(super) fn record(&self, reply: &Reply) {
        let result = match reply {
            Reply::Found(answer) => {
                self.0.record("people", answer.people.len());
                return;
            }
            Reply::LookedUp(result) => result.as_str(),
            Reply::Claimed(ClaimResult::Acquired { .. }) => "acquired",
            Reply::Claimed(ClaimResult::Held) => "held",
            Reply::Claimed(ClaimResult::Expired { .. }) => "expired",
            Reply::Claimed(ClaimResult::AlreadyDone(_)) => "already_done",
            Reply::Created(CreateResult::Chat(_)) => "chat",
            Reply::Created(CreateResult::Absent) => "absent",
            Reply::Created(CreateResult::Refused(_)) => "refused",
            Reply::Created(CreateResult::NotSent) => "not_sent",
            Reply::Created(CreateResult::Lost) => "lost",
            Reply::Recorded(true) => "recorded",
            Reply::Recorded(false) => "not_recorded",
            Reply::Woke => return,
        };
        self.0.record("result", result);
    }
}

/// Reports one HTTP exchange. The names are those of OpenTelemetry's conventions for HTTP clients.
pub(super) fn report_exchange(
    request: &Request,
    resends: u32,
    end: &Result<Response, TransportError>,
) {
    let method = request.method().as_str();
    let route = request.route();
    match end {
        Ok(response) => debug!(
            http.request.method = method,
            url.template = route,
            http.response.status_code = response.status().as_u16(),
            http.request.resend_count = resends,
            "response"
        ),
        Err(error) => debug!(
            http.request.method = method,
            url.template = route,
            error.type = if error.sent { "no_response" } else { "not_sent" },
            http.request.resend_count = resends,
            "no response"
        ),
    }
}
