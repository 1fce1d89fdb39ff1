//! Tokens that are written as one: several tokens joined to one word, and a whole name as a handle.

use super::match_kind::MatchKind;
use super::token_match::{JOINED, SOUND, SOUND_ACROSS_SCRIPTS, TokenMatch};
use crate::name::text::phonetic::PhoneticCode;
use crate::name::text::token::{Token, TokenKind, Tokens};

/// The most tokens that are compared with one word: van der Meer and Vandermeer.
pub(in crate::name) const MAX_PARTS: usize = 3;

/// Compares several neighboring tokens with one token. Returns `None` unless they are equal or sound the same.
pub(in crate::name) fn joined_match(
    many: &impl Tokens,
    at: usize,
    parts: usize,
    one: Token<'_>,
) -> Option<TokenMatch> {
    let parts = || (at..at + parts).map(|at| many.token(at));
    let is_part = |token: Token<'_>| {
        matches!(token.kind, TokenKind::Word | TokenKind::Particle)
            && !token.is_initial()
            && !token.latin().is_empty()
    };
    if !parts().chain([one]).all(is_part) {
        return None;
    }
    let mut rest = one.latin();
    if !rest.is_empty() && parts().map(|part| part.latin().len()).sum::<usize>() == rest.len() {
        let fits = parts().all(|part| {
            rest.strip_prefix(part.latin()).is_some_and(|after| {
                rest = after;
                true
            })
        });
        if fits {
            return Some(TokenMatch::new(JOINED, MatchKind::Joined));
        }
    }
    let code = parts()
        .map(Token::phonetic_code)
        .reduce(PhoneticCode::then)?;
    let across = parts().all(|part| part.writing() != one.writing());
    let worth = if across { SOUND_ACROSS_SCRIPTS } else { SOUND };
    (!code.is_empty() && code == one.phonetic_code())
        .then_some(TokenMatch::new(worth, MatchKind::Sound))
}

/// Whether one of the names is a single token that is a handle made from the other name.
pub(super) fn is_handle_match(hint: &impl Tokens, candidate: &impl Tokens) -> bool {
    match (hint.len(), candidate.len()) {
        (1, 2..) => is_handle_of(hint, candidate),
        (2.., 1) => is_handle_of(candidate, hint),
        _ => false,
    }
}

/// Whether `handle` is the initial of the first or last word of a name with all of the other: bsample or bobs.
fn is_handle_of(handle: &impl Tokens, name: &impl Tokens) -> bool {
    let handle = handle.token(0).latin();
    let first = name.token(0).latin();
    let last = name.token(name.len() - 1).latin();
    let has_len = |whole: &str, initial: &str| {
        whole.len() > 1 && !initial.is_empty() && handle.len() == whole.len() + 1
    };
    has_len(last, first) && handle.ends_with(last) && handle.as_bytes()[0] == first.as_bytes()[0]
        || has_len(first, last)
            && handle.starts_with(first)
            && handle.as_bytes()[handle.len() - 1] == last.as_bytes()[0]
}

/// Returns the handles of a name, as [`is_handle_match`] accepts them.
pub(in crate::name) fn handles(name: &impl Tokens) -> impl Iterator<Item = String> {
    let ends = (name.len() > 1).then(|| (name.token(0), name.token(name.len() - 1)));
    let handles = ends.and_then(|(first, last)| {
        let (first, last) = (first.latin(), last.latin());
        Some([
            format!("{}{last}", first.chars().next()?),
            format!("{first}{}", last.chars().next()?),
        ])
    });
    handles.into_iter().flatten()
}
