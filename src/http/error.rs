//! The error of a request or a response.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use super::{Response, retry_after};
use crate::wire::{self, ReadError};

/// An error in a request or a response. It contains no text of either.
#[derive(Debug)]
pub struct Error(pub(super) ErrorKind);

#[derive(Debug)]
pub(super) enum ErrorKind {
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
    pub(super) fn of(response: &Response) -> Self {
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
