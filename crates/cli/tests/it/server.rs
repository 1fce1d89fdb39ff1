//! The example server: simultaneous starts, lists, limits, and the command line with it.

use std::process::Stdio;
use std::thread;

use crate::example_server::Server;
use crate::own_network::requests;
use crate::{OWN_NETWORK, SAMPLE, command_line, run};
use contact_resolution::Ureq;
use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::{self, Request};
use contact_resolution::wire::{self, StartRequest, StartResponse, StartStatus, UserPayload};
use contact_resolution::{Client, RetryPolicy, Transport};
use serde_json::Value;

fn by_phone(account: &str, phone: &str) -> StartRequest {
    StartRequest::new(
        account,
        UserPayload {
            phone_number: Some(phone.into()),
            ..UserPayload::default()
        },
    )
}

fn start(beeper: &Beeper, request: &StartRequest) -> Result<StartResponse, http::Error> {
    http::read(
        &Ureq::default()
            .send(beeper.start(request)?)
            .expect("an answer"),
    )
}

#[test]
fn simultaneous_starts_for_one_person_make_one_chat() {
    let server = Server::start(None, &[]);
    let beeper = Beeper::new(&server.url).unwrap();
    for round in 0..20 {
        // The second start uses another identifier of the same person.
        let phone = format!("+44207946{:04}", 950 + round);
        let id = format!("{}@s.whatsapp.net", &phone[1..]);
        let user = UserPayload {
            id: Some(id),
            ..UserPayload::default()
        };
        let requests = [
            by_phone("whatsapp", &phone),
            StartRequest::new("whatsapp", user),
            by_phone("whatsapp", &phone),
        ];
        let started: Vec<StartResponse> = thread::scope(|scope| {
            let begun = requests
                .each_ref()
                .map(|request| scope.spawn(|| start(&beeper, request).unwrap()));
            begun.map(|thread| thread.join().unwrap()).into()
        });
        let created = started
            .iter()
            .filter(|answer| answer.status == Some(StartStatus::Created))
            .count();
        assert_eq!(created, 1);
        assert!(
            started
                .iter()
                .all(|answer| answer.chat.id == started[0].chat.id)
        );
    }
}

#[test]
fn network_of_the_host_decides_on_the_server_as_in_a_dry_run() {
    let server = Server::start(None, &["--directory", OWN_NETWORK]);
    let beeper = Beeper::new(&server.url).unwrap();
    let requests = requests();
    let decisions = run(&["resolve", "--directory", OWN_NETWORK], &requests).stdout;
    let decisions = String::from_utf8(decisions).unwrap();
    let mut cases: Vec<(StartRequest, Value)> = requests
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .zip(
            decisions
                .lines()
                .map(|line| serde_json::from_str(line).unwrap()),
        )
        .collect();
    // A created chat changes the decisions that follow.
    cases.sort_by_key(|(_, decision)| decision["decision"] == "create");
    assert!(cases.len() > 10);
    for (request, decision) in cases {
        match (start(&beeper, &request), decision["code"].as_str()) {
            (Err(error), Some(code)) => assert!(error.to_string().contains(code), "{error}"),
            (Ok(started), None) if decision["decision"] == "reuse" => {
                assert_eq!(started.chat_id, decision["chatID"]);
            }
            (Ok(started), None) => assert_eq!(started.status, Some(StartStatus::Created)),
            (Ok(_), Some(code)) => panic!("a chat instead of {code}"),
            (Err(error), None) => panic!("{error} instead of {decision}"),
        }
    }
}

#[test]
fn refusal_without_identifier_has_suggestions() {
    let server = Server::start(None, &[]);
    let beeper = Beeper::new(&server.url).unwrap();
    let user = UserPayload {
        full_name: Some("okafor, ada".into()),
        ..UserPayload::default()
    };
    let request = beeper.start(&StartRequest::new("whatsapp", user)).unwrap();
    let response = Ureq::default().send(request).unwrap();
    assert_eq!(response.status(), 422);
    let answer_json: Value = wire::read(response.body()).unwrap();
    assert_eq!(answer_json["code"], "no_identifier");
    assert_eq!(
        answer_json["details"]["suggestions"][0]["fullName"],
        "Ada Okafor"
    );
}

