//! The command `import`: it reads every page once, continues after an interruption, and covers only complete lists.

mod server;

use std::fs;
use std::thread;
use std::time::Duration;

use contact_resolution::MemoryDirectory;
use serde_json::{Value, json};

use crate::command_line;
pub(crate) use server::Case;
use server::Cursors;

const PAGES: [&str; 9] = [
    "contacts ",
    "contacts 200",
    "contacts 400",
    "contacts 600",
    "contacts ",
    "chats ",
    "chats 200",
    "chats 400",
    "chats ",
];

#[test]
fn all_pages_are_imported_and_covered() {
    let case = Case::new("whole", 700, 450);
    let (code, printed) = case.import();
    assert_eq!(code, Some(0), "{printed}");
    assert_eq!(
        printed,
        "contacts   700 of whatsapp\n\
         chats      450 of whatsapp\n\
         coverage   every contact and every chat of the accounts\n"
    );
    // The front of a list with several pages is read again.
    assert_eq!(case.asked(), PAGES);
    let snapshot = case.imported();
    assert!(snapshot.complete);
    assert_eq!(
        (snapshot.contacts["whatsapp"].len(), snapshot.chats.len()),
        (700, 450)
    );
    let directory = MemoryDirectory::from_snapshot(&snapshot);
    assert!(
        directory
            .account("whatsapp")
            .unwrap()
            .flags
            .unwrap()
            .lookup_phone
    );
    assert!(!case.file("all.json.part").exists());
}

#[test]
fn malformed_account_is_left_out_and_reported() {
    let case = Case::new("malformed-accounts", 3, 2);
    let without_id = json!({
        "accountID": "",
        "bridge": {"id": "local-sms", "provider": "local", "type": "sms"},
        "user": {"id": "me"},
    });
    case.set(|world| world.other_accounts = vec![without_id, json!(0)]);
    let (code, printed) = case.import();
    assert_eq!(code, Some(1), "{printed}");
    assert_eq!(
        printed,
        "accounts   without malformed ones\n\
         contacts   3 of whatsapp\n\
         chats      2 of whatsapp\n\
         coverage   every chat of these accounts, and every contact without malformed ones\n"
    );
    assert_eq!(case.imported().accounts.len(), 1);
}

#[test]
fn import_to_a_store_equals_import_to_a_file() {
    use contact_resolution_sqlite::SqliteStore;

    let case = Case::new("store", 300, 250);
    assert_eq!(case.import().0, Some(0));
    let directory = MemoryDirectory::from_snapshot(&case.imported());
    let (code, printed) = case.import_to("all.sqlite");
    assert_eq!(code, Some(0), "{printed}");
    assert!(!case.file("all.sqlite.part").exists());
    let store = SqliteStore::open(case.file("all.sqlite")).unwrap();
    assert!(store.accounts().unwrap().iter().eq(directory.accounts()));
    let sorted = |mut people: Vec<contact_resolution::Person>| {
        people.sort_by(|a, b| a.id.cmp(&b.id));
        people
    };
    let stored = sorted(store.people("whatsapp").unwrap());
    assert!(stored == sorted(directory.people("whatsapp").collect()));
}

#[test]
fn closed_output_does_not_change_the_exit_code() {
    for (refuses, code) in [(None, 0), (Some(501), 1)] {
        let case = Case::new(&format!("unread-{code}"), 3, 3);
        case.set(|world| world.refuses = refuses);
        let out = case.file("all.json");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = case
            .command(&["import", "--out", out.to_str().unwrap()])
            .stdout(writer)
            .status();
        assert_eq!(status.unwrap().code(), Some(code));
    }
}

#[test]
fn list_of_one_page_is_read_once() {
    let case = Case::new("small", 3, 0);
    assert_eq!(case.import().0, Some(0));
    assert_eq!(case.asked(), ["contacts ", "chats "]);
}

