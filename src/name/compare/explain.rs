//! The pairs of tokens behind a score, for people to read.

use super::align::{Pair, align, tokens_in};
use super::match_kind::MatchKind;
use super::token_match::match_tokens;
use crate::name::text::token::{Token, Tokens};
use crate::name::text::tokenize::Name;

/// Tokens of a hint and the tokens of a candidate that match them. [`Display`](std::fmt::Display) shows both.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Matched {
    /// The tokens of the hint, folded.
    pub hint: String,
    /// The tokens of the candidate, folded.
    pub candidate: String,
    /// The way in which they match.
    pub(in crate::name) kind: MatchKind,
}

impl std::fmt::Debug for Matched {
    /// Shows the kind only, because names are personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Matched({})", self.kind)
    }
}

impl std::fmt::Display for Matched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ~ {}: {}", self.hint, self.candidate, self.kind)
    }
}

/// Returns the pairs of tokens that [`score`](super::score::score) uses, in the order of the hint.
///
/// ```
/// use contact_resolution::name::{Name, explain};
///
/// let matched = explain(&Name::new("B. Müller"), &Name::new("Mueller, Bob"));
/// assert_eq!(matched[0].to_string(), "b ~ bob: initial");
/// assert!(matched[1].to_string().ends_with(": same except for a vowel pair"));
/// ```
#[must_use]
pub fn explain(hint: &Name, candidate: &Name) -> Vec<Matched> {
    let text = |name: &Name, tokens: u16| {
        let tokens: Vec<&str> = tokens_in(name, tokens).map(Token::folded).collect();
        tokens.join(" ")
    };
    let matched = |pair: &Pair| Matched {
        hint: text(hint, pair.hint),
        candidate: text(candidate, pair.candidate),
        kind: pair.matched.kind,
    };
    let compare = |i, j, least| match_tokens(&hint.token(i), &candidate.token(j), least);
    align(hint, candidate, true, compare)
        .pairs()
        .map(matched)
        .collect()
}
