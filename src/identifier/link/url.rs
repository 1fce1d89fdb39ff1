//! URLs in pieces, as far as links to people go: hosts, segments, members of the query, and the paths of
//! [`Site::people`].

use std::borrow::Cow;
use std::ops::Range;

use crate::network::Site;

use super::{LONGEST, after};

/// The pieces of a URL that lead to a person, as written.
pub(super) struct Url<'a> {
    /// The label that stands for `*` in the site's host, which counts as the path's first segment.
    label: Option<&'a str>,
    path: &'a str,
    query: &'a str,
    fragment: &'a str,
}

/// Whether a text says of itself that it is a web address.
pub(super) fn is_web(text: &str) -> bool {
    ["http:", "https:", "//"]
        .iter()
        .any(|start| after(text, start).is_some())
        || (after(text, "www.").is_some() && text.contains('/'))
}

/// A text as a URL of a site, or `None` if it is none of that site's.
pub(super) fn read<'a>(text: &'a str, site: &Site) -> Option<Url<'a>> {
    if text.len() > LONGEST {
        return None;
    }
    site.hosts
        .iter()
        .find_map(|host| match host.strip_suffix(':') {
            Some(_) => Some(Url::of(None, after(text, host)?.trim_start_matches('/'))),
            None => web(text, host),
        })
}

/// A web address on a host, which may lack its scheme.
fn web<'a>(text: &'a str, wanted: &str) -> Option<Url<'a>> {
    let schemed = ["https:", "http:", "//"]
        .iter()
        .find_map(|scheme| after(text, scheme));
    let bare = schemed.unwrap_or(text).trim_start_matches('/');
    // A browser goes by a backslash as by a slash, and so to another host than meets the eye.
    let end = bare.find(['/', '?', '#', '\\']).unwrap_or(bare.len());
    let (authority, rest) = bare.split_at_checked(end)?;
    // What stands before an `@` is a user's name, however much it looks like the host; without a scheme the whole is an
    // email address.
    let host = match authority.rsplit_once('@') {
        Some((_user, host)) => schemed.and(Some(host))?,
        None => authority,
    };
    let host = match host.split_once(':') {
        Some((host, port)) if port.is_empty() || port.parse::<u16>().is_ok() => host,
        Some(_) => return None,
        None => host,
    };
    let host = host.trim_end_matches('.');
    let host = after(host, "www.").unwrap_or(host);
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

impl<'a> Url<'a> {
    fn of(label: Option<&'a str>, rest: &'a str) -> Url<'a> {
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Url {
            label,
            path,
            query,
            // matrix.to has a query inside its fragment.
            fragment: fragment.split('?').next().unwrap_or_default(),
        }
    }

    /// Whether the query has a member, with or without a value.
    pub(super) fn has(&self, key: &str) -> bool {
        pairs(self.query).any(|(name, _)| name.eq_ignore_ascii_case(key))
    }

    /// What stands at `{}` of a path, if the URL has that path.
    pub(super) fn capture(&self, path: &str) -> Option<Cow<'a, str>> {
        let (path, fragment) = path
            .split_once('#')
            .map_or((path, None), |(path, fragment)| (path, Some(fragment)));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut found = None;
        let segments = self.label.into_iter().chain(segments(self.path));
        along(segments, path, &mut found)?;
        for (key, _) in pairs(query) {
            join(&mut found, member(self.query, key)?);
        }
        if let Some(fragment) = fragment {
            along(self::segments(self.fragment), fragment, &mut found)?;
        }
        found.filter(|found| !found.is_empty())
    }
}

/// Compares segments with a path, segment for segment, and takes out what stands at `{}`.
fn along<'a>(
    mut written: impl Iterator<Item = &'a str>,
    path: &str,
    found: &mut Option<Cow<'a, str>>,
) -> Option<()> {
    for wanted in segments(path) {
        let segment = decode(written.next()?)?;
        // Most end there, which is the sooner seen.
        let ends = wanted.strip_suffix("{}").map(|start| (start, ""));
        match ends.or_else(|| wanted.split_once("{}")) {
            // A `+` may have been decoded into a space on the way.
            Some(("+", "")) if segment.starts_with(['+', ' ']) => {
                let end = segment.len();
                join(found, part(segment, 1..end));
            }
            Some((start, end)) => {
                after(&segment, start)?;
                let length = segment.len().checked_sub(end.len())?;
                after(segment.get(length..)?, end)?;
                join(found, part(segment, start.len()..length));
            }
            None if wanted == "*" || segment.eq_ignore_ascii_case(wanted) => {}
            None => return None,
        }
    }
    written.next().is_none().then_some(())
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

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The value of a member of a query, decoded.
pub(super) fn member<'a>(query: &'a str, key: &str) -> Option<Cow<'a, str>> {
    pairs(query)
        .find(|(name, _)| name.eq_ignore_ascii_case(key))
        .and_then(|(_, value)| decode(value))
}

/// Percent-decoding (RFC 3986 §2.1). A stray `%` stays; bytes that are no UTF-8 are no text.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
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
