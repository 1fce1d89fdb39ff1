//! Two processes that start chats with the same people on one store, against a server that makes a chat for every create.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::loopback;

/// Starts a chat with each of so many people twice at once; each must be one chat, which both are told of.
pub(crate) fn one_chat_each(directory: &str, account: &str, people: usize) {
    let made = Arc::new(Mutex::new(Vec::new()));
    let chats = Arc::clone(&made);
    let create = move |Json(asked): Json<Value>| async move {
        let mut chats = chats.lock().unwrap();
        chats.push(asked["user"].clone());
        let id = format!("!{}:twice", chats.len());
        (
            StatusCode::CREATED,
            Json(json!({"chatID": id, "status": "created"})),
        )
    };
    let search = |Query(asked): Query<HashMap<String, String>>| async move {
        let phone = &asked["query"];
        let id = format!("{}@s.whatsapp.net", &phone[1..]);
        Json(json!({"items": [{"id": id, "phoneNumber": phone}]}))
    };
    let url = loopback::serve(
        Router::new()
            .route("/v1/chats/start", post(create))
            .route("/v1/accounts/{account}/contacts", get(search)),
    );
    let start = |phone: &str| -> Child {
        Command::new(env!("CARGO_BIN_EXE_contact-resolution"))
            .args(["start", "--json", "--base-url", &url])
            .args(["--directory", directory, "--account", account])
            .args(["--phone", phone])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    for person in 0..people {
        let phone = format!("+1415555{person:04}");
        let told = [start(&phone), start(&phone)].map(|process| -> Value {
            let output = process.wait_with_output().unwrap();
            serde_json::from_slice(&output.stdout).unwrap()
        });
        let mut outcomes = told
            .each_ref()
            .map(|told| told["outcome"].as_str().unwrap());
        outcomes.sort_unstable();
        assert_eq!(outcomes, ["created", "existing"]);
        assert_eq!(told[0]["chatID"], told[1]["chatID"]);
    }
    let mut made: Vec<String> = made.lock().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(made.len(), people);
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), people);
}
