//! Search by name over the rows of a store. Keys lead to words, and words lead to people.
//!
//! The keys of a hint select every word that can have a strong match with one of its tokens, and some others. The
//! functions of a [`Vocabulary`] of these words then find the words that match, as in an index in memory.

use std::collections::BTreeSet;
use std::fmt;

use super::search::strong_hits;
use super::vocabulary::{Vocabulary, tail};
use crate::name::compare::join::{MAX_PARTS, handles};
use crate::name::compare::score::words;
use crate::name::compare::token_match::{AGREES_FROM, TWO_EDITS_LETTERS};
use crate::name::data::nicknames::NICKNAMES;
use crate::name::data::surnames::SURNAMES;
use crate::name::text::phonetic::PhoneticCode;
use crate::name::text::token::{Token, TokenKind, Tokens};
use crate::name::text::tokenize::Name;

/// A search for people by the words of their names.
///
/// A name is found if it has words of at least [`least`](WordQuery::least) of the lists.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WordQuery {
    /// Lists of words. A list has words that match the same part of the searched name.
    pub lists: Vec<Vec<String>>,
    /// The number of lists that the name must have a word of.
    pub least: usize,
}

impl WordQuery {
    /// Returns the number of lists with a row of each name that the query finds. They may be any of the lists, and those with
    /// the fewest rows are read fastest.
    ///
    /// ```
    /// use contact_resolution::store::NameSearch;
    ///
    /// let mut search = NameSearch::new("Alice Sample", 5);
    /// search.set_words(["alice", "sample"]);
    /// let queries = search.next_queries().unwrap_or_default();
    /// // Every name with both words has a row of the rarer one.
    /// assert_eq!((queries[0].lists.len(), queries[0].least, queries[0].sufficient_lists()), (2, 2, 1));
    /// ```
    #[must_use]
    pub fn sufficient_lists(&self) -> usize {
        (self.lists.len() + 1).saturating_sub(self.least.max(1))
    }
}

impl fmt::Debug for WordQuery {
    /// Shows numbers only, because names are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WordQuery")
            .field("lists", &self.lists.len())
            .field("least", &self.least)
            .finish()
    }
}

/// Queries that find every name with so many of the hint's words.
pub(crate) struct Stage {
    /// The number of the hint's words.
    pub(crate) least: usize,
    /// Whether the queries find only names that have these words as a whole.
    pub(crate) whole_only: bool,
    pub(crate) queries: Vec<WordQuery>,
}

/// The longest word with a key for its own length. Longer words share one.
const LONGEST: usize = 99;

/// The most letters of the start of a word that have a key. More would be more keys for each word, and find few words less.
const LONGEST_START: usize = 4;

/// Returns the words of a name.
pub(crate) fn words_of(name: &Name) -> impl Iterator<Item = &str> {
    (0..name.len()).map(|at| name.token(at).folded())
}

/// Returns the keys of a word of a name.
pub(crate) fn keys_of(word: &str) -> Vec<String> {
    let name = Name::of_word(word);
    let token = name.token(0);
    let latin = token.latin();
    let mut keys = vec![
        tail_key((latin, word)),
        consonant_key(token.signature.consonant_hash),
    ];
    keys.extend(length_key(latin, latin.len()));
    let starts = (2..=LONGEST_START).filter(|&letters| letters == 2 || letters <= latin.len());
    keys.extend(starts.filter_map(|letters| start_key(latin, letters)));
    keys
}

/// Returns the key of all words that differ at most in the first letter.
fn tail_key(texts: (&str, &str)) -> String {
    format!("t{}", tail(texts))
}

fn consonant_key(hash: u16) -> String {
    format!("c{hash:x}")
}

/// Returns the key of the words with a first letter and a length.
fn length_key(latin: &str, len: usize) -> Option<String> {
    let first = latin.get(..1)?;
    Some(format!("l{first}{}", len.min(LONGEST)))
}

/// Returns the key of the words that begin with so many letters of a word, or with all of a shorter one.
fn start_key(latin: &str, letters: usize) -> Option<String> {
    let start = latin.get(..letters).unwrap_or(latin);
    (!start.is_empty()).then(|| format!("s{start}"))
}

/// Returns the keys of all words that can match a part of a hint.
pub(crate) fn keys_for(hint: &Name) -> BTreeSet<String> {
    let words = words(hint);
    let mut keys = BTreeSet::new();
    for (at, token) in hint.tokens().enumerate() {
        if words >> at & 1 == 1 {
            add_keys_of_matches(token, &mut keys);
        }
        if token.kind != TokenKind::Noise {
            add_keys_of_ends(token, &mut keys);
        }
    }
    add_keys_of_joined(hint, &mut keys);
    keys
}

