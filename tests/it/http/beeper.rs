//! The interpretation of responses from a Beeper Desktop API server.

use std::fmt::Write;
use std::time::Duration;

use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL, not_started, refused};
use contact_resolution::http::bridge::{Bridge, BridgeError};
use contact_resolution::http::{Request, Response, ServerApi, retry_after};
use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply};
use contact_resolution::wire::{self, ApiError, StartRequest, UserPayload};
use contact_resolution::{
    Account, AccountState, Action, ChatStart, ClaimResult, Coverage, DirectoryAnswer,
    IdentifierKind, LookupResult, MemoryDirectory, Network, Policy, RefusalCode, StartResult,
    resolve,
};
use proptest::prelude::*;

fn beeper() -> Beeper {
    Beeper::new(DEFAULT_BASE_URL).unwrap()
}

fn answer(status: u16, body: &str) -> Response {
    let mut response = Response::new(body.as_bytes().to_vec());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
    response
}

/// Looks up an unknown person. Returns the request, and the result that is read from the response.
fn looked_up(network: &str, user: UserPayload, response: &Response) -> (Request, LookupResult) {
    let account = Account::new("account", Network::from_bridge_type(network), "me");
    let (request, policy) = (StartRequest::new("account", user), Policy::default());
    let mut start = ChatStart::new(&account, &request, &policy);
    let mut answer = None;
    loop {
        answer = Some(match start.advance(answer.take()) {
            Effect::Find(_) => Reply::Found(DirectoryAnswer::default()),
            Effect::Lookup(attempt) => {
                let request = beeper().lookup(&account, attempt).unwrap();
                return (request, beeper().read_lookup(&account, attempt, response));
            }
            other => panic!("{other:?}"),
        });
    }
}

fn payload(kind: IdentifierKind, text: &str) -> UserPayload {
    let mut user = UserPayload::default();
    let member = match kind {
        IdentifierKind::Id => &mut user.id,
        IdentifierKind::Phone => &mut user.phone_number,
        IdentifierKind::Email => &mut user.email,
        IdentifierKind::Handle => &mut user.username,
    };
    *member = Some(text.into());
    user
}

