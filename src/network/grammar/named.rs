//! The parts of a pattern that have a grammar of their own: `{uuid}`, `{host}`, `{server}`, `{domain}`.

use std::borrow::Cow;

use super::Chars;
use crate::network::host;

/// A part of a pattern with a grammar of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// A UUID in either case, printed in lower case.
    Uuid,
    /// An internationalized host name or an IP address, printed as A-labels.
    Host,
    /// A Matrix server name, perhaps with a port.
    Server,
    /// A domain handle of the AT Protocol.
    Domain,
}

/// The lengths of the groups of a UUID.
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
const UUID_LEN: usize = 36;

/// A superset of the characters in host names. A part ends before any other character.
pub(super) const HOST_CHARS: Chars = Chars::HOST;

impl Named {
    pub(super) fn from_name(name: &str) -> Option<Named> {
        Some(match name {
            "uuid" => Named::Uuid,
            "host" => Named::Host,
            "server" => Named::Server,
            "domain" => Named::Domain,
            _ => return None,
        })
    }

    /// Returns a short text that is such a part.
    pub(super) fn sample(self) -> &'static str {
        match self {
            Named::Uuid => "00000000-0000-4000-8000-000000000000",
            Named::Host | Named::Server | Named::Domain => "a.example",
        }
    }

    /// Returns whether the part takes as much text as it can.
    pub(super) fn is_open(self) -> bool {
        self != Named::Uuid
    }

    /// Returns the characters that the part may begin and end with.
    pub(super) fn chars(self) -> Chars {
        match self {
            Named::Uuid => Chars::HEX,
            Named::Host | Named::Server | Named::Domain => HOST_CHARS,
        }
    }

    /// Returns the least and the most bytes of the part.
    pub(super) fn lengths(self) -> (usize, usize) {
        match self {
            Named::Uuid => (UUID_LEN, UUID_LEN),
            Named::Host | Named::Server | Named::Domain => (1, usize::MAX),
        }
    }

    /// Splits a text after the part that it begins with.
    pub(super) fn split(self, text: &str) -> Option<(&str, &str)> {
        if self == Named::Uuid {
            let (run, rest) = text.split_at_checked(UUID_LEN)?;
            return is_uuid(run).then_some((run, rest));
        }
        let (run, rest) = HOST_CHARS.split(text, 1, usize::MAX)?;
        let fits = match self {
            Named::Host => host::is_address(run) || host::canonical(run).is_some(),
            Named::Server => host::is_server(run),
            Named::Domain | Named::Uuid => host::is_domain_handle(run),
        };
        fits.then_some((run, rest))
    }

    /// Returns a matched text as it is printed.
    pub(super) fn printed(self, run: &str) -> Cow<'_, str> {
        match self {
            Named::Uuid => crate::network::ascii_lower(run),
            Named::Host if !host::is_address(run) => {
                host::canonical(run).unwrap_or(Cow::Borrowed(run))
            }
            Named::Host | Named::Server | Named::Domain => Cow::Borrowed(run),
        }
    }

    pub(super) fn is_printed_as(self, run: &str) -> bool {
        match self {
            Named::Uuid | Named::Host => self.printed(run) == run,
            Named::Server | Named::Domain => true,
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let fits = UUID_GROUPS.iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    });
    fits && groups.next().is_none()
}
