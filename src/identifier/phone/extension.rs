//! The extension at the end of a number, in all spellings that libphonenumber reads.

use std::fmt;

use super::char_class::{
    ACUTE, CYRILLIC_B, CYRILLIC_D, CYRILLIC_O, DOT, FULL_E, FULL_I, FULL_N, FULL_T, FULL_X, HASH,
    NO_BREAK_SPACE, O_ACUTE, TILDE, digit,
};

// The most digits of an extension. A vaguer label allows fewer.
const MAX_LABELED: usize = 20;
const MAX_DIALED: usize = 15;
const MAX_VAGUE: usize = 9;
const MAX_UNLABELED: usize = 6;

/// An e may precede the x: `ext`.
const LABELS: [&[u8]; 12] = [
    b"xt",
    b"xtn",
    b"xtensio",
    b"xtension",
    &[b'x', b't', b'e', b'n', b's', b'i', b'o', ACUTE],
    &[b'x', b't', b'e', b'n', b's', b'i', b'o', ACUTE, b'n'],
    &[b'x', b't', b'e', b'n', b's', b'i', O_ACUTE],
    &[b'x', b't', b'e', b'n', b's', b'i', O_ACUTE, b'n'],
    &[FULL_X, FULL_T],
    &[FULL_X, FULL_T, FULL_N],
    &[CYRILLIC_D, CYRILLIC_O, CYRILLIC_B],
    b"anexo",
];
const VAGUE_LABELS: [&[u8]; 8] = [
    b"x",
    &[FULL_X],
    b"#",
    &[HASH],
    b"~",
    &[TILDE],
    b"int",
    &[FULL_I, FULL_N, FULL_T],
];

/// The digits to dial after a call is connected.
///
/// It is kept separate from the number, since people with different extensions share one number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extension {
    text: [u8; MAX_LABELED],
    len: u8,
}

impl Extension {
    /// Returns the extension of these ASCII digits. Returns `None` for no digits, and for too many.
    pub(super) fn new(digits: impl Iterator<Item = u8>) -> Option<Self> {
        let mut extension = Extension {
            text: [0; MAX_LABELED],
            len: 0,
        };
        for digit in digits {
            *extension.text.get_mut(usize::from(extension.len))? = digit;
            extension.len += 1;
        }
        (extension.len > 0).then_some(extension)
    }

    /// Returns the digits, in ASCII.
    ///
    /// ```
    /// use contact_resolution::Phone;
    ///
    /// let parsed = Phone::parse("+1 415 555 2671 ext. 042")?;
    /// assert_eq!(parsed.extension.unwrap().as_str(), "042");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text
            .get(..usize::from(self.len))
            .and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or("")
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Prints the length but no digits.
impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extension({} digits)", self.len)
    }
}

/// The extensions that a number may end with.
///
/// All readings have the same digits, since no label contains a digit. They differ in their starts.
pub(super) struct Ending {
    /// For each spelling, the first and the last symbol at which it may begin.
    pub(super) starts: [Option<(usize, usize)>; 6],
    digits: (usize, usize),
}

impl Ending {
    pub(super) fn of(number: &[u8]) -> Option<Ending> {
        let before_hash = number.strip_suffix(b"#");
        let hash = before_hash.is_some();
        let end = before_hash.unwrap_or(number).len();
        let from = run(number, end, |symbol| digit(symbol).is_some());
        let count = end - from;
        if count == 0 || count > MAX_LABELED {
            return None;
        }

        // Between a label and the digits there may be a dot or a colon, then spaces, commas and dashes.
        let gap = run(number, from, |symbol| {
            is_separator(symbol) || symbol == b'-'
        });
        let label_end =
            gap - usize::from(gap > 0 && matches!(number.get(gap - 1), Some(b':' | b'.' | &DOT)));
        let head = number.get(..label_end).unwrap_or(&[]);
        let separated = |label: usize| run(number, label, is_separator);
        let spaced = |label: usize| run(number, label, is_blank);

        let rfc = || {
            let head = number.get(..from)?;
            ends_with(head, b";ext=")
                .filter(|_| !hash)
                .map(|start| (start, start))
        };
        let labeled = || {
            let label = LABELS.iter().find_map(|label| ends_with(head, label))?;
            let e = match (
                label.checked_sub(1).and_then(|at| head.get(at)),
                head.get(label),
            ) {
                (Some(b'e' | b'E'), Some(b'x' | b'X')) | (Some(&FULL_E), Some(&FULL_X)) => 1,
                _ => 0,
            };
            Some((separated(label - e), label))
        };
        let vague = || {
            let label = VAGUE_LABELS
                .iter()
                .find_map(|label| ends_with(head, label))?;
            Some((separated(label), label))
        };
        // For example "- 503#".
        let unlabeled = || {
            let start = run(number, from, |symbol| matches!(symbol, b' ' | b'-'));
            (hash && start < from).then(|| (start, from - 1))
        };
        // The pause that phones dial: ",," or ";". It is before the dot or, if there are only commas, in the gap.
        let dialed = || {
            let pause = ends_with(head, b";")
                .or_else(|| ends_with(head, b",,").filter(|_| label_end < gap));
            let in_gap = || {
                number
                    .get(gap..from)?
                    .windows(2)
                    .position(|pair| pair == b",,")
                    .map(|at| gap + at)
            };
            pause.or_else(in_gap).map(|start| (spaced(start), start))
        };
        let commas = || {
            let before_dot = run(number, label_end, |symbol| symbol == b',');
            let in_gap = || {
                number
                    .get(gap..from)?
                    .iter()
                    .position(|symbol| *symbol == b',')
                    .map(|at| gap + at)
            };
            let start = if label_end < gap && before_dot < label_end {
                Some(before_dot)
            } else {
                in_gap()
            };
            start.map(|start| (spaced(start), start))
        };
        let within = |max: usize, spelling: &dyn Fn() -> Option<(usize, usize)>| {
            if count <= max { spelling() } else { None }
        };
        Some(Ending {
            starts: [
                rfc(),
                labeled(),
                within(MAX_VAGUE, &vague),
                within(MAX_UNLABELED, &unlabeled),
                within(MAX_DIALED, &dialed),
                within(MAX_VAGUE, &commas),
            ],
            digits: (from, end),
        })
    }

    /// Splits the symbols before the leftmost extension from the digits of the extension.
    pub(super) fn split<'a>(&self, number: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let start = self
            .starts
            .iter()
            .flatten()
            .map(|(first, _)| *first)
            .min()?;
        Some((
            number.get(..start)?,
            number.get(self.digits.0..self.digits.1)?,
        ))
    }
}

/// Returns the start of the longest run of matching symbols that ends at `end`.
fn run(text: &[u8], end: usize, of: impl Fn(u8) -> bool) -> usize {
    let text = text.get(..end).unwrap_or(text);
    text.iter()
        .rposition(|symbol| !of(*symbol))
        .map_or(0, |last| last + 1)
}

/// Returns the start of the ending if the text ends with it, ignoring case.
fn ends_with(text: &[u8], ending: &[u8]) -> Option<usize> {
    let start = text.len().checked_sub(ending.len())?;
    text.get(start..)
        .filter(|tail| tail.eq_ignore_ascii_case(ending))
        .map(|_| start)
}

fn is_blank(symbol: u8) -> bool {
    matches!(symbol, b' ' | b'\t' | NO_BREAK_SPACE)
}

fn is_separator(symbol: u8) -> bool {
    is_blank(symbol) || symbol == b','
}
