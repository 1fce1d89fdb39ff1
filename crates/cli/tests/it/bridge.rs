//! `start --bridge` and `import --bridge` against a bridge on this machine, which answers as the real ones do.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_resolution::MemoryDirectory;
use contact_resolution::wire::{self, Snapshot};
use serde_json::{Value, json};

use crate::{command_line, loopback};

const TOKEN: &str = "the-token";

/// The answers of a bridge: a method, the end of a path, a status and a body. Any other request is answered with 404.
#[derive(Clone)]
struct Bridge {
    answers: Vec<(&'static str, &'static str, u16, Value)>,
    requests: Arc<Mutex<Vec<String>>>,
}

async fn respond(State(bridge): State<Bridge>, request: Request<Body>) -> Response {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default();
    let token = request.headers().get("authorization");
    assert_eq!(token.unwrap(), &format!("Bearer {TOKEN}"));
    let (method, function) = (
        request.method().as_str(),
        path.rsplit_once("/v3/").unwrap().1,
    );
    let line = format!("{method} {function}?{query}");
    bridge.requests.lock().unwrap().push(line);
    let answer = bridge
        .answers
        .iter()
        .find(|(asked, end, _, _)| *asked == method && function.starts_with(end));
    if let Some((_, _, status, body)) = answer {
        (StatusCode::from_u16(*status).unwrap(), body.to_string()).into_response()
    } else {
        let body = json!({"errcode": "M_UNRECOGNIZED", "error": "Unrecognized endpoint"});
        (StatusCode::NOT_FOUND, body.to_string()).into_response()
    }
}

/// A bridge, a directory file with one account, and the command line.
struct Case {
    bridge: Bridge,
    url: String,
    folder: tempfile::TempDir,
}

impl Case {
    fn new(network: &str, answers: &[(&'static str, &'static str, u16, Value)]) -> Case {
        let bridge = Bridge {
            answers: answers.to_vec(),
            requests: Arc::default(),
        };
        let routes = Router::new().fallback(respond).with_state(bridge.clone());
        let url = format!("{}/_matrix/provision", loopback::serve(routes));
        let folder = tempfile::tempdir().unwrap();
        let directory = json!({
            "accounts": [{
                "accountID": "mine",
                "bridge": {"id": "b", "provider": "local", "type": network},
                "status": "connected",
                "user": {"id": "me", "isSelf": true},
            }],
            "contacts": {},
        });
        fs::write(folder.path().join("in.json"), directory.to_string()).unwrap();
        Case {
            bridge,
            url,
            folder,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = command_line();
        command
            .args([name, "--bridge", &self.url, "--login", "login-1"])
            .args(["--account", "mine", "--directory"])
            .arg(self.file("in.json"))
            .env("BRIDGE_TOKEN", TOKEN);
        command
    }

    /// Starts a chat. Returns the exit code and the outcome.
    fn start(&self, user: &[&str]) -> (Option<i32>, Value) {
        let output = self.command("start").arg("--json").args(user).output();
        let output = output.unwrap();
        let outcome = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), outcome)
    }

    /// Imports to a file. Returns the exit code and everything that was printed.
    fn import(&self, name: &str) -> (Option<i32>, String) {
        let mut command = self.command("import");
        let output = command.arg("--out").arg(self.file(name)).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(printed).unwrap())
    }

    /// Returns the requests of one function so far.
    fn requests(&self, function: &str) -> Vec<String> {
        let requests = self.bridge.requests.lock().unwrap();
        let is_of = |line: &&String| line.split(' ').nth(1).unwrap().starts_with(function);
        requests.iter().filter(is_of).cloned().collect()
    }
}

fn capabilities() -> (&'static str, &'static str, u16, Value) {
    let flags = json!({"create_dm": true, "lookup_phone": true, "lookup_username": true});
    (
        "GET",
        "capabilities",
        200,
        json!({"resolve_identifier": flags}),
    )
}

fn contacts(contacts: &Value) -> (&'static str, &'static str, u16, Value) {
    ("GET", "contacts", 200, json!({"contacts": contacts}))
}

fn ada() -> Value {
    json!({
        "id": "900142",
        "name": "Ada Okafor",
        "identifiers": ["telegram:ada_okafor", "tel:+12125550142", "tel:+442079460142"],
        "mxid": "@telegram_900142:example.org",
        "dm_room_mxid": "!ada:example.org",
    })
}

#[test]
fn contact_with_a_telegram_uri_is_reused_without_a_lookup() {
    let case = Case::new("telegram", &[capabilities(), contacts(&json!([ada()]))]);
    let (code, outcome) = case.start(&["--username", "@Ada_Okafor"]);
    assert_eq!(code, Some(0), "{outcome}");
    assert_eq!(outcome["outcome"], "existing");
    assert_eq!(outcome["chatID"], "!ada:example.org");
    assert_eq!(outcome["userID"], "900142");
    assert_eq!(case.requests("contacts"), ["GET contacts?login_id=login-1"]);
    assert!(case.requests("resolve_identifier").is_empty());
    assert!(case.requests("create_dm").is_empty());
}

