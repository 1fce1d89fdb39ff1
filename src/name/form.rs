//! One token in the forms that are compared, and all that can be said about it alone.

use super::fold::{Script, script};
use super::nicknames::NICKNAMES;
use super::sound::{Sounds, sounds};
use super::surnames::SURNAMES;
use super::table::{Rows, key};

/// What a token is for the score: how much it says about who is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    /// One letter standing for a name.
    Initial,
    /// A word that many names share, and that others leave out: al, bin, de, von.
    Particle,
    /// A title, a suffix, a label, a number, or anything in brackets.
    Noise,
}

/// How a token is written, as far as its transliteration can be trusted. In this order of distance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Writing {
    Latin,
    /// A letter a sound, or nearly.
    Alphabet,
    /// A character a syllable or a word: what sounds alike may mean another name, and one edit is half of it.
    Syllables,
}

fn writing(c: char) -> Writing {
    match script(c) {
        Script::Latin | Script::None => Writing::Latin,
        Script::Han | Script::Hangul | Script::Kana => Writing::Syllables,
        _ => Writing::Alphabet,
    }
}

/// Enough of a token to tell that it is unlike another.
#[derive(Clone, Copy)]
pub(super) struct Sketch {
    /// A bit for each letter that occurs.
    pub(super) letters: u32,
    /// A number that is equal where all consonants are.
    pub(super) consonants: u16,
    /// A number that is equal where all sounds are.
    pub(super) voice: u16,
    /// In Latin letters; [`u8::MAX`] where it is longer.
    pub(super) len: u8,
    /// The first letter in the lowest five bits, and flags.
    pub(super) look: u8,
}

pub(super) const FIRST: u8 = 31;
/// In another script.
pub(super) const FOREIGN: u8 = 32;
/// Has a row in a table of names.
pub(super) const LISTED: u8 = 64;
/// One letter of an alphabet.
const INITIAL: u8 = 128;

impl Sketch {
    /// Whether there is more to it, or less, than letters of a word.
    pub(super) fn is_odd(self) -> bool {
        self.look & INITIAL != 0 || self.len == 0 || self.len == u8::MAX
    }
}

/// Everything that can be said about a token alone.
#[derive(Clone, Copy)]
pub(super) struct Traits {
    sketch: Sketch,
    writing: Writing,
    sounds: Sounds,
    skeleton: u64,
    nicknames: Rows,
    family: Rows,
}

impl Traits {
    pub(super) fn new(latin: &str, folded: &str) -> Self {
        let sounds = sounds(latin.as_bytes());
        let (nicknames, family) = (NICKNAMES.rows(key(latin)), SURNAMES.rows(key(folded)));
        let writing = written(folded);
        let mut chars = folded.chars();
        let initial =
            matches!((chars.next(), chars.next()), (Some(only), None) if is_initial(only));
        let first = latin
            .bytes()
            .next()
            .filter(u8::is_ascii_lowercase)
            .map_or(0, |first| first - b'a' + 1);
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let sketch = Sketch {
            letters: letters(latin.as_bytes()),
            consonants: sounds.consonants(),
            voice: sounds.voice(),
            len: u8::try_from(latin.len()).unwrap_or(u8::MAX),
            look: first
                | flag(writing != Writing::Latin, FOREIGN)
                | flag(!nicknames.is_empty() || !family.is_empty(), LISTED)
                | flag(initial, INITIAL),
        };
        Self {
            sketch,
            writing,
            sounds,
            skeleton: sounds.skeleton(),
            nicknames,
            family,
        }
    }
}

fn written(folded: &str) -> Writing {
    if folded.is_ascii() {
        return Writing::Latin;
    }
    let written = folded.chars().map(writing);
    written.max().unwrap_or(Writing::Latin)
}

/// One token, wherever its texts are kept. What its sketch leaves out was noted when its name was prepared, or is told
/// from its letters when it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    pub(super) kind: TokenKind,
    pub(super) sketch: Sketch,
    latin: &'a str,
    folded: &'a str,
    noted: Option<&'a Traits>,
}

