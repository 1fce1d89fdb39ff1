//! The distinct words of many names, and the names each stands in.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

use super::score::handles;
use super::sieve::{Shelves, Sieve, Sketch};
use super::sound::{Sounds, sounds};
use super::tokens::{Form, Forms, Kind, Name, Token};

/// Words by number.
#[derive(Clone, Default)]
pub(super) struct Words {
    latin: String,
    other: String,
    entries: Vec<Entry>,
    /// What the first look at a word needs, close together.
    sketches: Vec<Sketch>,
    shelves: Shelves,
    postings: Vec<Vec<u32>>,
    numbers: HashTable<u32>,
    /// The newest word of each sound; its entry has the one before.
    voices: HashTable<u32>,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Entry {
    token: Token,
    latin: u32,
    other: u32,
    /// The word before this one that sounds like it.
    before: u32,
}

/// No word.
const NONE: u32 = u32::MAX;

impl Entry {
    fn form<'a>(&'a self, kind: Kind, latin: &'a str, other: &'a str) -> Form<'a> {
        Form::new(
            &self.token,
            kind,
            &latin[self.latin as usize..],
            &other[self.other as usize..],
        )
    }
}

/// What words are gathered by that sound the same, or are too long for it and are written the same.
fn voice(hasher: &RandomState, sounds: Sounds, latin: &str) -> u64 {
    if sounds.is_empty() {
        hasher.hash_one(latin)
    } else {
        hasher.hash_one(sounds)
    }
}

