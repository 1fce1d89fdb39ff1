//! The functions of the crate `unicode-normalization` that the core uses, with the same results.
//!
//! An iterator is normalized as a whole, because names and identifiers are short.

use std::vec::IntoIter;

use tables::normal_forms::{Form, compose, decompose};

/// Whether a text is in a normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsNormalized {
    /// The text is normalized.
    Yes,
    /// The text is not normalized. This crate never returns this value.
    No,
    /// The text must be normalized to know.
    Maybe,
}

/// Returns whether characters are in form C without normalizing them.
#[must_use]
pub fn is_nfc_quick(mut chars: impl Iterator<Item = char>) -> IsNormalized {
    // No character before the combining marks changes in form C.
    if chars.all(|c| c < '\u{300}') {
        IsNormalized::Yes
    } else {
        IsNormalized::Maybe
    }
}

/// Functions of single characters.
pub mod char {
    use tables::normal_forms::{Form, push_parts};

    pub use tables::normal_forms::{
        combining_class as canonical_combining_class, is_mark as is_combining_mark,
    };

    /// Calls a function with each part of a character without compatibility forms.
    pub fn decompose_compatible(c: char, emit_char: impl FnMut(char)) {
        let mut parts = Vec::new();
        push_parts(c, Form::Compatible, &mut parts);
        parts.into_iter().for_each(emit_char);
    }
}

/// The normal forms of characters or of a text.
pub trait UnicodeNormalization<Source>: Sized {
    /// Returns the characters in their parts (form D).
    fn nfd(self) -> IntoIter<char>;
    /// Returns the characters in their parts, without compatibility forms (form KD).
    fn nfkd(self) -> IntoIter<char>;
    /// Returns the characters composed (form C).
    fn nfc(self) -> IntoIter<char>;
    /// Returns the characters composed, without compatibility forms (form KC).
    fn nfkc(self) -> IntoIter<char>;
}

impl<Chars: Iterator<Item = char>> UnicodeNormalization<Chars> for Chars {
    fn nfd(self) -> IntoIter<char> {
        decompose(self, Form::Canonical).into_iter()
    }

    fn nfkd(self) -> IntoIter<char> {
        decompose(self, Form::Compatible).into_iter()
    }

    fn nfc(self) -> IntoIter<char> {
        compose(decompose(self, Form::Canonical)).into_iter()
    }

    fn nfkc(self) -> IntoIter<char> {
        compose(decompose(self, Form::Compatible)).into_iter()
    }
}

impl UnicodeNormalization<std::str::Chars<'_>> for &str {
    fn nfd(self) -> IntoIter<char> {
        self.chars().nfd()
    }

    fn nfkd(self) -> IntoIter<char> {
        self.chars().nfkd()
    }

    fn nfc(self) -> IntoIter<char> {
        self.chars().nfc()
    }

    fn nfkc(self) -> IntoIter<char> {
        self.chars().nfkc()
    }
}
