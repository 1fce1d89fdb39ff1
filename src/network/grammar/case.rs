//! The letters that a network treats as equal.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::network::{CaseMapping, TextClass, text};

/// The spellings of an id or a handle that find each other.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Case {
    /// Every character counts.
    #[default]
    Exact,
    /// ASCII letters are compared in lower case. Nothing else changes, so that no look-alike folds into another.
    Lower,
    /// ASCII letters are compared in upper case.
    Upper,
    /// The account's server decides, see [`CaseMapping`].
    Server,
    /// Lower case and normal form C in every script (RFC 8265).
    Precis,
    /// Full case folding and compatibility forms in every script.
    Full,
}

impl Case {
    pub(super) fn is_exact(self) -> bool {
        self == Case::Exact
    }

    /// Returns whether folding leaves characters beyond ASCII as they are.
    pub(super) fn is_ascii(self) -> bool {
        !matches!(self, Case::Precis | Case::Full)
    }

    /// Returns whether folding certainly leaves a text of a class as it is.
    pub(super) fn keeps(self, class: TextClass, server: CaseMapping) -> bool {
        match self {
            Case::Exact => true,
            Case::Lower => !class.has_upper(),
            Case::Upper => !class.has_lower(),
            Case::Server => server == CaseMapping::Ascii && !class.has_upper(),
            Case::Precis | Case::Full => class.is_ascii() && !class.has_upper(),
        }
    }

    pub(super) fn fold(self, given: &str, server: CaseMapping) -> Cow<'_, str> {
        match self {
            Case::Exact => Cow::Borrowed(given),
            Case::Lower => text::ascii_lower(given),
            Case::Upper if !given.bytes().any(|byte| byte.is_ascii_lowercase()) => {
                Cow::Borrowed(given)
            }
            Case::Upper => Cow::Owned(given.to_ascii_uppercase()),
            Case::Server if server == CaseMapping::Ascii => text::ascii_lower(given),
            Case::Server => Cow::Owned(given.chars().map(|c| rfc1459(c, server)).collect()),
            Case::Precis => text::lower(given),
            Case::Full => text::fold(given),
        }
    }
}

/// RFC 2812 §2.2. The strict mapping leaves the tilde as it is.
fn rfc1459(c: char, server: CaseMapping) -> char {
    match c {
        '[' => '{',
        ']' => '}',
        '\\' => '|',
        '~' if server == CaseMapping::Rfc1459 => '^',
        c => c.to_ascii_lowercase(),
    }
}
