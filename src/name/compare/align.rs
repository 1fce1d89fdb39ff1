//! Pairing the tokens of two names, and the value of the pairs.

use super::join::{MAX_PARTS, joined_match};
use super::match_kind::MatchKind;
use super::token_match::{SAME, TokenMatch};
use crate::name::text::token::{Token, TokenKind, Tokens};
use crate::name::text::tokenize::MAX_TOKENS;

/// Returns the weight of a token by its kind. An initial is a part of a word. Particles distinguish families a little, and
/// noise distinguishes no one.
pub(in crate::name) const fn weight(kind: TokenKind) -> u32 {
    match kind {
        TokenKind::Word => 100,
        TokenKind::Initial => 50,
        TokenKind::Particle => 30,
        TokenKind::Noise => 8,
    }
}

/// The value of a matched token, in hundredths of its weight.
pub(in crate::name) const FULL_WEIGHT: u32 = 100;
/// The cost of a hint token that the candidate lacks. It is almost as high as the value of a match.
pub(in crate::name) const MISSING_WEIGHT: u32 = 90;
/// The cost of a candidate token that the hint lacks. It is lower, since the hint can be shorter than the name.
pub(in crate::name) const EXTRA_WEIGHT: u32 = 35;
const _: () = assert!(EXTRA_WEIGHT < MISSING_WEIGHT && MISSING_WEIGHT < FULL_WEIGHT);

/// The factor in thousandths for tokens in another order, so that "Bob Sample" comes before "Sample Bob".
const REORDERED: u64 = 992;

/// Tokens of the hint and the tokens of the candidate that match them. Each side has one token, or neighbors if tokens are
/// joined.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    /// A bit for each token of the hint.
    pub(super) hint: u16,
    /// A bit for each token of the candidate.
    pub(super) candidate: u16,
    /// The weight of all these tokens.
    weight: u32,
    pub(super) matched: TokenMatch,
}

/// The pairs of two names. Of fixed size, so that scoring allocates nothing.
pub(in crate::name) struct Alignment {
    pairs: [Option<Pair>; MAX_TOKENS],
    hint_used: u16,
    candidate_used: u16,
}

/// Pairs the tokens of two names so that the total value is highest.
///
/// `compare` returns the match of a token of the hint and a token of the candidate. If the match is worth less than the
/// third argument, `compare` may return no match. `joins` allows joined tokens.
pub(super) fn align(
    hint: &impl Tokens,
    candidate: &impl Tokens,
    joins: bool,
    compare: impl FnMut(usize, usize, u32) -> TokenMatch,
) -> Alignment {
    let mut alignment = Alignment {
        pairs: [None; MAX_TOKENS],
        hint_used: 0,
        candidate_used: 0,
    };
    if joins && hint.len() != candidate.len() {
        alignment.pair_joined(hint, candidate);
    }
    match hint.len().max(candidate.len()) {
        // Nearly every name is this short, and a larger table is measurably slower.
        ..=3 => alignment.pair_single::<3>(hint, candidate, compare, assign_best::<3, { 1 << 3 }>),
        4..=MAX_EXACT => {
            alignment.pair_single::<MAX_EXACT>(
                hint,
                candidate,
                compare,
                assign_best::<MAX_EXACT, { 1 << MAX_EXACT }>,
            );
        }
        _ => alignment.pair_single::<MAX_TOKENS>(hint, candidate, compare, assign_greedily),
    }
    alignment
}

/// The most tokens for which the best assignment is found. It considers every subset of the tokens.
const MAX_EXACT: usize = 6;

/// The position of a token of the candidate for each token of the hint.
type Assignment<const SIZE: usize> = [Option<usize>; SIZE];
type Gains<const SIZE: usize> = [[u32; SIZE]; SIZE];

/// Returns the assignment of each row to its best column, if no two rows and no two columns compete. No other assignment
/// gains as much. Only the highest gain of each row matters.
fn assign_undisputed<const SIZE: usize>(gains: &Gains<SIZE>) -> Option<Assignment<SIZE>> {
    let (mut assignment, mut taken) = ([None; SIZE], 0_u16);
    for (gains, place) in gains.iter().zip(&mut assignment) {
        let (mut best, mut is_tied) = ((0, 0), false);
        for (column, gain) in gains.iter().enumerate() {
            is_tied = *gain == best.0 || is_tied && *gain < best.0;
            if *gain > best.0 {
                best = (*gain, column);
            }
        }
        if best.0 > 0 {
            if is_tied || taken >> best.1 & 1 == 1 {
                return None;
            }
            taken |= 1 << best.1;
            *place = Some(best.1);
        }
    }
    Some(assignment)
}

