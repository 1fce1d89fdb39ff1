//! A command answers each line in order, also after a line that cannot be read.

use crate::{SAMPLE, run, text};

#[test]
fn lines_are_answered_in_order() {
    let line = |n: usize| match n % 3 {
        0 => "no request".to_owned(),
        1 => r#"{"accountID": "nowhere", "user": {}}"#.to_owned(),
        _ => format!(r#"{{"accountID": "matrix", "user": {{"id": "@user-{n}:example.net"}}}}"#),
    };
    let lines: Vec<String> = (0..3_000).map(line).collect();
    let output = run(&["resolve", "--directory", SAMPLE], lines.join("\n"));
    let answers = text(&output.stdout);
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
