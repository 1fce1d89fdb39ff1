//! URLs in pieces, as far as links to people go: hosts, segments, members of the query, and the paths of
//! [`Site::people`].

use crate::network::Site;

use super::{LONGEST, after};

/// The pieces of a URL after its host, decoded.
pub(super) struct Url {
    segments: Vec<String>,
    query: String,
    fragment: Vec<String>,
}

/// Whether a text says of itself that it is a web address.
pub(super) fn is_web(text: &str) -> bool {
    ["http:", "https:", "//"]
        .iter()
        .any(|start| after(text, start).is_some())
        || (after(text, "www.").is_some() && text.contains('/'))
}

/// A text as a URL of a site, or `None` if it is none of that site's.
pub(super) fn read(text: &str, site: &Site) -> Option<Url> {
    if text.len() > LONGEST {
        return None;
    }
    site.hosts
        .iter()
        .find_map(|host| match host.strip_suffix(':') {
            Some(_) => Url::of(after(text, host)?.trim_start_matches('/')),
            None => web(text, host),
        })
}

/// A web address on a host, which may lack its scheme.
fn web(text: &str, wanted: &str) -> Option<Url> {
    let schemed = ["https:", "http:", "//"]
        .iter()
        .find_map(|scheme| after(text, scheme));
    let bare = schemed.unwrap_or(text).trim_start_matches('/');
    let end = bare.find(['/', '?', '#']).unwrap_or(bare.len());
    let (authority, rest) = bare.split_at_checked(end)?;
    // What stands before an `@` is a user's name, however much it looks like the host; without a scheme the whole is an
    // email address.
    let host = match authority.rsplit_once('@') {
        Some((_user, host)) => schemed.and(Some(host))?,
        None => authority,
    };
    let host = host
        .split_once(':')
        .map_or(host, |(host, _port)| host)
        .trim_end_matches('.');
    let host = after(host, "www.").unwrap_or(host);
    match wanted.strip_prefix("*.") {
        None => host
            .eq_ignore_ascii_case(wanted)
            .then(|| Url::of(rest))
            .flatten(),
        Some(parent) => {
            let (label, tail) = host.split_once('.')?;
            let name = tail.eq_ignore_ascii_case(parent).then_some(label)?;
            let mut url = Url::of(rest)?;
            url.segments.insert(0, name.to_owned());
            Some(url)
        }
    }
}

impl Url {
    fn of(rest: &str) -> Option<Url> {
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        // matrix.to has a query inside its fragment.
        let fragment = fragment.split('?').next().unwrap_or_default();
        Some(Url {
            segments: segments(path)?,
            query: query.to_owned(),
            fragment: segments(fragment)?,
        })
    }

    /// Whether the query has a member, with or without a value.
    pub(super) fn has(&self, key: &str) -> bool {
        pairs(&self.query).any(|(name, _)| name.eq_ignore_ascii_case(key))
    }

    /// What stands at `{}` of a path, if the URL has that path.
    pub(super) fn capture(&self, path: &str) -> Option<String> {
        let (path, fragment) = path
            .split_once('#')
            .map_or((path, None), |(path, fragment)| (path, Some(fragment)));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut found = Vec::new();
        along(&self.segments, path, &mut found)?;
        for (key, _) in pairs(query) {
            found.push(member(&self.query, key)?);
        }
        if let Some(fragment) = fragment {
            along(&self.fragment, fragment, &mut found)?;
        }
        let found = found.join("-");
        (!found.is_empty()).then_some(found)
    }
}

/// Compares segments with a path, segment for segment, and takes out what stands at `{}`.
fn along(segments: &[String], path: &str, found: &mut Vec<String>) -> Option<()> {
    let wanted: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if wanted.len() != segments.len() {
        return None;
    }
    for (segment, wanted) in segments.iter().zip(wanted) {
        match wanted.strip_suffix("{}") {
            // A `+` may have been decoded into a space on the way.
            Some("+") => found.push(segment.strip_prefix(['+', ' '])?.to_owned()),
            Some(start) => found.push(after(segment, start)?.to_owned()),
            None if wanted == "*" || segment.eq_ignore_ascii_case(wanted) => {}
            None => return None,
        }
    }
    Some(())
}

fn segments(path: &str) -> Option<Vec<String>> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(decode)
        .collect()
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The value of a member of a query, decoded.
pub(super) fn member(query: &str, key: &str) -> Option<String> {
    pairs(query)
        .find(|(name, _)| name.eq_ignore_ascii_case(key))
        .and_then(|(_, value)| decode(value))
}

/// Percent-decoding (RFC 3986 §2.1). A stray `%` stays; bytes that are no UTF-8 are no text.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = match (first, tail) {
            (b'%', [high, low, after @ ..]) => hex(*high)
                .zip(hex(*low))
                .map(|(high, low)| (high << 4 | low, after)),
            _ => None,
        };
        let (byte, after) = pair.unwrap_or((*first, tail));
        out.push(byte);
        rest = after;
    }
    String::from_utf8(out).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
