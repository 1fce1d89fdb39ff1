//! Texts that a handle or an id may be mistaken for.

use unicode_security::confusable_detection::skeleton as unicode_skeleton;

use super::Identifier;
use crate::network::fold;

/// Shorter texts are close to too many others, and longer ones have too many near texts.
const MIN_CHARS: usize = 4;
const MAX_CHARS: usize = 64;

/// The fewest characters of a text that is hexadecimal, and no word, if it has no other letters.
const MIN_HEX_CHARS: usize = 16;

/// Returns the confusable skeleton of a text ([UTS #39] §4) in lower case.
///
/// The text is folded before and after. A `0` looks like the capital `O`, which is a letter case away from `o`.
///
/// [UTS #39]: https://www.unicode.org/reports/tr39/#Confusable_Detection
pub(crate) fn skeleton(text: &str) -> String {
    let folded = fold(text);
    if !folded.is_ascii() {
        let skeleton: String = unicode_skeleton(&folded).collect();
        return fold(&skeleton).into_owned();
    }
    let mut skeleton = String::with_capacity(folded.len() + 4);
    for c in folded.chars() {
        match look(c) {
            Some(look) => skeleton.push_str(look),
            None => skeleton.push(c),
        }
    }
    skeleton.make_ascii_lowercase();
    skeleton
}

/// Returns the text with capitals replaced by the small letters that they look like. The capital `I` looks like `l`, so
/// `PauI` is seen as `Paul`. Returns `None` if no capital looks like a letter other than its own small letter.
///
/// Keys are made of folded text, in which a capital `I` is an `i`.
pub(crate) fn as_seen(text: &str) -> Option<String> {
    let seen = |c: char| {
        if c.is_ascii() {
            return (c == 'I').then_some('l');
        }
        let mut buffer = [0; 4];
        let mut skeleton = unicode_skeleton(c.encode_utf8(&mut buffer));
        let look = skeleton.next().filter(|look| look.is_lowercase())?;
        (c.is_uppercase() && !c.to_lowercase().eq([look])).then_some(look)
    };
    let is_other = text.chars().any(|c| seen(c).is_some());
    is_other.then(|| text.chars().map(|c| seen(c).unwrap_or(c)).collect())
}

/// Returns the skeleton of an ASCII character if it differs from the character. These are all ASCII rows of the UTS #39
/// table.
fn look(c: char) -> Option<&'static str> {
    match c {
        '0' => Some("O"),
        '1' | 'I' | '|' => Some("l"),
        'm' => Some("rn"),
        '`' => Some("'"),
        '"' => Some("''"),
        '%' => Some("\u{B0}/\u{2080}"),
        _ => None,
    }
}

/// Returns whether an id is a number, with or without a prefix: it has no letter after its first digit. An id with
/// another digit is another person's.
pub(crate) fn is_numeric(text: &str) -> bool {
    let number = text.find(|c: char| c.is_ascii_digit());
    let number = number.and_then(|start| text.get(start..));
    number.is_some_and(|number| !number.contains(char::is_alphabetic))
}

impl Identifier {
    /// Returns the text that near texts are derived from, if its length is one that people type.
    ///
    /// It is a handle or an id. An id needs more letters than digits, or letters among its digits.
    fn near_text(&self) -> Option<&str> {
        let is_number = |text: &str| {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            is_numeric(text) && 2 * digits >= text.len()
        };
        let text = match self {
            Identifier::Handle(handle) => handle.as_str(),
            Identifier::Id(id) if id.address().is_none() && !is_number(id.as_str()) => id.as_str(),
            Identifier::Id(_) | Identifier::Phone(_) | Identifier::Email(_) => return None,
        };
        let length = text.chars().count();
        (MIN_CHARS..=MAX_CHARS).contains(&length).then_some(text)
    }

