//! Rows that are changed or missing: a query of them is an error, and a check of the whole store reports them.

use std::time::Duration;

use contact_resolution::store::StoreError;
use contact_resolution::{ClaimKey, Directory, IdentifierKind, Key, Ledger, Person};
use contact_resolution_sqlite::{CheckReport, Fault, SqliteStore};

use crate::{ALL, File, account, alice, file, find, patch_alice, raw, with_alice};

/// Returns a closed store with Alice, five hundred other people and a claim on Alice.
fn with_many() -> File {
    let file = file();
    let store = SqliteStore::open(&file.path).unwrap();
    let others = (0..500).map(|n| Person::new(format!("person-{n}")));
    store
        .load(&account(), ALL, others.chain([alice()]))
        .unwrap();
    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
    store
        .ledger(Duration::from_secs(60))
        .claim(&claim_key)
        .unwrap();
    file
}

fn faults(report: &CheckReport) -> Vec<Fault> {
    report.faults.iter().map(|(fault, _)| *fault).collect()
}

#[test]
fn whole_store_has_no_faults() {
    let report = SqliteStore::check(with_many().path).unwrap();
    assert!(report.is_whole(), "{report:?}");
    // The own user is one of the people. Alice has a number with three keys.
    assert_eq!((report.accounts, report.people, report.claims), (1, 502, 1));
    assert!(report.keys > report.people && report.names > 0);
}

/// Damages a store in different ways. A query must return an error if the damage could change its answer.
#[test]
fn changed_or_missing_row_is_an_error_and_is_reported() {
    let cases = [
        (
            "delete from holder where person = 'id:alice'",
            vec![Fault::Key, Fault::KeysOfPeople],
        ),
        (
            "update holder set key = key || '0' where person = 'id:alice'",
            vec![Fault::Key, Fault::KeysOfPeople],
        ),
        (
            "delete from person where person = 'id:alice'",
            vec![
                Fault::PersonCount,
                Fault::KeysOfPeople,
                Fault::NamesOfPeople,
            ],
        ),
        (
            "update person set record = replace(record, '555', '556')",
            vec![Fault::Person, Fault::KeysOfPeople, Fault::NamesOfPeople],
        ),
        (
            "update person set person = 'id:bob' where person = 'id:alice'",
            vec![Fault::Person, Fault::KeysOfPeople, Fault::NamesOfPeople],
        ),
        (
            "delete from account",
            vec![Fault::MissingAccount, Fault::PersonCount],
        ),
        (
            "update account set chats = 0",
            vec![Fault::Account, Fault::PersonCount],
        ),
    ];
    for (change, expected) in cases {
        let file = with_many();
        let store = SqliteStore::open(&file.path).unwrap();
        raw(&file.path).execute_batch(change).unwrap();
        let error = find(&store, IdentifierKind::Phone, "+14155552671").unwrap_err();
        assert_eq!(error.code(), "store_corrupt", "{change}");
        let report = SqliteStore::check(&file.path).unwrap();
        assert_eq!(faults(&report), expected, "{change}");
    }
}

#[test]
fn absence_of_a_key_is_proven_by_the_row_before_it() {
    let file = with_many();
    let store = SqliteStore::open(&file.path).unwrap();
    let absent = |n: usize| find(&store, IdentifierKind::Handle, &format!("absent-{n}"));
    assert!((0..200).all(|n| absent(n).unwrap().people.is_empty()));
    // Without the other rows, nothing shows that they had not these keys.
    raw(&file.path)
        .execute_batch("delete from holder where position >= 0")
        .unwrap();
    assert!((0..200).all(|n| absent(n).is_err_and(|error| error.code() == "store_corrupt")));
}

#[test]
fn record_without_the_queried_key_is_an_error() {
    let file = with_alice();
    let store = SqliteStore::open(&file.path).unwrap();
    patch_alice(&file.path, r#"{"phoneNumber": null, "identifiers": null}"#);
    assert_eq!(
        find(&store, IdentifierKind::Id, "alice")
            .unwrap()
            .people
            .len(),
        1
    );
    let error = find(&store, IdentifierKind::Phone, "+14155552671").unwrap_err();
    assert_eq!(error.code(), "store_corrupt");
    let report = SqliteStore::check(&file.path).unwrap();
    assert_eq!(faults(&report), [Fault::KeysOfPeople]);
}

#[test]
fn damaged_claim_is_an_error() {
    for change in [
        "chat = '!other'",
        "token = token + 1",
        "since = since - 1",
        "stale = 1",
    ] {
        let file = with_many();
        raw(&file.path)
            .execute_batch(&format!("update intent set {change}"))
            .unwrap();
        let store = SqliteStore::open(&file.path).unwrap();
        let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
        let claimed = store.ledger(Duration::from_secs(60)).claim(&claim_key);
        assert_eq!(
            claimed.map_err(|error| error.code()),
            Err("store_corrupt"),
            "{change}"
        );
        assert_eq!(
            faults(&SqliteStore::check(&file.path).unwrap()),
            [Fault::Claim]
        );
    }
}

#[test]
fn changed_or_missing_row_of_a_name_is_reported() {
    for change in [
        "delete from word where word = 'alice'",
        "delete from named where word = 'alice'",
        "update named set person = 'id:person-7' where word = 'alice'",
        "update named set names = replace(names, 'example', 'sample') where word = 'alice'",
        "update named set checksum = checksum + 1 where word = 'alice'",
        "update word set key = key || 'x' where word = 'alice'",
    ] {
        let file = with_many();
        let changed = raw(&file.path).execute(change, []).unwrap();
        assert!(changed > 0, "{change}");
        let report = SqliteStore::check(&file.path).unwrap();
        assert_eq!(faults(&report), [Fault::NamesOfPeople], "{change}");
    }
}

#[test]
fn search_that_reads_a_changed_row_of_a_name_is_an_error() {
    for change in [
        "update named set person = 'id:person-7' where word = 'alice'",
        "update named set names = replace(names, 'example', 'sample') where word = 'alice'",
        "update named set checksum = checksum + 1 where word = 'alice'",
    ] {
        let file = with_many();
        let store = SqliteStore::open(&file.path).unwrap();
        assert_eq!(store.suggest("signal", "Alice", 5).unwrap(), [alice()]);
        assert_eq!(raw(&file.path).execute(change, []).unwrap(), 1, "{change}");
        let error = store.suggest("signal", "Alice", 5).unwrap_err();
        assert_eq!(error.code(), "store_corrupt", "{change}");
    }
}

#[test]
fn missing_person_is_noticed_when_a_store_is_opened_or_listed() {
    let file = with_many();
    let store = SqliteStore::open(&file.path).unwrap();
    raw(&file.path)
        .execute_batch("delete from person where person = 'id:person-7'")
        .unwrap();
    let code = |error: StoreError| error.code();
    assert_eq!(store.people("signal").map_err(code), Err("store_corrupt"));
    assert_eq!(
        SqliteStore::open(&file.path).map(drop).map_err(code),
        Err("store_corrupt")
    );
}

#[test]
fn check_of_a_file_that_is_not_a_store_is_an_error() {
    let file = file();
    let code = |error: StoreError| error.code();
    assert_eq!(
        SqliteStore::check(&file.path).map_err(code),
        Err("store_unreachable")
    );
    std::fs::write(&file.path, "{}".repeat(1000)).unwrap();
    assert_eq!(
        SqliteStore::check(&file.path).map_err(code),
        Err("not_a_store")
    );
}
