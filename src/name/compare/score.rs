//! The score of a candidate's name for a hint.

use super::align::{EXTRA_WEIGHT, FULL_WEIGHT, MISSING_WEIGHT, align};
use super::join::is_handle_match;
use super::token_match::{TokenMatch, match_tokens};
use crate::name::text::token::{TokenKind, Tokens};
use crate::name::text::tokenize::Name;

/// How well a name fits a hint, from 0 (not at all) to [`Score::MAX`] (the same name).
///
/// Scores are integers, equal on every machine. Compare only scores of the same hint. Another candidate never changes a
/// score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u32);

/// A name match has at least this score, and every other name has less.
pub(in crate::name) const MATCH_FROM: u32 = 900_000;
/// A name mismatch has less than this: the score of two names of three words that share one, such as a family name.
///
/// A person who shares a word can still be meant, by a nickname or another family name. The wrong person is the worse
/// error.
pub(in crate::name) const MISMATCH_BELOW: u32 =
    2 * FULL_WEIGHT * MATCH_FROM / (2 * FULL_WEIGHT + 4 * MISSING_WEIGHT + 4 * EXTRA_WEIGHT);

impl Score {
    /// The score of names that differ only in case, marks and spaces.
    pub const MAX: Self = Self(1_000_000);

    /// Returns the score as a number from 0 to 1,000,000.
    ///
    /// ```
    /// # use contact_resolution::name::Score;
    /// assert_eq!(Score::MAX.get(), 1_000_000);
    /// ```
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// Whether the name is a spelling of the hint. It differs in case, marks, written-out umlauts, order, spaces, initials
    /// and transliteration only, or by one edit in one of several tokens.
    ///
    /// A given name alone does not match a full name, because many people share it.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, score};
    /// let fits = |hint, name| score(&Name::new(hint), &Name::new(name)).is_match();
    /// assert!(fits("Sample, B.", "Bob Sample") && fits("Bob Sampel", "Bob Sample") && fits("Jörg Müller", "Joerg Mueller"));
    /// assert!(!fits("Bob", "Bob Sample") && !fits("Bobby Sample", "Bob Sample"));
    /// ```
    #[must_use]
    pub fn is_match(self) -> bool {
        self.0 >= MATCH_FROM
    }

    /// Whether the name clearly belongs to another person. A name with the same family name does not, because that person
    /// can still be meant.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, score};
    /// let hint = Name::new("Bob Sample");
    /// assert!(score(&hint, &Name::new("Alice Example")).is_mismatch());
    /// assert!(!score(&hint, &Name::new("Alice Sample")).is_mismatch());
    /// ```
    #[must_use]
    pub fn is_mismatch(self) -> bool {
        self.0 < MISMATCH_BELOW
    }
}

/// The value of a name and a handle made from it: bsample, bobs.
const HANDLE: u64 = 850_000;

/// Returns how well `candidate` fits `hint`. This is not symmetric: a hint may say less than the name, but not more.
///
/// ```
/// use contact_resolution::name::{Name, Score, score};
///
/// let hint = Name::new("B. Sample");
/// assert!(score(&hint, &Name::new("Bob Sample")).is_match());
/// assert!(score(&hint, &Name::new("Alice Example")).is_mismatch());
/// assert_eq!(score(&hint, &Name::new("b sample")), Score::MAX);
/// ```
#[must_use]
pub fn score(hint: &Name, candidate: &Name) -> Score {
    compare_names(hint, candidate).score
}

/// Returns how many of the hint's words the candidate has: equal, of the same sound, as a prefix, as an initial, with one
/// or two edits, or as a nickname. Titles, initials and particles count only if the hint has no other tokens.
///
/// ```
/// use contact_resolution::name::{Name, matched_words};
///
/// let hint = Name::new("Dr. Anna Smith");
/// assert_eq!(matched_words(&hint, &Name::new("Smyth, Ana")), 2);
/// assert_eq!(matched_words(&hint, &Name::new("Ana Jones")), 1);
/// assert_eq!(matched_words(&hint, &Name::new("Nadia Schmidtke")), 0);
/// ```
#[must_use]
pub fn matched_words(hint: &Name, candidate: &Name) -> usize {
    compare_names(hint, candidate).matched_words
}

fn compare_names(hint: &Name, candidate: &Name) -> NameComparison {
    let compare = |i, j| match_tokens(hint.token(i), candidate.token(j));
    compare_by(hint, candidate, true, compare)
}

/// The result of comparing a name with a hint.
#[derive(Clone, Copy, Default)]
pub(in crate::name) struct NameComparison {
    pub(in crate::name) score: Score,
    /// How many of the hint's words the name has.
    pub(in crate::name) matched_words: usize,
}

/// Returns a bit for each token of the hint that is one of its words.
pub(in crate::name) fn words(hint: &impl Tokens) -> u16 {
    let places = |counts: fn(TokenKind) -> bool| {
        let places = (0..hint.len()).filter(|&at| counts(hint.kind(at)));
        places.fold(0, |set, at| set | 1 << at)
    };
    match places(|kind| kind == TokenKind::Word) {
        0 => places(|_| true),
        words => words,
    }
}

/// Compares a name with a hint, by the match of each pair of tokens. `joins` allows joined tokens.
pub(in crate::name) fn compare_by(
    hint: &impl Tokens,
    candidate: &impl Tokens,
    joins: bool,
    compare: impl FnMut(usize, usize) -> TokenMatch,
) -> NameComparison {
    if hint.len() == 0 || candidate.len() == 0 {
        return NameComparison::default();
    }
    let words = words(hint);
    if is_same(hint, candidate) {
        return NameComparison {
            score: Score::MAX,
            matched_words: words.count_ones() as usize,
        };
    }
    let alignment = align(hint, candidate, joins, compare);
    let value = alignment.value(hint, candidate);
    let (value, matched) = if is_handle_match(hint, candidate) {
        (value.max(HANDLE), words)
    } else {
        (value, words & alignment.strongly_matched())
    };
    NameComparison {
        score: scaled(value, alignment.is_match(hint, candidate)),
        matched_words: matched.count_ones() as usize,
    }
}

/// Whether all tokens are equal after folding.
fn is_same(hint: &impl Tokens, candidate: &impl Tokens) -> bool {
    hint.len() == candidate.len()
        && hint
            .tokens()
            .zip(candidate.tokens())
            .all(|(x, y)| x.folded() == y.folded())
}

/// Returns the score of a value in millionths. Matches use the tenth of the scale above [`MATCH_FROM`].
fn scaled(value: u64, is_match: bool) -> Score {
    // The maximum is reserved for equal names.
    let value = value.min(999_999);
    let score = if is_match {
        u64::from(MATCH_FROM) + value / 10
    } else {
        value * u64::from(MATCH_FROM - 1) / 1_000_000
    };
    Score(u32::try_from(score).unwrap_or(0))
}
