//! The function of the crate `any_ascii` that the core uses, with the same results for letters, marks and digits.
//!
//! The original has a table for each block of 256 characters. That takes twice the space in a compressed module. The
//! program `transliterations` beside this crate writes the tables, which `npm run build` does first.

#[expect(clippy::unreadable_literal, reason = "a program writes the tables")]
mod tables {
    include!("generated/tables.rs");
}

use tables::{OFFSETS, RANGES, STEP};

/// The transliterations, each with a line end.
static TEXT: &str = include_str!("generated/text.txt");

/// The ASCII characters, which are their own transliterations.
static ASCII: [u8; 128] = {
    let mut ascii = [0; 128];
    let mut code = 0;
    while code < 128 {
        ascii[code as usize] = code;
        code += 1;
    }
    ascii
};

/// Returns the transliteration of a letter, a mark or a digit, and an empty text for other characters.
#[must_use]
pub fn any_ascii_char(c: char) -> &'static str {
    let code = u32::from(c);
    if c.is_ascii() {
        let at = code as usize;
        let own = ASCII.get(at..=at).unwrap_or_default();
        return std::str::from_utf8(own).unwrap_or_default();
    }
    find(code).unwrap_or_default()
}

fn find(code: u32) -> Option<&'static str> {
    let after = RANGES.partition_point(|(first, _, _)| *first <= code);
    let (first, _, entry) = RANGES
        .get(after.checked_sub(1)?)
        .filter(|(_, last, _)| code <= *last)?;
    let entry = (entry + code - first) as usize;
    let offset = *OFFSETS.get(entry / STEP)? as usize;
    TEXT.get(offset..)?.split('\n').nth(entry % STEP)
}