#[test]
fn only_the_configured_token_is_accepted() {
    let server = Server::start(Some("right"), &[]);
    let status = |token: Option<&str>, what: fn(&Beeper) -> Result<Request, http::Error>| {
        let beeper = Beeper::new(&server.url).unwrap();
        let beeper = token
            .map_or(Ok(beeper.clone()), |token| beeper.with_token(token))
            .unwrap();
        Ureq::default()
            .send(what(&beeper).unwrap())
            .unwrap()
            .status()
            .as_u16()
    };
    for token in [None, Some("wrong"), Some("righ"), Some("right2"), Some("")] {
        assert_eq!(status(token, Beeper::accounts), 401, "{token:?}");
        assert_eq!(status(token, Beeper::info), 200);
    }
    assert_eq!(status(Some("right"), Beeper::accounts), 200);
}

#[test]
fn lists_are_paged_and_bodies_are_limited() {
    let server = Server::start(None, &[]);
    let beeper = Beeper::new(&server.url).unwrap();
    let transport = Ureq::default();
    let client = Client::new(&beeper, &transport, thread::sleep).with_retry(RetryPolicy::never());
    let get = |path: &str| {
        let request = ::http::Request::get(format!("{}{path}", server.url))
            .body(Vec::new())
            .unwrap();
        client.send(&Request::new(request, path)).unwrap()
    };
    let (mut seen, mut path) = (
        Vec::new(),
        "/v1/chats?accountIDs=whatsapp&accountIDs=imessage&limit=2".to_owned(),
    );
    loop {
        let page: wire::Page<wire::Chat> = http::read(&get(&path)).unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|chat| chat.id));
        match &page.oldest_cursor {
            Some(cursor) if page.has_more => {
                path = format!(
                    "/v1/chats?accountIDs=whatsapp&accountIDs=imessage&limit=2&cursor={cursor}"
                );
            }
            _ => break,
        }
    }
    // Newest first, compared as a time and not as text.
    assert_eq!(
        seen[..3],
        ["!ada:whatsapp", "!kim2:imessage", "!kim1:imessage"]
    );
    assert_eq!(seen.len(), 7);
    for (path, status) in [
        ("/v1/chats?limit=0", 400),
        ("/v1/chats?limit=201", 400),
        ("/v1/chats?cursor=none", 400),
        ("/v1/chats?direction=up", 400),
        ("/v1/chats/none", 404),
        ("/v1/accounts/none/contacts?query=a", 404),
        ("/v1/accounts/whatsapp/contacts", 400),
        ("/v1/chats/start/again", 404),
        ("/v1/chats/%FF", 400),
        ("/v1/chats?limit=%FF", 400),
        ("/", 404),
    ] {
        let response = get(path);
        assert_eq!(response.status(), status, "{path}");
        assert!(
            wire::read::<wire::ApiError>(response.body()).is_ok(),
            "{path}"
        );
    }
    let mut long = by_phone("whatsapp", "+442079460958");
    long.message_text = Some("a".repeat(1 << 17));
    // The server reads the whole body, so that the client gets the answer.
    let answer = transport.send(beeper.start(&long).unwrap()).unwrap();
    assert_eq!(answer.status(), 400);
    let error: wire::ApiError = wire::read(answer.body()).unwrap();
    assert_eq!(error.code, "invalid_request");
}

