//! The command line with stores: `load` writes the people of the JSON file, and every kind of directory gives equal
//! decisions.

use std::fmt::Write as _;
use std::sync::Arc;

use contact_resolution::wire::{self, Snapshot};
use contact_resolution::{Directory, DirectoryQuery, MemoryDirectory, Person};
use contact_resolution_sqlite::SqliteStore;

use crate::{SAMPLE, command_line, run, text};

fn sorted(mut people: Vec<Arc<Person>>) -> Vec<Arc<Person>> {
    people.sort_by(|a, b| a.id.cmp(&b.id));
    people
}

#[test]
fn loaded_store_equals_the_json_directory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.sqlite");
    let name = path.to_str().unwrap();
    // Load twice: the second load replaces the first.
    for _ in 0..2 {
        let output = run(&["load", "--from", SAMPLE, "--directory", name], "");
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("people of whatsapp"));
    }

    let snapshot: Snapshot = wire::read(&std::fs::read(SAMPLE).unwrap()).unwrap();
    let memory = MemoryDirectory::from_snapshot(&snapshot);
    let store = SqliteStore::open(&path).unwrap();
    let accounts = store.accounts().unwrap();
    assert!(accounts.iter().eq(memory.accounts()));
    let mut asked = 0;
    for account in &accounts {
        for person in memory.people(&account.id) {
            for key in person.keys(account) {
                let ask = DirectoryQuery {
                    account: &account.id,
                    keys: std::slice::from_ref(&key),
                };
                let Ok(expected) = memory.find(&[ask]);
                let found = store.find(&[ask]).unwrap();
                assert_eq!(found[0].coverage, expected[0].coverage);
                let (found, expected) = (found[0].people.clone(), expected[0].people.clone());
                assert_eq!(sorted(found), sorted(expected));
                asked += 1;
            }
        }
    }
    assert!(asked > 20, "{asked} keys");
}

#[test]
fn check_reports_whole_and_damaged_stores() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.sqlite");
    let name = path.to_str().unwrap();
    let load = run(&["load", "--from", SAMPLE, "--directory", name], "");
    assert!(load.status.success(), "{}", text(&load.stderr));
    let whole = run(&["check", name], "");
    assert_eq!(whole.status.code(), Some(0));
    assert!(text(&whole.stdout).contains("the store is whole"));

    let mut bytes = std::fs::read(&path).unwrap();
    let needle = b"12125550142";
    let at = bytes.windows(needle.len()).position(|text| text == needle);
    bytes[at.unwrap()] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let damaged = run(&["check", name], "");
    assert_eq!(damaged.status.code(), Some(1));
    let report = text(&damaged.stdout);
    assert!(
        report.contains("damage ") && report.contains("the store is damaged"),
        "{report}"
    );
    assert!(!report.contains("5550142"), "{report}");

    let missing = run(&["check", "no such file.sqlite"], "");
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn closed_output_is_not_an_error_for_load() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.sqlite");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = command_line()
        .args(["load", "--from", SAMPLE, "--directory"])
        .arg(&path)
        .stdout(writer)
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn json_and_store_give_equal_decisions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.sqlite");
    let name = path.to_str().unwrap();
    run(&["load", "--from", SAMPLE, "--directory", name], "");

    let snapshot: Snapshot = wire::read(&std::fs::read(SAMPLE).unwrap()).unwrap();
    let memory = MemoryDirectory::from_snapshot(&snapshot);
    let mut lines = String::from("{\"accountID\":\"nowhere\",\"user\":{\"id\":\"a\"}}\nno JSON\n");
    for account in memory.accounts() {
        for person in memory.people(&account.id) {
            let id = &person.id;
            let numbers = person.stored(contact_resolution::IdentifierKind::Phone);
            for (slot, value) in numbers
                .map(|n| ("phoneNumber", n))
                .chain([("id", id.as_str())])
            {
                let user = serde_json::json!({slot: value});
                let request = serde_json::json!({"accountID": account.id, "user": user});
                writeln!(lines, "{request}").expect("a line");
            }
        }
    }
    let by_json = run(&["resolve", "--directory", SAMPLE], &lines);
    let by_store = run(&["resolve", "--directory", name], &lines);
    assert_eq!(text(&by_json.stdout).lines().count(), lines.lines().count());
    assert_eq!(text(&by_json.stdout), text(&by_store.stdout));

    let one = [
        "--account",
        "whatsapp",
        "--phone",
        "(212) 555-0142",
        "--name",
        "Ada",
    ];
    let words = |directory| {
        let output = run(
            &[&["resolve", "--directory", directory], &one[..]].concat(),
            "",
        );
        text(&output.stdout).to_owned()
    };
    assert_eq!(words(SAMPLE), words(name));
}