#[test]
fn unknown_person_is_looked_up_and_created_once() {
    let found = json!({"id": "900143", "name": "Bea", "identifiers": ["telegram:bea_new"]});
    let mut made = found.clone();
    made["dm_room_mxid"] = json!("!bea:example.org");
    let case = Case::new(
        "telegram",
        &[
            capabilities(),
            contacts(&json!([])),
            ("GET", "resolve_identifier", 200, found),
            ("POST", "create_dm", 201, made),
        ],
    );
    let (code, outcome) = case.start(&["--username", "@bea_new"]);
    assert_eq!(code, Some(0), "{outcome}");
    assert_eq!(outcome["outcome"], "created");
    assert_eq!(outcome["chatID"], "!bea:example.org");
    assert_eq!(case.requests("resolve_identifier").len(), 1);
    assert_eq!(case.requests("create_dm").len(), 1);
}

#[test]
fn contacts_that_cannot_be_read_do_not_end_a_start() {
    let found = json!({"id": "900143", "name": "Bea", "identifiers": ["telegram:bea_new"]});
    let mut made = found.clone();
    made["dm_room_mxid"] = json!("!bea:example.org");
    for list in [
        json!("<html>"),
        json!([]),
        json!({}),
        json!({"contacts": 7}),
    ] {
        let case = Case::new(
            "telegram",
            &[
                capabilities(),
                ("GET", "contacts", 200, list.clone()),
                ("GET", "resolve_identifier", 200, found.clone()),
                ("POST", "create_dm", 201, made.clone()),
            ],
        );
        let (code, outcome) = case.start(&["--username", "@bea_new"]);
        assert_eq!(code, Some(0), "{list}: {outcome}");
        assert_eq!(outcome["chatID"], "!bea:example.org");
    }
}

#[test]
fn rejected_token_of_a_bridge_is_an_outcome_too() {
    let rejected = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "no"});
    let case = Case::new(
        "telegram",
        &[capabilities(), ("GET", "contacts", 401, rejected)],
    );
    let (code, outcome) = case.start(&["--username", "@bea_new"]);
    assert_eq!(code, Some(2), "{outcome}");
    assert_eq!(
        (&outcome["outcome"], &outcome["code"]),
        (&json!("not_sent"), &json!("upstream_failed"))
    );
}

#[test]
fn unknown_login_is_reported_as_unavailable_account() {
    let no_login = json!({"errcode": "M_NOT_FOUND", "error": "Login not found"});
    let case = Case::new(
        "whatsapp",
        &[
            capabilities(),
            ("GET", "contacts", 404, no_login.clone()),
            ("GET", "resolve_identifier", 404, no_login.clone()),
            ("POST", "create_dm", 404, no_login),
        ],
    );
    let (code, outcome) = case.start(&["--phone", "+12125550142"]);
    assert_eq!(code, Some(1), "{outcome}");
    assert_eq!(outcome["outcome"], "refused");
    assert_eq!(
        (&outcome["code"], &outcome["status"]),
        (&json!("account_unavailable"), &json!(503))
    );
    assert!(case.requests("create_dm").is_empty());
}

#[test]
fn flood_wait_is_reported_as_rate_limit_with_its_time() {
    let wait = json!({
        "errcode": "M_UNKNOWN",
        "error": "FLOOD_WAIT_33",
        "retry_after_ms": 33_000,
    });
    let case = Case::new(
        "telegram",
        &[
            capabilities(),
            contacts(&json!([])),
            ("GET", "resolve_identifier", 420, wait),
        ],
    );
    let (code, outcome) = case.start(&["--username", "@bea_new"]);
    assert_eq!(code, Some(1), "{outcome}");
    assert_eq!(
        (&outcome["code"], &outcome["status"]),
        (&json!("rate_limited"), &json!(429))
    );
    assert_eq!(outcome["retryAfterMs"], 33_000, "{outcome}");
    assert_eq!(case.requests("resolve_identifier").len(), 1);
    assert!(case.requests("create_dm").is_empty());
}

#[test]
fn number_that_is_not_on_whatsapp_is_asked_about_once() {
    let absent = json!({
        "errcode": "M_NOT_FOUND",
        "error": "the server said +12125550142 is not on WhatsApp",
    });
    let case = Case::new(
        "whatsapp",
        &[
            capabilities(),
            contacts(&Value::Null),
            ("GET", "resolve_identifier", 404, absent),
        ],
    );
    let (code, outcome) = case.start(&["--phone", "+12125550142"]);
    assert_eq!(code, Some(1), "{outcome}");
    assert_eq!(
        (&outcome["code"], &outcome["status"]),
        (&json!("user_not_found"), &json!(404))
    );
    assert_eq!(
        case.requests("resolve_identifier"),
        ["GET resolve_identifier/+12125550142?login_id=login-1"]
    );
    assert!(case.requests("create_dm").is_empty());
}

