//! The host's side of a start: what only JavaScript can do, as one call at a time.
//!
//! A start is a future that waits for the reply of JavaScript to its last call. So the driver of the core carries it out,
//! with its retries and its care for lost creates, and JavaScript only sends, claims, records and waits.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use contact_resolution::http::{RESPONSE_HEADERS, Request, Response};
use contact_resolution::wire;
use contact_resolution::{
    AsyncLedger, AsyncTransport, Claim, ClaimKey, ClaimOutcome, ClaimResult, TransportError,
};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use crate::json;

/// What a start asks of JavaScript.
#[derive(Serialize)]
#[serde(tag = "call", rename_all = "camelCase")]
enum Call<'a> {
    /// Send a request. The reply is a [`FetchReply`].
    Fetch {
        method: &'a str,
        url: String,
        headers: Vec<(&'a str, &'a str)>,
        body: &'a str,
    },
    /// Claim a person. The reply is a [`ClaimReply`].
    Claim { key: KeyJson },
    /// Record the outcome of a claim. The reply is whether it was recorded.
    #[serde(rename_all = "camelCase")]
    Record {
        key: KeyJson,
        token: u64,
        #[serde(rename = "chatID", skip_serializing_if = "Option::is_none")]
        chat_id: Option<&'a str>,
    },
    /// Wait.
    Sleep { ms: u64 },
}

/// A claim key: a digest, and its parts for a store that other programs read.
#[derive(Serialize)]
struct KeyJson {
    id: String,
    #[serde(rename = "accountID")]
    account_id: String,
    person: String,
}

impl From<&ClaimKey> for KeyJson {
    fn from(key: &ClaimKey) -> Self {
        KeyJson {
            id: key.id(),
            account_id: key.account.clone(),
            person: key.person.to_string(),
        }
    }
}

/// The reply to a fetch. Without a status, there is no response.
#[derive(Deserialize)]
struct FetchReply {
    status: Option<u16>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    /// Whether a request without a response may have been sent.
    sent: Option<bool>,
}

/// The reply to a claim. The result is the name of a `ClaimResult`.
#[derive(Deserialize)]
struct ClaimReply {
    result: String,
    token: Option<u64>,
    #[serde(rename = "chatID")]
    chat_id: Option<String>,
}

/// The ledger of the host could not be reached. JavaScript keeps the cause.
#[derive(Debug)]
pub(crate) struct LedgerFailure;

/// The connection between a start and JavaScript.
#[derive(Clone, Default)]
pub(crate) struct Host(Arc<Mutex<Exchange>>);

#[derive(Default)]
struct Exchange {
    call: Option<String>,
    reply: Option<String>,
}

impl Host {
    /// Returns the call that the start waits for.
    pub(crate) fn take_call(&self) -> Option<String> {
        self.exchange().call.take()
    }

    /// Sets the reply to the last call.
    pub(crate) fn reply(&self, reply: String) {
        self.exchange().reply = Some(reply);
    }

    fn exchange(&self) -> MutexGuard<'_, Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, call: &Call<'_>) -> impl Future<Output = String> + Send + use<> {
        self.exchange().call = Some(json::write(call));
        let host = self.clone();
        poll_fn(move |_| {
            host.exchange()
                .reply
                .take()
                .map_or(Poll::Pending, Poll::Ready)
        })
    }

    /// Waits.
    pub(crate) async fn sleep(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.call(&Call::Sleep { ms }).await;
    }
}

impl AsyncTransport for Host {
    async fn send_async(&self, request: Request) -> Result<Response, TransportError> {
        let headers = request.headers().iter();
        let headers =
            headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let body = std::str::from_utf8(request.body()).map_err(TransportError::not_sent)?;
        let reply = self.call(&Call::Fetch {
            method: request.method().as_str(),
            url: request.uri().to_string(),
            headers: headers.collect(),
            body,
        });
        match wire::read(reply.await.as_bytes()) {
            Ok(FetchReply {
                status: Some(status),
                headers,
                body,
                ..
            }) => response(status, headers, body).map_err(TransportError::lost),
            Ok(FetchReply {
                sent: Some(false), ..
            }) => Err(TransportError::not_sent("fetch could not send it")),
            Ok(_) => Err(TransportError::lost("fetch got no response")),
            Err(error) => Err(TransportError::lost(error)),
        }
    }
}

fn response(
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
) -> Result<Response, http::Error> {
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() = StatusCode::from_u16(status)?;
    for (name, value) in headers {
        // Names are not parsed, because the table of all standard headers would be in the module.
        if let Some(name) = RESPONSE_HEADERS.iter().find(|known| **known == *name) {
            let value = HeaderValue::try_from(value)?;
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

impl AsyncLedger for Host {
    type Error = LedgerFailure;

    async fn claim_async(&self, key: &ClaimKey) -> Result<ClaimResult, LedgerFailure> {
        let reply = self.call(&Call::Claim { key: key.into() }).await;
        let reply: ClaimReply = wire::read(reply.as_bytes()).map_err(|_| LedgerFailure)?;
        match (reply.result.as_str(), reply.token, reply.chat_id) {
            ("acquired", Some(token), _) => Ok(ClaimResult::Acquired { token }),
            ("held", ..) => Ok(ClaimResult::Held),
            ("expired", Some(token), _) => Ok(ClaimResult::Expired { token }),
            ("already_done", _, Some(chat_id)) => Ok(ClaimResult::AlreadyDone(chat_id)),
            _ => Err(LedgerFailure),
        }
    }

    async fn record_async(
        &self,
        claim: &Claim,
        outcome: &ClaimOutcome,
    ) -> Result<bool, LedgerFailure> {
        let chat_id = match outcome {
            ClaimOutcome::Chat(chat_id) => Some(chat_id.as_str()),
            ClaimOutcome::NoChat => None,
        };
        let reply = self.call(&Call::Record {
            key: (&claim.key).into(),
            token: claim.token,
            chat_id,
        });
        wire::read(reply.await.as_bytes()).map_err(|_| LedgerFailure)
    }
}
