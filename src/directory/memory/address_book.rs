//! The people of one account.

mod loader;

use std::cmp::Reverse;
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::arena::Arena;
use super::key_index::{Hashed, KeyIndex, Seed};
use super::packed::{self, PersonRef};
use crate::directory::{Coverage, FoundPeople, HeldKeys, VouchedAnswer, VouchedKeys};
use crate::key::{AccountKeys, Key, identity_key};
use crate::name::{Name, NameIndex};
use crate::network::IdentifierKind;
use crate::person::{Account, Person};

pub(super) use loader::{Amount, Loader};

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
        let mut answer = VouchedAnswer {
            people: FoundPeople::new(),
            coverage: self.coverage,
            keys: None,
        };
        if places.len() > 1 || keys.len() > HeldKeys::MOST {
            let people = places.iter().map(|at| self.person(*at).into());
            answer.people.extend(people);
            return answer;
        }
        let mut held = HeldKeys::default();
        if let Some(at) = places.first() {
            let person = self.person(*at);
            held = person.held(keys);
            if !held.is_empty() {
                answer.people.push(person.into());
            }
        }
        let of = &self.keys;
        answer.keys = Some(VouchedKeys { of, held });
        answer
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Network;
    use crate::person::identity::Identities;

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
