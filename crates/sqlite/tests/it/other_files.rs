//! Files of newer versions, of other programs, and damaged ones.

use std::fs;

use contact_resolution::{IdentifierKind, Person};
use contact_resolution_sqlite::SqliteStore;

use crate::{
    ALL, account, alice, file, find, patch_account, patch_alice, raw, refusal, with_alice,
};

#[test]
fn newer_store_is_refused_unchanged() {
    for newer in ["pragma user_version = 99", "update meta set value = 99"] {
        let file = with_alice();
        raw(&file.path).execute_batch(newer).unwrap();
        let before = fs::read(&file.path).unwrap();
        assert_eq!(refusal(&file.path), "store_newer");
        assert_eq!(fs::read(&file.path).unwrap(), before);
    }
}

#[test]
fn file_that_is_not_a_store_is_refused_unchanged() {
    let file = file();
    let text = file.folder.path().join("contacts.json");
    fs::write(&text, "{\"accounts\": []}".repeat(100)).unwrap();
    let theirs = file.folder.path().join("theirs.sqlite");
    raw(&theirs)
        .execute_batch("create table holder (key)")
        .unwrap();
    for path in [&text, &theirs] {
        let before = fs::read(path).unwrap();
        assert_eq!(refusal(path), "not_a_store");
        assert_eq!(fs::read(path).unwrap(), before);
    }
    assert_eq!(refusal(file.folder.path()), "store_unreachable");
    assert_eq!(
        refusal(&file.folder.path().join("no such folder/contacts.sqlite")),
        "store_unreachable"
    );
}

#[test]
fn damaged_store_is_an_error_and_never_missing_people() {
    let people = || (0..5_000).map(|n| Person::new(format!("person-{n}")));
    let whole = file();
    SqliteStore::open(&whole.path)
        .unwrap()
        .load(&account(), ALL, people())
        .unwrap();
    let bytes = fs::read(&whole.path).unwrap();
    let damaged = whole.folder.path().join("damaged.sqlite");
    let ask = |store: &SqliteStore, id: &Person| find(store, IdentifierKind::Id, &id.id);

    // A page is overwritten, or the end is missing. Each person must be found complete, or the query must return an
    // error.
    let overwritten = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at..at + 4096].fill(0x5a);
        bytes
    };
    let middle = bytes.len() / 2 / 4096 * 4096;
    let cases = [
        overwritten(middle),
        overwritten(4096),
        overwritten(bytes.len() - 8192),
        bytes[..middle].to_vec(),
        bytes[..100].to_vec(),
    ];
    for (case, bytes) in cases.iter().enumerate() {
        fs::write(&damaged, bytes).unwrap();
        let store = match SqliteStore::open(&damaged) {
            Ok(store) => store,
            Err(error) => {
                assert!(
                    ["store_corrupt", "not_a_store"].contains(&error.code()),
                    "{error}"
                );
                continue;
            }
        };
        let mut errors = 0;
        for person in people() {
            match ask(&store, &person) {
                Ok(found) => assert!(found.people == [person.into()], "{case}: missed in silence"),
                Err(error) => {
                    assert_eq!(error.code(), "store_corrupt");
                    errors += 1;
                }
            }
        }
        assert!(errors > 0, "{case}: nothing was damaged");
    }
}

#[test]
fn damaged_record_is_an_error() {
    let file = with_alice();
    raw(&file.path)
        .execute("update person set record = '{\"id\": 7}'", [])
        .unwrap();
    let store = SqliteStore::open(&file.path).unwrap();
    let error = find(&store, IdentifierKind::Id, "alice").unwrap_err();
    assert_eq!(error.code(), "store_corrupt");
    assert_eq!(format!("{error:?}"), "StoreError(store_corrupt)");
}

#[test]
fn unknown_network_means_a_newer_store() {
    let file = with_alice();
    let store = SqliteStore::open(&file.path).unwrap();
    let code = |merge_patch: &str| {
        patch_account(&file.path, merge_patch);
        let read = store.accounts().unwrap_err().code();
        let written = store.upsert("signal", &Person::new("bob")).unwrap_err();
        assert_eq!(written.code(), read);
        read
    };
    assert_eq!(code(r#"{"network": "telepathy"}"#), "store_newer");
    assert_eq!(
        code(r#"{"network": "signal", "state": 7}"#),
        "store_corrupt"
    );
    assert_eq!(code(r#"{"network": 7}"#), "store_corrupt");
}

#[test]
fn unknown_members_of_a_record_are_ignored() {
    let file = with_alice();
    patch_alice(
        &file.path,
        r#"{"pronouns": "they", "chats": [{"id": "!a", "muted": true}]}"#,
    );
    let store = SqliteStore::open(&file.path).unwrap();
    let found = find(&store, IdentifierKind::Id, "alice").unwrap().people;
    assert_eq!(found[0].full_name, alice().full_name);
    assert_eq!(found[0].chats[0].id, "!a");
}
