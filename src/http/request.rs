//! The HTTP request.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// A request with its complete body. It dereferences to `http::Request<Vec<u8>>`.
///
/// `Debug` shows the method and the route. The target, the headers and the body are not shown, because they can contain
/// phone numbers and an access token.
///
/// ```
/// use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
///
/// let request = Beeper::new(DEFAULT_BASE_URL)?.search_contacts("whatsapp", "+14155552671")?;
/// assert_eq!(request.uri().query(), Some("query=%2B14155552671"));
/// assert_eq!(format!("{request:?}"), "GET /v1/accounts/{id}/contacts");
/// # Ok::<_, contact_resolution::http::Error>(())
/// ```
#[derive(Clone)]
pub struct Request {
    inner: http::Request<Vec<u8>>,
    route: String,
    time_limit: Option<Duration>,
}

impl Request {
    /// Creates a request. `route` is its path template, such as `/v1/chats/{id}`. Logs show the route, not the path.
    ///
    /// The route must have a placeholder for each text that can identify a person.
    ///
    /// ```
    /// use contact_resolution::http::Request;
    ///
    /// let inner = http::Request::get("https://chat.example/people/%2B14155552671").body(Vec::new())?;
    /// let request = Request::new(inner, "/people/{phone}");
    /// assert_eq!(format!("{request:?}"), "GET /people/{phone}");
    /// # Ok::<_, http::Error>(())
    /// ```
    #[must_use]
    pub fn new(request: http::Request<Vec<u8>>, route: impl Into<String>) -> Self {
        Request {
            inner: request,
            route: route.into(),
            time_limit: None,
        }
    }

    /// Sets the [time limit](Request::time_limit).
    #[must_use]
    pub fn with_time_limit(self, time_limit: Option<Duration>) -> Self {
        Request { time_limit, ..self }
    }

    /// Returns the time after which a transport should give up, if there is a limit. The requests of a start have one, so
    /// that the start ends in time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
    ///
    /// let request = Beeper::new(DEFAULT_BASE_URL)?.info()?;
    /// assert_eq!(request.time_limit(), None);
    /// let limit = Some(Duration::from_secs(5));
    /// assert_eq!(request.with_time_limit(limit).time_limit(), limit);
    /// # Ok::<_, contact_resolution::http::Error>(())
    /// ```
    #[must_use]
    pub fn time_limit(&self) -> Option<Duration> {
        self.time_limit
    }

    /// Returns the path template, such as `/v1/accounts/{id}/contacts`.
    #[must_use]
    pub fn route(&self) -> &str {
        &self.route
    }

    /// Returns the request for an HTTP client.
    #[must_use]
    pub fn into_http(self) -> http::Request<Vec<u8>> {
        self.inner
    }
}

impl Deref for Request {
    type Target = http::Request<Vec<u8>>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl DerefMut for Request {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.route)
    }
}
