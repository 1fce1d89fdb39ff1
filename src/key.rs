//! The keys that identifiers are compared by: those of a payload, and those of stored people. Both sides are in this
//! file, because a person is found only if the two agree.

use std::fmt;

use crate::identifier::look_alike::{is_numeric, skeleton};
use crate::identifier::{
    Email, EmailPolicy, EmbeddedAddress, Identifier, Phone, Region, UserId, phone,
};
use crate::network::grammar::Base;
use crate::network::{AccountGrammar, IdentifierKind};
use crate::person::{Account, Person, StoredIdentifier};

/// The version of the text of a [`Key`], and of the keys that [`Person::keys`] returns.
///
/// In version 2 the text is the kind (`id`, `phone`, `email`, `handle`), a colon, and the value. The value is:
///
/// - for a number, its E.164 form with `+`
/// - for an address, the local part with ASCII in lower case, `@`, and the domain in A-labels
/// - for a handle, the form that its network compares
/// - for an id, the text that two records of one person share ([`UserId::identity`])
/// - for an id that its network folds, also the folded form and a space, and for one that names a device the form without
///   it, a slash and a space
/// - for stored text that no parser accepts, the text itself without white space around it
///
/// The value of a look-alike key follows a space, see [`Key::is_look_alike`].
///
/// A store keeps the version of its keys. If it is another one, the store derives its keys again from the records, or
/// refuses to open. Keys of another version miss people, and a missed person must never count as absent.
pub const KEY_FORMAT: u32 = 2;

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
    value: Box<str>,
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
        &self.value
    }

    pub(crate) fn as_ref(&self) -> KeyRef<'_> {
        KeyRef {
            kind: self.kind,
            is_look_alike: self.is_look_alike,
            value: &self.value,
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
        write!(f, "{}:{mark}{}", self.kind, self.value)
    }
}

/// A key whose text is borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyRef<'a> {
    pub(crate) kind: IdentifierKind,
    pub(crate) is_look_alike: bool,
    pub(crate) value: &'a str,
}

impl KeyRef<'_> {
    pub(crate) fn to_key(self) -> Key {
        Key {
            is_look_alike: self.is_look_alike,
            ..Key::new(self.kind, self.value)
        }
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
        Key::new(self.kind(), self.key_text())
    }

    fn key_text(&self) -> &str {
        match self {
            Identifier::Id(id) => id.identity(),
            Identifier::Phone(_) | Identifier::Email(_) | Identifier::Handle(_) => self.as_str(),
        }
    }

    /// Returns the key of people with a similar identifier, who are suggested and never chosen.
    ///
    /// The key of an address drops what mail providers ignore: dots, tags, letter case. The key of a handle or an id is its
    /// [UTS #39] skeleton. Numbers and numeric ids have none.
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
                Some(Key::look_alike(self.kind(), form.as_str()))
            }
            Identifier::Handle(handle) => Some(Key::look_alike(self.kind(), &handle.skeleton())),
            Identifier::Id(id) if id.address().is_none() && !is_numeric(id.as_str()) => {
                Some(Key::look_alike(self.kind(), &skeleton(id.as_str())))
            }
            Identifier::Id(_) | Identifier::Phone(_) => None,
        }
    }
}

impl UserId {
    /// Returns the keys of people whose ids are this one after folding, which finds them and never joins two records.
    ///
    /// No stored text ends with a space, so these keys equal no other. A person with a device in their id is not found by
    /// an id with another device.
    pub(crate) fn folded_keys(&self) -> impl Iterator<Item = Key> {
        let key = |text: &str, mark: &str| Key::new(IdentifierKind::Id, &[text, mark].concat());
        let folded = self.is_folded().then(|| key(self.as_str(), FOLDED));
        let other = match self.base() {
            Base::Never => None,
            Base::Whole => Some(key(self.as_str(), WITHOUT_DEVICE)),
            Base::Text(base) => Some(key(base, FOLDED)),
        };
        folded.into_iter().chain(other)
    }

