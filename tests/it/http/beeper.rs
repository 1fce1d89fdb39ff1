//! The interpretation of responses from a Beeper Desktop API server.

use std::time::Duration;

use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL, refused};
use contact_resolution::http::bridge::{Bridge, BridgeError};
use contact_resolution::http::{Request, Response, ServerApi, retry_after};
use contact_resolution::start::{CreateResult, Effect, Reply};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, AccountState, ChatStart, DirectoryAnswer, IdentifierKind, LookupResult,
    MemoryDirectory, Network, Policy, resolve,
};
use proptest::prelude::*;

use super::creates::outcome;

pub(super) fn beeper() -> Beeper {
    Beeper::new(DEFAULT_BASE_URL).unwrap()
}

pub(super) fn answer(status: u16, body: &str) -> Response {
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

pub(super) fn payload(kind: IdentifierKind, text: &str) -> UserPayload {
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
    assert!(matches!(read, CreateResult::Refused(refused) if refused.server_code.is_empty()));
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
