//! Identifiers: user ids, phone numbers, email addresses and handles.
//!
//! Each type has one parser, which also normalizes. Identifiers are compared by their [`Key`](crate::Key).

pub(crate) mod email;
mod error;
mod handle;
pub mod link;
pub(crate) mod look_alike;
pub(crate) mod phone;
pub(crate) mod user_id;

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
    /// Returns the kind of this identifier.
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

    /// Returns the normalized text, the form that is compared.
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

    /// Returns the text to send to the network.
    ///
    /// Letter case and brackets may matter to a server, so a handle or an id is sent as it was typed.
    ///
    /// ```
    /// use contact_resolution::{Identifier, Network};
    ///
    /// let handle = Identifier::handle("@Wren_Hill", &Network::TELEGRAM)?;
    /// assert_eq!((handle.as_str(), handle.to_send()), ("wren_hill", "Wren_Hill"));
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn to_send(&self) -> &str {
        match self {
            Identifier::Id(id) => id.to_send(),
            Identifier::Handle(handle) => handle.to_send(),
            Identifier::Phone(_) | Identifier::Email(_) => self.as_str(),
        }
    }

    /// Parses the text of a handle field. Returns a user id if the network uses handles as ids.
    ///
    /// If the network has no handles, general rules apply, so that a record with a handle is still found.
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
    /// Returns an error if the text does not match those rules.
    pub fn handle<'a>(
        text: &str,
        grammar: impl Into<AccountGrammar<'a>>,
    ) -> Result<Identifier, ParseError> {
        let grammar = grammar.into();
        match grammar.network().rules().handles() {
            Handles::AreIds => UserId::parse(text, grammar).map(Identifier::Id),
            Handles::Grammar(_) => Handle::parse(text, grammar).map(Identifier::Handle),
            Handles::None => Handle::parse(text, &Network::GENERAL).map(Identifier::Handle),
        }
    }
}

/// Never shows a number, an address or a name. [`Display`](fmt::Display) is the deliberate way to show them.
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
