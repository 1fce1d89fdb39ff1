//! Handles and user ids of every network: printing and parsing, spelling, and hostile texts.

use std::time::{Duration, Instant};

use contact_resolution::EmbeddedAddress;
use contact_resolution::{Handle, Identifier, Network, UserId};
use proptest::prelude::*;

fn networks() -> impl Strategy<Value = &'static Network> {
    const GENERAL: &Network = &Network::GENERAL;
    proptest::sample::select(Network::ALL.iter().chain([GENERAL]).collect::<Vec<_>>())
}

/// Returns texts that almost are handles or ids.
fn almost_ids() -> impl Strategy<Value = String> {
    let alphabet = "aAbBzZ0123._-+@#:/;~[]{}|\\^ éßẞİıΣςǰﬁΐKÅ１ａ\u{301}\u{345}\u{200D}שक्";
    let chars: Vec<char> = alphabet.chars().collect();
    let starts = vec![
        "",
        "@",
        "u/",
        "lid-",
        "did:plc:",
        "mailto:",
        "tel:+",
        "PNI:",
        "@a:b",
        "ACoAA",
        "iMessage;-;",
    ];
    let ends = vec![
        "",
        "@s.whatsapp.net",
        "@lid",
        "@example.org",
        ":example.org",
        ".example",
        "#1234",
        ".42",
    ];
    (
        proptest::sample::select(starts),
        proptest::collection::vec(proptest::sample::select(chars), 0..40),
        proptest::sample::select(ends),
    )
        .prop_map(|(start, middle, end)| {
            format!("{start}{}{end}", middle.into_iter().collect::<String>())
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6000))]

    #[test]
    fn printed_handle_or_id_parses_to_itself(text in almost_ids(), network in networks()) {
        if let Ok(handle) = Handle::parse(&text, network) {
            prop_assert_eq!(Handle::parse(handle.as_str(), network), Ok(handle.clone()), "{} {}", network.name(), text);
        }
        if let Ok(id) = UserId::parse(&text, network) {
            prop_assert_eq!(UserId::parse(id.as_str(), network), Ok(id.clone()), "{} {}", network.name(), text);
        }
    }

    #[test]
    fn case_and_at_sign_do_not_change_a_handle(
        text in "[a-z][a-z0-9]{4,11}(\\.42|\\.example|@example\\.org)?",
        network in networks(),
    ) {
        if let Ok(handle) = Handle::parse(&text, network) {
            let is_folded = !network.handles_are_ids() || *network == Network::XMPP;
            prop_assert!(!is_folded || Handle::parse(&text.to_uppercase(), network).as_ref() == Ok(&handle));
            let marked = format!("@{text}");
            prop_assert!(network.handles_are_ids() || Handle::parse(&marked, network) == Ok(handle));
        }
    }

    #[test]
    fn normal_forms_parse_to_the_same_handle(text in "[a-zé\u{301}ßﬁǰ１ア日]{1,12}") {
        use unicode_normalization::UnicodeNormalization;
        let key = |text: String| Handle::parse(&text, &Network::GENERAL).ok();
        let read = key(text.clone());
        prop_assert_eq!(&key(text.nfd().collect()), &read);
        prop_assert_eq!(&key(text.nfkc().collect()), &read);
        prop_assert_eq!(&key(text.to_uppercase()), &read);
    }

    #[test]
    fn cyrillic_twin_looks_alike_and_does_not_match(text in "[a-z]{0,6}[aceopxy][a-z]{0,6}") {
        let twin: String = text.chars().map(|c| match c {
            'a' => 'а', 'c' => 'с', 'e' => 'е', 'o' => 'о', 'p' => 'р', 'x' => 'х', 'y' => 'у', c => c,
        }).collect();
        let read = |text: &str| Handle::parse(text, &Network::GENERAL).unwrap();
        let (handle, twin) = (read(&text), read(&twin));
        prop_assert_ne!(&handle, &twin);
        let [key, other] = [handle, twin].map(|handle| Identifier::Handle(handle).look_alike_key());
        prop_assert!(key.is_some() && key == other);
    }

    #[test]
    fn any_text_parses_or_is_refused(text in any::<String>(), network in networks()) {
        if let Ok(handle) = Handle::parse(&text, network) { let _ = handle.is_mixed_script(); }
        if let Ok(id) = UserId::parse(&text, network) { let _ = id.address(); }
    }
}

