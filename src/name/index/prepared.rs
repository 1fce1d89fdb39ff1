//! Prepared names as text. A store keeps them, so that a search need not prepare each name again.
//!
//! Each token is a letter for its kind and the folded word. A space separates the tokens.

use crate::name::text::token::{TokenKind, Tokens};
use crate::name::text::tokenize::{MAX_TOKENS, Name};

/// The letters of the kinds, without and with an umlaut.
const LETTERS: [(TokenKind, [char; 2]); 4] = [
    (TokenKind::Word, ['w', 'W']),
    (TokenKind::Initial, ['i', 'I']),
    (TokenKind::Particle, ['p', 'P']),
    (TokenKind::Noise, ['n', 'N']),
];

/// A token of a prepared name.
pub(super) struct PreparedToken<'a> {
    pub(super) kind: TokenKind,
    pub(super) has_umlaut: bool,
    pub(super) folded: &'a str,
}

/// Returns the text of a name.
pub(crate) fn text_of(name: &Name) -> String {
    let mut text = String::new();
    for token in name.tokens() {
        if !text.is_empty() {
            text.push(' ');
        }
        let letters = LETTERS.iter().find(|(kind, _)| *kind == token.kind);
        text.extend(letters.map(|(_, letters)| letters[usize::from(token.has_umlaut)]));
        text.push_str(token.folded());
    }
    text
}

/// Returns the tokens of a text, or `None` instead of a token that is damaged.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Option<PreparedToken<'_>>> {
    text.split(' ').take(MAX_TOKENS).map(|token| {
        let mut chars = token.chars();
        let letter = chars.next()?;
        let folded = chars.as_str();
        LETTERS.iter().find_map(|&(kind, [without, with])| {
            (letter == without || letter == with).then_some(PreparedToken {
                kind,
                has_umlaut: letter == with,
                folded,
            })
        })
    })
}
