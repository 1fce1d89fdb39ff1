//! The small form has the results of the original crate.

#[path = "../../any_ascii/src/lib.rs"]
mod small;

use unicode_normalization::char::is_combining_mark;

#[test]
fn letters_marks_and_digits_are_transliterated_as_by_the_original() {
    let is_in_names = |c: &char| c.is_ascii() || c.is_alphanumeric() || is_combining_mark(*c);
    let mut letters = 0;
    for c in ('\0'..=char::MAX).filter(is_in_names) {
        let original = any_ascii::any_ascii_char(c);
        assert_eq!(small::any_ascii_char(c), original, "{:x}", u32::from(c));
        letters += 1;
    }
    assert!(letters > 130_000, "{letters}");
}

#[test]
fn other_characters_have_no_transliteration() {
    assert_eq!(small::any_ascii_char('€'), "");
    assert_eq!(small::any_ascii_char(char::MAX), "");
}