impl Words {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn form(&self, word: u32, kind: Kind) -> Form<'_> {
        self.entries[word as usize].form(kind, &self.latin, &self.other)
    }

    pub(super) fn sketch(&self, word: u32) -> Sketch {
        self.sketches[word as usize]
    }

    pub(super) fn postings(&self, word: u32) -> &[u32] {
        &self.postings[word as usize]
    }

    /// The number of a word, a new one if need be.
    pub(super) fn intern(&mut self, form: Form<'_>) -> u32 {
        let hash = self.hasher.hash_one(form.folded());
        if let Some(&word) = self.numbers.find(hash, |&word| {
            self.form(word, Kind::Word).folded() == form.folded()
        }) {
            return word;
        }
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let word = number(self.entries.len());
        let (latin, other) = (number(self.latin.len()), number(self.other.len()));
        let token = form.copy_to(&mut self.latin, &mut self.other);
        let sketch = Sketch::new(form);
        self.sketches.push(sketch);
        self.shelves.push(word, sketch);
        self.postings.push(Vec::new());
        let before = self.first_of(token.sounds, form.latin()).unwrap_or(NONE);
        self.entries.push(Entry {
            token,
            latin,
            other,
            before,
        });
        let Self {
            entries,
            latin,
            other,
            numbers,
            voices,
            hasher,
            ..
        } = self;
        let form_of = |word: u32| entries[word as usize].form(Kind::Word, latin, other);
        numbers.insert_unique(hash, word, |&word| hasher.hash_one(form_of(word).folded()));
        let voice_of = |word: u32| {
            let form = form_of(word);
            voice(hasher, form.token.sounds, form.latin())
        };
        match voices.find_mut(voice_of(word), |&old| old == before) {
            Some(newest) => *newest = word,
            None => {
                voices.insert_unique(voice_of(word), word, |&word| voice_of(word));
            }
        }
        word
    }

    fn first_of(&self, sounds: Sounds, latin: &str) -> Option<u32> {
        let same = |&word: &u32| {
            let form = self.form(word, Kind::Word);
            form.token.sounds == sounds && (!sounds.is_empty() || form.latin() == latin)
        };
        self.voices
            .find(voice(&self.hasher, sounds, latin), same)
            .copied()
    }

    /// The words of these sounds; if there are none, those of these letters.
    fn sounding(&self, sounds: Sounds, latin: &str) -> impl Iterator<Item = u32> {
        let first = self.first_of(sounds, latin);
        std::iter::successors(first, |&word| {
            Some(self.entries[word as usize].before).filter(|&before| before != NONE)
        })
    }

    /// The words of these Latin letters.
    fn spelt<'a>(&'a self, latin: &'a str) -> impl Iterator<Item = u32> {
        self.sounding(sounds(latin.as_bytes()), latin)
            .filter(move |&word| self.form(word, Kind::Word).latin() == latin)
    }

    /// The words that are the hint's, by their letters in its script or in Latin.
    pub(super) fn same(&self, hint: Form<'_>) -> Vec<u32> {
        if hint.latin().is_empty() {
            let folded = |&word: &u32| self.form(word, Kind::Word).folded() == hint.folded();
            let hash = self.hasher.hash_one(hint.folded());
            self.numbers
                .find(hash, folded)
                .copied()
                .into_iter()
                .collect()
        } else {
            self.spelt(hint.latin()).collect()
        }
    }

    /// Notes that a word stands in a name; once, however often it does.
    pub(super) fn post(&mut self, word: u32, slot: u32) {
        let postings = &mut self.postings[word as usize];
        // Most words have few names, so room for more is made by the quarter.
        if postings.len() == postings.capacity() {
            postings.reserve_exact(postings.len() / 4 + 1);
        }
        // Nearly always the newest.
        if postings.last().is_none_or(|&last| last < slot) {
            postings.push(slot);
        } else if let Err(at) = postings.binary_search(&slot) {
            postings.insert(at, slot);
        }
    }

    pub(super) fn unpost(&mut self, word: u32, slot: u32) {
        let postings = &mut self.postings[word as usize];
        if let Ok(at) = postings.binary_search(&slot) {
            postings.remove(at);
        }
    }

    /// Every word that may be worth enough, and some others, maybe twice.
    pub(super) fn each_like(&self, sieve: &Sieve, each: impl FnMut(u32)) {
        sieve.each(&self.shelves, each);
    }

    /// How many names have one of the words.
    fn names(&self, words: &[u32]) -> usize {
        words.iter().map(|&word| self.postings(word).len()).sum()
    }

    /// The words that are several of the hint's tokens, or one letter more or less than a handle: whoever has one of
    /// them may fit in a way that no single token shows.
    pub(super) fn wholes(&self, hint: &Name) -> Vec<u32> {
        let mut found = Vec::new();
        for handle in handles(hint) {
            found.extend(self.spelt(&handle));
        }
        for parts in 2..=3 {
            for at in 0..(hint.len() + 1).saturating_sub(parts) {
                let forms = || (at..at + parts).map(|at| hint.form(at));
                let latin: String = forms().map(Form::latin).collect();
                if !latin.is_empty() {
                    found.extend(self.spelt(&latin));
                }
                let sounds = forms()
                    .map(|form| form.token.sounds)
                    .reduce(Sounds::then)
                    .unwrap_or_default();
                if !sounds.is_empty() {
                    found.extend(self.sounding(sounds, ""));
                }
            }
        }
        if let (1, one) = (hint.len(), hint.form(0).latin())
            && one.len() > 2
        {
            found.extend(self.spelt(&one[..one.len() - 1]));
            found.extend(self.spelt(&one[1..]));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The words that a token may begin with and end with where it is several: the rarer of the two, and the others.
    /// A name that joins to the token has one of each.
    pub(super) fn ends(&self, one: Form<'_>) -> [Vec<u32>; 2] {
        let (latin, sounds) = (one.latin(), one.token.sounds);
        let gather = |texts: &mut dyn Iterator<Item = &str>,
                      parts: &mut dyn Iterator<Item = Sounds>| {
            let spelt = texts.flat_map(|text| self.spelt(text));
            let sounding = parts.flat_map(|part| self.sounding(part, ""));
            let mut words: Vec<u32> = spelt
                .chain(sounding)
                .filter(|&word| {
                    let form = self.form(word, Kind::Word);
                    !form.token.initial && !form.latin().is_empty()
                })
                .collect();
            words.sort_unstable();
            words.dedup();
            words
        };
        let cuts = 1..latin.len().max(1);
        let first = gather(
            &mut cuts.clone().map(|cut| &latin[..cut]),
            &mut sounds.prefixes(),
        );
        if first.is_empty() {
            return [first, Vec::new()];
        }
        let last = gather(&mut cuts.map(|cut| &latin[cut..]), &mut sounds.suffixes());
        if self.names(&first) <= self.names(&last) {
            [first, last]
        } else {
            [last, first]
        }
    }
}
