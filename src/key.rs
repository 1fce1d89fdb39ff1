//! The keys that identifiers are compared by: those of a payload, and those of stored people. Both sides are in this
//! module, because a person is found only if the two agree.

mod account_keys;
mod stored;
mod stored_text;

use std::fmt;

use crate::identifier::email::without_scheme;
use crate::identifier::link::LinkTarget;
use crate::identifier::look_alike::{as_seen, is_numeric, skeleton};
use crate::identifier::{Email, EmailPolicy, Identifier, Phone, UserId, phone};
use crate::network::grammar::Base;
use crate::network::{IdentifierKind, nfc};
use crate::person::Account;
use crate::small_text::SmallText;

pub(crate) use account_keys::AccountKeys;
pub(crate) use stored::{KeySource, WantedKeys, may_read_as, stored_keys};
pub(crate) use stored_text::KeyRules;

/// The version of the text of a [`Key`], and of the keys that [`Person::keys`](crate::Person::keys) returns.
///
/// In version 3 the text is the kind (`id`, `phone`, `email`, `handle`), a colon, and the value. The value is:
///
/// - for a number, its E.164 form with `+`
/// - for an address, the local part with ASCII in lower case, `@`, and the domain in A-labels
/// - for a handle, the form that its network compares
/// - for an id, the text that two records of one person share ([`UserId::identity`])
/// - for an id that its network folds, also the folded form and a space
/// - for an id that names a device, also the form without the device, a slash and a space
/// - for stored text, the text itself without white space around it
/// - for text that no parser accepts and that looks like an address, the text in lower case without its scheme
/// - for text that no parser accepts and that looks like a number, and for a short code in an id, its digits and a space
///
/// The value of a look-alike key follows a space, see [`Key::is_look_alike`].
///
/// A store keeps the version of its keys. If it is another one, the store derives its keys again from the records, or
/// refuses to open. Keys of another version miss people, and a missed person must never count as absent. The
/// [rows of names](crate::store::name_rows) and the keys of their words have this version too.
pub const KEY_FORMAT: u32 = 3;

/// What follows the folded form of an id in its key.
const FOLDED: &str = " ";
/// What follows an id without the device that it names.
const WITHOUT_DEVICE: &str = "/ ";

/// A value that identifiers are compared by for equality, always inside one account.
///
/// Its text, `kind:value`, is stable: `phone:+14155552671`, `email:alice@example.com`, `handle:alice`, `id:@a:b.c`. See
/// [`KEY_FORMAT`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    kind: IdentifierKind,
    is_look_alike: bool,
    value: SmallText,
}

impl Key {
    /// Returns the key of a normalized identifier's text, or of stored text as it is. It is compared byte for byte.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, Key};
    ///
    /// let key = Key::new(IdentifierKind::Phone, "+14155552671");
    /// assert_eq!(key.to_string(), "phone:+14155552671");
    /// assert_eq!((key.kind(), key.value()), (IdentifierKind::Phone, "+14155552671"));
    /// ```
    #[must_use]
    pub fn new(kind: IdentifierKind, value: &str) -> Self {
        Key {
            kind,
            is_look_alike: false,
            value: value.into(),
        }
    }

    /// Returns the key of a number.
    pub(crate) fn phone(phone: &Phone) -> Self {
        Key::new(IdentifierKind::Phone, phone.as_str())
    }

    /// Returns a key that finds people with a similar identifier. They are suggested, never chosen.
    pub(crate) fn look_alike(kind: IdentifierKind, value: &str) -> Self {
        Key {
            is_look_alike: true,
            ..Key::new(kind, value)
        }
    }

