//! The people of one account.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::arena::Arena;
use super::key_index::{Hashed, KeyIndex, Seed};
use super::packed::{self, PersonRef};
use crate::directory::{Coverage, HeldKeys, VouchedAnswer, VouchedKeys};
use crate::key::{AccountKeys, Key, identity_key};
use crate::name::{Name, NameIndex};
use crate::network::IdentifierKind;
use crate::person::identity::Identities;
use crate::person::{Account, DirectChat, Peer, Person};
use crate::wire;

/// The places of the people in an answer, of which there are mostly few.
type Places = SmallVec<[u32; 4]>;

#[derive(Clone)]
pub(super) struct AddressBook {
    keys: AccountKeys,
    pub(super) coverage: Coverage,
    seed: Seed,
    arena: Arena,
    index: KeyIndex,
    people: usize,
    /// The names for search, with the places of their people. The first search builds them, because most directories are
    /// never searched.
    names: OnceLock<NameIndex<u32>>,
    /// The record that is stored next.
    draft: Vec<u8>,
}

impl AddressBook {
    pub(super) fn new(account: Account, seed: Seed) -> Self {
        let own = account.user.clone();
        let mut book = AddressBook::empty(account, seed);
        if !own.id.trim().is_empty() && !own.is_local {
            book.upsert(&own);
        }
        book
    }

    /// Creates an address book without the own user.
    pub(super) fn empty(account: Account, seed: Seed) -> Self {
        AddressBook {
            keys: AccountKeys::new(account),
            coverage: Coverage::default(),
            seed,
            arena: Arena::new(),
            index: KeyIndex::default(),
            people: 0,
            names: OnceLock::new(),
            draft: Vec::new(),
        }
    }

    pub(super) fn account(&self) -> &Account {
        &self.keys.account
    }

    /// Returns the record of the own user, as the account has it.
    pub(super) fn own_record(&self) -> Vec<u8> {
        let mut record = Vec::new();
        packed::write(&self.account().user, &self.keys, &mut record);
        record
    }

    pub(super) fn len(&self) -> usize {
        self.people
    }

    pub(super) fn hash(&self, key: &Key) -> Hashed {
        self.seed.of_key(key)
    }

    /// Returns the places of all records that may hold a key with this hash.
    pub(super) fn places(&self, hash: Hashed) -> impl Iterator<Item = u32> {
        self.index.get(hash)
    }

