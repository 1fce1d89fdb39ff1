//! Identifiers: a phone number, an email address, a handle or a user id, parsed and normalized by the one constructor
//! its type has, and the [`Key`](crate::Key) it is compared by.

pub mod email;
mod error;
pub mod handle;
pub mod link;
pub(crate) mod look_alike;
pub mod phone;
pub mod user_id;

use std::fmt;

pub use email::{Email, EmailPolicy};
pub use error::{FieldErrorCode, ParseError};
pub use handle::Handle;
pub use phone::{ParsedPhone, Phone, PhoneKind, Region};
pub use user_id::{EmbeddedAddress, UserId};

use crate::network::{AccountGrammar, Handles, IdentifierKind, Network};

/// A parsed, normalized identifier.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// The network's own id of a user.
    Id(UserId),
    /// A phone number in E.164.
    Phone(Phone),
    /// An email address.
    Email(Email),
    /// A handle.
    Handle(Handle),
}

impl Identifier {
    /// The identifier's kind.
    ///
    /// ```
    /// use contact_resolution::{Email, Identifier, IdentifierKind};
    ///
    /// let identifier = Identifier::Email(Email::parse("Alice@Example.com")?);
    /// assert_eq!(identifier.kind(), IdentifierKind::Email);
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> IdentifierKind {
        match self {
            Identifier::Id(_) => IdentifierKind::Id,
            Identifier::Phone(_) => IdentifierKind::Phone,
            Identifier::Email(_) => IdentifierKind::Email,
            Identifier::Handle(_) => IdentifierKind::Handle,
        }
    }

    /// The normalized text, as it is compared and sent.
    ///
    /// ```
    /// use contact_resolution::{Email, Identifier};
    ///
    /// let identifier = Identifier::Email(Email::parse("Alice@Example.com")?);
    /// assert_eq!(identifier.as_str(), "alice@example.com");
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Identifier::Id(id) => id.as_str(),
            Identifier::Phone(phone) => phone.as_str(),
            Identifier::Email(email) => email.as_str(),
            Identifier::Handle(handle) => handle.as_str(),
        }
    }

    /// Returns the text to send to the network for what was typed.
    ///
    /// Letter case and brackets may matter to a server, so a handle or an id is sent as it was typed, without a leading
    /// `@`. A number, an address, and what the network writes in another way altogether is sent in its normalized form.
    pub(crate) fn text_to_send<'a>(&'a self, typed: &'a str) -> &'a str {
        let normalized = self.as_str();
        if matches!(self, Identifier::Phone(_) | Identifier::Email(_)) {
            return normalized;
        }
        if let Identifier::Id(id) = self
            && id.is_distinctive()
        {
            return normalized;
        }
        let typed = typed.strip_prefix('@').unwrap_or(typed);
        let bare = normalized.strip_prefix('@').unwrap_or(normalized);
        if bare.len() == normalized.len()
            && typed.chars().map(one_case).eq(bare.chars().map(one_case))
        {
            typed
        } else {
            normalized
        }
    }

    /// What a text in the place of a handle is on a network: a handle, or the user id where handles are ids. Where the
    /// network has no handles it is read by general rules, so that a record which has one all the same is found.
    ///
    /// ```
    /// use contact_resolution::{Identifier, IdentifierKind, Network};
    ///
    /// assert_eq!(Identifier::handle("@alice", &Network::TELEGRAM)?.kind(), IdentifierKind::Handle);
    /// assert_eq!(Identifier::handle("alice:example.org", &Network::MATRIX)?.kind(), IdentifierKind::Id);
    /// assert_eq!(Identifier::handle("Alice", &Network::SMS)?.as_str(), "alice");
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where it is none by the rules.
    pub fn handle<'a>(
        text: &str,
        grammar: impl Into<AccountGrammar<'a>>,
    ) -> Result<Identifier, ParseError> {
        let grammar = grammar.into();
        match grammar.network().rules().handle {
            Handles::AreIds => UserId::parse(text, grammar).map(Identifier::Id),
            Handles::Rule(_) => Handle::parse(text, grammar).map(Identifier::Handle),
            Handles::None => Handle::parse(text, &Network::GENERAL).map(Identifier::Handle),
        }
    }
}

/// Folds what differs only in letter case or in the brackets that IRC takes for letters.
fn one_case(c: char) -> char {
    match c {
        '[' => '{',
        ']' => '}',
        '\\' => '|',
        '~' => '^',
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Numbers, addresses and names never appear in `Debug`; [`Display`](fmt::Display) is the deliberate way to show them.
impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identifier({})", self.kind())
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
