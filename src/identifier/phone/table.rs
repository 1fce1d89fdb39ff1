//! The numbering plans of all territories, as one table of bytes.
//!
//! The table is compiled from the patterns of Google's libphonenumber metadata (Apache-2.0). The test in
//! `tests/it/identifiers/phone_table/` writes it, and fails if it is out of date.
//!
//! All questions about a run of digits are one walk over one automaton, digit by digit, from a root to a number below
//! 256. The root selects the question. Nodes with equal continuations are shared between countries. Reading needs no
//! initialization, no heap and no lock. It cannot panic, because anything outside the table reads as zero.

use super::{PhoneKind, Region};

const BYTES: &[u8] = include_bytes!("table.bin");

/// The version of libphonenumber's metadata that the numbering plans are compiled from.
///
/// Validity changes between versions. Store the version with decisions that depend on it.
///
/// ```
/// assert_eq!(contact_resolution::phone::METADATA_VERSION, "9.0.33");
/// ```
pub const METADATA_VERSION: &str = version();

// The layout, little-endian. The header has eight bytes of magic, eight of version, and the start of each section.
const CODES: usize = section(0); // by calling code, 0..1000: its main plan + 1, or 0
const REGIONS: usize = section(1); // by both letters, 26 × 26: the region's plan + 1, or 0
const PLANS: usize = section(2); // PLAN bytes each; a shared code's other plans follow its main plan, in order
const ANSWERS: usize = section(3); // two bytes each: the index of the region among the code's regions (or NO_REGION), and the kind
const PREFIXES: usize = section(4); // PREFIX bytes each
const ROWS: usize = section(5); // ROW bytes each: the output of a walk, by the number of digits left
const OUTPUTS: usize = section(6); // a byte a node: the output of a walk that ends there
const NODES: usize = section(7); // ten 16-bit nodes each: the next node for each digit

const PLAN: usize = 24;
const PREFIX: usize = 8;
const ROW: usize = 20;
const NO_REGION: u8 = 255;

/// Nodes below this one are leaves. Their output is their own number, and further digits do not change it.
const FIRST_ROW: u16 = 256;
/// Nodes from `FIRST_ROW` to below this one are rows. Their output depends only on how many digits follow.
const FIRST_NODE: u16 = 4096;

const fn section(index: usize) -> usize {
    let at = 16 + 4 * index;
    BYTES[at] as usize
        | (BYTES[at + 1] as usize) << 8
        | (BYTES[at + 2] as usize) << 16
        | (BYTES[at + 3] as usize) << 24
}

const fn version() -> &'static str {
    let (head, _) = BYTES.split_at(16);
    let (_, text) = head.split_at(8);
    let mut len = 0;
    while len < 8 && text[len] != 0 {
        len += 1;
    }
    match std::str::from_utf8(text.split_at(len).0) {
        Ok(text) => text,
        Err(_) => panic!("the version is ASCII"),
    }
}

fn bytes<const N: usize>(at: usize) -> [u8; N] {
    BYTES
        .get(at..)
        .and_then(<[u8]>::first_chunk)
        .copied()
        .unwrap_or([0; N])
}

fn byte(at: usize) -> u8 {
    BYTES.get(at).copied().unwrap_or(0)
}

/// Returns the output of the automaton for ASCII digits, starting at a root.
fn walk(root: u16, digits: &[u8]) -> u8 {
    const LINKS: &[[u8; 2]] = BYTES.split_at(NODES).1.as_chunks().0;
    // The link of the first node for the digit 0. For a leaf or a row, the index is less and wraps around to one past the
    // last link. So one comparison detects all ends.
    const FIRST_LINK: usize = 10 * FIRST_NODE as usize + b'0' as usize;
    let (mut node, mut rest) = (root, digits);
    while let [digit, tail @ ..] = rest {
        let link = 10 * usize::from(node) + usize::from(*digit);
        let Some(next) = LINKS.get(link.wrapping_sub(FIRST_LINK)) else {
            break;
        };
        node = u16::from_le_bytes(*next);
        rest = tail;
    }
    if let Ok(leaf) = u8::try_from(node) {
        leaf
    } else if let Some(index) = node.checked_sub(FIRST_NODE) {
        byte(OUTPUTS + usize::from(index))
    } else {
        byte(ROWS + ROW * usize::from(node - FIRST_ROW) + rest.len().min(ROW - 1))
    }
}

/// The numbering plan of a territory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberingPlan(u8);

/// The national prefix of a plan: ASCII digits, padded with zero bytes.
pub(super) struct NationalPrefix([u8; 4]);

impl NationalPrefix {
    pub(super) fn as_slice(&self) -> &[u8] {
        let len = self.0.iter().take_while(|digit| **digit != 0).count();
        self.0.get(..len).unwrap_or(&[])
    }
}

/// How the length of a number compares with the lengths that a plan uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Possible,
    LocalOnly,
    TooShort,
    TooLong,
    Wrong,
}

/// A rewrite of a national number's first `end` digits: a literal, then the digits between `from` and `to`.
#[derive(Clone, Copy)]
pub(super) struct Prefix {
    pub(super) end: usize,
    from: usize,
    to: usize,
    literal: [u8; 4],
    literal_len: usize,
}

