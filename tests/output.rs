//! What the command line prints, to a reader that has left, to a full disk and to a terminal.
#![cfg(feature = "cli")]

use std::process::{Command, Output, Stdio};

/// Runs a command whose standard output is this.
fn run(arguments: &[&str], output: impl Into<Stdio>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_contact-resolution"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap()
}

/// A pipe that nobody reads.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

const DIRECTORY: [&str; 4] = [
    "--directory",
    "examples/sample.json",
    "--account",
    "whatsapp",
];

/// Commands that print, and what they end with.
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
fn a_reader_that_has_left_changes_no_end() {
    for (command, code) in commands() {
        for output in [closed(), Stdio::null()] {
            let output = run(&command, output);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                (output.status.code(), said.as_str()),
                (Some(code), ""),
                "{command:?}"
            );
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_can_not_be_printed_is_told() {
    for (command, _) in commands() {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let output = run(&command, full.unwrap());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert!(
            said.starts_with("contact-resolution: standard output: No space left"),
            "{said}"
        );
    }
}
