//! One token of a name, and everything that is known about it without another token.

use super::fold::{Script, script};
use super::phonetic::{PhoneticCode, phonetic_code};
use crate::name::data::nicknames::NICKNAMES;
use crate::name::data::surnames::SURNAMES;
use crate::name::data::synonyms::{SynonymRows, spelling_key};

/// The role of a token in its name. It determines the weight of the token in a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::name) enum TokenKind {
    Word,
    /// One letter that abbreviates a name.
    Initial,
    /// A word that many names share and others omit: al, bin, de, von.
    Particle,
    /// A title, a suffix, a label, a number, or a word in brackets.
    Noise,
}

/// How a token is written. The writing with the most reliable transliteration is first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::name) enum Writing {
    Latin,
    /// About one letter for each sound.
    Alphabet,
    /// A character for each syllable or word. Names with equal sounds can differ, and one edit changes half of a name.
    Syllables,
}

fn writing_of_char(c: char) -> Writing {
    match script(c) {
        Script::Latin | Script::None => Writing::Latin,
        Script::Han | Script::Hangul | Script::Kana => Writing::Syllables,
        _ => Writing::Alphabet,
    }
}

fn writing(folded: &str) -> Writing {
    if folded.is_ascii() {
        return Writing::Latin;
    }
    let written = folded.chars().map(writing_of_char);
    written.max().unwrap_or(Writing::Latin)
}

/// A summary of a token in a few bytes. It shows that most other tokens are too different to compare.
#[derive(Clone, Copy)]
pub(in crate::name) struct TokenSignature {
    /// A bit for each letter that occurs.
    pub(in crate::name) letters: u32,
    /// A hash of the consonants.
    pub(in crate::name) consonant_hash: u16,
    /// A hash of all sounds.
    pub(in crate::name) sound_hash: u16,
    /// The length in Latin letters, or [`u8::MAX`] if the token is longer.
    pub(in crate::name) len: u8,
    /// The first letter in the lowest five bits, and flags.
    pub(in crate::name) flags: u8,
}

/// The bits of the first letter.
pub(in crate::name) const FIRST_LETTER: u8 = 31;
/// The token is not in Latin script.
pub(in crate::name) const FOREIGN: u8 = 32;
/// The token is in a table of names.
pub(in crate::name) const LISTED: u8 = 64;
/// The token is one letter of an alphabet.
const INITIAL: u8 = 128;

impl TokenSignature {
    /// Whether two tokens in Latin script have nothing in common: an initial and another first letter, or words without a
    /// common letter. No table of names has both of these words.
    pub(in crate::name) fn excludes(self, other: Self) -> bool {
        let either = self.flags | other.flags;
        if either & FOREIGN != 0 || self.len == 0 || other.len == 0 {
            return false;
        }
        if either & INITIAL != 0 {
            return (self.flags ^ other.flags) & FIRST_LETTER != 0;
        }
        self.letters & other.letters == 0
            && self.flags & other.flags & LISTED == 0
            && self.consonant_hash != other.consonant_hash
    }

    /// Whether the letters alone do not describe the token: an initial, an empty transliteration, or a very long token.
    pub(in crate::name) fn is_irregular(self) -> bool {
        self.flags & INITIAL != 0 || self.len == 0 || self.len == u8::MAX
    }
}

/// The properties of a token that comparisons need.
#[derive(Clone, Copy)]
pub(in crate::name) struct TokenFeatures {
    signature: TokenSignature,
    writing: Writing,
    phonetic_code: PhoneticCode,
    consonant_code: u64,
    nicknames: SynonymRows,
    surnames: SynonymRows,
}

impl TokenFeatures {
    pub(in crate::name) fn new(latin: &str, folded: &str) -> Self {
        let phonetic_code = phonetic_code(latin.as_bytes());
        let nicknames = NICKNAMES.rows_of(spelling_key(latin));
        let surnames = SURNAMES.rows_of(spelling_key(folded));
        let writing = writing(folded);
        let mut chars = folded.chars();
        let initial =
            matches!((chars.next(), chars.next()), (Some(only), None) if is_initial(only));
        let first = latin
            .bytes()
            .next()
            .filter(u8::is_ascii_lowercase)
            .map_or(0, |first| first - b'a' + 1);
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let signature = TokenSignature {
            letters: letter_set(latin.as_bytes()),
            consonant_hash: phonetic_code.consonant_hash(),
            sound_hash: phonetic_code.sound_hash(),
            len: u8::try_from(latin.len()).unwrap_or(u8::MAX),
            flags: first
                | flag(writing != Writing::Latin, FOREIGN)
                | flag(!nicknames.is_empty() || !surnames.is_empty(), LISTED)
                | flag(initial, INITIAL),
        };
        Self {
            signature,
            writing,
            phonetic_code,
            consonant_code: phonetic_code.consonant_code(),
            nicknames,
            surnames,
        }
    }
}

