//! Words that people write before a number or an extension. The list is `labels.txt`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::network::fold;

const LABELS: &str = include_str!("labels.txt");

/// The meaning of a word before a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    /// A telephone.
    Phone,
    /// A network, a place or a further word. Without a telephone word it needs a space, a dot or a colon after it,
    /// since `whatsapp-123` and `home-123` may be ids.
    Further,
    /// A fax machine. It is a label only together with a telephone word.
    Fax,
    /// The extension of a telephone.
    Extension,
}

/// Returns all words of the list with their meanings.
fn words() -> impl Iterator<Item = (Label, &'static str)> {
    LABELS.lines().flat_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let label = match words.next() {
            Some("phone") => Some(Label::Phone),
            Some("further") => Some(Label::Further),
            Some("fax") => Some(Label::Fax),
            Some("extension") => Some(Label::Extension),
            _ => None,
        };
        words.filter_map(move |word| Some((label?, word)))
    })
}

/// Spells a word as in the list: case folded, without the accents of Latin, Greek and Cyrillic letters.
fn folded(word: &str) -> String {
    let is_accent = |c: &char| matches!(c, '\u{300}'..='\u{36F}');
    fold(word).nfd().filter(|c| !is_accent(c)).nfc().collect()
}

/// Returns whether a word is a label of an extension.
pub(super) fn is_extension_word(word: &str) -> bool {
    let word = folded(word);
    words().any(|known| known == (Label::Extension, &word))
}

/// Returns whether a character is part of a word: a letter, or a mark on one.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphabetic() || is_combining_mark(c)
}

/// Returns whether text with letters before a number is a known label.
///
/// `next` is the first character of the number, or `None` if something is between them.
pub(super) fn is_label(text: &[char], next: Option<char>) -> bool {
    let (mut has_phone, mut has_further, mut has_fax) = (false, false, false);
    let mut last = 0;
    for word in text.split(|c| !is_word(*c)).filter(|word| !word.is_empty()) {
        let spelled = folded(&word.iter().collect::<String>());
        let mut known = words().filter(|(label, _)| *label != Label::Extension);
        match known.find(|(_, word)| *word == spelled) {
            Some((Label::Phone, _)) => has_phone = true,
            Some((Label::Fax, _)) => has_fax = true,
            Some(_) => has_further = true,
            None => return false,
        }
        last = word.len();
    }
    let gap = text.iter().rev().take_while(|c| !is_word(**c));
    let is_apart = matches!(next, None | Some('+'))
        || gap
            .clone()
            .any(|c| matches!(c, ' ' | ':' | '.' | '(' | '='));
    if has_phone {
        // One or two letters directly before digits are the beginning of an id.
        return is_apart || last > 2 || last > 1 && gap.count() > 0;
    }
    has_further && !has_fax && is_apart
}

#[cfg(test)]
mod tests {
    use super::{Label, folded, is_label, words};

    fn is_known(label: &str, next: char) -> bool {
        is_label(&label.chars().collect::<Vec<_>>(), Some(next))
    }

    #[test]
    fn every_word_is_listed_once_and_as_it_is_compared() {
        let mut all: Vec<_> = words()
            .map(|(label, word)| (label == Label::Extension, word))
            .collect();
        assert!(all.len() > 300);
        for (_, word) in &all {
            assert_eq!(folded(word), *word);
        }
        all.sort_unstable();
        for pair in all.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }

    #[test]
    fn labels_of_many_languages_are_known() {
        for (label, next) in [
            ("Tel.", '3'),
            ("Mobile No.: ", '0'),
            ("Téléphone portable : ", '0'),
            ("Teléfono (casa): ", '6'),
            ("МОБ. ТЕЛ. ", '8'),
            ("Κινητό: ", '6'),
            ("携帯電話：", '0'),
            ("휴대폰 ", '0'),
            ("جوال: ", '0'),
            ("फ़ोन: ", '0'),
            ("Tel/Fax: ", '0'),
            ("M ", '+'),
            ("home: ", '0'),
            ("Điện thoại di động: ", '0'),
        ] {
            assert!(is_known(label, next), "{label:?}");
        }
    }

    #[test]
    fn other_words_are_no_labels() {
        for (label, next) in [
            ("channel-", '1'),
            ("team", '2'),
            ("lead-", '2'),
            ("user ", '1'),
            ("Fax: ", '0'),
            ("home-", '1'),
            ("u", '1'),
            ("order no. ", '5'),
        ] {
            assert!(!is_known(label, next), "{label:?}");
        }
    }
}
