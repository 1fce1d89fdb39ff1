//! Starts on a played server of Beeper's API. Each line of `tests/data/starts.jsonl` is one case.
//!
//! The `directory` and the `request` are those of the tables of decisions. `lookups` has the answers to queries, and
//! `creates` those to creates, by the identifier. An answer is a list of users, or a status with a body and headers. A query
//! that is not there finds no one, and a create that is not there makes the chat `!new`.
//!
//! `expect` is compared with the outcome as JSON. `lookups` and `creates` in it are the requests that were sent. `next` is
//! the decision about the same request after the directory has recorded the outcome.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::{Request, Response};
use contact_resolution::{
    ChatStart, Client, MemoryDirectory, MemoryLedger, Policy, TransportError, resolve,
};
use serde_json::{Value, json};

use crate::decisions::scenarios::{lacks, request, snapshot};

const ASKED: &str = "asked";

/// Returns the value of the query member `query`.
fn query(request: &Request) -> String {
    let query = request.uri().query().unwrap_or_default();
    let mut members = query
        .split('&')
        .filter_map(|member| member.strip_prefix("query="));
    let mut bytes = members.next().unwrap_or_default().bytes();
    let mut text = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut digit = || char::from(bytes.next().unwrap()).to_digit(16).unwrap();
        text.push(match byte {
            b'%' => u8::try_from(digit() * 16 + digit()).unwrap(),
            byte => byte,
        });
    }
    String::from_utf8(text).unwrap()
}

/// Returns the response that a case has for a request: a list of users, or a status with a body and headers.
fn response(answer: &Value) -> Response {
    let (status, body) = match answer[0].as_u64() {
        Some(status) => (u16::try_from(status).unwrap(), answer[1].clone()),
        None => (200, json!({ "items": answer })),
    };
    let mut response = Response::new(body.to_string().into_bytes());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
    for (name, value) in answer[2].as_object().into_iter().flatten() {
        let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        let value = value.as_str().unwrap().parse().unwrap();
        response.headers_mut().insert(name, value);
    }
    response
}

/// Runs a start, and returns its outcome with the requests as JSON.
fn run(case: &Value) -> Value {
    let mut directory = MemoryDirectory::from_snapshot(&snapshot(&case["directory"]));
    let account = directory.account(ASKED).unwrap().clone();
    let (lookups, creates) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let transport = |request: Request| -> Result<Response, TransportError> {
        if request.method() == http::Method::GET {
            let query = query(&request);
            let answer = case["lookups"].get(&query).cloned().unwrap_or(json!([]));
            lookups.borrow_mut().push(query);
            return Ok(response(&answer));
        }
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let user = body["user"].clone();
        let mut texts = user.as_object().unwrap().values();
        let text = texts.next().and_then(Value::as_str).unwrap_or_default();
        let made = json!([201, {"chatID": "!new", "status": "created"}]);
        let answer = case["creates"].get(text).cloned().unwrap_or(made);
        creates.borrow_mut().push(user);
        Ok(response(&answer))
    };
    let waited = Cell::new(Duration::ZERO);
    let wait = |time| waited.set(waited.get() + time);
    let ledger = MemoryLedger::new(Duration::from_secs(3600), || waited.get());
    let server = Beeper::new("http://localhost").unwrap();
    let (request, policy) = (request(&case["request"]), Policy::default());
    let client = Client::new(&server, &transport, wait);
    let start = ChatStart::new(&account, &request, &policy);
    let Ok(outcome) = client.start(start, &directory, &ledger);
    directory.record(ASKED, &outcome);
    let Ok(next) = resolve(&account, &request, &directory, &policy);
    let mut outcome = serde_json::to_value(&outcome).unwrap();
    outcome["lookups"] = json!(lookups.take());
    outcome["creates"] = json!(creates.take());
    outcome["next"] = json!(next);
    outcome
}

#[test]
fn starts_on_a_played_server_end_as_expected() {
    let lines = include_str!("../../data/starts.jsonl").lines();
    let cases: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let outcome = run(case);
            let lack = lacks(&case["expect"], &outcome, "")?;
            Some(format!("{}\n    {lack}\n    {outcome}", case["name"]))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} cases:\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
}
