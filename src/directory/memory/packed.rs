//! A person packed into bytes.
//!
//! A record is a byte of flags and then fields. The first field is the id, or the record key of a local person. The other
//! identifiers, the names, the record keys and the chats follow in their order. The last fields are the keys that differ from
//! all these texts. A field is a tag, the length of its text, and the text.

mod person_ref;

use std::collections::HashMap;

use crate::key::{AccountKeys, Key, KeySource, WantedKeys};
use crate::network::IdentifierKind;
use crate::person::{DirectChat, Person, StoredIdentifier, Timestamp};

pub use person_ref::PersonRef;

const CANNOT_MESSAGE: u8 = 1;
const IS_SELF: u8 = 1 << 1;
const GROUP_ONLY: u8 = 1 << 2;
const IS_LOCAL: u8 = 1 << 3;
/// The record may be of the own user.
const MAY_BE_OWN: u8 = 1 << 4;
/// The record has direct chats.
const HAS_CHATS: u8 = 1 << 5;
/// The flags that are derived, like the keys.
const DERIVED: u8 = MAY_BE_OWN | HAS_CHATS;

/// The lowest bits of a tag: the kind of an identifier or a key.
const KIND: u8 = 3;
/// The text is an identifier of the person, or the record key.
const STORED: u8 = 1 << 2;
/// The key is an address that an id of the person embeds.
const EMBEDDED: u8 = 1 << 3;
/// The text is a key.
const KEY: u8 = 1 << 4;
/// The text is the value of a look-alike key.
const LOOK_ALIKE: u8 = 1 << 5;
/// The text is a name. The lowest bits say which one.
const NAME: u8 = 1 << 6;
/// The text is the id of a direct chat. The lowest bits are the chat's state.
const CHAT: u8 = 1 << 7;

/// One of the other names.
const OTHER_NAME: u8 = 1;
/// No name, but the record key of a local person who is this person.
const RECORD_KEY: u8 = 1 << 1;

const READ_ONLY: u8 = 1;
const PEER_PENDING: u8 = 1 << 1;
const ARCHIVED: u8 = 1 << 2;
/// The time of the last activity precedes the text.
const TIMED: u8 = 1 << 3;
const OWN_PENDING: u8 = 1 << 4;

#[derive(Clone, Copy)]
struct Field<'a> {
    tag: u8,
    /// The time of the last activity in a chat, as it is written.
    time: Option<&'a [u8; 12]>,
    text: &'a [u8],
}

impl<'a> Field<'a> {
    fn has(&self, bits: u8) -> bool {
        self.tag & bits != 0
    }

    /// Returns whether the field is of the person. Keys come after all such fields.
    fn is_of_person(&self) -> bool {
        self.has(CHAT | NAME | STORED)
    }

    /// Returns whether the text is an identifier or the record key. They come before all other fields.
    fn is_identifier(&self) -> bool {
        self.tag & (CHAT | NAME | STORED) == STORED
    }

    /// Returns whether the text is an id on the network, or the record key of a local person.
    fn is_id(&self) -> bool {
        self.tag & (CHAT | NAME | STORED | KIND) == STORED | IdentifierKind::Id as u8
    }

    fn is_name(&self) -> bool {
        self.tag & (NAME | RECORD_KEY) == NAME
    }

    /// Returns the kind of an identifier or a key.
    fn kind(&self) -> Option<IdentifierKind> {
        let kind = IdentifierKind::ALL
            .get(usize::from(self.tag & KIND))
            .copied();
        kind.filter(|_| !self.has(NAME | CHAT))
    }

    /// Returns the text, which was valid when it was written.
    fn text(&self) -> &'a str {
        std::str::from_utf8(self.text).unwrap_or_default()
    }

    /// Returns whether the text is a key.
    fn is(&self, key: &Key) -> bool {
        self.has(mark(key.is_look_alike()))
            && self.tag & (KIND | NAME | CHAT) == key.kind() as u8
            && self.text == key.value().as_bytes()
    }

    fn last_activity(&self) -> Option<Timestamp> {
        self.time.map(|time| Timestamp::from_bytes(*time))
    }

    fn chat(&self) -> DirectChat {
        DirectChat {
            read_only: self.has(READ_ONLY),
            own_pending: self.has(OWN_PENDING),
            peer_pending: self.has(PEER_PENDING),
            archived: self.has(ARCHIVED),
            last_activity: self.last_activity(),
            ..DirectChat::new(self.text())
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.tag);
        out.extend(self.time.into_iter().flatten());
        let mut length = self.text.len();
        while length >= 0x80 {
            out.push(length.to_le_bytes()[0] | 0x80);
            length >>= 7;
        }
        out.push(length.to_le_bytes()[0]);
        out.extend(self.text);
    }

    #[expect(
        clippy::inline_always,
        reason = "a call takes as long as reading a short field"
    )]
    #[inline(always)]
    fn read(bytes: &mut &'a [u8]) -> Option<Self> {
        let (&tag, mut rest) = bytes.split_first()?;
        let mut time = None;
        if tag & (CHAT | TIMED) == CHAT | TIMED {
            let (first, after) = rest.split_first_chunk()?;
            time = Some(first);
            rest = after;
        }
        let length = match *rest.first()? {
            // Most texts are short.
            length @ ..0x80 => {
                rest = rest.get(1..)?;
                usize::from(length)
            }
            _ => read_long(&mut rest)?,
        };
        let (text, after) = rest.split_at_checked(length)?;
        *bytes = after;
        Some(Field { tag, time, text })
    }
}