/// Returns the assignment with the highest total gain, and the first of equal ones.
fn assign_best<const SIZE: usize, const SETS: usize>(
    rows: usize,
    columns: usize,
    gains: &Gains<SIZE>,
) -> Assignment<SIZE> {
    let mut best = [0_u32; SETS];
    let mut taken = [[u8::MAX; SETS]; SIZE];
    for (row, taken) in taken.iter_mut().enumerate().take(rows) {
        // From the largest set, so that a smaller set still has its value without this row.
        for set in (1..1_usize << columns).rev() {
            for column in (0..columns).filter(|c| set >> c & 1 == 1) {
                let (with, without) = (gains[row][column], set & !(1 << column));
                if with > 0 && best[without] + with > best[set] {
                    best[set] = best[without] + with;
                    taken[set] = u8::try_from(column).unwrap_or(u8::MAX);
                }
            }
        }
    }
    let mut assignment = [None; SIZE];
    let mut set = (1 << columns) - 1;
    for row in (0..rows).rev() {
        let column = usize::from(taken[row][set]);
        if column < columns {
            assignment[row] = Some(column);
            set &= !(1 << column);
        }
    }
    assignment
}

/// Assigns the pair with the highest gain first, and the first of equal ones. For long names.
fn assign_greedily<const SIZE: usize>(
    rows: usize,
    columns: usize,
    gains: &Gains<SIZE>,
) -> Assignment<SIZE> {
    let mut assignment = [None; SIZE];
    let mut taken = 0_u16;
    loop {
        let mut best = (0, 0, 0);
        for row in (0..rows).filter(|&r| assignment[r].is_none()) {
            for column in (0..columns).filter(|c| taken >> c & 1 == 0) {
                let gain = gains[row][column];
                if gain > best.0 {
                    best = (gain, row, column);
                }
            }
        }
        if best.0 == 0 {
            return assignment;
        }
        assignment[best.1] = Some(best.2);
        taken |= 1 << best.2;
    }
}

impl Alignment {
    fn add(&mut self, pair: Pair) {
        self.hint_used |= pair.hint;
        self.candidate_used |= pair.candidate;
        self.pairs[pair.hint.trailing_zeros() as usize] = Some(pair);
    }

    /// Pairs single tokens with single tokens.
    fn pair_single<const SIZE: usize>(
        &mut self,
        hint: &impl Tokens,
        candidate: &impl Tokens,
        mut compare: impl FnMut(usize, usize, u32) -> TokenMatch,
        assign: impl FnOnce(usize, usize, &Gains<SIZE>) -> Assignment<SIZE>,
    ) {
        let hint_weights = free_weights::<SIZE>(hint, self.hint_used);
        let candidate_weights = free_weights::<SIZE>(candidate, self.candidate_used);
        let mut table = [[TokenMatch::NONE; SIZE]; SIZE];
        let mut gains = [[0; SIZE]; SIZE];
        let mut compare_all = |gains: &mut Gains<SIZE>, only_best: bool| {
            for i in 0..SIZE {
                let mut best = 0_u32;
                for j in 0..SIZE {
                    if hint_weights[i] == 0 || candidate_weights[j] == 0 {
                        continue;
                    }
                    if gains[i][j] == 0 {
                        let weight = hint_weights[i] + candidate_weights[j];
                        let least = if only_best { best.div_ceil(weight) } else { 0 };
                        table[i][j] = compare(i, j, least);
                        gains[i][j] = table[i][j].worth * weight;
                    }
                    best = best.max(gains[i][j]);
                }
            }
        };
        // Most names need only the best match of each token. The other matches decide if two tokens compete.
        compare_all(&mut gains, true);
        let assignment = assign_undisputed(&gains).unwrap_or_else(|| {
            compare_all(&mut gains, false);
            assign(hint.len(), candidate.len(), &gains)
        });
        for (i, j) in assignment.into_iter().enumerate() {
            if let Some(j) = j {
                self.add(Pair {
                    hint: 1 << i,
                    candidate: 1 << j,
                    weight: hint_weights[i] + candidate_weights[j],
                    matched: table[i][j],
                });
            }
        }
    }

    /// Pairs one token on one side with two or three on the other: Anne Marie, van der Meer, 志偉.
    fn pair_joined(&mut self, hint: &impl Tokens, candidate: &impl Tokens) {
        let pair = |hint_tokens, candidate_tokens, matched| Pair {
            hint: hint_tokens,
            candidate: candidate_tokens,
            weight: weight_of(hint, hint_tokens) + weight_of(candidate, candidate_tokens),
            matched,
        };
        for i in 0..hint.len() {
            for j in 0..candidate.len() {
                for parts in 2..=MAX_PARTS {
                    let (own, other) = (bits(i, 1), bits(j, parts));
                    if j + parts <= candidate.len()
                        && self.is_free(own, other)
                        && let Some(matched) = joined_match(candidate, j, parts, hint.token(i))
                    {
                        self.add(pair(own, other, matched));
                    }
                    let (own, other) = (bits(i, parts), bits(j, 1));
                    if i + parts <= hint.len()
                        && self.is_free(own, other)
                        && let Some(matched) = joined_match(hint, i, parts, candidate.token(j))
                    {
                        self.add(pair(own, other, matched));
                    }
                }
            }
        }
    }

