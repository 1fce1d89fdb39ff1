//! How good a name can be at best, before it is read: what a search needs to leave most names unread.

use super::form::{Forms, TokenKind};
use super::level::{AGREES, INITIAL, SAME};
use super::score::{CLEAR, MISSING, RELATIVE, UNSAID, WHOLE, weight};
use super::tokens::{MAX_TOKENS, Name};

/// What a name must have to be worth a look.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// The value to reach, in millionths.
    value: i64,
    /// Whether only a clear match will do.
    clear: bool,
}

impl Reach {
    /// To come up to a score, and in any case not to be clearly none.
    pub(super) fn new(score: u32) -> Self {
        let score = i64::from(score.max(RELATIVE));
        let clear = score >= i64::from(CLEAR);
        // The other way round as `band` has it.
        let value = if clear {
            (score - i64::from(CLEAR)) * 10
        } else {
            let scaled = score * 1_000_000 + i64::from(CLEAR) - 2;
            scaled / i64::from(CLEAR - 1)
        };
        Self { value, clear }
    }

    /// Whether a name of this shape can, if each of the hint's tokens is worth no more than `most`. Joined tokens and
    /// handles are another matter.
    pub(super) fn by(self, hint: &Name, most: &[u32; MAX_TOKENS], shape: Shape) -> bool {
        let words = || (0..hint.len()).filter(|&at| hint.kind(at) == TokenKind::Word);
        let same = most.iter().take(hint.len()).all(|&worth| worth == SAME);
        let agree = words().any(|at| most[at] >= AGREES);
        let clear = same || agree && words().all(|at| most[at] >= INITIAL);
        if clear != self.clear {
            return clear;
        }
        let (missing, unsaid, whole) = (
            i64::from(2 * MISSING),
            i64::from(2 * UNSAID) * i64::from(shape.lightest),
            i64::from(WHOLE),
        );
        // got / asked >= value is got - value * asked >= 0, a sum in which each token of the hint is on its own.
        let spare = i64::try_from(shape.len.saturating_sub(hint.len())).unwrap_or(0);
        let mut sum = -self.value * unsaid * spare;
        for (token, &worth) in hint.tokens.iter().zip(most) {
            let weighs = i64::from(weight(token.kind));
            let over = i64::from(worth) * (1_000_000 / i64::from(SAME)) - self.value;
            // A token of the hint that is left leaves one of the candidate's, if there are as many.
            let also_left = if shape.len >= hint.len() { unsaid } else { 0 };
            let left = -self.value * (missing * weighs + also_left);
            let other = if over > 0 {
                weight(TokenKind::Word)
            } else if worth < SAME && token.kind != TokenKind::Noise {
                // Noise is matched by the same only.
                shape.lightest.max(weight(TokenKind::Particle))
            } else {
                shape.lightest
            };
            sum += left.max(over * whole * (weighs + i64::from(other)));
        }
        sum >= 0
    }

    /// The least that a token of the hint must be worth, if the others are worth `most`, for a name of this shape; more
    /// than any is if that is too little.
    pub(super) fn need(
        self,
        hint: &Name,
        most: &[u32; MAX_TOKENS],
        shape: Shape,
        at: usize,
    ) -> u32 {
        let (mut low, mut high) = (0, SAME + 1);
        let mut tried = *most;
        while low < high {
            tried[at] = u32::midpoint(low, high);
            if self.by(hint, &tried, shape) {
                high = tried[at];
            } else {
                low = tried[at] + 1;
            }
        }
        low
    }
}

/// What of a name, beside its words, says how well it can fit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    len: usize,
    lightest: u32,
}

impl Shape {
    /// Fits no worse than any other.
    pub(super) const ANY: Self = Self {
        len: 0,
        lightest: weight(TokenKind::Noise),
    };

    /// Of so many plain words.
    pub(super) const fn plain(words: usize) -> Self {
        Self {
            len: words,
            lightest: weight(TokenKind::Word),
        }
    }

    pub(super) fn new(kinds: impl ExactSizeIterator<Item = TokenKind>) -> Self {
        Self {
            len: kinds.len(),
            lightest: kinds.map(weight).min().unwrap_or(weight(TokenKind::Noise)),
        }
    }
}
