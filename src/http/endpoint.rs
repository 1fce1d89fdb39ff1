//! A server: where it is, and the token it is asked with.

use std::fmt;

use http::{HeaderValue, Method, header};

use super::url::{self, Url};
use super::{Error, ErrorKind, Request};

/// What every server's requests begin with.
#[derive(Clone)]
pub(super) struct Endpoint {
    base: String,
    token: Option<HeaderValue>,
}

impl Endpoint {
    pub(super) fn new(base_url: &str) -> Result<Self, Error> {
        Ok(Endpoint {
            base: url::base(base_url)?,
            token: None,
        })
    }

    pub(super) fn with_token(self, token: &str) -> Result<Self, Error> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.trim()))
            .map_err(|_| Error(ErrorKind::Token))?;
        // Shown as "Sensitive" by whoever prints the request.
        value.set_sensitive(true);
        Ok(Endpoint {
            token: Some(value),
            ..self
        })
    }

    /// A URL of a version of its API.
    pub(super) fn url(&self, version: &str) -> Url {
        Url::new(&self.base, version)
    }

    pub(super) fn get(&self, url: &Url) -> Result<Request, Error> {
        self.request(Method::GET, url, Vec::new())
    }

    /// A request with a JSON body, or with none.
    pub(super) fn post(&self, url: &Url, body: Vec<u8>) -> Result<Request, Error> {
        let has_body = !body.is_empty();
        let mut request = self.request(Method::POST, url, body)?;
        if has_body {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, json);
        }
        Ok(request)
    }

    fn request(&self, method: Method, url: &Url, body: Vec<u8>) -> Result<Request, Error> {
        let mut request = http::Request::builder()
            .method(method)
            .uri(url.as_str())
            .body(body)?;
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = &self.token {
            headers.insert(header::AUTHORIZATION, token.clone());
        }
        Ok(request)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = if self.token.is_some() { "set" } else { "none" };
        write!(f, "{{ token: {token}, .. }}")
    }
}
