//! The distinct words of many names, and the names each stands in.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::form::{Form, Forms, Sketch, TokenKind};
use super::index::NameSlot;
use super::level::ALIKE_MOST;
use super::nicknames::NICKNAMES;
use super::score::handles;
use super::sieve::{Shelves, Sieve};
use super::sound::Sounds;
use super::surnames::SURNAMES;
use super::tokens::Name;

/// Words by number. A word keeps its texts and a sketch; what else there is to know is told from its letters, for the
/// few that are asked for.
#[derive(Clone, Default)]
pub(super) struct Words {
    /// The Latin form of each word, and behind it the folded one where it is another.
    text: String,
    entries: Vec<Entry>,
    /// What the first look at a word needs, close together.
    sketches: Vec<Sketch>,
    shelves: Shelves,
    postings: Vec<Vec<NameSlot>>,
    /// The newest word of each [`tail`]; its entry has the one before.
    tails: HashTable<u32>,
    /// The newest word of each run of consonants; its entry has the one before.
    skeletons: HashTable<u32>,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Entry {
    start: u32,
    latin: u16,
    /// Bytes of the folded form; none where it is the Latin one.
    folded: u16,
    /// The word before this one that has its tail.
    tail: u32,
    /// The word before this one that has its consonants.
    skeleton: u32,
}

/// No word.
const NONE: u32 = u32::MAX;

impl Entry {
    /// The word in Latin letters, and as it is written.
    fn texts(self, text: &str) -> (&str, &str) {
        let middle = self.start as usize + usize::from(self.latin);
        let latin = text.get(self.start as usize..middle).unwrap_or("");
        let folded = match self.folded {
            0 => latin,
            len => text.get(middle..middle + usize::from(len)).unwrap_or(""),
        };
        (latin, folded)
    }
}

/// All but the first letter: what words share that differ in it.
fn tail<'a>((latin, folded): (&'a str, &'a str)) -> &'a str {
    latin.get(1..).unwrap_or(folded)
}

/// Makes room by the eighth: most words have few names, and an index that has grown stays near its size.
fn make_room<T>(list: &mut Vec<T>, more: usize) {
    if list.capacity() - list.len() < more {
        list.reserve_exact(more.max(list.len() / 8));
    }
}

pub(super) fn push<T>(
    list: &mut Vec<T>,
    items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
) {
    let items = items.into_iter();
    make_room(list, items.len());
    list.extend(items);
}

/// Takes a word for the newest after another.
fn renew(newest: &mut HashTable<u32>, word: u32, before: u32, hash: impl Fn(u32) -> u64) {
    match newest.find_mut(hash(word), |&old| old == before) {
        Some(newest) => *newest = word,
        None => {
            newest.insert_unique(hash(word), word, |&word| hash(word));
        }
    }
}

impl Words {
    pub(super) fn form(&self, word: u32, kind: TokenKind) -> Form<'_> {
        let (latin, folded) = self.texts(word);
        Form::sketched(kind, latin, folded, self.sketch(word))
    }

    fn texts(&self, word: u32) -> (&str, &str) {
        self.entries[word as usize].texts(&self.text)
    }

    pub(super) fn sketch(&self, word: u32) -> Sketch {
        self.sketches[word as usize]
    }

    /// The names a word stands in, in their order.
    pub(super) fn postings(&self, word: u32) -> &[NameSlot] {
        &self.postings[word as usize]
    }

    /// The number of a word, a new one if need be; none if there are too many.
    pub(super) fn intern(&mut self, form: Form<'_>) -> Option<u32> {
        if let Some(word) = self.written(form.latin(), form.folded()) {
            return Some(word);
        }
        let (latin, folded, sketch) = (form.latin(), form.folded(), form.sketch);
        let other = if latin == folded { "" } else { folded };
        let word = u32::try_from(self.entries.len()).ok()?;
        let entry = Entry {
            start: u32::try_from(self.text.len()).ok()?,
            latin: u16::try_from(latin.len()).ok()?,
            folded: u16::try_from(other.len()).ok()?,
            tail: self.with_tail(tail((latin, folded))).next().unwrap_or(NONE),
            skeleton: self
                .with_consonants(sketch.consonants)
                .next()
                .unwrap_or(NONE),
        };
        push(&mut self.entries, [entry]);
        self.text.push_str(latin);
        self.text.push_str(other);
        push(&mut self.sketches, [sketch]);
        self.shelves.push(word, sketch);
        push(&mut self.postings, [Vec::new()]);
        let Self {
            text,
            entries,
            sketches,
            tails,
            skeletons,
            hasher,
            ..
        } = self;
        let hash = |word: u32| hasher.hash_one(tail(entries[word as usize].texts(text)));
        renew(tails, word, entry.tail, hash);
        let hash = |word: u32| hasher.hash_one(sketches[word as usize].consonants);
        renew(skeletons, word, entry.skeleton, hash);
        Some(word)
    }