#[test]
fn lookup_query_has_the_form_of_its_kind() {
    let asked = |network, kind, text| {
        let (request, _) = looked_up(
            network,
            payload(kind, text),
            &answer(200, r#"{"items": []}"#),
        );
        request.uri().query().unwrap().to_owned()
    };
    assert_eq!(
        asked("whatsapp", IdentifierKind::Phone, "+44 20 7946 0958"),
        "query=%2B442079460958"
    );
    assert_eq!(
        asked(
            "whatsapp",
            IdentifierKind::Id,
            "442079460958@s.whatsapp.net"
        ),
        "query=%2B442079460958"
    );
    assert_eq!(
        asked("imessage", IdentifierKind::Email, "Kim@Example.NET"),
        "query=kim%40example.net"
    );
    assert_eq!(
        asked("telegram", IdentifierKind::Handle, "jonas_m"),
        "query=%40jonas_m"
    );
    assert_eq!(
        asked("telegram", IdentifierKind::Id, "900142"),
        "query=900142"
    );
}

#[test]
fn lookup_confirms_only_the_holder_of_the_key() {
    let phone = || payload(IdentifierKind::Phone, "+442079460958");
    let result = |body: &str| looked_up("whatsapp", phone(), &answer(200, body)).1;
    let is = |lookup: &LookupResult, id: &str| matches!(lookup, LookupResult::Confirmed { person, chat: None } if person.id == id);
    assert!(is(
        &result(r#"{"items": [{"id": "a"}, {"id": "b", "phoneNumber": "+44 20 7946 0958"}]}"#),
        "b"
    ));
    assert!(is(
        &result(r#"{"items": [{"id": "442079460958@s.whatsapp.net"}]}"#),
        "442079460958@s.whatsapp.net"
    ));
    let twice = r#"{"items": [{"id": "b", "phoneNumber": "+442079460958"}, {"id": "b", "phoneNumber": "+442079460958"}]}"#;
    assert!(is(&result(twice), "b"));
    assert_eq!(
        result(r#"{"items": [{"id": "a", "fullName": "+442079460958"}]}"#),
        LookupResult::Inconclusive
    );
    assert_eq!(result(r#"{"items": []}"#), LookupResult::Absent);
    // Two holders confirm neither. A holder without an id confirms nothing.
    let two = r#"{"items": [{"id": "a", "phoneNumber": "+442079460958"}, {"id": "b", "phoneNumber": "+442079460958"}]}"#;
    assert_eq!(result(two), LookupResult::Inconclusive);
    for blank in ["", " ", "\u{3000}"] {
        let holder = |id: &str| format!(r#"{{"id": "{id}", "phoneNumber": "+442079460958"}}"#);
        let alone = format!(r#"{{"items": [{}]}}"#, holder(blank));
        assert_eq!(result(&alone), LookupResult::Inconclusive, "{alone}");
        let beside = format!(r#"{{"items": [{}, {}]}}"#, holder("a"), holder(blank));
        assert_eq!(result(&beside), LookupResult::Inconclusive, "{beside}");
    }
    let other = r#"{"items": [{"id": "", "phoneNumber": "+442079460959"}]}"#;
    assert_eq!(result(other), LookupResult::Inconclusive);
    let malformed = r#"{"items": [{"id": 7}]}"#;
    assert_eq!(result(malformed), LookupResult::Inconclusive);
}

#[test]
fn answer_that_repeats_the_question_is_an_echo() {
    let result = |id: &str, member: &str| {
        let body = format!(r#"{{"items": [{{"id": "{id}"{member}}}]}}"#);
        let user = payload(IdentifierKind::Id, id);
        looked_up("telegram", user, &answer(200, &body)).1.as_str()
    };
    for (member, expected) in [
        ("", "echo"),
        (r#", "fullName": """#, "echo"),
        (r#", "fullName": "200300400500""#, "echo"),
        (r#", "fullName": "Deleted Account""#, "echo"),
        (r#", "fullName": "Noor Haddad""#, "confirmed"),
        (r#", "username": "noor_haddad""#, "confirmed"),
    ] {
        assert_eq!(result("200300400500", member), expected, "{member}");
    }
}

#[test]
fn lookup_confirms_another_spelling_of_the_number() {
    let result = |asked, answered: &str| {
        let body = format!(r#"{{"items": [{{"id": "lid-7001", "phoneNumber": "{answered}"}}]}}"#);
        looked_up(
            "whatsapp",
            payload(IdentifierKind::Phone, asked),
            &answer(200, &body),
        )
        .1
    };
    for (one, other) in [
        ("+5521987650123", "+552187650123"),
        ("+525598761234", "+5215598761234"),
        ("+2290197001234", "+22997001234"),
    ] {
        for (asked, answered) in [(one, other), (other, one)] {
            let result = result(asked, answered);
            assert_eq!(result.as_str(), "confirmed", "{asked} {answered}");
        }
    }
    assert_eq!(
        result("+5521987650123", "+552187650124").as_str(),
        "inconclusive"
    );
}

#[test]
fn error_response_to_a_lookup_is_never_absence() {
    let result = |status, body: &str| {
        looked_up(
            "whatsapp",
            payload(IdentifierKind::Phone, "+442079460958"),
            &answer(status, body),
        )
        .1
    };
    assert_eq!(
        result(404, r#"{"message": "", "code": "user_not_found"}"#),
        LookupResult::Absent
    );
    assert_eq!(
        result(404, r#"{"message": "", "code": "account_not_found"}"#),
        LookupResult::AccountUnavailable
    );
    // The code words of the real server are not published, so the status counts.
    let own_words = r#"{"message": "no", "code": "NOT_FOUND"}"#;
    assert_eq!(result(404, own_words), LookupResult::Absent);
    for body in ["", "<html>"] {
        assert_eq!(result(404, body), LookupResult::Inconclusive, "{body}");
    }
    for status in [400, 422] {
        assert_eq!(result(status, ""), LookupResult::Invalid, "{status}");
    }
    for status in [405, 501] {
        assert_eq!(result(status, ""), LookupResult::Unsupported, "{status}");
    }
    assert_eq!(
        result(403, r#"{"message": "", "code": "cannot_message"}"#),
        LookupResult::Hidden
    );
    // A token without the scope causes such a response.
    assert_eq!(result(403, ""), LookupResult::Failed);
    assert_eq!(
        result(403, r#"{"message": "", "code": "forbidden"}"#),
        LookupResult::Failed
    );
    assert_eq!(result(429, ""), LookupResult::RateLimited(None));
    for (status, body) in [
        (200, ""),
        (200, "{}"),
        (200, "[]"),
        (204, ""),
        (302, ""),
        (401, ""),
        (500, ""),
        (503, ""),
    ] {
        assert_eq!(
            result(status, body),
            LookupResult::Failed,
            "{status} {body}"
        );
    }
    // An id without an embedded address is only searched for among the contacts.
    let (_, of_id) = looked_up(
        "telegram",
        payload(IdentifierKind::Id, "900142"),
        &answer(200, r#"{"items": []}"#),
    );
    assert_eq!(of_id, LookupResult::Inconclusive);
}

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
        assert_eq!(refusal.refusal, RefusalCode::UserNotFound, "{body}");
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
            matches!(&refused, CreateResult::Refused(r) if r.status == status && r.code.is_empty()),
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

#[test]
fn too_long_retry_after_becomes_the_longest_duration() {
    let after = |headers: &[(&'static str, &'static str)]| {
        let mut response = answer(429, "");
        for (name, value) in headers {
            let value = http::HeaderValue::from_static(value);
            response.headers_mut().insert(*name, value);
        }
        retry_after(&response)
    };
    for text in ["1e20", "inf", "1e400"] {
        assert_eq!(
            after(&[("retry-after", text)]),
            Some(Duration::MAX),
            "{text}"
        );
    }
    assert_eq!(after(&[("retry-after-ms", "1e30")]), Some(Duration::MAX));
    for text in ["soon", "-1", "NaN", "-inf", ""] {
        let beside = [("retry-after-ms", text), ("retry-after", "2")];
        assert_eq!(after(&beside), Some(Duration::from_secs(2)), "{text}");
        assert_eq!(after(&[("retry-after", text)]), None, "{text}");
    }
    let mut limited = contact_resolution::start::NetworkRefusal::new(429, "");
    limited.retry_after = Some(Duration::MAX);
    let (_, response) = outcome(&CreateResult::Refused(limited));
    let result = response.unwrap().headers()["retry-after"].clone();
    assert_eq!(result, u64::MAX.to_string());
}

#[test]
fn null_in_a_bridge_error_means_absent() {
    let bridge = Bridge::new("http://localhost:29318").unwrap();
    let none = answer(404, r#"{"errcode": "M_NOT_FOUND", "error": null}"#);
    assert_eq!(bridge.fault(&none), Some(BridgeError::NoSuchUser));
    let none = answer(500, r#"{"errcode": null, "error": "Oops"}"#);
    assert_eq!(bridge.fault(&none), Some(BridgeError::Failed));
}

#[test]
fn code_with_other_text_is_dropped() {
    let read = beeper().read_create(&answer(
        422,
        r#"{"message": "", "code": "no chat with +442079460958"}"#,
    ));
    assert!(matches!(read, CreateResult::Refused(refused) if refused.code.is_empty()));
}

/// Carries out a start with this result of its create.
fn outcome(created: &CreateResult) -> (StartResult, Option<Response>) {
    let account = Account::new("gmessages", Network::from_bridge_type("gmessages"), "me");
    let request = StartRequest::new("gmessages", payload(IdentifierKind::Phone, "+442079460958"));
    let policy = Policy::default();
    let mut start = ChatStart::new(&account, &request, &policy);
    let mut answer = None;
    loop {
        answer = Some(match start.advance(answer.take()) {
            Effect::Find(_) => {
                let coverage = Coverage {
                    contacts: true,
                    chats: true,
                };
                Reply::Found(DirectoryAnswer {
                    coverage,
                    ..DirectoryAnswer::default()
                })
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
fn retry_is_advised_only_for_a_connecting_account() {
    let advises_retry = |state, text| {
        let mut account = Account::new("signal", Network::from_bridge_type("signal"), "me");
        account.state = state;
        let mut directory = MemoryDirectory::new();
        directory.insert_account(account.clone());
        let request = StartRequest::new("signal", payload(IdentifierKind::Phone, text));
        let Ok(decision) = resolve(&account, &request, &directory, &Policy::default());
        refused(&decision).expect("a refusal").headers()["x-should-retry"] == "true"
    };
    assert!(advises_retry(AccountState::Connecting, "+14155552671"));
    assert!(!advises_retry(AccountState::Unavailable, "+14155552671"));
    assert!(!advises_retry(AccountState::Connecting, "nothing"));
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

proptest! {
    #[test]
    fn random_response_is_never_absence(status in 200..600_u16, body in ".{0,80}", after in "[ -~]{0,20}") {
        let mut response = answer(status, &body);
        response.headers_mut().insert("retry-after", http::HeaderValue::try_from(after).unwrap());
        let _ = beeper().read_create(&response);
        let result = looked_up("whatsapp", payload(IdentifierKind::Phone, "+442079460958"), &response).1;
        // No random text is JSON with a code.
        prop_assert_ne!(result, LookupResult::Absent);
    }

    #[test]
    fn random_text_gives_a_request_or_an_error(text in "\\PC{0,40}") {
        let beeper = beeper();
        let requests = [beeper.chat(&text), beeper.search_contacts(&text, &text), beeper.capabilities(&text)];
        for request in requests.into_iter().flatten() {
            prop_assert!(request.uri().path().starts_with("/v1/"));
        }
    }
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
        CreateResult::Refused(refusal) => format!("refused, `{}`", refusal.refusal),
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
