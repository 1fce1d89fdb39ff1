//! What is known on one account.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::arena::Arena;
use super::record::{self, PersonRef};
use super::table::{Hashed, Seed, Table};
use crate::directory::Coverage;
use crate::identifier::Region;
use crate::key::{Key, KeyRules, person_key};
use crate::name::{Name, NameIndex};
use crate::network::IdentifierKind;
use crate::person::identity::Identities;
use crate::person::{Account, DirectChat, Peer, Person};
use crate::wire;

#[derive(Clone)]
pub(super) struct Book {
    pub(super) account: Account,
    pub(super) coverage: Coverage,
    region: Option<Region>,
    seed: Seed,
    arena: Arena,
    table: Table,
    people: usize,
    /// Who may be suggested, by name and place. Made when somebody is first searched for by name, and kept up from then on:
    /// most directories are never asked.
    names: OnceLock<NameIndex<u32>>,
    /// The record that is stored next.
    draft: Vec<u8>,
}

impl Book {
    pub(super) fn new(account: Account, seed: Seed) -> Self {
        let own = account.user.clone();
        let mut book = Book::empty(account, seed);
        if !own.id.trim().is_empty() {
            book.upsert(&own);
        }
        book
    }

    /// A book in which not even oneself stands.
    pub(super) fn empty(account: Account, seed: Seed) -> Self {
        Book {
            coverage: Coverage::default(),
            region: account.home_region(),
            seed,
            arena: Arena::new(),
            table: Table::default(),
            people: 0,
            names: OnceLock::new(),
            draft: Vec::new(),
            account,
        }
    }

    /// Oneself, as the account has it.
    pub(super) fn own_record(&self) -> Vec<u8> {
        let mut record = Vec::new();
        let rules = KeyRules::in_region(&self.account, self.region);
        record::write(&self.account.user, rules, &mut record);
        record
    }

    pub(super) fn len(&self) -> usize {
        self.people
    }

    pub(super) fn hash(&self, key: &Key) -> Hashed {
        self.seed.of_key(key)
    }

    /// The places of those who may hold a key of a hash.
    pub(super) fn places(&self, hash: Hashed) -> impl Iterator<Item = u32> {
        self.table.get(hash)
    }