    pub(super) fn person(&self, at: u32) -> PersonRef<'_> {
        PersonRef::of(self.arena.get(at))
    }

    pub(super) fn people(&self) -> impl Iterator<Item = PersonRef<'_>> {
        self.arena.iter().map(|(_, record)| PersonRef::of(record))
    }

    /// Returns everyone who holds a key.
    pub(super) fn holders(&self, key: &Key) -> impl Iterator<Item = (u32, PersonRef<'_>)> {
        let people = self.places(self.hash(key)).map(|at| (at, self.person(at)));
        people.filter(move |(_, person)| person.holds(key))
    }

    /// Returns everyone who holds one of the keys.
    pub(super) fn find(&self, keys: &[Key]) -> VouchedAnswer<'_> {
        if keys.len() <= HeldKeys::MOST {
            let mut places = Places::new();
            for key in keys {
                places.extend(self.places(self.hash(key)));
            }
            places.dedup();
            if places.len() <= 1 {
                return self.answer(keys, &places);
            }
        }
        let holders = keys.iter().flat_map(|key| self.holders(key));
        let mut places: Places = holders.map(|(at, _)| at).collect();
        places.sort_unstable();
        places.dedup();
        self.answer(keys, &places)
    }

    /// Returns the answer to a query with the places of all people who hold one of its keys. If there is a single place and
    /// the keys are few, the person need not hold any of them.
    pub(super) fn answer(&self, keys: &[Key], places: &[u32]) -> VouchedAnswer<'_> {
        let is_small = places.len() <= 1 && keys.len() <= HeldKeys::MOST;
        let held = is_small.then(|| {
            let only = places.first().map(|at| self.person(*at));
            only.map(|person| person.held(keys)).unwrap_or_default()
        });
        let places = places
            .iter()
            .filter(|_| held.is_none_or(|held| !held.is_empty()));
        let people = places.map(|at| self.person(*at).to_person().into());
        VouchedAnswer {
            people: people.collect(),
            coverage: self.coverage,
            keys: held.map(|held| VouchedKeys {
                of: &self.keys,
                held,
            }),
        }
    }

    /// Returns the place of the record with this id, or with this record key.
    fn place(&self, id: &str, is_local: bool) -> Option<u32> {
        let is_it = |person: PersonRef<'_>| {
            person.is_local() == is_local
                && if is_local {
                    person.id() == id
                } else {
                    person.id().trim() == id.trim()
                }
        };
        let text = if is_local { id } else { id.trim() };
        let hash = self.seed.of_text(IdentifierKind::Id, text.as_bytes());
        self.places(hash).find(|at| is_it(self.person(*at)))
    }

    /// Returns the place of the person with an id, in any spelling that the network's grammar reads as that id.
    fn place_of_id(&self, id: &str) -> Option<u32> {
        let key = identity_key(id, self.account());
        let is_it = |person: PersonRef<'_>| {
            !person.is_local() && identity_key(person.id(), self.account()) == key
        };
        let mut holders = self.holders(&key);
        holders.find(|(_, person)| is_it(*person)).map(|(at, _)| at)
    }

    /// Stores a person, and replaces the record under the same id. Returns false if there is no more room.
    pub(super) fn upsert(&mut self, person: &Person) -> bool {
        packed::write(person, &self.keys, &mut self.draft);
        self.store(self.place(&person.id, person.is_local))
    }

    /// Removes the person with an id, and returns the record.
    pub(super) fn remove(&mut self, id: &str) -> Option<Person> {
        let at = self.place(id, false)?;
        Some(self.remove_at(at))
    }

    /// Removes the local person with a record key, and returns the record.
    pub(super) fn remove_local(&mut self, record_key: &str) -> Option<Person> {
        let at = self.place(record_key, true)?;
        Some(self.remove_at(at))
    }

    fn remove_at(&mut self, at: u32) -> Person {
        let person = self.person(at).to_person();
        self.forget(at);
        self.compact();
        person
    }

    /// Stores the draft, and removes the record that it replaces.
    fn store(&mut self, known: Option<u32>) -> bool {
        let Some(at) = self.arena.push(&self.draft) else {
            return false;
        };
        let draft = PersonRef::of(&self.draft);
        for (kind, text) in draft.searched() {
            self.index.insert(self.seed.of_text(kind, text), at);
        }
        self.people += 1;
        if let Some(names) = self.names.get_mut() {
            names.upsert_names(&at, draft.searched_names().map(Name::new));
        }
        if let Some(known) = known {
            self.forget(known);
            self.compact();
        }
        true
    }

    /// Stores the draft. If there is no room, nothing counts as covered.
    fn store_loaded_draft(&mut self) -> bool {
        let is_stored = self.store(None);
        if !is_stored {
            self.coverage = Coverage::default();
        }
        is_stored
    }

    fn forget(&mut self, at: u32) {
        for (kind, text) in PersonRef::of(self.arena.get(at)).searched() {
            self.index.remove(self.seed.of_text(kind, text), at);
        }
        if let Some(names) = self.names.get_mut() {
            names.remove(&at);
        }
        self.arena.remove(at);
        self.people -= 1;
    }

    fn compact(&mut self) {
        if self.arena.is_mostly_dead() {
            let moved = self.arena.compact();
            self.index.follow(&moved);
            self.names.take();
        }
    }

    /// Frees unused memory.
    pub(super) fn shrink(&mut self) {
        self.arena.shrink();
        self.index.shrink();
    }

    /// Returns the people with names that fit a name, best first. Of equal scores, a person with a direct chat is first,
    /// then the newest activity, then the smaller id.
    pub(super) fn suggest(&self, name: &str, limit: usize) -> Vec<Person> {
        let names = self.names.get_or_init(|| {
            let mut names = NameIndex::new();
            for (at, record) in self.arena.iter() {
                let searched = PersonRef::of(record).searched_names();
                names.upsert_names(&at, searched.map(Name::new));
            }
            names
        });
        let order = |&at: &u32| {
            let person = self.person(at);
            let newest = Reverse(person.newest_activity());
            (newest, person.id(), person.is_local())
        };
        let best = names.search_by_key(&Name::new(name), limit, order);
        best.iter()
            .map(|hit| self.person(*hit.id).to_person())
            .collect()
    }
}

