//! The tables of `unicode-security`.

use std::error::Error;

use layout::{mappings, runs};
use unicode_normalization::UnicodeNormalization;
use unicode_script::Script;
use unicode_security::confusable_detection::skeleton;
use unicode_security::mixed_script::AugmentedScriptSet;

use crate::Folder;

/// The bits of the writing systems. They follow the bits of the scripts.
const WRITING_SYSTEMS: [usize; 3] = [189, 190, 191];

pub(crate) fn write(folder: &Folder) -> Result<(), Box<dyn Error>> {
    // A skeleton is made of decomposed characters.
    let decomposed: Vec<char> = ('\0'..=char::MAX).filter(|c| c.nfd().eq([*c])).collect();
    let skeleton = |c: char| skeleton(&c.to_string()).collect::<Vec<char>>();
    let ignorable = |c: char| u16::from(c.nfd().eq([c]) && skeleton(c).is_empty());
    folder.write("ignorable.runs", runs::pack(ignorable))?;
    let prototypes: Vec<_> = decomposed
        .into_iter()
        .map(|c| (c, skeleton(c), false))
        .filter(|(c, prototype, _)| !prototype.is_empty() && *prototype != [*c])
        .collect();
    folder.write("prototypes.mappings", mappings::pack(&prototypes))?;

    let mut sets: Vec<[u64; 3]> = Vec::new();
    for c in '\0'..=char::MAX {
        let set = scripts(c)?;
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    let number = |c: char| {
        scripts(c)
            .ok()
            .and_then(|set| sets.iter().position(|known| *known == set))
    };
    let number = |c: char| {
        number(c)
            .and_then(|at| u16::try_from(at).ok())
            .unwrap_or_default()
    };
    folder.write("scripts.runs", runs::pack(number))?;
    let words = sets.as_flattened().iter();
    let bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
    folder.write("script_sets.words", bytes)
}

fn scripts(c: char) -> Result<[u64; 3], Box<dyn Error>> {
    let set = AugmentedScriptSet::for_char(c);
    if set.is_all() {
        return Ok([u64::MAX; 3]);
    }
    let mut bits = [0; 3];
    let mut add = |bit: usize| bits[bit / 64] |= 1 << (bit % 64);
    for script in set.base.iter() {
        if matches!(script, Script::Unknown) {
            continue;
        }
        let bit = script as usize;
        if bit >= WRITING_SYSTEMS[0] {
            return Err("there are too many scripts for three words".into());
        }
        add(bit);
    }
    for (is_in, bit) in [set.hanb, set.jpan, set.kore]
        .into_iter()
        .zip(WRITING_SYSTEMS)
    {
        if is_in {
            add(bit);
        }
    }
    Ok(bits)
}