#[test]
fn interrupted_import_continues_behind_the_last_page() {
    let whole = Case::new("uninterrupted", 700, 450);
    whole.import();
    let whole = whole.imported();
    for answers in 0..PAGES.len() {
        let case = Case::new(&format!("interrupted-{answers}"), 700, 450);
        case.set(|world| world.answers = Some(answers));
        let (code, printed) = case.import();
        assert_eq!(code, Some(2), "{printed}");
        assert!(
            printed.contains("the same command continues the import"),
            "{printed}"
        );
        assert!(!case.file("all.json").exists());
        // An incomplete last line is read again.
        let part = case.file("all.json.part");
        let mut written = fs::read(&part).unwrap();
        written.extend(br#"{"contacts":{"account":"what"#);
        fs::write(&part, written).unwrap();
        case.set(|world| world.answers = None);
        assert_eq!(case.import().0, Some(0));
        // The failed request is repeated, after the front of a list that was complete.
        let front: &[&str] = if answers < 5 { &[] } else { &PAGES[4..5] };
        let expected = [&PAGES[..=answers], front, &PAGES[answers..]].concat();
        assert_eq!(case.asked(), expected);
        assert!(case.imported() == whole);
    }
}

#[test]
fn second_import_is_refused_until_the_first_one_ends() {
    let case = Case::new("two", 300, 1);
    case.set(|world| world.waits = true);
    let (out, part) = (case.file("all.json"), case.file("all.json.part"));
    let arguments = ["import", "--out", out.to_str().unwrap()];
    let mut first = case.command(&arguments).spawn().unwrap();
    while fs::metadata(&part).map_or(0, |part| part.len()) == 0 {
        assert_eq!(first.try_wait().unwrap(), None);
        thread::sleep(Duration::from_millis(10));
    }
    let before = fs::read(&part).unwrap();
    let (code, printed) = case.import();
    let part = part.display();
    assert_eq!(
        (code, printed),
        (
            Some(2),
            format!("contact-resolution: {part}: another import is writing to this file\n")
        )
    );
    assert_eq!(fs::read(case.file("all.json.part")).unwrap(), before);
    // After a killed import, another one can continue.
    first.kill().unwrap();
    first.wait().unwrap();
    case.set(|world| world.waits = false);
    let (code, printed) = case.import();
    assert_eq!(code, Some(0), "{printed}");
    assert!(case.imported().complete);
}

#[test]
fn chat_that_moves_to_the_front_is_not_missed() {
    for blank in [false, true] {
        let case = Case::new(&format!("moves-{blank}"), 1, 450);
        case.set(|world| (world.moves, world.blank) = (true, blank));
        assert_eq!(case.import().0, Some(0));
        let snapshot = case.imported();
        assert!(snapshot.complete && snapshot.chats.iter().any(|chat| chat.id == "!449"));
        assert_eq!(snapshot.chats.len(), 450);
    }
}

#[test]
fn new_items_after_an_interruption_are_not_missed() {
    // The new items appear after the contacts were read, during the second pass through the chats, or at the end. Before
    // the second pass, a chat has moved to the front.
    for (answers, asked) in [
        (
            Some(5),
            &[
                "contacts ",
                "contacts 200",
                "chats ",
                "chats 200",
                "chats 400",
                "chats ",
                "chats 200",
            ][..],
        ),
        (
            Some(9),
            &[
                "contacts ",
                "contacts 200",
                "chats 200",
                "chats ",
                "chats 200",
            ],
        ),
        (None, &["contacts ", "contacts 200", "chats ", "chats 200"]),
    ] {
        let case = Case::new(&format!("new-{answers:?}"), 700, 450);
        case.set(|world| (world.answers, world.moves) = (answers, true));
        case.set(|world| world.blocks = Some(case.file("all.json")));
        assert_eq!(case.import().0, Some(2));
        fs::remove_dir(case.file("all.json")).unwrap();
        let first = case.asked();
        case.set(|world| {
            world.answers = None;
            let contact = json!({"id": "user-new"});
            world.contacts.insert(0, contact.clone());
            let mut chat = world.chats[0].clone();
            chat["id"] = json!("!new");
            chat["participants"]["items"][0] = contact;
            world.chats.insert(0, chat);
        });
        let (code, printed) = case.import();
        assert_eq!(code, Some(0), "{printed}");
        let snapshot = case.imported();
        assert!(snapshot.complete);
        let contacts = &snapshot.contacts["whatsapp"];
        assert_eq!((contacts.len(), snapshot.chats.len()), (701, 451));
        assert!(contacts.iter().any(|contact| contact.id == "user-new"));
        assert!(snapshot.chats.iter().any(|chat| chat.id == "!new"));
        assert_eq!(case.asked(), asked, "after {first:?}");
    }
}

#[test]
fn incomplete_list_is_not_covered() {
    let case = Case::new("refused", 3, 450);
    case.set(|world| world.refuses = Some(501));
    let (code, printed) = case.import();
    assert_eq!(code, Some(1), "{printed}");
    assert!(
        printed.contains("contacts   0 of whatsapp, incomplete: the server answered 501"),
        "{printed}"
    );
    assert!(printed.contains("not every contact and chat"), "{printed}");
    assert!(!case.imported().complete);
    assert_eq!(case.imported().chats.len(), 450);

    let case = Case::new("circles", 3, 700);
    case.set(|world| world.cursors = Cursors::Same);
    let (code, printed) = case.import();
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("gave no usable cursor"), "{printed}");
    assert!(!case.imported().complete);

    for count in [0, 200] {
        let case = Case::new(&format!("endless-{count}"), 3, 700);
        case.set(|world| (world.answers, world.cursors) = (Some(1000), Cursors::Endless(count)));
        let (code, printed) = case.import();
        assert_eq!(code, Some(1), "{printed}");
        assert!(printed.contains("gave no usable cursor"), "{printed}");
        assert_eq!(case.imported().chats.len(), count);
    }
}

