//! Normalization (UAX #15).

use std::cmp::Ordering;
use std::sync::OnceLock;

use layout::mappings::Mappings;

use super::{Mapping, Property};

/// The combining class above one bit, which is set for marks.
static MARKS: Property = Property::new(include_bytes!("generated/marks.runs"));
static COMPATIBLE: Mapping = Mapping::new(include_bytes!("generated/compatible.mappings"));
static CANONICAL: &[u8] = include_bytes!("generated/canonical.mappings");

/// The kind of a decomposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The same character in its parts.
    Canonical,
    /// The parts without the differences of compatibility characters, such as their width.
    Compatible,
}

/// The canonical decompositions, and the compositions of two characters that follow from them.
struct Canonical {
    decompositions: Mappings,
    /// Sorted by the two characters.
    compositions: Vec<((char, char), char)>,
}

/// Returns the `Canonical_Combining_Class` of a character.
#[must_use]
pub fn combining_class(c: char) -> u8 {
    let [class, _] = (MARKS.get(c) << 7).to_be_bytes();
    class
}

/// Whether a character is a mark (`General_Category` M).
#[must_use]
pub fn is_mark(c: char) -> bool {
    MARKS.get(c) & 1 != 0
}

/// Returns the characters in their parts, with the marks in canonical order.
pub fn decompose(chars: impl IntoIterator<Item = char>, form: Form) -> Vec<char> {
    let mut parts = Vec::new();
    for c in chars {
        push_parts(c, form, &mut parts);
    }
    let mut start = 0;
    while start < parts.len() {
        let rest = parts.get_mut(start..).unwrap_or_default();
        let marks = rest
            .iter()
            .take_while(|c| combining_class(**c) != 0)
            .count();
        rest.get_mut(..marks)
            .unwrap_or_default()
            .sort_by_key(|c| combining_class(*c));
        start += marks + 1;
    }
    parts
}

/// Appends the parts of a character.
pub fn push_parts(c: char, form: Form, parts: &mut Vec<char>) {
    if c.is_ascii() {
        parts.push(c);
    } else if let Some(jamo) = hangul::parts(c) {
        parts.extend(jamo.into_iter().flatten());
    } else {
        let compatible = match form {
            Form::Canonical => None,
            Form::Compatible => COMPATIBLE.get(c),
        };
        match compatible.or_else(|| canonical().decompositions.get(c)) {
            Some(decomposed) => parts.extend(decomposed),
            None => parts.push(c),
        }
    }
}

/// Composes the characters of a decomposition where possible.
#[must_use]
pub fn compose(parts: Vec<char>) -> Vec<char> {
    let mut composed: Vec<char> = Vec::with_capacity(parts.len());
    let mut starter = None;
    // The class of the last character that stayed behind the starter. Zero if none did.
    let mut last_class = 0;
    for c in parts {
        let class = combining_class(c);
        let is_next = starter.is_some_and(|at| at + 1 == composed.len());
        let whole = starter
            .filter(|_| is_next || last_class < class)
            .and_then(|at| composed.get_mut(at))
            .and_then(|start| Some((start_pair(*start, c)?, start)));
        if let Some((whole, start)) = whole {
            *start = whole;
            continue;
        }
        if class == 0 {
            starter = Some(composed.len());
        }
        last_class = class;
        composed.push(c);
    }
    composed
}

fn start_pair(first: char, second: char) -> Option<char> {
    hangul::whole(first, second)
        .or_else(|| find(&canonical().compositions, |pair| pair.cmp(&(first, second))))
}

/// Returns the whole of the parts that a function finds among sorted ones.
fn find<T>(wholes: &[(T, char)], compare: impl Fn(&T) -> Ordering) -> Option<char> {
    let at = wholes.binary_search_by(|(parts, _)| compare(parts)).ok()?;
    wholes.get(at).map(|(_, whole)| *whole)
}

fn canonical() -> &'static Canonical {
    static TABLE: OnceLock<Canonical> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut wholes: Vec<(Vec<char>, char)> = Vec::new();
        let decompositions = Mappings::unpack(CANONICAL, |whole, parts, composes| {
            if composes {
                wholes.push((parts.to_vec(), whole));
            }
        });
        wholes.sort_unstable();
        let mut compositions: Vec<((char, char), char)> = wholes
            .iter()
            .filter_map(|(parts, whole)| {
                let (last, rest) = parts.split_last()?;
                let first = match rest {
                    [first] => *first,
                    _ => find(&wholes, |parts| parts.as_slice().cmp(rest))?,
                };
                Some(((first, *last), *whole))
            })
            .collect();
        compositions.sort_unstable();
        Canonical {
            decompositions,
            compositions,
        }
    })
}

/// The syllables of Hangul, which a rule composes (Unicode §3.12).
mod hangul {
    const INITIAL: u32 = 0x1100;
    const VOWEL: u32 = 0x1161;
    /// One before the first ending.
    const ENDING: u32 = 0x11A7;
    const SYLLABLE: u32 = 0xAC00;
    const INITIALS: u32 = 19;
    const VOWELS: u32 = 21;
    const ENDINGS: u32 = 28;

    pub(super) fn parts(c: char) -> Option<[Option<char>; 3]> {
        let index = u32::from(c).checked_sub(SYLLABLE)?;
        let initial = index / ENDINGS / VOWELS;
        if initial >= INITIALS {
            return None;
        }
        let vowel = index / ENDINGS % VOWELS;
        let ending = Some(index % ENDINGS).filter(|ending| *ending != 0);
        Some([
            char::from_u32(INITIAL + initial),
            char::from_u32(VOWEL + vowel),
            ending.and_then(|ending| char::from_u32(ENDING + ending)),
        ])
    }

    pub(super) fn whole(first: char, second: char) -> Option<char> {
        let [first, second] = [first, second].map(u32::from);
        if let Some(initial) = first.checked_sub(INITIAL).filter(|i| *i < INITIALS) {
            let vowel = second.checked_sub(VOWEL).filter(|v| *v < VOWELS)?;
            return char::from_u32(SYLLABLE + (initial * VOWELS + vowel) * ENDINGS);
        }
        let index = first.checked_sub(SYLLABLE)?;
        let ending = second.checked_sub(ENDING)?;
        let is_open = index < INITIALS * VOWELS * ENDINGS && index % ENDINGS == 0;
        let is_ending = (1..ENDINGS).contains(&ending);
        (is_open && is_ending)
            .then(|| char::from_u32(first + ending))
            .flatten()
    }
}
