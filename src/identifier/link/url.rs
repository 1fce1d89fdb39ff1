//! The pieces of URLs that lead to people: hosts, segments, members of the query, and the paths of [`Site::people`].

use std::borrow::Cow;
use std::ops::Range;

use crate::network::{PathParts, Segment, Site, strip_prefix_any_case};

use super::LONGEST;

/// The pieces of a URL that lead to a person, as written.
pub(super) struct Url<'a> {
    /// The first segment. It is the label in the place of `*` in the site's host, or of the path if there is no label.
    first: Option<&'a str>,
    /// The path after the first segment.
    path: &'a str,
    query: &'a str,
    fragment: &'a str,
    /// Whether a part may be percent-encoded.
    is_encoded: bool,
}

/// Returns the text after the scheme of a web address.
pub(super) fn after_web_scheme(text: &str) -> Option<&str> {
    let mut schemes = ["https:", "http:", "//"].iter();
    schemes.find_map(|scheme| strip_prefix_any_case(text, scheme))
}

/// Returns whether a text without a scheme is clearly a web address.
pub(super) fn is_bare_web(text: &str) -> bool {
    strip_prefix_any_case(text, "www.").is_some() && text.contains('/')
}

/// A text that may be a URL of a site.
pub(super) struct Parsed<'a> {
    text: &'a str,
    web: Option<Web<'a>>,
}

/// A web address, which may lack its scheme.
struct Web<'a> {
    host: &'a str,
    rest: &'a str,
}

impl<'a> Parsed<'a> {
    /// Parses a text. `after_scheme` is the part [after the scheme](after_web_scheme) of a web address.
    pub(super) fn new(text: &'a str, after_scheme: Option<&'a str>) -> Self {
        if text.len() > LONGEST {
            return Parsed {
                text: "",
                web: None,
            };
        }
        Parsed {
            text,
            web: Web::parse(text, after_scheme),
        }
    }

    /// Returns the pieces of a URL of this site, or `None` if it is not one.
    pub(super) fn of_site(&self, site: &Site) -> Option<Url<'a>> {
        site.hosts.iter().find_map(|host| self.of_host(host))
    }

    fn of_host(&self, wanted: &str) -> Option<Url<'a>> {
        if wanted.ends_with(':') {
            let rest = strip_prefix_any_case(self.text, wanted)?;
            return Some(Url::of(None, rest.trim_start_matches('/')));
        }
        let Web { host, rest } = self.web.as_ref()?;
        match wanted.strip_prefix("*.") {
            None => host
                .eq_ignore_ascii_case(wanted)
                .then(|| Url::of(None, rest)),
            Some(parent) => {
                let (label, tail) = host.split_once('.')?;
                tail.eq_ignore_ascii_case(parent)
                    .then(|| Url::of(Some(label), rest))
            }
        }
    }
}

impl<'a> Web<'a> {
    fn parse(text: &'a str, after_scheme: Option<&'a str>) -> Option<Self> {
        let bare = without_slashes(after_scheme.unwrap_or(text));
        // A browser reads a backslash as a slash, and so goes to another host than a reader expects.
        let is_end = |byte: &u8| matches!(byte, b'/' | b'?' | b'#' | b'\\');
        let end = bare.as_bytes().iter().position(is_end);
        let (host, rest) = bare.split_at_checked(end.unwrap_or(bare.len()))?;
        let mut host = if host.bytes().any(|byte| matches!(byte, b'@' | b':')) {
            Self::host_of(host, after_scheme.is_some())?
        } else {
            host
        };
        while let Some(rest) = host.strip_suffix('.') {
            host = rest;
        }
        let host = strip_prefix_any_case(host, "www.").unwrap_or(host);
        Some(Web { host, rest })
    }

    /// Returns the host of an authority with a user or a port.
    fn host_of(authority: &str, has_scheme: bool) -> Option<&str> {
        // The text before an `@` is the name of a user, however much it looks like the host. Without a scheme the whole is
        // an email address.
        let host = match rsplit_once(authority, b'@') {
            Some((_user, host)) => has_scheme.then_some(host)?,
            None => authority,
        };
        match split_once(host, b':') {
            Some((host, port)) => (port.is_empty() || port.parse::<u16>().is_ok()).then_some(host),
            None => Some(host),
        }
    }
}

