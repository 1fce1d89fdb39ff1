//! One search at work: who has the hint's words, rarest first, until no name left can reach the best.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::form::{Form, Forms, TokenKind};
use super::index::{NameIndex, NameSlot, kind, word};
use super::level::{ALIKE_MOST, MatchKind, SAME, kinship, level, likeness};
use super::reach::{Reach, Shape};
use super::score::{Score, score_by, words};
use super::sieve::Sieve;
use super::tokens::{MAX_TOKENS, Name};
use super::words::Words;

/// A stored name, put together again from its words.
struct StoredName<'a> {
    words: &'a Words,
    tokens: &'a [u32],
}

impl Forms for StoredName<'_> {
    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn form(&self, at: usize) -> Form<'_> {
        self.words
            .form(word(self.tokens[at]), kind(self.tokens[at]))
    }

    fn kind(&self, at: usize) -> TokenKind {
        kind(self.tokens[at])
    }
}

/// What each of the hint's tokens may be worth.
type Worths = [u32; MAX_TOKENS];

/// A bit for each name.
type Marks = Vec<u64>;

/// The words that are kin to one of the hint's tokens.
struct Hit {
    /// Worth and word, the best first.
    hits: Vec<(u32, u32)>,
    /// Who has one of them.
    marks: Marks,
    /// How many have, if nobody has two.
    names: usize,
}

/// What is known of the hint's tokens. Of one that is no word, anybody may have it.
struct Tokens<'a> {
    found: &'a [Option<Hit>],
    words: u16,
    /// What each token is worth at most to a name that has a word for it, and that had no turn.
    most: Worths,
    /// The tokens whose names all had their turn.
    done: u16,
}

/// What a token is worth at most to a name that has no word for it.
const REST: u32 = ALIKE_MOST;

impl<'a> Tokens<'a> {
    fn new(found: &'a [Option<Hit>], words: u16) -> Self {
        let mut most = [REST; MAX_TOKENS];
        for (most, found) in most.iter_mut().zip(found) {
            let best = |found: &Hit| found.hits.first().map_or(REST, |hit| hit.0);
            *most = found.as_ref().map_or(SAME, best);
        }
        Self {
            found,
            words,
            most,
            done: 0,
        }
    }

    /// For which of the hint's tokens a name may have the word.
    fn mask(&self, position: usize) -> u16 {
        let mut mask = 0;
        for (at, found) in self.found.iter().enumerate() {
            let has = |found: &Hit| is_marked(&found.marks, position);
            mask |= u16::from(found.as_ref().is_none_or(has)) << at;
        }
        mask
    }

    /// What the tokens are worth at most to a name with words for some of them.
    fn worths(&self, mask: u16) -> Worths {
        let mut worths = self.most;
        for (at, worth) in worths.iter_mut().enumerate() {
            if mask >> at & 1 == 0 {
                *worth = REST;
            }
        }
        worths
    }
}

fn mark(marks: &mut Marks, position: usize) {
    if let Some(bits) = marks.get_mut(position / 64) {
        *bits |= 1 << (position % 64);
    }
}

fn is_marked(marks: &Marks, position: usize) -> bool {
    marks
        .get(position / 64)
        .is_some_and(|bits| bits >> (position % 64) & 1 == 1)
}

pub(super) struct Search<'a, 'h, Id, K, F> {
    index: &'a NameIndex<Id>,
    hint: &'h Name,
    most: usize,
    /// What names of one score are ordered by.
    key: F,
    memo: Memo,
    /// Where each group's names begin among the marks.
    starts: [usize; crate::name::index::GROUPS],
    names: usize,
    /// Who was scored.
    seen: Marks,
    /// How many of the hint's words names must have to have their turn.
    want: usize,
    /// And how many the best so far have.
    words: usize,
    /// The best so far, the worst of them last.
    best: BTreeMap<(Reverse<Score>, K), &'a Id>,
}

