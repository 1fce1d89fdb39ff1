//! URLs from untrusted texts.

use std::fmt::Write as _;

use http::Uri;
use http::uri::Scheme;

use super::{Error, ErrorKind};

/// The characters besides letters and digits that need no encoding in a path segment (RFC 3986 §3.3). Chat ids contain
/// `!` and `:`.
const IN_SEGMENT: &[u8] = b"-._~!$&'()*+,;=:@";

/// The characters besides letters and digits that need no encoding in a query value. A `+` would be read as a space,
/// and a `&` as the next member.
const IN_QUERY: &[u8] = b"-._~";

/// Checks a base URL, and returns it without trailing slashes.
pub(super) fn base(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let uri: Uri = text.parse().map_err(|_| Error(ErrorKind::BaseUrl))?;
    let is_http = [&Scheme::HTTP, &Scheme::HTTPS]
        .into_iter()
        .any(|scheme| uri.scheme() == Some(scheme));
    // A user name and password would be visible in every place that shows the URL.
    let has_user = uri
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'));
    if !is_http || has_user || uri.query().is_some() || text.contains('#') {
        return Err(Error(ErrorKind::BaseUrl));
    }
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if !has_possible_port(authority) {
        return Err(Error(ErrorKind::Port));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Returns whether the port after the host is one that a server can have. Without a port, it is that of the scheme.
///
/// A client may leave out a port that it cannot read, and send the token to another server.
fn has_possible_port(authority: &str) -> bool {
    // The colons of an IPv6 address are inside brackets.
    let host_end = authority.rfind(']').unwrap_or(0);
    match authority[host_end..].split_once(':') {
        Some((_, port)) => {
            port.bytes().all(|byte| byte.is_ascii_digit())
                && port.parse().is_ok_and(|port: u16| port != 0)
        }
        None => true,
    }
}

/// A builder of a URL: first the path segments, then the members of the query.
pub(super) struct Url {
    text: String,
    /// The path with `{id}` in place of each id, such as `/v1/chats/{id}`.
    route: String,
    has_query: bool,
}

impl Url {
    /// Returns the URL of a version of an API.
    pub(super) fn new(base: &str, version: &str) -> Self {
        Url {
            text: format!("{base}/{version}"),
            route: format!("/{version}"),
            has_query: false,
        }
    }

    /// Adds a fixed path segment.
    pub(super) fn segment(mut self, name: &'static str) -> Self {
        for text in [&mut self.text, &mut self.route] {
            text.push('/');
            text.push_str(name);
        }
        self
    }

    /// Adds an id as a path segment. An empty id, `.` and `..` are errors, since they would lead to another path.
    pub(super) fn id(mut self, text: &str) -> Result<Self, Error> {
        if matches!(text, "" | "." | "..") {
            return Err(Error(ErrorKind::Id));
        }
        self.route.push_str("/{id}");
        self.text.push('/');
        encode(text, IN_SEGMENT, &mut self.text);
        Ok(self)
    }

    pub(super) fn query(mut self, name: &str, value: &str) -> Self {
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.text.push_str(name);
        self.text.push('=');
        encode(value, IN_QUERY, &mut self.text);
        self
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn route(&self) -> &str {
        &self.route
    }
}

fn encode(text: &str, plain: &[u8], to: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            to.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(to, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Url, base};

    #[test]
    fn text_stays_in_its_segment() {
        let at = |text: &str| Url::new("http://x", "v1").id(text).map(|url| url.text);
        assert_eq!(at("a/../b?c#d").unwrap(), "http://x/v1/a%2F..%2Fb%3Fc%23d");
        assert_eq!(at("ü %").unwrap(), "http://x/v1/%C3%BC%20%25");
        for text in ["", ".", ".."] {
            assert_eq!(
                at(text).unwrap_err().to_string(),
                "the id is empty, `.` or `..`, and cannot be used in a URL"
            );
        }
        assert_eq!(
            Url::new("http://x", "v1").query("q", "a&b=+c").text,
            "http://x/v1?q=a%26b%3D%2Bc"
        );
    }

    #[test]
    fn base_with_an_impossible_port_is_refused() {
        for port in ["", "0", "00", "65536", "99999", "-1", "+1", "a"] {
            for host in ["localhost", "[::1]"] {
                let text = format!("http://{host}:{port}/api");
                assert!(base(&text).is_err(), "{text}");
            }
        }
        assert_eq!(
            base("http://localhost:99999").unwrap_err().to_string(),
            "the port of the base URL is not a number from 1 to 65535"
        );
        for text in ["http://localhost:1", "http://[::1]:65535", "http://[::1]"] {
            assert_eq!(base(text).unwrap(), text);
        }
    }

    #[test]
    fn base_is_an_http_url() {
        assert_eq!(
            base(" https://x.example/api/ ").unwrap(),
            "https://x.example/api"
        );
        for text in [
            "",
            "localhost",
            "ftp://x",
            "/v1",
            "http://",
            "http://x/?a=b",
            "http://me:secret@x",
            "http://x/#a",
        ] {
            assert!(base(text).is_err(), "{text}");
        }
    }
}
