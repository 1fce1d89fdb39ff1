//! Loose forms of addresses, for suggestions. They are never compared as identifiers.

use std::borrow::Cow;

use unicode_security::confusable_detection::skeleton;

use super::Email;
use crate::network::fold;

/// Returns the address in a loose form, for suggestions.
///
/// It drops letter case in every script, compatibility forms, a `+tag`, dots at Gmail, and the name `googlemail.com`.
/// Typographic quotes and dashes, which word processors insert, become those of a keyboard. Other characters become the
/// ASCII that they look like.
///
/// It is not an [`Email`]: at other providers, dots and tags make a different address.
pub(super) fn loose_form(email: &Email) -> String {
    let domain = plain_domain(email.domain());
    let domain = match &*domain {
        "googlemail.com" => "gmail.com",
        domain => domain,
    };
    let local = plain(email.local_part());
    let untagged = match local.split_once('+') {
        Some((base, _)) if !base.is_empty() && !base.starts_with('"') => base,
        _ => &local,
    };
    let mut text = String::with_capacity(untagged.len() + 1 + domain.len());
    if domain == "gmail.com" {
        text.extend(untagged.split('.'));
    } else {
        text.push_str(untagged);
    }
    text.push('@');
    text.push_str(domain);
    text
}

/// Folds a text, and replaces every character beyond ASCII that looks like ASCII.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return fold(text);
    }
    let typed: String = text.chars().map(keyboard).collect();
    Cow::Owned(in_ascii(&fold(&typed)))
}

/// Replaces characters beyond ASCII that look like ASCII.
fn in_ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        let start = plain.len();
        if !c.is_ascii() {
            plain.extend(skeleton(c.encode_utf8(&mut [0; 4])));
        }
        let look = plain.get(start..).unwrap_or_default();
        if look.is_empty() || !look.is_ascii() {
            plain.truncate(start);
            plain.push(c);
        }
    }
    plain
}

/// Returns the ASCII domain that a domain with foreign letters looks like, or the domain itself.
fn plain_domain(domain: &str) -> Cow<'_, str> {
    if !domain.contains("xn--") {
        return Cow::Borrowed(domain);
    }
    let (unicode, _) = idna::domain_to_unicode(domain);
    let plain = in_ascii(&unicode);
    if plain.is_ascii() {
        Cow::Owned(plain)
    } else {
        Cow::Borrowed(domain)
    }
}

/// Returns the keyboard character for a quote or a dash that a word processor inserts.
fn keyboard(c: char) -> char {
    match c {
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{02BC}' | '\u{00B4}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use crate::identifier::Email;

    #[test]
    fn typographic_and_foreign_characters_look_like_those_of_a_keyboard() {
        let same = |typed: &str, meant: &str| {
            let [typed, meant] = [typed, meant].map(|text| Email::parse(text).unwrap());
            assert_ne!(typed, meant);
            assert_eq!(typed.did_you_mean(), meant.did_you_mean());
        };
        same("k.o\u{2019}neil@pond.example", "k.o'neil@pond.example");
        same("mary\u{2013}ann@pond.example", "mary-ann@pond.example");
        same("iv\u{430}n@pond.example", "ivan@pond.example");
        same("ivan@p\u{43E}nd.example", "ivan@pond.example");
    }

    #[test]
    fn letters_unlike_ascii_are_kept() {
        let email = Email::parse("j\u{F6}rg@b\u{FC}cher.example").unwrap();
        assert_eq!(email.did_you_mean(), "j\u{F6}rg@xn--bcher-kva.example");
    }
}