#[test]
fn import_adds_contacts_with_rooms_and_flags_and_is_never_complete() {
    let users = json!([ada(), {"id": "900150", "name": ""}, {"id": 7}]);
    let case = Case::new("telegram", &[capabilities(), contacts(&users)]);
    let mut before: Value =
        serde_json::from_slice(&fs::read(case.file("in.json")).unwrap()).unwrap();
    before["complete"] = json!(true);
    before["contacts"] = json!({"mine": [{"id": "900150", "fullName": "Jonas"}]});
    fs::write(case.file("in.json"), before.to_string()).unwrap();
    let (code, printed) = case.import("out.json");
    // One contact is malformed.
    assert_eq!(code, Some(1), "{printed}");
    assert!(
        printed.starts_with("contacts   2 of mine, without malformed ones\n"),
        "{printed}"
    );
    assert!(
        printed.contains("\nchats      1 of mine\ncoverage   not every chat"),
        "{printed}"
    );

    let snapshot: Snapshot = wire::read(&fs::read(case.file("out.json")).unwrap()).unwrap();
    assert!(!snapshot.complete);
    let flags = snapshot.accounts[0].resolve_identifier.unwrap();
    assert!(flags.create_dm && flags.lookup_username && !flags.lookup_email);
    let directory = MemoryDirectory::from_snapshot(&snapshot);
    let people: Vec<_> = directory
        .people("mine")
        .filter(|person| !person.is_self)
        .collect();
    assert_eq!(people.len(), 2);
    // The same decisions as with the bridge, by any of the numbers.
    let out = case.file("out.json");
    for option in [
        ["--username", "ada_okafor"],
        ["--phone", "+12125550142"],
        ["--phone", "+442079460142"],
    ] {
        let output = command_line()
            .args(["resolve", "--json", "--account", "mine", "--directory"])
            .arg(&out)
            .args(option)
            .output()
            .unwrap();
        let decision: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(decision["decision"], "reuse", "{decision}");
        assert_eq!(decision["chatID"], "!ada:example.org");
    }
    let jonas = people.iter().find(|person| person.id == "900150").unwrap();
    assert_eq!(jonas.full_name.as_deref(), Some("Jonas"));
}

#[test]
fn contact_without_an_id_is_no_entry_of_the_address_book() {
    let nameless = json!({"id": "", "name": "Nobody", "identifiers": ["tel:+442079460199"]});
    let case = Case::new("telegram", &[capabilities(), contacts(&json!([nameless]))]);
    let mut before: Value =
        serde_json::from_slice(&fs::read(case.file("in.json")).unwrap()).unwrap();
    before["contacts"] =
        json!({"mine": [{"id": "", "fullName": "Ada", "email": "ada@example.com"}]});
    fs::write(case.file("in.json"), before.to_string()).unwrap();
    case.import("out.json");
    let snapshot: Snapshot = wire::read(&fs::read(case.file("out.json")).unwrap()).unwrap();
    let ada = &snapshot.contacts["mine"][0];
    assert_eq!(ada.full_name.as_deref(), Some("Ada"));
    assert_eq!(ada.phone_number, None);
}

#[test]
fn import_of_a_bridge_keeps_its_input_and_reports_what_is_missing() {
    let case = Case::new("telegram", &[capabilities()]);
    let before = fs::read(case.file("in.json")).unwrap();
    let (code, printed) = case.import("in.json");
    assert_eq!(code, Some(2), "{printed}");
    assert!(
        printed.contains("the one of --directory, which is not replaced"),
        "{printed}"
    );
    assert!(case.requests("").is_empty());
    // A bridge without a contact list.
    let (code, printed) = case.import("out.json");
    assert_eq!(code, Some(1), "{printed}");
    assert!(
        printed.contains("0 of mine, incomplete: the bridge has no list"),
        "{printed}"
    );
    // A login that is logged out.
    let forbidden = json!({"errcode": "M_FORBIDDEN", "error": "Not logged in"});
    let logged_out = Case::new(
        "telegram",
        &[capabilities(), ("GET", "contacts", 403, forbidden)],
    );
    let (code, printed) = logged_out.import("out.json");
    assert_eq!(code, Some(1), "{printed}");
    assert!(
        printed.contains("incomplete: the login cannot be used"),
        "{printed}"
    );
    // An unknown account, and a token that the bridge rejects.
    let unauthorized = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid auth token"});
    let rejecting = Case::new("telegram", &[("GET", "contacts", 401, unauthorized)]);
    let (code, printed) = rejecting.import("out.json");
    assert_eq!(code, Some(2), "{printed}");
    assert!(
        printed.contains("the bridge rejects the token"),
        "{printed}"
    );
    assert!(!rejecting.file("out.json").exists());
    assert_eq!(fs::read(case.file("in.json")).unwrap(), before);
}

#[test]
fn import_of_a_bridge_to_a_store_equals_import_to_a_file() {
    let case = Case::new("telegram", &[capabilities(), contacts(&json!([ada()]))]);
    assert_eq!(case.import("out.json").0, Some(0));
    assert_eq!(case.import("out.sqlite").0, Some(0));
    let decide = |name: &str| {
        let output = command_line()
            .args(["resolve", "--json", "--account", "mine", "--directory"])
            .arg(case.file(name))
            .args(["--phone", "+442079460142"])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(decide("out.json").contains("!ada:example.org"));
    assert_eq!(decide("out.json"), decide("out.sqlite"));
}
