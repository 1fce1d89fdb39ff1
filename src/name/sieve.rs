//! Which words may be like another: told from a few bits of each, many at a time.

use std::collections::BTreeMap;

use super::form::{FIRST, FOREIGN, Form, LISTED, Sketch};
use super::level::{
    EDIT_LETTERS, PET, PET_ENDING, TWO_EDITS_LETTERS, alike_needs, one_edit, two_edits,
};
use super::similarity::ONE;

/// The letters that a digraph may add are the same.
const ADDED: u32 = PET_ENDING;

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
            // Winkler gives four tenths of what is lacking for the first four letters, from seven tenths on.
            let least = |whole: u32| whole.saturating_sub(ONE * 4 / 10) * 10 / 6;
            let same_first = whole.map(|whole| least(whole).max(whole.min(ONE * 7 / 10)));
            [whole, same_first]
        };
        Self {
            sketch: form.sketch,
            need,
            initial: form.is_initial(),
            jaro: [jaro(false), jaro(true)],
        }
    }

    pub(super) fn need(&self) -> u32 {
        self.need
    }

    /// Whether a word may be worth enough.
    pub(super) fn passes(&self, word: Sketch) -> bool {
        let mine = self.sketch;
        if self.need == 0 || word.is_odd() {
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
        let two = differs & FIRST == 0 && long >= TWO_EDITS_LETTERS;
        let edits = if long - short > 2 || short + 1 < EDIT_LETTERS {
            0
        } else if two && self.need <= two_edits(long) {
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

    /// Words of these shelves with the same first letter, whose other letters let them pass; and some others.
    pub(super) fn each(&self, shelves: &Shelves, mut each: impl FnMut(u32)) {
        let mine = self.sketch;
        shelves.odd.iter().for_each(|&word| each(word));
        for (&(_, len), shelf) in shelves.of(mine.look & FIRST) {
            if mine.is_odd() {
                if self.initial {
                    shelf.words.iter().for_each(|&word| each(word));
                }
                continue;
            }
            let spare = self.spare(Sketch { len, ..mine });
            let chunks = shelf.letters.chunks(LANES).zip(shelf.words.chunks(LANES));
            for (letters, words) in chunks {
                let passing = spare.fit_each(mine.letters, letters);
                if passing.contains(&true) {
                    let through = words.iter().zip(passing).filter(|word| word.1);
                    through.for_each(|(&word, _)| each(word));
                }
            }
        }
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
    fn fit(self, mine: u32, theirs: u32) -> bool {
        let (lost, found) = (mine & !theirs, theirs & !mine);
        lost.count_ones() < self.mine && found.count_ones() < self.theirs
            || self.among && (lost & !ADDED == 0 || found & !ADDED == 0)
    }

    /// The same for many, without a branch and without counting: most have few to spare.
    fn fit_each(self, mine: u32, theirs: &[u32]) -> [bool; LANES] {
        let (mut lost, mut found) = ([0; LANES], [0; LANES]);
        for ((lost, found), &theirs) in lost.iter_mut().zip(&mut found).zip(theirs) {
            *lost = mine & !theirs;
            *found = theirs & !mine;
        }
        let mut passing = [false; LANES];
        if self.among {
            for ((pass, lost), found) in passing.iter_mut().zip(lost).zip(found) {
                *pass = lost & !ADDED == 0 || found & !ADDED == 0;
            }
        }
        if self.mine > 0 && self.theirs > 0 {
            for (sets, spare) in [(&mut lost, self.mine), (&mut found, self.theirs)] {
                for _ in 1..spare {
                    // Drops a letter.
                    for set in sets.iter_mut() {
                        *set &= set.wrapping_sub(1);
                    }
                }
            }
            for ((pass, lost), found) in passing.iter_mut().zip(lost).zip(found) {
                *pass |= lost | found == 0;
            }
        }
        passing
    }
}

/// Words by their first letter and their length.
#[derive(Clone, Default)]
pub(super) struct Shelves {
    even: BTreeMap<(u8, u8), Shelf>,
    odd: Vec<u32>,
}

#[derive(Clone, Default)]
struct Shelf {
    letters: Vec<u32>,
    words: Vec<u32>,
}

impl Shelves {
    pub(super) fn push(&mut self, word: u32, sketch: Sketch) {
        if sketch.is_odd() {
            self.odd.push(word);
            return;
        }
        let first = sketch.look & FIRST;
        let even = self.even.entry((first, sketch.len)).or_default();
        even.letters.push(sketch.letters);
        even.words.push(word);
    }

    fn of(&self, first: u8) -> impl Iterator<Item = (&(u8, u8), &Shelf)> {
        self.even.range((first, 0)..=(first, u8::MAX))
    }
}
