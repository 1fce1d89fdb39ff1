//! The base URL and the token of a server.

use std::fmt;

use http::{HeaderValue, Method, header};

use super::url::{self, Url};
use super::{Error, ErrorKind, Request};

/// The common part of all requests to a server.
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
        // `Debug` shows the value as "Sensitive".
        value.set_sensitive(true);
        Ok(Endpoint {
            token: Some(value),
            ..self
        })
    }

    /// Returns the URL of a version of the server's API.
    pub(super) fn url(&self, version: &str) -> Url {
        Url::new(&self.base, version)
    }

    pub(super) fn get(&self, url: &Url) -> Result<Request, Error> {
        self.request(Method::GET, url, Vec::new())
    }

    /// Returns a `POST` request with a JSON body, or without a body.
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
        Ok(Request::new(request, url.route()))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = if self.token.is_some() { "set" } else { "none" };
        write!(f, "{{ token: {token}, .. }}")
    }
}