/// The amount of some records, without their keys.
#[derive(Clone, Copy)]
pub(super) struct Amount {
    pub(super) records: usize,
    pub(super) bytes: usize,
}

/// The least number of grown records after which they are stored.
const GROWN: usize = 1_000;

/// The most values of a grown record that is stored before the end.
const FEW_VALUES: usize = 64;

/// Loads the records of a server's state into an address book.
///
/// Several records may be of one person. The records of a person with many are stored once, at the end, because a longer
/// record takes longer to write. The others are stored from time to time, because a person takes much more memory than a
/// record.
pub(super) struct Loader<'a> {
    book: AddressBook,
    identities: &'a Identities<'a>,
    /// The grown records of people, by place. Their stored records are shorter.
    grown: BTreeMap<u32, Person>,
    /// The number of grown records after which they are stored.
    most_grown: usize,
}

impl<'a> Loader<'a> {
    pub(super) fn of(book: AddressBook, identities: &'a Identities<'a>) -> Self {
        Loader {
            book,
            identities,
            grown: BTreeMap::new(),
            most_grown: GROWN,
        }
    }

    /// Adds a record to what is known of its person.
    pub(super) fn merge(&mut self, mut person: Person) {
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
    pub(super) fn reserve(&mut self, merged: Amount, all: Amount) {
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
    pub(super) fn read(&mut self, chat: &wire::Chat) {
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
    pub(super) fn done(mut self) -> AddressBook {
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
        let mut aliases: Vec<(usize, u8, u32)> = Vec::new();
        for (at, record) in self.book.arena.iter() {
            let person = PersonRef::of(record);
            if let Some(alias) = self.identities.alias(person.id(), person.is_local()) {
                aliases.push((alias.group, alias.precedence, at));
            }
        }
        aliases.sort_unstable();
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

    /// Removes a person, and returns everything that is known of the person.
    fn take(&mut self, at: u32) -> Person {
        let person = self.grown.remove(&at);
        let person = person.unwrap_or_else(|| self.book.person(at).to_person());
        self.book.forget(at);
        person
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Network;

    fn book() -> AddressBook {
        let account = Account::new("signal", Network::from_bridge_type("signal"), "me");
        AddressBook::new(account, Seed::fixed(1))
    }

    fn held(book: &AddressBook, value: &str) -> usize {
        book.holders(&Key::new(IdentifierKind::Id, value)).count()
    }

    #[test]
    fn equal_hash_without_the_key_finds_no_one() {
        let mut book = book();
        assert!(book.upsert(&Person::new("alice")));
        let bob = Key::new(IdentifierKind::Id, "bob");
        let at = book
            .places(book.hash(&Key::new(IdentifierKind::Id, "alice")))
            .next();
        // Simulate two keys with one hash.
        book.index.insert(book.hash(&bob), at.unwrap());
        assert_eq!(book.places(book.hash(&bob)).count(), 1);
        assert_eq!(held(&book, "bob"), 0);
        assert!(book.upsert(&Person::new("bob")));
        assert_eq!((held(&book, "alice"), held(&book, "bob")), (1, 1));
    }

    #[test]
    fn full_address_book_is_not_changed() {
        let mut book = book();
        book.coverage.contacts = true;
        book.arena = Arena::with_limit(2_000);
        let person = |n: usize| Person::new(format!("person-{n}"));
        let stored = (0..1_000).take_while(|n| book.upsert(&person(*n))).count();
        assert!((50..200).contains(&stored));
        assert!(!book.upsert(&person(0).with_name("Zero")));
        assert_eq!(book.len(), stored + 1);
        assert_eq!(held(&book, "person-0"), 1);
        assert_eq!(held(&book, &format!("person-{stored}")), 0);
        // If a server's state does not fit, not everything is known.
        let account = book.account().clone();
        let identities = Identities::new(&account);
        let mut loader = Loader::of(book, &identities);
        loader.merge(person(stored));
        let mut book = loader.done();
        assert_eq!(book.coverage, Coverage::default());
        // Removed people leave room.
        for n in 0..stored {
            assert!(book.remove(&format!("person-{n}")).is_some());
        }
        assert!(book.upsert(&person(stored)));
    }
}