/// Reads a length, seven bits in a byte, the lowest first. All bytes but the last have the highest bit.
fn read_long(bytes: &mut &[u8]) -> Option<usize> {
    let (mut length, mut shift) = (0, 0);
    loop {
        let (&byte, after) = bytes.split_first()?;
        *bytes = after;
        length |= usize::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte < 0x80 {
            return Some(length);
        }
    }
}

/// The fields of a record, up to one that cannot be read.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        Field::read(&mut self.0)
    }
}

/// Replaces `out` by the record of a person, with every key that finds the person.
pub(super) fn write(person: &Person, of: &AccountKeys, out: &mut Vec<u8>) {
    write_stored(person, out);
    let mut may_be_own = person.is_self || person.group_only || person.has_number_as_id();
    let mut tags = (person.identifiers.len() > FEW).then(|| tags_of(out));
    person.each_key(WantedKeys::ALL, of.rules(), &mut |source, key| {
        match &mut tags {
            Some(tags) => add_key_by(tags, out, source, key),
            None => add_key(out, source, key),
        }
        may_be_own |= of.is_own(key);
    });
    let has_chats = !person.chats.is_empty();
    if let Some(flags) = out.first_mut() {
        *flags |= bits([(may_be_own, MAY_BE_OWN), (has_chats, HAS_CHATS)]);
    }
}

/// Replaces `out` by the record of a person without keys.
pub(super) fn write_stored(person: &Person, out: &mut Vec<u8>) {
    out.clear();
    let flags = [
        (person.cannot_message, CANNOT_MESSAGE),
        (person.is_self, IS_SELF),
        (person.group_only, GROUP_ONLY),
        (person.is_local, IS_LOCAL),
    ];
    out.push(bits(flags));
    let mut field = |tag, last_activity: Option<Timestamp>, text: &str| {
        let time = last_activity.map(Timestamp::to_bytes);
        let text = text.as_bytes();
        Field {
            tag,
            time: time.as_ref(),
            text,
        }
        .write(out);
    };
    field(STORED | IdentifierKind::Id as u8, None, &person.id);
    for StoredIdentifier { kind, text } in &person.identifiers {
        field(STORED | *kind as u8, None, text);
    }
    if let Some(name) = &person.full_name {
        field(NAME, None, name);
    }
    for name in &person.other_names {
        field(NAME | OTHER_NAME, None, name);
    }
    for record_key in &person.record_keys {
        field(NAME | RECORD_KEY, None, record_key);
    }
    for chat in &person.chats {
        let state = [
            (true, CHAT),
            (chat.read_only, READ_ONLY),
            (chat.own_pending, OWN_PENDING),
            (chat.peer_pending, PEER_PENDING),
            (chat.archived, ARCHIVED),
            (chat.last_activity.is_some(), TIMED),
        ];
        field(bits(state), chat.last_activity, &chat.id);
    }
}

/// The number of identifiers up to which the record is searched for the text of each key.
const FEW: usize = 32;

/// The places of the tags of a record by the kind and the text of the field, the first of equal fields.
type Tags = HashMap<(IdentifierKind, Vec<u8>), usize>;

fn tags_of(record: &[u8]) -> Tags {
    let is_local = record.first().is_some_and(|flags| flags & IS_LOCAL != 0);
    let mut tags = Tags::new();
    let mut rest = record.get(1..).unwrap_or_default();
    loop {
        let at = record.len() - rest.len();
        let Some(field) = Field::read(&mut rest) else {
            return tags;
        };
        if let Some(kind) = field.kind().filter(|_| !(is_local && at == 1)) {
            tags.entry((kind, field.text.to_vec())).or_insert(at);
        }
    }
}

/// Adds a key as [`add_key`] does, by the places of the tags.
fn add_key_by(tags: &mut Tags, out: &mut Vec<u8>, source: KeySource, key: &Key) {
    let mark = mark_from(source, key);
    let text = key.value().as_bytes();
    let place = tags.entry((key.kind(), text.to_vec()));
    let at = *place.or_insert_with(|| {
        let (tag, time) = (key.kind() as u8, None);
        let field = Field { tag, time, text };
        let at = out.len();
        field.write(out);
        at
    });
    if let Some(tag) = out.get_mut(at) {
        *tag |= mark;
    }
}

fn bits<const N: usize>(flags: [(bool, u8); N]) -> u8 {
    flags
        .into_iter()
        .fold(0, |bits, (is, bit)| if is { bits | bit } else { bits })
}

const fn mark(is_look_alike: bool) -> u8 {
    if is_look_alike { LOOK_ALIKE } else { KEY }
}

fn mark_from(source: KeySource, key: &Key) -> u8 {
    let embedded = match source {
        KeySource::Embedded => EMBEDDED,
        KeySource::Stored => 0,
    };
    mark(key.is_look_alike()) | embedded
}

/// Marks the text that is the key. Adds the key if no text of the record is.
fn add_key(out: &mut Vec<u8>, source: KeySource, key: &Key) {
    let is_local = out.first().is_some_and(|flags| flags & IS_LOCAL != 0);
    let mark = mark_from(source, key);
    let (kind, text) = (key.kind(), key.value().as_bytes());
    let mut rest = out.get(1..).unwrap_or_default();
    loop {
        let at = out.len() - rest.len();
        match Field::read(&mut rest) {
            Some(field)
                if field.kind() == Some(kind) && field.text == text && !(is_local && at == 1) =>
            {
                if let Some(tag) = out.get_mut(at) {
                    *tag |= mark;
                }
                return;
            }
            Some(_) => {}
            None => break,
        }
    }
    let (tag, time) = (mark | kind as u8, None);
    Field { tag, time, text }.write(out);
}