impl Prefix {
    /// Whether the prefix is dropped without a replacement.
    pub(super) fn is_dropped(&self) -> bool {
        self.literal_len == 0 && self.from == self.to
    }

    /// Returns the digits that replace the prefix.
    pub(super) fn replacement<'a>(&'a self, number: &'a [u8]) -> [&'a [u8]; 2] {
        [
            self.literal.get(..self.literal_len).unwrap_or(&[]),
            number.get(self.from..self.to).unwrap_or(&[]),
        ]
    }
}

impl NumberingPlan {
    /// Returns the main plan of the country calling code that the digits begin with, and the length of that code.
    ///
    /// No code is a prefix of another code (ITU-T E.164).
    pub(super) fn of_digits(digits: &[u8]) -> Option<(NumberingPlan, usize)> {
        let mut code = 0;
        for (index, digit) in digits.iter().take(3).enumerate() {
            code = 10 * code + usize::from(digit & 15);
            if code == 0 {
                return None;
            }
            if let Some(plan) = byte(CODES + code).checked_sub(1) {
                return Some((NumberingPlan(plan), index + 1));
            }
        }
        None
    }

    pub(super) fn of_region(region: [u8; 2]) -> Option<NumberingPlan> {
        let [first, second] = region.map(|letter| usize::from(letter.wrapping_sub(b'A')));
        if first > 25 || second > 25 {
            return None;
        }
        byte(REGIONS + 26 * first + second)
            .checked_sub(1)
            .map(NumberingPlan)
    }

    /// Returns the main plan of the calling code, such as that of the United States for +1.
    pub(super) fn main(self) -> NumberingPlan {
        byte(CODES + usize::from(self.code()))
            .checked_sub(1)
            .map_or(self, NumberingPlan)
    }

    /// Returns the bytes of the plan's row at an offset.
    fn field<const N: usize>(self, offset: usize) -> [u8; N] {
        const ROWS: &[[u8; PLAN]] = BYTES.split_at(PLANS).1.as_chunks().0;
        ROWS.get(usize::from(self.0))
            .and_then(|row| row.get(offset..))
            .and_then(<[u8]>::first_chunk)
            .copied()
            .unwrap_or([0; N])
    }

    /// Returns the region. Returns `None` if the code has no region, such as +800.
    pub(super) fn region(self) -> Option<Region> {
        let letters = self.field(0);
        (letters != [0, 0]).then_some(Region(letters))
    }

    pub(super) fn code(self) -> u16 {
        u16::from_le_bytes(self.field(2))
    }

    pub(super) fn length(self, len: usize) -> Length {
        let full = u32::from_le_bytes(self.field(4));
        let local = u32::from_le_bytes(self.field(8));
        let Some(bit) = u32::try_from(len)
            .ok()
            .and_then(|len| 1u32.checked_shl(len))
        else {
            return Length::TooLong;
        };
        if local & bit != 0 {
            Length::LocalOnly
        } else if full & bit != 0 {
            Length::Possible
        } else if full < bit {
            Length::TooLong
        } else if full & (bit - 1) == 0 {
            Length::TooShort
        } else {
            Length::Wrong
        }
    }

    /// Returns the region that a national number of this main plan belongs to, if the digits show it.
    pub(super) fn region_of(self, national: &[u8]) -> Option<Region> {
        match self.answer(national) {
            [NO_REGION, _] => None,
            [region, _] => NumberingPlan(self.0.saturating_add(region)).region(),
        }
    }

    /// Returns the kind of a national number of this main plan.
    pub(super) fn kind_of(self, national: &[u8]) -> PhoneKind {
        let [_, kind] = self.answer(national);
        PhoneKind::from_index(kind)
    }

    /// Whether a national number of this main plan is in a range that the country has assigned.
    pub(super) fn is_assigned(self, national: &[u8]) -> bool {
        let [_, kind] = self.answer(national);
        kind < PhoneKind::Unknown as u8
    }

    fn answer(self, national: &[u8]) -> [u8; 2] {
        let answer = walk(u16::from_le_bytes(self.field(12)), national);
        bytes(ANSWERS + 2 * usize::from(answer))
    }

    /// Whether the digits match the plan's general pattern, which covers all kinds.
    pub(super) fn is_general(self, national: &[u8]) -> bool {
        walk(u16::from_le_bytes(self.field(14)), national) != 0
    }

    /// Returns the national prefix, carrier code or omitted area code at the start of the digits.
    pub(super) fn prefix(self, national: &[u8]) -> Option<Prefix> {
        let index = walk(u16::from_le_bytes(self.field(16)), national);
        if index == 0 {
            return None;
        }
        let [end, from, to, literal_len, literal @ ..]: [u8; PREFIX] =
            bytes(PREFIXES + PREFIX * usize::from(index));
        Some(Prefix {
            end: end.into(),
            from: from.into(),
            to: to.into(),
            literal,
            literal_len: literal_len.into(),
        })
    }

    /// Returns the digits that are dialed before a national number inside the country, such as the 0 of 0171. May be
    /// empty.
    pub(super) fn national_prefix(self) -> NationalPrefix {
        NationalPrefix(self.field(20))
    }

    /// Returns how many of the digits are the prefix that is dialed here before a country calling code.
    pub(super) fn international_prefix(self, digits: &[u8]) -> usize {
        usize::from(walk(u16::from_le_bytes(self.field(18)), digits))
    }
}