    /// The words of a tail.
    fn with_tail(&self, tail_is: &str) -> impl Iterator<Item = u32> {
        let same = |&word: &u32| tail(self.texts(word)) == tail_is;
        let newest = self.tails.find(self.hasher.hash_one(tail_is), same);
        std::iter::successors(newest.copied(), |&word| {
            Some(self.entries[word as usize].tail).filter(|&before| before != NONE)
        })
    }

    /// The words of these consonants, and maybe a few others.
    fn with_consonants(&self, consonants: u16) -> impl Iterator<Item = u32> {
        let same = |&word: &u32| self.sketch(word).consonants == consonants;
        let newest = self.skeletons.find(self.hasher.hash_one(consonants), same);
        std::iter::successors(newest.copied(), |&word| {
            Some(self.entries[word as usize].skeleton).filter(|&before| before != NONE)
        })
    }

    /// The word of these texts.
    fn written(&self, latin: &str, folded: &str) -> Option<u32> {
        self.with_tail(tail((latin, folded)))
            .find(|&word| self.texts(word).1 == folded)
    }

    /// The words of these Latin letters.
    fn spelt<'a>(&'a self, latin: &'a str) -> impl Iterator<Item = u32> {
        self.with_tail(tail((latin, "")))
            .filter(move |&word| self.texts(word).0 == latin)
    }

    /// The words of these sounds.
    fn sounding(&self, sounds: Sounds) -> impl Iterator<Item = u32> {
        let voice = sounds.voice();
        self.with_consonants(sounds.consonants())
            .filter(move |&word| {
                self.sketch(word).voice == voice
                    && self.form(word, TokenKind::Word).sounds() == sounds
            })
    }

    /// The word that is the hint's.
    pub(super) fn same(&self, hint: Form<'_>) -> Option<u32> {
        self.written(hint.latin(), hint.folded())
    }

    /// Notes that a word stands in a name; once, however often it does.
    pub(super) fn post(&mut self, word: u32, slot: NameSlot) {
        let postings = &mut self.postings[word as usize];
        if let Err(at) = postings.binary_search(&slot) {
            make_room(postings, 1);
            postings.insert(at, slot);
        }
    }

    pub(super) fn unpost(&mut self, word: u32, slot: NameSlot) {
        let postings = &mut self.postings[word as usize];
        if let Ok(at) = postings.binary_search(&slot) {
            postings.remove(at);
        }
    }

    /// Every word that may be kin to a token, and some others, maybe twice.
    pub(super) fn each_kin(&self, form: Form<'_>, mut each: impl FnMut(u32)) {
        self.with_consonants(form.sketch.consonants)
            .for_each(&mut each);
        for spelling in NICKNAMES.spellings(form.nicknames()) {
            self.spelt(spelling).for_each(&mut each);
        }
        for spelling in SURNAMES.spellings(form.family()) {
            let family = Name::new(spelling);
            let words = family.forms().filter_map(|form| self.same(form));
            words.for_each(&mut each);
        }
        // An edit of the first letter: another one, one more, one less, or swapped with the second.
        let latin = form.latin();
        if let (Some(first), Some(rest)) = (latin.get(..1), latin.get(1..)) {
            let swapped = rest.get(1..).map(|last| format!("{first}{last}"));
            for tail in [rest, latin].into_iter().chain(swapped.as_deref()) {
                self.with_tail(tail).for_each(&mut each);
            }
            self.spelt(rest).for_each(&mut each);
        }
        Sieve::new(form, ALIKE_MOST + 1).each(&self.shelves, each);
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
                    .map(Form::sounds)
                    .reduce(Sounds::then)
                    .unwrap_or_default();
                if !sounds.is_empty() {
                    found.extend(self.sounding(sounds));
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
        let (latin, sounds) = (one.latin(), one.sounds());
        let gather = |texts: &mut dyn Iterator<Item = &str>,
                      parts: &mut dyn Iterator<Item = Sounds>| {
            let spelt = texts.flat_map(|text| self.spelt(text));
            let sounding = parts.flat_map(|part| self.sounding(part));
            let mut words: Vec<u32> = spelt
                .chain(sounding)
                .filter(|&word| {
                    let form = self.form(word, TokenKind::Word);
                    !form.is_initial() && !form.latin().is_empty()
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
