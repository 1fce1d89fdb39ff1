//! Search by name among many: each distinct token is compared once, not each name.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::form::{Forms, TokenKind};
use super::score::Score;
use super::search::Search;
use super::tokens::Name;
use super::words::{Words, push};

/// People by name, to be searched: the best by [`score`](super::score) among all of them, found sooner.
///
/// A token that many names share is kept and compared once. Words stay known after their last name was removed; they
/// cost memory, not time.
///
/// ```
/// use contact_resolution::name::{Name, NameIndex};
///
/// let mut index = NameIndex::new();
/// index.upsert(1, &Name::new("Alice Example"));
/// index.upsert(2, &Name::new("Bob Sample"));
/// let found = index.search(&Name::new("Bobby Sampel"), 10);
/// assert_eq!(found.iter().map(|(id, _)| **id).collect::<Vec<_>>(), [2]);
/// ```
#[derive(Clone)]
pub struct NameIndex<Id> {
    pub(super) words: Words,
    pub(super) groups: [Group<Id>; GROUPS],
    slots: HashTable<NameSlot>,
    hasher: RandomState,
}

/// Names of one shape, without gaps: those of one, two and three plain words, and all others.
#[derive(Clone)]
pub(super) struct Group<Id> {
    /// Plain words in each name; zero for the others.
    words: usize,
    ids: Vec<Id>,
    /// The tokens of plain names, one after the other.
    plain: Vec<u32>,
    mixed: Vec<Box<[u32]>>,
}

pub(super) const GROUPS: usize = 4;
const MIXED: usize = GROUPS - 1;

/// Where a name is: its group in the highest two bits, and its place there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NameSlot(pub(super) u32);

const PLACE: u32 = u32::MAX / 4;

impl NameSlot {
    /// None where the group is full; 2^30 names would be too many.
    pub(super) fn new(group: usize, place: usize) -> Option<Self> {
        let place = u32::try_from(place).ok().filter(|&place| place <= PLACE)?;
        Some(Self(u32::try_from(group).ok()? << 30 | place))
    }

    pub(super) fn group(self) -> usize {
        (self.0 >> 30) as usize
    }

    pub(super) fn place(self) -> usize {
        (self.0 & PLACE) as usize
    }
}

/// A token of a stored name: the word's number, and its kind in the lowest two bits.
pub(super) fn token(word: u32, kind: TokenKind) -> u32 {
    word << 2 | kind as u32
}

pub(super) fn kind(token: u32) -> TokenKind {
    [
        TokenKind::Word,
        TokenKind::Initial,
        TokenKind::Particle,
        TokenKind::Noise,
    ][(token & 3) as usize]
}

pub(super) fn word(token: u32) -> u32 {
    token >> 2
}

impl<Id> Group<Id> {
    fn new(words: usize) -> Self {
        Self {
            words,
            ids: Vec::new(),
            plain: Vec::new(),
            mixed: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn words(&self) -> usize {
        self.words
    }

    fn tokens(&self, place: usize) -> &[u32] {
        let plain = || self.plain.get(place * self.words..(place + 1) * self.words);
        match self.words {
            0 => self.mixed.get(place).map_or(&[], |tokens| tokens),
            _ => plain().unwrap_or(&[]),
        }
    }

    fn push(&mut self, id: Id, tokens: Vec<u32>) {
        push(&mut self.ids, [id]);
        match self.words {
            0 => push(&mut self.mixed, [tokens.into_boxed_slice()]),
            _ => push(&mut self.plain, tokens),
        }
    }

    /// Removes a name; the last one takes its place.
    fn swap_remove(&mut self, place: usize) {
        let last = self.len() - 1;
        self.ids.swap_remove(place);
        if self.words == 0 {
            self.mixed.swap_remove(place);
        } else {
            let words = self.words;
            self.plain.copy_within(last * words.., place * words);
            self.plain.truncate(last * words);
        }
    }
}

impl<Id> std::fmt::Debug for NameIndex<Id> {
    /// Says how many names there are, never whose.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NameIndex")
            .field("names", &self.len())
            .finish_non_exhaustive()
    }
}

impl<Id> Default for NameIndex<Id> {
    fn default() -> Self {
        Self {
            words: Words::default(),
            groups: [1, 2, 3, 0].map(Group::new),
            slots: HashTable::new(),
            hasher: RandomState::default(),
        }
    }
}

impl<Id> NameIndex<Id> {
    /// An index of nobody.
    ///
    /// ```
    /// # use contact_resolution::name::NameIndex;
    /// assert!(NameIndex::<u32>::new().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many names it holds.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert("a", &Name::new("Alice Example"));
    /// assert_eq!(index.len(), 1);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether it holds none.
    ///
    /// ```
    /// # use contact_resolution::name::NameIndex;
    /// assert!(NameIndex::<u32>::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The tokens of the name in a slot.
    pub(super) fn tokens(&self, slot: NameSlot) -> &[u32] {
        self.groups[slot.group()].tokens(slot.place())
    }