    /// Returns all texts that are one edit, one swap of neighbors or one change of case away from a handle or an id.
    ///
    /// Phone numbers, email addresses and numeric ids have no near texts.
    pub(crate) fn near_texts(&self) -> Vec<String> {
        let Some(text) = self.near_text() else {
            return Vec::new();
        };
        let chars: Vec<char> = text.chars().collect();
        let mut near = edits(&chars);
        near.sort_unstable();
        near.dedup();
        near.retain(|other| other != text && !self.has_other_number(text, other));
        near
    }

    /// Returns whether a stored text is one edit, one swap of neighbors or one change of case away.
    pub(crate) fn is_near(&self, other: &str) -> bool {
        let text = self.near_text();
        text.is_some_and(|text| is_near(text, other) && !self.has_other_number(text, other))
    }

    /// Returns whether a text differs from an id only in the number at its end. Such an id is another person's.
    fn has_other_number(&self, text: &str, other: &str) -> bool {
        let letters =
            |text: &'_ str| -> String { text.chars().filter(|c| !c.is_ascii_digit()).collect() };
        matches!(self, Identifier::Id(_)) && is_numeric(text) && letters(text) == letters(other)
    }
}

/// Returns whether two texts are one edit, one swap of neighbors or one change of case apart.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 1 || one == other || one.len() > MAX_CHARS + 1 {
        return false;
    }
    let same = |(a, b): &(&char, &char)| a == b;
    let start = one.iter().zip(&other).take_while(same).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(same)
        .count();
    match (&one[..one.len() - end], &other[..other.len() - end]) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// Returns whether a text is a long hexadecimal text. Such texts are mostly pasted, and all of one length.
fn is_hex(chars: &[char]) -> bool {
    let mut letters = chars.iter().filter(|c| c.is_alphabetic());
    chars.len() >= MIN_HEX_CHARS && letters.all(char::is_ascii_hexdigit)
}

fn edits(chars: &[char]) -> Vec<String> {
    let alphabet = alphabet(chars);
    let keeps_length = is_hex(chars);
    let mut near = Vec::with_capacity((2 * alphabet.len() + 4) * (chars.len() + 1));
    for at in 0..=chars.len() {
        let (before, after) = chars.split_at_checked(at).unwrap_or((chars, &[]));
        let mut add = |middle: &[char], after: &[char]| {
            near.push([before, middle, after].into_iter().flatten().collect());
        };
        if let [first, rest @ ..] = after {
            if !keeps_length {
                add(&[], rest);
            }
            let other_case = [first.to_ascii_lowercase(), first.to_ascii_uppercase()];
            for c in other_case {
                add(&[c], rest);
            }
            for c in &alphabet {
                add(&[*c], rest);
            }
        }
        if let [first, second, rest @ ..] = after {
            add(&[*second, *first], rest);
        }
        if !keeps_length {
            for c in &alphabet {
                add(&[*c], after);
            }
        }
    }
    near
}

/// Returns the characters that a typing error may insert: digits, common punctuation, and letters in the cases of the
/// text. A hexadecimal text is given hexadecimal digits alone.
fn alphabet(chars: &[char]) -> Vec<char> {
    let mut alphabet: Vec<char> = ('0'..='9').collect();
    let (upper, lower) = if is_hex(chars) {
        ('F', 'f')
    } else {
        alphabet.extend(['.', '_', '-']);
        ('Z', 'z')
    };
    let has_upper = chars.iter().any(char::is_ascii_uppercase);
    if has_upper {
        alphabet.extend('A'..=upper);
    }
    if !has_upper || chars.iter().any(char::is_ascii_lowercase) {
        alphabet.extend('a'..=lower);
    }
    alphabet
}

#[cfg(test)]
mod tests {
    use unicode_security::confusable_detection::skeleton;

    use super::{as_seen, is_near, look};
    use crate::identifier::{Handle, Identifier, UserId};
    use crate::network::Network;

