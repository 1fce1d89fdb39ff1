//! The HTTP requests and responses of lookups and creates, as values. This module sends nothing.

pub mod beeper;
pub mod bridge;
mod endpoint;
mod error;
mod evidence;
mod request;
mod retry_after;
mod url;

pub use error::Error;
pub use request::Request;
pub(crate) use retry_after::SHOULD_RETRY;
pub use retry_after::{RESPONSE_HEADERS, retry_after};

use http::HeaderValue;
use serde::de::DeserializeOwned;

use crate::fingerprint::fingerprint;
use crate::network::Dialect;
use crate::person::Account;
use crate::pipeline::decide::Attempt;
use crate::pipeline::lookup::LookupResult;
use crate::start::{CreateRequest, CreateResult, NetworkRefusal};
use crate::wire;
use error::ErrorKind;

/// A response with its complete body.
pub type Response = http::Response<Vec<u8>>;

/// The HTTP API of a server, as a [`ChatStart`](crate::ChatStart) needs it: lookups and creates.
///
/// A missing response is not handled here. The driver decides by whether the request was sent.
pub trait ServerApi: Send + Sync {
    /// Returns the facts of this API. They decide how sure a lookup is, and whether a create opens an existing chat.
    fn dialect(&self) -> &'static Dialect;

    /// Returns the request that looks up an identifier.
    ///
    /// # Errors
    ///
    /// Returns an error if the request cannot be built, for example because the URL would be too long.
    fn lookup(&self, account: &Account, attempt: &Attempt) -> Result<Request, Error>;

    /// Reads the response to [`lookup`](ServerApi::lookup). Only a clear statement of the server means absence.
    fn read_lookup(
        &self,
        account: &Account,
        attempt: &Attempt,
        response: &Response,
    ) -> LookupResult;

    /// Returns the request that creates a chat.
    ///
    /// # Errors
    ///
    /// Returns an error if the request cannot be built.
    fn create(&self, account: &Account, chat: CreateRequest<'_>) -> Result<Request, Error>;

    /// Reads the response to [`create`](ServerApi::create). Unless it clearly shows that no chat was made, a failure is
    /// [`CreateResult::Lost`].
    fn read_create(&self, response: &Response) -> CreateResult;
}

/// The statuses of a create that mean that no chat was made. After any other error, a chat may exist.
const REFUSALS: [u16; 9] = [400, 401, 403, 404, 405, 413, 415, 422, 429];

/// Returns the refusal in an error response to a create.
fn refusal(error: &Error) -> NetworkRefusal {
    let status = error.status().unwrap_or_default();
    let mut refusal = NetworkRefusal::new(status, error.code().unwrap_or_default());
    refusal.retry_after = error.retry_after();
    refusal
}

/// Reads the body of a successful response as a type of [`wire`].
///
/// ```
/// use contact_resolution::http::{self, Response};
/// use contact_resolution::wire::ContactSearch;
///
/// let answer = Response::new(br#"{"items": [{"id": "alice-id"}]}"#.to_vec());
/// assert_eq!(http::read::<ContactSearch>(&answer)?.items[0].id, "alice-id");
///
/// let error = http::read::<ContactSearch>(&Response::new(br#"{"items": 7}"#.to_vec())).unwrap_err();
/// assert!(error.to_string().starts_with("unexpected response body: a member is missing"));
/// # Ok::<_, http::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error with the status and code if the status is not a success. Returns an error with the position if the
/// body is malformed.
pub fn read<T: DeserializeOwned>(response: &Response) -> Result<T, Error> {
    if !response.status().is_success() {
        return Err(Error::of(response));
    }
    wire::read(response.body()).map_err(|error| Error(ErrorKind::Body(error)))
}

/// Returns the refusal in the response to a lookup with this result, if the lookup failed.
pub(crate) fn failed_lookup(response: &Response, result: &LookupResult) -> Option<NetworkRefusal> {
    let is_failed = matches!(
        result,
        LookupResult::Hidden
            | LookupResult::RateLimited(_)
            | LookupResult::Failed
            | LookupResult::AccountUnavailable
            | LookupResult::Invalid
    );
    let is_refused = is_failed && !response.status().is_success();
    is_refused.then(|| refusal(&Error::of(response)))
}

/// Adds an idempotency key, so that a server with support for it can recognize a repeated create.
///
/// The key depends on the claim and the identifier. No guarantee depends on the server's support.
fn idempotent(mut request: Request, chat: CreateRequest<'_>) -> Result<Request, Error> {
    let Attempt { kind, value, .. } = chat.attempt;
    let key = fingerprint(&[&chat.claim_key.id(), kind.as_str(), value]);
    let key = HeaderValue::try_from(key).map_err(http::Error::from)?;
    request.headers_mut().insert("idempotency-key", key);
    Ok(request)
}
