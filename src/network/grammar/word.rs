//! Words: texts of one run of ASCII characters, as most handles and numeric ids are. One pass over the bytes matches them.

use super::Chars;

/// The byte may be the first byte.
const FIRST: u8 = 1;
/// The byte may be a later byte.
const REST: u8 = 1 << 1;
const LAST: u8 = 1 << 2;
/// Two bytes of this class are never side by side.
const APART: u8 = 1 << 3;
/// The text has at least one byte of this class.
const NEEDED: u8 = 1 << 4;

/// A form with texts of one run, compiled to a table of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    classes: Box<[u8; 256]>,
    min: usize,
    max: usize,
}

/// The characters of a word.
pub(super) struct WordChars {
    pub(super) first: Chars,
    pub(super) rest: Chars,
    pub(super) last: Chars,
    pub(super) apart: Chars,
    pub(super) needed: Chars,
}

impl Word {
    /// Returns the form of texts with `min` to `max` of these characters.
    pub(super) fn new(chars: &WordChars, min: usize, max: usize) -> Self {
        let sets = [
            (chars.first, FIRST),
            (chars.rest, REST),
            (chars.last, LAST),
            (chars.apart, APART),
            (chars.needed, NEEDED),
        ];
        let mut classes = Box::new([0; 256]);
        for (byte, class) in (0..=u8::MAX).zip(classes.iter_mut()) {
            for (set, bit) in sets {
                if set.has_byte(byte) {
                    *class |= bit;
                }
            }
        }
        Word { classes, min, max }
    }

    /// Returns whether a whole text fits the form.
    pub(super) fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = text.as_bytes().split_first() else {
            return false;
        };
        if !(self.min..=self.max).contains(&text.len()) {
            return false;
        }
        let first = self.classes[usize::from(*first)];
        let (mut last, mut all, mut any, mut twins) = (first, REST, first, 0);
        for byte in rest {
            let class = self.classes[usize::from(*byte)];
            all &= class;
            any |= class;
            twins |= class & last;
            last = class;
        }
        first & FIRST != 0
            && all & REST != 0
            && last & LAST != 0
            && any & NEEDED != 0
            && twins & APART == 0
    }
}
