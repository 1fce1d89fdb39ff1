//! Identifiers: a phone number, an email address, a handle or a user id, parsed and normalized by the one constructor
//! its type has, and the [`Key`] it is compared by.

pub mod email;
pub mod handle;
pub mod link;
pub mod phone;
pub mod user_id;

use std::error::Error;
use std::fmt;

pub use email::{Email, EmailPolicy};
pub use handle::Handle;
pub use phone::{ParsedPhone, Phone, PhoneKind, Region};
pub use user_id::{EmbeddedAddress, UserId};

use crate::network::{Handles, IdentifierKind, Network};

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

    /// The key the identifier is compared by.
    ///
    /// ```
    /// use contact_resolution::{Email, Identifier};
    ///
    /// let identifier = Identifier::Email(Email::parse("Alice@Example.com")?);
    /// assert_eq!(identifier.key().to_string(), "email:alice@example.com");
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn key(&self) -> Key {
        Key::new(self.kind(), self.as_str())
    }

    /// The key of people who have something like it and are not meant by it: to be shown, never to be acted on. Of an
    /// address it is the loosest form that providers take for one, of a handle what it looks like. A space stands before
    /// its value, as before no identifier's and no stored text's, so that it equals no other key.
    ///
    /// ```
    /// use contact_resolution::{Email, Identifier};
    ///
    /// let [dotted, plain] = ["ira.p@gmail.com", "irap@gmail.com"].map(|text| Identifier::Email(Email::parse(text).unwrap()));
    /// assert_ne!(dotted.key(), plain.key());
    /// assert_eq!(dotted.look_alike_key(), plain.look_alike_key());
    /// ```
    #[must_use]
    pub fn look_alike_key(&self) -> Option<Key> {
        let form = match self {
            Identifier::Email(email) => [" ", email.did_you_mean().as_str()].concat(),
            Identifier::Handle(handle) => [" ", &handle.skeleton()].concat(),
            Identifier::Id(_) | Identifier::Phone(_) => return None,
        };
        Some(Key {
            kind: self.kind(),
            value: form.into(),
        })
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
    pub fn handle(text: &str, network: &Network) -> Result<Identifier, ParseError> {
        match network.handle {
            Handles::AreIds => UserId::parse(text, network).map(Identifier::Id),
            Handles::Rule(_) => Handle::parse(text, network).map(Identifier::Handle),
            Handles::None => Handle::parse(text, &Network::GENERAL).map(Identifier::Handle),
        }
    }

    /// The address that an id carries, as the identifier it is: the number of a `WhatsApp` id, the address of an
    /// `iMessage` one. One that no parser accepts today is none.
    ///
    /// ```
    /// use contact_resolution::{Identifier, Network, UserId};
    ///
    /// let id = UserId::parse("14155552671@s.whatsapp.net", Network::from_bridge_type("whatsapp"))?;
    /// assert_eq!(Identifier::carried_by(&id).unwrap().to_string(), "+14155552671");
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn carried_by(id: &UserId) -> Option<Identifier> {
        match id.address()? {
            EmbeddedAddress::Phone(text) => Phone::parse(&text)
                .ok()
                .map(|parsed| Identifier::Phone(parsed.phone)),
            EmbeddedAddress::Email(text) => Email::parse_with(text, EmailPolicy::RFC)
                .ok()
                .map(Identifier::Email),
        }
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

/// An identifier as it may be compared for equality, always inside one account.
///
/// Its text, `kind:value`, is stable: `phone:+14155552671`, `email:alice@example.com`, `handle:alice`, `id:@a:b.c`.
/// A stored record that no parser accepts today has a key too, of the very text it was stored with.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    kind: IdentifierKind,
    value: Box<str>,
}

impl Key {
    /// The key of a value of a kind, compared byte for byte: a normalized identifier's text, or a stored text as it is.
    ///
    /// ```
    /// use contact_resolution::{Key, IdentifierKind};
    ///
    /// assert_eq!(Key::new(IdentifierKind::Phone, "+14155552671").to_string(), "phone:+14155552671");
    /// ```
    #[must_use]
    pub fn new(kind: IdentifierKind, value: &str) -> Self {
        Key {
            kind,
            value: value.into(),
        }
    }

    /// What kind of identifier it compares.
    ///
    /// ```
    /// use contact_resolution::{Key, IdentifierKind};
    ///
    /// assert_eq!(Key::new(IdentifierKind::Id, "alice").kind(), IdentifierKind::Id);
    /// ```
    #[must_use]
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// Whether it is a key of people to show, as [`Identifier::look_alike_key`] gives them, and of nobody who is meant.
    ///
    /// ```
    /// use contact_resolution::{Email, Identifier};
    ///
    /// let identifier = Identifier::Email(Email::parse("ira.p@gmail.com")?);
    /// assert!(identifier.look_alike_key().unwrap().is_look_alike());
    /// assert!(!identifier.key().is_look_alike());
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_look_alike(&self) -> bool {
        self.value.starts_with(' ')
    }

    /// The text after the kind.
    ///
    /// ```
    /// use contact_resolution::{Key, IdentifierKind};
    ///
    /// assert_eq!(Key::new(IdentifierKind::Id, "alice").value(), "alice");
    /// ```
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.kind)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.value)
    }
}

