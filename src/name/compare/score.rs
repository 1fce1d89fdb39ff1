//! The score of a candidate's name for a hint.

use std::borrow::Borrow;

use arrayvec::ArrayVec;

use super::across_scripts::may_be_same_name;
use super::align::{Alignment, EXTRA_WEIGHT, FULL_WEIGHT, MISSING_WEIGHT, align};
use super::fit::{Fit, is_match, is_one_edit_apart, same_words};
use super::join::is_handle_match;
use super::token_match::{TokenMatch, match_tokens};
use crate::name::text::token::{Token, TokenKind, Tokens};
use crate::name::text::tokenize::{MAX_TOKENS, Name};

/// How well a name fits a hint, from 0 (not at all) to [`Score::MAX`] (the same name).
///
/// Scores are integers, equal on every machine. Compare only scores of the same hint. Another candidate never changes a
/// score.
///
/// The order of scores is for ranking. [`is_match`](Self::is_match) and [`is_mismatch`](Self::is_mismatch) are the
/// separate properties that decide which person is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score {
    value: u32,
    fit: Fit,
}

/// A spelling of the hint, and a name one edit apart from it, score at least this. Every other name scores less.
pub(in crate::name) const NEAR_MATCH_FROM: u32 = 900_000;
/// A name mismatch scores less than this: the score of two names of three words that share one, such as a family name.
///
/// A person who shares a word can still be meant, by a nickname or another family name. To choose a wrong person is
/// worse than to choose no one, so this limit is low.
pub(in crate::name) const MISMATCH_BELOW: u32 =
    2 * FULL_WEIGHT * NEAR_MATCH_FROM / (2 * FULL_WEIGHT + 4 * MISSING_WEIGHT + 4 * EXTRA_WEIGHT);

impl Score {
    /// The score of names that differ only in case, marks and spaces.
    pub const MAX: Self = Self {
        value: 1_000_000,
        fit: Fit::Match,
    };

    /// Returns the score as a number from 0 to 1,000,000.
    ///
    /// ```
    /// # use contact_resolution::name::Score;
    /// assert_eq!(Score::MAX.get(), 1_000_000);
    /// ```
    #[must_use]
    pub fn get(self) -> u32 {
        self.value
    }

    /// Whether the name is a spelling of the hint: equal except for case, marks, written-out umlauts, order, spaces,
    /// initials and transliteration.
    ///
    /// A name one edit away is not a match, because it can be another person's. A given name alone does not match a full
    /// name, because many people share it.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, score};
    /// let fits = |hint, name| score(&Name::new(hint), &Name::new(name)).is_match();
    /// assert!(fits("Sample, B.", "Bob Sample") && fits("Jörg Müller", "Joerg Mueller"));
    /// assert!(!fits("Maria Sample", "Mario Sample") && !fits("Bob", "Bob Sample") && !fits("Bobby Sample", "Bob Sample"));
    /// ```
    #[must_use]
    pub fn is_match(self) -> bool {
        self.fit == Fit::Match
    }

    /// Whether the name clearly belongs to another person. A name with the same family name does not, because that person
    /// can still be meant. Neither does a name one edit away.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, score};
    /// let hint = Name::new("Bob Sample");
    /// assert!(score(&hint, &Name::new("Alice Example")).is_mismatch());
    /// assert!(!score(&hint, &Name::new("Alice Sample")).is_mismatch());
    /// ```
    #[must_use]
    pub fn is_mismatch(self) -> bool {
        self.fit == Fit::Mismatch
    }

    /// Returns the score of a person with several names. The best value and the best fit count, even of different names.
    fn or_better(self, other: Self) -> Self {
        Self {
            value: self.value.max(other.value),
            fit: self.fit.max(other.fit),
        }
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
    TokenPair::new().compare(hint, candidate).score()
}

/// Returns how well a person with several names fits `hint`. The name that fits best counts. Without a name, the score is
/// zero.
///
/// A name in another script with the same consonants is not a mismatch, because scripts without vowels hide the rest.
///
/// ```
/// use contact_resolution::name::{Name, score_any};
///
/// let names = ["Robert Sample", "Bob"].map(Name::new);
/// assert!(score_any(&Name::new("Bob"), &names).is_match());
/// assert!(score_any(&Name::new("Sample, Robert"), &names).is_match());
/// ```
#[must_use]
pub fn score_any(hint: &Name, names: impl IntoIterator<Item: Borrow<Name>>) -> Score {
    let scores = names.into_iter().map(|name| {
        let score = score(hint, name.borrow());
        let is_unclear = score.is_mismatch() && may_be_same_name(hint, name.borrow());
        let fit = if is_unclear { Fit::Unclear } else { score.fit };
        Score { fit, ..score }
    });
    scores.fold(Score::default(), Score::or_better)
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
    TokenPair::new().compare(hint, candidate).matched_words()
}

/// Whether the candidate has every word of the hint as a whole. A word with an edit, a prefix, an initial or a nickname
/// does not count. The words are those of [`matched_words`].
///
/// A search shows these names first.
///
/// ```
/// use contact_resolution::name::{Name, has_every_word};
///
/// let hint = Name::new("Ana");
/// assert!(has_every_word(&hint, &Name::new("Ana López")));
/// assert!(!has_every_word(&hint, &Name::new("Anna")));
/// ```
#[must_use]
pub fn has_every_word(hint: &Name, candidate: &Name) -> bool {
    TokenPair::new().compare(hint, candidate).has_every_word()
}

/// The tokens of a name, which are compared several times.
type TokenList<'a> = ArrayVec<Token<'a>, MAX_TOKENS>;

impl Tokens for TokenList<'_> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }

    fn token(&self, at: usize) -> Token<'_> {
        self[at]
    }

    fn kind(&self, at: usize) -> TokenKind {
        self[at].kind
    }
}

/// The tokens of two names.
struct TokenPair<'a> {
    hint: TokenList<'a>,
    candidate: TokenList<'a>,
}

impl<'a> TokenPair<'a> {
    fn new() -> Self {
        TokenPair {
            hint: TokenList::new(),
            candidate: TokenList::new(),
        }
    }

    /// Compares two names. The lists are filled in place, because moving a list would copy all of it.
    fn compare(
        &mut self,
        hint: &'a Name,
        candidate: &'a Name,
    ) -> NameComparison<'_, TokenList<'a>, TokenList<'a>> {
        self.hint.extend(hint.tokens());
        self.candidate.extend(candidate.tokens());
        let compare =
            |i: usize, j: usize, least| match_tokens(&self.hint[i], &self.candidate[j], least);
        NameComparison::new(&self.hint, &self.candidate, true, compare)
    }
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

/// A name compared with a hint.
pub(in crate::name) struct NameComparison<'a, Hint, Candidate> {
    hint: &'a Hint,
    candidate: &'a Candidate,
    relation: Relation,
}

enum Relation {
    /// One of the names is blank.
    Blank,
    /// All tokens are equal.
    Same,
    Aligned(Alignment),
}

impl<'a, Hint: Tokens, Candidate: Tokens> NameComparison<'a, Hint, Candidate> {
    /// Compares two names by the match of each pair of tokens, as [`align`] does. `joins` allows joined tokens.
    pub(in crate::name) fn new(
        hint: &'a Hint,
        candidate: &'a Candidate,
        joins: bool,
        compare: impl FnMut(usize, usize, u32) -> TokenMatch,
    ) -> Self {
        let relation = if hint.len() == 0 || candidate.len() == 0 {
            Relation::Blank
        } else if is_same(hint, candidate) {
            Relation::Same
        } else {
            Relation::Aligned(align(hint, candidate, joins, compare))
        };
        Self {
            hint,
            candidate,
            relation,
        }
    }

    pub(in crate::name) fn score(&self) -> Score {
        let (hint, candidate) = (self.hint, self.candidate);
        let alignment = match &self.relation {
            Relation::Blank => return Score::default(),
            Relation::Same => return Score::MAX,
            Relation::Aligned(alignment) => alignment,
        };
        let mut value = alignment.value(hint, candidate);
        if is_handle_match(hint, candidate) {
            value = value.max(HANDLE);
        }
        let is_near_match = alignment.is_near_match(hint, candidate);
        let value = scaled(value, is_near_match);
        let fit = if is_near_match && is_match(alignment, hint, candidate) {
            Fit::Match
        } else if value >= MISMATCH_BELOW || is_one_edit_apart(hint, candidate) {
            Fit::Unclear
        } else {
            Fit::Mismatch
        };
        Score { value, fit }
    }

    /// Returns how many of the hint's words the candidate has.
    pub(in crate::name) fn matched_words(&self) -> usize {
        let words = words(self.hint);
        let matched = match &self.relation {
            Relation::Blank => 0,
            Relation::Same => words,
            Relation::Aligned(_) if is_handle_match(self.hint, self.candidate) => words,
            Relation::Aligned(alignment) => words & alignment.strongly_matched(),
        };
        matched.count_ones() as usize
    }

    /// Whether the candidate has every word of the hint as a whole.
    pub(in crate::name) fn has_every_word(&self) -> bool {
        match &self.relation {
            Relation::Blank => false,
            Relation::Same => true,
            Relation::Aligned(alignment) => {
                words(self.hint) & !same_words(alignment, self.hint, self.candidate) == 0
            }
        }
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

/// Returns the score of a value in millionths. Near matches use the tenth of the scale above [`NEAR_MATCH_FROM`].
fn scaled(value: u64, is_near_match: bool) -> u32 {
    // The maximum is reserved for equal names.
    let value = value.min(999_999);
    let score = if is_near_match {
        u64::from(NEAR_MATCH_FROM) + value / 10
    } else {
        value * u64::from(NEAR_MATCH_FROM - 1) / 1_000_000
    };
    u32::try_from(score).unwrap_or(0)
}
