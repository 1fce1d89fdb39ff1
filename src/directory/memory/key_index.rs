//! The index from keys to the places of the records that hold them.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;
use hashbrown::HashTable;

use super::arena::Moved;
use crate::key::Key;
use crate::network::IdentifierKind;

/// The seed by which keys are hashed. Each directory has its own, so that no one can make up keys that collide.
#[derive(Clone)]
pub(super) struct Seed(SeedableRandomState);

impl Seed {
    pub(super) fn random() -> Self {
        Seed(SeedableRandomState::random())
    }

    pub(super) fn fixed(seed: u64) -> Self {
        Seed(SeedableRandomState::with_seed(
            seed,
            SharedSeed::global_fixed(),
        ))
    }

    /// Returns the hash of a key. A look-alike key mostly has the text of another key of the person and shares its hash.
    pub(super) fn of_key(&self, key: &Key) -> Hashed {
        self.of_text(key.kind(), key.value().as_bytes())
    }

    pub(super) fn of_text(&self, kind: IdentifierKind, text: &[u8]) -> Hashed {
        let mut hasher = self.0.build_hasher();
        kind.hash(&mut hasher);
        hasher.write(text);
        let hash = hasher.finish();
        Hashed(u32::try_from(hash >> 32).unwrap_or_default())
    }
}

/// Thirty-two bits of a hash. The index keeps them, so that it grows without reading records.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Hashed(u32);

impl Hashed {
    /// Returns a hash with these bits at both ends, since the table uses the lowest bits and the highest seven.
    fn spread(self) -> u64 {
        u64::from(self.0) << 32 | u64::from(self.0)
    }
}

/// One key of one record. Two keys may share a hash, so only the record shows whether it has the key.
#[derive(Clone, Copy, PartialEq, Eq)]
struct IndexSlot {
    hash: Hashed,
    at: u32,
}

/// The most records of one hash in the table. To insert one more, the table reads all of them.
const CROWD: usize = 64;

#[derive(Clone, Default)]
pub(super) struct KeyIndex {
    table: HashTable<IndexSlot>,
    /// Further records of a hash that very many records have, such as the hash of a company's number.
    crowds: HashMap<Hashed, BTreeSet<u32>>,
}

impl KeyIndex {
    /// Returns the number of keys in the table.
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Makes room for so many keys in all.
    pub(super) fn reserve(&mut self, all: usize) {
        let more = all.saturating_sub(self.table.len());
        self.table.reserve(more, |slot| slot.hash.spread());
    }

    /// Returns the places of all records that may hold a key with this hash, each once.
    pub(super) fn get(&self, hash: Hashed) -> impl Iterator<Item = u32> {
        let crowd = self.crowds.get(&hash).into_iter().flatten();
        self.in_table(hash).chain(crowd.copied())
    }

    fn in_table(&self, hash: Hashed) -> impl Iterator<Item = u32> {
        let slots = self.table.iter_hash(hash.spread());
        slots
            .filter(move |slot| slot.hash == hash)
            .map(|slot| slot.at)
    }

    pub(super) fn insert(&mut self, hash: Hashed, at: u32) {
        let mut others = 0;
        for other in self.in_table(hash) {
            if other == at {
                return;
            }
            others += 1;
        }
        if others < CROWD {
            let slot = IndexSlot { hash, at };
            let hash_of = |slot: &IndexSlot| slot.hash.spread();
            self.table.insert_unique(hash.spread(), slot, hash_of);
        } else {
            self.crowds.entry(hash).or_default().insert(at);
        }
    }

    pub(super) fn remove(&mut self, hash: Hashed, at: u32) {
        let slot = IndexSlot { hash, at };
        if let Ok(entry) = self.table.find_entry(hash.spread(), |other| *other == slot) {
            entry.remove();
        } else if let Some(crowd) = self.crowds.get_mut(&hash) {
            crowd.remove(&at);
        }
    }

    /// Updates the places of records that were moved.
    pub(super) fn follow(&mut self, moved: &Moved) {
        for slot in &mut self.table {
            slot.at = moved.place(slot.at);
        }
        for crowd in self.crowds.values_mut() {
            *crowd = crowd.iter().map(|at| moved.place(*at)).collect();
        }
    }

    /// Frees unused memory.
    pub(super) fn shrink(&mut self) {
        self.table.shrink_to_fit(|slot| slot.hash.spread());
        self.crowds.retain(|_, crowd| !crowd.is_empty());
    }
}
