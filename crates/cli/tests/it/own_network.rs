//! A host's own network from JSON: every kind of directory gives equal decisions, and broken rules are refused.

use serde_json::{Value, json};

use crate::{OWN_NETWORK, run, text};

/// Requests that the rules of the network decide, as JSON lines.
pub(crate) fn requests() -> String {
    let users = [
        json!({"username": "@ADA7"}),
        json!({"id": "acme:0A1B2C3D-1111-4222-8333-0123456789AB"}),
        json!({"email": "acme.example/u/ada7"}),
        json!({"username": "newcomer7"}),
        json!({"username": "new_comer"}),
        json!({"id": "acme:7"}),
        json!({}),
    ];
    let mut lines = String::new();
    for user in users {
        for allow_invite in [true, false] {
            let request = json!({"accountID": "acme", "user": user, "allowInvite": allow_invite});
            lines.push_str(&request.to_string());
            lines.push('\n');
        }
    }
    lines
}

#[test]
fn json_and_store_decide_equally_on_an_own_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.sqlite");
    let name = path.to_str().unwrap();
    let output = run(&["load", "--from", OWN_NETWORK, "--directory", name], "");
    assert!(output.status.success(), "{}", text(&output.stderr));

    let by_json = run(&["resolve", "--directory", OWN_NETWORK], requests());
    let by_store = run(&["resolve", "--directory", name], requests());
    assert_eq!(text(&by_json.stdout), text(&by_store.stdout));
    let decisions: Vec<Value> = text(&by_json.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let codes: Vec<&str> = decisions
        .iter()
        .map(|decision| {
            decision["code"]
                .as_str()
                .or(decision["decision"].as_str())
                .unwrap()
        })
        .collect();
    assert_eq!(
        codes,
        [
            "reuse",
            "reuse",
            "reuse",
            "reuse",
            "reuse",
            "reuse",
            "create",
            "invite_required",
            "invalid_identifier",
            "invalid_identifier",
            "invalid_identifier",
            "invalid_identifier",
            "no_identifier",
            "no_identifier",
        ]
    );
}

#[test]
fn printed_rules_are_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("networks.json");
    let printed = run(&["networks"], "");
    std::fs::write(&path, &printed.stdout).unwrap();
    let again = run(&["networks", "--from", path.to_str().unwrap()], "");
    assert_eq!(text(&again.stdout), text(&printed.stdout));
    let rules: Vec<Value> = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(rules.len(), 25);
    let one = run(&["networks", "irc"], "");
    let one: Vec<Value> = serde_json::from_slice(&one.stdout).unwrap();
    assert_eq!(one[0]["id"]["case"], "server");
    let unknown = run(&["networks", "carrier-pigeon"], "");
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn broken_rules_are_refused_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("directory.json");
    let mut directory: Value =
        serde_json::from_slice(&std::fs::read(OWN_NETWORK).unwrap()).unwrap();
    directory["networks"][0]["handle"]["forms"][0]["pattern"] = json!("[a-z0-9");
    std::fs::write(&path, directory.to_string()).unwrap();
    let name = path.to_str().unwrap();
    let store = folder.path().join("contacts.sqlite");
    let message = "handle.forms[0].pattern: a set has no closing bracket (unclosed_set)";
    for arguments in [
        ["resolve", "--directory", name].as_slice(),
        &[
            "load",
            "--from",
            name,
            "--directory",
            store.to_str().unwrap(),
        ],
    ] {
        let output = run(arguments, requests());
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text(&output.stderr).contains(message),
            "{}",
            text(&output.stderr)
        );
    }
    let line = json!({"directory": directory, "request": {"accountID": "acme", "user": {}}});
    let output = run(&["resolve"], line.to_string());
    assert!(
        text(&output.stdout).contains(message),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn parse_reads_by_the_rules_in_its_line() {
    let directory: Value = serde_json::from_slice(&std::fs::read(OWN_NETWORK).unwrap()).unwrap();
    let line = |kind: &str, text: &str| {
        json!({"kind": kind, "text": text, "network": directory["networks"][0]}).to_string() + "\n"
    };
    let input = line("handle", "@ADA7") + &line("handle", "a.d.a") + &line("id", "acme:7");
    let output = run(&["parse"], &input);
    let answers: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers[0]["value"], "ada7");
    assert_eq!(answers[1]["error"]["code"], "invalid_handle");
    assert_eq!(answers[2]["error"]["code"], "invalid_id");
}
