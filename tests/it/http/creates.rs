//! The results of creates over both APIs, and the responses of a server to failed starts.

use std::fmt::Write;
use std::time::Duration;

use contact_resolution::http::Response;
use contact_resolution::http::ServerApi;
use contact_resolution::http::beeper::not_started;
use contact_resolution::http::bridge::Bridge;
use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply};
use contact_resolution::wire::{self, ApiError, StartRequest};
use contact_resolution::{
    Account, Action, ChatStart, ClaimResult, Coverage, DirectoryAnswer, IdentifierKind,
    LookupResult, Network, Policy, RefusalCode, StartResult,
};

use super::beeper::{answer, beeper, payload};

#[test]
fn created_chat_names_its_only_other_participant() {
    let with = |participants: &str| {
        let body =
            format!(r#"{{"id": "!a", "status": "created", "participants": {participants}}}"#);
        match beeper().read_create(&answer(200, &body)) {
            CreateResult::Chat(chat) => {
                chat.participants.into_iter().next().map(|person| person.id)
            }
            other => panic!("{other:?}"),
        }
    };
    let list = |items: &str| format!(r#"{{"hasMore": false, "total": 2, "items": [{items}]}}"#);
    let (me, bot) = (
        r#"{"id": "me", "isSelf": true}"#,
        r#"{"id": "bot", "isNetworkBot": true}"#,
    );
    let alice = r#"{"id": "alice-id"}"#;
    let result = with(&list(&format!("{me}, {bot}, {alice}")));
    assert_eq!(result.as_deref(), Some("alice-id"));
    // The chat exists all the same.
    for participants in [list(me), "7".into(), "null".into()] {
        assert_eq!(with(&participants), None, "{participants}");
    }
}

#[test]
fn answer_of_a_create_shows_type_account_and_participants() {
    let body = r#"{"id": "!team", "accountID": "slack", "type": "group", "status": "existing", "participants":
        {"hasMore": true, "total": 9, "items": [{"id": "a"}, {"id": "b"}, {"id": "me", "isSelf": true}]}}"#;
    let CreateResult::Chat(chat) = beeper().read_create(&answer(200, body)) else {
        panic!("no chat");
    };
    assert!(chat.is_group && !chat.is_complete);
    assert_eq!(chat.account.as_deref(), Some("slack"));
    assert_eq!(chat.participants.len(), 2);
    // A merged chat has members on several accounts.
    let merged =
        r#"{"id": "!m", "accountID": "other", "type": "single", "merge": {"chatIDs": ["!m"]}}"#;
    let CreateResult::Chat(chat) = beeper().read_create(&answer(200, merged)) else {
        panic!("no chat");
    };
    assert!(!chat.is_group && chat.account.is_none());
}

#[test]
fn create_without_a_clear_response_is_lost() {
    let read = |status, body: &str| beeper().read_create(&answer(status, body));
    let chat = |new| {
        CreateResult::Chat(if new {
            OpenedChat::new("!a")
        } else {
            OpenedChat::existing("!a")
        })
    };
    assert_eq!(
        read(200, r#"{"id": "!a", "chatID": "!a", "status": "created"}"#),
        chat(true)
    );
    assert_eq!(
        read(200, r#"{"id": "!a", "chatID": "!a", "status": "existing"}"#),
        chat(false)
    );
    // Without a status, the chat may be new and the message may have been sent.
    let untold = || {
        let mut chat = OpenedChat::new("!a");
        chat.is_new = None;
        CreateResult::Chat(chat)
    };
    assert_eq!(read(200, r#"{"id": "!a", "chatID": "!a"}"#), untold());
    assert_eq!(read(201, r#"{"id": "!a"}"#), chat(true));
    assert_eq!(
        read(201, r#"{"id": "!a", "status": "existing"}"#),
        chat(false)
    );
    // An unknown value of a newer server, and the shape of an older one.
    assert_eq!(
        read(
            200,
            r#"{"id": "!a", "status": "revived", "unreadCount": "many"}"#
        ),
        untold()
    );
    assert_eq!(
        read(200, r#"{"chatID": "!a", "status": "created"}"#),
        chat(true)
    );
    for (status, body) in [
        (200, ""),
        (200, "{}"),
        (200, r#"{"id": ""}"#),
        (204, ""),
        (303, ""),
        (307, ""),
        (408, ""),
        (410, ""),
        (501, ""),
        (409, ""),
        (500, ""),
        (502, ""),
        (503, ""),
        (504, ""),
        (520, ""),
    ] {
        assert_eq!(read(status, body), CreateResult::Lost, "{status} {body}");
    }
    assert_eq!(
        read(503, r#"{"message": "", "code": "outcome_unknown"}"#),
        CreateResult::Lost
    );
    for body in [
        "",
        r#"{"message": "no", "code": "NOT_FOUND"}"#,
        r#"{"message": "", "code": "user_not_found"}"#,
    ] {
        let CreateResult::Refused(refusal) = read(404, body) else {
            panic!("{body}");
        };
        assert_eq!(refusal.code, RefusalCode::UserNotFound, "{body}");
    }
    for (status, body) in [
        (400, ""),
        (401, ""),
        (403, ""),
        (405, ""),
        (413, ""),
        (415, ""),
        (422, "<html>"),
        (429, ""),
    ] {
        let refused = read(status, body);
        assert!(
            matches!(&refused, CreateResult::Refused(r) if r.status == status && r.server_code.is_empty()),
            "{refused:?}"
        );
    }
}

#[test]
fn create_with_503_and_retry_after_is_lost() {
    let read = |status, code: &str| {
        let mut response = answer(status, &format!(r#"{{"message": "", "code": "{code}"}}"#));
        let later = http::HeaderValue::from_static("7");
        response.headers_mut().insert("retry-after", later);
        beeper().read_create(&response)
    };
    assert_eq!(read(503, "busy"), CreateResult::Lost);
    assert_eq!(read(503, "outcome_unknown"), CreateResult::Lost);
    let after = |status, code| match read(status, code) {
        CreateResult::Refused(refused) => refused.retry_after,
        other => panic!("{other:?}"),
    };
    let later = Some(Duration::from_secs(7));
    assert_eq!(after(429, "busy"), later);
    assert_eq!(after(503, "account_unavailable"), later);
    assert_eq!(after(503, "directory_unavailable"), later);
    let bridge = Bridge::new("http://localhost:29318").unwrap();
    let busy = || answer(503, r#"{"errcode": "M_UNKNOWN"}"#);
    assert_eq!(bridge.read_create(&busy()), CreateResult::Lost);
}

/// Carries out a start with this result of its create.
pub(super) fn outcome(created: &CreateResult) -> (StartResult, Option<Response>) {
    let account = Account::new("gmessages", Network::from_bridge_type("gmessages"), "me");
    let request = StartRequest::new("gmessages", payload(IdentifierKind::Phone, "+442079460958"));
    let policy = Policy::default();
    let mut start = ChatStart::new(&account, &request, &policy);
    let mut answer = None;
    loop {
        answer = Some(match start.advance(answer.take()) {
            Effect::Find(_) => {
                let mut found = DirectoryAnswer::default();
                found.coverage = Coverage {
                    contacts: true,
                    chats: true,
                };
                Reply::Found(found)
            }
            Effect::Lookup(_) => Reply::LookedUp(LookupResult::Failed),
            Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
            Effect::Create(_) => Reply::Created(created.clone()),
            Effect::Record(..) => Reply::Recorded(true),
            Effect::Wait(_) => Reply::Woke,
            Effect::Done(outcome) => {
                let response = not_started(&outcome);
                return (outcome.result, response);
            }
        });
    }
}

#[test]
fn every_failed_start_has_its_status_and_code() {
    let result = |created| {
        let (end, response) = outcome(&created);
        let response = response.unwrap_or_else(|| panic!("{end:?}"));
        let code = wire::read::<ApiError>(response.body()).unwrap().code;
        let retry = response.headers()["x-should-retry"] == "true";
        (response.status().as_u16(), code, retry)
    };
    let refused = |status| {
        CreateResult::Refused(contact_resolution::start::NetworkRefusal::new(
            status, "whatever",
        ))
    };
    // A code of our own is passed on.
    let known = contact_resolution::start::NetworkRefusal::new(422, "message_required");
    assert_eq!(
        result(CreateResult::Refused(known)),
        (422, "message_required".into(), false)
    );
    assert_eq!(
        result(CreateResult::Lost),
        (503, "outcome_unknown".into(), false)
    );
    assert_eq!(
        result(CreateResult::NotSent),
        (502, "upstream_failed".into(), true)
    );
    assert_eq!(
        result(CreateResult::Absent),
        (404, "user_not_found".into(), false)
    );
    assert_eq!(result(refused(429)), (429, "rate_limited".into(), true));
    assert_eq!(result(refused(403)), (403, "cannot_message".into(), false));
    for status in [400, 422] {
        let expected = (422, "invalid_identifier".into(), false);
        assert_eq!(result(refused(status)), expected);
    }
    assert_eq!(
        result(refused(404)),
        (422, "invalid_identifier".into(), false)
    );
    assert_eq!(
        result(refused(503)),
        (503, "account_unavailable".into(), false)
    );
    assert!(
        outcome(&CreateResult::Chat(OpenedChat::new("!a")))
            .1
            .is_none()
    );
}

#[test]
fn create_carries_one_identifier_and_the_options_of_the_request() {
    let account = Account::new("linkedin", Network::from_bridge_type("linkedin"), "me");
    let user = payload(
        IdentifierKind::Id,
        "ACoAAzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
    );
    let request = StartRequest {
        allow_invite: Some(false),
        message_text: Some("Hello".into()),
        ..StartRequest::new("linkedin", user.clone())
    };
    let policy = Policy::default();
    let mut start = ChatStart::new(&account, &request, &policy);
    let mut answer = None;
    let asked: StartRequest = loop {
        answer = Some(match start.advance(answer.take()) {
            Effect::Find(_) => Reply::Found(DirectoryAnswer::default()),
            Effect::Lookup(_) => {
                let person = contact_resolution::Person::new(user.id.as_deref().unwrap());
                Reply::LookedUp(LookupResult::Confirmed { person, chat: None })
            }
            Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
            Effect::Create(chat) => {
                let request = beeper().create(&account, chat).unwrap();
                assert_eq!(
                    (request.method().as_str(), request.uri().path()),
                    ("POST", "/v1/chats/start")
                );
                assert_eq!(request.headers()["content-type"], "application/json");
                let key = request.headers()["idempotency-key"].clone();
                assert_eq!(key.len(), 32);
                assert_eq!(
                    beeper().create(&account, chat).unwrap().headers()["idempotency-key"],
                    key
                );
                break wire::read(request.body()).unwrap();
            }
            Effect::Done(outcome) => {
                panic!("{:?}", matches!(outcome.decision.action, Action::Refuse(_)))
            }
            other => panic!("{other:?}"),
        });
    };
    assert_eq!((asked.user, asked.allow_invite), (user, Some(false)));
    assert_eq!(asked.message_text.as_deref(), Some("Hello"));
}

/// Returns how the guide names the result of a create.
fn named(result: &CreateResult) -> String {
    match result {
        CreateResult::Chat(chat) => match chat.is_new {
            Some(true) => "a new chat".into(),
            Some(false) => "an existing chat".into(),
            None => "a chat, new or not".into(),
        },
        CreateResult::Absent => "no such person".into(),
        CreateResult::Refused(refusal) => format!("refused, `{}`", refusal.code),
        CreateResult::NotSent => "not sent".into(),
        CreateResult::Lost => "lost".into(),
    }
}

#[test]
fn guide_shows_what_every_answer_to_a_create_means() {
    let bridge = Bridge::new("http://localhost").unwrap();
    let mut table = String::from("| answer to a create | Beeper | bridge |\n|---|---|---|\n");
    let mut row = |title: &str, beeper_body: &str, bridge_body: &str, status: u16| {
        let beeper = named(&beeper().read_create(&answer(status, beeper_body)));
        let bridge = named(&bridge.read_create(&answer(status, bridge_body)));
        let _ = writeln!(table, "| {title} | {beeper} | {bridge} |");
    };
    let room = r#"{"id": "a", "dm_room_mxid": "!a"}"#;
    row("201 with a chat", r#"{"id": "!a"}"#, room, 201);
    row(
        "200 with a chat and `created`",
        r#"{"id": "!a", "status": "created"}"#,
        room,
        200,
    );
    row("200 with a chat", r#"{"id": "!a"}"#, room, 200);
    row("200 without a chat, or unreadable", "{", "{", 200);
    for status in [
        301, 303, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 420, 422, 429,
    ] {
        let body = match status {
            400 => r#"{"errcode": "M_INVALID_PARAM"}"#,
            404 => r#"{"errcode": "M_NOT_FOUND", "error": "any other text"}"#,
            _ => "{}",
        };
        row(&status.to_string(), body, body, status);
    }
    row(
        "404 \"Login not found\"",
        "{}",
        r#"{"errcode": "M_NOT_FOUND", "error": "Login not found"}"#,
        404,
    );
    row(
        "404 `M_UNRECOGNIZED`",
        "{}",
        r#"{"errcode": "M_UNRECOGNIZED"}"#,
        404,
    );
    for status in [500, 501, 502, 503, 504] {
        row(&status.to_string(), "{}", "{}", status);
    }
    table.push_str(
        "| no answer, request sent | lost | lost |\n| request not sent | not sent | not sent |\n",
    );
    crate::readme::assert_table("src/guide/servers.md", "creates", &table);
}
