//! The provisioning API of a bridge: the interpretation of its responses, and whole starts with a simulated bridge.

mod cases;
mod stub;

use std::fmt::Write as _;

use contact_resolution::http::ServerApi;
use contact_resolution::http::bridge::{Bridge, BridgeError};
use contact_resolution::start::{CreateResult, Effect, Reply};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, ClaimResult, Coverage, DirectoryAnswer, IdentifierKind, LookupResult,
    Network, Person, Policy, RefusalCode,
};
use serde::Deserialize;
use serde_json::Value;

/// One exchange, from the API's document and its public code, and its meaning.
#[derive(Deserialize)]
struct Exchange {
    ask: String,
    status: u16,
    body: Value,
    means: String,
}

fn bridge() -> Bridge {
    Bridge::new("http://localhost:29318")
        .unwrap()
        .for_user("@me:example.com")
        .for_login("14155550100")
}

/// A stored national number is sent in E.164, since a bridge reads bare digits as an international number.
#[test]
fn national_number_is_sent_as_e164() {
    let account = {
        let mut account = Account::new("signal", Network::from_bridge_type("signal"), "me");
        account.region = contact_resolution::Region::new("US");
        account
    };
    let user = UserPayload {
        phone_number: Some("(415) 555-2671".into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("signal", user), Policy::default());
    let mut start = ChatStart::new(&account, &request, &policy);
    let known = Person::new("contact-1").with_identifier(IdentifierKind::Phone, "(415) 555-2671");
    let mut asked_for = Vec::new();
    let mut answer = None;
    loop {
        answer = Some(match start.advance(answer) {
            Effect::Find(_) => {
                let coverage = Coverage {
                    contacts: true,
                    chats: true,
                };
                Reply::Found(DirectoryAnswer::new([known.clone()], coverage))
            }
            Effect::Lookup(attempt) => {
                let request = bridge().lookup(&account, attempt).unwrap();
                asked_for.push(asked(&request));
                let person = known.clone();
                Reply::LookedUp(LookupResult::Confirmed { person, chat: None })
            }
            Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
            Effect::Create(chat) => {
                let request = bridge().create(&account, chat).unwrap();
                asked_for.push(asked(&request));
                Reply::Created(CreateResult::Absent)
            }
            Effect::Record(..) => Reply::Recorded(true),
            Effect::Wait(_) => Reply::Woke,
            Effect::Done(_) => break,
        });
    }
    let by_number = asked_for.iter().filter(|text| text.contains("5552671"));
    assert!(by_number.clone().count() > 0);
    for text in by_number {
        assert!(text.contains("/+14155552671?"), "{text}");
    }
}

fn response(status: u16, body: &Value) -> contact_resolution::http::Response {
    let mut response = http::Response::new(serde_json::to_vec(body).unwrap());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
    response
}

fn asked(request: &contact_resolution::http::Request) -> String {
    let uri = request.uri();
    format!("{} {}", request.method(), uri.path_and_query().unwrap())
}

/// Returns the ids and numbers of a person.
fn known_by(person: &Person) -> String {
    let mut words: Vec<String> = person
        .stored(IdentifierKind::Id)
        .map(str::to_owned)
        .collect();
    words.extend(
        person
            .stored(IdentifierKind::Phone)
            .map(|text| format!("phone:{text}")),
    );
    words.join(" ")
}

fn lookup(lookup: &LookupResult) -> String {
    match lookup {
        LookupResult::Confirmed { person, chat } => {
            let mut words = format!("is {}", known_by(person));
            if let Some(chat) = chat {
                let _ = write!(words, " with {chat}");
            }
            words
        }
        LookupResult::Absent => "absent".into(),
        LookupResult::Hidden => "hidden".into(),
        LookupResult::RateLimited(after) => format!("limited {:?}", after.unwrap()),
        LookupResult::Failed => "failed".into(),
        other => other.as_str().into(),
    }
}

fn created(created: &CreateResult) -> String {
    match created {
        CreateResult::Chat(chat) => {
            let how = if chat.is_new == Some(true) {
                "new"
            } else {
                "found"
            };
            assert!(!chat.message_sent, "no message goes with it");
            format!("{how} {} with {}", chat.chat.id, chat.participants[0].id)
        }
        CreateResult::Absent => "absent".into(),
        CreateResult::Refused(refused) if refused.code == RefusalCode::UserNotFound => {
            "absent".into()
        }
        CreateResult::Refused(refused) => {
            format!("refused {} {}", refused.status, refused.server_code)
        }
        CreateResult::NotSent => "not sent".into(),
        CreateResult::Lost => "lost".into(),
    }
}

#[test]
fn every_recorded_exchange_has_its_meaning() {
    let account = Account::new("account", Network::from_bridge_type("whatsapp"), "me");
    let user = UserPayload {
        phone_number: Some("+1 415 555 2671".into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("account", user), Policy::default());
    for line in include_str!("../../../data/bridge.jsonl").lines() {
        let exchange: Exchange = serde_json::from_str(line).unwrap();
        let answered = response(exchange.status, &exchange.body);
        let mut start = ChatStart::new(&account, &request, &policy);
        let mut answer = None;
        // All requests before the one of this exchange succeed.
        let means = loop {
            answer = Some(match start.advance(answer.take()) {
                Effect::Find(_) => {
                    let mut found = DirectoryAnswer::default();
                    found.coverage = Coverage {
                        contacts: true,
                        chats: true,
                    };
                    Reply::Found(found)
                }
                Effect::Lookup(attempt) => {
                    let queries = asked(&bridge().lookup(&account, attempt).unwrap());
                    if queries == exchange.ask {
                        break lookup(&bridge().read_lookup(&account, attempt, &answered));
                    }
                    let person = Person::new("14155552671");
                    Reply::LookedUp(LookupResult::Confirmed { person, chat: None })
                }
                Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
                Effect::Create(chat) => {
                    let request = bridge().create(&account, chat).unwrap();
                    assert_eq!(request.headers()["idempotency-key"].len(), 32);
                    assert_eq!(asked(&request), exchange.ask);
                    break created(&bridge().read_create(&answered));
                }
                need => panic!("{need:?}"),
            });
        };
        assert_eq!(means, exchange.means, "{line}");
    }
}

#[test]
fn login_is_missing_only_by_the_text_login_not_found() {
    let with = |text: &str| {
        let body = serde_json::json!({"errcode": "M_NOT_FOUND", "error": text});
        bridge().fault(&response(404, &body))
    };
    assert_eq!(with("Login not found"), Some(BridgeError::NoSuchLogin));
    for text in [
        "Identifier not found",
        "the server said +1 is not here",
        "login not found?",
    ] {
        assert_eq!(with(text), Some(BridgeError::NoSuchUser), "{text}");
    }
    // A 404 that no bridge wrote.
    let proxy = response(404, &Value::Null);
    assert_eq!(bridge().fault(&proxy), Some(BridgeError::Failed));
}
