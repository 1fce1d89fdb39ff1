//! Unicode for grammars: characters that are not shown, and folding.

use std::borrow::Cow;

use unicode_normalization::char::{
    canonical_combining_class, decompose_compatible, is_combining_mark,
};
use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

/// Characters that are not shown, besides control characters, sorted for a binary search.
///
/// They are format and default-ignorable characters, line and paragraph separators, blanks that are letters or symbols,
/// private use, and noncharacters (Unicode 17, `Cf`, `Zl`, `Zp`, `Co`, `Default_Ignorable_Code_Point`).
const UNSEEN: [(u32, u32); 36] = [
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x0600, 0x0605),
    (0x061C, 0x061C),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xE000, 0xF8FF),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0xFFFE, 0xFFFF),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0x1FFFE, 0x1FFFF),
    (0x2FFFE, 0x2FFFF),
    (0x3FFFE, 0x3FFFF),
    (0x4FFFE, 0x4FFFF),
    (0x5FFFE, 0xDFFFF),
    (0xE0000, 0xE0FFF),
    (0xEFFFE, 0xEFFFF),
    (0xF0000, 0x10_FFFF),
];

/// The combining class of a virama, after which a joiner shapes the letters (RFC 5892 appendix A).
const VIRAMA: u8 = 9;

/// Returns the text without white space around it. Most texts have a visible ASCII character at both ends, and are returned
/// at once.
pub(crate) fn trim(text: &str) -> &str {
    let is_visible = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if is_visible(bytes.first()) && is_visible(bytes.last()) {
        text
    } else {
        text.trim()
    }
}

/// Returns whether a character is not shown.
pub(crate) fn is_unseen(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let code = u32::from(c);
    c.is_control()
        || UNSEEN
            .binary_search_by(|&(first, last)| {
                if last < code {
                    std::cmp::Ordering::Less
                } else if first > code {
                    std::cmp::Ordering::Greater
                } else {
                    std::cmp::Ordering::Equal
                }
            })
            .is_ok()
}

/// The kinds of characters in a text, found in one scan. Most texts are printable ASCII, and are not scanned again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextClass(u8);

const UPPER: u8 = 1;
const LOWER: u8 = 1 << 1;
const CONTROL: u8 = 1 << 2;
const BEYOND_ASCII: u8 = 1 << 3;

/// The class of each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < classes.len() {
        classes[byte] = match byte {
            0x41..=0x5A => UPPER,
            0x61..=0x7A => LOWER,
            0..0x20 | 0x7F => CONTROL,
            0x80.. => BEYOND_ASCII,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl TextClass {
    pub(crate) fn of(text: &str) -> Self {
        let classes = text.bytes().map(|byte| CLASSES[usize::from(byte)]);
        TextClass(classes.fold(0, |all, class| all | class))
    }

    pub(crate) fn is_ascii(self) -> bool {
        self.0 & BEYOND_ASCII == 0
    }

    /// Returns whether the text is printable ASCII, of which every character is shown.
    pub(crate) fn is_printable(self) -> bool {
        self.0 & (BEYOND_ASCII | CONTROL) == 0
    }

    pub(crate) fn has_upper(self) -> bool {
        self.0 & UPPER != 0
    }

    pub(crate) fn has_lower(self) -> bool {
        self.0 & LOWER != 0
    }
}

/// Returns the first character of a text that is not shown. A joiner after a virama is part of the spelling of Indic words,
/// and counts as shown.
pub(crate) fn unseen(text: &str) -> Option<char> {
    if TextClass::of(text).is_printable() {
        return None;
    }
    let mut before = '\0';
    for c in text.chars() {
        let joins =
            matches!(c, '\u{200C}' | '\u{200D}') && canonical_combining_class(before) == VIRAMA;
        if is_unseen(c) && !joins {
            return Some(c);
        }
        before = c;
    }
    None
}

/// Returns whether a character is a letter, a mark or a digit of any script.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Returns the text in normal form C.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    // No character before the first combining mark changes.
    let is_simple = text.chars().all(|c| c < '\u{300}');
    if is_simple || is_nfc_quick(text.chars()) == unicode_normalization::IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Returns the full case folding of one character (Unicode §3.13).
///
/// It goes through upper case, which unifies the two small sigmas and writes `ß` as `ss`. The dotless `ı` is the one
/// character that this would fold into another letter.
fn fold_char(c: char) -> impl Iterator<Item = char> {
    let cased = (c != 'ı').then_some(c);
    let folded = cased.into_iter().flat_map(|c| {
        c.to_lowercase()
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
    });
    folded.chain((c == 'ı').then_some('ı'))
}

/// Returns the text without compatibility forms and case, as `toNFKC_Casefold` does, except that nothing is dropped.
///
/// Folding may produce what normalizing changes again, and the other way round, so both repeat until the text stays the
/// same. The second round is the last for every text of today (Unicode D146). The bound is for later tables.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return ascii_lower(text);
    }
    let round = |text: &str| -> String { text.nfkd().flat_map(fold_char).nfkc().collect() };
    let mut folded = round(text);
    for _ in 0..3 {
        let again = round(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    Cow::Owned(folded)
}

/// Returns the text with usual forms for wide and narrow ones, in lower case and normal form C. `ß` and the final sigma stay
/// (RFC 8265 §3.3, `UsernameCaseMapped`).
pub(crate) fn lower(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return ascii_lower(text);
    }
    let mut usual = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\u{FF00}'..='\u{FFEF}' | '\u{3000}') {
            decompose_compatible(c, |c| usual.push(c));
        } else {
            usual.push(c);
        }
    }
    Cow::Owned(usual.chars().flat_map(char::to_lowercase).nfc().collect())
}

/// Returns the text with ASCII letters in lower case.
pub(crate) fn ascii_lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns the text after a prefix in any case.
pub(crate) fn strip_prefix_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.as_bytes().get(..prefix.len())?;
    let has_prefix = head.eq_ignore_ascii_case(prefix.as_bytes());
    text.get(prefix.len()..).filter(|_| has_prefix)
}
