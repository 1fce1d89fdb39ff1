//! Starts on each bridge of `tests/data/bridge_cases.jsonl`. The answers are taken from the code of the bridges. The
//! results are a table of the guide.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use contact_resolution::http::bridge::Bridge;
use contact_resolution::http::{Request, Response};
use contact_resolution::wire::{StartRequest, User, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, DirectChat, MemoryDirectory, MemoryLedger, Network, Outcome,
    Person, Policy, StartResult, TransportError,
};
use serde::Deserialize;
use serde_json::Value;

use crate::readme::assert_table;

/// The columns of the table.
const CASES: [(&str, &str); 7] = [
    ("known", "known person with a chat"),
    ("unknown", "unknown person"),
    ("absent", "no such person"),
    ("refused", "create fails (the bridge answers 500)"),
    (
        "logged_out",
        "logged out at the network (the bridge answers 500)",
    ),
    ("limited", "rate limited"),
    ("lost", "answer of the create lost"),
];

/// A start on a bridge, and the answers of the bridge. The status 0 closes the connection without an answer.
#[derive(Deserialize)]
struct Case {
    bridge: String,
    #[serde(rename = "case")]
    situation: String,
    user: UserPayload,
    known: Option<User>,
    lookup: Option<(u16, Value)>,
    create: Option<(u16, Value)>,
}

/// The outcome of a start, its requests, and the time that it waited.
struct Course {
    outcome: Outcome,
    requests: Vec<String>,
    waited: Duration,
}

fn run(case: &Case) -> Course {
    let network = Network::from_bridge_type(&case.bridge);
    let account = Account::new("account", network, "own-id");
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    if let Some(user) = &case.known {
        let mut person = Person::from(user);
        person.chats.push(DirectChat::new("!known:example.org"));
        directory.upsert("account", person);
    }
    run_on(case, &account, &directory)
}

/// Runs a start for an account with its known people.
fn run_on(case: &Case, account: &Account, directory: &MemoryDirectory) -> Course {
    let requests = RefCell::new(Vec::new());
    let transport = |request: Request| {
        let path = request.uri().path().to_owned();
        let answer = if path.contains("/create_dm/") {
            &case.create
        } else {
            &case.lookup
        };
        let (status, body) = answer.as_ref().unwrap_or_else(|| panic!("{path}"));
        requests.borrow_mut().push(path);
        let status = http::StatusCode::from_u16(*status);
        let status = status.map_err(|_| TransportError::lost("closed"))?;
        let mut response = Response::new(serde_json::to_vec(body).unwrap());
        *response.status_mut() = status;
        Ok(response)
    };
    let waited = Cell::new(Duration::ZERO);
    let wait = |time| waited.set(waited.get() + time);
    let now = || waited.get();
    let ledger = MemoryLedger::new(Duration::from_secs(3600), now);
    let bridge = Bridge::new("http://localhost").unwrap().for_login("login");
    let request = StartRequest::new("account", case.user.clone());
    let policy = Policy::default();
    let client = Client::new(&bridge, &transport, wait);
    let start = ChatStart::new(account, &request, &policy);
    let outcome = client.start(start, directory, &ledger).unwrap();
    Course {
        outcome,
        requests: requests.take(),
        waited: waited.get(),
    }
}

fn cases() -> Vec<Case> {
    let lines = include_str!("../../../data/bridge_cases.jsonl").lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn cell(course: &Course) -> String {
    let code = course.outcome.code();
    let result = course.outcome.result.as_str();
    let mut cell = code.map_or_else(|| result.to_owned(), |code| format!("`{code}`"));
    let _ = write!(cell, ", {}", course.requests.len());
    if !course.waited.is_zero() {
        let _ = write!(cell, ", {} s", course.waited.as_secs_f64().ceil());
    }
    cell
}

/// Returns the identifier of a payload with one field.
fn identifier(user: &UserPayload) -> &'static str {
    let fields = [
        (&user.id, "id"),
        (&user.phone_number, "number"),
        (&user.email, "email"),
        (&user.username, "username"),
    ];
    let field = fields.into_iter().find(|(text, _)| text.is_some());
    field.unwrap().1
}

