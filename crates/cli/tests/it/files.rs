//! The files that the command line writes: no input is destroyed, and only the owner can read them.

use std::fs;
use std::path::Path;

use crate::import::Case;
use crate::{SAMPLE, command_line};

/// Runs a command. Returns the exit code and the text on standard error.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = command_line().args(arguments).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), errors)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

const PAYLOAD: [&str; 4] = ["--account", "whatsapp", "--phone", "+12125550142"];

#[test]
fn plan_option_that_names_another_file_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("directory.json");
    fs::copy(SAMPLE, &json).unwrap();
    let store = folder.path().join("contacts.sqlite");
    let load = ["load", "--from", SAMPLE, "--directory", text(&store)];
    assert_eq!(run(&load).0, Some(0));
    let link = folder.path().join("link");
    fs::hard_link(&json, &link).unwrap();
    let note = folder.path().join("note.txt");
    fs::write(&note, "not a plan").unwrap();

    for (directory, plan) in [
        (&json, &json),
        (&json, &link),
        (&store, &store),
        (&store, &json),
        (&json, &note),
    ] {
        let before = fs::read(plan).unwrap();
        let options = ["--directory", text(directory), "--plan", text(plan)];
        let (code, errors) = run(&[&["resolve"], &options[..], &PAYLOAD].concat());
        let expected = format!(
            "contact-resolution: {}: this file is not a plan, so it is not replaced\n",
            plan.display()
        );
        assert_eq!((code, errors), (Some(2), expected));
        assert!(fs::read(plan).unwrap() == before, "{}", plan.display());
    }
    // An empty file and an older plan are replaced.
    let plan = folder.path().join("plan.json");
    fs::write(&plan, "").unwrap();
    let options = ["--directory", text(&json), "--plan", text(&plan)];
    for _ in 0..2 {
        let (code, errors) = run(&[&["resolve"], &options[..], &PAYLOAD].concat());
        assert_eq!(code, Some(0), "{errors}");
        assert!(fs::read_to_string(&plan).unwrap().contains("Ada Okafor"));
    }
}

#[test]
fn import_to_its_own_input_is_refused() {
    let case = Case::new("own-input", 3, 3);
    let file = case.file("all.json");
    fs::write(&file, "[]").unwrap();
    let (code, printed) = case.run(&["import", "--networks", text(&file), "--out", text(&file)]);
    assert_eq!(code, Some(2), "{printed}");
    assert!(
        printed.contains("the one of --networks, which is not replaced"),
        "{printed}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "[]");
    assert!(case.asked().is_empty());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn new_files_can_be_read_by_their_owner_only() {
        let case = Case::new("private", 700, 450);
        let store = case.file("contacts.sqlite");
        let load = ["load", "--from", SAMPLE, "--directory", text(&store)];
        assert_eq!(run(&load).0, Some(0));
        let plan = case.file("plan.json");
        let options = ["--directory", SAMPLE, "--plan", text(&plan)];
        assert_eq!(
            run(&[&["resolve"], &options[..], &PAYLOAD].concat()).0,
            Some(0)
        );
        // The journal remains after an interruption. It does not keep the mode of an older version.
        case.set(|world| world.answers = Some(2));
        assert_eq!(case.import().0, Some(2));
        let journal = case.file("all.json.part");
        assert_eq!(mode(&journal), 0o600);
        fs::set_permissions(&journal, fs::Permissions::from_mode(0o644)).unwrap();
        case.set(|world| world.answers = Some(1));
        assert_eq!(case.import().0, Some(2));
        assert_eq!(mode(&journal), 0o600);
        case.set(|world| world.answers = None);
        assert_eq!(case.import().0, Some(0));
        assert_eq!(case.import_to("imported.sqlite").0, Some(0));
        let (json, imported) = (case.file("all.json"), case.file("imported.sqlite"));
        let written = [&*plan, &store, &json, &imported];
        for path in written {
            assert_eq!(mode(path), 0o600, "{}", path.display());
        }
        // Replaced files keep the mode that the user gave them.
        for path in written {
            fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
        }
        assert_eq!(
            run(&[&["resolve"], &options[..], &PAYLOAD].concat()).0,
            Some(0)
        );
        assert_eq!(run(&load).0, Some(0));
        assert_eq!(case.import().0, Some(0));
        assert_eq!(case.import_to("imported.sqlite").0, Some(0));
        for path in written {
            assert_eq!(mode(path), 0o640, "{}", path.display());
        }
    }

    #[test]
    fn import_target_that_is_no_regular_file_is_refused() {
        let case = Case::new("no-file", 3, 3);
        let kept = case.file("kept.json");
        fs::write(&kept, "mine").unwrap();
        for (name, part) in [
            ("target.json", "target.json"),
            ("other.json", "other.json.part"),
        ] {
            let path = case.file(part);
            let makes: [&dyn Fn(); 3] = [
                &|| fs::create_dir(&path).unwrap(),
                &|| symlink(&kept, &path).unwrap(),
                &|| {
                    let made = Command::new("mkfifo").arg(&path).status();
                    assert!(made.unwrap().success());
                },
            ];
            for make in makes {
                make();
                let (code, errors) = case.import_to(name);
                assert_eq!(code, Some(2), "{errors}");
                assert!(errors.contains(": not a regular file\n"), "{errors}");
                if path.is_dir() {
                    fs::remove_dir(&path).unwrap();
                } else {
                    fs::remove_file(&path).unwrap();
                }
            }
        }
        assert_eq!(fs::read_to_string(&kept).unwrap(), "mine");
        assert!(case.asked().is_empty());
    }
}

#[test]
fn import_stops_at_a_limit_and_continues_with_a_higher_one() {
    for (option, low) in [
        ("--max-pages", "3"),
        ("--max-items", "500"),
        ("--max-bytes", "20000"),
    ] {
        let case = Case::new(&format!("limit{option}"), 700, 450);
        let out = case.file("all.json");
        let import = ["import", "--out", text(&out)];
        for _ in 0..2 {
            let (code, printed) = case.run(&[&import[..], &[option, low]].concat());
            assert_eq!(code, Some(2), "{printed}");
            let expected = format!("contact-resolution: the limit {option} {low} is reached. ");
            assert!(printed.starts_with(&expected), "{printed}");
        }
        // The second run reads nothing.
        assert_eq!(case.asked().len(), 3, "{option}");
        let (code, printed) = case.run(&import);
        assert_eq!(code, Some(0), "{printed}");
        let snapshot = case.imported();
        assert_eq!(
            (snapshot.contacts["whatsapp"].len(), snapshot.chats.len()),
            (700, 450)
        );
    }
}

#[test]
fn base_url_with_an_impossible_port_is_refused() {
    for url in [
        "http://localhost:",
        "http://localhost:0",
        "http://localhost:99999",
        "http://[::1]:65536",
    ] {
        for arguments in [
            &["start", "--account", "a", "--base-url", url][..],
            &[
                "start",
                "--account",
                "a",
                "--bridge",
                url,
                "--directory",
                SAMPLE,
            ],
            &["import", "--out", "never.json", "--base-url", url],
        ] {
            let (code, errors) = run(arguments);
            assert_eq!(code, Some(2), "{url}: {errors}");
            assert_eq!(
                errors,
                "contact-resolution: the port of the base URL is not a number from 1 to 65535\n"
            );
        }
    }
}
