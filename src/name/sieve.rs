//! Which words may be like another: told from a few bits of each, many at a time.

use std::collections::BTreeMap;

use super::level::{
    EDIT_LETTERS, HARDLY_MOST, PET, PET_ENDING, TWO_EDITS_LETTERS, alike_needs, one_edit, two_edits,
};
use super::similarity::ONE;
use super::tokens::{Form, Writing};

/// Enough of a word to tell that it is unlike another.
#[derive(Clone, Copy)]
pub(super) struct Sketch {
    letters: u32,
    consonants: u16,
    len: u8,
    /// The first letter in the lowest five bits, and flags.
    look: u8,
}

const FIRST: u8 = 31;
/// In another script.
const FOREIGN: u8 = 32;
/// Has a row in a table of names.
const LISTED: u8 = 64;
/// Beyond these means: one letter for a name, or none that are known.
const ODD: u8 = 128;

/// The letters that a digraph may add are the same.
const ADDED: u32 = PET_ENDING;

impl Sketch {
    pub(super) fn new(form: Form<'_>) -> Self {
        let (token, latin) = (form.token, form.latin().as_bytes());
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let len = u8::try_from(latin.len()).unwrap_or(u8::MAX);
        let first = latin.first().filter(|first| first.is_ascii_lowercase());
        Self {
            letters: token.letters,
            consonants: token.sounds.consonants(),
            len,
            look: first.map_or(0, |first| first - b'a' + 1)
                | flag(token.writing != Writing::Latin, FOREIGN)
                | flag(
                    !token.nicknames.is_empty() || !token.family.is_empty(),
                    LISTED,
                )
                | flag(token.initial || len == 0 || len == u8::MAX, ODD),
        }
    }

    pub(super) fn is_listed(self) -> bool {
        self.look & LISTED != 0
    }

    pub(super) fn is_odd(self) -> bool {
        self.look & ODD != 0
    }
}

/// A token of the hint, and what a word must be worth to it. Lets through too much, and holds back only what is worth
/// less.
pub(super) struct Sieve {
    sketch: Sketch,
    need: u32,
    initial: bool,
    /// Jaro's measure that is worth enough, if any is: in one script and across two, with another first letter and with
    /// the same.
    jaro: [[Option<u32>; 2]; 2],
}

impl Sieve {
    pub(super) fn new(form: Form<'_>, need: u32) -> Self {
        let jaro = |across| {
            let whole = alike_needs(need, across);
            // Winkler gives four tenths of what is lacking for the first four letters.
            let same_first = whole.map(|whole| whole.saturating_sub(ONE * 4 / 10) * 10 / 6);
            [whole, same_first]
        };
        Self {
            sketch: Sketch::new(form),
            need,
            initial: form.token.initial,
            jaro: [jaro(false), jaro(true)],
        }
    }

    pub(super) fn need(&self) -> u32 {
        self.need
    }

    /// Whether a word may be worth enough.
    pub(super) fn passes(&self, word: Sketch) -> bool {
        let mine = self.sketch;
        if self.need <= HARDLY_MOST || word.is_odd() {
            return true;
        }
        if self.sketch.is_odd() {
            return !self.initial || (mine.look ^ word.look) & FIRST == 0;
        }
        mine.consonants == word.consonants
            || mine.look & word.look & LISTED != 0
            || self.spare(word).fit(mine.letters, word.letters)
    }

