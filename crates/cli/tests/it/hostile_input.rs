//! The command line on malformed input. It gives one answer per line, in order. Each is a decision or a code, and the
//! exit code is 0.

use std::io::Write;
use std::process::Stdio;
use std::thread;

use serde_json::{Value, json};

use crate::{command_line, run};

/// Returns the answers to lines, which end in line feeds.
fn answers(command: &str, input: &[u8]) -> Vec<Value> {
    let output = run(&[command], input);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("answers are UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("an answer is JSON"))
        .collect()
}

fn joined(lines: &[Vec<u8>]) -> Vec<u8> {
    lines
        .iter()
        .flat_map(|line| line.iter().copied().chain([b'\n']))
        .collect()
}

/// Returns the code of an answer, if it is a refusal or an error line.
fn code(answer: &Value) -> Option<&str> {
    answer["code"]
        .as_str()
        .or_else(|| answer["error"]["code"].as_str())
}

fn resolve_line(user: &Value) -> Value {
    json!({
        "directory": {
            "accounts": [{ "accountID": "a", "user": { "id": "self-1" }, "bridge": { "id": "b", "provider": "local", "type": "telegram" } }],
            "contacts": { "a": [{ "id": "7100200", "fullName": "Ira Pond", "username": "ira_pond" }] },
            "complete": true,
        },
        "request": { "accountID": "a", "user": user },
    })
}

/// Returns a valid line of a command, and a check of the answer to it.
fn good(command: &str) -> (Vec<u8>, fn(&Value) -> bool) {
    match command {
        "parse" => (
            br#"{"kind":"phone","text":"+12025550143"}"#.to_vec(),
            |answer| answer["value"] == "+12025550143",
        ),
        "rank" => (
            br#"{"hint":"Ira Pond","names":["Ola Reed","Ira Pond"]}"#.to_vec(),
            |answer| answer["order"] == json!([1, 0]),
        ),
        _ => (
            resolve_line(&json!({ "username": "ira_pond" }))
                .to_string()
                .into_bytes(),
            |answer| answer["userID"] == "7100200",
        ),
    }
}

/// Returns lines that are not valid for any command.
fn nonsense() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str| {
        format!("{}1{}", open.repeat(100_000), close.repeat(100_000)).into_bytes()
    };
    let mut lines: Vec<Vec<u8>> = [
        "",
        " ",
        "\t",
        "\r",
        "null",
        "true",
        "0",
        "[]",
        "\"\"",
        "{}",
        "{",
        "}",
        "[",
        "{\"",
        "{\"kind\"",
        "nul",
        "-",
        "1e999",
        "{}{}",
        "{} x",
        "\u{FEFF}{}",
        "{'kind':'phone'}",
        "\"\\ud800\"",
        "{\"\\udc00\":1}",
        "\0",
        "{\"a\":\"\0\"}",
        "// no",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    lines.extend([
        deep("[", "]"),
        deep("{\"directory\":", "}"),
        vec![0xFF, 0xFE, b'{', b'}'],
        vec![b'"', 0xC3, b'"'],
        vec![b' '; 1 << 20],
    ]);
    lines
}

/// Returns lines in the form of a command, with a wrong value inside.
fn wrong(command: &str) -> Vec<Vec<u8>> {
    let texts: Vec<String> = match command {
        "parse" => [
            r#"{"kind":"phone"}"#,
            r#"{"kind":"phone","text":7}"#,
            r#"{"kind":7,"text":"1"}"#,
            r#"{"kind":"fax","text":"1"}"#,
            r#"{"kind":"phone","text":null}"#,
            r#"{"kind":"phone","text":"\ud800"}"#,
            r#"{"kind":"phone","kind":"email","text":"1"}"#,
            r#"{"kind":"phone","text":"+1","region":7}"#,
            r#"{"kind":"phone","text":""}"#,
            r#"{"kind":"email","text":"\u0000@a.example"}"#,
            r#"{"kind":"handle","text":"a\u0000b","network":"telegram"}"#,
            r#"{"kind":"id","text":"\u202e","network":"matrix"}"#,
        ]
        .map(String::from)
        .to_vec(),
        "rank" => [
            r#"{"hint":"Ira"}"#,
            r#"{"names":[]}"#,
            r#"{"hint":7,"names":[]}"#,
            r#"{"hint":"Ira","names":"Ira"}"#,
            r#"{"hint":"Ira","names":[7]}"#,
            r#"{"hint":"Ira","names":{}}"#,
            r#"{"hint":"Ira","hint":"Ola","names":[]}"#,
        ]
        .map(String::from)
        .to_vec(),
        _ => {
            let line = resolve_line(&json!({ "username": "ira_pond" }));
            let with = |place: &str, value: Value| {
                let mut line = line.clone();
                *line.pointer_mut(place).expect("a place in the line") = value;
                line.to_string()
            };
            let text = line.to_string();
            vec![
                with("/directory", json!(7)),
                with("/directory/accounts", json!({})),
                with("/directory/accounts/0/user", json!("self-1")),
                with("/directory/contacts", json!([])),
                with("/directory/complete", json!("yes")),
                with("/request", json!(7)),
                with("/request/user", json!("nobody")),
                with("/request/user", Value::Null),
                with("/request/user", json!(["7100200"])),
                with("/request", json!(["a", { "username": "ira_pond" }])),
                with("/request/user/username", json!(["ira_pond"])),
                with("/request/accountID", json!(7)),
                with("/request/accountID", json!("nowhere")),
                text.replace(
                    "\"accountID\":\"a\",\"user\":{\"u",
                    "\"accountID\":\"a\",\"accountID\":\"a\",\"user\":{\"u",
                ),
                r#"{"directory":{"accounts":[]}}"#.to_owned(),
                r#"{"request":{"accountID":"a","user":{}}}"#.to_owned(),
            ]
        }
    };
    texts.into_iter().map(String::into_bytes).collect()
}

const COMMANDS: [&str; 3] = ["parse", "rank", "resolve"];

#[test]
fn bad_and_good_lines_are_answered_in_order() {
    for command in COMMANDS {
        let (line, is_answer) = good(command);
        let bad: Vec<Vec<u8>> = nonsense().into_iter().chain(wrong(command)).collect();
        let lines: Vec<Vec<u8>> = bad
            .iter()
            .flat_map(|bad| [bad.clone(), line.clone()])
            .collect();
        let answers = answers(command, &joined(&lines));
        assert_eq!(answers.len(), lines.len(), "{command} loses a line");
        for (pair, bad) in answers.chunks(2).zip(&bad) {
            let shown = String::from_utf8_lossy(&bad[..bad.len().min(120)]);
            assert!(
                code(&pair[0]).is_some(),
                "{command} takes {shown:?}: {}",
                pair[0]
            );
            assert!(
                is_answer(&pair[1]),
                "{command} after {shown:?}: {}",
                pair[1]
            );
        }
    }
}

#[test]
fn line_endings_do_not_change_the_answers() {
    for command in COMMANDS {
        let (line, is_answer) = good(command);
        let line = String::from_utf8(line).unwrap();
        for (input, count) in [
            (line.clone(), 1),
            (format!("{line}\r\n{line}"), 2),
            (format!("{line}\n\n"), 2),
            (String::new(), 0),
        ] {
            let answers = answers(command, input.as_bytes());
            assert_eq!(answers.len(), count, "{command} on {input:?}");
            assert!(
                answers.first().is_none_or(is_answer),
                "{command} on {input:?}"
            );
        }
    }
}

#[test]
fn text_of_a_megabyte_is_answered() {
    let long = "x".repeat(1 << 20);
    let wide = "\u{1F9D1}\u{200D}".repeat(1 << 17);
    for text in [long, wide] {
        let parse: Vec<Vec<u8>> = ["phone", "email", "handle", "id", "any"]
            .map(|kind| {
                json!({ "kind": kind, "text": text, "network": "telegram" })
                    .to_string()
                    .into_bytes()
            })
            .to_vec();
        let parsed = answers("parse", &joined(&parse));
        assert_eq!(parsed.len(), parse.len());
        assert!(
            parsed.iter().all(|answer| code(answer).is_some()),
            "nothing is as long as this"
        );

        let rank = vec![
            json!({ "hint": text, "names": ["Ira Pond", text] })
                .to_string()
                .into_bytes(),
            json!({ "hint": "Ira Pond", "names": [text, "Ira Pond"] })
                .to_string()
                .into_bytes(),
        ];
        let ranked = answers("rank", &joined(&rank));
        assert_eq!(ranked[1]["order"], json!([1, 0]));

        let users = ["id", "email", "username", "phoneNumber", "fullName"]
            .map(|member| json!({ member: text }));
        let resolve: Vec<Vec<u8>> = users
            .iter()
            .map(|user| resolve_line(user).to_string().into_bytes())
            .collect();
        let resolved = answers("resolve", &joined(&resolve));
        assert_eq!(resolved.len(), resolve.len());
        assert!(resolved.iter().all(|answer| code(answer).is_some()));
    }
}

#[test]
fn error_lines_do_not_quote_the_input() {
    let lines = [
        r#"{"kind":"phone","text":7,"x":"a-secret"}"#,
        r#"{"a-secret"#,
        r#"{"kind":"a-secret","text":"a-secret"}"#,
    ];
    for command in COMMANDS {
        for answer in answers(command, lines.join("\n").as_bytes()) {
            assert!(
                !answer.to_string().contains("a-secret"),
                "{command}: {answer}"
            );
        }
    }
}

/// Writes a directory file for commands with one payload.
fn directory_file(name: &str) -> std::path::PathBuf {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, resolve_line(&json!({}))["directory"].to_string()).expect("a file");
    path
}

