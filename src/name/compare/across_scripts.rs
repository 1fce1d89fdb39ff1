//! Names in two scripts that may be one name although their Latin letters have little in common.

use crate::name::text::fold::{Script, script};
use crate::name::text::phonetic::{CH, V};
use crate::name::text::token::{Token, TokenKind, Tokens};

/// Whether a name in Latin letters and a name in a script with few vowels may be one name.
///
/// Arabic, Hebrew and some scripts of Asia share few letters with a romanization: Aisha, Hussein, Uri. Only other consonants
/// show that two names differ.
pub(super) fn may_be_same_name(hint: &impl Tokens, candidate: &impl Tokens) -> bool {
    let is_across = match (has_few_vowels(hint), has_few_vowels(candidate)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    is_across
        && SILENT.into_iter().any(|silent| {
            consonants(words(hint), silent).eq(consonants(words(candidate), silent))
                || if words(hint).count() <= words(candidate).count() {
                    has_every_word(hint, candidate, silent)
                } else {
                    has_every_word(candidate, hint, silent)
                }
        })
}

/// The sounds that are not written in the other name: of the Latin name, and of the name in another script. Hebrew writes
/// ch as h, and v for a vowel.
const SILENT: [(Option<u8>, Option<u8>); 4] = [
    (None, None),
    (None, Some(V)),
    (Some(CH), None),
    (Some(CH), Some(V)),
];

fn words(name: &impl Tokens) -> impl Iterator<Item = Token<'_>> {
    name.tokens().filter(|token| token.kind == TokenKind::Word)
}

/// Returns whether all words are in a script that leaves out most vowels. Returns `None` if they are neither in such a
/// script nor in Latin letters.
fn has_few_vowels(name: &impl Tokens) -> Option<bool> {
    let is_foreign = |word: Token<'_>| match word.folded().chars().next().map(script) {
        Some(Script::Abjad | Script::Other) => Some(true),
        _ if word.is_latin() => Some(false),
        _ => None,
    };
    let first = is_foreign(words(name).next()?)?;
    words(name)
        .all(|word| is_foreign(word) == Some(first))
        .then_some(first)
}

/// Whether each word of the shorter name has the consonants of a word of the longer name.
fn has_every_word(
    short: &impl Tokens,
    long: &impl Tokens,
    silent: (Option<u8>, Option<u8>),
) -> bool {
    let of = |word| consonants(std::iter::once(word), silent);
    words(short).all(|word| words(long).any(|other| of(other).eq(of(word))))
}

/// Returns the consonants without the silent ones. Equal neighbors are one.
fn consonants<'a>(
    words: impl Iterator<Item = Token<'a>>,
    silent: (Option<u8>, Option<u8>),
) -> impl Iterator<Item = u8> {
    let all = words.flat_map(move |word| {
        let silent = if word.is_latin() { silent.0 } else { silent.1 };
        word.phonetic_code().coarse_consonants(silent)
    });
    let mut last = 0;
    all.filter(move |&sound| std::mem::replace(&mut last, sound) != sound)
}