impl<'a> Url<'a> {
    fn of(label: Option<&'a str>, rest: &'a str) -> Url<'a> {
        let (mut path, mut query, mut fragment) = (without_slashes(rest), "", "");
        let has_more = path
            .bytes()
            .any(|byte| matches!(byte, b'/' | b'#' | b'%' | b'?'));
        if has_more {
            (path, fragment) = split_once(path, b'#').unwrap_or((path, ""));
            (path, query) = split_once(path, b'?').unwrap_or((path, ""));
            // matrix.to has a query inside its fragment.
            fragment = split_once(fragment, b'?').map_or(fragment, |(path, _query)| path);
        }
        let (first, path) = match label {
            Some(label) => (Some(label), path),
            None if has_more => split_segment(path),
            None => (Some(path).filter(|path| !path.is_empty()), ""),
        };
        Url {
            first,
            path,
            query,
            fragment,
            is_encoded: has_more || label.is_some_and(|label| label.contains('%')),
        }
    }

    /// Returns whether the query has a member, with or without a value.
    pub(super) fn has_query_member(&self, key: &str) -> bool {
        pairs(self.query).any(|(name, _)| name.eq_ignore_ascii_case(key))
    }

    pub(super) fn has_query(&self) -> bool {
        !self.query.is_empty()
    }

    /// Returns the identifier in a path, if the URL has that path.
    pub(super) fn capture(&self, path: &PathParts) -> Option<Cow<'a, str>> {
        let mut found = None;
        let segments = self.first.into_iter().chain(segments(self.path));
        self.match_segments(segments, &path.segments, &mut found)?;
        for name in &path.query {
            join(&mut found, member(self.query, name)?);
        }
        if let Some(fragment) = &path.fragment {
            self.match_segments(self::segments(self.fragment), fragment, &mut found)?;
        }
        found.filter(|found| !found.is_empty())
    }

    /// Compares segments with those of a path, and takes the identifier.
    fn match_segments(
        &self,
        mut written: impl Iterator<Item = &'a str>,
        path: &[Segment],
        found: &mut Option<Cow<'a, str>>,
    ) -> Option<()> {
        for wanted in path {
            let segment = written.next()?;
            let segment = if self.is_encoded {
                decode(segment)?
            } else {
                Cow::Borrowed(segment)
            };
            match wanted {
                Segment::Any => {}
                Segment::Word(word) if segment.eq_ignore_ascii_case(word) => {}
                Segment::Word(_) => return None,
                Segment::Identifier { before, after: end } => {
                    // A `+` may have been decoded into a space on the way.
                    let is_space = &**before == "+" && end.is_empty() && segment.starts_with(' ');
                    let before = if is_space { " " } else { before };
                    strip_prefix_any_case(&segment, before)?;
                    let length = segment.len().checked_sub(end.len())?;
                    strip_prefix_any_case(segment.get(length..)?, end)?;
                    join(found, part(segment, before.len()..length));
                }
            }
        }
        written.next().is_none().then_some(())
    }
}

fn part(text: Cow<'_, str>, range: Range<usize>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(range).unwrap_or("")),
        Cow::Owned(text) => Cow::Owned(text.get(range).unwrap_or("").to_owned()),
    }
}

fn join<'a>(found: &mut Option<Cow<'a, str>>, more: Cow<'a, str>) {
    *found = Some(match found.take() {
        None => more,
        Some(first) => Cow::Owned(format!("{first}-{more}")),
    });
}

/// Splits a text at the first of an ASCII character. On short texts this is faster than a search for the character.
pub(super) fn split_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|other| other == byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Splits a text at the last of an ASCII character.
fn rsplit_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|other| other == byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Returns the segments of a path that are not empty.
fn segments(mut path: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let segment;
        (segment, path) = split_segment(path);
        segment
    })
}

/// Returns the first segment of a path that is not empty, and the path after it.
fn split_segment(path: &str) -> (Option<&str>, &str) {
    let path = without_slashes(path);
    let (segment, rest) = split_once(path, b'/').unwrap_or((path, ""));
    (Some(segment).filter(|segment| !segment.is_empty()), rest)
}

/// Returns a text without the slashes at its start.
fn without_slashes(mut text: &str) -> &str {
    while let Some(rest) = text.strip_prefix('/') {
        text = rest;
    }
    text
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Returns the decoded value of a member of a query.
pub(super) fn member<'a>(query: &'a str, key: &str) -> Option<Cow<'a, str>> {
    pairs(query)
        .find(|(name, _)| name.eq_ignore_ascii_case(key))
        .and_then(|(_, value)| decode(value))
}

/// Decodes percent encoding (RFC 3986 §2.1). A stray `%` stays. Returns `None` if the bytes are not UTF-8.
pub(crate) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| byte == b'%') {
        return Some(Cow::Borrowed(text));
    }
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
    String::from_utf8(out).ok().map(Cow::Owned)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
