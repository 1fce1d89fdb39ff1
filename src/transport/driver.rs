//! The driver: carries out the effects of a start until it ends. The blocking and the asynchronous client share it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::host::{Io, Stores};
#[cfg(feature = "lookup-limits")]
use super::lookup_limits::{LookupLimits, is_kept, person};
use super::time_budget::{TimeBudget, TimeShare};
use super::trace::{EffectSpan, StartSpan, report_exchange};
use super::{RetryPolicy, SingleFlight, StartError, TransportError};
use crate::directory::{DirectoryAnswer, DirectoryQuery};
use crate::http::{self, Request, Response, ServerApi};
use crate::ledger::ClaimOutcome;
use crate::person::Account;
use crate::pipeline::SUGGESTIONS;
use crate::pipeline::decide::Attempt;
use crate::pipeline::lookup::LookupResult;
use crate::start::{ChatStart, CreateResult, Effect, NetworkRefusal, Outcome, Reply, StartResult};

/// The server API, the retry policy and the single-flight lock of a driver.
pub(super) struct Driver<'a> {
    pub api: &'a dyn ServerApi,
    pub retry: RetryPolicy,
    pub flights: Option<&'a SingleFlight>,
    #[cfg(feature = "lookup-limits")]
    pub lookup_limits: Option<&'a LookupLimits>,
}

impl Driver<'_> {
    /// Carries out a start.
    pub(super) async fn start<I: Io, S: Stores>(
        &self,
        start: ChatStart<'_>,
        io: &I,
        stores: &S,
    ) -> Result<Outcome, StartError<S::DirectoryError, S::LedgerError>> {
        let span = StartSpan::new(start.account());
        // A start is large, and a caller may move the future.
        let end = span.run(Box::pin(self.carry_out(start, io, stores))).await;
        match &end {
            Ok(outcome) => span.record(outcome),
            Err(StartError::Directory(_)) => span.record_store_error("directory"),
            Err(StartError::Ledger(_)) => span.record_store_error("ledger"),
        }
        end
    }

    async fn carry_out<I: Io, S: Stores>(
        &self,
        start: ChatStart<'_>,
        io: &I,
        stores: &S,
    ) -> Result<Outcome, StartError<S::DirectoryError, S::LedgerError>> {
        let mut start = start.with_dialect(self.api.dialect());
        let account = start.account();
        let time = TimeBudget::new(start.timing().total);
        // The lock is kept from the claim to the end of the start. It is released earlier before another claim, and
        // while another process has the claim.
        let mut flight = None;
        let (mut last_reply, mut failed_lookup) = (None, None);
        loop {
            let effect = start.advance(last_reply.take());
            let span = EffectSpan::new(&effect);
            let reply = match effect {
                Effect::Find(keys) => {
                    let account = &account.id;
                    let found = span.run(stores.find(DirectoryQuery { account, keys }));
                    match found.await {
                        Ok(found) => Reply::Found(found.unwrap_or_default()),
                        // A create of this start may have made a chat, so the start must end as unknown, not in an
                        // error.
                        Err(_) if start.is_in_doubt() => Reply::Found(DirectoryAnswer::default()),
                        Err(error) => {
                            // Releases the claim, since no create was sent.
                            if let Some(claim) = start.abandonable_claim() {
                                let _ = stores.record(&claim, &ClaimOutcome::NoChat).await;
                            }
                            return Err(StartError::Directory(error));
                        }
                    }
                }
                Effect::Lookup(attempt) => {
                    let attempt = attempt.clone();
                    let is_in_doubt = start.is_in_doubt();
                    let lookup = self.lookup(io, stores, account, &attempt, is_in_doubt, &time);
                    let (result, refusal) = span.run(lookup).await;
                    failed_lookup = refusal;
                    Reply::LookedUp(result)
                }
                Effect::Claim(claim_key) => {
                    drop(flight.take());
                    if let Some(flights) = self.flights {
                        flight = Some(span.run(io.enter(flights, claim_key)).await);
                    }
                    let result = span.run(stores.claim(claim_key)).await;
                    Reply::Claimed(result.map_err(StartError::Ledger)?)
                }
                Effect::Create(chat) => {
                    let request = self.api.create(account, chat);
                    let response = exchange(io, self.retry, time.of_create(), request);
                    let response = span.run(response).await;
                    let read = |response| self.api.read_create(&response);
                    Reply::Created(response.map_or_else(|error| without_response(&error), read))
                }
                Effect::Record(claim, outcome) => {
                    let recorded = span.run(stores.record(claim, &outcome)).await;
                    Reply::Recorded(recorded.unwrap_or(false))
                }
                Effect::Wait(wait) => {
                    let wait = if start.is_in_doubt() {
                        time.wait_after_lost(wait)
                    } else {
                        // Another process has the claim. Other starts of this process may also wait.
                        flight = None;
                        wait
                    };
                    span.run(io.sleep(wait)).await;
                    Reply::Woke
                }
                Effect::Done(mut outcome) => {
                    if outcome.result == StartResult::Refused {
                        outcome.failed_lookup = failed_lookup;
                    }
                    // Suggestions do not change the result, so an error here is ignored.
                    if let Some(name) = start.suggestion_name(&outcome)
                        && let Ok(people) = stores.suggest(&account.id, name, SUGGESTIONS).await
                    {
                        outcome.decision.suggest(&people);
                    }
                    return Ok(outcome);
                }
            };
            span.record(&reply);
            last_reply = Some(reply);
        }
    }
}

