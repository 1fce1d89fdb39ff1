//! The load of a server's state into an address book.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::AddressBook;
use crate::directory::memory::packed::{self, PersonRef};
use crate::key::Key;
use crate::network::IdentifierKind;
use crate::person::identity::Identities;
use crate::person::{DirectChat, Peer, Person};
use crate::wire;

/// The amount of some records, without their keys.
#[derive(Clone, Copy)]
pub(in crate::directory::memory) struct Amount {
    pub(in crate::directory::memory) records: usize,
    pub(in crate::directory::memory) bytes: usize,
}

/// The groups of the people of the network who hold a key. A person of no group has none.
type KeyHolders = HashMap<Key, Vec<Option<usize>>>;

/// The least number of grown records after which they are stored.
const GROWN: usize = 1_000;

/// The most values of a grown record that is stored before the end.
const FEW_VALUES: usize = 64;

/// Loads the records of a server's state into an address book.
///
/// Several records may be of one person. The records of a person with many are stored once, at the end, because a longer
/// record takes longer to write. The others are stored from time to time, because a person takes much more memory than a
/// record.
pub(in crate::directory::memory) struct Loader<'a> {
    book: AddressBook,
    identities: &'a Identities<'a>,
    /// The grown records of people, by place. Their stored records are shorter.
    grown: BTreeMap<u32, Person>,
    /// The number of grown records after which they are stored.
    most_grown: usize,
}

impl<'a> Loader<'a> {
    pub(in crate::directory::memory) fn of(
        book: AddressBook,
        identities: &'a Identities<'a>,
    ) -> Self {
        Loader {
            book,
            identities,
            grown: BTreeMap::new(),
            most_grown: GROWN,
        }
    }

    /// Adds a record to what is known of its person.
    pub(in crate::directory::memory) fn merge(&mut self, mut person: Person) {
        person.is_self |= self.identities.of(&person).is_own;
        let book = &mut self.book;
        let known = if person.is_self {
            book.place_of_id(&book.account().user.id)
        } else if person.is_local {
            book.place(&person.id, true)
        } else {
            book.place_of_id(&person.id)
        };
        if let Some(at) = known {
            let grown = self.grown.entry(at);
            let grown = grown.or_insert_with(|| book.person(at).to_person());
            grown.append(person);
            if self.grown.len() >= self.most_grown {
                self.store_grown(FEW_VALUES);
                // The records that stay do not make the next time come sooner.
                self.most_grown = GROWN.max(2 * self.grown.len());
            }
        } else {
            packed::write(&person, &book.keys, &mut book.draft);
            book.store_loaded_draft();
        }
    }

    /// Makes room for all records, after some of them were merged. The others are expected to be like those.
    ///
    /// A list that grows is in memory twice while it is copied, which would be the most memory of a load.
    pub(in crate::directory::memory) fn reserve(&mut self, merged: Amount, all: Amount) {
        let of_others = |part: usize, merged: usize, all: usize| {
            let expected = part.saturating_mul(all) / merged.max(1);
            // The margin prevents another copy near the end.
            expected.saturating_add(expected / 16)
        };
        let book = &mut self.book;
        let bytes = of_others(book.arena.len(), merged.bytes, all.bytes);
        // Keys rarely double a record.
        book.arena.reserve(bytes.min(all.bytes.saturating_mul(2)));
        // The merged records may be much shorter or longer than the others, so the lower number counts.
        let keys = book.index.len();
        let by_bytes = of_others(keys, merged.bytes, all.bytes);
        let by_records = of_others(keys, merged.records, all.records);
        book.index.reserve(by_bytes.min(by_records));
    }

    /// Adds a person of a chat. People without an id cannot be distinguished, so such a person is not stored. The
    /// coverage is reduced instead.
    fn merge_participant(&mut self, person: Person) {
        if person.is_local {
            self.book.coverage.contacts = false;
            self.book.coverage.chats &= person.chats.is_empty();
        } else {
            self.merge(person);
        }
    }

