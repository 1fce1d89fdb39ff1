//! The tables of `idna_adapter`.

use std::collections::HashMap;
use std::error::Error;
use std::iter::once;

use icu_properties::CodePointMapData;
use icu_properties::props::{BidiClass, JoiningType};
use idna_adapter::Adapter;
use layout::{mappings, runs};
use unicode_normalization::UnicodeNormalization;

use crate::Folder;

// The statuses of the crate `tables`.
const DISALLOWED: u16 = 0;
const IGNORED: u16 = 1;
const VALID: u16 = 2;
const REPLACED: u16 = 3;

/// The classes and types that `idna` distinguishes, in the order of their numbers in the crate `tables`.
const BIDI: [BidiClass; 11] = [
    BidiClass::LeftToRight,
    BidiClass::RightToLeft,
    BidiClass::ArabicLetter,
    BidiClass::EuropeanNumber,
    BidiClass::ArabicNumber,
    BidiClass::EuropeanSeparator,
    BidiClass::CommonSeparator,
    BidiClass::EuropeanTerminator,
    BidiClass::OtherNeutral,
    BidiClass::BoundaryNeutral,
    BidiClass::NonspacingMark,
];
const JOINING: [JoiningType; 4] = [
    JoiningType::DualJoining,
    JoiningType::LeftJoining,
    JoiningType::RightJoining,
    JoiningType::Transparent,
];

pub(crate) fn write(folder: &Folder) -> Result<(), Box<dyn Error>> {
    let bidi = CodePointMapData::<BidiClass>::new();
    let joining = CodePointMapData::<JoiningType>::new();
    folder.write("bidi.runs", runs::pack(|c| number(&BIDI, bidi.get(c))))?;
    folder.write(
        "joining.runs",
        runs::pack(|c| number(&JOINING, joining.get(c))),
    )?;

    let adapter = Adapter::new();
    let map = |c: char| adapter.map_normalize(once(c)).collect::<Vec<char>>();
    // Characters without a compatible form come first, because the others are made of them.
    let is_plain = |c: &char| c.nfkd().eq([*c]);
    let (plain, composed): (Vec<char>, Vec<char>) = ('\0'..=char::MAX).partition(is_plain);
    let mut mapped: HashMap<char, Vec<char>> = HashMap::new();
    let mut statuses: HashMap<char, u16> = HashMap::new();
    for c in plain.into_iter().chain(composed) {
        let target = map(c);
        let replaced = || {
            let parts = c.nfkd().flat_map(|part| match mapped.get(&part) {
                Some(lower) => lower.clone(),
                None => vec![part],
            });
            parts.nfc().eq(target.iter().copied())
        };
        let status = if target.is_empty() {
            IGNORED
        } else if target == [char::REPLACEMENT_CHARACTER] {
            DISALLOWED
        } else if c.nfc().eq(target.iter().copied()) {
            VALID
        } else {
            if !replaced() {
                mapped.insert(c, target);
            }
            REPLACED
        };
        statuses.insert(c, status);
    }
    let status = |c| statuses.get(&c).copied().unwrap_or(DISALLOWED);
    folder.write("domain_status.runs", runs::pack(status))?;
    let mut mapped: Vec<_> = mapped
        .into_iter()
        .map(|(c, target)| (c, target, false))
        .collect();
    mapped.sort_unstable();
    folder.write("domain.mappings", mappings::pack(&mapped))
}

/// Returns the number of a value in a list, from one on. Zero is any other value.
fn number<T: Copy + PartialEq>(values: &[T], value: T) -> u16 {
    let mut numbers = (1..).zip(values);
    numbers
        .find_map(|(number, known)| (*known == value).then_some(number))
        .unwrap_or(0)
}
