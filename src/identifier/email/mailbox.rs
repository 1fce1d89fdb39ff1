//! The grammar of a mailbox (RFC 5321 §4.1.2 and §4.1.3, RFC 6531 §3.3), without comments, folding white space and
//! obsolete forms.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{ADDRESS, EmailPolicy, FieldErrorCode, LOCAL, ParseError};
use crate::network::{ascii_lower, canonical_host, is_unseen, labels, unseen};

pub(super) struct Mailbox<'a> {
    pub(super) local: Local<'a>,
    pub(super) domain: Domain<'a>,
    written_domain: &'a str,
}

pub(super) enum Local<'a> {
    /// A dot-atom.
    Atom(&'a str),
    /// The text between the quotes, as written.
    Quoted(&'a str),
}

pub(super) enum Domain<'a> {
    Ascii(&'a str),
    Converted(String),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

impl<'a> Mailbox<'a> {
    /// Parses a text in normal form. ASCII is parsed without allocating, except punycode, which `idna` decodes.
    pub(super) fn read(text: &'a str, policy: EmailPolicy) -> Result<Self, ParseError> {
        if text.len() > 4 * ADDRESS {
            return Err(ParseError::new(FieldErrorCode::InvalidEmail));
        }
        let mailbox = Mailbox::split(text, policy).ok_or_else(|| refusal(text))?;
        // The grammar already rejects invisible characters in ASCII.
        if text.is_ascii() {
            return Ok(mailbox);
        }
        // A program could not decode the original address.
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(ParseError::new(FieldErrorCode::InvalidEmail));
        }
        // IDNA silently drops invisible characters from a domain. It checks joiners by their neighbors.
        let domain = mailbox
            .written_domain
            .chars()
            .find(|&c| is_unseen(c) && !matches!(c, '\u{200C}' | '\u{200D}'));
        match unseen(mailbox.local.written()).or(domain) {
            Some(c) => Err(ParseError::found(FieldErrorCode::InvisibleCharacter, c)),
            None => Ok(mailbox),
        }
    }

    fn split(text: &'a str, policy: EmailPolicy) -> Option<Self> {
        let (local, domain) = if let Some(inside) = text.strip_prefix('"') {
            let end = end_of_quoted(inside)?;
            (
                Local::Quoted(inside.get(..end)?),
                inside.get(end + 1..)?.strip_prefix('@')?,
            )
        } else {
            let (atom, rest) = text.split_at_checked(dot_atom(text)?)?;
            (Local::Atom(atom), rest.strip_prefix('@')?)
        };
        let local_octets = text.len() - domain.len() - 1;
        let written_domain = domain;
        let domain = Domain::read(domain, policy)?;
        (local_octets <= LOCAL && local_octets + 1 + domain.len() <= ADDRESS).then_some(Mailbox {
            local,
            domain,
            written_domain,
        })
    }
}

impl Local<'_> {
    pub(super) fn written(&self) -> &str {
        match self {
            Local::Atom(text) | Local::Quoted(text) => text,
        }
    }

    /// Writes the local part in its normalized spelling: ASCII in lower case, with quotes and escapes only if they are
    /// needed.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Local::Atom(atom) => out.push_str(&ascii_lower(atom)),
            Local::Quoted(inside) => {
                let mut escaped = false;
                let plain: String = inside
                    .chars()
                    .filter(|&c| {
                        escaped = c == '\\' && !escaped;
                        !escaped
                    })
                    .map(|c| c.to_ascii_lowercase())
                    .collect();
                if dot_atom(&plain) == Some(plain.len()) {
                    out.push_str(&plain);
                    return;
                }
                out.push('"');
                for c in plain.chars() {
                    if matches!(c, '"' | '\\') {
                        out.push('\\');
                    }
                    out.push(c);
                }
                out.push('"');
            }
        }
    }
}

