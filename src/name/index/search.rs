//! One search. It visits the names with the rarest of the hint's words first, until no other name can reach the best.

use std::cmp::Reverse;

use super::best::{Best, Rank};
use super::bound::{NameShape, ScoreBound, Worths};
use super::hint_words::{HintWords, MatchCache, NameSet, WordHits};
use super::posting::{GROUPS, NameSlot, StoredToken};
use super::prefilter::Prefilter;
use super::storage::Storage;
use super::vocabulary::Vocabulary;
use crate::name::compare::score::{NEAR_MATCH_FROM, NameComparison, words};
use crate::name::compare::token_match::{
    AGREES_FROM, SAME, TokenMatch, WEAK_MATCH_MAX, match_tokens, match_words, strong_match,
};
use crate::name::text::token::{Token, TokenKind, Tokens};
use crate::name::text::tokenize::Name;

pub(in crate::name) struct Search<'a, 'h, Id, K, F> {
    storage: &'a Storage<Id>,
    hint: &'h Name,
    /// Orders names of equal ranks.
    key: F,
    cache: MatchCache,
    /// The position of the first name of each group.
    starts: [usize; GROUPS],
    /// The number of names in the index.
    names: usize,
    /// The names that were scored.
    seen: NameSet,
    /// How many of the hint's words a name must have to be visited.
    least_words: usize,
    /// Whether only names with every word as a whole are wanted.
    whole_only: bool,
    /// How many of the hint's words each of the best has.
    best_words: usize,
    best: Best<'a, Id, K>,
}

