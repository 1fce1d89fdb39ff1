//! The retry policy: whether a request is sent again, and after how long.

use std::time::Duration;

use http::{Method, StatusCode};

use super::TransportError;
use crate::http::{Response, SHOULD_RETRY, retry_after};

/// Which requests are sent again, and after how long.
///
/// A `GET`, or a request with another safe method, is repeated if:
///
/// - it got no response
/// - the status is 429, 502, 503 or 504
/// - the status is another error and the response has `x-should-retry: true`
///
/// Any other request is repeated only if it was not sent, or if the status is 429. A 503 is not enough: the server may
/// have begun to carry it out (RFC 9110 §15.6.4). `x-should-retry: false` always prevents a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The number of times that a request is sent in all.
    pub tries: u32,
    /// The wait before the first retry. Each further wait is twice as long. A wait in the response takes precedence.
    pub pause: Duration,
    /// The longest wait that this policy chooses itself.
    longest_pause: Duration,
    /// The longest wait that a server may ask for. If it asks for more, its response is returned without a retry.
    longest_asked: Duration,
}

impl Default for RetryPolicy {
    /// Returns three tries, with waits of 200 ms and 400 ms, or the wait that the server asks for, up to a minute.
    fn default() -> Self {
        RetryPolicy {
            tries: 3,
            pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(5),
            longest_asked: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy that sends every request once.
    ///
    /// ```
    /// use contact_resolution::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::never().tries, 1);
    /// ```
    #[must_use]
    pub fn never() -> Self {
        RetryPolicy {
            tries: 1,
            ..RetryPolicy::default()
        }
    }

    /// Returns the wait before a request is sent again that was sent `sent` times. Returns `None` if the result is
    /// final.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::http::Response;
    /// use contact_resolution::{RetryPolicy, TransportError};
    /// use http::{Method, StatusCode};
    ///
    /// let retry = RetryPolicy::default();
    /// let refused = Err(TransportError::not_sent("connection refused"));
    /// assert_eq!(retry.wait(2, &Method::POST, &refused), Some(Duration::from_millis(400)));
    /// assert_eq!(retry.wait(3, &Method::POST, &refused), None);
    ///
    /// let mut busy = Response::new(Vec::new());
    /// *busy.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    /// let busy = Ok(busy);
    /// assert!(retry.wait(1, &Method::GET, &busy).is_some());
    /// assert!(retry.wait(1, &Method::POST, &busy).is_none());
    /// ```
    #[must_use]
    pub fn wait(
        &self,
        sent: u32,
        method: &Method,
        end: &Result<Response, TransportError>,
    ) -> Option<Duration> {
        let doubled = 2_u32.saturating_pow(sent.saturating_sub(1));
        let pause = self.pause.saturating_mul(doubled).min(self.longest_pause);
        let is_question = method.is_safe();
        let wait = match end {
            Err(error) => (!error.sent || is_question).then_some(pause),
            Ok(response) => {
                let asked = retry_after(response);
                let says = |word| {
                    response
                        .headers()
                        .get(&SHOULD_RETRY)
                        .is_some_and(|told| told == word)
                };
                let again = match response.status() {
                    _ if says("false") => false,
                    StatusCode::TOO_MANY_REQUESTS => true,
                    StatusCode::BAD_GATEWAY
                    | StatusCode::SERVICE_UNAVAILABLE
                    | StatusCode::GATEWAY_TIMEOUT => is_question,
                    status => is_question && !status.is_success() && says("true"),
                };
                again
                    .then(|| asked.unwrap_or(pause))
                    .filter(|wait| *wait <= self.longest_asked)
            }
        };
        wait.filter(|_| sent < self.tries)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)]) -> Response {
        let mut response = Response::new(Vec::new());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        for (name, value) in headers {
            response
                .headers_mut()
                .insert(*name, HeaderValue::from_static(value));
        }
        response
    }

    fn lost() -> Result<Response, TransportError> {
        Err(TransportError::lost("timeout"))
    }

    #[test]
    fn create_is_repeated_only_if_it_was_not_carried_out() {
        let retry = RetryPolicy::default();
        let waits =
            |status, headers: &[_]| retry.wait(1, &Method::POST, &Ok(answer(status, headers)));
        let ms = |ms| Some(Duration::from_millis(ms));
        let not_sent = Err(TransportError::not_sent("no such host"));
        assert_eq!(retry.wait(1, &Method::POST, &not_sent), ms(200));
        assert_eq!(retry.wait(1, &Method::POST, &lost()), None);
        assert_eq!(waits(429, &[]), ms(200));
        assert_eq!(waits(429, &[("retry-after", "3")]), ms(3000));
        assert_eq!(
            waits(429, &[("retry-after-ms", "30"), ("retry-after", "3")]),
            ms(30)
        );
        assert_eq!(waits(429, &[("x-should-retry", "false")]), None);
        assert_eq!(waits(429, &[("retry-after", "61")]), None);
        assert_eq!(waits(429, &[("retry-after", "1e20")]), None);
        let now = ("date", "Sun, 22 Nov 2026 10:00:00 GMT");
        let then = ("retry-after", "Sunday, 22-Nov-26 10:00:07 GMT");
        assert_eq!(waits(429, &[now, then]), ms(7000));
        // Without a `date` header, a date in `retry-after` is not used: the clocks may differ.
        assert_eq!(waits(429, &[then]), ms(200));
        let again = [("x-should-retry", "true"), ("retry-after", "0")];
        for status in [200, 400, 404, 408, 409, 422, 500, 502, 503, 504] {
            assert_eq!(waits(status, &again), None, "{status}");
        }
    }

    #[test]
    fn get_is_repeated_only_after_a_temporary_failure() {
        let retry = RetryPolicy::default();
        let waits = |status, headers: &[_]| {
            retry
                .wait(1, &Method::GET, &Ok(answer(status, headers)))
                .is_some()
        };
        assert!(retry.wait(1, &Method::GET, &lost()).is_some());
        for status in [429, 502, 503, 504] {
            assert!(waits(status, &[]), "{status}");
            assert!(!waits(status, &[("x-should-retry", "false")]), "{status}");
        }
        for status in [200, 301, 400, 401, 403, 404, 500] {
            assert!(!waits(status, &[]), "{status}");
        }
        assert!(waits(500, &[("x-should-retry", "true")]));
    }

    #[test]
    fn wait_never_exceeds_the_longest_pause() {
        let retry = RetryPolicy {
            tries: u32::MAX,
            ..RetryPolicy::default()
        };
        assert_eq!(
            retry.wait(60, &Method::GET, &lost()),
            Some(retry.longest_pause)
        );
    }
}
