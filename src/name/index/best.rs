//! The best names that a search has found so far.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::name::compare::score::Score;

/// The order of names in a search, the best highest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::name) struct Rank {
    /// Whether the name has every word of the hint as a whole.
    pub(in crate::name) has_every_word: bool,
    pub(in crate::name) score: Score,
}

/// The best ids by rank, and by key if ranks are equal. No two ids have the same key.
pub(in crate::name) struct Best<'a, Id, K> {
    most: usize,
    entries: BTreeMap<(Reverse<Rank>, K), &'a Id>,
    /// The rank of each key, if an id can have several names.
    ranks: Option<BTreeMap<K, Rank>>,
}

impl<'a, Id, K: Ord + Clone> Best<'a, Id, K> {
    pub(in crate::name) fn new(most: usize, has_several_names: bool) -> Self {
        Self {
            most,
            entries: BTreeMap::new(),
            ranks: has_several_names.then(BTreeMap::new),
        }
    }

    pub(in crate::name) fn clear(&mut self) {
        self.entries.clear();
        if let Some(ranks) = &mut self.ranks {
            ranks.clear();
        }
    }

    /// Returns the rank and the key that a new name must sort before. Returns `None` if there is room for any name.
    pub(in crate::name) fn worst(&self) -> Option<(Rank, &K)> {
        let ((rank, key), _) = self
            .entries
            .last_key_value()
            .filter(|_| self.entries.len() >= self.most)?;
        Some((rank.0, key))
    }

    /// Adds a name if it is among the best. Of several names of one id, the best remains.
    pub(in crate::name) fn add(&mut self, rank: Rank, key: K, id: &'a Id) {
        if let Some(ranks) = &mut self.ranks {
            if let Some(&known) = ranks.get(&key) {
                if known >= rank {
                    return;
                }
                self.entries.remove(&(Reverse(known), key.clone()));
            }
            ranks.insert(key.clone(), rank);
        }
        self.entries.insert((Reverse(rank), key), id);
        if self.entries.len() > self.most
            && let Some(((_, key), _)) = self.entries.pop_last()
            && let Some(ranks) = &mut self.ranks
        {
            ranks.remove(&key);
        }
    }

    /// Returns the names, best first.
    pub(in crate::name) fn into_sorted(self) -> impl Iterator<Item = (Rank, &'a Id)> {
        let entries = self.entries.into_iter();
        entries.map(|((rank, _), id)| (rank.0, id))
    }
}