#[test]
fn guide_shows_the_outcome_of_each_bridge() {
    let cases = cases();
    let mut bridges: Vec<&str> = cases.iter().map(|case| case.bridge.as_str()).collect();
    bridges.dedup();
    let titles = CASES.map(|(_, title)| title).join(" | ");
    let mut table = format!(
        "| bridge | identifier | {titles} |\n|{}\n",
        "---|".repeat(CASES.len() + 2)
    );
    for bridge in bridges {
        let of_bridge = || cases.iter().filter(|case| case.bridge == bridge);
        let fields: BTreeSet<&str> = of_bridge().map(|case| identifier(&case.user)).collect();
        let fields: Vec<&str> = fields.into_iter().collect();
        let _ = write!(table, "| {bridge} | {} |", fields.join(", "));
        for (name, _) in CASES {
            let case = of_bridge().find(|case| case.situation == name);
            let cell = case.map_or_else(|| "–".to_owned(), |case| cell(&run(case)));
            let _ = write!(table, " {cell} |");
        }
        table.push('\n');
    }
    assert_table("src/guide/servers.md", "bridges", &table);
}

#[test]
fn known_chat_is_reused_on_every_bridge_without_a_request() {
    for case in cases().iter().filter(|case| case.situation == "known") {
        let course = run(case);
        assert_eq!(
            course.outcome.result.chat_id(),
            Some("!known:example.org"),
            "{}",
            case.bridge
        );
        assert!(course.requests.is_empty(), "{}", case.bridge);
    }
}

#[test]
fn lost_create_is_sent_once_on_every_bridge() {
    for case in cases().iter().filter(|case| case.situation == "lost") {
        let course = run(case);
        let creates = course
            .requests
            .iter()
            .filter(|path| path.contains("create_dm"));
        assert!(
            creates.count() <= 1,
            "{}: {:?}",
            case.bridge,
            course.requests
        );
        assert!(course.waited < Duration::from_secs(25), "{}", case.bridge);
        assert!(
            !matches!(course.outcome.result, StartResult::Created { .. }),
            "{}",
            case.bridge
        );
    }
}

#[test]
fn missing_number_is_absent_only_if_the_bridge_asks_the_network() {
    let not_found = serde_json::json!({"errcode": "M_NOT_FOUND", "error": "Identifier not found"});
    let code = |bridge: &str| {
        let case = Case {
            bridge: bridge.into(),
            situation: String::new(),
            user: UserPayload {
                phone_number: Some("+442079460958".into()),
                ..UserPayload::default()
            },
            known: None,
            lookup: Some((404, not_found.clone())),
            create: None,
        };
        run(&case).outcome.code().unwrap().as_str()
    };
    assert_eq!(code("whatsapp"), "user_not_found");
    assert_eq!(code("signal"), "user_not_found");
    // This bridge knows only the people it has met.
    assert_eq!(code("telegram"), "upstream_failed");
}

/// A bridge for Instagram looks up ids alone. The results of its search carry usernames.
#[test]
fn username_that_only_a_search_finds_is_searched() {
    let mira = serde_json::json!({"id": "17840001", "name": "Mira Holt", "identifiers": ["instagram:mira.holt"]});
    let fan = serde_json::json!({"id": "17840002", "name": "mira.holt", "identifiers": ["instagram:mira.holt.fan"]});
    let unnamed = serde_json::json!({"id": "17840003", "name": "Mira Holt"});
    let room = serde_json::json!({"id": "17840001", "dm_room_mxid": "!room:example.org"});
    let unsupported = serde_json::json!({"errcode": "M_UNRECOGNIZED", "error": "This bridge does not support searching"});
    let results = |people: &[&Value]| (200, serde_json::json!({ "results": people }));
    let run_on = |bridge: &str, username: &str, lookup: (u16, Value)| {
        let course = run(&Case {
            bridge: bridge.into(),
            situation: String::new(),
            user: UserPayload {
                username: Some(username.into()),
                ..UserPayload::default()
            },
            known: None,
            lookup: Some(lookup),
            create: Some((201, room.clone())),
        });
        let code = course
            .outcome
            .code()
            .map(contact_resolution::RefusalCode::as_str);
        let result = course.outcome.result.as_str();
        (code.unwrap_or(result), course.requests)
    };
    let search = "/v3/search_users".to_owned();
    let create = "/v3/create_dm/17840001".to_owned();
    let both = || vec![search.clone(), create.clone()];
    let only_search = || vec![search.clone()];
    let cases = [
        (results(&[&fan, &mira]), ("created", both())),
        (results(&[&mira, &mira]), ("created", both())),
        (
            results(&[&fan, &unnamed]),
            ("upstream_failed", only_search()),
        ),
        (results(&[]), ("upstream_failed", only_search())),
        (
            (200, serde_json::json!({"results": null})),
            ("upstream_failed", only_search()),
        ),
        (
            (404, unsupported),
            ("unsupported_identifier", only_search()),
        ),
    ];
    for (lookup, expected) in cases {
        assert_eq!(
            run_on("instagram", "@Mira.Holt", lookup.clone()),
            expected,
            "{lookup:?}"
        );
    }
    // The results on this network name no handle.
    let expected = ("unsupported_identifier", Vec::new());
    assert_eq!(
        run_on("linkedin", "@mira-holt", results(&[&unnamed])),
        expected
    );
}

