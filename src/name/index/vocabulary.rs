//! The distinct words of many names, and the names that contain each word.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::posting::NameSlot;
use super::prefilter::{Buckets, Prefilter};
use crate::name::compare::join::{MAX_PARTS, handles};
use crate::name::compare::token_match::WEAK_MATCH_MAX;
use crate::name::data::nicknames::NICKNAMES;
use crate::name::data::surnames::SURNAMES;
use crate::name::text::phonetic::PhoneticCode;
use crate::name::text::token::{Token, TokenKind, TokenSignature, Tokens};
use crate::name::text::tokenize::Name;

/// The words of an index by number. A word stores its texts and a signature. Other features are computed for the few words
/// that need them.
#[derive(Clone, Default)]
pub(in crate::name) struct Vocabulary {
    /// Each word in Latin letters, followed by the folded word if it differs.
    text: String,
    entries: Vec<WordEntry>,
    /// The signatures together, because filters read nothing else.
    signatures: Vec<TokenSignature>,
    buckets: Buckets,
    postings: Vec<Vec<NameSlot>>,
    /// Each word by its folded text. Very many words can have one tail, if letters of several scripts are mixed.
    by_folded: HashTable<u32>,
    /// The newest word of each [`tail`]. Its entry has the previous one.
    by_tail: HashTable<u32>,
    /// The newest word of each consonant hash. Its entry has the previous one.
    by_consonants: HashTable<u32>,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct WordEntry {
    start: u32,
    latin_len: u16,
    /// Zero if the folded word equals the Latin one.
    folded_len: u16,
    /// The previous word with the same tail.
    previous_by_tail: u32,
    /// The previous word with the same consonant hash.
    previous_by_consonants: u32,
}

/// The end of a list of words.
const NO_WORD: u32 = u32::MAX;

impl WordEntry {
    /// Returns the word in Latin letters and the folded word.
    fn texts(self, text: &str) -> (&str, &str) {
        let middle = self.start as usize + usize::from(self.latin_len);
        let latin = text.get(self.start as usize..middle).unwrap_or("");
        let folded = match self.folded_len {
            0 => latin,
            len => text.get(middle..middle + usize::from(len)).unwrap_or(""),
        };
        (latin, folded)
    }
}

/// Returns all but the first letter. Words that differ in the first letter share it.
pub(in crate::name) fn tail<'a>((latin, folded): (&'a str, &'a str)) -> &'a str {
    latin.get(1..).unwrap_or(folded)
}

/// Reserves an eighth more at a time. Most lists are short, and a large index must stay close to its size.
fn reserve<T>(list: &mut Vec<T>, more: usize) {
    if list.capacity() - list.len() < more {
        list.reserve_exact(more.max(list.len() / 8));
    }
}

/// Adds items to a list that grows by an eighth.
pub(in crate::name) fn push<T>(
    list: &mut Vec<T>,
    items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
) {
    let items = items.into_iter();
    reserve(list, items.len());
    list.extend(items);
}

/// Makes a word the newest of its list, which `previous` was before.
fn set_newest(newest: &mut HashTable<u32>, word: u32, previous: u32, hash: impl Fn(u32) -> u64) {
    match newest.find_mut(hash(word), |&old| old == previous) {
        Some(newest) => *newest = word,
        None => {
            newest.insert_unique(hash(word), word, |&word| hash(word));
        }
    }
}

impl Vocabulary {
    pub(in crate::name) fn token(&self, word: u32, kind: TokenKind, has_umlaut: bool) -> Token<'_> {
        let (latin, folded) = self.texts(word);
        Token::with_signature(kind, has_umlaut, latin, folded, self.signature(word))
    }

