//! The name of a person without a bridge's suffix, unless the text is only a placeholder for a name.

use super::fold::is_ignorable;
use crate::name::data::placeholders::{
    is_filler, is_network, is_phrase, is_scheme, is_suffix, lower_case,
};

/// Returns the name of a person in a text, or `None` if the text is a placeholder.
///
/// A suffix that a bridge adds, such as `(WA)` or `(LinkedIn)`, is not part of the name. A text is a placeholder if it
/// is a number, an id, an address or only punctuation. So is a text that replaces a missing name, such as "Signal user"
/// or "Deleted account 123". A person with a placeholder has no name.
///
/// `suffixes` and `placeholders` add those of one network. Case does not matter in them, nor does a number after a
/// placeholder.
///
/// ```
/// use contact_resolution::name::real_name;
///
/// assert_eq!(real_name("Bea Lindqvist (WA)", &[], &[]), Some("Bea Lindqvist"));
/// for placeholder in ["+1 212-555-0142 (WA)", "Unknown user (WA)", "Deleted account 123", "…"] {
///     assert_eq!(real_name(placeholder, &[], &[]), None);
/// }
/// assert_eq!(real_name("Bea [work]", &["[work]"], &[]), Some("Bea"));
/// assert_eq!(real_name("New Guest 7", &[], &["new guest"]), None);
/// ```
#[must_use]
pub fn real_name<'a>(text: &'a str, suffixes: &[&str], placeholders: &[&str]) -> Option<&'a str> {
    real_name_with(text, suffixes, placeholders)
}

/// Does what [`real_name`] does, with lists of any strings.
pub(crate) fn real_name_with<'a, S: AsRef<str>>(
    text: &'a str,
    suffixes: &[S],
    placeholders: &[S],
) -> Option<&'a str> {
    let mut name = text.trim();
    while let Some(shorter) = without_suffix(name, suffixes) {
        name = shorter;
    }
    let is_name = name.contains(|c: char| c.is_alphabetic() && !is_ignorable(c))
        && !is_id(name)
        && !is_placeholder(name, placeholders);
    is_name.then_some(name)
}

/// Returns the text before a suffix, if there is a suffix.
fn without_suffix<'a, S: AsRef<str>>(name: &'a str, suffixes: &[S]) -> Option<&'a str> {
    let in_brackets = || {
        let (rest, tag) = name.strip_suffix(')')?.rsplit_once('(')?;
        is_suffix(tag.trim()).then_some(rest)
    };
    let own = || {
        let suffixes = suffixes.iter().map(AsRef::as_ref);
        let mut suffixes = suffixes.filter(|suffix| !suffix.is_empty());
        suffixes.find_map(|suffix| {
            let at = name.len().checked_sub(suffix.len())?;
            let (rest, end) = name.split_at_checked(at)?;
            end.eq_ignore_ascii_case(suffix).then_some(rest)
        })
    };
    in_brackets().or_else(own).map(str::trim_end)
}

/// The least digits of an id that has no other mark.
const ID_DIGITS: usize = 6;
/// The least length of an id of mixed letters and digits, and the least number of their runs.
const MIXED_ID: (usize, usize) = (9, 4);
/// The least length of a hexadecimal id.
const HEX_ID: usize = 16;

/// Whether a text is an address, a URI or another id, and not words.
fn is_id(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return false;
    }
    if let Some((before, after)) = text.split_once(':')
        && (is_scheme(before) || before.starts_with('@') || after.starts_with("//"))
    {
        return true;
    }
    if text.find('@').is_some_and(|at| at > 0) {
        return true;
    }
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    let is_hex = || {
        text.len() >= HEX_ID
            && digits > 0
            && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
    };
    let is_mixed = || {
        let kinds = || text.bytes().map(|b| b.is_ascii_digit());
        let runs = 1 + kinds().zip(kinds().skip(1)).filter(|(a, b)| a != b).count();
        let is_plain = text.bytes().all(|b| b.is_ascii_alphanumeric());
        is_plain && text.len() >= MIXED_ID.0 && runs >= MIXED_ID.1
    };
    digits >= ID_DIGITS && digits >= letters || is_hex() || is_mixed()
}

/// Whether a text replaces a missing name. A number or an id after the words does not matter.
fn is_placeholder<S: AsRef<str>>(text: &str, placeholders: &[S]) -> bool {
    let count = words(text)
        .enumerate()
        .filter(|(_, word)| !word.contains(char::is_numeric))
        .map(|(at, _)| at + 1)
        .last()
        .unwrap_or(0);
    let words = || words(text).take(count);
    let is_filled =
        || words().any(is_filler) && words().all(|word| is_filler(word) || is_network(word));
    let is_listed =
        |placeholder: &S| lower_case(self::words(placeholder.as_ref())).eq(lower_case(words()));
    count > 0 && (is_filled() || is_phrase(&words()) || placeholders.iter().any(is_listed))
}

fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}
