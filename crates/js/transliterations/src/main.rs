//! Writes the transliterations of the crate `any_ascii` in a small form: `transliterations FOLDER`.
//!
//! `text.txt` has them one after another, in the order of the characters. `tables.rs` finds a character in it.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use unicode_normalization::char::is_combining_mark;

/// The number of transliterations between two offsets into the text.
const STEP: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("transliterations FOLDER")?;
    let mut ranges: Vec<(u32, u32, usize)> = Vec::new();
    let mut offsets = Vec::new();
    let mut text = String::new();
    // A name has no other characters that are not ASCII when it is transliterated.
    let letters = ('\u{80}'..=char::MAX).filter(|c| c.is_alphanumeric() || is_combining_mark(*c));
    for (at, letter) in letters.enumerate() {
        let ascii = any_ascii::any_ascii_char(letter);
        if ascii.contains('\n') {
            return Err("a line end separates the transliterations".into());
        }
        if at % STEP == 0 {
            offsets.push(text.len());
        }
        let code = u32::from(letter);
        match ranges.last_mut() {
            Some((_, last, _)) if *last + 1 == code => *last = code,
            _ => ranges.push((code, code, at)),
        }
        text.push_str(ascii);
        text.push('\n');
    }
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    fs::write(folder.join("text.txt"), text)?;
    let mut tables = String::from("// Written by the program `transliterations`.\n");
    writeln!(tables, "pub(super) const STEP: usize = {STEP};")?;
    writeln!(
        tables,
        "pub(super) static RANGES: [(u32, u32, u32); {}] = {ranges:?};",
        ranges.len()
    )?;
    writeln!(
        tables,
        "pub(super) static OFFSETS: [u32; {}] = {offsets:?};",
        offsets.len()
    )?;
    fs::write(folder.join("tables.rs"), tables)?;
    Ok(())
}