    /// Returns a word as a token of its own, without a name around it.
    pub(in crate::name) fn word(&self, word: u32) -> Token<'_> {
        self.token(word, TokenKind::Word, false)
    }

    fn texts(&self, word: u32) -> (&str, &str) {
        self.entries[word as usize].texts(&self.text)
    }

    pub(in crate::name) fn signature(&self, word: u32) -> TokenSignature {
        self.signatures[word as usize]
    }

    /// Returns the names that contain a word, in the order of their slots.
    pub(in crate::name) fn postings(&self, word: u32) -> &[NameSlot] {
        &self.postings[word as usize]
    }

    /// Returns the number of a token's word, which is added if necessary. Returns `None` if there are too many words.
    pub(in crate::name) fn intern(&mut self, token: Token<'_>) -> Option<u32> {
        if let Some(word) = self.find(token) {
            return Some(word);
        }
        let (latin, folded, signature) = (token.latin(), token.folded(), token.signature);
        let other = if latin == folded { "" } else { folded };
        let word = u32::try_from(self.entries.len()).ok()?;
        let entry = WordEntry {
            start: u32::try_from(self.text.len()).ok()?,
            latin_len: u16::try_from(latin.len()).ok()?,
            folded_len: u16::try_from(other.len()).ok()?,
            previous_by_tail: self
                .with_tail(tail((latin, folded)))
                .next()
                .unwrap_or(NO_WORD),
            previous_by_consonants: self
                .with_consonants(signature.consonant_hash)
                .next()
                .unwrap_or(NO_WORD),
        };
        push(&mut self.entries, [entry]);
        self.text.push_str(latin);
        self.text.push_str(other);
        push(&mut self.signatures, [signature]);
        self.buckets.push(word, signature);
        push(&mut self.postings, [Vec::new()]);
        let Self {
            text,
            entries,
            signatures,
            by_folded,
            by_tail,
            by_consonants,
            hasher,
            ..
        } = self;
        let hash = |word: u32| hasher.hash_one(entries[word as usize].texts(text).1);
        by_folded.insert_unique(hash(word), word, |&word| hash(word));
        let hash = |word: u32| hasher.hash_one(tail(entries[word as usize].texts(text)));
        set_newest(by_tail, word, entry.previous_by_tail, hash);
        let hash = |word: u32| hasher.hash_one(signatures[word as usize].consonant_hash);
        set_newest(by_consonants, word, entry.previous_by_consonants, hash);
        Some(word)
    }

    /// Does what [`intern`](Self::intern) does, for the folded text of a token.
    pub(in crate::name) fn intern_folded(&mut self, folded: &str) -> Option<u32> {
        match self.find_folded(folded) {
            Some(word) => Some(word),
            None => self.intern(Name::of_word(folded).token(0)),
        }
    }

    /// Returns the words with a tail.
    fn with_tail(&self, wanted: &str) -> impl Iterator<Item = u32> {
        let same = |&word: &u32| tail(self.texts(word)) == wanted;
        let newest = self.by_tail.find(self.hasher.hash_one(wanted), same);
        std::iter::successors(newest.copied(), |&word| {
            Some(self.entries[word as usize].previous_by_tail).filter(|&word| word != NO_WORD)
        })
    }

    /// Returns the words with these consonants, and perhaps a few others with the same hash.
    fn with_consonants(&self, hash: u16) -> impl Iterator<Item = u32> {
        let same = |&word: &u32| self.signature(word).consonant_hash == hash;
        let newest = self.by_consonants.find(self.hasher.hash_one(hash), same);
        std::iter::successors(newest.copied(), |&word| {
            Some(self.entries[word as usize].previous_by_consonants).filter(|&word| word != NO_WORD)
        })
    }

    /// Returns the word with the texts of a token.
    pub(in crate::name) fn find(&self, token: Token<'_>) -> Option<u32> {
        self.find_folded(token.folded())
    }

    fn find_folded(&self, folded: &str) -> Option<u32> {
        let same = |&word: &u32| self.texts(word).1 == folded;
        self.by_folded
            .find(self.hasher.hash_one(folded), same)
            .copied()
    }

    /// Returns the words with these Latin letters.
    fn with_latin<'a>(&'a self, latin: &'a str) -> impl Iterator<Item = u32> {
        self.with_tail(tail((latin, "")))
            .filter(move |&word| self.texts(word).0 == latin)
    }

    /// Returns the words with a phonetic code.
    fn with_phonetic_code(&self, code: PhoneticCode) -> impl Iterator<Item = u32> {
        let sound_hash = code.sound_hash();
        self.with_consonants(code.consonant_hash())
            .filter(move |&word| {
                self.signature(word).sound_hash == sound_hash
                    && self.word(word).phonetic_code() == code
            })
    }

    /// Records that a name contains a word, once for each name.
    pub(in crate::name) fn add_posting(&mut self, word: u32, slot: NameSlot) {
        let postings = &mut self.postings[word as usize];
        if let Err(at) = postings.binary_search(&slot) {
            reserve(postings, 1);
            postings.insert(at, slot);
        }
    }

    pub(in crate::name) fn remove_posting(&mut self, word: u32, slot: NameSlot) {
        let postings = &mut self.postings[word as usize];
        if let Ok(at) = postings.binary_search(&slot) {
            postings.remove(at);
        }
    }

    /// Passes every word that can have a strong match with a token, and some others. A word can occur twice.
    pub(in crate::name) fn each_strong_match(&self, token: Token<'_>, mut each: impl FnMut(u32)) {
        self.with_consonants(token.signature.consonant_hash)
            .for_each(&mut each);
        for spelling in NICKNAMES.spellings(token.nicknames()) {
            self.with_latin(spelling).for_each(&mut each);
        }
        for spelling in SURNAMES.spellings(token.surnames()) {
            let name = Name::new(spelling);
            let words = name.tokens().filter_map(|token| self.find(token));
            words.for_each(&mut each);
        }
        // The filter below finds only words with the same first letter. So words are added here in which the first
        // letter is replaced, added, dropped, or swapped with the second.
        let latin = token.latin();
        if let (Some(first), Some(rest)) = (latin.get(..1), latin.get(1..)) {
            let swapped = rest.get(1..).map(|last| format!("{first}{last}"));
            for tail in [rest, latin].into_iter().chain(swapped.as_deref()) {
                self.with_tail(tail).for_each(&mut each);
            }
            self.with_latin(rest).for_each(&mut each);
        }
        Prefilter::new(token, WEAK_MATCH_MAX + 1).each_word(&self.buckets, each);
    }

    /// Returns the sum of the names that contain each of the words.
    fn count_postings(&self, words: &[u32]) -> usize {
        words.iter().map(|&word| self.postings(word).len()).sum()
    }

    /// Returns the words that are several joined tokens of a hint, its handles, or names that it is a handle of.
    ///
    /// A name with one of them can match the hint although no pair of single tokens does.
    pub(in crate::name) fn joined_or_handles(&self, hint: &Name) -> Vec<u32> {
        let mut found = Vec::new();
        for handle in handles(hint) {
            found.extend(self.with_latin(&handle));
        }
        for parts in 2..=MAX_PARTS {
            for at in 0..(hint.len() + 1).saturating_sub(parts) {
                let tokens = || (at..at + parts).map(|at| hint.token(at));
                let latin: String = tokens().map(Token::latin).collect();
                if !latin.is_empty() {
                    found.extend(self.with_latin(&latin));
                }
                let code = tokens()
                    .map(Token::phonetic_code)
                    .reduce(PhoneticCode::then)
                    .unwrap_or_default();
                if !code.is_empty() {
                    found.extend(self.with_phonetic_code(code));
                }
            }
        }
        if let (1, handle) = (hint.len(), hint.token(0).latin())
            && handle.len() > 2
        {
            found.extend(self.with_latin(&handle[..handle.len() - 1]));
            found.extend(self.with_latin(&handle[1..]));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Returns the words that a token can begin with and those that it can end with, if it is several tokens joined. The
    /// list with fewer names is first.
    ///
    /// A name that joins to the token has a word of each list.
    pub(in crate::name) fn ends_of_joined(&self, joined: Token<'_>) -> [Vec<u32>; 2] {
        let (latin, code) = (joined.latin(), joined.phonetic_code());
        let collect = |texts: &mut dyn Iterator<Item = &str>,
                       codes: &mut dyn Iterator<Item = PhoneticCode>| {
            let by_text = texts.flat_map(|text| self.with_latin(text));
            let by_code = codes.flat_map(|code| self.with_phonetic_code(code));
            let mut words: Vec<u32> = by_text
                .chain(by_code)
                .filter(|&word| {
                    let token = self.word(word);
                    !token.is_initial() && !token.latin().is_empty()
                })
                .collect();
            words.sort_unstable();
            words.dedup();
            words
        };
        let cuts = 1..latin.len().max(1);
        let first = collect(
            &mut cuts.clone().map(|cut| &latin[..cut]),
            &mut code.prefixes(),
        );
        if first.is_empty() {
            return [first, Vec::new()];
        }
        let last = collect(&mut cuts.map(|cut| &latin[cut..]), &mut code.suffixes());
        if self.count_postings(&first) <= self.count_postings(&last) {
            [first, last]
        } else {
            [last, first]
        }
    }
}
