//! One search at work: the words that may be worth enough, rarest first, until no name left can reach the best.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::index::NameIndex;
use super::level::{
    ALIKE_MOST, DIGRAPH, HARDLY_MOST, INITIAL, Level, SAME, kinship, level, likeness,
};
use super::reach::{Reach, Shape};
use super::score::{Score, score_by};
use super::sieve::Sieve;
use super::tokens::{Form, Forms, Kind, MAX_TOKENS, Name};
use super::words::Words;

/// A stored name, put together again from its words.
struct Stored<'a> {
    words: &'a Words,
    tokens: &'a [u32],
}

fn kind(token: u32) -> Kind {
    [Kind::Word, Kind::Initial, Kind::Particle, Kind::Noise][(token & 3) as usize]
}

fn word(token: u32) -> u32 {
    token >> 2
}

impl Forms for Stored<'_> {
    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn form(&self, at: usize) -> Form<'_> {
        self.words
            .form(word(self.tokens[at]), kind(self.tokens[at]))
    }

    fn kind(&self, at: usize) -> Kind {
        kind(self.tokens[at])
    }
}

/// Words of a higher tier have their turn before all of a lower, the rare ones first: the sooner good names are found,
/// the fewer of the others can reach them.
const TIERS: [u32; 4] = [850, 700, 500, 0];

/// What words are sifted for, one after the other, until no more is needed: the likelier ones are few, and with their
/// names at hand fewer of the others can matter.
const SIEVES: [u32; 3] = [ALIKE_MOST + 1, 450, 0];

/// Words that are sifted in the time it takes to look at one name.
const SIFTED: usize = 32;

/// What is known about the words for one token of the hint.
struct Hits {
    /// Worth and word, the best last.
    found: Vec<(u32, u32)>,
    /// No other word is worth more.
    rest: u32,
}

impl Hits {
    fn most(&self) -> u32 {
        self.found.last().map_or(self.rest, |best| best.0)
    }
}

pub(super) struct Search<'a, 'h, Id> {
    index: &'a NameIndex<Id>,
    hint: &'h Name,
    most: usize,
    memo: Memo,
    /// A bit for each slot that was visited.
    seen: Vec<u64>,
    /// The best so far, the worst of them last.
    best: BTreeSet<(Reverse<Score>, &'a Id)>,
}

impl<'a, 'h, Id: Ord> Search<'a, 'h, Id> {
    pub(super) fn new(index: &'a NameIndex<Id>, hint: &'h Name, most: usize) -> Self {
        Self {
            index,
            hint,
            most,
            memo: Memo::new(hint.len()),
            seen: vec![0; index.ids.len().div_ceil(64)],
            best: BTreeSet::new(),
        }
    }

    pub(super) fn run(mut self) -> Vec<(&'a Id, Score)> {
        self.joined();
        let mut hits: Vec<Hits> = (0..self.hint.len()).map(|at| self.look_up(at)).collect();
        let mut most = [HARDLY_MOST; MAX_TOKENS];
        // Who agrees in one word and is like in the others sets the mark for the rest.
        for (at, hits) in hits.iter().enumerate() {
            for &(_, word) in &hits.found {
                self.walk(at, word, &[SAME; MAX_TOKENS], SIEVES[1]);
            }
        }
        loop {
            for (most, hits) in most.iter_mut().zip(&hits) {
                *most = hits.most();
            }
            if !self.reach().by(self.hint, &most, Shape::ANY) {
                break;
            }
            let next = hits.iter().enumerate().filter_map(|(at, hits)| {
                let names = match hits.found.last() {
                    Some(&(_, word)) => self.index.words.postings(word).len(),
                    None if hits.rest > HARDLY_MOST => self.index.words.len() / SIFTED,
                    None => return None,
                };
                let tier = TIERS.iter().position(|&tier| hits.most() >= tier);
                Some((tier, names, at))
            });
            let Some((_, _, at)) = next.min() else {
                break;
            };
            if let Some((_, word)) = hits[at].found.pop() {
                self.walk(at, word, &most, 0);
            } else {
                hits[at] = self.sift(at, &most);
            }
        }
        self.best
            .into_iter()
            .map(|(score, id)| (id, score.0))
            .collect()
    }

    /// Visits the names that may fit in a way that no single token shows: one word here is several there.
    fn joined(&mut self) {
        let index = self.index;
        for whole in index.words.wholes(self.hint) {
            for &slot in index.words.postings(whole) {
                self.visit(slot);
            }
        }
        for one in self.hint.forms().filter(|form| form.kind != Kind::Noise) {
            let [rare, others] = index.words.ends(one);
            for head in rare {
                for &slot in index.words.postings(head) {
                    // A word that is both has to be there twice.
                    let mut itself = false;
                    let mut words = index.tokens(slot).iter().map(|&token| word(token));
                    let fits = words.any(|word| {
                        let first = !itself && word == head;
                        itself |= first;
                        !first && others.binary_search(&word).is_ok()
                    });
                    if fits {
                        self.visit(slot);
                    }
                }
            }
        }
    }

    /// The words that are found without a look at the others.
    fn look_up(&mut self, at: usize) -> Hits {
        let rest = if self.hint.form(at).token.initial {
            INITIAL
        } else {
            DIGRAPH
        };
        let words = self.index.words.same(self.hint.form(at));
        let worth = words
            .into_iter()
            .map(|word| (self.likeness(at, word).0, word));
        let mut found: Vec<_> = worth.filter(|hit| hit.0 > rest).collect();
        found.sort_unstable();
        Hits { found, rest }
    }