/// Why one member of a payload can't be used: the stable `code` that a refusal carries for it. The list may grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FieldErrorCode {
    /// A national number, and no region to read it in.
    MissingRegion,
    /// No phone number can be read in it.
    NotANumber,
    /// A number with too few digits for its country.
    TooShort,
    /// A number with too many digits for its country.
    TooLong,
    /// A number of a length that its country doesn't use.
    WrongLength,
    /// A country calling code that is not assigned.
    UnknownCountryCode,
    /// A number that works only inside its own area.
    LocalOnly,
    /// A short code, or a code with `*` or `#`.
    ShortCode,
    /// No email address.
    InvalidEmail,
    /// A display name around an address, a comment, or a list of addresses.
    DisplayName,
    /// Not a handle by the network's rules.
    InvalidHandle,
    /// Not a user id by the network's rules.
    InvalidId,
    /// An invisible or bidirectional control character inside.
    InvisibleCharacter,
    /// A link to a group, a channel, a message or an invite.
    NotAPerson,
    /// A link of another network.
    OtherNetwork,
    /// The network, or this account's bridge, can't use identifiers of this kind.
    UnsupportedKind,
    /// Plain text, which may find a known person but never creates a chat.
    PlainText,
}

impl FieldErrorCode {
    /// Every code, in the order above.
    pub const ALL: &[FieldErrorCode] = &[
        FieldErrorCode::MissingRegion,
        FieldErrorCode::NotANumber,
        FieldErrorCode::TooShort,
        FieldErrorCode::TooLong,
        FieldErrorCode::WrongLength,
        FieldErrorCode::UnknownCountryCode,
        FieldErrorCode::LocalOnly,
        FieldErrorCode::ShortCode,
        FieldErrorCode::InvalidEmail,
        FieldErrorCode::DisplayName,
        FieldErrorCode::InvalidHandle,
        FieldErrorCode::InvalidId,
        FieldErrorCode::InvisibleCharacter,
        FieldErrorCode::NotAPerson,
        FieldErrorCode::OtherNetwork,
        FieldErrorCode::UnsupportedKind,
        FieldErrorCode::PlainText,
    ];

    /// The code as it stands on the wire.
    ///
    /// ```
    /// use contact_resolution::FieldErrorCode;
    ///
    /// assert_eq!(FieldErrorCode::MissingRegion.as_str(), "missing_region");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            FieldErrorCode::MissingRegion => "missing_region",
            FieldErrorCode::NotANumber => "not_a_number",
            FieldErrorCode::TooShort => "too_short",
            FieldErrorCode::TooLong => "too_long",
            FieldErrorCode::WrongLength => "wrong_length",
            FieldErrorCode::UnknownCountryCode => "unknown_country_code",
            FieldErrorCode::LocalOnly => "local_only",
            FieldErrorCode::ShortCode => "short_code",
            FieldErrorCode::InvalidEmail => "invalid_email",
            FieldErrorCode::DisplayName => "display_name",
            FieldErrorCode::InvalidHandle => "invalid_handle",
            FieldErrorCode::InvalidId => "invalid_id",
            FieldErrorCode::InvisibleCharacter => "invisible_character",
            FieldErrorCode::NotAPerson => "not_a_person",
            FieldErrorCode::OtherNetwork => "other_network",
            FieldErrorCode::UnsupportedKind => "unsupported_kind",
            FieldErrorCode::PlainText => "plain_text",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            FieldErrorCode::MissingRegion => "a national number needs a region",
            FieldErrorCode::NotANumber => "no phone number",
            FieldErrorCode::TooShort => "too short for a phone number of its country",
            FieldErrorCode::TooLong => "too long for a phone number of its country",
            FieldErrorCode::WrongLength => "no phone number of its country has this length",
            FieldErrorCode::UnknownCountryCode => "an unknown country calling code",
            FieldErrorCode::LocalOnly => "a number that works only inside its own area",
            FieldErrorCode::ShortCode => "a short code is no phone number",
            FieldErrorCode::InvalidEmail => "no email address",
            FieldErrorCode::DisplayName => "an email address must stand alone",
            FieldErrorCode::InvalidHandle => "no handle of this network",
            FieldErrorCode::InvalidId => "no user id of this network",
            FieldErrorCode::InvisibleCharacter => "an invisible character inside",
            FieldErrorCode::NotAPerson => "a link that does not lead to a person",
            FieldErrorCode::OtherNetwork => "a link of another network",
            FieldErrorCode::UnsupportedKind => {
                "this account can't look up identifiers of this kind"
            }
            FieldErrorCode::PlainText => "plain text finds known people but never creates a chat",
        }
    }
}

impl fmt::Display for FieldErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is no identifier. It says what and, for a character that may not be there, which one; never the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ParseError {
    code: FieldErrorCode,
    found: Option<char>,
}

impl ParseError {
    pub(crate) const fn new(code: FieldErrorCode) -> Self {
        ParseError { code, found: None }
    }

    pub(crate) const fn found(code: FieldErrorCode, found: char) -> Self {
        ParseError {
            code,
            found: Some(found),
        }
    }

    /// The stable code.
    ///
    /// ```
    /// use contact_resolution::{Email, FieldErrorCode};
    ///
    /// assert_eq!(Email::parse("Alice <a@b.example>").unwrap_err().code(), FieldErrorCode::DisplayName);
    /// ```
    #[must_use]
    pub const fn code(&self) -> FieldErrorCode {
        self.code
    }

    /// Whether a region would have made the text readable.
    ///
    /// ```
    /// use contact_resolution::Phone;
    ///
    /// assert!(Phone::parse("020 7946 0958").unwrap_err().is_missing_region());
    /// ```
    #[must_use]
    pub fn is_missing_region(&self) -> bool {
        self.code == FieldErrorCode::MissingRegion
    }
}

impl fmt::Debug for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParseError({})", self.code)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.text())?;
        match self.found {
            Some(c) => write!(f, ": U+{:04X}", u32::from(c)),
            None => Ok(()),
        }
    }
}

impl Error for ParseError {}
