//! Search by name among many names. Each distinct word is compared once instead of each name.

mod best;
mod bound;
mod hint_words;
mod posting;
mod prefilter;
pub(crate) mod prepared;
mod search;
mod storage;
mod vocabulary;
pub(crate) mod word_rows;

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::compare::score::Score;
use super::text::tokenize::Name;
use best::Best;
use posting::NameSlot;
use search::Search;
use storage::Storage;

/// The most names of one id. Names beyond them are not searched.
pub(crate) const MAX_NAMES: usize = 100;

/// People by name, for search. Finds the best by [`score`](super::score) without comparing every name. A person can have
/// several names.
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
/// assert_eq!(found.iter().map(|hit| *hit.id).collect::<Vec<_>>(), [2]);
/// ```
#[derive(Clone)]
pub struct NameIndex<Id> {
    storage: Storage<Id>,
    /// The slots of each id's names.
    slots: HashTable<NameSlot>,
    ids: usize,
    hasher: RandomState,
}

/// A person that a search found.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NameHit<'a, Id> {
    /// The id of the person.
    pub id: &'a Id,
    /// How well the name fits. Of several names, the one that sorts first.
    pub score: Score,
    /// Whether the name [has every word](super::has_every_word) of the hint as a whole.
    pub has_every_word: bool,
}

impl<Id> std::fmt::Debug for NameIndex<Id> {
    /// Shows the number of ids only, because names are personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NameIndex")
            .field("ids", &self.len())
            .finish_non_exhaustive()
    }
}

impl<Id> Default for NameIndex<Id> {
    fn default() -> Self {
        Self {
            storage: Storage::default(),
            slots: HashTable::new(),
            ids: 0,
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

    /// Returns the number of ids with a name.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert("a", &Name::new("Alice Example"));
    /// assert_eq!(index.len(), 1);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids
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
    /// Adds a name, or replaces the names of this id.
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
        self.ids += usize::from(self.insert(id, name));
    }

    /// Adds the names of an id, or replaces them. Without a name, the id is removed. Only the first hundred names are added.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert_names(&7, ["Robert Sample", "Bob"].map(Name::new));
    /// assert_eq!(index.len(), 1);
    /// for name in ["Bob", "Robert"] {
    ///     assert_eq!(*index.search(&Name::new(name), 5)[0].id, 7);
    /// }
    /// ```
    pub fn upsert_names(&mut self, id: &Id, names: impl IntoIterator<Item: Borrow<Name>>)
    where
        Id: Clone,
    {
        self.remove(id);
        let mut is_added = false;
        for name in names.into_iter().take(MAX_NAMES) {
            is_added |= self.insert(id.clone(), name.borrow());
        }
        self.ids += usize::from(is_added);
    }

    /// Adds a name of an id. Returns whether there was room.
    fn insert(&mut self, id: Id, name: &Name) -> bool {
        let hash = self.hasher.hash_one(&id);
        let Some(slot) = self.storage.push(id, name) else {
            return false;
        };
        let Self {
            storage,
            slots,
            hasher,
            ..
        } = self;
        let hash_of = |slot: &NameSlot| storage.id(*slot).map_or(0, |id| hasher.hash_one(id));
        slots.insert_unique(hash, slot, hash_of);
        true
    }

    /// Removes the names of an id. Returns whether there was one.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert(7, &Name::new("Alice Example"));
    /// assert!(index.remove(&7) && !index.remove(&7));
    /// ```
    pub fn remove(&mut self, id: &Id) -> bool {
        let mut is_removed = false;
        while self.remove_name(id) {
            is_removed = true;
        }
        self.ids -= usize::from(is_removed);
        is_removed
    }

    /// Removes one name of an id. Returns whether there was one.
    fn remove_name(&mut self, id: &Id) -> bool {
        let Self {
            storage,
            slots,
            hasher,
            ..
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

    /// Returns the `most` people with names that fit the hint best, best first.
    ///
    /// A name that [has every word](super::has_every_word) of the hint comes before every other name. Then the higher score
    /// is first, and of equal scores the smaller id. A person with several names has the place of the best.
    ///
    /// The search covers the names that have the most of the hint's words, by [`matched_words`](super::matched_words), and
    /// at least one. For the hint "Anna Smith", no other Anna is found if there is an Anna Smith. A
    /// [mismatch](Score::is_mismatch) is never found. The result is the same as if each name were compared.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert("rob", &Name::new("Robert Sample"));
    /// index.upsert("bob", &Name::new("Bob Sample"));
    /// let found = index.search(&Name::new("bob sample"), 1);
    /// assert_eq!((*found[0].id, found[0].has_every_word), ("bob", true));
    /// ```
    #[must_use]
    pub fn search(&self, hint: &Name, most: usize) -> Vec<NameHit<'_, Id>> {
        self.search_by_key(hint, most, |id| id)
    }

    /// Does the same as [`search`](Self::search), but orders equal scores by a key. No two ids may have the same key.
    ///
    /// ```
    /// # use std::cmp::Reverse;
    /// # use contact_resolution::name::{Name, NameIndex};
    /// let mut index = NameIndex::new();
    /// index.upsert(1, &Name::new("Bob Sample"));
    /// index.upsert(2, &Name::new("Bob Sample"));
    /// let newest = index.search_by_key(&Name::new("bob"), 1, |id| Reverse(*id));
    /// assert_eq!(*newest[0].id, 2);
    /// ```
    pub fn search_by_key<'a, K: Ord + Clone>(
        &'a self,
        hint: &Name,
        most: usize,
        key: impl Fn(&'a Id) -> K,
    ) -> Vec<NameHit<'a, Id>> {
        let has_several_names = self.ids < self.slots.len();
        search(&self.storage, hint, most, has_several_names, key).0
    }
}

/// [Prepared](prepared) names for one search. They are not removed, so this is smaller than a [`NameIndex`].
#[derive(Default)]
pub(crate) struct PreparedNames {
    storage: Storage<usize>,
    has_several_names: bool,
}

impl PreparedNames {
    /// Adds a name of an id. Returns false if the text is damaged or there is no room.
    pub(crate) fn insert(&mut self, id: usize, name: &str, is_first_of_id: bool) -> bool {
        self.has_several_names |= !is_first_of_id;
        self.storage.push_prepared(id, name).is_some()
    }

    /// Does what [`NameIndex::search_by_key`] does. Also returns how many of the hint's words each of the found names has.
    pub(crate) fn search_by_key<'a, K: Ord + Clone>(
        &'a self,
        hint: &Name,
        most: usize,
        key: impl Fn(&'a usize) -> K,
    ) -> (Vec<NameHit<'a, usize>>, usize) {
        search(&self.storage, hint, most, self.has_several_names, key)
    }
}

fn search<'a, Id, K: Ord + Clone>(
    storage: &'a Storage<Id>,
    hint: &Name,
    most: usize,
    has_several_names: bool,
    key: impl Fn(&'a Id) -> K,
) -> (Vec<NameHit<'a, Id>>, usize) {
    if hint.is_blank() || most == 0 {
        return (Vec::new(), 0);
    }
    let best = Best::new(most, has_several_names);
    let (best, words) = Search::new(storage, hint, best, key).run();
    let hits = best.into_sorted().map(|(rank, id)| NameHit {
        id,
        score: rank.score,
        has_every_word: rank.has_every_word,
    });
    (hits.collect(), words)
}
