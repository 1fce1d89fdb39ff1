//! Two processes that start a chat with the same person on one store make one chat.

use std::collections::HashMap;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use contact_resolution::{Account, Network};
use contact_resolution_postgres::PostgresStore;
use contact_resolution_sqlite::SqliteStore;
use serde_json::{Value, json};

use crate::postgres_server::Server;
use crate::{COMPLETE, command_line, loopback};

fn account() -> Account {
    Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me")
}

/// How the two processes name a person.
#[derive(Clone, Copy)]
enum Named {
    /// Both by the number.
    Alike,
    /// One by the number, and one by the id that the network gives to the number.
    ByNumberAndId,
}

/// Starts two chats at once with each of `people` people, against a server that makes a chat for every create.
///
/// Each pair must make one chat, and both processes must report it.
fn check(directory: &str, people: usize, named: Named) {
    let creates = Arc::new(Mutex::new(Vec::new()));
    let chats = Arc::clone(&creates);
    let create = move |Json(request): Json<Value>| async move {
        let mut chats = chats.lock().unwrap();
        chats.push(request["user"].clone());
        let id = format!("!{}:example.org", chats.len());
        (
            StatusCode::CREATED,
            Json(json!({"chatID": id, "status": "created"})),
        )
    };
    let search = |Query(query): Query<HashMap<String, String>>| async move {
        let query = &query["query"];
        // Like the real server, it does not look up ids.
        let found = query
            .starts_with('+')
            .then(|| json!({"id": lid(query), "phoneNumber": query}));
        Json(json!({"items": found.as_slice()}))
    };
    let url = loopback::serve(
        Router::new()
            .route("/v1/chats/start", post(create))
            .route("/v1/accounts/{account}/contacts", get(search)),
    );
    let start = |option: &str, text: &str| -> Child {
        command_line()
            .args(["start", "--json", "--base-url", &url])
            .args(["--directory", directory, "--account", "whatsapp"])
            .args([option, text])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    for person in 0..people {
        let phone = format!("+1415555{person:04}");
        let by_number = || start("--phone", &phone);
        let processes = match (named, person % 2) {
            (Named::Alike, _) => [by_number(), by_number()],
            (Named::ByNumberAndId, 0) => [by_number(), start("--id", &lid(&phone))],
            // The second process mostly comes too late, so each of the two is the first one for half of the people.
            (Named::ByNumberAndId, _) => [start("--id", &lid(&phone)), by_number()],
        };
        let answers = processes.map(|process| -> Value {
            let output = process.wait_with_output().unwrap();
            serde_json::from_slice(&output.stdout).unwrap()
        });
        let mut outcomes = answers
            .each_ref()
            .map(|answer| answer["outcome"].as_str().unwrap());
        outcomes.sort_unstable();
        assert_eq!(outcomes, ["created", "existing"]);
        assert_eq!(answers[0]["chatID"], answers[1]["chatID"]);
    }
    let mut creates: Vec<String> = creates
        .lock()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect();
    assert_eq!(creates.len(), people);
    creates.sort_unstable();
    creates.dedup();
    assert_eq!(creates.len(), people);
}

/// Returns the id that the network gives to a number. It shares no digits with the number.
fn lid(phone: &str) -> String {
    let digits = phone
        .bytes()
        .skip(1)
        .map(|digit| char::from(b'0' + (b'9' - digit.min(b'9')) % 10));
    format!("lid-7000{}", digits.collect::<String>())
}

fn check_on_sqlite(people: usize, named: Named) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.sqlite");
    let store = SqliteStore::open(&path).unwrap();
    store.load(&account(), COMPLETE, []).unwrap();
    check(path.to_str().unwrap(), people, named);
}

#[test]
fn two_processes_on_sqlite_make_one_chat_per_person() {
    check_on_sqlite(20, Named::Alike);
}

#[test]
fn start_by_number_and_start_by_id_on_sqlite_make_one_chat() {
    check_on_sqlite(20, Named::ByNumberAndId);
}

#[test]
#[ignore = "takes minutes, because it is the long form of the test above"]
fn two_processes_on_sqlite_make_one_chat_per_person_of_a_thousand() {
    check_on_sqlite(1000, Named::Alike);
    check_on_sqlite(1000, Named::ByNumberAndId);
}

async fn check_on_postgres(named: Named) {
    let people = std::env::var("PEOPLE").map_or(20, |people| people.parse().unwrap());
    let url = Server::shared().database().await;
    let store = PostgresStore::connect(&url).await.unwrap();
    store.load(&account(), COMPLETE, []).await.unwrap();
    let check = tokio::task::spawn_blocking(move || check(&url, people, named));
    check.await.unwrap();
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn two_processes_on_postgres_make_one_chat_per_person() {
    check_on_postgres(Named::Alike).await;
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn start_by_number_and_start_by_id_on_postgres_make_one_chat() {
    check_on_postgres(Named::ByNumberAndId).await;
}
