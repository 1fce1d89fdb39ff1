//! A simulated bridge with three people, written from the API's published document, and whole starts with it over HTTP.
#![cfg(feature = "ureq")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use contact_resolution::Ureq;
use contact_resolution::http::bridge::{Bridge, BridgeError};
use contact_resolution::start::StartTiming;
use contact_resolution::wire::{
    BridgeCapabilities, BridgeContacts, BridgeSearch, StartRequest, UserPayload,
};
use contact_resolution::{
    Account, ChatStart, Client, DirectChat, FirstMessageStatus, MemoryDirectory, MemoryLedger,
    Network, Outcome, Person, Policy, RetryPolicy, StartResult, http,
};
use serde_json::{Value, json};

use crate::loopback;

/// The people on the network: number, id and name.
const PEOPLE: [(&str, &str, &str); 3] = [
    ("+14155552671", "alice-id", "Alice Example"),
    ("+14155552672", "bob-id", "Bob Example"),
    // The first create for this person makes the room, but returns an error.
    ("+14155552673", "eve-id", "Eve Example"),
];

/// A create for Bob opens the chat with Alice.
const REDIRECTED: (&str, &str) = ("bob-id", "alice-id");

/// The rooms, by the id of the other person.
type Rooms = Arc<Mutex<BTreeMap<String, String>>>;

fn error(status: StatusCode, errcode: &str, error: &str) -> Response {
    (status, Json(json!({"errcode": errcode, "error": error}))).into_response()
}

/// Returns an error response, unless the request has the secret and a known login.
fn refuse(headers: &HeaderMap, query: &BTreeMap<String, String>) -> Option<Response> {
    if headers
        .get("authorization")
        .is_none_or(|token| token != "Bearer secret")
    {
        return Some(error(
            StatusCode::UNAUTHORIZED,
            "M_UNKNOWN_TOKEN",
            "Invalid auth token",
        ));
    }
    match query.get("login_id").map(String::as_str) {
        Some("mine") => None,
        Some(_) => Some(error(
            StatusCode::NOT_FOUND,
            "M_NOT_FOUND",
            "Login not found",
        )),
        None => Some(error(
            StatusCode::BAD_REQUEST,
            "FI.MAU.NOT_LOGGED_IN",
            "Not logged in",
        )),
    }
}

fn user(id: &str, rooms: &BTreeMap<String, String>) -> Value {
    let (number, _, name) = PEOPLE.into_iter().find(|(_, own, _)| *own == id).unwrap();
    let mut user = json!({
        "id": id,
        "name": name,
        "identifiers": [format!("tel:{number}")],
        "mxid": format!("@stub_{id}:example.com"),
    });
    if let Some(room) = rooms.get(id) {
        user["dm_room_mxid"] = room.as_str().into();
    }
    user
}

fn named(identifier: &str) -> Option<&'static str> {
    PEOPLE
        .into_iter()
        .find(|(number, id, _)| *number == identifier || *id == identifier)
        .map(|(_, id, _)| id)
}

type Members = Query<BTreeMap<String, String>>;

async fn resolve(
    State(rooms): State<Rooms>,
    Path(identifier): Path<String>,
    Query(query): Members,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = refuse(&headers, &query) {
        return refusal;
    }
    match named(&identifier) {
        Some(id) => Json(user(id, &rooms.lock().unwrap())).into_response(),
        None => error(StatusCode::NOT_FOUND, "M_NOT_FOUND", "Identifier not found"),
    }
}

async fn create(
    State(rooms): State<Rooms>,
    Path(identifier): Path<String>,
    Query(query): Members,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = refuse(&headers, &query) {
        return refusal;
    }
    let Some(mut id) = named(&identifier) else {
        return error(StatusCode::NOT_FOUND, "M_NOT_FOUND", "Identifier not found");
    };
    if id == REDIRECTED.0 {
        id = REDIRECTED.1;
    }
    let mut rooms = rooms.lock().unwrap();
    let is_new = !rooms.contains_key(id);
    rooms.insert(id.into(), format!("!{id}:example.com"));
    if id == "eve-id" && is_new {
        let text = "Failed to create portal room";
        return error(StatusCode::INTERNAL_SERVER_ERROR, "M_UNKNOWN", text);
    }
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    (status, Json(user(id, &rooms))).into_response()
}

async fn contacts(
    State(rooms): State<Rooms>,
    Query(query): Members,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = refuse(&headers, &query) {
        return refusal;
    }
    let rooms = rooms.lock().unwrap();
    let all: Vec<Value> = PEOPLE.iter().map(|(_, id, _)| user(id, &rooms)).collect();
    Json(json!({"contacts": all})).into_response()
}

async fn search(Query(query): Members, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if let Some(refusal) = refuse(&headers, &query) {
        return refusal;
    }
    let query = body["query"].as_str().unwrap_or_default();
    let found = PEOPLE.iter().filter(|(.., name)| name.contains(query));
    let found: Vec<Value> = found.map(|(_, id, _)| user(id, &BTreeMap::new())).collect();
    Json(json!({"results": (!found.is_empty()).then_some(found)})).into_response()
}

async fn capabilities() -> Response {
    let can =
        json!({"create_dm": true, "lookup_phone": true, "contact_list": true, "search": true});
    Json(json!({"resolve_identifier": can, "group_creation": {}})).into_response()
}