#[test]
fn one_payload_ends_with_the_documented_exit_code() {
    let file = directory_file("one-shot.json");
    let file = file.to_str().expect("a path in UTF-8");
    let exit = |arguments: &[&str]| run(arguments, b"").status.code();
    let base = ["resolve", "--directory", file, "--account", "a"];
    let with = |more: &[&str]| exit(&[&base[..], more].concat());

    assert_eq!(with(&["--username", "@ira_pond"]), Some(0), "decided");
    assert_eq!(
        with(&["--username", "@ira_pond", "--json"]),
        Some(0),
        "decided"
    );
    assert_eq!(with(&["--name", "Ira Pond"]), Some(1), "refused");
    assert_eq!(with(&["--phone", "!!!"]), Some(1), "refused");
    assert_eq!(
        exit(&[
            "resolve",
            "--directory",
            file,
            "--account",
            "nowhere",
            "--id",
            "7"
        ]),
        Some(1),
        "no such account"
    );

    assert_eq!(with(&["--no-such-option"]), Some(2), "bad use");
    assert_eq!(exit(&["no-such-command"]), Some(2), "bad use");
    assert_eq!(
        exit(&["resolve", "--account", "a"]),
        Some(2),
        "an account without a directory"
    );
    assert_eq!(
        exit(&[
            "resolve",
            "--directory",
            "no/such/file.json",
            "--account",
            "a"
        ]),
        Some(2),
        "no such file"
    );
    assert_eq!(with(&["--region", "ZZ"]), Some(2), "no such region");
}

