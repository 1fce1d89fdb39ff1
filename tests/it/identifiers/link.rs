//! Links to people: a table of cases, and that the parser of the identifier accepts the text of a link.

use std::time::{Duration, Instant};

use contact_resolution::link;
use contact_resolution::{FieldErrorCode, Handle, IdentifierKind, Network, UserId};
use proptest::prelude::*;

use crate::table::rows;

fn shown(text: &str, network: &Network) -> String {
    match link::parse(text, network) {
        None => "-".to_owned(),
        Some(Ok(found)) if found.kind == IdentifierKind::Handle => {
            format!("handle {}", Handle::parse(found.text(), network).unwrap())
        }
        Some(Ok(found)) if found.kind == IdentifierKind::Id => {
            format!("id {}", UserId::parse(found.text(), network).unwrap())
        }
        Some(Ok(found)) => format!("{} {}", found.kind, found.text()),
        Some(Err(error)) => format!("!{}", error.code()),
    }
}

#[test]
fn table_of_links_reads_as_listed() {
    let table = include_str!("../../data/link_cases.tsv");
    for [network, text, expected] in rows(table) {
        assert_eq!(
            shown(text, &Network::from_bridge_type(network)),
            expected,
            "{network}: {text}"
        );
    }
}

#[test]
fn long_texts_are_refused_in_linear_time() {
    let started = Instant::now();
    for start in [
        "",
        "https://t.me/",
        "tel:",
        "mailto:",
        "tg:",
        "t.me/",
        "https://",
    ] {
        for unit in ["a", "/", "%41", "?", "a.", "@", ":"] {
            let text = format!("{start}{}", unit.repeat(1_000_000));
            for network in [Network::TELEGRAM, Network::BLUESKY] {
                assert!(!matches!(link::parse(&text, &network), Some(Ok(_))));
            }
        }
    }
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn handle_in_a_link_keeps_its_letter_case() {
    let found = link::parse("https://x.com/ElonMusk_x", &Network::TWITTER);
    assert_eq!(found.unwrap().unwrap().text(), "ElonMusk_x");
}

#[test]
fn debug_output_is_redacted() {
    let found = link::parse("t.me/secret", &Network::TELEGRAM)
        .unwrap()
        .unwrap();
    assert_eq!(format!("{found:?}"), "LinkTarget(handle)");
}

fn networks() -> impl Strategy<Value = &'static Network> {
    proptest::sample::select(Network::ALL.iter().collect::<Vec<_>>())
}

/// Returns URLs made of the hosts and paths in the network rules.
fn almost_links() -> impl Strategy<Value = String> {
    let sites = [
        "t.me",
        "alice.t.me",
        "tg:",
        "resolve?domain=",
        "wa.me",
        "whatsapp:",
        "send?phone=",
        "matrix.to",
        "#/",
        "matrix:",
        "u/",
        "signal.me",
        "#p/",
        "m.me",
        "facebook.com",
        "profile.php?id=",
        "ig.me",
        "m/",
        "instagram.com",
        "x.com",
        "intent/user?screen_name=",
        "discord.com",
        "users/",
        "slack:",
        "user?team=T1&id=",
        "acme.slack.com",
        "team/",
        "linkedin.com",
        "in/",
        "urn:li:",
        "bsky.app",
        "profile/",
        "at:",
        "irc:",
        "xmpp:",
        "reddit.com",
        "tiktok.com",
        "github.com",
    ];
    let pieces: Vec<&str> = sites
        .into_iter()
        .chain([
            "https://", "www.", "/", "//", "?", "#", "&", "=", "%", "%20", "%2B", "%ff", "@", ":",
            "+", " ", "a",
        ])
        .chain([
            "alice",
            "14155552671",
            "@alice:example.org",
            "did:plc:abc",
            "joinchat",
            "é",
            "tel:",
            "mailto:",
        ])
        .collect();
    proptest::collection::vec(proptest::sample::select(pieces), 0..7)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8000))]

    #[test]
    fn text_of_a_link_is_accepted_by_its_parser(text in almost_links(), network in networks()) {
        match link::parse(&text, network) {
            Some(Ok(found)) => match found.kind {
                IdentifierKind::Id => prop_assert!(UserId::parse(found.text(), network).is_ok()),
                IdentifierKind::Handle => prop_assert!(Handle::parse(found.text(), network).is_ok()),
                IdentifierKind::Phone | IdentifierKind::Email => prop_assert!(!found.text().is_empty()),
            },
            Some(Err(error)) => prop_assert!(matches!(
                error.code(),
                FieldErrorCode::NotAPerson
                    | FieldErrorCode::NotANumber
                    | FieldErrorCode::OtherNetwork
                    | FieldErrorCode::InvisibleCharacter
            )),
            None => {}
        }
    }

    #[test]
    fn other_spellings_lead_to_the_same_target(name in "[a-z][a-z0-9]{4,20}") {
        let expected = shown(&format!("https://t.me/{name}"), &Network::TELEGRAM);
        for text in [
            format!("t.me/{name}"),
            format!("HTTP://WWW.T.ME/{name}/"),
            format!("https://telegram.me:443/{}?text=x#y", name.to_uppercase()),
            format!("https://t.me/%{:02X}{}", name.as_bytes()[0], &name[1..]),
            format!("tg://resolve?domain={name}"),
            format!(" https://t.me//{name} "),
        ] {
            prop_assert_eq!(&shown(&text, &Network::TELEGRAM), &expected, "{}", text);
        }
        prop_assert_eq!(shown(&format!("t.me/{name}"), &Network::TWITTER), "!other_network");
    }

    #[test]
    fn any_text_is_parsed_without_a_panic(text in any::<String>(), network in networks()) {
        let _ = link::parse(&text, network);
    }
}
