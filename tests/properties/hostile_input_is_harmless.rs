//! Hostile texts in a payload or a directory cause no panic and no delay, and every refusal has a code.

use std::time::{Duration, Instant};

use contact_resolution::wire::UserPayload;
use contact_resolution::{Action, Decision};
use proptest::prelude::*;

use crate::generators::{NETWORKS, World, config, worlds, worlds_on};

/// Returns texts that are made to break parsers.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "+",
        "00",
        "@",
        "@@",
        ":",
        "://",
        "https://",
        "t.me/",
        "wa.me/",
        "tel:",
        "mailto:",
        "sms:",
        "#",
        "?",
        "%",
        "%00",
        "%F0%9F",
        ";ext=",
        ";phone-context=",
        "x",
        "[",
        "]",
        "\"",
        "\\",
        "<",
        ">",
        ",",
        ".",
        "..",
        "-",
        "_",
        "\0",
        "\n",
        "\u{200B}",
        "\u{202E}",
        "\u{FEFF}",
        "\u{0301}",
        "\u{FF0B}",
        "\u{0661}\u{0662}",
        "\u{1F9D1}\u{200D}\u{1F4BB}",
        "ß",
        "İ",
        "ﬀ",
        "xn--",
        "xn--a",
        "１２３",
        "lid-",
        "@s.whatsapp.net",
        "ACoAA",
        "*#06#",
        "999999999999999999999",
    ];
    prop_oneof![
        "\\PC{0,30}",
        any::<String>(),
        proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..12)
            .prop_map(|pieces| pieces.concat()),
        (proptest::sample::select(pieces.to_vec()), 1_usize..300)
            .prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

fn has_a_code(decision: &Decision) -> bool {
    let value = serde_json::to_value(decision).expect("a decision is JSON");
    match decision.action {
        Action::Refuse(_) => value["code"].is_string() && value["because"].is_string(),
        _ => value["decision"].is_string(),
    }
}

fn fields(user: &mut UserPayload) -> [&mut Option<String>; 5] {
    [
        &mut user.id,
        &mut user.phone_number,
        &mut user.email,
        &mut user.username,
        &mut user.full_name,
    ]
}

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn any_text_in_any_field_is_decided(mut world in worlds(), texts in proptest::array::uniform5(proptest::option::of(hostile()))) {
        for (field, text) in fields(&mut world.request.user).into_iter().zip(texts) {
            *field = text.or_else(|| field.take());
        }
        prop_assert!(has_a_code(&world.decide()));
    }

    #[test]
    fn any_text_in_any_record_is_decided(mut world in worlds(), texts in proptest::collection::vec(hostile(), 5), at in any::<usize>()) {
        for (user, text) in world.snapshot.contacts.values_mut().flatten().zip(texts.iter().cycle().skip(at % 5)) {
            user.id.clone_from(text);
            user.phone_number = Some(text.clone());
            user.email = Some(text.clone());
            user.username = Some(text.clone());
            user.full_name = Some(text.clone());
        }
        for (chat, text) in world.snapshot.chats.iter_mut().zip(texts.iter().cycle()) {
            chat.last_activity = Some(text.clone());
            chat.participants.total = u64::MAX;
        }
        world.request.user.username.clone_from(&texts.first().cloned());
        prop_assert!(has_a_code(&world.decide()));
    }
}

/// Fields of thirty thousand bytes are read quickly, since nothing is quadratic.
#[test]
fn long_texts_are_decided_in_time() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(config(1));
    for network in NETWORKS {
        for piece in [
            "a",
            "1",
            "@",
            "+1",
            "a.",
            "%41",
            "\u{0301}",
            "é",
            "\u{200D}",
            "a b ",
            "https://t.me/",
        ] {
            let mut world: World = worlds_on(network)
                .new_tree(&mut runner)
                .expect("a world")
                .current();
            let text = piece.repeat(30_000 / piece.len());
            for field in fields(&mut world.request.user) {
                *field = Some(text.clone());
            }
            let start = Instant::now();
            assert!(has_a_code(&world.decide()));
            let took = start.elapsed();
            assert!(
                took < Duration::from_secs(2),
                "{piece:?} on {network} took {took:?}"
            );
        }
    }
}
