//! The words of an index that match the tokens of a hint, and the names that contain them.

use super::bound::Worths;
use crate::name::compare::token_match::{SAME, TokenMatch, WEAK_MATCH_MAX};
use crate::name::text::tokenize::MAX_TOKENS;

/// A set of names by their positions in the index.
pub(in crate::name) struct NameSet(Vec<u64>);

impl NameSet {
    pub(in crate::name) fn new(names: usize) -> Self {
        Self(vec![0; names.div_ceil(64)])
    }

    pub(in crate::name) fn insert(&mut self, position: usize) {
        if let Some(bits) = self.0.get_mut(position / 64) {
            *bits |= 1 << (position % 64);
        }
    }

    pub(in crate::name) fn contains(&self, position: usize) -> bool {
        self.0
            .get(position / 64)
            .is_some_and(|bits| bits >> (position % 64) & 1 == 1)
    }
}

/// The words that have a strong match with one token of the hint.
pub(in crate::name) struct WordHits {
    /// Worths and words, the best first.
    pub(in crate::name) hits: Vec<(u32, u32)>,
    /// The names that contain one of the words.
    pub(in crate::name) names: NameSet,
    /// The sum of the names of each word.
    pub(in crate::name) postings: usize,
}

/// The worth of a token for a name that has no strong match for it.
const REST: u32 = WEAK_MATCH_MAX;

/// The progress of a search over the tokens of a hint.
pub(in crate::name) struct HintWords<'a> {
    /// The hits of each token. `None` for a token that does not count as a word, which any name can match.
    hits: &'a [Option<WordHits>],
    /// A bit for each token that counts as a word.
    words: u16,
    /// The most that each token is worth for the names that were not visited and contain a hit.
    most: Worths,
    /// A bit for each token with all names visited.
    done: u16,
}

impl<'a> HintWords<'a> {
    pub(in crate::name) fn new(hits: &'a [Option<WordHits>], words: u16) -> Self {
        let mut most = [REST; MAX_TOKENS];
        for (most, hits) in most.iter_mut().zip(hits) {
            let best = |found: &WordHits| found.hits.first().map_or(REST, |hit| hit.0);
            *most = hits.as_ref().map_or(SAME, best);
        }
        Self {
            hits,
            words,
            most,
            done: 0,
        }
    }

    pub(in crate::name) fn hits(&self, at: usize) -> &'a [(u32, u32)] {
        self.hits[at].as_ref().map_or(&[], |found| &found.hits)
    }

    pub(in crate::name) fn most(&self) -> &Worths {
        &self.most
    }

    /// Lowers the most that a token is worth.
    pub(in crate::name) fn limit(&mut self, at: usize, worth: u32) {
        self.most[at] = worth;
    }

    /// Records that all names with a hit for a token were visited.
    pub(in crate::name) fn finish(&mut self, at: usize) {
        self.most[at] = REST;
        self.done |= 1 << at;
    }

    /// Returns a bit for each token that the name at a position can match strongly. Returns `None` if the name was visited
    /// before or has fewer than `least` of the words.
    pub(in crate::name) fn matched(&self, position: usize, least: usize) -> Option<u16> {
        let mut mask = 0;
        for (at, hits) in self.hits.iter().enumerate() {
            let has = |found: &WordHits| found.names.contains(position);
            mask |= u16::from(hits.as_ref().is_none_or(has)) << at;
        }
        let words = (mask & self.words).count_ones() as usize;
        (words >= least && mask & self.done == 0).then_some(mask)
    }

    /// Returns the most that each token is worth for a name with strong matches for some tokens.
    pub(in crate::name) fn most_with(&self, matched: u16) -> Worths {
        let mut most = self.most;
        for (at, worth) in most.iter_mut().enumerate() {
            if matched >> at & 1 == 0 {
                *worth = REST;
            }
        }
        most
    }
}

/// Recent matches of words with the tokens of a hint.
pub(in crate::name) struct MatchCache(Vec<(u32, TokenMatch)>);

/// The entries for each token of the hint. A word always uses the same one.
const ENTRIES: usize = 1024;

impl MatchCache {
    pub(in crate::name) fn new(tokens: usize) -> Self {
        Self(vec![(u32::MAX, TokenMatch::NONE); tokens * ENTRIES])
    }

    /// Returns the match of a word with the token at a position, computed by `compare` unless it is cached.
    pub(in crate::name) fn get(
        &mut self,
        at: usize,
        word: u32,
        compare: impl FnOnce() -> TokenMatch,
    ) -> TokenMatch {
        let entry = &mut self.0[at * ENTRIES + word as usize % ENTRIES];
        if entry.0 != word {
            *entry = (word, compare());
        }
        entry.1
    }
}
