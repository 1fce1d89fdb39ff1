//! The wait that a server asks for.

use std::time::Duration;

use http::{HeaderName, header};
use serde::Deserialize;

use super::Response;
use crate::wire;

const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");
pub(crate) const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// The headers of a response that this crate reads. A transport may leave out all others.
///
/// ```
/// use contact_resolution::http::RESPONSE_HEADERS;
///
/// let headers = [("Retry-After", "7"), ("Server", "Beeper")];
/// let is_read = |name: &str| RESPONSE_HEADERS.iter().any(|known| *known == name);
/// assert_eq!(headers.map(|(name, _)| is_read(name)), [true, false]);
/// ```
pub static RESPONSE_HEADERS: [HeaderName; 4] = [
    header::DATE,
    header::RETRY_AFTER,
    RETRY_AFTER_MS,
    SHOULD_RETRY,
];

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

    let text = |name: &HeaderName| response.headers().get(name)?.to_str().ok().map(str::trim);
    // Some servers send fractions. A negative number is ignored, and one that is too large becomes the longest
    // duration.
    let time = |name, unit: f64| {
        let number = decimal(text(name)?)?;
        let time = Duration::try_from_secs_f64(number / unit);
        (number >= 0.0).then(|| time.unwrap_or(Duration::MAX))
    };
    let by_date = |name| {
        let date = |name| text(name).and_then(|text| httpdate::parse_http_date(text).ok());
        let (then, now) = (date(name)?, date(&header::DATE)?);
        Some(then.duration_since(now).unwrap_or_default())
    };
    let in_body = || {
        let is_error = !response.status().is_success();
        let body: Limited = wire::read(response.body()).ok().filter(|_| is_error)?;
        Some(Duration::from_millis(body.retry_after_ms))
    };
    let after = &header::RETRY_AFTER;
    time(&RETRY_AFTER_MS, 1000.0)
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