    /// How many letters each may lack of a word of this length, script and first letter.
    fn spare(&self, word: Sketch) -> Spare {
        let (a, b) = (u32::from(self.sketch.len), u32::from(word.len));
        let differs = self.sketch.look ^ word.look;
        let jaro =
            self.jaro[usize::from(differs & FOREIGN != 0)][usize::from(differs & FIRST == 0)];
        // (m/a + m/b + (m-t)/m) / 3 >= jaro asks for m in common; a letter that the other lacks is in none of them.
        let common = jaro.map_or(u32::MAX, |jaro| {
            (a * b * (3 * jaro).saturating_sub(ONE)).div_ceil(ONE * (a + b))
        });
        let (short, long) = (a.min(b), a.max(b));
        let edits = if long - short > 2 || short + 1 < EDIT_LETTERS {
            0
        } else if long >= TWO_EDITS_LETTERS && self.need <= two_edits(long) {
            3
        } else if self.need <= one_edit(long) {
            2
        } else {
            0
        };
        let below = |len: u32| if common <= short { len - common + 1 } else { 0 };
        Spare {
            // A beginning, and a digraph within, keep the first letter; a pet form may not.
            among: self.need <= PET || differs & FIRST == 0,
            mine: below(a).max(edits),
            theirs: below(b).max(edits),
        }
    }

    /// Words of these shelves that pass, and some that don't: only their letters and consonants are looked at.
    pub(super) fn each(&self, shelves: &Shelves, mut each: impl FnMut(u32)) {
        let mine = self.sketch;
        if self.sketch.is_odd() {
            for (shape, shelf) in &shelves.even {
                if self.initial && (mine.look ^ shape.0) & FIRST == 0 {
                    shelf.words.iter().for_each(|&word| each(word));
                }
            }
        } else {
            for (&(look, len), shelf) in &shelves.even {
                let spare = self.spare(Sketch {
                    letters: 0,
                    consonants: 0,
                    len,
                    look,
                });
                let chunks = shelf
                    .letters
                    .chunks(LANES)
                    .zip(shelf.consonants.chunks(LANES));
                for ((letters, consonants), words) in chunks.zip(shelf.words.chunks(LANES)) {
                    let mut passes = [false; LANES];
                    for (pass, &letters) in passes.iter_mut().zip(letters) {
                        *pass = spare.fit(mine.letters, letters);
                    }
                    for (pass, &consonants) in passes.iter_mut().zip(consonants) {
                        *pass |= consonants == mine.consonants;
                    }
                    if passes.contains(&true) {
                        let through = words.iter().zip(passes).filter(|word| word.1);
                        through.for_each(|(&word, _)| each(word));
                    }
                }
            }
            if mine.is_listed() {
                shelves.listed.iter().for_each(|&word| each(word));
            }
        }
        shelves.odd.iter().for_each(|&word| each(word));
    }
}

/// Words looked at together; the compiler makes vectors of them.
const LANES: usize = 32;

/// Of how many kinds of letters each must have fewer that the other lacks.
#[derive(Clone, Copy)]
struct Spare {
    mine: u32,
    theirs: u32,
    /// Or else, whether the letters of one may all be among the other's.
    among: bool,
}

impl Spare {
    /// Whether the letters allow it.
    #[inline]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "without a branch the compiler makes vectors of it"
    )]
    fn fit(self, mine: u32, theirs: u32) -> bool {
        let (lost, found) = (mine & !theirs, theirs & !mine);
        (lost.count_ones() < self.mine) & (found.count_ones() < self.theirs)
            | (self.among & ((lost & !ADDED == 0) | (found & !ADDED == 0)))
    }
}

/// Words by what the first look at them asks for, so that it is one comparison for many.
#[derive(Clone, Default)]
pub(super) struct Shelves {
    /// By script and first letter, and by length.
    even: BTreeMap<(u8, u8), Shelf>,
    listed: Vec<u32>,
    odd: Vec<u32>,
}

#[derive(Clone, Default)]
struct Shelf {
    letters: Vec<u32>,
    consonants: Vec<u16>,
    words: Vec<u32>,
}

impl Shelves {
    pub(super) fn push(&mut self, number: u32, sketch: Sketch) {
        if sketch.is_odd() {
            self.odd.push(number);
            return;
        }
        if sketch.is_listed() {
            self.listed.push(number);
        }
        let look = (sketch.look & (FIRST | FOREIGN), sketch.len);
        let even = self.even.entry(look).or_default();
        even.letters.push(sketch.letters);
        even.consonants.push(sketch.consonants);
        even.words.push(number);
    }
}
