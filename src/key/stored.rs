//! The keys of stored people.

use super::stored_text::{KeyRules, StoredText};
use super::{Key, embedded_key, unread_text_key};
use crate::identifier::{Identifier, link, look_alike, phone};
use crate::network::IdentifierKind;
use crate::person::{Account, Person, StoredIdentifier, keep_first};

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
        let add = &mut |_, key: &Key| keys.push(key.clone());
        self.each_key(WantedKeys::ALL, KeyRules::new(account), add);
        keep_first(&mut keys);
        keys
    }

    /// Calls `add` with at least each key that is wanted. A key may come more than once.
    pub(crate) fn each_key(
        &self,
        wanted: WantedKeys,
        rules: KeyRules,
        add: &mut dyn FnMut(KeySource, &Key),
    ) {
        // A person known from groups only is found by their ids alone.
        if self.group_only {
            let add_ids = &mut |source: KeySource, key: &Key| {
                if key.kind == IdentifierKind::Id {
                    add(source, key);
                }
            };
            for text in self.stored(IdentifierKind::Id) {
                stored_keys(IdentifierKind::Id, text, wanted, rules, add_ids);
            }
            return;
        }
        for kind in IdentifierKind::ALL {
            for text in self
                .stored(kind)
                .filter(|text| may_read_as(kind, text.as_bytes(), wanted))
            {
                stored_keys(kind, text, wanted, rules, add);
            }
        }
    }
}

/// The keys that a caller compares. All others need not be derived.
#[derive(Clone, Copy)]
pub(crate) struct WantedKeys {
    /// A bit for each kind.
    kinds: u8,
    look_alikes: bool,
}

impl WantedKeys {
    pub(crate) const ALL: WantedKeys = WantedKeys {
        look_alikes: true,
        ..WantedKeys::of_kinds(&IdentifierKind::ALL)
    };

    /// The keys of these kinds without look-alike keys.
    pub(crate) const fn of_kinds(list: &[IdentifierKind]) -> Self {
        let (mut kinds, mut at) = (0, 0);
        while at < list.len() {
            kinds |= 1 << list[at] as u8;
            at += 1;
        }
        WantedKeys {
            kinds,
            look_alikes: false,
        }
    }

    /// The keys of these kinds without look-alike keys.
    pub(crate) fn of(kinds: impl Iterator<Item = IdentifierKind>) -> Self {
        kinds.fold(WantedKeys::of_kinds(&[]), WantedKeys::and)
    }

    /// The keys of the kinds of these keys.
    pub(crate) fn like<'k>(keys: impl Iterator<Item = &'k Key>) -> Self {
        let none = WantedKeys::of_kinds(&[]);
        keys.fold(none, |wanted, key| WantedKeys {
            look_alikes: wanted.look_alikes || key.is_look_alike(),
            ..wanted.and(key.kind())
        })
    }

    /// The same keys, and those of one more kind.
    pub(crate) fn and(self, kind: IdentifierKind) -> Self {
        WantedKeys {
            kinds: self.kinds | 1 << kind as u8,
            ..self
        }
    }

    /// The same keys, and those of every other kind.
    pub(crate) fn of_every_kind(self) -> Self {
        WantedKeys {
            kinds: WantedKeys::ALL.kinds,
            ..self
        }
    }

    fn contains(self, kind: IdentifierKind) -> bool {
        self.kinds & 1 << kind as u8 != 0
    }
}

/// Where a key of a person comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// A stored text.
    Stored,
    /// The number or the address that an id of the person embeds.
    Embedded,
}

/// Returns whether a stored text may have a key of one of these kinds. A false answer saves reading it.
pub(crate) fn may_read_as(stored: IdentifierKind, text: &[u8], wanted: WantedKeys) -> bool {
    // An id may embed an address, on some networks a handle is an id, and a link names its kind. An address may be stored in
    // the place of another kind.
    stored == IdentifierKind::Id
        || wanted.contains(stored)
        || (stored == IdentifierKind::Handle && wanted.contains(IdentifierKind::Id))
        || matches!(text, [b'@' | b'+', ..])
        || text.iter().any(|byte| match byte {
            b':' | b'/' => true,
            b'@' | b'.' => stored != IdentifierKind::Email,
            _ => false,
        })
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
        let add = &mut |_, key: &Key| keys.push(key.clone());
        stored_keys(self.kind, &self.text, WantedKeys::ALL, rules, add);
        keep_first(&mut keys);
        keys
    }
}

/// Calls `add` with the wanted keys of stored text: the text as it is, the identifier it reads as, and the address it
/// embeds.
pub(crate) fn stored_keys(
    kind: IdentifierKind,
    stored: &str,
    wanted: WantedKeys,
    rules: KeyRules,
    add: &mut dyn FnMut(KeySource, &Key),
) {
    let text = stored.trim();
    let own = Key::new(kind, text);
    let mut add_stored = |key: &Key| add(KeySource::Stored, key);
    add_stored(&own);
    let Some(read) = StoredText::read(kind, text, rules) else {
        if kind == IdentifierKind::Phone
            && let Some(legacy) = phone::legacy(text, rules.region)
        {
            add_stored(&Key::new(kind, legacy.as_str()));
        }
        let link = link::parse_trimmed(text, rules.grammar).and_then(Result::ok);
        if let Some(unread) = unread_text_key(kind, text, link.as_ref()) {
            add_stored(&unread);
        }
        return;
    };
    let identifier = read.identifier;
    let key = identifier.key();
    if own != key {
        add_stored(&key);
    }
    if wanted.look_alikes
        && let Some(look_alike) = identifier.look_alike_key()
    {
        add_stored(&look_alike);
        if let Some(seen) = look_alike::as_seen(text)
            && let Some(StoredText { identifier, .. }) = StoredText::read(kind, &seen, rules)
            && let Some(look_alike) = identifier.look_alike_key()
        {
            add_stored(&look_alike);
        }
    }
    let Identifier::Id(id) = &identifier else {
        return;
    };
    for folded in id.stored_folded_keys() {
        add_stored(&folded);
    }
    let Some(address) = id.embedded_identifier() else {
        if let Some(key) = embedded_key(id) {
            add_stored(&key);
        }
        return;
    };
    // A link to an id is no id, and neither is one with white space.
    let is_id = kind == IdentifierKind::Id && !read.is_link && text.len() == stored.len();
    let source = if is_id {
        KeySource::Embedded
    } else {
        KeySource::Stored
    };
    add(source, &address.key());
    if wanted.look_alikes
        && let Some(look_alike) = address.look_alike_key()
    {
        add(KeySource::Stored, &look_alike);
    }
}
