//! The distinct words of many names, and the names each stands in.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

use super::score::handles;
use super::sound::Sounds;
use super::tokens::{Form, Forms, Kind, Name, Token, Writing, letters};

/// Words by number.
#[derive(Clone, Default)]
pub(super) struct Words {
    latin: String,
    other: String,
    entries: Vec<Entry>,
    /// What the first look at a word needs, close together.
    sketches: Vec<Sketch>,
    postings: Vec<Vec<u32>>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Entry {
    token: Token,
    latin: u32,
    other: u32,
}

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

/// Enough of a word to tell that it is unlike another.
#[derive(Clone, Copy)]
struct Sketch {
    letters: u32,
    consonants: u16,
    len: u8,
    flags: u8,
}

/// Compared without a first look: another script, or a single letter.
const ALWAYS: u8 = 1;
const NICKNAMES: u8 = 2;
const FAMILY: u8 = 4;
const LETTER: u8 = 8;

impl Sketch {
    fn new(form: Form<'_>) -> Self {
        let token = form.token;
        let always = token.writing != Writing::Latin || token.initial || form.latin().is_empty();
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        Self {
            letters: token.letters,
            consonants: token.sounds.consonants(),
            len: u8::try_from(form.latin().len()).unwrap_or(u8::MAX),
            flags: flag(always, ALWAYS)
                | flag(!token.nicknames.is_empty(), NICKNAMES)
                | flag(!token.family.is_empty(), FAMILY)
                | flag(token.initial, LETTER),
        }
    }

    /// Whether two words may be more than hardly alike. Says yes too often, and no only when it is.
    fn may_be_like(self, other: Self) -> bool {
        // The letters a pet ending or a digraph may add.
        const ADDED: u32 = 1 << (b'i' - b'a') | 1 << (b'e' - b'a') | 1 << (b'y' - b'a');
        let (mine, theirs) = (self.letters & !other.letters, other.letters & !self.letters);
        if mine & !ADDED == 0 || theirs & !ADDED == 0 || (self.flags | other.flags) & ALWAYS != 0 {
            return true;
        }
        // Jaro's measure passes 0.7 only if m/|a| + m/|b| passes 1.1; m is at most the letters that aren't missing there.
        let (a, b) = (u32::from(self.len), u32::from(other.len));
        let m = a
            .saturating_sub(mine.count_ones())
            .min(b.saturating_sub(theirs.count_ones()));
        10 * m * (a + b) >= 11 * a * b
            || a.max(b) == u32::from(u8::MAX)
            || self.consonants == other.consonants
            || self.flags & other.flags & (NICKNAMES | FAMILY) != 0
    }
}

/// A token of the hint, sketched.
pub(super) struct Hint(Sketch);

impl Hint {
    pub(super) fn new(form: Form<'_>) -> Self {
        Self(Sketch::new(form))
    }
}

impl Words {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn form(&self, word: u32, kind: Kind) -> Form<'_> {
        self.entries[word as usize].form(kind, &self.latin, &self.other)
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
        self.entries.push(Entry {
            token,
            latin,
            other,
        });
        self.sketches.push(Sketch::new(form));
        self.postings.push(Vec::new());
        let Self {
            entries,
            latin,
            other,
            numbers,
            hasher,
            ..
        } = self;
        numbers.insert_unique(hash, word, |&word| {
            hasher.hash_one(
                entries[word as usize]
                    .form(Kind::Word, latin, other)
                    .folded(),
            )
        });
        word
    }

