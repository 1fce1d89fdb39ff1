//! The transport of the feature `ureq`.

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

use http::{HeaderValue, header};
use ureq::{Agent, AsSendBody, Body, Error, Timeout};

use super::{Transport, TransportError};
use crate::http::{Request, Response};

/// A blocking HTTP client with limits on the time of an exchange and on the size of a response.
///
/// The crate `log` gets no request, token or phone number: the feature removes the level `trace` of `log` from the program.
///
/// It follows no redirects and uses no proxy: either would send the token to another server. It does not keep
/// connections alive: on one that the server has just closed, the response to a create would be lost.
#[derive(Clone)]
pub struct Ureq {
    agent: Agent,
    time: Duration,
    most_bytes: u64,
}

impl Ureq {
    /// Returns a client. `time` limits a whole exchange, and so does the [time limit](Request::time_limit) of its request. A
    /// connection may take half of the shorter one, and at most five seconds. A response may have up to `most_bytes` bytes.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::http::beeper::Beeper;
    /// use contact_resolution::{Transport, Ureq};
    ///
    /// let transport = Ureq::new(Duration::from_secs(1), 1 << 20);
    /// // No server listens on port 1.
    /// let error = transport.send(Beeper::new("http://127.0.0.1:1")?.info()?).unwrap_err();
    /// assert!(!error.sent);
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    #[must_use]
    pub fn new(time: Duration, most_bytes: u64) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .max_idle_connections(0)
            .user_agent(concat!("contact-resolution/", env!("CARGO_PKG_VERSION")))
            .build();
        Ureq {
            agent: Agent::new_with_config(config),
            time,
            most_bytes,
        }
    }

    /// Sends a request, of which the whole exchange may take this time.
    fn run<B: AsSendBody>(
        &self,
        request: http::Request<B>,
        time: Duration,
    ) -> Result<http::Response<Body>, Error> {
        // Less than `time`, so that a failed connection can be distinguished from a lost response.
        let to_connect = (time / 2).min(Duration::from_secs(5));
        let request = self.agent.configure_request(request);
        let request = request.timeout_connect(Some(to_connect));
        self.agent.run(request.timeout_global(Some(time)).build())
    }

    fn exchange(&self, request: Request) -> Result<Response, Error> {
        let time = request.time_limit().unwrap_or(self.time).min(self.time);
        let request = request.into_http();
        let answer = if request.body().is_empty() {
            self.run(request.map(|_| ()), time)
        } else {
            self.run(request, time)
        }?;
        let (mut head, mut body) = answer.into_parts();
        // RFC 9110 §6.6.1: a recipient with a clock adds a missing `Date`.
        if let (None, Ok(now)) = (head.headers.get(header::DATE), now()) {
            head.headers.insert(header::DATE, now);
        }
        let body = body.with_config().limit(self.most_bytes).read_to_vec()?;
        Ok(Response::from_parts(head, body))
    }
}

impl Default for Ureq {
    /// Returns a client with 12 seconds and 16 MiB.
    ///
    /// In a start, a request may get less time. See [`StartTiming::total`](crate::start::StartTiming::total).
    fn default() -> Self {
        Ureq::new(Duration::from_secs(12), 16 << 20)
    }
}

impl Transport for Ureq {
    fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.exchange(request).map_err(|error| TransportError {
            sent: may_have_left(&error),
            cause: Box::new(error),
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the transport is not part of the core, and may read the clock"
)]
fn now() -> Result<HeaderValue, header::InvalidHeaderValue> {
    HeaderValue::try_from(httpdate::fmt_http_date(SystemTime::now()))
}

/// Returns whether the server may have received the request. Errors that leave it open count as received.
fn may_have_left(error: &Error) -> bool {
    use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable};
    match error {
        Error::Io(error) => {
            let kinds = [
                AddrNotAvailable,
                ConnectionRefused,
                HostUnreachable,
                NetworkUnreachable,
            ];
            // The standard library has no error kind for an unknown host, only this text.
            let is_unnamed = || error.to_string().starts_with("failed to lookup address");
            !kinds.contains(&error.kind()) && !is_unnamed()
        }
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::BadUri(_)
        | Error::Http(_)
        | Error::Timeout(Timeout::Resolve | Timeout::Connect) => false,
        _ => true,
    }
}

impl fmt::Debug for Ureq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ureq")
            .field("most_bytes", &self.most_bytes)
            .finish_non_exhaustive()
    }
}
