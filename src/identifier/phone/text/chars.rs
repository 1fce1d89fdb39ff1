//! Normalized characters: ASCII digits and punctuation, one kind of space and one kind of mask.

use super::super::char_class::{MAX_CHARS, decimal_value};
use crate::identifier::{FieldErrorCode, ParseError};
use crate::network::is_unseen;

/// A missing digit. All bullets and blocks become this character.
pub(super) const BULLET: char = '•';
pub(super) const ELLIPSIS: char = '…';
/// A separator if it is alone between digits, else a mask.
pub(super) const MIDDLE_DOT: char = '·';

/// Returns the normalized characters of a text.
///
/// # Errors
///
/// Returns an error if the text is longer than a number can be, or contains a character that is not shown.
pub(super) fn canonical(text: &str) -> Result<Vec<char>, ParseError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c));
    let mut chars = Vec::with_capacity(text.len().min(MAX_CHARS));
    let mut is_symbol = false;
    for (index, typed) in text.chars().enumerate() {
        if index == MAX_CHARS {
            return Err(ParseError::new(FieldErrorCode::TooLong));
        }
        // The selector of a symbol's look, as after a telephone.
        if is_symbol && matches!(typed, '\u{FE0E}' | '\u{FE0F}') {
            continue;
        }
        is_symbol = !typed.is_ascii() && !typed.is_alphanumeric();
        match spelling(typed) {
            Some(c) if !c.is_ascii() && is_unseen(c) || c.is_ascii_control() => {
                return Err(ParseError::found(FieldErrorCode::InvisibleCharacter, c));
            }
            Some(c) => chars.push(c),
            None => {}
        }
    }
    join_dots(&mut chars);
    Ok(chars)
}

/// Replaces three or more dots by an ellipsis.
fn join_dots(chars: &mut Vec<char>) {
    let mut at = 0;
    while at < chars.len() {
        let rest = chars.get(at..).unwrap_or(&[]);
        let dots = rest.iter().take_while(|c| **c == '.').count();
        if dots >= 3 {
            chars.splice(at..at + dots, [ELLIPSIS]);
        }
        at += 1;
    }
}

/// Returns the normalized spelling of a character. Returns `None` if it has no meaning and separates nothing.
fn spelling(c: char) -> Option<char> {
    Some(match c {
        _ if c.is_whitespace() => ' ',
        '\0'..='\x7F' => c,
        // Soft hyphen, zero-width space and word joiner only allow a line break.
        '\u{AD}' | '\u{200B}' | '\u{2060}' => return None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2053}' | '\u{223C}' | 'ー' => '-',
        '【' | '〔' => '(',
        '】' | '〕' => ')',
        '、' => ',',
        '。' => '.',
        '\u{387}' | '\u{2027}' | '\u{22C5}' | '・' => MIDDLE_DOT,
        '●' | '∙' | '○' | '◦' | '■' | '□' | '▪' | '▮' | '█' | '⬤' | '✱' | '∗' | '⁎' | '×' | '✕'
        | '✖' => BULLET,
        '⋯' => ELLIPSIS,
        // The wide forms of printable ASCII, in ASCII order.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0)?,
        _ => match decimal_value(c) {
            Some(value) => char::from(b'0' + value),
            None => c,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::canonical;

    fn spelled(text: &str) -> String {
        canonical(text).unwrap().into_iter().collect()
    }

    #[test]
    fn scripts_and_widths_are_normalized() {
        assert_eq!(
            spelled("＋１ （２１２）\u{202F}555‑٠١٤٢"),
            "+1 (212) 555-0142"
        );
        assert_eq!(spelled("06\u{2003}12\u{9}34"), "06 12 34");
        assert_eq!(spelled("12\u{AD}34\u{2060}56"), "123456");
        assert_eq!(spelled("12....34…56"), "12…34…56");
    }

    #[test]
    fn hidden_characters_at_the_ends_are_dropped_and_inside_refused() {
        assert_eq!(spelled("\u{202A}+33 6\u{202C}"), "+33 6");
        assert!(canonical("+33\u{202E}6").is_err());
        assert_eq!(spelled("\u{260E}\u{FE0F} 33"), "\u{260E} 33");
        assert!(canonical("33\u{FE0F} 6").is_err());
    }
}
