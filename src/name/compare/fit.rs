//! Whether a name clearly belongs to the person of a hint, or clearly to another person.
//!
//! A score orders names but does not decide which person is meant. Francesco and Francesca score high, but are two
//! people. This module therefore asks for equal names. A name one edit away is neither a match nor a mismatch.

use super::align::{Alignment, Pair, kinds_outside, tokens_in};
use super::match_kind::MatchKind;
use super::similarity::edits;
use crate::name::data::titles::is_generation;
use crate::name::text::token::{Token, TokenKind, Tokens};
use crate::name::text::tokenize::MAX_LETTERS;

/// How clearly a name fits a hint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Fit {
    /// The name clearly belongs to another person.
    #[default]
    Mismatch,
    Unclear,
    /// The name is a spelling of the hint.
    Match,
}

/// Whether the names are equal except for case, marks, written-out umlauts, order, spaces, initials and transliteration.
///
/// The alignment must be [near a match](Alignment::is_near_match).
pub(super) fn is_match(alignment: &Alignment, hint: &impl Tokens, candidate: &impl Tokens) -> bool {
    alignment
        .pairs()
        .all(|pair| is_same_name(pair, hint, candidate))
        && !is_contradicted(alignment, hint, candidate)
}

/// Returns a bit for each token of the hint that the candidate has as a whole, with the differences that a match allows.
pub(super) fn same_words(
    alignment: &Alignment,
    hint: &impl Tokens,
    candidate: &impl Tokens,
) -> u16 {
    let same = alignment.pairs().filter(|pair| {
        pair.matched.kind != MatchKind::Initial && is_same_name(pair, hint, candidate)
    });
    same.fold(0, |set, pair| set | pair.hint)
}

/// Whether the tokens of a pair are equal except for the allowed differences.
fn is_same_name(pair: &Pair, hint: &impl Tokens, candidate: &impl Tokens) -> bool {
    let own = || tokens_in(hint, pair.hint);
    let other = || tokens_in(candidate, pair.candidate);
    match pair.matched.kind {
        MatchKind::Same | MatchKind::FamilyName | MatchKind::Romanized | MatchKind::Initial => true,
        // Transliteration joins letters that differ within a script, such as alef and ayin. It is needed across scripts.
        MatchKind::Transliterated | MatchKind::Joined => {
            let is_foreign = |token: Token<'_>| !token.is_latin();
            !own().all(is_foreign) || !other().all(is_foreign) || {
                own()
                    .flat_map(folded_bytes)
                    .eq(other().flat_map(folded_bytes))
            }
        }
        MatchKind::Digraph => own()
            .zip(other())
            .all(|(own, other)| is_written_out_umlaut(own, other)),
        _ => false,
    }
}

fn folded_bytes(token: Token<'_>) -> impl Iterator<Item = u8> {
    token.folded().bytes()
}

/// Whether the vowel pairs of one token are umlauts of the other. Without an umlaut, the names differ: Joe and Jo.
fn is_written_out_umlaut(a: Token<'_>, b: Token<'_>) -> bool {
    let (short, long) = if a.latin().len() <= b.latin().len() {
        (a, b)
    } else {
        (b, a)
    };
    short.has_umlaut && (short.latin().len() < long.latin().len() || long.has_umlaut)
}

/// Whether both names have an initial, or both a number or a generation, that the other lacks: Bob Q. and Bob R., Henry VII
/// and Henry VIII, Bob Jr. and Bob Sr.
fn is_contradicted(alignment: &Alignment, hint: &impl Tokens, candidate: &impl Tokens) -> bool {
    let (own, other) = (alignment.hint_used(), alignment.candidate_used());
    let is_initial = |kind| kind == TokenKind::Initial;
    kinds_outside(hint, own).any(is_initial) && kinds_outside(candidate, other).any(is_initial)
        || has_number(hint, own) && has_number(candidate, other)
}

/// Whether a name has a number or a generation that is not in a set of its tokens.
fn has_number(name: &impl Tokens, set: u16) -> bool {
    (0..name.len())
        .filter(|at| set >> at & 1 == 0 && name.kind(*at) == TokenKind::Noise)
        .map(|at| name.token(at).folded())
        .any(|folded| folded.starts_with(char::is_numeric) || is_generation(folded))
}

/// Whether both names are one word, and these differ by one edit.
///
/// Longer names one edit apart share other words, so their score is not that of a mismatch. Short words share too few
/// letters for that: Tom and Tim.
pub(super) fn is_one_edit_apart(hint: &impl Tokens, candidate: &impl Tokens) -> bool {
    let (Some(a), Some(b)) = (only_word(hint), only_word(candidate)) else {
        return false;
    };
    let (mut first, mut second) = (['\0'; MAX_LETTERS], ['\0'; MAX_LETTERS]);
    let (a, b) = (letters(a, &mut first), letters(b, &mut second));
    a.len().max(b.len()) > 1 && edits(a, b, 1) == Some(1)
}

/// Returns the only token of a name that is not noise.
fn only_word(name: &impl Tokens) -> Option<Token<'_>> {
    let mut words = name.tokens().filter(|token| token.kind != TokenKind::Noise);
    let only = words.next()?;
    words.next().is_none().then_some(only)
}

/// Returns the first letters of a token.
fn letters<'a>(token: Token<'_>, buffer: &'a mut [char; MAX_LETTERS]) -> &'a [char] {
    let mut len = 0;
    for (place, letter) in buffer.iter_mut().zip(token.folded().chars()) {
        *place = letter;
        len += 1;
    }
    &buffer[..len]
}