#[test]
fn approved_plan_is_carried_out_or_refused_as_stale() {
    let server = Server::start(None, &[]);
    let folder = std::env::temp_dir().join(format!("contact-resolution-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (directory, plan) = (folder.join("directory.json"), folder.join("plan.json"));
    let sample = include_str!("../../../../examples/sample.json");
    let run = |arguments: &[&str]| {
        let output = command_line()
            .args(arguments)
            .args(["--json", "--directory", directory.to_str().unwrap()])
            .output()
            .unwrap();
        let answer_json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let errors = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), answer_json, errors)
    };
    let file = plan.to_str().unwrap();
    let resolve = |phone: &str| {
        std::fs::write(&directory, sample).unwrap();
        run(&[
            "resolve",
            "--account",
            "whatsapp",
            "--phone",
            phone,
            "--plan",
            file,
        ])
    };
    let start = || run(&["start", "--base-url", &server.url, "--plan", file]);

    assert_eq!(resolve("+12125550142").0, Some(0));
    let shown: Value = serde_json::from_slice(&std::fs::read(&plan).unwrap()).unwrap();
    assert_eq!(shown["fullName"], "Ada Okafor");
    assert_eq!(shown["action"]["reuse"]["chatID"], "!ada:whatsapp");
    let (code, answer_json, _) = start();
    assert_eq!(
        (code, &answer_json["chatID"]),
        (Some(0), &shown["action"]["reuse"]["chatID"])
    );
    // Ada's chat is not in the directory any more.
    std::fs::write(
        &directory,
        sample.replace("!ada:whatsapp", "!other:whatsapp"),
    )
    .unwrap();
    let (code, answer_json, _) = start();
    assert_eq!(
        (code, &answer_json["decision"]["code"]),
        (Some(1), &"stale_plan".into())
    );
    // A refusal and an error write no plan, and an older plan is removed.
    assert_eq!(resolve("call me").0, Some(1));
    assert!(!plan.exists());
    assert_eq!(start().0, Some(2));
    assert_eq!(resolve("+12125550142").0, Some(0));
    assert!(plan.exists());
    std::fs::write(&directory, "no directory").unwrap();
    let person_options = ["--account", "whatsapp", "--phone", "+12125550142"];
    let again = [&["resolve", "--plan", file][..], &person_options].concat();
    assert_eq!(run(&again).0, Some(2));
    assert!(!plan.exists());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn start_command_creates_a_chat_once() {
    let server = Server::start(Some("right"), &[]);
    let run = |token: &str, arguments: &[&str]| {
        let output = command_line()
            .args(["start", "--json", "--base-url", &server.url])
            .args(arguments)
            .env("BEEPER_ACCESS_TOKEN", token)
            .output()
            .unwrap();
        let answer_json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let text = |name: &str| answer_json[name].as_str().unwrap_or_default().to_owned();
        (output.status.code(), text("outcome"), text("chatID"))
    };
    let person_options = ["--account", "whatsapp", "--phone", "+442079460958"];
    let (code, outcome, created) = run("right", &person_options);
    assert_eq!((code, outcome.as_str()), (Some(0), "created"));
    assert_eq!(
        run("right", &person_options),
        (Some(0), "existing".into(), created)
    );
    let nothing = String::new;
    assert_eq!(
        run("right", &["--account", "whatsapp"]),
        (Some(1), "refused".into(), nothing())
    );
    assert_eq!(
        run("right", &["--account", "nowhere", "--id", "a"]),
        (Some(1), "refused".into(), nothing())
    );
    assert_eq!(
        run("wrong", &person_options),
        (Some(2), "not_sent".into(), nothing())
    );
    assert_eq!(
        run("right", &["--account", "whatsapp", "--base-url", "nowhere"]).0,
        Some(2)
    );
    let refused = run(
        "right",
        &["--account", "imessage", "--email", "a@refusing.invalid"],
    );
    assert_eq!(refused, (Some(1), "refused_by_network".into(), nothing()));
}

/// The note of a start that creates a chat without a store.
const NOTE: &str = "contact-resolution: note: a second process could create the same chat. \
                    To prevent this, pass a store as --directory\n";

/// The exit code is that of the start, even if the output cannot be written.
#[test]
fn exit_code_of_a_start_does_not_depend_on_its_output() {
    let server = Server::start(None, &[]);
    let run = |arguments: &[&str], output: Stdio| {
        let output = command_line()
            .args(["start", "--base-url", &server.url, "--account", "whatsapp"])
            .args(arguments)
            .stdout(output)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), errors)
    };
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    for more in [&["--json"][..], &[]] {
        let start = |user: &[&str], output| run(&[user, more].concat(), output);
        let person_options = ["--phone", "+442079460958"];
        assert_eq!(start(&person_options, closed()), (Some(0), NOTE.to_owned()));
        assert_eq!(start(&[], closed()), (Some(1), String::new()));
        #[cfg(target_os = "linux")]
        for (user, code) in [(&person_options[..], 0), (&[], 1)] {
            let full = std::fs::File::options().write(true).open("/dev/full");
            let (end, errors) = start(user, full.unwrap().into());
            assert_eq!(end, Some(code));
            let what = "contact-resolution: standard output: No space left";
            assert!(errors.contains(what), "{errors}");
        }
    }
}

#[test]
fn report_of_an_existing_chat_names_no_source() {
    let server = Server::start(None, &[]);
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("contacts.sqlite");
    let run = |arguments: &[&str]| {
        let output = command_line()
            .args(arguments)
            .args(["--directory", store.to_str().unwrap()])
            .output()
            .unwrap();
        // A store guards against a second process, so there is no note.
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["load", "--from", SAMPLE]);
    let person_options = ["--account", "whatsapp", "--phone", "+442079460958"];
    let start = || run(&[&["start", "--base-url", &server.url], &person_options[..]].concat());
    let made = start();
    let chat = made.lines().next().unwrap();
    let chat = chat.strip_prefix("created    ").expect("a chat");
    // The store's ledger has the chat, so the server is not asked.
    let there = start();
    let lines: Vec<&str> = there.lines().collect();
    assert_eq!(lines[0], format!("existing   {chat}"));
    assert!(lines[1].starts_with("because    "), "{there}");
}
