//! Texts outside of the phone field that may be numbers with missing digits.

use super::chars::{ELLIPSIS, canonical};
use super::parts::is_mask;

/// The fewest digits of a number, the missing ones included.
const MIN_PLACES: usize = 7;

/// The digits that an ellipsis is counted as.
const ELLIPSIS_PLACES: usize = 3;

/// Returns whether a text outside of the phone field may be a number with missing digits.
///
/// It has the length of a number. A handle or an id may contain an `x` or a `_` too. So a text without other masks
/// needs two of them, and either a digit at its start or a space or a hyphen.
pub(crate) fn may_be_masked(text: &str) -> bool {
    let Ok(chars) = canonical(text) else {
        return false;
    };
    let is_word_mask = |c: &&char| matches!(c, 'x' | 'X' | '_');
    let masks = chars.iter().filter(|c| is_mask(**c));
    let ellipses = masks.clone().filter(|c| **c == ELLIPSIS).count();
    let words = masks.clone().filter(is_word_mask).count();
    let digits = chars.iter().filter(|c| c.is_ascii_digit()).count();
    let count = masks.count();
    let places = digits + count + ellipses * (ELLIPSIS_PLACES - 1);
    let is_number_like = || {
        words > 1
            && (chars
                .first()
                .is_some_and(|c| matches!(c, '0'..='9' | '+' | '('))
                || chars.iter().any(|c| matches!(c, ' ' | '-')))
    };
    digits > 0 && places >= MIN_PLACES && (count > words || is_number_like())
}

#[cfg(test)]
mod tests {
    use super::may_be_masked;

    #[test]
    fn numbers_with_missing_digits_may_be_masked() {
        for text in [
            "0171 ••• 4567",
            "+49 171 XXX 4567",
            "xxx-xxx-4567",
            "0171…67",
            "0171__4567",
            "???-4567",
        ] {
            assert!(may_be_masked(text), "{text}");
        }
    }

    #[test]
    fn handles_and_ids_are_not_masked() {
        for text in [
            "xx_4567890",
            "0x1234567",
            "ira_1990",
            "x7",
            "#general",
            "12*",
        ] {
            assert!(!may_be_masked(text), "{text}");
        }
    }
}