    /// Returns the kind of identifier that the key compares.
    #[must_use]
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// Returns whether people who hold the key are only similar, see [`Identifier::look_alike_key`].
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
        self.is_look_alike
    }

    /// Returns the text after the kind.
    #[must_use]
    pub fn value(&self) -> &str {
        self.value.as_str()
    }

    /// Returns whether this is the [key](Key::new) of a text.
    pub(crate) fn is_of_text(&self, kind: IdentifierKind, text: &str) -> bool {
        self.kind == kind && !self.is_look_alike && self.value() == text
    }

    /// Returns the key of an id. The parts are joined to its text.
    fn of_id(parts: [&str; 2]) -> Self {
        let mut value = SmallText::new();
        for part in parts {
            value.push_str(part);
        }
        Key {
            kind: IdentifierKind::Id,
            is_look_alike: false,
            value,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.kind)
    }
}

/// The text that stores keep. No identifier and no stored text begins with a space, so a look-alike key equals no other.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_look_alike { " " } else { "" };
        write!(f, "{}:{mark}{}", self.kind, self.value())
    }
}

impl Identifier {
    /// Returns the key that the identifier is compared by.
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
        let value = match self {
            Identifier::Id(id) => id.identity_text().clone(),
            Identifier::Handle(handle) => handle.text().clone(),
            Identifier::Phone(phone) => phone.as_str().into(),
            Identifier::Email(email) => email.as_str().into(),
        };
        Key {
            kind: self.kind(),
            is_look_alike: false,
            value,
        }
    }

    /// Returns the key of people with a similar identifier, who are suggested and never chosen.
    ///
    /// The key is the [UTS #39] skeleton of a handle or an id, and of an address without what mail providers ignore: dots,
    /// tags, letter case. Numbers and numeric ids have none.
    ///
    /// ```
    /// use contact_resolution::{Email, Identifier};
    ///
    /// let [dotted, plain] = ["ira.p@gmail.com", "irap@gmail.com"].map(|text| Identifier::Email(Email::parse(text).unwrap()));
    /// assert_ne!(dotted.key(), plain.key());
    /// assert_eq!(dotted.look_alike_key(), plain.look_alike_key());
    /// ```
    ///
    /// [UTS #39]: https://www.unicode.org/reports/tr39/#Confusable_Detection
    #[must_use]
    pub fn look_alike_key(&self) -> Option<Key> {
        match self {
            Identifier::Email(email) => {
                let form = email.did_you_mean();
                Some(Key::look_alike(self.kind(), &skeleton(&form)))
            }
            Identifier::Handle(handle) => Some(Key::look_alike(self.kind(), &handle.skeleton())),
            Identifier::Id(id) if id.address().is_none() && !is_numeric(id.as_str()) => {
                Some(Key::look_alike(self.kind(), &skeleton(id.as_str())))
            }
            Identifier::Id(_) | Identifier::Phone(_) => None,
        }
    }
}

impl Identifier {
    /// Returns the look-alike key of a handle or an id with capitals that look like other letters.
    pub(crate) fn seen_look_alike_key(&self) -> Option<Key> {
        let is_text = matches!(self, Identifier::Handle(_) | Identifier::Id(_));
        let seen = is_text.then(|| as_seen(self.to_send())).flatten();
        let seen = seen.filter(|_| self.look_alike_key().is_some())?;
        Some(Key::look_alike(self.kind(), &skeleton(&seen)))
    }
}

impl UserId {
    /// Returns the keys that find people with an id that is equal to this one after folding. Two records with such a key in
    /// common are never joined.
    ///
    /// No stored text ends with a space, so these keys equal no other. A person with a device in their id is not found by
    /// an id with another device.
    pub(crate) fn folded_keys(&self) -> impl Iterator<Item = Key> {
        let folded = self
            .is_folded()
            .then(|| Key::of_id([self.as_str(), FOLDED]));
        let other = match self.base() {
            Base::Never => None,
            Base::Whole => Some(Key::of_id([self.as_str(), WITHOUT_DEVICE])),
            Base::Text(base) => Some(Key::of_id([base, FOLDED])),
        };
        folded.into_iter().chain(other)
    }