impl<'a> Form<'a> {
    pub(super) fn noted(
        kind: TokenKind,
        latin: &'a str,
        folded: &'a str,
        traits: &'a Traits,
    ) -> Self {
        Self {
            kind,
            sketch: traits.sketch,
            latin,
            folded,
            noted: Some(traits),
        }
    }

    pub(super) fn sketched(
        kind: TokenKind,
        latin: &'a str,
        folded: &'a str,
        sketch: Sketch,
    ) -> Self {
        Self {
            kind,
            sketch,
            latin,
            folded,
            noted: None,
        }
    }

    /// In Latin letters, lower case, maybe transliterated; empty if nobody knows how.
    pub(super) fn latin(self) -> &'a str {
        self.latin
    }

    /// As it is written, folded.
    pub(super) fn folded(self) -> &'a str {
        self.folded
    }

    /// The Latin form with ae, oe, ue and aa written as one vowel.
    pub(super) fn reduced(self) -> impl Iterator<Item = u8> {
        let mut last = 0;
        self.latin.bytes().filter(move |&b| {
            let before = std::mem::replace(&mut last, b);
            !is_digraph(before, b)
        })
    }

    pub(super) fn is_latin(self) -> bool {
        self.sketch.look & FOREIGN == 0
    }

    pub(super) fn writing(self) -> Writing {
        if self.is_latin() {
            return Writing::Latin;
        }
        self.noted
            .map_or_else(|| written(self.folded), |noted| noted.writing)
    }

    /// Whether it is one letter of an alphabet.
    pub(super) fn is_initial(self) -> bool {
        self.sketch.look & INITIAL != 0
    }

    pub(super) fn sounds(self) -> Sounds {
        self.noted
            .map_or_else(|| sounds(self.latin.as_bytes()), |noted| noted.sounds)
    }

    /// The consonants of its sounds.
    pub(super) fn skeleton(self) -> u64 {
        self.noted
            .map_or_else(|| self.sounds().skeleton(), |noted| noted.skeleton)
    }

    fn is_listed(self) -> bool {
        self.sketch.look & LISTED != 0
    }

    pub(super) fn nicknames(self) -> Rows {
        match self.noted {
            Some(noted) => noted.nicknames,
            None if self.is_listed() => NICKNAMES.rows(key(self.latin)),
            None => Rows::default(),
        }
    }

    pub(super) fn family(self) -> Rows {
        match self.noted {
            Some(noted) => noted.family,
            None if self.is_listed() => SURNAMES.rows(key(self.folded)),
            None => Rows::default(),
        }
    }
}

/// What is scored: a prepared name, or one that an index holds in pieces.
pub(super) trait Forms {
    fn len(&self) -> usize;
    /// The token at a place below `len`.
    fn form(&self, at: usize) -> Form<'_>;
    /// Its kind alone.
    fn kind(&self, at: usize) -> TokenKind;

    fn forms(&self) -> impl DoubleEndedIterator<Item = Form<'_>> + ExactSizeIterator {
        (0..self.len()).map(|at| self.form(at))
    }
}

/// A set of the letters, and of the digits in pairs.
pub(super) fn letters(latin: &[u8]) -> u32 {
    latin.iter().fold(0, |set, &b| {
        set | 1
            << if b.is_ascii_digit() {
                26 + (b - b'0') / 2
            } else {
                b.wrapping_sub(b'a') & 31
            }
    })
}

/// The second letters of the digraphs that stand for one vowel, by the first: ae, oe, ue, aa.
fn is_digraph(first: u8, second: u8) -> bool {
    matches!((first, second), (b'a' | b'o' | b'u', b'e') | (b'a', b'a'))
}

/// Whether one letter stands for a name: one of an alphabet does, a syllable may be all of it.
pub(super) fn is_initial(letter: char) -> bool {
    !letter.is_numeric() && !matches!(script(letter), Script::Han | Script::Hangul | Script::Kana)
}
