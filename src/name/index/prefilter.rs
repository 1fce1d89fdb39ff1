//! A filter that rejects most words by their signatures, many at a time.

use std::collections::BTreeMap;

use crate::name::compare::similarity::ONE;
use crate::name::compare::token_match::{
    EDIT_LETTERS, PET, PET_ENDING_LETTERS, TWO_EDITS_LETTERS, one_edit, similarity_for, two_edits,
};
use crate::name::text::token::{FIRST_LETTER, FOREIGN, LISTED, Token, TokenSignature};

/// The letters that one word can have beyond the other's in a pet form or with a vowel pair.
const ADDED_LETTERS: u32 = PET_ENDING_LETTERS;

/// A token of the hint and the worth that a word must have for it.
///
/// The filter can pass words that are worth less. It never rejects a word that is worth enough.
pub(in crate::name) struct Prefilter {
    signature: TokenSignature,
    required: u32,
    is_initial: bool,
    /// The Jaro similarity that is worth enough, if any is. By script (the same, another), then by first letter (another,
    /// the same).
    jaro: [[Option<u32>; 2]; 2],
}

impl Prefilter {
    pub(in crate::name) fn new(token: Token<'_>, required: u32) -> Self {
        let jaro = |across| {
            let similarity = similarity_for(required, across);
            // Above seven tenths, Winkler adds up to four tenths of the difference to one for four equal first letters.
            let without_prefix = |whole: u32| whole.saturating_sub(ONE * 4 / 10) * 10 / 6;
            let same_first =
                similarity.map(|whole| without_prefix(whole).max(whole.min(ONE * 7 / 10)));
            [similarity, same_first]
        };
        Self {
            signature: token.signature,
            required,
            is_initial: token.is_initial(),
            jaro: [jaro(false), jaro(true)],
        }
    }

    pub(in crate::name) fn required(&self) -> u32 {
        self.required
    }

    /// Whether a word can be worth enough.
    pub(in crate::name) fn passes(&self, word: TokenSignature) -> bool {
        let own = self.signature;
        if self.required == 0 || word.is_irregular() {
            return true;
        }
        if own.is_irregular() {
            return !self.is_initial || (own.flags ^ word.flags) & FIRST_LETTER == 0;
        }
        own.consonant_hash == word.consonant_hash
            || own.flags & word.flags & LISTED != 0
            || self.spare_letters(word).fits(own.letters, word.letters)
    }

    /// Returns how many letters a word of this length, script and first letter can lack, and have beyond the token's.
    fn spare_letters(&self, word: TokenSignature) -> SpareLetters {
        let (a, b) = (u32::from(self.signature.len), u32::from(word.len));
        let differs = self.signature.flags ^ word.flags;
        let same_first = differs & FIRST_LETTER == 0;
        let jaro = self.jaro[usize::from(differs & FOREIGN != 0)][usize::from(same_first)];
        // (m/a + m/b + (m-t)/m) / 3 >= jaro requires m letters in common. A letter that the other lacks is not common.
        let common = jaro.map_or(u32::MAX, |jaro| {
            (a * b * (3 * jaro).saturating_sub(ONE)).div_ceil(ONE * (a + b))
        });
        let (short, long) = (a.min(b), a.max(b));
        let two = same_first && long >= TWO_EDITS_LETTERS;
        let edits = if long - short > 2 || short + 1 < EDIT_LETTERS {
            0
        } else if two && self.required <= two_edits(long) {
            3
        } else if self.required <= one_edit(long) {
            2
        } else {
            0
        };
        let below = |len: u32| if common <= short { len - common + 1 } else { 0 };
        SpareLetters {
            own: below(a).max(edits),
            word: below(b).max(edits),
            // A prefix and a vowel pair inside a word keep the first letter. A pet form may not.
            subset: self.required <= PET || same_first,
        }
    }