    /// Returns the keys that a stored id is found by after folding.
    fn stored_folded_keys(&self) -> impl Iterator<Item = Key> {
        let folded = self
            .is_folded()
            .then(|| Key::of_id([self.as_str(), FOLDED]));
        let base = match self.base() {
            Base::Text(base) => Some(Key::of_id([base, WITHOUT_DEVICE])),
            Base::Never | Base::Whole => None,
        };
        folded.into_iter().chain(base)
    }

    /// Returns the number or the address that the id embeds, as an identifier: the number of a `WhatsApp` id, the address
    /// of an `iMessage` id. Returns `None` if no parser accepts it.
    ///
    /// ```
    /// use contact_resolution::{Network, UserId};
    ///
    /// let id = UserId::parse("14155552671@s.whatsapp.net", &Network::WHATSAPP)?;
    /// assert_eq!(id.embedded_identifier().unwrap().to_string(), "+14155552671");
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn embedded_identifier(&self) -> Option<Identifier> {
        let (kind, text) = self.embedded()?;
        parsed_address(kind, text.as_str())
    }
}

/// Returns the keys of an id that records of one person share: its [identity](UserId::identity), and the address that it
/// embeds. Folding joins no records.
///
/// `parsed` is the text as the grammar reads it.
pub(crate) fn identity_keys(text: &str, parsed: Option<&UserId>) -> impl Iterator<Item = Key> {
    let own = parsed.map_or(text, UserId::identity);
    let own = Key::new(IdentifierKind::Id, own);
    let address = parsed.and_then(embedded_key);
    [Some(own), address].into_iter().flatten()
}

/// Returns the first of the [`identity_keys`], which differs for two stored people.
pub(crate) fn identity_key(id: &str, account: &Account) -> Key {
    let id = id.trim();
    let parsed = UserId::parse(id, account.grammar()).ok();
    Key::new(
        IdentifierKind::Id,
        parsed.as_ref().map_or(id, UserId::identity),
    )
}

/// Returns the key of the address that an id embeds. A number may have a form that its country has retired, and a short
/// code is found by its digits.
pub(crate) fn embedded_key(id: &UserId) -> Option<Key> {
    if let Some(code) = id.embedded_short_code() {
        return unread_key(IdentifierKind::Phone, code);
    }
    let (kind, text) = id.embedded()?;
    match (parsed_address(kind, text.as_str()), kind) {
        (Some(address), _) => Some(address.key()),
        (None, IdentifierKind::Email) => unread_key(kind, text.as_str()),
        (None, _) => Some(Key::new(kind, text.as_str())),
    }
}

fn parsed_address(kind: IdentifierKind, text: &str) -> Option<Identifier> {
    if kind == IdentifierKind::Email {
        let email = Email::parse_with(text, EmailPolicy::RFC).ok()?;
        return Some(Identifier::Email(email));
    }
    Some(Identifier::Phone(Phone::parse(text).ok()?.phone))
}

/// Returns the [`unread_key`] of a text, or of the number that it links to.
pub(crate) fn unread_text_key(
    kind: IdentifierKind,
    text: &str,
    link: Option<&LinkTarget>,
) -> Option<Key> {
    match link.filter(|link| link.kind == IdentifierKind::Phone) {
        Some(link) => unread_key(link.kind, link.text()),
        None => unread_key(kind, text),
    }
}

/// Returns the key of a text that no parser accepts.
///
/// The key of an address is the text in lower case without its scheme. The key of a number is its digits.
pub(crate) fn unread_key(kind: IdentifierKind, text: &str) -> Option<Key> {
    let address = without_scheme(text.trim());
    let is_address = address
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !address.contains(char::is_whitespace);
    if is_address {
        let folded = nfc(address).to_ascii_lowercase();
        return Some(Key::new(IdentifierKind::Email, &folded));
    }
    // No stored text ends with a space, so these digits equal no text as it is.
    (kind == IdentifierKind::Phone)
        .then(|| phone::dialed_digits(text))
        .flatten()
        .map(|digits| Key::new(kind, &format!("{digits} ")))
}
