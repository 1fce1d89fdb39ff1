//! The grammar of a mailbox (RFC 5321 §4.1.2, §4.1.3; RFC 6531 §3.3), without comments, folding white space and the
//! obsolete forms.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{ADDRESS, EmailPolicy, FieldCode, LOCAL, ParseError};
use crate::network::grammar::Chars;
use crate::network::{ascii_lower, canonical_host, has_a_label, is_host, is_unseen, unseen};

pub(super) struct Mailbox<'a> {
    pub(super) local: Local<'a>,
    pub(super) domain: Domain<'a>,
    written_domain: &'a str,
}

pub(super) enum Local<'a> {
    /// A dot-atom.
    Atom(&'a str),
    /// What stands between the quotes, as written.
    Quoted(&'a str),
}

pub(super) enum Domain<'a> {
    Ascii(&'a str),
    Converted(String),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

impl<'a> Mailbox<'a> {
    /// Reads a text in normal form. ASCII is read without allocating, but for punycode, which `idna` decodes.
    pub(super) fn read(text: &'a str, policy: EmailPolicy) -> Result<Self, ParseError> {
        if text.len() > 4 * ADDRESS {
            return Err(ParseError::new(FieldCode::InvalidEmail));
        }
        let mailbox = Mailbox::split(text, policy).ok_or_else(|| refusal(text))?;
        // The grammar of ASCII has no such character.
        if text.is_ascii() {
            return Ok(mailbox);
        }
        // IDNA would drop such characters from a domain without a word. Its joiners it judges by their neighbours.
        let domain = mailbox
            .written_domain
            .chars()
            .find(|&c| is_unseen(c) && !matches!(c, '\u{200C}' | '\u{200D}'));
        match unseen(mailbox.local.written()).or(domain) {
            Some(c) => Err(ParseError::found(FieldCode::InvisibleCharacter, c)),
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
            let (atom, domain) = text.split_once('@')?;
            is_dot_atom(atom).then_some((Local::Atom(atom), domain))?
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
    fn written(&self) -> &str {
        match self {
            Local::Atom(text) | Local::Quoted(text) => text,
        }
    }

    /// The local part in its one spelling: ASCII in lower case, quoted only where it must be, and nothing escaped that
    /// needn't be.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Local::Atom(atom) => out.extend(atom.chars().map(|c| c.to_ascii_lowercase())),
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
                if is_dot_atom(&plain) {
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
        let domain = if text.is_ascii() && !has_a_label(text) {
            is_host(text).then_some(Domain::Ascii(text))?
        } else {
            Domain::Converted(canonical_host(text)?.into_owned())
        };
        // Every full stop that IDNA knows has become a dot by now.
        let labels = match &domain {
            Domain::Converted(text) => text.contains('.'),
            _ => text.contains('.'),
        };
        (labels || policy.single_labels).then_some(domain)
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
            // No literal comes near the bound.
            Domain::V4(_) | Domain::V6(_) => "[]".len(),
        }
    }

    /// The domain in its one spelling.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Domain::Ascii(text) => ascii_lower(text),
            Domain::Converted(text) => Cow::Borrowed(text),
            Domain::V4(address) => Cow::Owned(format!("[{address}]")),
            Domain::V6(address) => Cow::Owned(format!("[ipv6:{address}]")),
        }
    }
}

/// Where the quoted string ends whose opening quote was taken off.
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

/// Whether a text is atoms between single dots.
fn is_dot_atom(text: &str) -> bool {
    let mut after_dot = true;
    for c in text.chars() {
        match c {
            '.' if after_dot => return false,
            '.' => after_dot = true,
            _ if is_atext(c) => after_dot = false,
            _ => return false,
        }
    }
    !after_dot
}

/// RFC 5322 `atext`.
const ATEXT: Chars = Chars::LOWER
    .or(Chars::UPPER)
    .or(Chars::DIGIT)
    .and("!#$%&'*+-/=?^_`{|}~");

/// `atext`, and what RFC 6531 adds: any character beyond ASCII, short of white space and controls.
fn is_atext(c: char) -> bool {
    if c.is_ascii() {
        ATEXT.has(c)
    } else {
        !c.is_whitespace() && !c.is_control()
    }
}

/// What is wrong with a text that is no address, as a person would say it.
fn refusal(text: &str) -> ParseError {
    if let Some(c) = unseen(text) {
        return ParseError::found(FieldCode::InvisibleCharacter, c);
    }
    let dressed = text.contains('@') && text.contains(['<', '>', '(', ')', ',', ';']);
    ParseError::new(if dressed {
        FieldCode::DisplayName
    } else {
        FieldCode::InvalidEmail
    })
}
