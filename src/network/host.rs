//! Host names: the domains of email addresses, Matrix server names, XMPP domains and Bluesky handles.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;

use super::text::ascii_lower;

/// The most octets of a host name (RFC 1035 §2.3.4, without the root's dot).
const HOST: usize = 253;
/// The most octets of one label.
const LABEL: usize = 63;

/// A host name in its one spelling: A-labels in lower case. `None` if it is none.
///
/// UTS #46 (non-transitional, STD3) maps and checks each label; what it leaves open is checked here: hyphens at the
/// edges, the lengths after conversion, and a top level of digits only, which reads as an address.
pub(crate) fn canonical(host: &str) -> Option<Cow<'_, str>> {
    // A U-label is at most four times as long in bytes as in its A-label; a longer text can't fit.
    if host.len() > 4 * HOST {
        return None;
    }
    let ascii = if host.is_ascii() && !has_a_label(host) {
        ascii_lower(host)
    } else {
        idna::domain_to_ascii_cow(host.as_bytes(), AsciiDenyList::STD3).ok()?
    };
    is_host(&ascii).then_some(ascii)
}

/// Whether a text is a host name of letters, digits and hyphens, in any case.
pub(crate) fn is_host(host: &str) -> bool {
    // One pass: the label so far, whether it is all digits, and the byte before.
    let (mut length, mut digits, mut before) = (0, true, b'.');
    for byte in host.bytes() {
        match byte {
            b'.' if length == 0 || before == b'-' => return false,
            b'.' => (length, digits) = (0, true),
            b'-' if length == 0 => return false,
            b'-' | b'a'..=b'z' | b'A'..=b'Z' => (length, digits) = (length + 1, false),
            b'0'..=b'9' => length += 1,
            _ => return false,
        }
        if length > LABEL {
            return false;
        }
        before = byte;
    }
    length > 0 && before != b'-' && !digits && host.len() <= HOST
}

/// Whether a label needs the punycode check.
pub(crate) fn has_a_label(host: &str) -> bool {
    host.as_bytes()
        .windows(4)
        .any(|four| four.eq_ignore_ascii_case(b"xn--"))
}

fn is_label(label: &str) -> bool {
    (1..=LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Whether a text is a domain handle of the AT Protocol: two labels or more, the last of which starts with a letter.
/// A name under a reserved top level is well formed there; it merely never resolves.
pub(crate) fn is_domain_handle(text: &str) -> bool {
    let top = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && text.len() <= HOST
        && text.split('.').all(is_label)
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Whether a text is a Matrix server name: a host name or an IP address, and perhaps a port.
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

/// Whether a text, taken as labels between dots, keeps the bidi rule, starts no label with a mark, and joins only
/// letters that join (RFC 5893 §2, RFC 5892 appendix A).
pub(crate) fn is_one_direction(text: &str) -> bool {
    text.is_ascii() || idna::domain_to_ascii_cow(text.as_bytes(), AsciiDenyList::EMPTY).is_ok()
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
