//! Host names: the domains of email addresses, Matrix server names, XMPP domains and Bluesky handles.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;

use super::text::ascii_lower;

/// The most octets of a host name (RFC 1035 §2.3.4, without the root's dot).
const HOST: usize = 253;
/// The most octets of one label.
const LABEL: usize = 63;

/// The labels of a host name in ASCII.
#[derive(Clone, Copy)]
pub(crate) struct Labels {
    pub(crate) count: usize,
    /// Whether a label is in Punycode, which only a decoder can check.
    pub(crate) coded: bool,
}

/// Returns a host name as A-labels in lower case, or `None` if the text is not a host name.
///
/// UTS #46 (non-transitional, STD3) maps and checks each label. The rest is checked here: hyphens at the edges, the lengths
/// after conversion, and a top level of digits only, which reads as an address.
pub(crate) fn canonical(host: &str) -> Option<Cow<'_, str>> {
    match labels(host) {
        Some(Labels { coded: false, .. }) => return Some(ascii_lower(host)),
        // Conversion leaves ASCII as it is.
        None if host.is_ascii() => return None,
        _ => {}
    }
    // A U-label has at most four times the bytes of its A-label, so a longer text cannot fit.
    if host.len() > 4 * HOST {
        return None;
    }
    let ascii = idna::domain_to_ascii_cow(host.as_bytes(), AsciiDenyList::STD3).ok()?;
    labels(&ascii).is_some().then_some(ascii)
}

/// Returns the labels of a host name of letters, digits and hyphens in any case, or `None` if the text is not one.
pub(crate) fn labels(host: &str) -> Option<Labels> {
    let (mut count, mut coded, mut top) = (0, false, 0);
    if host.len() > HOST {
        return None;
    }
    for label in host.as_bytes().split(|byte| *byte == b'.') {
        top = label
            .iter()
            .fold(0, |all, byte| all | CLASSES[usize::from(*byte)]);
        let edges = label.first().zip(label.last())?;
        if top & OTHER != 0 || edges.0 == &b'-' || edges.1 == &b'-' || label.len() > LABEL {
            return None;
        }
        coded |= top & HYPHEN != 0 && is_coded(label);
        count += 1;
    }
    (top != DIGIT).then_some(Labels { count, coded })
}

// The class of a byte in a host name, as bits, so that those of a label add up.
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const HYPHEN: u8 = 4;
const OTHER: u8 = 8;

const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        if byte.is_ascii_alphabetic() {
            classes[byte as usize] = LETTER;
        }
        byte -= 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        classes[digit as usize] = DIGIT;
        digit += 1;
    }
    classes[b'-' as usize] = HYPHEN;
    classes
};

fn is_coded(label: &[u8]) -> bool {
    label
        .first_chunk::<4>()
        .is_some_and(|start| start.eq_ignore_ascii_case(b"xn--"))
}

fn is_label(label: &str) -> bool {
    (1..=LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Returns whether a text is a domain handle of the AT Protocol: two labels or more, the last of which starts with a
/// letter. A name under a reserved top level is well formed, and never resolves.
pub(crate) fn is_domain_handle(text: &str) -> bool {
    let top = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && text.len() <= HOST
        && text.split('.').all(is_label)
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Returns whether a text is an IP address, of version 6 in brackets (RFC 7622 §3.2).
pub(crate) fn is_address(text: &str) -> bool {
    match text.strip_prefix('[') {
        Some(rest) => rest
            .strip_suffix(']')
            .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
        None => text.parse::<Ipv4Addr>().is_ok(),
    }
}

/// Returns whether a text is a Matrix server name: a host name or an IP address, perhaps with a port.
pub(crate) fn is_server(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) => {
                return address.parse::<Ipv6Addr>().is_ok()
                    && port.strip_prefix(':').map_or(port.is_empty(), is_port);
            }
            None => return false,
        },
        None => text
            .split_once(':')
            .map_or((text, None), |(host, port)| (host, Some(port))),
    };
    port.is_none_or(is_port)
        && host.len() <= HOST
        && (host.split('.').all(is_label) || host.parse::<Ipv4Addr>().is_ok())
}

/// Returns whether the labels of a text keep the bidi rule (RFC 5893 §2).
///
/// A label also may not start with a mark, and a joiner only follows a letter that joins (RFC 5892 appendix A).
pub(crate) fn keeps_bidi_rule(text: &str) -> bool {
    text.is_ascii() || idna::domain_to_ascii_cow(text.as_bytes(), AsciiDenyList::EMPTY).is_ok()
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
