//! Sets of characters, written as in `[a-z0-9._]`.

use super::super::text;
use crate::network::rules_error::RulesErrorCode;

/// A set of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chars {
    /// A bit for each byte, which is set for the ASCII characters of the set.
    ascii: Bits,
    beyond: Beyond,
}

/// The characters beyond ASCII that a set has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    None,
    Words,
    Visible,
}

type Bits = [u64; 4];

const UPPER: Bits = mask(b'A', b'Z');
const LOWER: Bits = mask(b'a', b'z');
/// The distance between a letter and its other case in ASCII. Both are in one element of the bits.
const CASE_SHIFT: u32 = (b'a' - b'A') as u32;

/// Returns the bits of the characters from one to another.
const fn mask(first: u8, last: u8) -> Bits {
    let mut bits = [0; 4];
    let mut at = first;
    while at <= last {
        bits[(at >> 6) as usize] |= 1 << (at & 63);
        at += 1;
    }
    bits
}

const fn any_of<const N: usize>(sets: [Bits; N]) -> Bits {
    let mut bits = [0; 4];
    let mut set = 0;
    while set < N {
        let mut at = 0;
        while at < bits.len() {
            bits[at] |= sets[set][at];
            at += 1;
        }
        set += 1;
    }
    bits
}

/// Combines two sets bit by bit.
fn combine(one: Bits, other: Bits, with: impl Fn(u64, u64) -> u64) -> Bits {
    std::array::from_fn(|at| with(one[at], other[at]))
}

impl Chars {
    pub(crate) const NONE: Chars = Chars {
        ascii: [0; 4],
        beyond: Beyond::None,
    };
    pub(crate) const ANY: Chars = Chars {
        ascii: mask(0, 127),
        beyond: Beyond::Visible,
    };
    /// Hexadecimal digits in either case.
    pub(crate) const HEX: Chars = Chars {
        ascii: any_of([mask(b'0', b'9'), mask(b'a', b'f'), mask(b'A', b'F')]),
        beyond: Beyond::None,
    };
    /// Every character but white space and control characters.
    pub(crate) const VISIBLE: Chars = Chars {
        ascii: mask(b'!', b'~'),
        beyond: Beyond::Visible,
    };
    /// The characters of host names and addresses, and every one beyond ASCII, which a host name may map.
    pub(super) const HOST: Chars = Chars {
        ascii: any_of([
            UPPER,
            LOWER,
            mask(b'0', b':'),
            mask(b'-', b'.'),
            mask(b'[', b'['),
            mask(b']', b']'),
        ]),
        beyond: Beyond::Visible,
    };
    /// Letters, digits and marks of every script.
    const WORD: Chars = Chars {
        ascii: any_of([UPPER, LOWER, mask(b'0', b'9')]),
        beyond: Beyond::Words,
    };

