//! Email addresses: printing and parsing, spelling, hostile texts, and a table of cases.

use std::time::{Duration, Instant};

use contact_resolution::{Email, EmailPolicy, FieldErrorCode};
use proptest::prelude::*;

use crate::table::{rows, unescape};

#[test]
fn table_of_addresses_reads_as_listed() {
    let table = include_str!("../../data/email_cases.tsv");
    for [row, by_default, by_rfc] in rows(table) {
        for (policy, expected) in [
            (EmailPolicy::DEFAULT, by_default),
            (EmailPolicy::RFC, by_rfc),
        ] {
            let text = unescape(row);
            let read = Email::parse_with(&text, policy);
            let shown = read
                .as_ref()
                .map_or_else(|error| format!("!{}", error.code()), ToString::to_string);
            assert_eq!(shown, unescape(expected), "{row}");
            assert_eq!(Email::check(&text, policy).err(), read.err(), "{row}");
        }
    }
}

#[test]
fn table_of_disagreements_reads_as_listed() {
    let table = include_str!("../../data/email_disagreements.tsv");
    for [text, accepted, _source, reason] in rows(table) {
        assert_eq!(
            Email::check(&unescape(text), EmailPolicy::RFC).is_ok(),
            accepted == "yes",
            "{text}: {reason}"
        );
    }
}

#[test]
fn error_names_the_problem_but_not_the_address() {
    let message = |text| Email::parse(text).unwrap_err().to_string();
    assert_eq!(message("secret"), "not an email address");
    assert_eq!(
        message("Secret <s@example.com>"),
        "an email address must not have other text around it"
    );
    assert_eq!(
        message("sec\u{200B}ret@example.com"),
        "an invisible character in the text: U+200B"
    );
    assert_eq!(
        format!("{:?}", Email::parse("secret@example.com").unwrap()),
        "Email(…)"
    );
}

#[test]
fn did_you_mean_form_ignores_what_providers_ignore() {
    let form = |text: &str| Email::parse(text).unwrap().did_you_mean();
    assert_eq!(form("a.li.ce+x@gmail.com"), form("ALICE@googlemail.com"));
    assert_eq!(form("Straße@example.com"), form("strasse@example.com"));
    assert_eq!(form("alice+a@example.com"), form("alice+b@example.com"));
    // Only Gmail ignores dots. A `+` at the start does not begin a tag.
    assert_ne!(form("a.lice@example.com"), form("alice@example.com"));
    assert_ne!(form("+a@example.com"), form("+b@example.com"));
    assert_ne!(form("a@straße.example"), form("a@strasse.example"));
}

#[test]
fn deserializing_parses_and_normalizes() {
    let email: Email = serde_json::from_str("\"Alice@Example.COM\"").unwrap();
    assert_eq!(
        serde_json::to_string(&email).unwrap(),
        "\"alice@example.com\""
    );
    assert!(serde_json::from_str::<Email>("\"alice\"").is_err());
}

#[test]
fn long_texts_are_refused_in_linear_time() {
    let started = Instant::now();
    for unit in ["a", "\"", "@", "a@", "é", "xn--", "\u{200B}", "<", "[", "."] {
        assert!(Email::parse(&unit.repeat(1_000_000)).is_err());
    }
    assert!(started.elapsed() < Duration::from_secs(10));
}

/// Returns texts that almost are addresses.
fn almost_addresses() -> impl Strategy<Value = String> {
    let alphabet = "aAzZ09._+-\"\\@ <>()[]:,é\u{301}ßẞİıΣςǰﬁ\u{200D}\u{200B}ア。＠क्";
    let chars: Vec<char> = alphabet.chars().collect();
    let local = proptest::collection::vec(proptest::sample::select(chars), 0..12);
    (
        local,
        proptest::sample::select(vec![
            "@example.com",
            "@bücher.example",
            "@[192.0.2.1]",
            "@x",
            "",
            "@a.B.c",
        ]),
    )
        .prop_map(|(local, domain)| local.into_iter().collect::<String>() + domain)
}

fn valid_addresses() -> impl Strategy<Value = String> {
    (
        "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,12}(\\.[a-zA-Z0-9é]{1,8}){0,2}",
        "[a-zA-Z0-9]{1,10}(-[a-z0-9]{1,5})?",
        "[a-z]{2,6}",
    )
        .prop_map(|(local, label, top)| format!("{local}@{label}.{top}"))
        .prop_filter("punycode is decoded", |text| {
            !text.to_ascii_lowercase().contains("xn--")
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn printed_address_parses_to_itself(text in almost_addresses()) {
        for policy in [EmailPolicy::DEFAULT, EmailPolicy::RFC] {
            let read = Email::parse_with(&text, policy);
            prop_assert_eq!(Email::check(&text, policy).err(), read.as_ref().err().copied());
            if let Ok(email) = read {
                let again = Email::parse_with(email.as_str(), policy);
                prop_assert_eq!(again.as_ref(), Ok(&email), "{}", text);
                let json = serde_json::to_string(&email).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Email>(&json).unwrap(), &email);
                let whole = format!("{}@{}", email.local_part(), email.domain());
                prop_assert_eq!(whole, email.as_str());
            }
        }
    }

    #[test]
    fn other_spellings_parse_to_the_same_address(text in valid_addresses()) {
        let email = Email::parse(&text).unwrap();
        let (local, domain) = text.rsplit_once('@').unwrap();
        let nfd: String = unicode_normalization::UnicodeNormalization::nfd(&*text).collect();
        for other in [
            text.to_ascii_uppercase(),
            format!("\t{text} \u{A0}"),
            format!("\"{local}\"@{domain}"),
            format!("{local}@{}", domain.replace('.', "\u{3002}")),
            nfd,
        ] {
            prop_assert_eq!(Email::parse(&other), Ok(email.clone()), "{}", other);
        }
    }

    #[test]
    fn tagged_address_differs_but_has_the_same_did_you_mean_form(text in valid_addresses(), tag in "[a-z]{1,8}") {
        let (local, domain) = text.rsplit_once('@').unwrap();
        let (plain, tagged) = (Email::parse(&text).unwrap(), Email::parse(&format!("{local}+{tag}@{domain}")).unwrap());
        prop_assert_ne!(&plain, &tagged);
        prop_assert!(local.starts_with('+') || plain.did_you_mean() == tagged.did_you_mean());
    }

    #[test]
    fn any_text_parses_or_has_an_email_code(text in any::<String>()) {
        let code = Email::parse(&text).err().map(|error| error.code());
        prop_assert!(matches!(
            code,
            None | Some(FieldErrorCode::InvalidEmail | FieldErrorCode::DisplayName | FieldErrorCode::InvisibleCharacter)
        ));
        if let Ok(email) = Email::parse(&text) { let _ = email.did_you_mean(); }
    }
}
