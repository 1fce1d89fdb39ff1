//! The tables of `unicode-normalization`.

use std::error::Error;

use layout::{mappings, runs};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{
    canonical_combining_class, decompose_canonical, decompose_compatible, is_combining_mark,
};

use crate::Folder;

pub(crate) fn write(folder: &Folder) -> Result<(), Box<dyn Error>> {
    let mark = |c| u16::from(canonical_combining_class(c)) << 1 | u16::from(is_combining_mark(c));
    folder.write("marks.runs", runs::pack(mark))?;
    let is_syllable = |c: &char| ('가'..='힣').contains(c);
    let mut canonical = Vec::new();
    let mut compatible = Vec::new();
    for c in ('\0'..=char::MAX).filter(|c| !is_syllable(c)) {
        let (mut parts, mut plain) = (Vec::new(), Vec::new());
        decompose_canonical(c, |part| parts.push(part));
        decompose_compatible(c, |part| plain.push(part));
        if plain != parts {
            compatible.push((c, plain, false));
        }
        if parts != [c] {
            let composes = c.nfc().eq([c]);
            canonical.push((c, parts, composes));
        }
    }
    folder.write("canonical.mappings", mappings::pack(&canonical))?;
    folder.write("compatible.mappings", mappings::pack(&compatible))
}
