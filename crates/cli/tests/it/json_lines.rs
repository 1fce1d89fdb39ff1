//! A command answers each line in order, also after a line that cannot be read.

use std::io::Write;
use std::process::Stdio;

use crate::{SAMPLE, command_line};

#[test]
fn lines_are_answered_in_order() {
    let line = |n: usize| match n % 3 {
        0 => "no request".to_owned(),
        1 => r#"{"accountID": "nowhere", "user": {}}"#.to_owned(),
        _ => format!(r#"{{"accountID": "matrix", "user": {{"id": "@user-{n}:example.net"}}}}"#),
    };
    let lines: Vec<String> = (0..3_000).map(line).collect();
    let mut resolve = command_line()
        .args(["resolve", "--directory", SAMPLE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = resolve.stdin.take().unwrap();
    // A second thread writes, so that neither process waits for the other with a full pipe.
    let writer = std::thread::spawn(move || input.write_all(lines.join("\n").as_bytes()));
    let output = resolve.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), 3_000);
    for (n, answer) in answers.lines().enumerate() {
        let expected = match n % 3 {
            0 => "not valid JSON".to_owned(),
            1 => "account_not_found".to_owned(),
            _ => format!("@user-{n}:example.net"),
        };
        assert!(answer.contains(&expected), "{n}: {answer}");
    }
}
