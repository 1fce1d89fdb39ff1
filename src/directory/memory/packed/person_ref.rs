//! A packed person, read in place.

use super::{
    CANNOT_MESSAGE, CHAT, DERIVED, EMBEDDED, Field, Fields, GROUP_ONLY, HAS_CHATS, IS_LOCAL,
    IS_SELF, KEY, LOOK_ALIKE, MAY_BE_OWN, NAME, OTHER_NAME, RECORD_KEY, STORED,
};
use crate::directory::HeldKeys;
use crate::key::{Key, WantedKeys, may_read_as};
use crate::name::real_name;
use crate::network::IdentifierKind;
use crate::person::{DirectChat, Person, StoredIdentifier, Timestamp};

/// A person of a [`MemoryDirectory`](crate::MemoryDirectory), read in place.
#[derive(Clone, Copy)]
pub struct PersonRef<'a>(&'a [u8]);

impl<'a> PersonRef<'a> {
    pub(in crate::directory::memory) fn of(record: &'a [u8]) -> Self {
        PersonRef(record)
    }

    fn has(self, flag: u8) -> bool {
        self.0.first().is_some_and(|flags| flags & flag != 0)
    }

    fn fields(self) -> Fields<'a> {
        Fields(self.0.get(1..).unwrap_or_default())
    }

    /// Returns the network's id, or the record key of a [local person](Person::local).
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Key, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// directory.upsert("irc", Person::new("alice-id"));
    /// let key = Key::new(IdentifierKind::Id, "alice-id");
    /// assert_eq!(directory.holders("irc", &key).next().unwrap().id(), "alice-id");
    /// ```
    #[must_use]
    pub fn id(self) -> &'a str {
        self.fields().next().map_or("", |field| field.text())
    }

    /// Returns the full name.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Key, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// directory.upsert("irc", Person::new("alice-id").with_name("Alice"));
    /// let key = Key::new(IdentifierKind::Id, "alice-id");
    /// assert_eq!(directory.holders("irc", &key).next().unwrap().full_name(), Some("Alice"));
    /// ```
    #[must_use]
    pub fn full_name(self) -> Option<&'a str> {
        let name = self.fields().find(|field| field.tag == NAME)?;
        Some(name.text())
    }

    /// Returns the ids of the direct chats with the person.
    ///
    /// ```
    /// use contact_resolution::{Account, DirectChat, IdentifierKind, Key, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// let mut alice = Person::new("alice-id");
    /// alice.chats.push(DirectChat::new("!a:b"));
    /// directory.upsert("irc", alice);
    /// let key = Key::new(IdentifierKind::Id, "alice-id");
    /// assert!(directory.holders("irc", &key).flat_map(|alice| alice.chat_ids()).eq(["!a:b"]));
    /// ```
    pub fn chat_ids(self) -> impl Iterator<Item = &'a str> {
        self.fields()
            .filter(|field| field.has(CHAT))
            .map(|field| field.text())
    }

    /// Returns everything that is known of the person.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Key, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// let alice = Person::new("alice-id").with_identifier(IdentifierKind::Handle, "alice");
    /// directory.upsert("irc", alice.clone());
    /// let key = Key::new(IdentifierKind::Handle, "alice");
    /// assert_eq!(directory.holders("irc", &key).next().unwrap().to_person(), alice);
    /// ```
    #[must_use]
    pub fn to_person(self) -> Person {
        let mut fields = self.fields();
        let mut person = Person::new(fields.next().map_or("", |field| field.text()));
        person.cannot_message = self.cannot_message();
        person.is_self = self.is_self();
        person.group_only = self.group_only();
        person.is_local = self.is_local();
        for field in fields.take_while(Field::is_of_person) {
            if field.has(CHAT) {
                person.chats.push(field.chat());
            } else if field.has(NAME) && field.has(RECORD_KEY) {
                person.record_keys.push(field.text().to_owned());
            } else if field.has(NAME) && field.has(OTHER_NAME) {
                person.other_names.push(field.text().to_owned());
            } else if field.has(NAME) {
                person.full_name = Some(field.text().to_owned());
            } else if let Some(kind) = field.kind().filter(|_| field.has(STORED)) {
                let text = field.text().to_owned();
                person.identifiers.push(StoredIdentifier { kind, text });
            }
        }
        person
    }

    /// Replaces `out` by the record without its keys.
    pub(in crate::directory::memory) fn write_stored(self, out: &mut Vec<u8>) {
        out.clear();
        out.extend(self.0.first().map(|flags| flags & !DERIVED));
        let stored = self
            .fields()
            .filter(|field| field.has(CHAT | NAME | STORED));
        for field in stored {
            let keys = if field.has(CHAT) {
                0
            } else {
                KEY | LOOK_ALIKE | EMBEDDED
            };
            let tag = field.tag & !keys;
            Field { tag, ..field }.write(out);
        }
    }

    /// Returns whether bytes of a file are a record: an id, and complete fields of text.
    pub(in crate::directory::memory) fn is_sound(self) -> bool {
        let mut fields = self.fields();
        let is_text = |field: Field<'_>| std::str::from_utf8(field.text).is_ok();
        let is_own = |field: Field<'_>| field.is_id() && is_text(field);
        fields.next().is_some_and(is_own) && fields.by_ref().all(is_text) && fields.0.is_empty()
    }

    /// Returns whether the person has a direct chat, and the newest activity in one, if it is known.
    pub(in crate::directory::memory) fn newest_activity(self) -> (bool, Option<Timestamp>) {
        let chats = self.fields().filter(|field| field.has(CHAT));
        let newest = chats.map(|chat| chat.last_activity()).max();
        (newest.is_some(), newest.flatten())
    }

    /// Returns the names for search, if search shows the person.
    pub(in crate::directory::memory) fn searched_names(self) -> impl Iterator<Item = &'a str> {
        let is_shown = !self.has(IS_SELF | GROUP_ONLY);
        let names = self
            .fields()
            .filter(move |field| is_shown && field.is_name());
        names.filter_map(|field| real_name(field.text(), &[], &[]))
    }

    pub(in crate::directory) fn is_local(self) -> bool {
        self.has(IS_LOCAL)
    }

    pub(in crate::directory) fn is_self(self) -> bool {
        self.has(IS_SELF)
    }

    pub(in crate::directory) fn group_only(self) -> bool {
        self.has(GROUP_ONLY)
    }

    pub(in crate::directory) fn cannot_message(self) -> bool {
        self.has(CANNOT_MESSAGE)
    }

    /// Returns the direct chats with the person.
    pub(in crate::directory) fn chats(self) -> Vec<DirectChat> {
        if !self.has(HAS_CHATS) {
            return Vec::new();
        }
        let fields = self.fields().take_while(Field::is_of_person);
        let chats = fields.filter(|field| field.has(CHAT));
        chats.map(|field| field.chat()).collect()
    }

    /// Returns the identifiers beside the id, as they are stored, without those that cannot have a wanted key.
    pub(in crate::directory) fn identifiers(
        self,
        wanted: WantedKeys,
    ) -> impl Iterator<Item = (IdentifierKind, &'a str)> {
        let stored = self.fields().skip(1).take_while(Field::is_identifier);
        let stored = stored.filter_map(|field| Some((field.kind()?, field)));
        let stored = stored.filter(move |(kind, field)| may_read_as(*kind, field.text, wanted));
        stored.map(|(kind, field)| (kind, field.text()))
    }

    pub(in crate::directory::memory) fn holds(self, key: &Key) -> bool {
        self.fields().any(|field| field.is(key))
    }

    /// Returns which of at most [`HeldKeys::MOST`] keys the person holds.
    pub(in crate::directory::memory) fn held(self, keys: &[Key]) -> HeldKeys {
        let mut held = HeldKeys::of_record(self.has(MAY_BE_OWN));
        let mut ids = 0_usize;
        for field in self.fields() {
            ids += usize::from(field.is_id());
            if field.has(KEY | LOOK_ALIKE) {
                for (at, key) in keys.iter().enumerate() {
                    if field.is(key) {
                        held.add(at, field.has(EMBEDDED));
                    }
                }
            }
        }
        held.has_one_id = ids == 1 + usize::from(self.is_local());
        held
    }

    /// Returns the texts that the person's record is found by: the values of keys, and the record key. A key and a look-alike
    /// key may share a text.
    pub(in crate::directory::memory) fn searched(
        self,
    ) -> impl Iterator<Item = (IdentifierKind, &'a [u8])> {
        let is_local = self.is_local();
        let searched = self
            .fields()
            .enumerate()
            .filter(move |(at, field)| field.has(KEY | LOOK_ALIKE) || (*at == 0 && is_local));
        searched.filter_map(|(_, field)| Some((field.kind()?, field.text)))
    }
}

impl std::fmt::Debug for PersonRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonRef(..)")
    }
}