/// A view of one token. The texts belong to a name or to an index.
///
/// Features that the signature does not contain are stored with a prepared name, and computed on demand for an index.
#[derive(Clone, Copy)]
pub(in crate::name) struct Token<'a> {
    pub(in crate::name) kind: TokenKind,
    /// Whether the text had an umlaut before folding.
    pub(in crate::name) has_umlaut: bool,
    pub(in crate::name) signature: TokenSignature,
    latin: &'a str,
    folded: &'a str,
    features: Option<&'a TokenFeatures>,
}

impl<'a> Token<'a> {
    pub(in crate::name) fn with_features(
        kind: TokenKind,
        has_umlaut: bool,
        latin: &'a str,
        folded: &'a str,
        features: &'a TokenFeatures,
    ) -> Self {
        Self {
            kind,
            has_umlaut,
            signature: features.signature,
            latin,
            folded,
            features: Some(features),
        }
    }

    pub(in crate::name) fn with_signature(
        kind: TokenKind,
        has_umlaut: bool,
        latin: &'a str,
        folded: &'a str,
        signature: TokenSignature,
    ) -> Self {
        Self {
            kind,
            has_umlaut,
            signature,
            latin,
            folded,
            features: None,
        }
    }

    /// Returns the token in lower-case Latin letters, transliterated if necessary. Empty if there is no transliteration.
    pub(in crate::name) fn latin(self) -> &'a str {
        self.latin
    }

    /// Returns the token in its own script, folded.
    pub(in crate::name) fn folded(self) -> &'a str {
        self.folded
    }

    /// Returns the Latin letters with ae, oe, ue and aa written as one vowel.
    pub(in crate::name) fn without_digraphs(self) -> impl Iterator<Item = u8> {
        let mut last = 0;
        self.latin.bytes().filter(move |&b| {
            let before = std::mem::replace(&mut last, b);
            !is_digraph(before, b)
        })
    }

    pub(in crate::name) fn is_latin(self) -> bool {
        self.signature.flags & FOREIGN == 0
    }

    pub(in crate::name) fn writing(self) -> Writing {
        if self.is_latin() {
            return Writing::Latin;
        }
        self.features
            .map_or_else(|| writing(self.folded), |features| features.writing)
    }

    /// Whether the token is one letter of an alphabet.
    pub(in crate::name) fn is_initial(self) -> bool {
        self.signature.flags & INITIAL != 0
    }

    pub(in crate::name) fn phonetic_code(self) -> PhoneticCode {
        self.features.map_or_else(
            || phonetic_code(self.latin.as_bytes()),
            |features| features.phonetic_code,
        )
    }

    pub(in crate::name) fn consonant_code(self) -> u64 {
        self.features.map_or_else(
            || self.phonetic_code().consonant_code(),
            |features| features.consonant_code,
        )
    }

    fn is_listed(self) -> bool {
        self.signature.flags & LISTED != 0
    }

    /// Returns the rows of the nickname table that contain the token.
    pub(in crate::name) fn nicknames(self) -> SynonymRows {
        match self.features {
            Some(features) => features.nicknames,
            None if self.is_listed() => NICKNAMES.rows_of(spelling_key(self.latin)),
            None => SynonymRows::default(),
        }
    }

    /// Returns the rows of the surname table that contain the token.
    pub(in crate::name) fn surnames(self) -> SynonymRows {
        match self.features {
            Some(features) => features.surnames,
            None if self.is_listed() => SURNAMES.rows_of(spelling_key(self.folded)),
            None => SynonymRows::default(),
        }
    }
}

/// The tokens of a name. An index stores them apart from each other.
pub(in crate::name) trait Tokens {
    fn len(&self) -> usize;
    /// Returns the token at a position below `len`.
    fn token(&self, at: usize) -> Token<'_>;
    /// Returns only the kind of the token at a position below `len`.
    fn kind(&self, at: usize) -> TokenKind;

    fn tokens(&self) -> impl DoubleEndedIterator<Item = Token<'_>> + ExactSizeIterator {
        (0..self.len()).map(|at| self.token(at))
    }
}

/// Returns a bit for each letter of a token, and one for each pair of digits.
fn letter_set(latin: &[u8]) -> u32 {
    latin.iter().fold(0, |set, &b| {
        set | 1
            << if b.is_ascii_digit() {
                26 + (b - b'0') / 2
            } else {
                b.wrapping_sub(b'a') & 31
            }
    })
}

/// Whether two letters represent one vowel: ae, oe, ue or aa.
fn is_digraph(first: u8, second: u8) -> bool {
    matches!((first, second), (b'a' | b'o' | b'u', b'e') | (b'a', b'a'))
}

/// Whether a single letter abbreviates a name. A letter of an alphabet does. A syllable can be a whole name.
pub(in crate::name) fn is_initial(letter: char) -> bool {
    !letter.is_numeric() && !matches!(script(letter), Script::Han | Script::Hangul | Script::Kana)
}