#[test]
fn bare_requests_are_decided_with_the_given_directory() {
    let file = directory_file("requests.json");
    let lines = "{\"accountID\":\"a\",\"user\":{\"username\":\"ira_pond\"}}\nnonsense\n{\"accountID\":\"a\",\"user\":7}\n";
    let output = run(
        &[
            "resolve",
            "--directory",
            file.to_str().expect("a path in UTF-8"),
        ],
        lines.as_bytes(),
    );
    let text = String::from_utf8(output.stdout).expect("answers are UTF-8");
    let answers: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("an answer is JSON"))
        .collect();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(answers[0]["userID"], "7100200");
    assert_eq!(
        [code(&answers[1]), code(&answers[2])],
        [Some("invalid_request"); 2]
    );
}

/// A reader that closes the pipe early is not an error.
#[test]
fn closed_output_ends_the_command_without_an_error() {
    let (line, _) = good("parse");
    let mut child = command_line()
        .arg("parse")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = thread::spawn(move || {
        let _ = stdin.write_all(&joined(&vec![line; 10_000]));
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    assert_eq!(output.status.code(), Some(0));
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[cfg(unix)]
#[test]
fn argument_that_is_not_utf8_is_bad_use_without_its_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    for argument in [
        &b"--directory=postgres://user:secret\xff@host/contacts"[..],
        b"--phone=+12125550142\xff",
        b"--account=\xff",
    ] {
        let output = command_line()
            .arg("resolve")
            .arg(OsStr::from_bytes(argument))
            .output()
            .expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(printed.starts_with("error: "), "{printed}");
        assert!(
            !printed.contains("secret") && !printed.contains("0142"),
            "{printed}"
        );
    }
}

#[cfg(unix)]
#[test]
fn file_without_an_end_is_refused() {
    for arguments in [
        ["networks", "--from", "/dev/zero"],
        ["plan", "show", "/dev/zero"],
    ] {
        let output = command_line()
            .args(arguments)
            .output()
            .expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
}

#[test]
fn store_that_was_cut_to_nothing_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("contacts.sqlite");
    std::fs::write(&store, "").expect("an empty file");
    let file = store.to_str().expect("a path in UTF-8");
    let payload = ["--account", "sms", "--phone", "+12125550142"];
    for arguments in [
        vec!["check", file],
        [&["resolve", "--directory", file], &payload[..]].concat(),
        [&["start", "--directory", file], &payload[..]].concat(),
    ] {
        let output = command_line()
            .args(arguments)
            .output()
            .expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(printed.contains("the file is empty"), "{printed}");
        assert_eq!(std::fs::read(&store).expect("the file"), b"");
    }
}