    pub(super) fn person(&self, at: u32) -> PersonRef<'_> {
        PersonRef::of(self.arena.get(at))
    }

    pub(super) fn people(&self) -> impl Iterator<Item = PersonRef<'_>> {
        self.arena.iter().map(|(_, record)| PersonRef::of(record))
    }

    /// Everyone who holds a key.
    pub(super) fn holders(&self, key: &Key) -> impl Iterator<Item = (u32, PersonRef<'_>)> {
        let people = self.places(self.hash(key)).map(|at| (at, self.person(at)));
        people.filter(move |(_, person)| person.holds(key))
    }

    /// The place of the person of an id.
    fn place(&self, who: &Key) -> Option<u32> {
        let is_own = |person: PersonRef<'_>| person_key(person.id(), &self.account) == *who;
        self.holders(who)
            .find(|(_, person)| is_own(*person))
            .map(|(at, _)| at)
    }

    /// The place of the person whose draft it is, if they are stored already. Most are not, and then nobody has a key of
    /// their ids.
    fn known(&self) -> Option<u32> {
        let draft = PersonRef::of(&self.draft);
        let mut ids = draft
            .searched()
            .filter(|(kind, _)| *kind == IdentifierKind::Id);
        let is_held = |(kind, text)| {
            let hash = self.seed.of_text(kind, text);
            self.table.get(hash).next().is_some()
        };
        ids.any(is_held)
            .then(|| self.place(&person_key(draft.id(), &self.account)))
            .flatten()
    }

    /// Stores a person in the place of what was known under their id. False where there is no more room.
    pub(super) fn upsert(&mut self, person: &Person) -> bool {
        let rules = KeyRules::in_region(&self.account, self.region);
        record::write(person, rules, &mut self.draft);
        self.store(self.known())
    }

    /// Forgets the person of an id and gives what was known of them.
    pub(super) fn remove(&mut self, id: &str) -> Option<Person> {
        let at = self.place(&person_key(id, &self.account))?;
        let person = self.person(at).to_person();
        self.forget(at);
        self.compact();
        Some(person)
    }

    /// Stores the draft in the place of what was known.
    fn store(&mut self, known: Option<u32>) -> bool {
        let Some(at) = self.arena.push(&self.draft) else {
            return false;
        };
        for (kind, text) in PersonRef::of(&self.draft).searched() {
            self.table.insert(self.seed.of_text(kind, text), at);
        }
        self.people += 1;
        if let Some(names) = self.names.get_mut()
            && let Some(name) = PersonRef::of(&self.draft).suggested_by()
        {
            names.upsert(at, &Name::new(name));
        }
        if let Some(known) = known {
            self.forget(known);
            self.compact();
        }
        true
    }

    /// Stores the draft of a server's state. What is not stored is not known, and then neither is who is absent.
    fn keep(&mut self) -> bool {
        let is_stored = self.store(None);
        if !is_stored {
            self.coverage = Coverage::default();
        }
        is_stored
    }

    fn forget(&mut self, at: u32) {
        for (kind, text) in PersonRef::of(self.arena.get(at)).searched() {
            self.table.remove(self.seed.of_text(kind, text), at);
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
            self.table.follow(&moved);
            self.names.take();
        }
    }

    /// Gives back the room beyond what is there.
    pub(super) fn shrink(&mut self) {
        self.arena.shrink();
        self.table.shrink();
    }

    /// Returns the people with names that fit a name, best first. Of equal scores, a person with a direct chat is first,
    /// then the newest activity, then the smaller id.
    pub(super) fn suggest(&self, name: &str, limit: usize) -> Vec<Person> {
        let names = self.names.get_or_init(|| {
            let mut names = NameIndex::new();
            for (at, record) in self.arena.iter() {
                if let Some(name) = PersonRef::of(record).suggested_by() {
                    names.upsert(at, &Name::new(name));
                }
            }
            names
        });
        let order = |&at: &u32| {
            let person = self.person(at);
            (Reverse(person.newest_activity()), person.id())
        };
        let best = names.search_by_key(&Name::new(name), limit, order);
        best.iter()
            .map(|hit| self.person(*hit.id).to_person())
            .collect()
    }
}

/// Reads the records of a server's state into a book. Several records may be of one person. They are merged as people and
/// stored once, at the end, because a record takes the longer to write the longer it is.
pub(super) struct Loader<'a> {
    book: Book,
    identities: &'a Identities<'a>,
    /// The people of whom more is known than is stored at their place.
    grown: BTreeMap<u32, Person>,
}

impl<'a> Loader<'a> {
    pub(super) fn of(book: Book, identities: &'a Identities<'a>) -> Self {
        Loader {
            book,
            identities,
            grown: BTreeMap::new(),
        }
    }

    /// Adds a record to what is known of its person.
    pub(super) fn merge(&mut self, mut person: Person) {
        person.is_self |= self.identities.of(&person).is_own;
        let book = &mut self.book;
        // People without an id cannot be told apart, so no one knows with which of them their chats are.
        if person.id.trim().is_empty() {
            book.coverage.contacts = false;
            book.coverage.chats &= person.chats.is_empty();
            return;
        }
        let rules = KeyRules::in_region(&book.account, book.region);
        record::write(&person, rules, &mut book.draft);
        let known = if person.is_self {
            book.place(&person_key(&book.account.user.id, &book.account))
        } else {
            book.known()
        };
        match known {
            Some(at) => {
                let grown = self.grown.entry(at);
                let grown = grown.or_insert_with(|| book.person(at).to_person());
                grown.merge(person);
            }
            None => {
                book.keep();
            }
        }
    }

