//! The function of the crate `any_ascii` that the core uses, with the same results for letters, marks and digits.

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
    if c.is_ascii() {
        let at = u32::from(c) as usize;
        let own = ASCII.get(at..=at).unwrap_or_default();
        return std::str::from_utf8(own).unwrap_or_default();
    }
    tables::transliterations::transliteration(c)
}
