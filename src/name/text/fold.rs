//! Folding removes differences of case, marks, width and normal form from a name.

use std::iter::Peekable;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A part of a folded text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::name) enum Folded {
    Char(char),
    /// The mark of an umlaut, which is not a character of the folded text. It allows a vowel to be written as two: ö is oe.
    Umlaut,
}

/// Passes the folded characters of a text to `each`, still decomposed.
///
/// All code that reads a name reads this stream, so no result depends on the spelling.
pub(in crate::name) fn fold(text: &str, mut each: impl FnMut(Folded)) {
    let mut base = ' ';
    // Ignorable characters are removed first. A joiner between two marks would change their canonical order.
    for c in text.chars().filter(|&c| !is_ignorable(c)).nfkd() {
        if c.is_ascii() {
            base = c.to_ascii_lowercase();
            each(Folded::Char(base));
        } else if is_combining_mark(c) && c != IOTA_SUBSCRIPT {
            if keeps_mark(base, c) {
                each(Folded::Char(c));
            } else if is_umlaut(base, c) {
                each(Folded::Umlaut);
            }
        } else {
            for lower in fold_case(c).filter(|lower| !is_combining_mark(*lower)) {
                base = lower;
                each(Folded::Char(lower));
                if lower == 'ø' {
                    each(Folded::Umlaut);
                }
            }
        }
    }
}

/// Returns a decomposed character in the folded case of the Unicode Character Database, and ı as i.
///
/// This is the lower case of the upper case, but for ẞ, which is its own upper case. Few characters differ from their own
/// lower case, so the table of upper cases is not needed.
fn fold_case(c: char) -> impl Iterator<Item = char> {
    let folded = match c {
        'ß' | 'ẞ' => "ss",
        'ı' => "i",
        'ς' => "σ",
        IOTA_SUBSCRIPT => "ι",
        // Forms of Cyrillic letters in old books.
        '\u{1C80}' => "в",
        '\u{1C81}' => "д",
        '\u{1C82}' => "о",
        '\u{1C83}' => "с",
        '\u{1C84}' | '\u{1C85}' => "т",
        '\u{1C86}' => "ъ",
        '\u{1C87}' => "ѣ",
        '\u{1C88}' => "ꙋ",
        _ => "",
    };
    let lower = folded.is_empty().then(|| c.to_lowercase());
    folded.chars().chain(lower.into_iter().flatten())
}

/// Recomposes the output of [`fold`], so that a Hangul syllable is one character again.
pub(in crate::name) fn compose(decomposed: &str) -> impl Iterator<Item = char> {
    decomposed.chars().nfc()
}

/// The mark that becomes a letter in upper case: ᾳ becomes ΑΙ.
const IOTA_SUBSCRIPT: char = '\u{345}';

/// Whether a mark turns its base into another letter, so that folding must keep it.
///
/// Marks are decoration in Latin, Greek and Hebrew, and short vowels in Arabic. In other scripts they are vowels, voicing
/// or letters. Without them, Yamada is Yamata in kana, and a Hindi name loses every vowel but the first.
fn keeps_mark(base: char, mark: char) -> bool {
    match base {
        'и' | 'у' => mark == '\u{306}',
        'і' => mark == '\u{308}',
        _ => !matches!(
            script(base),
            Script::Latin | Script::Greek | Script::Cyrillic | Script::Abjad | Script::None
        ),
    }
}

/// Whether a mark makes a vowel that is also written as two letters: ä, ö, ü, å, and the long ő and ű.
fn is_umlaut(base: char, mark: char) -> bool {
    matches!(
        (base, mark),
        ('a' | 'o' | 'u', '\u{308}') | ('o' | 'u', '\u{30B}') | ('a', '\u{30A}')
    )
}

/// The scripts that are handled differently.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::name) enum Script {
    Latin,
    Greek,
    Cyrillic,
    /// Hebrew and Arabic, which omit most vowels.
    Abjad,
    Han,
    Hangul,
    Kana,
    Other,
    /// Not a letter.
    None,
}

/// Returns the script of a folded character, by Unicode block.
pub(in crate::name) fn script(c: char) -> Script {
    match u32::from(c) {
        0x61..=0x7A
        | 0xAA..=0x2AF
        | 0x1D00..=0x1D25
        | 0x1E00..=0x1EFF
        | 0x2C60..=0x2C7F
        | 0xA722..=0xA7FF => Script::Latin,
        0x370..=0x3FF | 0x1F00..=0x1FFF => Script::Greek,
        0x400..=0x52F | 0x1C80..=0x1C8F => Script::Cyrillic,
        0x590..=0x6FF | 0x750..=0x77F | 0x870..=0x8FF => Script::Abjad,
        0x2E80..=0x2FDF
        | 0x3005..=0x3007
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF
        | 0x2_0000..=0x3_FFFF => Script::Han,
        0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF => Script::Hangul,
        0x3040..=0x30FF | 0x31F0..=0x31FF => Script::Kana,
        0..=0x7F => Script::None,
        _ if c.is_alphanumeric() => Script::Other,
        _ => Script::None,
    }
}

/// Whether a character is a default-ignorable code point (Unicode's `DerivedCoreProperties`), which displays nothing.
pub(in crate::name) fn is_ignorable(c: char) -> bool {
    matches!(
        u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
            | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFF8 | 0x1_BCA0..=0x1_BCA3
            | 0x1_D173..=0x1_D17A | 0xE_0000..=0xE_0FFF
    )
}

/// Whether a character joins the letters on both sides, as in O'Neil, Ra’uf and the soft signs of romanization.
pub(in crate::name) fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`'
            | '´'
            | '’'
            | '‘'
            | 'ʻ'
            | 'ʼ'
            | 'ʽ'
            | 'ʾ'
            | 'ʿ'
            | 'ʹ'
            | '′'
            | '‛'
            | 'ˈ'
            | '\u{640}'
    )
}

/// Returns how many characters of a composed token are a family name in Han, if a given name in kana or Hangul follows.
pub(in crate::name) fn script_border(token: &[char]) -> Option<usize> {
    let mut scripts: Peekable<_> = token.iter().map(|&c| script(c)).peekable();
    let head = *scripts.peek()?;
    let border = scripts.clone().take_while(|&s| s == head).count();
    let tail = scripts.nth(border)?;
    matches!((head, tail), (Script::Han, Script::Kana | Script::Hangul)).then_some(border)
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::fold_case;

    #[test]
    fn folded_case_is_the_lower_case_of_the_upper_case() {
        assert!(fold_case('ẞ').eq("ss".chars()));
        let is_decomposed = |c: &char| std::iter::once(*c).nfkd().eq([*c]);
        for c in ('\u{80}'..=char::MAX).filter(|c| *c != 'ẞ' && is_decomposed(c)) {
            let expected = c.to_uppercase().flat_map(char::to_lowercase);
            assert!(fold_case(c).eq(expected), "{c:?}");
        }
    }
}