    /// Reads a chat. The other side of a direct chat is known by everything that its participants say, everyone else by
    /// their id alone.
    pub(super) fn read(&mut self, chat: &wire::Chat) {
        let direct = DirectChat::read_with(chat, self.identities);
        let mut peer_ids = Vec::new();
        match direct {
            Some((Peer::Person(mut peer), direct)) => {
                peer_ids.extend(peer.stored(IdentifierKind::Id).map(str::to_owned));
                peer.chats.push(direct);
                self.merge(*peer);
            }
            Some((Peer::OwnUser, direct)) => {
                let mut own = Person::new(self.book.account.user.id.as_str());
                own.is_self = true;
                own.chats.push(direct);
                self.merge(own);
            }
            // Whichever person is asked for, this chat may be with them.
            Some((Peer::Unknown, _)) => self.book.coverage.chats = false,
            None => {}
        }
        for participant in &chat.participants.items {
            if !peer_ids.contains(&participant.user.id) {
                let mut person = Person::from(&participant.user);
                person.group_only = !self.identities.of(&person).is_own;
                self.merge(person);
            }
        }
    }

    /// Returns the book when all is read.
    pub(super) fn done(mut self) -> Book {
        self.join_aliases();
        let mut book = self.book;
        for (at, person) in self.grown {
            let rules = KeyRules::in_region(&book.account, book.region);
            record::write(&person, rules, &mut book.draft);
            if book.keep() {
                book.forget(at);
            }
        }
        book.compact();
        book.shrink();
        book
    }

    /// Joins the records that are known to be of one person.
    fn join_aliases(&mut self) {
        let mut people: BTreeMap<usize, Vec<(bool, u32)>> = BTreeMap::new();
        for (at, record) in self.book.arena.iter() {
            if let Some(alias) = self.identities.alias(PersonRef::of(record).id()) {
                let list = people.entry(alias.person).or_default();
                list.push((alias.stands_in, at));
            }
        }
        for mut list in people.into_values() {
            list.sort_unstable();
            let Some(((_, into), others)) = list.split_first() else {
                continue;
            };
            for (_, of) in others {
                let person = self.take(*of);
                let book = &self.book;
                let grown = self.grown.entry(*into);
                grown
                    .or_insert_with(|| book.person(*into).to_person())
                    .merge(person);
            }
        }
    }

    /// Takes a person out of the book.
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

    fn book() -> Book {
        let account = Account::new("signal", Network::from_bridge_type("signal"), "me");
        Book::new(account, Seed::fixed(1))
    }

    fn held(book: &Book, value: &str) -> usize {
        book.holders(&Key::new(IdentifierKind::Id, value)).count()
    }

    #[test]
    fn a_hash_alone_finds_nobody() {
        let mut book = book();
        assert!(book.upsert(&Person::new("alice")));
        let bob = Key::new(IdentifierKind::Id, "bob");
        let at = book
            .places(book.hash(&Key::new(IdentifierKind::Id, "alice")))
            .next();
        // As if both keys had one hash.
        book.table.insert(book.hash(&bob), at.unwrap());
        assert_eq!(book.places(book.hash(&bob)).count(), 1);
        assert_eq!(held(&book, "bob"), 0);
        assert!(book.upsert(&Person::new("bob")));
        assert_eq!((held(&book, "alice"), held(&book, "bob")), (1, 1));
    }

    #[test]
    fn where_there_is_no_room_nothing_changes() {
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
        // A server's whole state that does not fit is not the whole state.
        let account = book.account.clone();
        let identities = Identities::new(&account);
        let mut reading = Loader::of(book, &identities);
        reading.merge(person(stored));
        let mut book = reading.done();
        assert_eq!(book.coverage, Coverage::default());
        // Room is made by those who go.
        for n in 0..stored {
            assert!(book.remove(&format!("person-{n}")).is_some());
        }
        assert!(book.upsert(&person(stored)));
    }
}