    /// Calls `each` with the words that have the same first letter and may be worth enough, and with some others.
    pub(in crate::name) fn each_word(&self, buckets: &Buckets, mut each: impl FnMut(u32)) {
        let own = self.signature;
        buckets.irregular.iter().for_each(|&word| each(word));
        for (&(_, len), bucket) in buckets.with_first_letter(own.flags & FIRST_LETTER) {
            if own.is_irregular() {
                if self.is_initial {
                    bucket.words.iter().for_each(|&word| each(word));
                }
                continue;
            }
            let spare = self.spare_letters(TokenSignature { len, ..own });
            let chunks = bucket.letters.chunks(LANES).zip(bucket.words.chunks(LANES));
            for (letters, words) in chunks {
                let passing = spare.fits_each(own.letters, letters);
                if passing.contains(&true) {
                    let passed = words.iter().zip(passing).filter(|word| word.1);
                    passed.for_each(|(&word, _)| each(word));
                }
            }
        }
    }
}

/// The words that are filtered together. The compiler vectorizes the loops over them.
const LANES: usize = 32;

/// Limits on the kinds of letters that only one of two words has. A word passes with fewer than both limits.
#[derive(Clone, Copy)]
struct SpareLetters {
    /// The limit for the token of the hint.
    own: u32,
    /// The limit for the word.
    word: u32,
    /// Whether a word also passes if the letters of one are a subset of the other's.
    subset: bool,
}

impl SpareLetters {
    fn fits(self, own: u32, word: u32) -> bool {
        let (lacking, added) = (own & !word, word & !own);
        lacking.count_ones() < self.own && added.count_ones() < self.word
            || self.subset && (lacking & !ADDED_LETTERS == 0 || added & !ADDED_LETTERS == 0)
    }

    /// Does the same for many words, without branches and without counting bits. The limits are mostly small.
    fn fits_each(self, own: u32, words: &[u32]) -> [bool; LANES] {
        let (mut lacking, mut added) = ([0; LANES], [0; LANES]);
        for ((lacking, added), &word) in lacking.iter_mut().zip(&mut added).zip(words) {
            *lacking = own & !word;
            *added = word & !own;
        }
        let mut passing = [false; LANES];
        if self.subset {
            for ((pass, lacking), added) in passing.iter_mut().zip(lacking).zip(added) {
                *pass = lacking & !ADDED_LETTERS == 0 || added & !ADDED_LETTERS == 0;
            }
        }
        if self.own > 0 && self.word > 0 {
            for (sets, limit) in [(&mut lacking, self.own), (&mut added, self.word)] {
                for _ in 1..limit {
                    // Removes one letter from each set.
                    for set in sets.iter_mut() {
                        *set &= set.wrapping_sub(1);
                    }
                }
            }
            for ((pass, lacking), added) in passing.iter_mut().zip(lacking).zip(added) {
                *pass |= lacking | added == 0;
            }
        }
        passing
    }
}

/// Words by their first letter and their length.
#[derive(Clone, Default)]
pub(in crate::name) struct Buckets {
    regular: BTreeMap<(u8, u8), Bucket>,
    irregular: Vec<u32>,
}

/// The words of one first letter and length, each with its letters.
#[derive(Clone, Default)]
struct Bucket {
    letters: Vec<u32>,
    words: Vec<u32>,
}

impl Buckets {
    pub(in crate::name) fn push(&mut self, word: u32, signature: TokenSignature) {
        if signature.is_irregular() {
            self.irregular.push(word);
            return;
        }
        let first = signature.flags & FIRST_LETTER;
        let bucket = self.regular.entry((first, signature.len)).or_default();
        bucket.letters.push(signature.letters);
        bucket.words.push(word);
    }

    fn with_first_letter(&self, first: u8) -> impl Iterator<Item = (&(u8, u8), &Bucket)> {
        self.regular.range((first, 0)..=(first, u8::MAX))
    }
}