    /// The next words that can still bring a name among the best.
    fn sift(&mut self, at: usize, most: &[u32; MAX_TOKENS]) -> Hits {
        let (index, upper) = (self.index, most[at]);
        let next = SIEVES.into_iter().find(|&sieve| sieve <= upper);
        let least = self.reach().need(self.hint, most, Shape::ANY, at);
        let need = least.max(next.unwrap_or(0)).max(HARDLY_MOST + 1);
        let mut found = Vec::new();
        let form = self.hint.form(at);
        index.words.each_like(&Sieve::new(form, need), |word| {
            let (worth, _) = if need > ALIKE_MOST {
                kinship(form, index.words.form(word, Kind::Word))
            } else {
                self.likeness(at, word)
            };
            if (need..=upper).contains(&worth) {
                found.push((worth, word));
            }
        });
        found.sort_unstable();
        found.dedup();
        Hits {
            found,
            rest: need - 1,
        }
    }

    /// Visits the names of a word, as far as they can be among the best and the hint's other words are worth at least so
    /// much.
    fn walk(&mut self, at: usize, head: u32, most: &[u32; MAX_TOKENS], least: u32) {
        let (index, hint) = (self.index, self.hint);
        // What names of a shape need; most are of one or two.
        let (mut reach, mut asks) = (self.reach(), Vec::new());
        for &slot in index.words.postings(head) {
            if self.seen[slot as usize / 64] >> (slot % 64) & 1 == 1 {
                continue;
            }
            if self.reach() != reach {
                reach = self.reach();
                asks.clear();
            }
            let tokens = index.tokens(slot);
            let shape = Shape::new(tokens.iter().map(|&token| kind(token)));
            let asked = asks.iter().position(|(asked, _)| *asked == shape);
            let asked = asked.unwrap_or_else(|| {
                asks.push((shape, self.sieves(at, most, shape, least)));
                asks.len() - 1
            });
            let sieves = &asks[asked].1;
            let mut known = *most;
            let enough = sieves.iter().all(|&(other, ref sieve)| {
                let words = tokens.iter().map(|&token| word(token));
                let passing = words.filter(|&word| sieve.passes(index.words.sketch(word)));
                let worth = passing.map(|word| self.likeness(other, word).0).max();
                known[other] = worth.unwrap_or(0);
                known[other] >= sieve.need()
            });
            if enough && reach.by(hint, &known, shape) {
                self.visit(slot);
            }
        }
    }

    /// What the hint's other tokens ask of a name.
    fn sieves(
        &self,
        at: usize,
        most: &[u32; MAX_TOKENS],
        shape: Shape,
        least: u32,
    ) -> Vec<(usize, Sieve)> {
        let (reach, hint) = (self.reach(), self.hint);
        let others = (0..hint.len()).filter(|&other| other != at);
        let needs = others.map(|other| (other, reach.need(hint, most, shape, other).max(least)));
        needs
            .filter(|&(_, need)| need > 0)
            .map(|(other, need)| (other, Sieve::new(hint.form(other), need)))
            .collect()
    }

    /// What a name must reach to be among the best.
    fn reach(&self) -> Reach {
        Reach::new(if self.best.len() < self.most {
            None
        } else {
            self.best.last().map(|worst| worst.0.0)
        })
    }

    fn visit(&mut self, slot: u32) {
        let (index, hint) = (self.index, self.hint);
        let Some(Some(id)) = index.ids.get(slot as usize) else {
            return;
        };
        self.seen[slot as usize / 64] |= 1 << (slot % 64);
        let stored = Stored {
            words: &index.words,
            tokens: index.tokens(slot),
        };
        let score = score_by(hint, &stored, |i, j| {
            if hint.kind(i) == Kind::Noise || stored.kind(j) == Kind::Noise {
                level(hint.form(i), stored.form(j))
            } else {
                self.likeness(i, word(stored.tokens[j]))
            }
        });
        if !score.is_none() {
            self.best.insert((Reverse(score), id));
            if self.best.len() > self.most {
                self.best.pop_last();
            }
        }
    }

    fn likeness(&mut self, at: usize, word: u32) -> (u32, Level) {
        let (words, hint) = (&self.index.words, self.hint);
        self.memo.get(at, word, || {
            likeness(hint.form(at), words.form(word, Kind::Word))
        })
    }
}

/// What words were worth that were asked for of late.
struct Memo(Vec<(u32, u16, Level)>);

/// Each of the hint's tokens has as many places; a word has one of them.
const PLACES: usize = 1024;

impl Memo {
    fn new(tokens: usize) -> Self {
        Self(vec![(u32::MAX, 0, Level::Alike); tokens * PLACES])
    }

    fn get(
        &mut self,
        at: usize,
        word: u32,
        likeness: impl FnOnce() -> (u32, Level),
    ) -> (u32, Level) {
        let place = &mut self.0[at * PLACES + word as usize % PLACES];
        if place.0 != word {
            let (worth, level) = likeness();
            *place = (word, u16::try_from(worth).unwrap_or(0), level);
        }
        (place.1.into(), place.2)
    }
}
