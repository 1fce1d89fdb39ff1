//! The output of the command line to a closed pipe, a full disk and a terminal.

use std::process::{Output, Stdio};

use serde_json::json;

use crate::command_line;

/// Runs a command with the given standard output.
fn run(arguments: &[&str], output: impl Into<Stdio>) -> Output {
    command_line()
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap()
}

/// Returns a pipe without a reader.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

const DIRECTORY: [&str; 4] = ["--directory", crate::SAMPLE, "--account", "whatsapp"];

/// Returns commands that print, and their exit codes.
fn commands() -> [(Vec<&'static str>, i32); 4] {
    let with =
        |command: &'static str, more: &[&'static str]| [&[command][..], &DIRECTORY, more].concat();
    [
        (with("search", &["--name", "ada"]), 0),
        (with("resolve", &["--phone", "+12125550142"]), 0),
        (with("resolve", &["--phone", "call me"]), 1),
        (with("resolve", &["--phone", "call me", "--json"]), 1),
    ]
}

#[test]
fn closed_output_does_not_change_the_exit_code() {
    for (command, code) in commands() {
        for output in [closed(), Stdio::null()] {
            let output = run(&command, output);
            let printed = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                (output.status.code(), printed.as_str()),
                (Some(code), ""),
                "{command:?}"
            );
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn full_disk_is_reported() {
    for (command, _) in commands() {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let output = run(&command, full.unwrap());
        let printed = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert!(
            printed.starts_with("contact-resolution: standard output: No space left"),
            "{printed}"
        );
    }
}

const NAME: &str =
    "Ada\u{1b}[2K\r\nreuse      the chat !other\u{9b}1A\u{7f}\u{202e}fdp\u{2066}x\u{2028}y\u{200f}";
const SHOWN: &str = r"Ada\u{1b}[2K\r\nreuse      the chat !other\u{9b}1A\u{7f}\u{202e}fdp\u{2066}x\u{2028}y\u{200f}";

/// Returns whether a terminal acts on a character, or shows the text around it in another order.
fn is_unsafe(character: char) -> bool {
    character.is_control() && character != '\n'
        || "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}"
            .contains(character)
}

#[test]
fn control_and_direction_characters_in_json_are_escaped() {
    let directory = json!({
        "accounts": [{
            "accountID": "irc",
            "bridge": {"id": "local-irc", "provider": "local", "type": "irc"},
            "user": {"id": "me", "isSelf": true},
        }],
        "contacts": {"irc": [{"id": "ada", "fullName": NAME}]},
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("directory.json");
    std::fs::write(&file, directory.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let line = json!({"name": "ada"}).to_string();
    let lines = folder.path().join("lines");
    std::fs::write(&lines, line).unwrap();
    let search = command_line()
        .args(["search", "--directory", file, "--account", "irc"])
        .stdin(std::fs::File::open(&lines).unwrap())
        .output()
        .unwrap();
    let account = ["--directory", file, "--account", "irc", "--json"];
    let resolve = run(
        &[&["resolve", "--id", "ada"], &account[..]].concat(),
        Stdio::piped(),
    );
    // A plan is a file that people read.
    let plan = folder.path().join("plan.json");
    let written = run(
        &[
            &["resolve", "--id", "ada", "--plan", plan.to_str().unwrap()],
            &account[..],
        ]
        .concat(),
        Stdio::null(),
    );
    assert!(written.status.success());
    let cat = Output {
        stdout: std::fs::read(&plan).unwrap(),
        ..written
    };
    for (output, name) in [
        (search, "/people/0/fullName"),
        (resolve, "/fullName"),
        (cat, "/fullName"),
    ] {
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(!printed.contains(is_unsafe), "{printed:?}");
        // The JSON has the same value as before.
        let answer: serde_json::Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(answer.pointer(name), Some(&json!(NAME)), "{printed}");
    }
}

#[test]
fn control_and_direction_characters_in_names_are_escaped() {
    let directory = json!({
        "accounts": [{
            "accountID": NAME,
            "bridge": {"id": "local-irc", "provider": "local", "type": "irc"},
            "user": {"id": "me", "isSelf": true},
        }],
        "contacts": {NAME: [{"id": NAME, "fullName": NAME}]},
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("directory.json");
    std::fs::write(&file, directory.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let on = |account| ["--directory", file, "--account", account, "--name", "ada"];
    let printed = |arguments: &[&str]| {
        let output = run(arguments, Stdio::piped());
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    for (printed, lines) in [
        (printed(&[&["search"][..], &on(NAME)].concat()), 1),
        (printed(&[&["resolve"][..], &on(NAME)].concat()), 3),
        (printed(&[&["search"][..], &on("\u{1b}[2J")].concat()), 1),
        (
            printed(&[
                "load",
                "--from",
                file,
                "--directory",
                &format!("{file}.sqlite"),
            ]),
            1,
        ),
    ] {
        assert_eq!(printed.lines().count(), lines, "{printed}");
        assert!(!printed.contains(is_unsafe), "{printed:?}");
        assert!(
            printed.contains(SHOWN) || printed.contains(r"\u{1b}[2J"),
            "{printed}"
        );
    }
}
