//! The numbering plans: every territory's patterns, compiled from Google's libphonenumber metadata (Apache-2.0) into
//! one table of bytes. `tests/it/identifiers/phone_table/` writes it, and fails when it is stale.
//!
//! All questions of the form "what does this run of digits say?" are one walk over one automaton: from a root, digit by
//! digit, to a number below 256. The root chooses the question. Nodes with equal futures are one node, whatever
//! country they come from. Reading needs no start-up work, no heap and no lock; nothing here can panic, because what
//! is not in the table reads as zero.

use super::{PhoneKind, Region};

const BYTES: &[u8] = include_bytes!("table.bin");

/// The version of libphonenumber whose metadata the numbering plans are compiled from.
///
/// What is valid today may not have been yesterday: keep the version beside what was decided with it.
///
/// ```
/// assert_eq!(contact_resolution::identifier::phone::METADATA_VERSION, "9.0.33");
/// ```
pub const METADATA_VERSION: &str = version();

// The layout, little-endian. The header: eight bytes of magic, eight of version, and where each section starts.
const CODES: usize = section(0); // by calling code, 0..1000: its main plan + 1, or 0
const REGIONS: usize = section(1); // by both letters, 26 × 26: the region's plan + 1, or 0
const PLANS: usize = section(2); // PLAN bytes each; a shared code's plans follow its main one, in order
const ANSWERS: usize = section(3); // two bytes each: which of the code's regions (or NO_REGION), which kind
const PREFIXES: usize = section(4); // PREFIX bytes each
const ROWS: usize = section(5); // ROW bytes each: what a walk says with so many digits to go
const OUTPUTS: usize = section(6); // a byte a node: what a walk that ends there says
const NODES: usize = section(7); // ten 16-bit nodes each: where a digit leads

const PLAN: usize = 24;
const PREFIX: usize = 8;
const ROW: usize = 20;
const NO_REGION: u8 = 255;

/// Nodes below this one are leaves: every digit leads back to them, and they say their own number.
const FIRST_ROW: u16 = 256;
/// Nodes from there to below this one are rows: which digits follow doesn't matter any more, only how many.
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

/// What the automaton says about the digits (ASCII), starting at a root.
fn walk(root: u16, digits: &[u8]) -> u8 {
    const NODES: &[[[u8; 2]; 10]] = BYTES.split_at(self::NODES).1.as_chunks().0.as_chunks().0;
    // What is no node wraps around to an index past the last one: one comparison does for both.
    const _: () = assert!(NODES.len() <= (u16::MAX - FIRST_NODE) as usize + 1);
    let (mut node, mut rest) = (root, digits);
    while let Some(next) = NODES.get(usize::from(node.wrapping_sub(FIRST_NODE)))
        && let [digit, tail @ ..] = rest
    {
        let next = next.get(usize::from(digit & 15));
        node = next.map_or(0, |next| u16::from_le_bytes(*next));
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

/// The national prefix of a plan: ASCII digits, and zero bytes after them.
pub(super) struct NationalPrefix([u8; 4]);

impl NationalPrefix {
    pub(super) fn as_slice(&self) -> &[u8] {
        let len = self.0.iter().take_while(|digit| **digit != 0).count();
        self.0.get(..len).unwrap_or(&[])
    }
}

/// How a number of digits compares with those a plan uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Possible,
    LocalOnly,
    TooShort,
    TooLong,
    Wrong,
}

/// What takes the place of a national number's first `end` digits: a literal, then what lay from `from` to `to`.
#[derive(Clone, Copy)]
pub(super) struct Prefix {
    pub(super) end: usize,
    from: usize,
    to: usize,
    literal: [u8; 4],
    literal_len: usize,
}

impl Prefix {
    /// Whether the prefix is just dropped.
    pub(super) fn is_dropped(&self) -> bool {
        self.literal_len == 0 && self.from == self.to
    }

    /// The digits that replace it.
    pub(super) fn replacement<'a>(&'a self, number: &'a [u8]) -> [&'a [u8]; 2] {
        [
            self.literal.get(..self.literal_len).unwrap_or(&[]),
            number.get(self.from..self.to).unwrap_or(&[]),
        ]
    }
}

impl NumberingPlan {
    /// The main plan of the country calling code that begins the digits, and how many digits that code has.
    ///
    /// No code is the beginning of another (ITU-T E.164).
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

    /// The plan of the region that speaks for the whole calling code: the United States for +1.
    pub(super) fn main(self) -> NumberingPlan {
        byte(CODES + usize::from(self.code()))
            .checked_sub(1)
            .map_or(self, NumberingPlan)
    }

    /// What begins in the plan's row at an offset.
    fn field<const N: usize>(self, offset: usize) -> [u8; N] {
        const ROWS: &[[u8; PLAN]] = BYTES.split_at(PLANS).1.as_chunks().0;
        ROWS.get(usize::from(self.0))
            .and_then(|row| row.get(offset..))
            .and_then(<[u8]>::first_chunk)
            .copied()
            .unwrap_or([0; N])
    }

    /// The region, unless the code belongs to none, as +800 does.
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

    /// Which region the national number of this main plan belongs to, if that can be told.
    pub(super) fn region_of(self, national: &[u8]) -> Option<Region> {
        match self.answer(national) {
            [NO_REGION, _] => None,
            [region, _] => NumberingPlan(self.0.saturating_add(region)).region(),
        }
    }

    /// The kind of the national number of this main plan.
    pub(super) fn kind_of(self, national: &[u8]) -> PhoneKind {
        let [_, kind] = self.answer(national);
        PhoneKind::from_index(kind)
    }

    fn answer(self, national: &[u8]) -> [u8; 2] {
        let answer = walk(u16::from_le_bytes(self.field(12)), national);
        bytes(ANSWERS + 2 * usize::from(answer))
    }

    /// Whether the digits match the plan's general pattern, whatever their kind.
    pub(super) fn is_general(self, national: &[u8]) -> bool {
        walk(u16::from_le_bytes(self.field(14)), national) != 0
    }

    /// The national prefix, carrier code or omitted area code the digits begin with.
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

    /// The digits that are dialed before a national number inside the country, such as the 0 of 0171; empty if there are
    /// none.
    pub(super) fn national_prefix(self) -> NationalPrefix {
        NationalPrefix(self.field(20))
    }

    /// How many of the digits are the prefix that is dialed here before a country calling code.
    pub(super) fn international_prefix(self, digits: &[u8]) -> usize {
        usize::from(walk(u16::from_le_bytes(self.field(18)), digits))
    }
}
