//! One HTTP exchange behind a trait, when to repeat it, and the two drivers of a [`ChatStart`](crate::ChatStart) over it.
//!
//! Any closure from a request to an answer is a transport:
//!
//! ```
//! use contact_resolution::http::{self, Request, Response, beeper::{Beeper, DEFAULT_BASE_URL}};
//! use contact_resolution::transport::{Client, Transport, TransportError};
//!
//! let canned = |_: Request| Ok::<_, TransportError>(Response::new(b"[]".to_vec()));
//! let beeper = Beeper::new(DEFAULT_BASE_URL)?;
//! let client = Client::new(&beeper, &canned, std::thread::sleep);
//! let response = client.send(&beeper.accounts()?)?;
//! assert!(http::read::<Vec<contact_resolution::wire::Account>>(&response)?.is_empty());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod client;
mod retry;
mod single_flight;
#[cfg(feature = "ureq")]
mod ureq;

use std::error::Error;
use std::fmt;
use std::future::Future;

pub use client::{Client, StartError};
pub use retry::RetryPolicy;
pub use single_flight::{FlightGuard, SingleFlight};
#[cfg(feature = "ureq")]
pub use ureq::Ureq;

use crate::http::{Request, Response};

/// One exchange over HTTP. An answer is an answer, whatever its status, and is not followed elsewhere.
pub trait Transport {
    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// Where there is none: the error tells whether the request was sent.
    fn send(&self, request: Request) -> Result<Response, TransportError>;
}

impl<F: Fn(Request) -> Result<Response, TransportError>> Transport for F {
    fn send(&self, request: Request) -> Result<Response, TransportError> {
        self(request)
    }
}

/// A [`Transport`] that takes its time. `async fn send` implements it.
pub trait AsyncTransport: Sync {
    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// Where there is none: the error tells whether the request was sent.
    fn send(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<Response, TransportError>> + Send;
}

impl<F, A> AsyncTransport for F
where
    F: Fn(Request) -> A + Sync,
    A: Future<Output = Result<Response, TransportError>> + Send,
{
    fn send(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<Response, TransportError>> + Send {
        self(request)
    }
}

/// An exchange that gave no answer.
#[derive(Debug)]
pub struct TransportError {
    /// Whether the server may have got the request. Only where it surely has not is it safe to send it again.
    pub sent: bool,
    /// What went wrong.
    pub cause: Box<dyn Error + Send + Sync>,
}

impl TransportError {
    /// The request never left.
    ///
    /// ```
    /// use contact_resolution::transport::TransportError;
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

    /// The request left, or may have left, and no whole answer came.
    ///
    /// ```
    /// use contact_resolution::transport::TransportError;
    ///
    /// assert_eq!(TransportError::lost("timeout").to_string(), "the request was sent and no answer came: timeout");
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
            "was sent and no answer came"
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
