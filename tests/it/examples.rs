//! The examples print what the guide shows.

use std::time::Duration;

#[path = "../../examples/address_book.rs"]
#[expect(dead_code, reason = "an example has a main function")]
mod address_book;
#[path = "../../examples/approve_first.rs"]
#[expect(dead_code, reason = "an example has a main function")]
mod approve_first;
#[path = "../../examples/axum_server.rs"]
#[expect(dead_code, reason = "an example has a main function")]
mod axum_server;
#[path = "../../examples/logging.rs"]
#[expect(dead_code, reason = "an example has a main function")]
mod logging;
#[path = "../../examples/own_network.rs"]
#[expect(dead_code, reason = "an example has a main function")]
mod own_network;
#[path = "../../examples/picker.rs"]
#[expect(dead_code, reason = "an example has a main function")]
mod picker;

#[test]
fn examples_of_the_guide_are_short() {
    for (name, source) in [
        (
            "address_book",
            include_str!("../../examples/address_book.rs"),
        ),
        (
            "approve_first",
            include_str!("../../examples/approve_first.rs"),
        ),
        ("axum_server", include_str!("../../examples/axum_server.rs")),
        ("logging", include_str!("../../examples/logging.rs")),
        ("own_network", include_str!("../../examples/own_network.rs")),
        ("picker", include_str!("../../examples/picker.rs")),
        (
            "service",
            include_str!("../../crates/sqlite/examples/service.rs"),
        ),
    ] {
        let lines = source.lines().count();
        assert!(lines <= 80, "{name}: {lines} lines");
    }
}

#[test]
fn picker_prints_what_the_guide_shows() {
    let printed = picker::run();
    let guide = include_str!("../../src/guide/picker.md");
    assert!(
        guide.contains(&format!("```text\n{printed}```")),
        "{printed}"
    );
}

#[test]
fn approved_plan_is_carried_out() {
    for (answer, end) in [
        ("y\n", "created: !new:matrix\n"),
        ("n\n", "nothing was sent\n"),
    ] {
        let mut printed = Vec::new();
        approve_first::run(answer.as_bytes(), &mut printed).unwrap();
        let expected = format!("Invite Ada Okafor to a new chat? (y/n)\n{end}");
        assert_eq!(String::from_utf8(printed).unwrap(), expected);
    }
}

#[test]
fn log_prints_what_the_guide_shows() {
    let printed = logging::run(|| Duration::from_millis(12)).unwrap();
    let guide = include_str!("../../src/guide/logging.md");
    assert!(
        guide.contains(&format!("```text\n{printed}```")),
        "{printed}"
    );
}

#[tokio::test]
async fn server_answers_with_the_right_status() {
    let server = axum_server::Server::new();
    let known = r#"{"accountID": "gmessages", "user": {"phoneNumber": "+12125550142"}}"#;
    for (body, status, text) in [
        (known, 200, r#""status":"created""#),
        (known, 200, r#""status":"existing""#),
        (
            r#"{"accountID": "gmessages", "user": {}}"#,
            422,
            "no_identifier",
        ),
        (
            r#"{"accountID": "no", "user": {}}"#,
            404,
            "account_not_found",
        ),
        ("{", 400, "invalid_request"),
    ] {
        let response = server.respond(body.as_bytes()).await.unwrap();
        assert_eq!(response.status(), status, "{body}");
        let answer = String::from_utf8(response.into_body()).unwrap();
        assert!(answer.contains(text), "{answer}");
    }
}

#[test]
fn own_network_prints_what_the_guide_shows() {
    let printed = own_network::run().unwrap();
    let guide = include_str!("../../src/guide/own_network.md");
    assert!(
        guide.contains(&format!("```text\n{printed}```")),
        "{printed}"
    );
}

#[test]
fn address_book_prints_what_the_guide_shows() {
    let printed = address_book::run();
    let guide = include_str!("../../src/guide/address_book.md");
    assert!(
        guide.contains(&format!("```text\n{printed}```")),
        "{printed}"
    );
}
