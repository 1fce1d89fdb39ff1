//! The extension at the end of a number, in all spellings that libphonenumber reads.

use std::fmt;

use super::char_class::{
    ACUTE, CYRILLIC_B, CYRILLIC_D, CYRILLIC_O, DOT, FULL_E, FULL_I, FULL_N, FULL_T, FULL_X, HASH,
    NO_BREAK_SPACE, O_ACUTE, TILDE, digit,
};

// The most digits of an extension. A vaguer label allows fewer.
pub(super) const MAX_LABELED: usize = 20;
const MAX_DIALED: usize = 15;
pub(super) const MAX_VAGUE: usize = 9;
pub(super) const MAX_UNLABELED: usize = 6;

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
        let end = before_hash.unwrap_or(number).len();
        let digits = run(number, end, |symbol| digit(symbol).is_some());
        let count = end - digits;
        if count == 0 || count > MAX_LABELED {
            return None;
        }
        let mark = Mark::before(number, digits, before_hash.is_some());
        let within = |max: usize| (count <= max).then_some(&mark);
        Some(Ending {
            starts: [
                mark.uri_parameter(),
                mark.labeled(),
                within(MAX_VAGUE).and_then(Mark::vague),
                within(MAX_UNLABELED).and_then(Mark::unlabeled),
                within(MAX_DIALED).and_then(Mark::dialed),
                within(MAX_VAGUE).and_then(Mark::commas),
            ],
            digits: (digits, end),
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

/// The symbols before the digits of an extension. Each method returns the first and the last symbol at which the extension
/// may begin in one spelling.
struct Mark<'a> {
    number: &'a [u8],
    /// The start of the digits.
    digits: usize,
    /// Whether a hash follows the digits.
    has_hash: bool,
    /// The start of the spaces, commas and dashes before the digits.
    gap: usize,
    /// The symbols before the gap, without a dot or a colon at their end.
    head: &'a [u8],
}

impl<'a> Mark<'a> {
    fn before(number: &'a [u8], digits: usize, has_hash: bool) -> Self {
        let gap = run(number, digits, |symbol| {
            is_separator(symbol) || symbol == b'-'
        });
        let head = number.get(..gap).unwrap_or(&[]);
        let head = match head {
            [head @ .., b':' | b'.' | DOT] | head => head,
        };
        Mark {
            number,
            digits,
            has_hash,
            gap,
            head,
        }
    }

    /// `;ext=`, as in RFC 3966.
    fn uri_parameter(&self) -> Option<(usize, usize)> {
        let before = self.number.get(..self.digits)?;
        let start = ends_with(before, b";ext=").filter(|_| !self.has_hash)?;
        Some((start, start))
    }

    fn labeled(&self) -> Option<(usize, usize)> {
        let label = LABELS
            .iter()
            .find_map(|label| ends_with(self.head, label))?;
        let before = label.checked_sub(1).and_then(|at| self.head.get(at));
        let e = match (before, self.head.get(label)) {
            (Some(b'e' | b'E'), Some(b'x' | b'X')) | (Some(&FULL_E), Some(&FULL_X)) => 1,
            _ => 0,
        };
        Some((run(self.number, label - e, is_separator), label))
    }

    fn vague(&self) -> Option<(usize, usize)> {
        let mut labels = VAGUE_LABELS.iter();
        let label = labels.find_map(|label| ends_with(self.head, label))?;
        Some((run(self.number, label, is_separator), label))
    }

    /// For example `- 503#`.
    fn unlabeled(&self) -> Option<(usize, usize)> {
        let start = run(self.number, self.digits, |symbol| {
            matches!(symbol, b' ' | b'-')
        });
        (self.has_hash && start < self.digits).then(|| (start, self.digits - 1))
    }

    /// The pause that phones dial: `,,` or `;`. It is before the dot or, if there are only commas, in the gap.
    fn dialed(&self) -> Option<(usize, usize)> {
        let pause = ends_with(self.head, b";")
            .or_else(|| ends_with(self.head, b",,").filter(|_| self.has_dot()));
        let start = pause.or_else(|| {
            let mut pairs = self.gap().windows(2);
            Some(self.gap + pairs.position(|pair| pair == b",,")?)
        })?;
        Some((run(self.number, start, is_blank), start))
    }

    fn commas(&self) -> Option<(usize, usize)> {
        let before_dot = run(self.head, self.head.len(), |symbol| symbol == b',');
        let start = if self.has_dot() && before_dot < self.head.len() {
            before_dot
        } else {
            let mut gap = self.gap().iter();
            self.gap + gap.position(|symbol| *symbol == b',')?
        };
        Some((run(self.number, start, is_blank), start))
    }

    fn gap(&self) -> &'a [u8] {
        self.number.get(self.gap..self.digits).unwrap_or(&[])
    }

    /// Returns whether a dot or a colon is between the head and the gap.
    fn has_dot(&self) -> bool {
        self.head.len() < self.gap
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
