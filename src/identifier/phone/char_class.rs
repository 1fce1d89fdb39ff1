//! The classes of characters in a phone number, as one-byte symbols.

use unicode_normalization::char::is_combining_mark;

/// libphonenumber reads no longer text. The limit bounds the cost of hostile input.
pub(super) const MAX_CHARS: usize = 250;

// Symbols of characters outside ASCII.
pub(super) const PLUS: u8 = 0x80; // ＋
pub(super) const NO_BREAK_SPACE: u8 = 0x81;
pub(super) const PUNCTUATION: u8 = 0x82; // separates digits and has no other meaning
pub(super) const DOT: u8 = 0x83; // ．
pub(super) const TILDE: u8 = 0x84; // ～
pub(super) const HASH: u8 = 0x85; // ＃
pub(super) const ACUTE: u8 = 0x86; // the combining one
pub(super) const OTHER: u8 = 0x87;
// All symbols from here on are letters and numbers, which are not trimmed from the end of a text.
pub(super) const WORD: u8 = 0x90; // a letter or number that never occurs in a phone number
pub(super) const O_ACUTE: u8 = 0x91; // ó
pub(super) const FULL_E: u8 = 0x92; // ｅ ｉ ｎ ｔ ｘ
pub(super) const FULL_I: u8 = 0x93;
pub(super) const FULL_N: u8 = 0x94;
pub(super) const FULL_T: u8 = 0x95;
pub(super) const FULL_X: u8 = 0x96;
pub(super) const CYRILLIC_D: u8 = 0x97; // д о б
pub(super) const CYRILLIC_O: u8 = 0x98;
pub(super) const CYRILLIC_B: u8 = 0x99;
pub(super) const LONG: u8 = 0x9A; // ー, which is a letter but is used as a dash
pub(super) const DIGIT: u8 = 0xF0; // the zero; the other digits follow

/// The zeros of all decimal digits outside ASCII (Unicode 16, general category Nd). Nine digits follow each zero.
const ZEROS: [u32; 75] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0,
    0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50,
    0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

/// The symbols of a text, one per character.
pub(super) struct Symbols {
    len: usize,
    at: [u8; MAX_CHARS],
}

impl Symbols {
    pub(super) const fn new() -> Self {
        Symbols {
            len: 0,
            at: [0; MAX_CHARS],
        }
    }

    /// Returns the symbols of a text, or `None` if it has more characters than fit.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut symbols = Symbols::new();
        for character in text.chars() {
            symbols.push(symbol(character))?;
        }
        Some(symbols)
    }

    pub(super) fn push(&mut self, symbol: u8) -> Option<()> {
        *self.at.get_mut(self.len)? = symbol;
        self.len += 1;
        Some(())
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.at.get(..self.len).unwrap_or(&[])
    }
}

pub(super) fn symbol(character: char) -> u8 {
    match character {
        '\0'..='\x7F' => u32::from(character).to_le_bytes()[0],
        '＋' => PLUS,
        '\u{A0}' => NO_BREAK_SPACE,
        '\u{AD}'
        | '\u{200B}'
        | '\u{2060}'
        | '\u{3000}'
        | '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '－'
        | '／'
        | '（'
        | '）'
        | '［'
        | '］'
        | '\u{2053}'
        | '\u{223C}' => PUNCTUATION,
        // The rest of the block of punctuation has no letters and no numbers.
        '\u{2000}'..='\u{206F}' => OTHER,
        'ー' => LONG,
        '．' => DOT,
        '～' => TILDE,
        '＃' => HASH,
        '\u{301}' => ACUTE,
        'ó' | 'Ó' => O_ACUTE,
        'ｅ' | 'Ｅ' => FULL_E,
        'ｉ' | 'Ｉ' => FULL_I,
        'ｎ' | 'Ｎ' => FULL_N,
        'ｔ' | 'Ｔ' => FULL_T,
        'ｘ' | 'Ｘ' => FULL_X,
        'д' | 'Д' => CYRILLIC_D,
        'о' | 'О' => CYRILLIC_O,
        'б' | 'Б' => CYRILLIC_B,
        other => match decimal_value(other) {
            Some(value) => DIGIT + value,
            None if is_letter_or_number(other) => WORD,
            None => OTHER,
        },
    }
}

pub(super) fn decimal_value(character: char) -> Option<u8> {
    let code = u32::from(character);
    let zero = ZEROS.get(ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?)?;
    u8::try_from(code - zero).ok().filter(|value| *value < 10)
}

/// Whether a character is in the general categories L or N: alphanumeric, except marks and circled letters.
fn is_letter_or_number(character: char) -> bool {
    let circled = matches!(u32::from(character), 0x24B6..=0x24E9 | 0x1F130..=0x1F149 | 0x1F150..=0x1F169 | 0x1F170..=0x1F189);
    character.is_alphanumeric() && !circled && !is_combining_mark(character)
}

/// Returns the digit of a symbol, in ASCII.
pub(super) fn digit(symbol: u8) -> Option<u8> {
    match symbol {
        b'0'..=b'9' => Some(symbol),
        DIGIT..=0xF9 => Some(symbol - DIGIT + b'0'),
        _ => None,
    }
}

/// Returns the keypad digit of a symbol, in ASCII (ITU-T E.161). Only ASCII digits count here, as in libphonenumber.
pub(super) fn key(symbol: u8) -> Option<u8> {
    Some(match symbol.to_ascii_lowercase() {
        b'0'..=b'9' => symbol,
        b'a'..=b'c' => b'2',
        b'd'..=b'f' => b'3',
        b'g'..=b'i' => b'4',
        b'j'..=b'l' => b'5',
        b'm'..=b'o' => b'6',
        b'p'..=b's' => b'7',
        b't'..=b'v' => b'8',
        b'w'..=b'z' => b'9',
        _ => return None,
    })
}

pub(super) fn is_plus(symbol: u8) -> bool {
    matches!(symbol, b'+' | PLUS)
}

/// Whether a symbol may separate digits. An x may, in a carrier's place: `0 xx 11`.
pub(super) fn is_between(symbol: u8) -> bool {
    matches!(
        symbol,
        b' ' | b'-'
            | b'.'
            | b'('
            | b')'
            | b'['
            | b']'
            | b'/'
            | b'~'
            | b'x'
            | b'X'
            | b'*'
            | NO_BREAK_SPACE
            | PUNCTUATION
            | DOT
            | TILDE
            | LONG
    )
}

#[cfg(test)]
mod tests {
    use regex_automata::meta::Regex;

    use super::decimal_value;

    #[test]
    fn the_digits_of_every_script_are_known() {
        let digit = Regex::new(r"^\p{Nd}$").unwrap();
        for character in '\u{80}'..=char::MAX {
            let is_digit = digit.is_match(character.encode_utf8(&mut [0; 4]).as_bytes());
            assert_eq!(
                decimal_value(character).is_some(),
                is_digit,
                "{character:?}"
            );
        }
    }
}