    /// Returns the keys that a stored id is found by after folding.
    fn stored_folded_keys(&self) -> impl Iterator<Item = Key> {
        let key = |text: &str, mark: &str| Key::new(IdentifierKind::Id, &[text, mark].concat());
        let folded = self.is_folded().then(|| key(self.as_str(), FOLDED));
        let base = match self.base() {
            Base::Text(base) => Some(key(base, WITHOUT_DEVICE)),
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
        match self.address()? {
            EmbeddedAddress::Phone(text) => Phone::parse(&text)
                .ok()
                .map(|parsed| Identifier::Phone(parsed.phone)),
            EmbeddedAddress::Email(text) => Email::parse_with(text, EmailPolicy::RFC)
                .ok()
                .map(Identifier::Email),
        }
    }
}

impl Person {
    /// Returns every key that the person is found by on an account: each stored text as it is and as it reads, and the
    /// address that an id embeds.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Key, Network, Person};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let alice = Person::new("14155552671@s.whatsapp.net");
    /// assert!(alice.keys(&account).contains(&Key::new(IdentifierKind::Phone, "+14155552671")));
    /// ```
    #[must_use]
    pub fn keys(&self, account: &Account) -> Vec<Key> {
        let mut keys = Vec::new();
        let add = &mut |_, key: KeyRef<'_>| push_new(&mut keys, key);
        self.each_key(&IdentifierKind::ALL, KeyRules::new(account), add);
        keys
    }

    /// Calls `add` with the kind of the stored text and with each key of at least the kinds asked for. A key may come more
    /// than once.
    pub(crate) fn each_key(
        &self,
        kinds: &[IdentifierKind],
        rules: KeyRules,
        add: &mut dyn FnMut(IdentifierKind, KeyRef<'_>),
    ) {
        // A person known from groups only is found by their ids alone.
        if self.group_only {
            let add_ids = &mut |key: KeyRef<'_>| {
                if key.kind == IdentifierKind::Id {
                    add(IdentifierKind::Id, key);
                }
            };
            for text in self.stored(IdentifierKind::Id) {
                stored_keys(IdentifierKind::Id, text, rules, add_ids);
            }
            return;
        }
        // An id may embed an address, and on some networks a handle is an id.
        let is_needed = |stored: IdentifierKind| match stored {
            IdentifierKind::Id => true,
            IdentifierKind::Handle => {
                kinds.contains(&IdentifierKind::Handle) || kinds.contains(&IdentifierKind::Id)
            }
            kind => kinds.contains(&kind),
        };
        for kind in IdentifierKind::ALL
            .into_iter()
            .filter(|kind| is_needed(*kind))
        {
            for text in self.stored(kind) {
                stored_keys(kind, text, rules, &mut |key| add(kind, key));
            }
        }
    }
}

impl StoredIdentifier {
    /// Returns every key that a person with this identifier is found by on an account.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Key, Network, StoredIdentifier};
    ///
    /// let account = Account::new("imessage", Network::from_bridge_type("imessage"), "me");
    /// let stored = StoredIdentifier { kind: IdentifierKind::Email, text: "Alice@Example.com".into() };
    /// assert!(stored.keys(&account).contains(&Key::new(IdentifierKind::Email, "alice@example.com")));
    /// ```
    #[must_use]
    pub fn keys(&self, account: &Account) -> Vec<Key> {
        let mut keys = Vec::new();
        let rules = KeyRules::new(account);
        stored_keys(self.kind, &self.text, rules, &mut |key| {
            push_new(&mut keys, key);
        });
        keys
    }

