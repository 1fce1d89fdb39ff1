//! The HTTP requests and responses of lookups and creates, as values. This module sends nothing.

pub mod beeper;
pub mod bridge;
mod endpoint;
mod evidence;
mod request;
mod url;

pub use request::Request;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::{HeaderValue, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::fingerprint::fingerprint;
use crate::network::Dialect;
use crate::person::Account;
use crate::pipeline::decide::Attempt;
use crate::pipeline::lookup::LookupResult;
use crate::start::{CreateRequest, CreateResult, NetworkRefusal};
use crate::wire::{self, ReadError};

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

/// An error in a request or a response. It contains no text of either.
#[derive(Debug)]
pub struct Error(ErrorKind);

#[derive(Debug)]
enum ErrorKind {
    BaseUrl,
    Port,
    Token,
    Id,
    Request(http::Error),
    Status {
        status: u16,
        code: Option<String>,
        retry_after: Option<Duration>,
    },
    Body(ReadError),
}

impl Error {
    /// Returns the status of an error response.
    ///
    /// ```
    /// use contact_resolution::http::{self, Response};
    ///
    /// let mut response = Response::new(br#"{"message": "no token", "code": "unauthorized"}"#.to_vec());
    /// *response.status_mut() = ::http::StatusCode::UNAUTHORIZED;
    /// let error = http::read::<Vec<contact_resolution::wire::Account>>(&response).unwrap_err();
    /// assert_eq!(error.status(), Some(401));
    /// assert_eq!(error.to_string(), "the server answered 401 (unauthorized)");
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.0 {
            ErrorKind::Status { status, .. } => Some(status),
            _ => None,
        }
    }

    /// Returns the code of an error response, if it has one.
    ///
    /// ```
    /// use contact_resolution::http::beeper::Beeper;
    ///
    /// assert_eq!(Beeper::new("localhost").unwrap_err().code(), None);
    /// ```
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match &self.0 {
            ErrorKind::Status { code, .. } => code.as_deref(),
            _ => None,
        }
    }

    /// Returns the wait that an error response asks for.
    ///
    /// ```
    /// use contact_resolution::http::{self, Response};
    ///
    /// let mut response = Response::new(Vec::new());
    /// *response.status_mut() = ::http::StatusCode::TOO_MANY_REQUESTS;
    /// response.headers_mut().insert("retry-after", ::http::HeaderValue::from_static("2"));
    /// let error = http::read::<()>(&response).unwrap_err();
    /// assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(2)));
    /// ```
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0 {
            ErrorKind::Status { retry_after, .. } => retry_after,
            _ => None,
        }
    }

    /// Reads an error response.
    fn of(response: &Response) -> Self {
        let body = wire::read(response.body()).map(|body: Named| body.code.or(body.errcode));
        // A code is one word. Any other text is dropped, since it may contain personal data.
        let is_word = |code: &String| {
            let is_sign = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
            !code.is_empty() && code.len() <= 64 && code.bytes().all(is_sign)
        };
        Error(ErrorKind::Status {
            status: response.status().as_u16(),
            code: body.ok().flatten().filter(is_word),
            retry_after: retry_after(response),
        })
    }
}

/// The members that are read from the body of an error: Beeper's `code`, or Matrix's `errcode`.
#[derive(Deserialize)]
struct Named {
    code: Option<String>,
    errcode: Option<String>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ErrorKind::BaseUrl => {
                f.write_str("the base URL is not an http or https URL without a query")
            }
            ErrorKind::Port => {
                f.write_str("the port of the base URL is not a number from 1 to 65535")
            }
            ErrorKind::Token => {
                f.write_str("the token contains a character that is not allowed in an HTTP header")
            }
            ErrorKind::Id => {
                f.write_str("the id is empty, `.` or `..`, and cannot be used in a URL")
            }
            ErrorKind::Request(_) => f.write_str("the request cannot be built"),
            ErrorKind::Status {
                status,
                code: Some(code),
                ..
            } => write!(f, "the server answered {status} ({code})"),
            ErrorKind::Status {
                status, code: None, ..
            } => write!(f, "the server answered {status}"),
            ErrorKind::Body(error) => write!(f, "unexpected response body: {error}"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            ErrorKind::Request(error) => Some(error),
            ErrorKind::Body(error) => Some(error),
            _ => None,
        }
    }
}