impl<'a, 'h, Id, K: Ord + Clone, F: Fn(&'a Id) -> K> Search<'a, 'h, Id, K, F> {
    pub(in crate::name) fn new(
        storage: &'a Storage<Id>,
        hint: &'h Name,
        best: Best<'a, Id, K>,
        key: F,
    ) -> Self {
        let mut names = 0;
        let starts = storage.groups.each_ref().map(|group| {
            names += group.len();
            names - group.len()
        });
        Self {
            storage,
            hint,
            key,
            cache: MatchCache::new(hint.len()),
            starts,
            names,
            seen: NameSet::new(names),
            least_words: words(hint).count_ones() as usize,
            whole_only: true,
            best_words: 0,
            best,
        }
    }

    /// Returns the best names, and how many of the hint's words each of them has.
    pub(in crate::name) fn run(mut self) -> (Best<'a, Id, K>, usize) {
        self.visit_joined();
        let words = words(self.hint);
        let hits: Vec<_> = (0..self.hint.len())
            .map(|at| (words >> at & 1 == 1).then(|| self.find_hits(at)))
            .collect();
        self.visit_whole(&hits, words);
        self.whole_only = false;
        let is_complete = self
            .best
            .worst()
            .is_some_and(|(rank, _)| rank.has_every_word);
        if !is_complete {
            self.visit_by_words(&hits, words);
        }
        (self.best, self.best_words)
    }

    /// Returns the position of a name among all names of the index.
    fn position(&self, slot: NameSlot) -> usize {
        self.starts[slot.group()] + slot.place()
    }

    /// Returns the score that a name must reach. A name with a larger key than the last of the best must exceed it.
    fn required_score(&self) -> u32 {
        let worst = self.best.worst();
        let worst = worst.filter(|(rank, _)| {
            self.best_words >= self.least_words && rank.has_every_word >= self.whole_only
        });
        worst.map_or(0, |(rank, _)| rank.score.get())
    }

    /// Visits the names that can match although no pair of single tokens does: joined tokens and handles.
    fn visit_joined(&mut self) {
        let vocabulary = &self.storage.vocabulary;
        for word in vocabulary.joined_or_handles(self.hint) {
            for &slot in vocabulary.postings(word) {
                self.visit(slot, true);
            }
        }
        let hint = self.hint;
        for joined in hint.tokens().filter(|token| token.kind != TokenKind::Noise) {
            let [rare, others] = vocabulary.ends_of_joined(joined);
            if rare.is_empty() || others.is_empty() {
                continue;
            }
            let names = self.names_with(others.iter().copied());
            for head in rare {
                let is_both = others.binary_search(&head).is_ok();
                for &slot in vocabulary.postings(head) {
                    if !names.contains(self.position(slot)) {
                        continue;
                    }
                    // A word in both lists must occur twice.
                    let ends = || {
                        let words = self.storage.tokens(slot).iter().map(|token| token.word());
                        words.filter(|word| others.binary_search(word).is_ok())
                    };
                    if !is_both || ends().count() > 1 {
                        self.visit(slot, true);
                    }
                }
            }
        }
    }

    /// Returns the names that contain one of the words.
    fn names_with(&self, words: impl Iterator<Item = u32>) -> NameSet {
        let mut names = NameSet::new(self.names);
        for word in words {
            for &slot in self.storage.vocabulary.postings(word) {
                names.insert(self.position(slot));
            }
        }
        names
    }

    /// Returns the words that have a strong match with a token of the hint.
    fn find_hits(&self, at: usize) -> WordHits {
        self.word_hits(strong_hits(&self.storage.vocabulary, self.hint.token(at)))
    }

    fn word_hits(&self, hits: Vec<(u32, u32)>) -> WordHits {
        let vocabulary = &self.storage.vocabulary;
        let words = || hits.iter().map(|hit| hit.1);
        WordHits {
            names: self.names_with(words()),
            postings: words().map(|word| vocabulary.postings(word).len()).sum(),
            hits,
        }
    }

    /// Visits the names that can be among the best because they have every word of the hint as a whole.
    fn visit_whole(&mut self, hits: &[Option<WordHits>], words: u16) {
        let whole: Vec<_> = hits
            .iter()
            .map(|found| {
                let hits = &found.as_ref()?.hits;
                let end = hits.partition_point(|&(worth, _)| worth >= AGREES_FROM);
                Some(self.word_hits(hits[..end].to_vec()))
            })
            .collect();
        let rarest = (0..whole.len())
            .filter(|&at| words >> at & 1 == 1)
            .min_by_key(|&at| whole[at].as_ref().map(|found| found.postings));
        if let Some(at) = rarest {
            self.visit_by_word(&mut HintWords::new(&whole, words), at);
        }
    }

    /// Visits the names that can be among the best because they have a match of one of the hint's words.
    fn visit_by_words(&mut self, hits: &[Option<WordHits>], words: u16) {
        let all = self.least_words;
        let is_word = |at: usize| words >> at & 1 == 1;
        let mut order: Vec<usize> = (0..hits.len()).filter(|&at| is_word(at)).collect();
        order.sort_by_key(|&at| hits[at].as_ref().map(|found| found.postings));
        for least in (1..=all).rev() {
            self.least_words = least;
            let mut tokens = HintWords::new(hits, words);
            // A name with this many of the words has at least one of these.
            for &at in &order[..=all - least] {
                self.visit_by_word(&mut tokens, at);
                tokens.finish(at);
            }
            if self.best_words >= least {
                break;
            }
        }
    }

    /// Whether a name can reach the required score plus `more`. If `more` is one, the name must exceed the last of the
    /// best.
    fn can_be_best(&self, worths: &Worths, shape: NameShape, more: u32) -> bool {
        ScoreBound::new(self.required_score() + more).allows(self.hint, worths, shape)
    }

    /// Visits the names of each hit of a token, the best hit first.
    fn visit_by_word(&mut self, tokens: &mut HintWords<'_>, at: usize) {
        for &(worth, word) in tokens.hits(at) {
            tokens.limit(at, worth);
            if !self.can_be_best(tokens.most(), NameShape::ANY, 0) {
                break;
            }
            self.visit_postings(tokens, at, word);
        }
    }

    /// Visits the names of a word that can be among the best.
    fn visit_postings(&mut self, tokens: &HintWords<'_>, at: usize, head: u32) {
        let storage = self.storage;
        let postings = storage.vocabulary.postings(head);
        for slots in postings.chunk_by(|a, b| a.group() == b.group()) {
            let plain_words = storage.groups[slots[0].group()].plain_words();
            let plain = plain_words.map(NameShape::plain);
            // Bounds and filters stay valid until the required score changes.
            let (mut required, mut bounds, mut filters) = (u32::MAX, Vec::new(), Vec::new());
            for &slot in slots {
                let position = self.position(slot);
                if self.seen.contains(position) {
                    continue;
                }
                let Some(matched) = tokens.matched(position, self.least_words) else {
                    continue;
                };
                if self.required_score() != required {
                    required = self.required_score();
                    bounds.clear();
                    filters.clear();
                }
                let known = bounds.iter().position(|&(known, _)| known == matched);
                let known = known.unwrap_or_else(|| {
                    let (most, shape) =
                        (tokens.most_with(matched), plain.unwrap_or(NameShape::ANY));
                    let allows = |more| self.can_be_best(&most, shape, more);
                    bounds.push((matched, [allows(0), allows(1)]));
                    bounds.len() - 1
                });
                let [can_reach, can_exceed] = bounds[known].1;
                if !can_reach || !can_exceed && self.sorts_last(slot) {
                    continue;
                }
                let name = storage.tokens(slot);
                let shape =
                    plain.unwrap_or_else(|| NameShape::new(name.iter().map(|token| token.kind())));
                let known = filters.iter().position(|(known, _)| *known == shape);
                let known = known.unwrap_or_else(|| {
                    filters.push((shape, self.filters(at, tokens.most(), shape)));
                    filters.len() - 1
                });
                if let Some(worths) = self.filtered(&filters[known].1, tokens.most(), name)
                    && self.can_be_best(&worths, shape, 0)
                {
                    self.visit(slot, false);
                }
            }
        }
    }

    /// Whether every current result sorts before a new name with an equal score as a number.
    fn sorts_last(&self, slot: NameSlot) -> bool {
        self.best.worst().is_some_and(|(rank, worst)| {
            // Of equal numbers, a match comes before another near match.
            let score = rank.score;
            let is_highest = score.is_match() || score.get() < NEAR_MATCH_FROM;
            let key = self.storage.id(slot).map(&self.key);
            is_highest && key.as_ref() > Some(worst)
        })
    }

    /// Returns a filter for each other token of the hint that a name of this shape must match.
    fn filters(&self, at: usize, most: &Worths, shape: NameShape) -> Vec<(usize, Prefilter)> {
        let (bound, hint) = (ScoreBound::new(self.required_score()), self.hint);
        let others = (0..hint.len()).filter(|&other| other != at);
        let required = others.map(|other| (other, bound.required_worth(hint, most, shape, other)));
        required
            .filter(|&(_, required)| required > 0)
            .map(|(other, required)| (other, Prefilter::new(hint.token(other), required)))
            .collect()
    }

    /// Returns the most that each token is worth for a name, or `None` if the name does not pass the filters.
    fn filtered(
        &mut self,
        filters: &[(usize, Prefilter)],
        most: &Worths,
        name: &[StoredToken],
    ) -> Option<Worths> {
        let vocabulary = &self.storage.vocabulary;
        let mut worths = *most;
        for &(other, ref filter) in filters {
            let words = name.iter().map(|token| token.word());
            let passing = words.filter(|&word| filter.passes(vocabulary.signature(word)));
            let worth = passing.map(|word| self.match_word(other, word).worth).max();
            worths[other] = worth.unwrap_or(0);
            if worths[other] < filter.required() {
                return None;
            }
        }
        Some(worths)
    }

    /// Scores a name, unless it was scored before, and keeps it if it is among the best.
    fn visit(&mut self, slot: NameSlot, joins: bool) {
        let (storage, hint) = (self.storage, self.hint);
        let position = self.position(slot);
        let Some(id) = storage.id(slot).filter(|_| !self.seen.contains(position)) else {
            return;
        };
        self.seen.insert(position);
        let (name, tokens) = (storage.name(slot), storage.tokens(slot));
        let compared = NameComparison::new(hint, &name, joins, |i, j, least| {
            if hint.kind(i) == TokenKind::Noise || name.kind(j) == TokenKind::Noise {
                match_tokens(&hint.token(i), &name.token(j), least)
            } else {
                self.match_word(i, tokens[j].word())
            }
        });
        let (score, words) = (compared.score(), compared.matched_words());
        if score.is_mismatch() || words < self.best_words.max(1) {
            return;
        }
        if words > self.best_words {
            self.best_words = words;
            self.best.clear();
        }
        let rank = Rank {
            has_every_word: compared.has_every_word(),
            score,
        };
        self.best.add(rank, (self.key)(id), id);
    }

    fn match_word(&mut self, at: usize, word: u32) -> TokenMatch {
        let (vocabulary, hint) = (&self.storage.vocabulary, self.hint);
        self.cache.get(at, word, || {
            match_words(&hint.token(at), &vocabulary.word(word), 0)
        })
    }
}

/// Returns the words that have a strong match with a token, each after its worth, the best first.
pub(in crate::name) fn strong_hits(vocabulary: &Vocabulary, token: Token<'_>) -> Vec<(u32, u32)> {
    if token.kind == TokenKind::Noise {
        let same = vocabulary.find(token).map(|word| (SAME, word));
        return same.into_iter().collect();
    }
    let mut hits = Vec::new();
    vocabulary.each_strong_match(token, |word| {
        let matched = strong_match(&token, &vocabulary.word(word));
        if matched.worth > WEAK_MATCH_MAX {
            hits.push((matched.worth, word));
        }
    });
    hits.sort_unstable_by_key(|&(worth, word)| (Reverse(worth), word));
    hits.dedup();
    hits
}