    /// Reads a chat. The other side of a direct chat is known by everything that the list of participants shows, and everyone
    /// else by an id alone.
    pub(in crate::directory::memory) fn read(&mut self, chat: &wire::Chat) {
        let direct = DirectChat::read_with(chat, self.identities);
        let mut peer_ids = HashSet::new();
        match direct {
            Some((Peer::Person(mut peer), direct)) => {
                peer_ids.extend(peer.stored(IdentifierKind::Id).map(str::to_owned));
                peer.chats.push(direct);
                self.merge_participant(*peer);
            }
            Some((Peer::OwnUser, direct)) => {
                let mut own = Person::new(self.book.account().user.id.as_str());
                own.is_self = true;
                own.chats.push(direct);
                self.merge(own);
            }
            // This chat may be with any person.
            Some((Peer::Unknown, _)) => self.book.coverage.chats = false,
            None => {}
        }
        for participant in &chat.participants.items {
            if !peer_ids.contains(&participant.user.id) {
                let mut person = Person::from(&participant.user);
                person.group_only = !self.identities.of(&person).is_own;
                self.merge_participant(person);
            }
        }
    }

    /// Returns the complete address book.
    pub(in crate::directory::memory) fn done(mut self) -> AddressBook {
        self.join_aliases();
        self.store_grown(usize::MAX);
        let mut book = self.book;
        book.shrink();
        book
    }

    /// Stores the grown records with at most so many values.
    fn store_grown(&mut self, most_values: usize) {
        let book = &mut self.book;
        for (at, mut person) in std::mem::take(&mut self.grown) {
            let texts = person.identifiers.len() + person.other_names.len();
            if texts + person.record_keys.len() + person.chats.len() > most_values {
                self.grown.insert(at, person);
                continue;
            }
            person.join_equal_values();
            packed::write(&person, &book.keys, &mut book.draft);
            if book.store_loaded_draft() {
                book.forget(at);
            }
        }
        // The records that stay have places that must not move.
        if self.grown.is_empty() {
            book.compact();
        }
    }

    /// Joins the records that are known to be of one person.
    fn join_aliases(&mut self) {
        if self.identities.has_local_aliases() {
            // The keys of all records show which identifiers of a local record are another person's.
            self.store_grown(usize::MAX);
        }
        let mut aliases: Vec<(usize, u8, u32)> = Vec::new();
        for (at, record) in self.book.arena.iter() {
            let person = PersonRef::of(record);
            if let Some(alias) = self.identities.alias(person.id(), person.is_local()) {
                aliases.push((alias.group, alias.precedence, at));
            }
        }
        aliases.sort_unstable();
        let mut holders = HashMap::new();
        for (group, _, at) in &aliases {
            if self.book.person(*at).is_local() {
                let local = self.without_lent_identifiers(*at, *group, &mut holders);
                self.grown.insert(*at, local);
            }
        }
        for of_one in aliases.chunk_by(|(group, ..), (next, ..)| group == next) {
            let Some(((.., into), others)) = of_one.split_first() else {
                continue;
            };
            for (.., of) in others {
                let person = self.take(*of);
                let book = &self.book;
                let grown = self.grown.entry(*into);
                grown
                    .or_insert_with(|| book.person(*into).to_person())
                    .append(person);
            }
        }
    }

    /// Returns a local record without the identifiers of people of other groups.
    ///
    /// It must not lend the identifiers of other people to the person that it is joined with.
    fn without_lent_identifiers(&self, at: u32, group: usize, known: &mut KeyHolders) -> Person {
        let mut local = self.book.person(at).to_person();
        local.identifiers.retain(|stored| {
            let keys = stored.keys(self.book.account()).into_iter();
            let mut keys = keys.filter(|key| !key.is_look_alike());
            !keys.any(|key| {
                let holders = known.entry(key);
                let holders = holders.or_insert_with_key(|key| self.groups_with(key));
                holders.iter().any(|holder| *holder != Some(group))
            })
        });
        local
    }

    /// Returns the groups of the people of the network who hold a key. Two of them are enough, because one is another group.
    fn groups_with(&self, key: &Key) -> Vec<Option<usize>> {
        let holders = self.book.holders(key).map(|(_, holder)| holder);
        let mut groups: Vec<Option<usize>> = Vec::new();
        for holder in holders.filter(|holder| !holder.is_local()) {
            let alias = self.identities.alias(holder.id(), false);
            let group = alias.map(|alias| alias.group);
            if !groups.contains(&group) {
                groups.push(group);
            }
            if groups.len() > 1 {
                break;
            }
        }
        groups
    }

    /// Removes a person, and returns everything that is known of the person.
    fn take(&mut self, at: u32) -> Person {
        let person = self.grown.remove(&at);
        let person = person.unwrap_or_else(|| self.book.person(at).to_person());
        self.book.forget(at);
        person
    }
}