impl From<http::Error> for Error {
    fn from(error: http::Error) -> Self {
        Error(ErrorKind::Request(error))
    }
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

/// Returns the wait that a server asks for.
///
/// The sources are `retry-after-ms`, `retry-after` in seconds or as a date, and `retry_after_ms` in the body of a
/// Matrix error, in this order.
///
/// A date is counted from the `date` of the response, so neither clock has to be right.
///
/// ```
/// use std::time::Duration;
/// use contact_resolution::http::{Response, retry_after};
/// use http::HeaderValue;
///
/// let mut response = Response::new(br#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 90000}"#.to_vec());
/// *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
/// assert_eq!(retry_after(&response), Some(Duration::from_secs(90)));
///
/// let headers = response.headers_mut();
/// headers.insert("date", HeaderValue::from_static("Sun, 22 Nov 2026 10:00:00 GMT"));
/// headers.insert("retry-after", HeaderValue::from_static("Sun, 22 Nov 2026 10:00:30 GMT"));
/// assert_eq!(retry_after(&response), Some(Duration::from_secs(30)));
///
/// response.headers_mut().insert("retry-after-ms", HeaderValue::from_static("1500"));
/// assert_eq!(retry_after(&response), Some(Duration::from_millis(1500)));
/// ```
#[must_use]
pub fn retry_after(response: &Response) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Limited {
        retry_after_ms: u64,
    }

    let text = |name: &str| response.headers().get(name)?.to_str().ok().map(str::trim);
    // Some servers send fractions. A negative number is ignored, and one that is too large becomes the longest
    // duration.
    let time = |name, unit: f64| {
        let number = decimal(text(name)?)?;
        let time = Duration::try_from_secs_f64(number / unit);
        (number >= 0.0).then(|| time.unwrap_or(Duration::MAX))
    };
    let by_date = |name| {
        let date = |name| text(name).and_then(|text| httpdate::parse_http_date(text).ok());
        let (then, now) = (date(name)?, date(header::DATE.as_str())?);
        Some(then.duration_since(now).unwrap_or_default())
    };
    let in_body = || {
        let is_error = !response.status().is_success();
        let body: Limited = wire::read(response.body()).ok().filter(|_| is_error)?;
        Some(Duration::from_millis(body.retry_after_ms))
    };
    let after = header::RETRY_AFTER.as_str();
    time("retry-after-ms", 1000.0)
        .or_else(|| time(after, 1.0))
        .or_else(|| by_date(after))
        .or_else(in_body)
}

/// Reads a decimal number, as `str::parse` does. That function has a table of 10 kB, which counts in a browser.
fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_word = |word| unsigned.eq_ignore_ascii_case(word);
    let (digits, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut all = whole.bytes().chain(fraction.bytes()).peekable();
    let number = if is_word("inf") || is_word("infinity") {
        f64::INFINITY
    } else {
        all.peek()?;
        let number = all.try_fold(0.0, |number, byte| {
            byte.is_ascii_digit()
                .then(|| number * 10.0 + f64::from(byte & 15))
        })?;
        let places = i32::try_from(fraction.len()).ok()?;
        // Powers of ten up to the 22nd are exact, so usual numbers are rounded only once.
        match exponent.parse::<i32>().ok()?.saturating_sub(places) {
            _ if number == 0.0 => number,
            shift @ 0.. => number * 10_f64.powi(shift),
            shift => number / 10_f64.powi(shift.saturating_neg()),
        }
    };
    Some(if text.starts_with('-') {
        -number
    } else {
        number
    })
}

#[cfg(test)]
mod tests {
    use super::decimal;
    use proptest::prelude::*;

    #[test]
    fn special_numbers_are_read_as_by_the_standard_library() {
        for text in [
            "",
            "-",
            "+",
            ".",
            "e3",
            "1e",
            "1e+",
            "1e 3",
            "1.2.3",
            "soon",
            "NaN",
            "1_000",
            " 1",
            "1f",
            "+-1",
            "1e400",
            "-1e400",
            "1e-400",
            "0e400",
            "inf",
            "-Infinity",
            "+INF",
            ".5",
            "5.",
            "+7",
            "-0",
            "1E3",
            "1e+3",
            "1e-3",
        ] {
            let expected = text.parse::<f64>().ok().filter(|number| !number.is_nan());
            assert_eq!(decimal(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn usual_numbers_are_read_as_by_the_standard_library(
            text in "[+-]?[0-9]{1,9}([.][0-9]{0,6})?(e-?[0-9])?",
        ) {
            prop_assert_eq!(decimal(&text), text.parse().ok());
        }
    }
}
