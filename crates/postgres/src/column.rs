//! The text of a key column.

use std::borrow::Cow;
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The most bytes of a text in a key. An index row of PostgreSQL has at most a third of its 8 kB page, and a key has up to
/// three texts.
const LONGEST: usize = 800;

/// The first character of a digest. A text that begins with it is replaced by its digest too.
const DIGEST: char = '\u{1}';

/// Returns a text as a key column keeps it: the text itself, or its digest.
///
/// A text is replaced by its digest if it is too long for an index, or if it has a NUL, which no text of PostgreSQL can
/// have. The record keeps the whole text.
pub(crate) fn key_text(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && !text.contains(['\0', DIGEST]) {
        return Cow::Borrowed(text);
    }
    let mut digest = String::from(DIGEST);
    for byte in Sha256::digest(text) {
        // Writing to a string does not fail.
        let _ = write!(digest, "{byte:02x}");
    }
    Cow::Owned(digest)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, key_text};

    #[test]
    fn only_text_that_does_not_fit_a_key_column_is_digested() {
        let long = "x".repeat(LONGEST);
        for text in ["", "phone:+14155552671", "id:\u{1F600}", &long] {
            assert_eq!(key_text(text), text);
        }
        let mut texts = vec![
            "id:a\0".to_owned(),
            "id:a\0b".into(),
            format!("{long}x"),
            format!("{long}y"),
        ];
        texts.push(key_text(&texts[0]).into_owned());
        let mut columns: Vec<_> = texts.iter().map(|text| key_text(text)).collect();
        assert!(
            columns
                .iter()
                .all(|column| column.len() == 65 && !column.contains('\0'))
        );
        columns.sort();
        columns.dedup();
        assert_eq!(columns.len(), texts.len());
    }
}