/// Nothing shows that the last page is the last one, so the directory must not count as complete.
#[test]
fn list_of_unknown_length_is_read_to_its_last_cursor_and_is_incomplete() {
    let case = Case::new("silent", 3, 450);
    case.set(|world| world.cursors = Cursors::Silent);
    let (code, printed) = case.import();
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("gave no usable cursor"), "{printed}");
    let snapshot = case.imported();
    assert!(!snapshot.complete);
    assert_eq!(
        (snapshot.contacts["whatsapp"].len(), snapshot.chats.len()),
        (3, 450)
    );
}

#[test]
fn server_that_reports_no_capabilities_is_imported() {
    for (n, body) in [
        "{}",
        r#"{"resolve_identifier": null, "group_creation": null}"#,
    ]
    .into_iter()
    .enumerate()
    {
        let case = Case::new(&format!("no-flags-{n}"), 1, 1);
        case.set(|world| world.flags = Some((200, body)));
        let (code, printed) = case.import();
        assert_eq!(code, Some(0), "{printed}");
        assert_eq!(case.imported().accounts[0].resolve_identifier, None);
    }
}

/// Programs read the outcome even if no start began.
#[test]
fn start_prints_an_outcome_if_the_account_cannot_be_read() {
    let mut case = Case::new("no-account", 1, 1);
    let start = |case: &Case| {
        let arguments = ["start", "--json", "--account", "whatsapp", "--id", "user-0"];
        let output = case.command(&arguments).output().unwrap();
        let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(2), "{outcome}");
        assert!(!output.stderr.is_empty());
        assert_eq!(outcome["outcome"], "not_sent", "{outcome}");
        assert_eq!(outcome["messageSent"], false, "{outcome}");
        outcome
    };
    for (flags, code, network) in [
        ((200, "<html>"), "upstream_failed", Value::Null),
        ((200, "[]"), "upstream_failed", Value::Null),
        (
            (401, r#"{"code": "bad_token"}"#),
            "upstream_failed",
            json!({"status": 401, "code": "bad_token"}),
        ),
        (
            (500, ""),
            "upstream_failed",
            json!({"status": 500, "code": ""}),
        ),
        (
            (429, r#"{"retry_after_ms": 90000}"#),
            "rate_limited",
            json!({"status": 429, "code": ""}),
        ),
    ] {
        case.set(|world| world.flags = Some(flags));
        let outcome = start(&case);
        assert_eq!(outcome["code"], code, "{outcome}");
        assert_eq!(outcome.get("network").cloned().unwrap_or_default(), network);
        let is_limited = code == "rate_limited";
        assert_eq!(outcome["retry"], !is_limited, "{outcome}");
        let wait = is_limited.then_some(90_000);
        assert_eq!(outcome.get("retryAfterMs").and_then(Value::as_u64), wait);
    }
    // The server cannot be reached at all.
    case.url = "http://127.0.0.1:9".to_owned();
    assert_eq!(start(&case)["code"], "upstream_failed");
}

const UNRECOGNIZED: &str = r#"{"errcode": "M_UNRECOGNIZED", "error": "no such endpoint"}"#;

#[test]
fn older_server_without_capabilities_is_imported() {
    for (n, flags) in [(404, ""), (405, ""), (501, ""), (400, UNRECOGNIZED)]
        .into_iter()
        .enumerate()
    {
        let case = Case::new(&format!("older-{n}"), 1, 1);
        case.set(|world| world.flags = Some(flags));
        let (code, printed) = case.import();
        assert_eq!(code, Some(0), "{printed}");
        assert_eq!(case.imported().accounts[0].resolve_identifier, None);
    }
}

#[test]
fn failed_capabilities_request_stops_the_import() {
    let case = Case::new("flags-fail", 1, 1);
    for (flags, why) in [
        ((400, ""), "the server answered 400"),
        ((401, ""), "the server answered 401"),
        ((403, ""), "the server answered 403"),
        ((500, ""), "the server answered 500"),
        ((200, "[]"), "unexpected response body"),
    ] {
        case.set(|world| world.flags = Some(flags));
        let (code, printed) = case.import();
        assert_eq!(code, Some(2), "{flags:?}: {printed}");
        let start = case.run(&["start", "--account", "whatsapp", "--id", "user-0"]);
        assert_eq!(start.0, Some(2), "{flags:?}: {}", start.1);
        for printed in [printed, start.1] {
            let what = "contact-resolution: the capabilities of the bridge local-whatsapp: ";
            assert!(printed.starts_with(&format!("{what}{why}")), "{printed}");
        }
        assert!(!case.file("all.json").exists());
    }
    // The failed answers are not kept.
    case.set(|world| world.flags = None);
    assert_eq!(case.import().0, Some(0));
    let flags = case.imported().accounts[0].resolve_identifier;
    assert!(flags.is_some_and(|flags| flags.lookup_phone));
}

#[test]
fn journal_of_another_server_is_refused() {
    let case = Case::new("other", 700, 1);
    case.set(|world| world.answers = Some(2));
    assert_eq!(case.import().0, Some(2));
    let other = Case::new("other-server", 1, 1);
    fs::copy(case.file("all.json.part"), other.file("all.json.part")).unwrap();
    let (code, printed) = other.import();
    assert_eq!(code, Some(2));
    assert!(printed.contains("of another server"), "{printed}");
}

#[test]
fn foreign_journal_is_refused_and_own_incomplete_line_is_cut() {
    let case = Case::new("foreign", 300, 1);
    case.set(|world| world.answers = Some(1));
    assert_eq!(case.import().0, Some(2));
    case.set(|world| world.answers = None);
    let part = case.file("all.json.part");
    let own = fs::read_to_string(&part).unwrap();
    let (started, page) = own.split_once('\n').unwrap();
    let newer = r#"{"groups":{"account":"whatsapp"}}"#;
    for (text, line) in [
        ("Dear Ada,\nhow are you?\n".to_owned(), 1),
        ("Dear Ada, how are you?".to_owned(), 1),
        ("\n".to_owned(), 1),
        (format!("{newer}\n{own}"), 1),
        (page.to_owned(), 1),
        (page.trim_end().to_owned(), 1),
        (format!("{own}{newer}\n"), 3),
        (format!("{started}\n{newer}\n{page}"), 2),
    ] {
        fs::write(&part, &text).unwrap();
        let (code, printed) = case.import();
        assert_eq!(code, Some(2), "{printed}");
        let what = "was not written by this version's import, and the file stays as it is";
        let part = part.display();
        assert_eq!(
            printed,
            format!("contact-resolution: {part}: line {line} {what}\n")
        );
        assert!(fs::read_to_string(case.file("all.json.part")).unwrap() == text);
        assert!(!case.file("all.json").exists());
    }
    // An import that was interrupted in its first line starts again.
    for end in [0, 1, 9, started.len() - 1, started.len()] {
        fs::write(&part, &started[..end]).unwrap();
        assert_eq!(case.import().0, Some(0), "{end}");
        assert!(!part.exists() && case.imported().complete);
    }
}

#[test]
fn unreachable_server_and_unknown_format_are_bad_use() {
    let case = Case::new("bad", 1, 1);
    let run = |url: &str, name: &str| {
        command_line()
            .args(["import", "--base-url", url, "--out"])
            .arg(case.file(name))
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(run("http://127.0.0.1:1", "all.json"), Some(2));
    assert_eq!(run(&case.url, "all.csv"), Some(2));
}

#[test]
fn import_replaces_only_its_own_file() {
    let case = Case::new("beside", 3, 3);
    // Files of another program, and of another process that saves at the same time.
    let others = ["all.json.new", "all.json.0.tmp"];
    for other in others {
        fs::write(case.file(other), "theirs").unwrap();
    }
    // If the file cannot be written, no partial file is left, and the journal is kept.
    let out = case.file("all.json");
    case.set(|world| world.blocks = Some(out.clone()));
    let (code, printed) = case.import();
    assert_eq!(code, Some(2), "{printed}");
    assert_eq!(fs::read_dir(&case.folder).unwrap().count(), 4);
    assert!(case.file("all.json.part").exists());
    fs::remove_dir(&out).unwrap();

    fs::write(&out, "what only I may read").unwrap();
    #[cfg(unix)]
    fs::set_permissions(&out, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let permissions = || fs::metadata(&out).unwrap().permissions();
    let before = permissions();
    assert_eq!(case.import().0, Some(0));
    assert!(case.imported().complete);
    assert_eq!(permissions(), before);
    assert_eq!(fs::read_dir(&case.folder).unwrap().count(), 3);
    for other in others {
        assert_eq!(fs::read_to_string(case.file(other)).unwrap(), "theirs");
    }
}