    pub(super) fn id(&self, slot: NameSlot) -> Option<&Id> {
        self.groups[slot.group()].ids.get(slot.place())
    }
}

impl<Id: Eq + Hash + Ord> NameIndex<Id> {
    /// Adds a name, or takes it for the one that was known under this id.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert(7, &Name::new("Alice Example"));
    /// index.upsert(7, &Name::new("Alice Sample"));
    /// assert_eq!(index.len(), 1);
    /// ```
    pub fn upsert(&mut self, id: Id, name: &Name) {
        self.remove(&id);
        let plain = name.forms().all(|form| form.kind == TokenKind::Word);
        let group = match name.len() {
            words @ 1..GROUPS if plain => words - 1,
            _ => MIXED,
        };
        let interned = name
            .forms()
            .map(|form| Some(token(self.words.intern(form)?, form.kind)));
        let (Some(tokens), Some(slot)) = (
            interned.collect::<Option<Vec<u32>>>(),
            NameSlot::new(group, self.groups[group].len()),
        ) else {
            return;
        };
        for &token in &tokens {
            self.words.post(word(token), slot);
        }
        let Self {
            groups,
            slots,
            hasher,
            ..
        } = self;
        let hash = hasher.hash_one(&id);
        groups[group].push(id, tokens);
        let hash_of = |slot: &NameSlot| {
            let id = groups[slot.group()].ids.get(slot.place());
            id.map_or(0, |id| hasher.hash_one(id))
        };
        slots.insert_unique(hash, slot, hash_of);
    }

    /// Forgets the name of an id; whether there was one.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert(7, &Name::new("Alice Example"));
    /// assert!(index.remove(&7) && !index.remove(&7));
    /// ```
    pub fn remove(&mut self, id: &Id) -> bool {
        let Self {
            words,
            groups,
            slots,
            hasher,
        } = self;
        let is_its = |slot: &NameSlot| groups[slot.group()].ids.get(slot.place()) == Some(id);
        let Ok(entry) = slots.find_entry(hasher.hash_one(id), is_its) else {
            return false;
        };
        let (gone, _) = entry.remove();
        let group = &mut groups[gone.group()];
        for &token in group.tokens(gone.place()) {
            words.unpost(word(token), gone);
        }
        if let (Some(id), Some(last)) = (
            group.ids.last(),
            NameSlot::new(gone.group(), group.len() - 1),
        ) && last != gone
        {
            for &token in group.tokens(last.place()) {
                words.unpost(word(token), last);
                words.post(word(token), gone);
            }
            if let Some(slot) = slots.find_mut(hasher.hash_one(id), |&slot| slot == last) {
                *slot = gone;
            }
        }
        group.swap_remove(gone.place());
        true
    }

    /// The `most` names that fit the hint best, best first; of equal ones the smaller id first.
    ///
    /// Searched are the names that have as many of the hint's words as any has, by
    /// [`matched_words`](super::matched_words), and at least one: where somebody is an Anna Smith, nobody is shown for being
    /// another Anna. Of those, but for names that are [clearly none](Score::is_none), the names and scores are exactly
    /// what a comparison with each would give.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert("rob", &Name::new("Robert Sample"));
    /// index.upsert("bob", &Name::new("Bob Sample"));
    /// let found = index.search(&Name::new("bob sample"), 1);
    /// assert_eq!((*found[0].0, found[0].1.is_match()), ("bob", true));
    /// ```
    #[must_use]
    pub fn search(&self, hint: &Name, most: usize) -> Vec<(&Id, Score)> {
        self.search_by_key(hint, most, |id| id)
    }

    /// The same, but of equal ones the one with the smaller key first. No two ids have one key.
    pub(crate) fn search_by_key<'a, K: Ord>(
        &'a self,
        hint: &Name,
        most: usize,
        key: impl Fn(&'a Id) -> K,
    ) -> Vec<(&'a Id, Score)> {
        if hint.is_blank() || most == 0 {
            return Vec::new();
        }
        Search::new(self, hint, most, key).run()
    }
}