/// Starts a chat by an id. The bridge answers the lookup with `found`, and the create with the room `!new` of the id.
/// Returns the chat or the code, and the creates.
fn start_by_id(
    bridge: &str,
    own_id: &str,
    id: &str,
    known: &[&str],
    found: Value,
) -> (String, Vec<String>) {
    let account = Account::new("account", Network::from_bridge_type(bridge), own_id);
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    for id in known {
        directory.upsert("account", Person::new(*id));
    }
    let case = Case {
        bridge: bridge.into(),
        situation: String::new(),
        user: UserPayload {
            id: Some(id.into()),
            ..UserPayload::default()
        },
        known: None,
        lookup: Some((200, found)),
        create: Some((201, serde_json::json!({"id": id, "dm_room_mxid": "!new"}))),
    };
    let course = run_on(&case, &account, &directory);
    let chat = course.outcome.result.chat_id().map(str::to_owned);
    let code = course.outcome.code().map(|code| code.as_str().to_owned());
    let creates = course.requests.into_iter();
    let creates = creates.filter_map(|path| path.strip_prefix("/v3/create_dm/").map(str::to_owned));
    (chat.or(code).unwrap(), creates.collect())
}

/// Only the person with the id will do. Another person's room is not used, even if the bridge names it.
#[test]
fn answer_with_another_id_of_the_same_kind_is_not_the_person() {
    let mid = |digit: &str| format!("u{}", digit.repeat(32));
    let (noor, omar) = (mid("4"), mid("7"));
    let cases = [
        ("slack", "T0ONE-U0SELF", "U0NOOR", "t0one-u0omar"),
        ("slack", "T0ONE-U0SELF", "T0ONE-U0NOOR", "T0ONE-U0OMAR"),
        ("telegram", "620100", "620101", "620102"),
        ("line", "me", noor.as_str(), omar.as_str()),
        ("gmessages", "2.1", "2.41", "2.42"),
    ];
    for (bridge, own_id, id, other) in cases {
        for room in [None, Some("!omar")] {
            let found =
                serde_json::json!({"id": other, "name": "Omar Haddad", "dm_room_mxid": room});
            for known in [&[][..], &[other]] {
                let (end, creates) = start_by_id(bridge, own_id, id, known, found.clone());
                assert_eq!(end, "upstream_failed", "{bridge} {id}");
                assert!(creates.is_empty(), "{bridge} {creates:?}");
            }
            let known = [id, other];
            let (end, creates) = start_by_id(bridge, own_id, id, &known, found.clone());
            assert_eq!(end, "!new", "{bridge} {id}");
            assert_eq!(creates.len(), 1, "{bridge} {creates:?}");
            assert!(!creates[0].contains(other), "{bridge} {creates:?}");
        }
    }
}

/// One person may have ids of several kinds, and the bridge may write an id more completely.
#[test]
fn answer_with_an_id_of_another_kind_is_the_person() {
    let aci = "3f1c9a52-7d1e-4a7b-9c55-0a1b2c3d4e5f";
    let cases = [
        ("slack", "own-id", "U0NOOR", "t0one-u0noor"),
        ("slack", "T0ONE-U0SELF", "U0NOOR", "t0one-u0noor"),
        (
            "signal",
            "me",
            "PNI:6f6f6f6f-1111-4222-8333-444444444444",
            aci,
        ),
        (
            "whatsapp",
            "me",
            "905321234567@s.whatsapp.net",
            "lid-710000000000001",
        ),
        (
            "telegram",
            "620100",
            "@telegram_620101:brook.example",
            "620101",
        ),
        ("telegram", "620100", "620101", "620101"),
    ];
    for (bridge, own_id, id, named) in cases {
        let found = serde_json::json!({"id": named, "name": "Noor Vale", "dm_room_mxid": "!noor"});
        let known = [id];
        for known in [&[][..], &known] {
            let (end, creates) = start_by_id(bridge, own_id, id, known, found.clone());
            let is_made = end == "!new" && creates.len() == 1;
            assert!(
                end == "!noor" || is_made,
                "{bridge} {id}: {end} {creates:?}"
            );
        }
    }
}