/// Adds the keys of the words that [`Vocabulary::each_strong_match`] reads.
fn add_keys_of_matches(token: Token<'_>, keys: &mut BTreeSet<String>) {
    let latin = token.latin();
    keys.insert(tail_key((latin, token.folded())));
    if token.kind == TokenKind::Noise {
        return;
    }
    keys.insert(consonant_key(token.signature.consonant_hash));
    let nicknames = NICKNAMES.spellings(token.nicknames());
    keys.extend(nicknames.map(|spelling| tail_key((spelling, ""))));
    for spelling in SURNAMES.spellings(token.surnames()) {
        let name = Name::new(spelling);
        keys.extend(
            name.tokens()
                .map(|token| tail_key((token.latin(), token.folded()))),
        );
    }
    let (Some(first), Some(rest)) = (latin.get(..1), latin.get(1..)) else {
        return;
    };
    keys.insert(tail_key((rest, "")));
    keys.insert(format!("t{latin}"));
    if let Some(last) = rest.get(1..) {
        keys.insert(format!("t{first}{last}"));
    }
    // A word of one edit differs by a letter in length, and a long word of two edits by two. Of the other lengths, there are
    // the words that begin with the token, those that it begins with, and initials.
    let (len, long) = (latin.len(), TWO_EDITS_LETTERS as usize);
    let lengths = if token.is_initial() || rest.is_empty() {
        1..=LONGEST
    } else {
        let shortest = if len >= long { len - 2 } else { len - 1 };
        let longest = if len + 2 >= long { len + 2 } else { len + 1 };
        shortest..=longest
    };
    keys.extend(lengths.filter_map(|len| length_key(latin, len)));
    keys.extend(start_key(latin, LONGEST_START));
    keys.extend((1..len).filter_map(|cut| Some(tail_key((latin.get(..cut)?, "")))));
    keys.extend(start_key(first, 1));
}

/// Adds the keys of the words that [`Vocabulary::joined_or_handles`] reads.
fn add_keys_of_joined(hint: &Name, keys: &mut BTreeSet<String>) {
    keys.extend(handles(hint).map(|handle| tail_key((&handle, ""))));
    for parts in 2..=MAX_PARTS {
        for at in 0..(hint.len() + 1).saturating_sub(parts) {
            let tokens = || (at..at + parts).map(|at| hint.token(at));
            let latin: String = tokens().map(Token::latin).collect();
            keys.insert(tail_key((&latin, "")));
            let codes = tokens().map(Token::phonetic_code);
            let code = codes.reduce(PhoneticCode::then).unwrap_or_default();
            keys.insert(consonant_key(code.consonant_hash()));
        }
    }
    if hint.len() == 1 {
        let handle = hint.token(0).latin();
        keys.extend(
            handle
                .get(1..)
                .map(|without_first| tail_key((without_first, ""))),
        );
        let before_last = handle
            .len()
            .checked_sub(1)
            .and_then(|end| handle.get(..end));
        keys.extend(before_last.map(|without_last| tail_key((without_last, ""))));
    }
}

/// Adds the keys of the words that [`Vocabulary::ends_of_joined`] reads.
fn add_keys_of_ends(token: Token<'_>, keys: &mut BTreeSet<String>) {
    let (latin, code) = (token.latin(), token.phonetic_code());
    for cut in 1..latin.len().max(1) {
        let (head, last) = latin.split_at(cut);
        keys.insert(tail_key((head, "")));
        keys.insert(tail_key((last, "")));
    }
    let codes = code.prefixes().chain(code.suffixes());
    keys.extend(codes.map(|code| consonant_key(code.consonant_hash())));
}

/// Returns the stages of a search, the names with the most words first. The words are those with a key of the hint.
pub(crate) fn stages(hint: &Name, found: impl IntoIterator<Item: AsRef<str>>) -> Vec<Stage> {
    if hint.is_blank() {
        return Vec::new();
    }
    let mut vocabulary = Vocabulary::default();
    for word in found {
        vocabulary.intern(Name::of_word(word.as_ref()).token(0));
    }
    let texts = |numbers: &[u32]| -> Vec<String> {
        let words = numbers.iter().map(|&word| vocabulary.word(word).folded());
        words.map(str::to_owned).collect()
    };
    let words = words(hint);
    let tokens = (0..hint.len()).filter(|&at| words >> at & 1 == 1);
    let hits: Vec<_> = tokens
        .map(|at| strong_hits(&vocabulary, hint.token(at)))
        .collect();
    let lists = |least_worth: u32| -> Vec<Vec<String>> {
        let worthy = |hits: &Vec<(u32, u32)>| -> Vec<u32> {
            let worthy = hits.iter().filter(|&&(worth, _)| worth >= least_worth);
            worthy.map(|&(_, word)| word).collect()
        };
        hits.iter().map(|hits| texts(&worthy(hits))).collect()
    };
    let mut queries = vec![
        query(lists(AGREES_FROM), hits.len()),
        query(vec![texts(&vocabulary.joined_or_handles(hint))], 1),
    ];
    for joined in hint.tokens().filter(|token| token.kind != TokenKind::Noise) {
        let ends = vocabulary.ends_of_joined(joined);
        queries.push(query(ends.iter().map(|end| texts(end)).collect(), 2));
    }
    let mut stages = vec![Stage {
        least: hits.len(),
        whole_only: true,
        queries: queries.into_iter().flatten().collect(),
    }];
    let strong = lists(0);
    stages.extend((1..=hits.len()).rev().map(|least| Stage {
        least,
        whole_only: false,
        queries: query(strong.clone(), least).into_iter().collect(),
    }));
    stages
}

/// Returns a query, or `None` if it cannot find a person.
fn query(mut lists: Vec<Vec<String>>, least: usize) -> Option<WordQuery> {
    lists.retain(|list| !list.is_empty());
    (lists.len() >= least && least > 0).then_some(WordQuery { lists, least })
}
