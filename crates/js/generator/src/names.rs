//! The table of `any_ascii`, of the characters that are in names when they are transliterated.

use std::error::Error;

use any_ascii::any_ascii_char;
use layout::names;
use unicode_normalization::char::is_combining_mark;

use crate::Folder;

/// The first characters of the blocks that are decoded each for itself, as in the crate `tables`.
const BLOCKS: [(u32, &str); 5] = [
    (0, "0"),
    (0x3400, "0x3400"),
    (0xA000, "0xa000"),
    (0x1_0000, "0x10000"),
    (0x2_0000, "0x20000"),
];

/// The numbers of vowels and of endings of a syllable. No ending counts as one.
const VOWELS: usize = 21;
const ENDINGS: usize = 28;

pub(crate) fn write(folder: &Folder) -> Result<(), Box<dyn Error>> {
    folder.write("hangul.txt", hangul()?)?;
    let ends = BLOCKS.iter().skip(1).map(|(first, _)| *first);
    for ((first, name), end) in BLOCKS.iter().zip(ends.chain([0x11_0000])) {
        let mut texts: Vec<&str> = (*first..end).map(text).collect();
        while texts.pop_if(|text| text.is_empty()).is_some() {}
        if texts.iter().any(|text| text.contains(['\n', '\r'])) {
            return Err("a line end separates the transliterations".into());
        }
        let (symbols, lines) = names::pack(&texts);
        folder.write(&format!("names_{name}.symbols"), symbols)?;
        folder.write(&format!("names_{name}.texts"), lines)?;
    }
    Ok(())
}

/// Returns the transliteration of a letter, a mark or a digit. The syllables of Hangul follow from their parts.
fn text(code: u32) -> &'static str {
    let is_in_names = |c: &char| c.is_alphanumeric() || is_combining_mark(*c);
    let is_syllable = |c: &char| ('가'..='힣').contains(c);
    let c = char::from_u32(code).filter(|c| !c.is_ascii() && is_in_names(c) && !is_syllable(c));
    c.map_or("", any_ascii_char)
}

/// Returns the parts of the syllables of Hangul in lines: the initials, the vowels after one, those without one, the endings.
fn hangul() -> Result<String, Box<dyn Error>> {
    let syllables: Vec<&str> = ('가'..='힣').map(any_ascii_char).collect();
    let open = syllables.iter().step_by(ENDINGS);
    let first = open.clone().step_by(VOWELS);
    let initials: Vec<&str> = first
        .map(|text| {
            if *text == "A" {
                Some("")
            } else {
                text.strip_suffix('a')
            }
        })
        .collect::<Option<_>>()
        .ok_or("the first vowel is a")?;
    let without = initials.iter().position(|initial| initial.is_empty());
    let without = without.ok_or("one initial has no sound")?;
    let alone: Vec<&str> = open.skip(without * VOWELS).take(VOWELS).copied().collect();
    let vowels: Vec<String> = alone.iter().map(|vowel| vowel.to_lowercase()).collect();
    let closed = syllables.iter().skip(without * VOWELS * ENDINGS);
    let endings: Vec<&str> = closed
        .take(ENDINGS)
        .filter_map(|text| text.strip_prefix('A'))
        .collect();
    let lines = [
        initials.join(" "),
        vowels.join(" "),
        alone.join(" "),
        endings.join(" "),
    ];
    Ok(lines.join("\n"))
}
