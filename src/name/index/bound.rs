//! Upper bounds of scores, from a few properties of a name. A search skips most names by their bound.

use crate::name::compare::align::{EXTRA_WEIGHT, FULL_WEIGHT, MISSING_WEIGHT, weight};
use crate::name::compare::score::{MISMATCH_BELOW, NEAR_MATCH_FROM};
use crate::name::compare::token_match::{AGREES_FROM, INITIAL, SAME};
use crate::name::text::token::{TokenKind, Tokens};
use crate::name::text::tokenize::{MAX_TOKENS, Name};

/// The most that each token of a hint is worth.
pub(in crate::name) type Worths = [u32; MAX_TOKENS];

/// The score that a name must reach.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::name) struct ScoreBound {
    /// The value to reach, in millionths.
    value: i64,
    /// Whether only near matches reach it.
    near_match_only: bool,
}

impl ScoreBound {
    /// Requires a score, and at least that the name is not a mismatch.
    pub(in crate::name) fn new(score: u32) -> Self {
        let score = i64::from(score.max(MISMATCH_BELOW));
        let near_match_from = i64::from(NEAR_MATCH_FROM);
        let near_match_only = score >= near_match_from;
        // The inverse of the scale from values to scores.
        let value = if near_match_only {
            (score - near_match_from) * 10
        } else {
            (score * 1_000_000 + near_match_from - 2) / (near_match_from - 1)
        };
        Self {
            value,
            near_match_only,
        }
    }

    /// Whether a name of this shape can reach the score, if each token of the hint is worth no more than `most`. Joined
    /// tokens and handles are not considered.
    pub(in crate::name) fn allows(self, hint: &Name, most: &Worths, shape: NameShape) -> bool {
        let words = || (0..hint.len()).filter(|&at| hint.kind(at) == TokenKind::Word);
        let same = most.iter().take(hint.len()).all(|&worth| worth == SAME);
        let agree = words().any(|at| most[at] >= AGREES_FROM);
        let can_near_match = same || agree && words().all(|at| most[at] >= INITIAL);
        if can_near_match != self.near_match_only {
            return can_near_match;
        }
        let (missing, extra, full) = (
            i64::from(2 * MISSING_WEIGHT),
            i64::from(2 * EXTRA_WEIGHT) * i64::from(shape.lightest),
            i64::from(FULL_WEIGHT),
        );
        // matched / all >= value means matched - value * all >= 0. Each token of the hint adds its own part to that sum.
        let spare = i64::try_from(shape.len.saturating_sub(hint.len())).unwrap_or(0);
        let mut sum = -self.value * extra * spare;
        for (at, &worth) in most.iter().enumerate().take(hint.len()) {
            let kind = hint.kind(at);
            let own = i64::from(weight(kind));
            let over = i64::from(worth) * (1_000_000 / i64::from(SAME)) - self.value;
            // An unmatched token of the hint leaves one of the candidate unmatched, if there are as many.
            let also_extra = if shape.len >= hint.len() { extra } else { 0 };
            let unmatched = -self.value * (missing * own + also_extra);
            let other = if over > 0 {
                weight(TokenKind::Word)
            } else if worth < SAME && kind != TokenKind::Noise {
                // Noise matches equal noise only.
                shape.lightest.max(weight(TokenKind::Particle))
            } else {
                shape.lightest
            };
            sum += unmatched.max(over * full * (own + i64::from(other)));
        }
        sum >= 0
    }

    /// Returns the least that one token of the hint must be worth in a name of this shape, if the others are worth `most`.
    ///
    /// Returns `SAME + 1` if no worth is enough.
    pub(in crate::name) fn required_worth(
        self,
        hint: &Name,
        most: &Worths,
        shape: NameShape,
        at: usize,
    ) -> u32 {
        let (mut low, mut high) = (0, SAME + 1);
        let mut tried = *most;
        while low < high {
            tried[at] = u32::midpoint(low, high);
            if self.allows(hint, &tried, shape) {
                high = tried[at];
            } else {
                low = tried[at] + 1;
            }
        }
        low
    }
}

/// The properties of a name, beside its words, that limit its score.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::name) struct NameShape {
    len: usize,
    /// The weight of the lightest token.
    lightest: u32,
}

impl NameShape {
    /// The shape with the highest bound.
    pub(in crate::name) const ANY: Self = Self {
        len: 0,
        lightest: weight(TokenKind::Noise),
    };

    /// Returns the shape of names of this many plain words.
    pub(in crate::name) const fn plain(words: usize) -> Self {
        Self {
            len: words,
            lightest: weight(TokenKind::Word),
        }
    }

    pub(in crate::name) fn new(kinds: impl ExactSizeIterator<Item = TokenKind>) -> Self {
        Self {
            len: kinds.len(),
            lightest: kinds.map(weight).min().unwrap_or(weight(TokenKind::Noise)),
        }
    }
}