impl<'a> Domain<'a> {
    fn read(text: &'a str, policy: EmailPolicy) -> Option<Self> {
        if let Some(literal) = text.strip_prefix('[') {
            return policy
                .literals
                .then(|| Domain::literal(literal.strip_suffix(']')?))
                .flatten();
        }
        let plain = labels(text).filter(|labels| !labels.coded);
        let (domain, count) = if let Some(labels) = plain {
            (Domain::Ascii(text), labels.count)
        } else {
            // `canonical_host` replaces every full stop that IDNA knows by a dot.
            let converted = canonical_host(text)?.into_owned();
            let count = converted.split('.').count();
            (Domain::Converted(converted), count)
        };
        (count > 1 || policy.single_labels).then_some(domain)
    }

    fn literal(text: &str) -> Option<Self> {
        match text.split_at_checked(5) {
            Some((tag, address)) if tag.eq_ignore_ascii_case("ipv6:") => {
                address.parse().ok().map(Domain::V6)
            }
            _ => text.parse().ok().map(Domain::V4),
        }
    }

    fn len(&self) -> usize {
        match self {
            Domain::Ascii(text) => text.len(),
            Domain::Converted(text) => text.len(),
            // A literal is always shorter than the limit.
            Domain::V4(_) | Domain::V6(_) => "[]".len(),
        }
    }

    /// Returns the domain in its normalized spelling.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Domain::Ascii(text) => ascii_lower(text),
            Domain::Converted(text) => Cow::Borrowed(text),
            Domain::V4(address) => Cow::Owned(format!("[{address}]")),
            Domain::V6(address) => Cow::Owned(format!("[ipv6:{address}]")),
        }
    }
}

/// Returns the position of the closing quote. `text` begins after the opening quote.
fn end_of_quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            // A quoted pair is a backslash and printable ASCII.
            _ if escaped && !matches!(c, ' '..='~') => return None,
            _ if escaped => escaped = false,
            '"' => return Some(at),
            '\\' => escaped = true,
            _ if c.is_control() => return None,
            _ => {}
        }
    }
    None
}

/// Returns how many bytes at the start of a text are atoms between single dots.
fn dot_atom(text: &str) -> Option<usize> {
    let (mut before, mut end) = (Byte::Dot, text.len());
    for (at, byte) in text.bytes().enumerate() {
        match (BYTES[usize::from(byte)], before) {
            (Byte::None, _) => {
                end = at;
                break;
            }
            (Byte::Dot, Byte::Dot) => return None,
            (byte, _) => before = byte,
        }
    }
    // RFC 6531 allows all characters beyond ASCII, but white space and controls are never intended.
    let is_meant = |c: char| c.is_ascii() || !c.is_whitespace() && !c.is_control();
    let atom = text.get(..end)?;
    (before == Byte::Atom && (atom.is_ascii() || atom.chars().all(is_meant))).then_some(end)
}

/// The role of a byte in a dot-atom.
#[derive(Clone, Copy, PartialEq)]
enum Byte {
    /// Not allowed.
    None,
    /// RFC 5322 `atext`, or a byte beyond ASCII.
    Atom,
    Dot,
}

/// A lookup table is faster than range checks.
const BYTES: [Byte; 256] = {
    let mut bytes = [Byte::None; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            bytes[byte as usize] = Byte::Atom;
        }
        byte -= 1;
    }
    let mut others: &[u8] = b"!#$%&'*+-/=?^_`{|}~";
    while let [byte, rest @ ..] = others {
        bytes[*byte as usize] = Byte::Atom;
        others = rest;
    }
    bytes[b'.' as usize] = Byte::Dot;
    bytes
};

/// Returns the most helpful error for a text that is not an address.
fn refusal(text: &str) -> ParseError {
    if let Some(c) = unseen(text) {
        return ParseError::found(FieldErrorCode::InvisibleCharacter, c);
    }
    let has = |wanted: &[u8]| text.bytes().any(|byte| wanted.contains(&byte));
    let dressed = has(b"@") && has(b"<>(),;");
    ParseError::new(if dressed {
        FieldErrorCode::DisplayName
    } else {
        FieldErrorCode::InvalidEmail
    })
}