    /// Notes that a word stands in a name; once, however often it does.
    pub(super) fn post(&mut self, word: u32, slot: u32) {
        let postings = &mut self.postings[word as usize];
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

    /// Every word that may be more than hardly like the hint's, and some others.
    pub(super) fn each_like(&self, hint: &Hint, mut each: impl FnMut(u32)) {
        for (word, sketch) in (0..).zip(&self.sketches) {
            if hint.0.may_be_like(*sketch) {
                each(word);
            }
        }
    }

    fn each(&self, mut fits: impl FnMut(&Sketch, u32) -> bool) -> Vec<u32> {
        (0..)
            .zip(&self.sketches)
            .filter(|(word, sketch)| fits(sketch, *word))
            .map(|(word, _)| word)
            .collect()
    }

    /// The words whose names may fit in a way that no single token shows: one word here is several there.
    pub(super) fn surprises(&self, hint: &Name) -> Vec<u32> {
        let mut found = self.wholes(hint);
        for one in hint.forms().filter(|form| form.kind != Kind::Noise) {
            // The names that have its first part, or its last, whichever are fewer.
            let first = self.parts(
                one,
                one.token.sounds.prefixes(),
                |whole, part| whole.starts_with(part),
                Sounds::starts_with,
            );
            let last = self.parts(
                one,
                one.token.sounds.suffixes(),
                |whole, part| whole.ends_with(part),
                Sounds::ends_with,
            );
            let names = |words: &[u32]| {
                words
                    .iter()
                    .map(|&word| self.postings(word).len())
                    .sum::<usize>()
            };
            found.extend(if names(&first) <= names(&last) {
                first
            } else {
                last
            });
        }
        // The hint is a handle: a name but for its first letter, or its last.
        if let (1, one) = (hint.len(), hint.form(0).latin())
            && one.len() > 2
        {
            let (first, last) = (&one[..one.len() - 1], &one[1..]);
            let fits =
                |sketch: &Sketch| usize::from(sketch.len) == first.len().min(usize::from(u8::MAX));
            found.extend(self.each(|sketch, word| {
                fits(sketch) && [first, last].contains(&self.form(word, Kind::Word).latin())
            }));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The words that are several of the hint's tokens, or its handle.
    fn wholes(&self, hint: &Name) -> Vec<u32> {
        let mut wanted: Vec<(String, Sounds)> = handles(hint)
            .into_iter()
            .map(|handle| (handle, Sounds::default()))
            .collect();
        for parts in 2..=3 {
            for at in 0..(hint.len() + 1).saturating_sub(parts) {
                let forms = || (at..at + parts).map(|at| hint.form(at));
                let sounds = forms()
                    .map(|form| form.token.sounds)
                    .reduce(Sounds::then)
                    .unwrap_or_default();
                wanted.push((forms().map(Form::latin).collect(), sounds));
            }
        }
        let sketched: Vec<_> = wanted
            .iter()
            .map(|(latin, sounds)| (letters(latin.as_bytes()), sounds.consonants()))
            .collect();
        self.each(|sketch, word| {
            let form = || self.form(word, Kind::Word);
            sketched
                .iter()
                .zip(&wanted)
                .any(|((letters, consonants), (latin, sounds))| {
                    (sketch.letters == *letters && form().latin() == *latin)
                        || (sketch.consonants == *consonants
                            && !sounds.is_empty()
                            && form().token.sounds == *sounds)
                })
        })
    }

    /// The words that are a part of a token, by their letters or their sounds.
    fn parts(
        &self,
        one: Form<'_>,
        parts: impl Iterator<Item = Sounds>,
        of_text: fn(&str, &str) -> bool,
        of_sounds: fn(Sounds, Sounds) -> bool,
    ) -> Vec<u32> {
        // One bit for each of 64 numbers, since most words have the consonants of none.
        let consonants = parts.fold(0_u64, |set, part| set | 1 << (part.consonants() & 63));
        self.each(|sketch, word| {
            if sketch.flags & LETTER != 0
                || (sketch.letters & !one.token.letters != 0
                    && consonants >> (sketch.consonants & 63) & 1 == 0)
            {
                return false;
            }
            let form = self.form(word, Kind::Word);
            !form.latin().is_empty() && of_text(one.latin(), form.latin())
                || of_sounds(one.token.sounds, form.token.sounds)
        })
    }
}
