//! Search by name among many: each distinct token is compared once, not each name.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::score::Score;
use super::search::Search;
use super::tokens::{Forms, MAX_TOKENS, Name};
use super::words::Words;

/// People by name, to be searched: what [`score`](super::score) would find among all of them, found sooner.
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
    /// The names' tokens, one after the other: the word's number and, in the lowest two bits, its kind.
    tokens: Vec<u32>,
    /// By slot: whose name, and where its tokens are.
    pub(super) ids: Vec<Option<Id>>,
    spans: Vec<Span>,
    slots: HashTable<u32>,
    free: Vec<u32>,
    /// Tokens of removed names.
    dead: usize,
    hasher: RandomState,
}

/// Where a name's tokens are: the start, and in the lowest four bits how many.
#[derive(Clone, Copy)]
struct Span(u32);

const _: () = assert!(MAX_TOKENS < 16);

impl Span {
    fn range(self) -> std::ops::Range<usize> {
        let start = (self.0 >> 4) as usize;
        start..start + (self.0 & 15) as usize
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
            tokens: Vec::new(),
            ids: Vec::new(),
            spans: Vec::new(),
            slots: HashTable::new(),
            free: Vec::new(),
            dead: 0,
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
        self.ids.len() - self.free.len()
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
    pub(super) fn tokens(&self, slot: u32) -> &[u32] {
        let span = self.spans.get(slot as usize).map(|span| span.range());
        span.and_then(|span| self.tokens.get(span)).unwrap_or(&[])
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
        // Numbers of words and slots are u32, of tokens 28 bits: 268 million tokens, some hundred million names.
        let Ok(start) = u32::try_from(self.tokens.len() << 4) else {
            return;
        };
        let slot = self
            .free
            .pop()
            .unwrap_or(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        for form in name.forms() {
            let word = self.words.intern(form);
            self.words.post(word, slot);
            self.tokens.push(word << 2 | form.kind as u32);
        }
        let span = Span(start | u32::try_from(name.len()).unwrap_or(0));
        let hash = self.hasher.hash_one(&id);
        let at = slot as usize;
        if at == self.ids.len() {
            self.ids.push(Some(id));
            self.spans.push(span);
        } else {
            self.ids[at] = Some(id);
            self.spans[at] = span;
        }
        let (ids, hasher) = (&self.ids, &self.hasher);
        self.slots.insert_unique(hash, slot, |&slot| {
            ids[slot as usize]
                .as_ref()
                .map_or(0, |id| hasher.hash_one(id))
        });
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
        let ids = &self.ids;
        let entry = self.slots.find_entry(self.hasher.hash_one(id), |&slot| {
            ids[slot as usize].as_ref() == Some(id)
        });
        let Ok(entry) = entry else {
            return false;
        };
        let (slot, _) = entry.remove();
        let range = self.spans[slot as usize].range();
        self.dead += range.len();
        for &token in &self.tokens[range] {
            self.words.unpost(token >> 2, slot);
        }
        self.ids[slot as usize] = None;
        self.spans[slot as usize] = Span(0);
        self.free.push(slot);
        if self.dead > self.tokens.len() / 2 {
            self.compact();
        }
        true
    }

    /// Writes the living names' tokens anew. Rare enough to cost a constant per removal.
    fn compact(&mut self) {
        let mut tokens = Vec::with_capacity(self.tokens.len() - self.dead);
        for span in &mut self.spans {
            let range = span.range();
            let (start, len) = (tokens.len(), range.len());
            tokens.extend_from_slice(&self.tokens[range]);
            // No longer than before, so it fits.
            *span = Span(u32::try_from(start << 4 | len).unwrap_or(0));
        }
        self.tokens = tokens;
        self.dead = 0;
    }

    /// The `most` names that fit the hint best, best first; of equal ones the smaller id first.
    ///
    /// These are exactly the names and scores a comparison with every name would give, but for those that are
    /// [clearly none](Score::is_none), which are left out.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert("rob", &Name::new("Robert Sample"));
    /// index.upsert("bob", &Name::new("Bob Sample"));
    /// let found = index.search(&Name::new("bob sample"), 1);
    /// assert_eq!((*found[0].0, found[0].1.is_clear()), ("bob", true));
    /// ```
    #[must_use]
    pub fn search(&self, hint: &Name, most: usize) -> Vec<(&Id, Score)> {
        if hint.is_blank() || most == 0 {
            return Vec::new();
        }
        Search::new(self, hint, most).run()
    }
}