/// The lower case of `İ` adds a mark between the letter and the joiner, and a joiner after a mark is refused.
#[test]
fn id_unreadable_after_folding_is_refused() {
    let text = "mailto:İ\u{94d}\u{200d}@pond.example";
    assert!(UserId::parse(text, &Network::IMESSAGE).is_err());
    assert!(UserId::parse("mailto:i\u{94d}\u{200d}@pond.example", &Network::IMESSAGE).is_ok());
}

#[test]
fn id_with_an_embedded_address_returns_it() {
    let embedded = |text, network| match UserId::parse(text, network).unwrap().address() {
        Some(EmbeddedAddress::Phone(number)) => format!("phone {number}"),
        Some(EmbeddedAddress::Email(address)) => format!("email {address}"),
        None => "-".to_owned(),
    };
    let cases = [
        ("14155552671", &Network::WHATSAPP, "phone +14155552671"),
        (
            "14155552671@s.whatsapp.net",
            &Network::WHATSAPP,
            "phone +14155552671",
        ),
        ("lid-123456789012", &Network::WHATSAPP, "-"),
        ("123456789012@lid", &Network::WHATSAPP, "-"),
        ("tel:+14155552671", &Network::IMESSAGE, "phone +14155552671"),
        (
            "mailto:Alice@example.com",
            &Network::IMESSAGE,
            "email alice@example.com",
        ),
        (
            "iMessage;-;+14155552671",
            &Network::IMESSAGE,
            "phone +14155552671",
        ),
        (
            "SMS;-;alice@example.com",
            &Network::IMESSAGE,
            "email alice@example.com",
        ),
        ("SMS;-;12345", &Network::IMESSAGE, "-"),
        ("+14155552671", &Network::SMS, "phone +14155552671"),
        ("12345", &Network::SMS, "-"),
        (
            "1.+14155552671",
            &Network::GOOGLE_VOICE,
            "phone +14155552671",
        ),
        ("@whatsapp_14155552671:example.org", &Network::WHATSAPP, "-"),
        ("777001", &Network::TELEGRAM, "-"),
    ];
    for (text, network, expected) in cases {
        assert_eq!(embedded(text, network), expected, "{text}");
    }
}

#[test]
fn only_ids_with_a_distinctive_grammar_are_distinctive() {
    let distinctive =
        |text, network: Network| UserId::parse(text, &network).unwrap().is_distinctive();
    for (text, network) in [
        ("@alice:example.org", Network::MATRIX),
        ("@alice:example.org", Network::SLACK),
        ("@alice:example.org", Network::GENERAL),
        ("14155552671@s.whatsapp.net", Network::WHATSAPP),
        ("0a1b2c3d-1111-4222-8333-0123456789ab", Network::SIGNAL),
        ("did:plc:abc", Network::BLUESKY),
        ("ACoAABbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", Network::LINKEDIN),
        ("mailto:alice@example.com", Network::IMESSAGE),
    ] {
        assert!(distinctive(text, network), "{text}");
    }
    for (text, network) in [
        ("alice:example.org", Network::MATRIX),
        ("14155552671", Network::WHATSAPP),
        ("777001", Network::TELEGRAM),
        ("alice", Network::SLACK),
        ("alice", Network::GENERAL),
        ("12345", Network::SMS),
    ] {
        assert!(!distinctive(text, network), "{text}");
    }
}

#[test]
fn debug_output_and_errors_are_redacted() {
    assert_eq!(
        format!("{:?}", Handle::parse("secret", &Network::TELEGRAM).unwrap()),
        "Handle(…)"
    );
    assert_eq!(
        format!("{:?}", UserId::parse("123456", &Network::TELEGRAM).unwrap()),
        "UserId(…)"
    );
    let id = UserId::parse("14155552671", &Network::WHATSAPP).unwrap();
    assert_eq!(format!("{:?}", id.address().unwrap()), "Phone(…)");
    assert_eq!(
        Handle::parse("sec\u{AD}ret", &Network::SIGNAL)
            .unwrap_err()
            .to_string(),
        "an invisible character in the text: U+00AD"
    );
}

#[test]
fn long_texts_are_refused_in_linear_time() {
    let started = Instant::now();
    for unit in [
        "a", "@", ".", "1", "é", "ß", "a:", "mailto:", "\u{200B}", "e\u{301}",
    ] {
        let text = unit.repeat(1_000_000);
        for network in Network::ALL.iter().chain([&Network::GENERAL]) {
            assert!(Handle::parse(&text, network).is_err());
            assert!(UserId::parse(&text, network).is_err());
        }
    }
    assert!(started.elapsed() < Duration::from_secs(60));
}
