//! Placeholders are not names, and suffixes of bridges are not parts of names.

use contact_resolution::name::{Name, Score, real_name, score};
use proptest::prelude::*;

#[test]
fn placeholder_is_not_a_name() {
    for text in [
        "",
        "  ",
        "…",
        "---",
        "?!",
        "🔥",
        "\u{3164}",
        "(WA)",
        "+1 212-555-0142",
        "+1 212-555-0142 (WA)",
        "(212) 555-0142",
        "٠١٢٣٤٥٦٧٨",
        "WhatsApp User",
        "whatsapp user",
        "Signal user",
        "Telegram User 1234567890",
        "Facebook user",
        "LinkedIn Member",
        "Discord User",
        "X user",
        "Unknown",
        "Unknown user",
        "Unknown user (WA)",
        "Unknown Contact",
        "Unknown number",
        "Private number",
        "Deleted Account",
        "Deleted account 123",
        "Deleted User 5f3a9c21",
        "Deleted Facebook user",
        "User 48213",
        "Unnamed",
        "No name",
        "N/A",
        "Gelöschtes Konto",
        "Nutzer",
        "Usuario",
        "Utilisateur",
        "Utente WhatsApp",
        "Usuario de WhatsApp",
        "Без имени",
        "Cuenta eliminada",
        "Удалённый аккаунт",
        "Неизвестный номер",
        "حساب محذوف",
        "未知",
        "알 수 없음",
        "alice@example.com",
        "@alice:example.org",
        "12125550142@s.whatsapp.net",
        "lid-700000000000001",
        "tel:+12125550142",
        "mailto:alice@example.com",
        "https://example.com/alice",
        "did:plc:abcdefgh",
        "9d0652b5-cef3-4d6b-a4ab-ebd5a6b5a3a6",
        "U02ABCD1234",
        "user8472938472938",
    ] {
        assert_eq!(real_name(text, &[], &[]), None, "{text}");
    }
}

#[test]
fn name_is_kept_without_the_suffix_of_a_bridge() {
    for (text, name) in [
        ("Bea Lindqvist (WA)", "Bea Lindqvist"),
        ("Bea Lindqvist (LinkedIn)", "Bea Lindqvist"),
        ("Bea Lindqvist (Twitter)", "Bea Lindqvist"),
        ("Bea Lindqvist (Bluesky)", "Bea Lindqvist"),
        ("Bea Lindqvist (Google Messages)", "Bea Lindqvist"),
        ("Deploys (bot)", "Deploys"),
        ("Deploys (bot) (WA)", "Deploys"),
        (" Bea Lindqvist(wa) ", "Bea Lindqvist"),
        ("王小明 (WA)", "王小明"),
    ] {
        assert_eq!(real_name(text, &[], &[]), Some(name), "{text}");
    }
}

#[test]
fn name_is_not_a_placeholder() {
    for name in [
        "Reception",
        "Bea Lindqvist (work)",
        "John Doe (Mary Major)",
        "Line",
        "Bob 4155552671",
        "bob96",
        "Signal",
        "Bot",
        "Ali",
        "Bo",
        "J.",
        "Joan Private",
        "User Experience",
        "Unknown Mortal Orchestra",
        "@alice",
        "alice.example.com",
        "Dr. No",
        "李",
        "Ana María de la Cruz 2",
    ] {
        assert_eq!(real_name(name, &[], &[]), Some(name), "{name}");
    }
}

#[test]
fn network_adds_suffixes_and_placeholders() {
    let own = |text| {
        real_name(
            text,
            &[" [ext]", " – Acme"],
            &["New Guest", "nuevo usuario"],
        )
    };
    assert_eq!(own("Bea [EXT]"), Some("Bea"));
    assert_eq!(own("Bea – Acme (WA)"), Some("Bea"));
    assert_eq!(own("new guest 71"), None);
    assert_eq!(own("NUEVO  USUARIO"), None);
    assert_eq!(own("New Guesthouse"), Some("New Guesthouse"));
}

proptest! {
    #[test]
    fn any_text_is_a_name_without_spaces_around_it_or_none(text in ".{0,40}", suffix in ".{0,4}") {
        let name = real_name(&text, &[&suffix], &[&suffix]);
        if let Some(name) = name {
            prop_assert!(text.contains(name) && name.trim() == name && !name.is_empty());
            prop_assert_eq!(real_name(name, &[&suffix], &[&suffix]), Some(name));
            prop_assert!(!Name::new(name).is_blank());
        }
    }

    #[test]
    fn suffix_changes_no_score(given in "[A-Z][a-z]{2,8}", family in "[A-Z][a-z]{2,8}") {
        let text = format!("{given} {family} (WA)");
        let name = real_name(&text, &[], &[]).map(Name::new);
        let hint = Name::new(&format!("{given} {family}"));
        prop_assert_eq!(name.map(|name| score(&hint, &name)), Some(Score::MAX));
    }
}
