//! HTTP transports, the retry policy, and the client that carries out a [`ChatStart`](crate::ChatStart).

mod client;
mod driver;
mod host;
#[cfg(feature = "lookup-limits")]
mod lookup_limits;
mod retry;
mod single_flight;
mod time_budget;
#[cfg_attr(
    not(feature = "tracing"),
    path = "transport/no_trace.rs",
    expect(
        clippy::unused_self,
        reason = "the functions have the signatures of those that trace"
    )
)]
mod trace;
#[cfg(feature = "ureq")]
mod ureq;

use std::error::Error;
use std::fmt;
use std::future::Future;

pub use client::{Client, StartError};
#[cfg(feature = "lookup-limits")]
pub use lookup_limits::LookupLimits;
pub use retry::RetryPolicy;
pub use single_flight::{FlightGuard, SingleFlight};
#[cfg(feature = "ureq")]
pub use ureq::Ureq;

use crate::http::{Request, Response};

/// Performs one HTTP exchange. Every HTTP status is a response, not an error. Implementations must not follow
/// redirects.
///
/// Any closure from a request to a response is a transport:
///
/// ```
/// use contact_resolution::http::{self, Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
/// use contact_resolution::{Client, Transport, TransportError};
///
/// let canned = |_: Request| Ok::<_, TransportError>(Response::new(b"[]".to_vec()));
/// let beeper = Beeper::new(DEFAULT_BASE_URL)?;
/// let client = Client::new(&beeper, &canned, std::thread::sleep);
/// let response = client.send(&beeper.accounts()?)?;
/// assert!(http::read::<Vec<contact_resolution::wire::Account>>(&response)?.is_empty());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub trait Transport {
    /// Sends a request and waits for the complete response.
    ///
    /// # Errors
    ///
    /// Returns an error if no complete response arrived. [`TransportError::sent`] reports whether the server may have
    /// received the request.
    fn send(&self, request: Request) -> Result<Response, TransportError>;
}

impl<F: Fn(Request) -> Result<Response, TransportError>> Transport for F {
    fn send(&self, request: Request) -> Result<Response, TransportError> {
        self(request)
    }
}

/// A [`Transport`] with an asynchronous send. An `async` closure or function implements it.
pub trait AsyncTransport: Sync {
    /// Sends a request and waits for the complete response.
    ///
    /// # Errors
    ///
    /// Returns an error if no complete response arrived. [`TransportError::sent`] reports whether the server may have
    /// received the request.
    fn send_async(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<Response, TransportError>> + Send;
}

impl<F, A> AsyncTransport for F
where
    F: Fn(Request) -> A + Sync,
    A: Future<Output = Result<Response, TransportError>> + Send,
{
    fn send_async(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<Response, TransportError>> + Send {
        self(request)
    }
}

/// An exchange without a complete response.
#[derive(Debug)]
pub struct TransportError {
    /// Whether the server may have received the request. Only if `false`, every request can be sent again safely.
    pub sent: bool,
    /// The cause of the failure.
    pub cause: Box<dyn Error + Send + Sync>,
}

impl TransportError {
    /// Returns an error for a request that was not sent.
    ///
    /// ```
    /// use contact_resolution::TransportError;
    ///
    /// let error = TransportError::not_sent("no such host");
    /// assert_eq!(error.to_string(), "the request could not be sent: no such host");
    /// ```
    #[must_use]
    pub fn not_sent(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        TransportError {
            sent: false,
            cause: cause.into(),
        }
    }

    /// Returns an error for a request that was sent, or may have been sent, and got no complete response.
    ///
    /// ```
    /// use contact_resolution::TransportError;
    ///
    /// assert_eq!(TransportError::lost("timeout").to_string(), "the request was sent, but no complete response arrived: timeout");
    /// ```
    #[must_use]
    pub fn lost(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        TransportError {
            sent: true,
            cause: cause.into(),
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.sent {
            "was sent, but no complete response arrived"
        } else {
            "could not be sent"
        };
        write!(f, "the request {what}: {}", self.cause)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.cause)
    }
}

impl From<crate::http::Error> for TransportError {
    fn from(error: crate::http::Error) -> Self {
        TransportError::not_sent(error)
    }
}