    #[test]
    fn ascii_skeletons_equal_the_unicode_table() {
        for c in (0..0x80).map(char::from) {
            let ours = look(c).map_or(c.to_string(), str::to_owned);
            assert_eq!(ours, skeleton(&c.to_string()).collect::<String>(), "{c:?}");
        }
    }

    #[test]
    fn texts_one_slip_away_are_near_and_others_are_not() {
        let handle = Handle::parse("ira_pond", &Network::TELEGRAM).unwrap();
        let near = Identifier::Handle(handle).near_texts();
        for text in ["ira_pnd", "ira_pondd", "ira_bond", "ria_pond", "1ra_pond"] {
            assert!(near.contains(&text.to_owned()), "{text}");
        }
        for text in ["ira_pond", "ira_po", "arx_pond", "iraponds"] {
            assert!(!near.contains(&text.to_owned()), "{text}");
        }
    }

    #[test]
    fn nearness_is_symmetric() {
        let handle = Handle::parse("ira_pond", &Network::TELEGRAM).unwrap();
        let identifier = Identifier::Handle(handle);
        for text in identifier.near_texts() {
            assert!(
                is_near("ira_pond", &text) && is_near(&text, "ira_pond"),
                "{text}"
            );
        }
        for text in [
            "ira_pond", "ira_po", "arx_pond", "iraponds", "IRA_pond", "iar_podn",
        ] {
            assert!(!is_near("ira_pond", text), "{text}");
        }
    }

    #[test]
    fn numeric_ids_have_no_near_texts() {
        for (text, network) in [
            ("7100200", &Network::TELEGRAM),
            ("lid-700800900100", &Network::WHATSAPP),
            ("12025550143@s.whatsapp.net", &Network::WHATSAPP),
        ] {
            let id = UserId::parse(text, network).unwrap();
            assert!(Identifier::Id(id).near_texts().is_empty(), "{text}");
        }
    }

    #[test]
    fn ids_with_letters_among_their_digits_have_near_texts() {
        for (text, network) in [
            ("70080090-0100-4abc-8def-700800900100", &Network::SIGNAL),
            ("u0700800900100f", &Network::LINE),
            ("U70A80B90", &Network::SLACK),
        ] {
            let id = UserId::parse(text, network).unwrap();
            assert!(!Identifier::Id(id).near_texts().is_empty(), "{text}");
        }
    }

    #[test]
    fn nick_with_a_number_has_near_texts_with_the_same_number() {
        let nick = UserId::parse("net_ira7", &Network::IRC).unwrap();
        let nick = Identifier::Id(nick);
        let near = nick.near_texts();
        for text in ["net_ria7", "net_irs7", "nt_ira7", "net_ira_7"] {
            assert!(
                near.contains(&text.to_owned()) && nick.is_near(text),
                "{text}"
            );
        }
        for text in ["net_ira8", "net_ira77", "net_ira", "net_7ira"] {
            assert!(
                !near.contains(&text.to_owned()) && !nick.is_near(text),
                "{text}"
            );
        }
    }

    #[test]
    fn near_texts_of_a_hexadecimal_id_are_few_and_as_long() {
        let text = "3f1c9a52-7d1e-4a7b-9c55-0a1b2c3d4e5f";
        let id = UserId::parse(text, &Network::SIGNAL).unwrap();
        let near = Identifier::Id(id).near_texts();
        assert!(near.len() < 700, "{}", near.len());
        assert!(near.iter().all(|near| near.len() == text.len()));
        assert!(near.contains(&text.replace("3f1c", "3f1d")));
    }

    #[test]
    fn digits_and_capitals_look_like_letters() {
        for (typed, meant) in [("p0nd", "pond"), ("mi1l", "mill"), ("rnill", "mill")] {
            assert_eq!(super::skeleton(typed), super::skeleton(meant));
        }
        assert_eq!(as_seen("miIl").as_deref(), Some("mill"));
        assert_eq!(as_seen("mi\u{406}l").as_deref(), Some("mill"));
        assert_eq!(as_seen("Ola\u{41E}"), None);
    }
}