impl Driver<'_> {
    /// Looks up an identifier. With limits, a kept result or a spent budget can give the result without a request.
    #[cfg_attr(
        not(feature = "lookup-limits"),
        expect(unused_variables, reason = "only limits read the stores")
    )]
    async fn lookup<I: Io, S: Stores>(
        &self,
        io: &I,
        stores: &S,
        account: &Account,
        attempt: &Attempt,
        is_in_doubt: bool,
        time: &TimeBudget,
    ) -> LookupEnd {
        if is_in_doubt {
            // After a lost create there is no time for several tries, and an older result does not show the new chat.
            let (retry, time) = (RetryPolicy::never(), time.of_last_lookup());
            return self.send_lookup(io, retry, time, account, attempt).await;
        }
        let time = time.of_lookups();
        #[cfg(feature = "lookup-limits")]
        if let Some(limits) = self.lookup_limits {
            let key = LookupLimits::key(account, attempt);
            let _flight = io.enter(&limits.flights, &key).await;
            let reports_chat = self.api.dialect().lookup_reports_chat(&account.network);
            if let Some(result) = limits.cached(&key, reports_chat) {
                return (result, None);
            }
            if let Some(stored) = limits.stored
                && let Some(kept) = stores.kept_lookup(&key).await
                && let Some(result) = stored.fresh(kept, reports_chat)
            {
                return (result, None);
            }
            if let Some(refusal) = limits.spend(&key) {
                return (refusal, None);
            }
            let (result, refusal) = self
                .send_lookup(io, self.retry, time, account, attempt)
                .await;
            if is_kept(&result, reports_chat) {
                if let Some(stored) = limits.stored {
                    let kept = stores.keep_lookup(&key, person(&result), stored.capacity);
                    kept.await;
                }
                limits.keep(key, &result);
            }
            return (result, refusal);
        }
        self.send_lookup(io, self.retry, time, account, attempt)
            .await
    }

    async fn send_lookup<I: Io>(
        &self,
        io: &I,
        retry: RetryPolicy,
        time: TimeShare<'_>,
        account: &Account,
        attempt: &Attempt,
    ) -> LookupEnd {
        let response = exchange(io, retry, time, self.api.lookup(account, attempt)).await;
        let Ok(response) = response else {
            return (LookupResult::Failed, None);
        };
        let result = self.api.read_lookup(account, attempt, &response);
        let refusal = http::failed_lookup(&response, &result);
        (result, refusal)
    }
}

/// The result of a lookup, and the server's answer if it failed.
type LookupEnd = (LookupResult, Option<NetworkRefusal>);

/// Sends a request if there is time for it, and repeats it if the policy allows.
pub(super) async fn exchange<I: Io>(
    io: &I,
    retry: RetryPolicy,
    time: TimeShare<'_>,
    request: Result<Request, http::Error>,
) -> Result<Response, TransportError> {
    let request = request?;
    if !time.allows(Duration::ZERO) {
        return Err(TransportError::not_sent("the time of the start is over"));
    }
    let mut sent = 0;
    loop {
        let limited = request.clone().with_time_limit(time.limit());
        let end = io.send(limited).await;
        report_exchange(&request, sent, &end);
        sent += 1;
        let wait = retry.wait(sent, request.method(), &end);
        match wait.filter(|wait| time.allows(*wait)) {
            Some(wait) => io.sleep(wait).await,
            None => return end,
        }
    }
}

/// Returns the create result for a transport error: `Lost` if the request may have been sent, else `NotSent`.
fn without_response(error: &TransportError) -> CreateResult {
    if error.sent {
        CreateResult::Lost
    } else {
        CreateResult::NotSent
    }
}

/// Polls a future until it is ready. The futures of a [`Blocking`](super::host::Blocking) client never return `Pending`.
pub(super) fn run_blocking<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