impl<'a, 'h, Id, K: Ord, F: Fn(&'a Id) -> K> Search<'a, 'h, Id, K, F> {
    pub(super) fn new(index: &'a NameIndex<Id>, hint: &'h Name, most: usize, key: F) -> Self {
        let mut names = 0;
        let starts = index.groups.each_ref().map(|group| {
            names += group.len();
            names - group.len()
        });
        Self {
            index,
            hint,
            most,
            key,
            memo: Memo::new(hint.len()),
            starts,
            names,
            seen: vec![0; names.div_ceil(64)],
            want: words(hint).count_ones() as usize,
            words: 0,
            best: BTreeMap::new(),
        }
    }

    pub(super) fn run(mut self) -> Vec<(&'a Id, Score)> {
        self.joined();
        self.found();
        self.best
            .into_iter()
            .map(|((score, _), id)| (id, score.0))
            .collect()
    }

    fn position(&self, slot: NameSlot) -> usize {
        self.starts[slot.group()] + slot.place()
    }

    /// The score that a name must come up to; with a larger key than the last of the best, or to push out others, more.
    fn floor(&self) -> u32 {
        if self.words < self.want || self.best.len() < self.most {
            0
        } else {
            let worst = self.best.last_key_value();
            worst.map_or(0, |((score, _), _)| score.0.get())
        }
    }

    /// Visits the names that may fit in a way that no single token shows: one word here is several there.
    fn joined(&mut self) {
        let index = self.index;
        for whole in index.words.wholes(self.hint) {
            for &slot in index.words.postings(whole) {
                self.visit(slot, true);
            }
        }
        for one in self
            .hint
            .forms()
            .filter(|form| form.kind != TokenKind::Noise)
        {
            let [rare, others] = index.words.ends(one);
            if rare.is_empty() || others.is_empty() {
                continue;
            }
            let marks = self.marks(others.iter().copied());
            for head in rare {
                let twice = others.binary_search(&head).is_ok();
                for &slot in index.words.postings(head) {
                    if !is_marked(&marks, self.position(slot)) {
                        continue;
                    }
                    // A word that is both has to be there twice.
                    let ends = || {
                        let words = index.tokens(slot).iter().map(|&token| word(token));
                        words.filter(|word| others.binary_search(word).is_ok())
                    };
                    if !twice || ends().count() > 1 {
                        self.visit(slot, true);
                    }
                }
            }
        }
    }

    /// Marks the names that have one of the words.
    fn marks(&self, words: impl Iterator<Item = u32>) -> Marks {
        let mut marks = vec![0; self.names.div_ceil(64)];
        for word in words {
            for &slot in self.index.words.postings(word) {
                mark(&mut marks, self.position(slot));
            }
        }
        marks
    }

    /// The words that are kin to a token, and who has them.
    fn find(&self, at: usize) -> Hit {
        let (index, form) = (self.index, self.hint.form(at));
        let mut hits = Vec::new();
        if form.kind == TokenKind::Noise {
            hits.extend(index.words.same(form).map(|word| (SAME, word)));
        } else {
            index.words.each_kin(form, |word| {
                let (worth, _) = kinship(form, index.words.form(word, TokenKind::Word));
                if worth > REST {
                    hits.push((worth, word));
                }
            });
            hits.sort_unstable_by_key(|&(worth, word)| (Reverse(worth), word));
            hits.dedup();
        }
        let words = || hits.iter().map(|hit| hit.1);
        Hit {
            marks: self.marks(words()),
            names: words().map(|word| index.words.postings(word).len()).sum(),
            hits,
        }
    }

    /// Visits who can be among the best by a word that is kin to one of the hint's.
    fn found(&mut self) {
        let words = words(self.hint);
        let all = self.want;
        let counts = |at: usize| words >> at & 1 == 1;
        let found: Vec<_> = (0..self.hint.len())
            .map(|at| counts(at).then(|| self.find(at)))
            .collect();
        let names = |at: usize| found[at].as_ref().map(|found| found.names);
        let mut order: Vec<usize> = (0..found.len()).filter(|&at| counts(at)).collect();
        order.sort_by_key(|&at| names(at));
        for want in (1..=all).rev() {
            self.want = want;
            let mut tokens = Tokens::new(&found, words);
            // Whoever has so many of the words has one of these.
            for &at in &order[..=all - want] {
                self.walk_each(&mut tokens, at);
                tokens.most[at] = REST;
                tokens.done |= 1 << at;
            }
            if self.words >= want {
                break;
            }
        }
    }

    /// Whether a name can be among the best; with a larger key than the last of them, if it scores more.
    fn can(&self, worths: &Worths, shape: Shape, more: u32) -> bool {
        Reach::new(self.floor() + more).by(self.hint, worths, shape)
    }

    /// Visits the names of each of a token's words, the best first.
    fn walk_each(&mut self, tokens: &mut Tokens<'_>, at: usize) {
        for &(worth, word) in tokens.found[at].iter().flat_map(|found| &found.hits) {
            tokens.most[at] = worth;
            if !self.can(&tokens.most, Shape::ANY, 0) {
                break;
            }
            self.walk(tokens, at, word);
        }
    }

    /// Visits the names of a word.
    fn walk(&mut self, tokens: &Tokens<'_>, at: usize, head: u32) {
        let index = self.index;
        let postings = index.words.postings(head);
        for names in postings.chunk_by(|a, b| a.group() == b.group()) {
            let group = names[0].group();
            let plain = match index.groups[group].words() {
                0 => None,
                words => Some(Shape::plain(words)),
            };
            // What the names ask for, as long as the best stay the same.
            let (mut floor, mut masks, mut queries) = (u32::MAX, Vec::new(), Vec::new());
            for &slot in names {
                let position = self.position(slot);
                if is_marked(&self.seen, position) {
                    continue;
                }
                let mask = tokens.mask(position);
                let words = (mask & tokens.words).count_ones() as usize;
                if words < self.want || mask & tokens.done != 0 {
                    continue;
                }
                if self.floor() != floor {
                    floor = self.floor();
                    masks.clear();
                    queries.clear();
                }
                let known = masks.iter().position(|&(known, _)| known == mask);
                let known = known.unwrap_or_else(|| {
                    let (worths, shape) = (tokens.worths(mask), plain.unwrap_or(Shape::ANY));
                    masks.push((mask, [0, 1].map(|more| self.can(&worths, shape, more))));
                    masks.len() - 1
                });
                let [can, more] = masks[known].1;
                if !can || !more && self.is_last(slot) {
                    continue;
                }
                let name = index.tokens(slot);
                let shape =
                    plain.unwrap_or_else(|| Shape::new(name.iter().map(|&token| kind(token))));
                let asked = queries.iter().position(|(asked, _)| *asked == shape);
                let asked = asked.unwrap_or_else(|| {
                    queries.push((shape, self.sieves(at, &tokens.most, shape)));
                    queries.len() - 1
                });
                let mut known = tokens.most;
                let enough = queries[asked].1.iter().all(|&(other, ref sieve)| {
                    let words = name.iter().map(|&token| word(token));
                    let passing = words.filter(|&word| sieve.passes(index.words.sketch(word)));
                    let worth = passing.map(|word| self.likeness(other, word).0).max();
                    known[other] = worth.unwrap_or(0);
                    known[other] >= sieve.need()
                });
                if enough && self.can(&known, shape, 0) {
                    self.visit(slot, false);
                }
            }
        }
    }

    /// Whether the best would all come before a name of the same score.
    fn is_last(&self, slot: NameSlot) -> bool {
        let worst = self.best.last_key_value().map(|((_, key), _)| key);
        let key = self.index.id(slot).map(&self.key);
        self.best.len() == self.most && key.as_ref() > worst
    }

    /// What the hint's other tokens ask of a name.
    fn sieves(&self, at: usize, most: &Worths, shape: Shape) -> Vec<(usize, Sieve)> {
        let (reach, hint) = (Reach::new(self.floor()), self.hint);
        let others = (0..hint.len()).filter(|&other| other != at);
        let needs = others.map(|other| (other, reach.need(hint, most, shape, other)));
        needs
            .filter(|&(_, need)| need > 0)
            .map(|(other, need)| (other, Sieve::new(hint.form(other), need)))
            .collect()
    }

    fn visit(&mut self, slot: NameSlot, joins: bool) {
        let (index, hint) = (self.index, self.hint);
        let position = self.position(slot);
        let Some(id) = index.id(slot).filter(|_| !is_marked(&self.seen, position)) else {
            return;
        };
        mark(&mut self.seen, position);
        let stored = StoredName {
            words: &index.words,
            tokens: index.tokens(slot),
        };
        let (score, found) = score_by(hint, &stored, joins, |i, j| {
            if hint.kind(i) == TokenKind::Noise || stored.kind(j) == TokenKind::Noise {
                level(hint.form(i), stored.form(j))
            } else {
                self.likeness(i, word(stored.tokens[j]))
            }
        });
        if score.is_none() || found < self.words.max(1) {
            return;
        }
        if found > self.words {
            self.words = found;
            self.best.clear();
        }
        self.best.insert((Reverse(score), (self.key)(id)), id);
        if self.best.len() > self.most {
            self.best.pop_last();
        }
    }

    fn likeness(&mut self, at: usize, word: u32) -> (u32, MatchKind) {
        let (words, hint) = (&self.index.words, self.hint);
        self.memo.get(at, word, || {
            likeness(hint.form(at), words.form(word, TokenKind::Word))
        })
    }
}

/// What words were worth that were asked for of late.
struct Memo(Vec<(u32, u16, MatchKind)>);

/// Each of the hint's tokens has as many places; a word has one of them.
const PLACES: usize = 1024;

impl Memo {
    fn new(tokens: usize) -> Self {
        Self(vec![(u32::MAX, 0, MatchKind::Similar); tokens * PLACES])
    }

    fn get(
        &mut self,
        at: usize,
        word: u32,
        likeness: impl FnOnce() -> (u32, MatchKind),
    ) -> (u32, MatchKind) {
        let place = &mut self.0[at * PLACES + word as usize % PLACES];
        if place.0 != word {
            let (worth, level) = likeness();
            *place = (word, u16::try_from(worth).unwrap_or(0), level);
        }
        (place.1.into(), place.2)
    }
}
