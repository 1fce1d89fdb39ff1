//! User ids: what a network itself calls an account.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use super::{FieldErrorCode, ParseError};
use crate::network::grammar::{Embedded, GrammarMatch};
use crate::network::{AccountGrammar, Network, unseen};

/// A user id, in the one spelling its network compares it by.
///
/// On a bridged network an id may also be Matrix-shaped (`@whatsapp_1415…:example.org`), which is how the host calls
/// the same user.
///
/// ```
/// use contact_resolution::{Network, UserId};
///
/// let id = UserId::parse("c0ffee00-1234-4ABC-8def-0123456789AB", &Network::SIGNAL)?;
/// assert_eq!(id.as_str(), "c0ffee00-1234-4abc-8def-0123456789ab");
/// assert!(id.is_distinctive());
/// # Ok::<(), contact_resolution::ParseError>(())
/// ```
#[derive(Clone)]
pub struct UserId {
    text: Box<str>,
    distinctive: bool,
    carries: Embedded,
    carried: (usize, usize),
}

/// An address that an id carries inside.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum EmbeddedAddress<'a> {
    /// A phone number with `+`, as text: not yet known to be one.
    Phone(Cow<'a, str>),
    /// An email address, as text: not yet known to be one.
    Email(&'a str),
}

impl UserId {
    /// Reads an id by a network's rules. White space around it is not dropped: no id has any.
    ///
    /// # Errors
    ///
    /// With [`FieldErrorCode::InvalidId`] if it is none by the rules, [`FieldErrorCode::InvisibleCharacter`] if a character of it
    /// isn't shown.
    ///
    /// ```
    /// use contact_resolution::{FieldErrorCode, Network, UserId};
    ///
    /// assert_eq!(UserId::parse("alice:example.org", &Network::MATRIX)?.as_str(), "@alice:example.org");
    /// assert_eq!(UserId::parse("Alice Example", &Network::TELEGRAM).unwrap_err().code(), FieldErrorCode::InvalidId);
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    pub fn parse<'a>(
        text: &str,
        grammar: impl Into<AccountGrammar<'a>>,
    ) -> Result<UserId, ParseError> {
        let grammar = grammar.into();
        let rule = &grammar.network().rules().id;
        let server = grammar.case_mapping();
        let hosts = &Network::MATRIX.rules().id;
        if text.len() > rule.longest().max(hosts.longest()) {
            return Err(ParseError::new(FieldErrorCode::InvalidId));
        }
        if let Some(c) = unseen(text) {
            return Err(ParseError::found(FieldErrorCode::InvisibleCharacter, c));
        }
        // The host's own form comes first, so that a network without a grammar knows it for what it is.
        let hosts = text
            .starts_with('@')
            .then(|| hosts.read(text, server))
            .flatten();
        match hosts.or_else(|| rule.read(text, server)) {
            Some(GrammarMatch {
                key,
                distinctive,
                carries,
                carried: Range { start, end },
            }) => Ok(UserId {
                text: key.into(),
                distinctive,
                carries,
                carried: (start, end),
            }),
            None => Err(ParseError::new(FieldErrorCode::InvalidId)),
        }
    }

    /// The normalized text.
    ///
    /// ```
    /// # use contact_resolution::{Network, UserId};
    /// assert_eq!(UserId::parse("t024be7ld-u012ab3cd", &Network::SLACK)?.as_str(), "T024BE7LD-U012AB3CD");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether nothing but an id of the network looks like it, so that it is one in any slot. A bare number is not.
    ///
    /// ```
    /// # use contact_resolution::{Network, UserId};
    /// assert!(UserId::parse("lid-123456789012", &Network::WHATSAPP)?.is_distinctive());
    /// assert!(!UserId::parse("14155552671", &Network::WHATSAPP)?.is_distinctive());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_distinctive(&self) -> bool {
        self.distinctive
    }

    /// The phone number or email address that the id carries.
    ///
    /// ```
    /// use contact_resolution::identifier::user_id::EmbeddedAddress;
    /// # use contact_resolution::{Network, UserId};
    ///
    /// let id = UserId::parse("14155552671@s.whatsapp.net", &Network::WHATSAPP)?;
    /// assert!(matches!(id.address(), Some(EmbeddedAddress::Phone(number)) if number == "+14155552671"));
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn address(&self) -> Option<EmbeddedAddress<'_>> {
        let (start, end) = self.carried;
        let text = self.text.get(start..end)?;
        match self.carries {
            Embedded::Email => Some(EmbeddedAddress::Email(text)),
            Embedded::Either if text.contains('@') => Some(EmbeddedAddress::Email(text)),
            Embedded::Either if text.starts_with('+') => Some(EmbeddedAddress::Phone(text.into())),
            Embedded::Phone => Some(EmbeddedAddress::Phone(["+", text].concat().into())),
            _ => None,
        }
    }
}

/// Ids are compared by their text; how distinctively one was typed is no part of it (`alice:example.org`).
impl PartialEq for UserId {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for UserId {}

impl PartialOrd for UserId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for UserId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for UserId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// An id is personal and never appears in `Debug`; [`Display`](fmt::Display) is the deliberate way to show it.
impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(…)")
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for EmbeddedAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EmbeddedAddress::Phone(_) => "Phone(…)",
            EmbeddedAddress::Email(_) => "Email(…)",
        })
    }
}