    /// Parses the text by the account's rules. Returns `None` if no parser accepts it.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Network, StoredIdentifier};
    ///
    /// let account = Account::new("signal", Network::from_bridge_type("signal"), "me");
    /// let stored = |text: &str| StoredIdentifier { kind: IdentifierKind::Phone, text: text.into() };
    /// assert_eq!(stored("+1 212 555 0142").read(&account).unwrap().as_str(), "+12125550142");
    /// assert_eq!(stored("call me").read(&account), None);
    /// ```
    #[must_use]
    pub fn read(&self, account: &Account) -> Option<Identifier> {
        read_stored(self.kind, self.text.trim(), KeyRules::new(account))
    }
}

/// The rules of an account that stored text is read by.
#[derive(Clone, Copy)]
pub(crate) struct KeyRules<'a> {
    grammar: AccountGrammar<'a>,
    region: Option<Region>,
}

impl<'a> KeyRules<'a> {
    pub(crate) fn new(account: &'a Account) -> Self {
        KeyRules::in_region(account, account.home_region())
    }

    /// The rules of an account with this home region.
    pub(crate) fn in_region(account: &'a Account, region: Option<Region>) -> Self {
        KeyRules {
            grammar: account.grammar(),
            region,
        }
    }
}

/// Returns the key that two records of one person share: two spellings of an id are one id.
pub(crate) fn person_key(id: &str, account: &Account) -> Key {
    match UserId::parse(id, account.grammar()) {
        Ok(id) => Key::new(IdentifierKind::Id, id.identity()),
        Err(_) => Key::new(IdentifierKind::Id, id.trim()),
    }
}

fn read_stored(kind: IdentifierKind, text: &str, rules: KeyRules) -> Option<Identifier> {
    let grammar = rules.grammar;
    match kind {
        IdentifierKind::Id => UserId::parse(text, grammar).ok().map(Identifier::Id),
        IdentifierKind::Phone => {
            let parsed = Phone::parse_in(text, rules.region).ok()?;
            let is_retired = phone::legacy(text, rules.region).is_some();
            (!is_retired).then_some(Identifier::Phone(parsed.phone))
        }
        IdentifierKind::Email => Email::parse_with(text, EmailPolicy::RFC)
            .ok()
            .map(Identifier::Email),
        IdentifierKind::Handle => Identifier::handle(text, grammar).ok(),
    }
}

/// Calls `add` with the keys of stored text: the text as it is, the identifier it reads as, and the address it embeds.
/// Returns whether a parser accepts the text.
pub(crate) fn stored_keys(
    kind: IdentifierKind,
    text: &str,
    rules: KeyRules,
    add: &mut dyn FnMut(KeyRef<'_>),
) -> bool {
    let text = text.trim();
    let exact = |kind, value| KeyRef {
        kind,
        is_look_alike: false,
        value,
    };
    add(exact(kind, text));
    let read = read_stored(kind, text, rules);
    let is_accepted = read.is_some();
    match read {
        Some(identifier) => {
            if (identifier.kind(), identifier.key_text()) != (kind, text) {
                add(exact(identifier.kind(), identifier.key_text()));
            }
            if let Some(look_alike) = identifier.look_alike_key() {
                add(look_alike.as_ref());
            }
            if let Identifier::Id(id) = &identifier {
                for folded in id.stored_folded_keys() {
                    add(folded.as_ref());
                }
                if let Some(address) = id.embedded_identifier() {
                    add(exact(address.kind(), address.as_str()));
                    if let Some(look_alike) = address.look_alike_key() {
                        add(look_alike.as_ref());
                    }
                } else if let Some(EmbeddedAddress::Phone(text)) = id.address() {
                    // A number in a form that its country has retired.
                    add(exact(IdentifierKind::Phone, &text));
                }
            }
        }
        None if kind == IdentifierKind::Phone => {
            if let Some(legacy) = phone::legacy(text, rules.region) {
                add(exact(IdentifierKind::Phone, legacy.as_str()));
            }
        }
        None => {}
    }
    is_accepted
}

fn push_new(keys: &mut Vec<Key>, key: KeyRef<'_>) {
    if !keys.iter().any(|known| known.as_ref() == key) {
        keys.push(key.to_key());
    }
}