#[test]
fn file_that_is_not_a_store_is_reported() {
    let error_output = |arguments: &[&str]| {
        let output = run(arguments, "");
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr).to_owned()
    };
    // A misspelled name does not create an empty store.
    assert_eq!(
        error_output(&["resolve", "--directory", "no-such.sqlite"]),
        "contact-resolution: no-such.sqlite: No such file or directory (os error 2)\n"
    );
    assert!(!std::path::Path::new("no-such.sqlite").exists());
    assert_eq!(
        error_output(&["load", "--from", SAMPLE, "--directory", SAMPLE]),
        format!("contact-resolution: {SAMPLE}: a store is a .sqlite file or a postgres:// URL\n")
    );
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.sqlite");
    std::fs::write(&text, "no store".repeat(1000)).unwrap();
    let name = text.to_str().unwrap();
    assert_eq!(
        error_output(&["resolve", "--directory", name]),
        format!("contact-resolution: {name}: this is not a store of contacts (SQLite 26)\n")
    );
}

#[test]
fn error_for_unreachable_server_hides_the_password() {
    let url = "postgres://contacts:secret@127.0.0.1:1/contacts";
    let output = run(&["resolve", "--directory", url], "");
    let error = if cfg!(feature = "postgres") {
        "the store cannot be reached"
    } else {
        "this program is built without PostgreSQL. Install it with --features postgres"
    };
    assert_eq!(
        text(&output.stderr),
        format!("contact-resolution: {error}\n")
    );
}

#[test]
fn password_in_a_misspelled_name_is_not_shown() {
    for name in [
        "postgre://contacts:se-cret@127.0.0.1:1/contacts",
        "postgre://contacts:se-cret@127.0.0.1:1/contacts.sqlite",
        "postgres:/contacts:se-cret@127.0.0.1:1/contacts",
        "postgres://contacts:se-cret@127.0.0.1:99999/contacts",
        "postgres://contacts:se-cret@[/contacts",
        "contacts:se-cret@127.0.0.1",
        "http://contacts:se-cret@127.0.0.1",
        "host=127.0.0.1 user=contacts password=se-cret",
    ] {
        let option = format!("--directory={name}");
        for arguments in [
            &["resolve", "--directory", name][..],
            &[
                "search",
                "--account",
                "a",
                "--name",
                "a",
                "--directory",
                name,
            ],
            &["load", "--from", SAMPLE, "--directory", name],
            &["load", "--from", name, "--directory", "a.sqlite"],
            &["start", "--account", "a", "--directory", name],
            &["start", "--account", "a", "--base-url", name],
            &[
                "start",
                "--account",
                "a",
                "--bridge",
                name,
                "--directory",
                SAMPLE,
            ],
            &["import", "--out", "a.json", "--base-url", name],
            // A wrong option, so that the arguments themselves are part of the error.
            &["resolve", name],
            &["resolve", &option, &option],
            &["parse", &option],
        ] {
            let output = run(arguments, "");
            let errors = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
            assert!(!errors.is_empty() && !errors.contains("cret"), "{errors}");
        }
    }
}

#[test]
fn search_finds_the_same_people_in_json_and_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.sqlite");
    let name = path.to_str().unwrap();
    run(&["load", "--from", SAMPLE, "--directory", name], "");

    let search = |directory: &str| {
        let arguments = ["search", "--account", "whatsapp", "--directory", directory];
        run(
            &arguments,
            "{\"name\":\"okafor, ada\"}\n{\"name\":\"nobody\"}\n",
        )
    };
    let (file, store) = (search(SAMPLE), search(name));
    assert!(text(&file.stdout).contains("Ada Okafor"));
    assert_eq!(text(&file.stdout), text(&store.stdout));
}
