//! What a text is in a column of a key.

use std::borrow::Cow;
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The most bytes of a text in a key: a row of an index, three of them, is at most a third of a page of 8 kB.
const LONGEST: usize = 800;

/// Where a digest stands for the text. No text that stands for itself has it.
const DIGEST: char = '\u{1}';

/// A text as it stands in a key: itself, or its digest where it is too long for an index or has the NUL that no text of
/// `PostgreSQL` has. The record has the text whole.
pub(super) fn column(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && !text.contains(['\0', DIGEST]) {
        return Cow::Borrowed(text);
    }
    let mut column = String::from(DIGEST);
    for byte in Sha256::digest(text) {
        let _ = write!(column, "{byte:02x}");
    }
    Cow::Owned(column)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, column};

    #[test]
    fn only_what_a_key_can_not_hold_is_digested() {
        let long = "x".repeat(LONGEST);
        for text in ["", "phone:+14155552671", "id:\u{1F600}", &long] {
            assert_eq!(column(text), text);
        }
        let mut texts = vec![
            "id:a\0".to_owned(),
            "id:a\0b".into(),
            format!("{long}x"),
            format!("{long}y"),
        ];
        texts.push(column(&texts[0]).into_owned());
        let mut columns: Vec<_> = texts.iter().map(|text| column(text)).collect();
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