    fn is_free(&self, hint: u16, candidate: u16) -> bool {
        self.hint_used & hint == 0 && self.candidate_used & candidate == 0
    }

    /// Returns the pairs in the order of the hint.
    pub(super) fn pairs(&self) -> impl Iterator<Item = &Pair> {
        let end = u16::BITS - self.hint_used.leading_zeros();
        self.pairs.iter().take(end as usize).flatten()
    }

    /// Returns a bit for each token of the hint whose match is more than similar letters.
    pub(super) fn strongly_matched(&self) -> u16 {
        let strong = self.pairs().filter(|pair| pair.matched.kind.is_strong());
        strong.fold(0, |set, pair| set | pair.hint)
    }

    /// Returns the matched share of all weights, in millionths.
    pub(super) fn value(&self, hint: &impl Tokens, candidate: &impl Tokens) -> u64 {
        let (mut matched, mut all, mut next, mut in_order) = (0, 0, 0, true);
        for pair in self.pairs() {
            matched += u64::from(pair.weight * pair.matched.worth);
            all += u64::from(pair.weight * FULL_WEIGHT);
            // Two pairs share no token, so their sets are in the order of the tokens.
            in_order &= pair.candidate >= next;
            next = pair.candidate;
        }
        all += u64::from(2 * MISSING_WEIGHT * weight_of(hint, !self.hint_used));
        all += u64::from(2 * EXTRA_WEIGHT * weight_of(candidate, !self.candidate_used));
        let value = matched * (u64::from(FULL_WEIGHT) * 1_000_000 / u64::from(SAME)) / all.max(1);
        if in_order {
            value
        } else {
            value * REORDERED / 1000
        }
    }

    /// Returns a bit for each token of the hint that has a pair.
    pub(super) fn hint_used(&self) -> u16 {
        self.hint_used
    }

    /// Returns a bit for each token of the candidate that has a pair.
    pub(super) fn candidate_used(&self) -> u16 {
        self.candidate_used
    }

    /// Whether the names are two spellings of one name, or one edit apart beside another token that agrees.
    ///
    /// Only noise and initials may remain without a pair.
    pub(super) fn is_near_match(&self, hint: &impl Tokens, candidate: &impl Tokens) -> bool {
        if !self.pairs().all(|p| p.matched.kind.is_near_match()) {
            return false;
        }
        let agreeing = self
            .pairs()
            .filter(|p| {
                let first = kinds_in(hint, p.hint).next();
                p.matched.kind.is_whole() && first == Some(TokenKind::Word)
            })
            // Another token must be worth at least `AGREES_FROM`.
            .filter(|p| p.matched.kind != MatchKind::Romanized)
            .count();
        let edits = self
            .pairs()
            .filter(|p| p.matched.kind == MatchKind::OneEdit)
            .count();
        let may_remain = |kind: TokenKind| {
            kind == TokenKind::Noise || kind == TokenKind::Initial && agreeing > 1
        };
        edits <= 1
            && agreeing > edits
            && kinds_outside(hint, self.hint_used).all(may_remain)
            && kinds_outside(candidate, self.candidate_used).all(may_remain)
    }
}

/// Returns a bit for each of some neighboring tokens.
fn bits(at: usize, span: usize) -> u16 {
    ((1 << span) - 1) << at
}

/// Returns the kinds of the tokens that are not in a set.
pub(super) fn kinds_outside(name: &impl Tokens, set: u16) -> impl Iterator<Item = TokenKind> {
    kinds_in(name, !set)
}

/// Returns the tokens in a set.
pub(super) fn tokens_in(name: &impl Tokens, set: u16) -> impl Iterator<Item = Token<'_>> {
    positions(name, set).map(|at| name.token(at))
}

/// Returns the kinds of the tokens in a set.
fn kinds_in(name: &impl Tokens, set: u16) -> impl Iterator<Item = TokenKind> {
    positions(name, set).map(|at| name.kind(at))
}

/// Returns the positions of the tokens in a set.
fn positions(name: &impl Tokens, set: u16) -> impl Iterator<Item = usize> {
    let mut left = set & ((1 << name.len()) - 1);
    std::iter::from_fn(move || {
        let at = left.trailing_zeros() as usize;
        let is_some = left != 0;
        left &= left.wrapping_sub(1);
        is_some.then_some(at)
    })
}

/// Returns the weights of the tokens that are not in a set. All other places are zero.
fn free_weights<const SIZE: usize>(name: &impl Tokens, used: u16) -> [u32; SIZE] {
    let mut weights = [0; SIZE];
    for (at, place) in weights.iter_mut().enumerate().take(name.len()) {
        if used >> at & 1 == 0 {
            *place = weight(name.kind(at));
        }
    }
    weights
}

fn weight_of(name: &impl Tokens, set: u16) -> u32 {
    kinds_in(name, set).map(weight).sum()
}