    /// Returns the set of one character.
    pub(crate) fn of(c: char) -> Chars {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => Chars {
                ascii: mask(byte, byte),
                beyond: Beyond::None,
            },
            _ => Chars {
                ascii: [0; 4],
                beyond: Beyond::Visible,
            },
        }
    }

    /// Parses the text between the brackets of a set.
    pub(crate) fn parse(set: &str) -> Result<Chars, RulesErrorCode> {
        let (mut with, mut without) = (Chars::NONE, Chars::NONE);
        if set.starts_with('^') {
            with = Chars::VISIBLE;
        }
        let mut excludes = false;
        let mut chars = set.chars();
        while let Some(c) = chars.next() {
            let target = if excludes { &mut without } else { &mut with };
            let first = match c {
                '^' => {
                    excludes = true;
                    continue;
                }
                '\\' => match chars.next() {
                    Some('S') => {
                        *target = target.or(Chars::VISIBLE);
                        continue;
                    }
                    Some('w') => {
                        *target = target.or(Chars::WORD);
                        continue;
                    }
                    escaped => escaped
                        .filter(char::is_ascii_punctuation)
                        .ok_or(RulesErrorCode::BadEscape)?,
                },
                c if c.is_ascii_graphic() || c == ' ' => c,
                _ => return Err(RulesErrorCode::NotAscii),
            };
            let mut ahead = chars.clone();
            let last = match (ahead.next(), ahead.next()) {
                (Some('-'), Some(last)) => {
                    chars = ahead;
                    last
                }
                _ => first,
            };
            if !last.is_ascii_graphic() && last != ' ' {
                return Err(RulesErrorCode::NotAscii);
            }
            if last < first {
                return Err(RulesErrorCode::ReversedRange);
            }
            for c in first..=last {
                *target = target.or(Chars::of(c));
            }
        }
        let set = Chars {
            ascii: combine(with.ascii, without.ascii, |with, without| with & !without),
            beyond: with.beyond,
        };
        if set == Chars::NONE {
            return Err(RulesErrorCode::EmptySet);
        }
        Ok(set)
    }

    /// Returns the characters of both sets.
    pub(crate) fn or(self, other: Chars) -> Chars {
        let beyond = match (self.beyond, other.beyond) {
            (Beyond::None, beyond) | (beyond, Beyond::None) => beyond,
            (Beyond::Words, Beyond::Words) => Beyond::Words,
            _ => Beyond::Visible,
        };
        Chars {
            ascii: any_of([self.ascii, other.ascii]),
            beyond,
        }
    }

    /// Returns the ASCII characters that are in both sets.
    pub(super) fn and(self, other: Chars) -> Chars {
        Chars {
            ascii: combine(self.ascii, other.ascii, |one, other| one & other),
            beyond: Beyond::None,
        }
    }

    /// Returns the set with the other case of each ASCII letter added.
    pub(crate) fn in_any_case(self) -> Chars {
        let lower = combine(self.ascii, UPPER, |own, upper| (own & upper) << CASE_SHIFT);
        let upper = combine(self.ascii, LOWER, |own, lower| (own & lower) >> CASE_SHIFT);
        Chars {
            ascii: any_of([self.ascii, lower, upper]),
            ..self
        }
    }

    /// Returns whether a character may be in both sets.
    pub(crate) fn meets(self, other: Chars) -> bool {
        let beyond = self.beyond != Beyond::None && other.beyond != Beyond::None;
        combine(self.ascii, other.ascii, |one, other| one & other) != [0; 4] || beyond
    }

    /// Returns whether a character is in the set.
    #[inline]
    pub(crate) fn has(self, c: char) -> bool {
        if let Ok(byte) = u8::try_from(c)
            && byte.is_ascii()
        {
            return self.has_byte(byte);
        }
        match self.beyond {
            Beyond::None => false,
            Beyond::Words => text::is_word(c) || matches!(c, '\u{200C}' | '\u{200D}'),
            Beyond::Visible => !c.is_whitespace(),
        }
    }

    /// Returns whether an ASCII character is in the set. Returns false for any other byte.
    #[inline]
    pub(super) fn has_byte(self, byte: u8) -> bool {
        self.ascii[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// Returns whether a byte may be of a character of the set.
    pub(crate) fn may_have(self, byte: u8) -> bool {
        self.has_byte(byte) || !byte.is_ascii() && self.beyond != Beyond::None
    }

    /// Returns whether a text may begin with a character of the set.
    #[inline]
    pub(crate) fn may_begin(self, text: &str) -> bool {
        text.as_bytes()
            .first()
            .is_some_and(|byte| self.may_have(*byte))
    }

    /// Returns whether every character of the set is in ASCII.
    pub(super) fn is_ascii(self) -> bool {
        self.beyond == Beyond::None
    }

    /// Returns whether a text ends with a character of the set.
    pub(crate) fn is_last(self, text: &str) -> bool {
        text.chars().next_back().is_some_and(|c| self.has(c))
    }

    /// Returns the most bytes of a character of the set.
    pub(crate) fn bytes(self) -> usize {
        match self.beyond {
            Beyond::None => 1,
            Beyond::Words | Beyond::Visible => 4,
        }
    }

    /// Returns whether two characters of the set are side by side in a text.
    pub(crate) fn has_twins(self, text: &str) -> bool {
        if self.beyond == Beyond::None {
            let mut was_one = false;
            return text.bytes().any(|byte| {
                let is_one = self.has_byte(byte);
                std::mem::replace(&mut was_one, is_one) && is_one
            });
        }
        let mut was_one = false;
        text.chars().any(|c| {
            let is_one = self.has(c);
            std::mem::replace(&mut was_one, is_one) && is_one
        })
    }

    /// Splits a text after as many characters of the set as it begins with, up to `max`. Returns `None` if they are
    /// fewer than `min`.
    pub(crate) fn split(self, text: &str, min: usize, max: usize) -> Option<(&str, &str)> {
        // Most texts are ASCII to their end.
        let bytes = text.as_bytes();
        let bytes = bytes.get(..max).unwrap_or(bytes);
        let is_other = |byte: &u8| !self.has_byte(*byte);
        let mut count = bytes.iter().position(is_other).unwrap_or(bytes.len());
        let mut end = count;
        if self.beyond != Beyond::None {
            let (_, rest) = text.split_at_checked(count)?;
            let others = rest.chars().take(max - count);
            for c in others.take_while(|&c| self.has(c)) {
                count += 1;
                end += c.len_utf8();
            }
        }
        (count >= min).then(|| text.split_at_checked(end)).flatten()
    }
}