/// Serves the bridge on its own port until the test ends.
fn serve() -> (Bridge, Rooms) {
    let rooms = Rooms::default();
    let routes = Router::new()
        .route("/v3/resolve_identifier/{identifier}", get(resolve))
        .route("/v3/create_dm/{identifier}", post(create))
        .route("/v3/contacts", get(contacts))
        .route("/v3/search_users", post(search))
        .route("/v3/capabilities", get(capabilities))
        .with_state(Arc::clone(&rooms));
    let url = loopback::serve(routes);
    let bridge = Bridge::new(&url).unwrap().with_token("secret").unwrap();
    (bridge.for_login("mine"), rooms)
}

fn start(bridge: &Bridge, directory: &MemoryDirectory, phone: &str) -> Outcome {
    let account = Account::new("account", Network::from_bridge_type("signal"), "me");
    let mut account = account;
    account.flags = Some(contact_resolution::wire::ResolveIdentifier {
        create_dm: true,
        lookup_phone: true,
        ..Default::default()
    });
    let user = UserPayload {
        phone_number: Some(phone.into()),
        ..UserPayload::default()
    };
    let request = StartRequest {
        message_text: Some("Hello".into()),
        ..StartRequest::new("account", user)
    };
    let policy = Policy::default();
    let mut timing = StartTiming::default();
    timing.after_lost = Duration::from_millis(1);
    let transport = Ureq::default();
    let client = Client::new(bridge, &transport, thread::sleep).with_retry(RetryPolicy::never());
    let ledger = MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO);
    let start = ChatStart::new(&account, &request, &policy).with_timing(timing);
    let Ok(outcome) = client.start(start, directory, &ledger);
    outcome
}

#[test]
fn chat_is_created_once_and_found_later() {
    let (bridge, rooms) = serve();
    let nothing = MemoryDirectory::new();
    let made = start(&bridge, &nothing, "+14155552671");
    let StartResult::Created {
        chat_id, message, ..
    } = made.result
    else {
        panic!("{:?} {}", made.result, made.decision.reason)
    };
    assert_eq!(
        (chat_id.as_str(), message),
        ("!alice-id:example.com", FirstMessageStatus::NotNeeded)
    );
    assert_eq!(made.person.unwrap().id, "alice-id");
    assert_eq!(
        start(&bridge, &nothing, "+14155552671").result,
        StartResult::Existing {
            chat_id,
            may_have_sent: false
        }
    );
    assert_eq!(rooms.lock().unwrap().len(), 1);
    // No person has this number, so no room is made.
    assert_eq!(
        start(&bridge, &nothing, "+14155550000").result,
        StartResult::Refused
    );
    assert_eq!(rooms.lock().unwrap().len(), 1);
}

#[test]
fn create_answered_with_another_person_is_a_wrong_chat() {
    let (bridge, _) = serve();
    let outcome = start(&bridge, &MemoryDirectory::new(), "+14155552672");
    assert!(
        matches!(outcome.result, StartResult::WrongChat { .. }),
        "{:?}",
        outcome.result
    );
}

#[test]
fn chat_of_a_failed_create_is_found() {
    let (bridge, rooms) = serve();
    let outcome = start(&bridge, &MemoryDirectory::new(), "+14155552673");
    let chat_id = "!eve-id:example.com".to_owned();
    assert_eq!(
        outcome.result,
        StartResult::Existing {
            chat_id,
            may_have_sent: false
        }
    );
    assert_eq!(rooms.lock().unwrap().len(), 1);
}

#[test]
fn bridge_lists_fill_a_directory() {
    let (bridge, rooms) = serve();
    rooms
        .lock()
        .unwrap()
        .insert("bob-id".into(), "!old:example.com".into());
    let transport = Ureq::default();
    let client = Client::new(&bridge, &transport, thread::sleep);
    let ask = |request: Result<http::Request, http::Error>| client.send(&request.unwrap()).unwrap();

    let can: BridgeCapabilities = http::read(&ask(bridge.capabilities())).unwrap();
    let flags = can.resolve_identifier.unwrap();
    assert!(flags.contact_list && !flags.any_phone);
    let contacts: BridgeContacts = http::read(&ask(bridge.contacts())).unwrap();
    let mut directory = MemoryDirectory::new();
    directory.insert_account(Account::new(
        "account",
        Network::from_bridge_type("linkedin"),
        "me",
    ));
    for user in &contacts.contacts.items {
        directory.upsert("account", Person::from(user));
    }
    let bob = directory.remove("account", "bob-id").unwrap();
    assert_eq!(bob.chats, [DirectChat::new("!old:example.com")]);
    directory.upsert("account", bob);
    let chat_id = "!old:example.com".to_owned();
    let outcome = start(&bridge, &directory, "+14155552672");
    assert_eq!(
        outcome.result,
        StartResult::Existing {
            chat_id,
            may_have_sent: false
        }
    );

    let search = |query| http::read::<BridgeSearch>(&ask(bridge.search_users(query))).unwrap();
    assert_eq!(search("Alice").results.items[0].id, "alice-id");
    assert!(search("Nobody").results.items.is_empty());
}

#[test]
fn bridge_errors_are_distinguished() {
    let (bridge, _) = serve();
    let transport = Ureq::default();
    let fault = |bridge: &Bridge| {
        let client = Client::new(bridge, &transport, thread::sleep);
        let request = bridge.resolve_identifier("+14155550000").unwrap();
        bridge.fault(&client.send(&request).unwrap())
    };
    assert_eq!(fault(&bridge), Some(BridgeError::NoSuchUser));
    let other = bridge.clone().for_login("other");
    assert_eq!(fault(&other), Some(BridgeError::NoSuchLogin));
    let wrong = bridge.with_token("wrong").unwrap();
    assert_eq!(fault(&wrong), Some(BridgeError::Unauthorized));
}
