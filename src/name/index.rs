//! Search by name among many names. Each distinct word is compared once instead of each name.

mod bound;
mod hint_words;
mod posting;
mod prefilter;
mod search;
mod storage;
mod vocabulary;

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::compare::score::Score;
use super::text::tokenize::Name;
use posting::NameSlot;
use search::Search;
use storage::Storage;

/// People by name, for search. Finds the best by [`score`](super::score) without comparing every name.
///
/// A word that many names share is stored and compared once. A word remains after its last name is removed. It then takes
/// memory but no time.
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
    storage: Storage<Id>,
    slots: HashTable<NameSlot>,
    hasher: RandomState,
}

impl<Id> std::fmt::Debug for NameIndex<Id> {
    /// Shows the number of names only, because names are personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NameIndex")
            .field("names", &self.len())
            .finish_non_exhaustive()
    }
}

impl<Id> Default for NameIndex<Id> {
    fn default() -> Self {
        Self {
            storage: Storage::default(),
            slots: HashTable::new(),
            hasher: RandomState::default(),
        }
    }
}

impl<Id> NameIndex<Id> {
    /// Creates an empty index.
    ///
    /// ```
    /// # use contact_resolution::name::NameIndex;
    /// assert!(NameIndex::<u32>::new().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of names.
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

    /// Whether the index has no names.
    ///
    /// ```
    /// # use contact_resolution::name::NameIndex;
    /// assert!(NameIndex::<u32>::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<Id: Eq + Hash + Ord> NameIndex<Id> {
    /// Adds a name, or replaces the name of this id.
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
        let hash = self.hasher.hash_one(&id);
        let Some(slot) = self.storage.push(id, name) else {
            return;
        };
        let Self {
            storage,
            slots,
            hasher,
        } = self;
        let hash_of = |slot: &NameSlot| storage.id(*slot).map_or(0, |id| hasher.hash_one(id));
        slots.insert_unique(hash, slot, hash_of);
    }

    /// Removes the name of an id. Returns whether there was one.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert(7, &Name::new("Alice Example"));
    /// assert!(index.remove(&7) && !index.remove(&7));
    /// ```
    pub fn remove(&mut self, id: &Id) -> bool {
        let Self {
            storage,
            slots,
            hasher,
        } = self;
        let has_id = |slot: &NameSlot| storage.id(*slot) == Some(id);
        let Ok(entry) = slots.find_entry(hasher.hash_one(id), has_id) else {
            return false;
        };
        let (removed, _) = entry.remove();
        let moved = storage.swap_remove(removed);
        if let (Some(moved), Some(id)) = (moved, storage.id(removed))
            && let Some(slot) = slots.find_mut(hasher.hash_one(id), |&slot| slot == moved)
        {
            *slot = removed;
        }
        true
    }

    /// Returns the `most` names that fit the hint best, best first. Of equal scores, the smaller id is first.
    ///
    /// The search covers the names that have the most of the hint's words, by [`matched_words`](super::matched_words), and
    /// at least one. If there is an Anna Smith, no other Anna is found. A [mismatch](Score::is_mismatch) is never found.
    /// The names and scores are the same as if each name were compared.
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

    /// Does the same as [`search`](Self::search), but orders equal scores by a key. No two ids have the same key.
    pub(crate) fn search_by_key<'a, K: Ord>(
        &'a self,
        hint: &Name,
        most: usize,
        key: impl Fn(&'a Id) -> K,
    ) -> Vec<(&'a Id, Score)> {
        if hint.is_blank() || most == 0 {
            return Vec::new();
        }
        Search::new(&self.storage, hint, most, key).run()
    }
}
