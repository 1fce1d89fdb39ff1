//! The SQLite store with old, newer, foreign, damaged and write-protected files, several processes, and a process that
//! is killed while it writes.
//!
//! `KILLS=100 cargo test --release -p contact-resolution-sqlite` kills it a hundred times. The default is ten.

#[cfg(feature = "tokio")]
#[path = "../../../../tests/support/stores/address_book.rs"]
mod address_book;
#[path = "../../src/checksum.rs"]
mod checksum;
#[cfg(feature = "tokio")]
#[path = "../../../../tests/support/stores/lookups.rs"]
mod counted;
#[path = "../../../../tests/support/generators/mod.rs"]
mod generators;
#[path = "../../../../tests/support/stores/history.rs"]
mod history;
#[path = "../../../../tests/support/stores/killed.rs"]
mod killed;
#[path = "../../../../tests/support/stores/many_contacts.rs"]
mod many_contacts;
#[path = "../../../../tests/support/people.rs"]
mod people;
#[path = "../../../../tests/support/stores/same_decisions.rs"]
mod same_decisions;

#[cfg(feature = "tokio")]
mod asynchronous;
mod check;
mod clock;
mod conformance;
mod damage;
mod decisions;
mod examples;
#[cfg(feature = "tokio")]
mod lookups;
mod moved;
mod other_files;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use checksum::Checksum;
use contact_resolution::store::StoreError;
use contact_resolution::{
    Account, Claim, ClaimKey, ClaimOutcome, ClaimResult, Coverage, Directory, DirectoryAnswer,
    DirectoryQuery, IdentifierKind, KEY_FORMAT, Key, Ledger, Network, Person, Region,
};
use contact_resolution_sqlite::SqliteStore;
use rusqlite::Connection;
use tempfile::TempDir;

const ALL: Coverage = Coverage {
    contacts: true,
    chats: true,
};

struct File {
    folder: TempDir,
    path: PathBuf,
}

fn file() -> File {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("contacts.sqlite");
    File { folder, path }
}

fn account() -> Account {
    let mut account = Account::new("signal", Network::from_bridge_type("signal"), "me");
    account.region = Region::new("US");
    account
}

fn alice() -> Person {
    Person::new("alice")
        .with_name("Alice Example")
        .with_identifier(IdentifierKind::Phone, "(415) 555-2671")
}

/// Returns a closed store with one person.
fn with_alice() -> File {
    let file = file();
    let store = SqliteStore::open(&file.path).unwrap();
    store.load(&account(), ALL, [alice()]).unwrap();
    file
}

fn find(
    store: &SqliteStore,
    kind: IdentifierKind,
    value: &str,
) -> Result<DirectoryAnswer, StoreError> {
    let keys = [Key::new(kind, value)];
    let ask = DirectoryQuery {
        account: "signal",
        keys: &keys,
    };
    Ok(store.find(&[ask])?.remove(0))
}

fn knows_alice(store: &SqliteStore) -> bool {
    let found = find(store, IdentifierKind::Phone, "+14155552671").unwrap();
    found.people == [alice().into()] && found.coverage == ALL
}

fn refusal(path: &Path) -> &'static str {
    SqliteStore::open(path).expect_err("a refusal").code()
}

fn raw(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

/// Changes all claims by the terms of an update with one parameter, and their checksums.
fn change_claims(connection: &Connection, terms: &str, parameter: i64) {
    connection
        .execute(&format!("update intent set {terms}"), [parameter])
        .unwrap();
    let mut select = connection
        .prepare("select account, person, since, boot, chat, stale, token from intent")
        .unwrap();
    let mut rows = select.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let text = |column| row.get::<_, String>(column).unwrap();
        let number = |column| row.get::<_, i64>(column).unwrap();
        let chat: Option<String> = row.get(4).unwrap();
        let checksum = Checksum::of("intent")
            .text(&text(0))
            .text(&text(1))
            .number(number(2))
            .text(&text(3))
            .number(chat.is_some().into())
            .text(chat.as_deref().unwrap_or_default())
            .number(number(5))
            .number(number(6))
            .finish();
        connection
            .execute(
                "update intent set checksum = ?1 where account = ?2 and person = ?3",
                rusqlite::params![checksum, text(0), text(1)],
            )
            .unwrap();
    }
}

/// Makes all claims older by this many milliseconds.
fn age_claims(connection: &Connection, millis: i64) {
    change_claims(connection, "since = since - ?1", millis);
}

/// Changes the record of the only account, as JSON merge patch does, and its checksum.
fn patch_account(path: &Path, merge_patch: &str) {
    let connection = raw(path);
    let (id, record, contacts, chats, people): (String, String, i64, i64, i64) = connection
        .query_row(
            "select account, json_patch(record, ?1), contacts, chats, people from account",
            [merge_patch],
            |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ))
            },
        )
        .unwrap();
    let checksum = Checksum::of("account")
        .text(&id)
        .text(&record)
        .number(contacts)
        .number(chats)
        .number(people)
        .finish();
    connection
        .execute(
            "update account set record = ?1, checksum = ?2",
            rusqlite::params![record, checksum],
        )
        .unwrap();
}

/// Changes the record of Alice, as JSON merge patch does, and its checksum.
fn patch_alice(path: &Path, merge_patch: &str) {
    let connection = raw(path);
    let record: String = connection
        .query_row(
            "select json_patch(record, ?1) from person where person = 'id:alice'",
            [merge_patch],
            |row| row.get(0),
        )
        .unwrap();
    let checksum = Checksum::of("person")
        .text("signal")
        .text("id:alice")
        .text(&record)
        .finish();
    connection
        .execute(
            "update person set record = ?1, checksum = ?2 where person = 'id:alice'",
            rusqlite::params![record, checksum],
        )
        .unwrap();
}

#[test]
fn stored_people_are_found_after_reopening() {
    let file = with_alice();
    let store = SqliteStore::open(&file.path).unwrap();
    assert!(knows_alice(&store));
    assert!(store.accounts().unwrap() == [account()]);
    let mode: String = raw(&file.path)
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn accounts_of_every_network_are_read_unchanged() {
    let file = file();
    let store = SqliteStore::open(&file.path).unwrap();
    for network in Network::ALL.iter().chain([&Network::GENERAL]) {
        let mut account = account();
        account.id = format!("on {}", network.name());
        account.network = network.clone();
        account.state = contact_resolution::AccountState::Connecting;
        account.flags = Some(network.capabilities());
        account.user = alice();
        store.put_account(&account).unwrap();
        let read = store.accounts().unwrap();
        let read = read.iter().find(|known| known.id == account.id);
        assert!(read == Some(&account), "{}", network.name());
    }
}

#[test]
fn store_of_an_older_version_is_upgraded() {
    let file = file();
    let first = fs::read_to_string("src/1_directory.sql").unwrap();
    let old = raw(&file.path);
    old.execute_batch(&first).unwrap();
    old.execute_batch("pragma application_id = 1131696755; pragma user_version = 1;")
        .unwrap();
    let new = SqliteStore::open(file.folder.path().join("new.sqlite")).unwrap();
    new.load(&account(), ALL, [alice()]).unwrap();
    old.execute_batch(&format!(
        "attach '{}' as new; insert into account select account, record, contacts, chats from new.account; \
         insert into person select account, person, record from new.person; \
         insert into holder select account, key, person from new.holder where key > '';",
        file.folder.path().join("new.sqlite").display()
    ))
    .unwrap();
    drop(old);

    let store = SqliteStore::open(&file.path).unwrap();
    assert!(knows_alice(&store));
    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
    assert!(matches!(
        store.ledger(Duration::from_secs(60)).claim(&claim_key),
        Ok(ClaimResult::Acquired { .. })
    ));
}

#[test]
fn upgrade_makes_the_rows_of_names() {
    for older in [
        "drop table word; drop table named; drop table lookup; pragma user_version = 4;",
        // The rows of this version lead to people, without their names.
        "alter table named drop column names; alter table named drop column checksum; pragma user_version = 6;",
    ] {
        suggests_alice_after_an_upgrade_from(older);
    }
}

fn suggests_alice_after_an_upgrade_from(older: &str) {
    let file = with_alice();
    raw(&file.path).execute_batch(older).unwrap();
    let store = SqliteStore::open(&file.path).unwrap();
    let suggested = store.suggest("signal", "Exampel, Alice", 5).unwrap();
    assert_eq!(suggested, [alice()]);
    assert!(SqliteStore::check(&file.path).unwrap().is_whole());
    // No word of a removed person stays.
    store.remove("signal", "alice").unwrap();
    assert!(store.suggest("signal", "Alice", 5).unwrap().is_empty());
    for table in ["word", "named"] {
        let count = format!("select count(*) from {table}");
        let rows: i64 = raw(&file.path)
            .query_row(&count, [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[test]
fn keys_of_an_older_format_are_replaced() {
    let file = with_alice();
    raw(&file.path)
        .execute_batch(
            "update holder set key = 'tel ' || key; update meta set value = 0 where name = 'key_format';",
        )
        .unwrap();
    let store = SqliteStore::open(&file.path).unwrap();
    assert!(knows_alice(&store));
    let (old, format): (i64, u32) = raw(&file.path)
        .query_row(
            "select (select count(*) from holder where key like 'tel %'), value from meta where name = 'key_format'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((old, format), (0, KEY_FORMAT));
}

#[test]
fn changed_region_of_an_account_changes_the_keys_of_its_people() {
    let file = with_alice();
    let store = SqliteStore::open(&file.path).unwrap();
    let mut abroad = account();
    abroad.region = Region::new("GB");
    store
        .upsert(
            "signal",
            &alice().with_identifier(IdentifierKind::Phone, "020 7946 0958"),
        )
        .unwrap();
    let finds = |number| {
        !find(&store, IdentifierKind::Phone, number)
            .unwrap()
            .people
            .is_empty()
    };
    assert!(finds("+14155552671") && !finds("+442079460958"));
    store.put_account(&abroad).unwrap();
    assert!(!finds("+14155552671") && finds("+442079460958"));
    assert_eq!(
        find(&store, IdentifierKind::Id, "alice").unwrap().coverage,
        ALL
    );
}

/// The child process of the next test, which runs as a user without write permission.
#[test]
#[ignore = "a part of another test"]
fn child_that_may_only_read() {
    // Runs only if the parent test selects it by name.
    let Ok(path) = std::env::var("STORE") else {
        return;
    };
    let store = SqliteStore::open(path).unwrap();
    assert!(knows_alice(&store));
    let error = store.upsert("signal", &alice()).unwrap_err();
    assert_eq!(error.code(), "store_read_only");
    let ledger = store.ledger(Duration::from_secs(60));
    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
    assert_eq!(
        ledger.claim(&claim_key).unwrap_err().code(),
        "store_read_only"
    );
    assert!(knows_alice(&store));
}

#[cfg(target_os = "linux")]
#[test]
fn write_protected_store_can_be_read() {
    use std::os::unix::fs::PermissionsExt;

    let file = with_alice();
    // A reader usually opens a store that another process has open.
    let _open = SqliteStore::open(&file.path).unwrap();
    let permit =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    permit(file.folder.path(), 0o777);
    permit(&file.path, 0o444);
    // SQLite makes these files as private as the store was when it was created.
    for suffix in ["-wal", "-shm"] {
        let mut path = file.path.clone().into_os_string();
        path.push(suffix);
        permit(Path::new(&path), 0o444);
    }
    let is_root = fs::OpenOptions::new().write(true).open(&file.path).is_ok();
    let test = std::env::current_exe().unwrap();
    let mut command = if is_root {
        // Root may write everywhere, so the child runs as another user, from a copy that this user may read.
        let copy = file.folder.path().join("test");
        fs::copy(&test, &copy).unwrap();
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(copy);
        command
    } else {
        Command::new(test)
    };
    let output = command
        .args(["--exact", "child_that_may_only_read", "--ignored"])
        .env("STORE", &file.path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn simultaneous_connections_to_a_new_store_write_and_claim_safely() {
    let file = file();
    let claim_keys: Vec<ClaimKey> = (0..20)
        .map(|n| ClaimKey::new("signal", Key::new(IdentifierKind::Id, &n.to_string())))
        .collect();
    let claims: Vec<Vec<ClaimResult>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|number| {
                let (path, claim_keys) = (&file.path, &claim_keys);
                scope.spawn(move || {
                    let store = SqliteStore::open(path).unwrap();
                    store.put_account(&account()).unwrap();
                    let ledger = store.ledger(Duration::from_secs(60));
                    let claims = claim_keys.iter().map(|claim_key| {
                        let id = format!("{number}-{}", claim_key.person.value());
                        assert!(store.upsert("signal", &Person::new(id)).unwrap());
                        ledger.claim(claim_key).unwrap()
                    });
                    claims.collect()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    for at in 0..claim_keys.len() {
        let mine = claims
            .iter()
            .filter(|claims| matches!(claims[at], ClaimResult::Acquired { .. }));
        assert_eq!(mine.count(), 1);
    }
    let store = SqliteStore::open(&file.path).unwrap();
    for number in 0..4 {
        for n in 0..20 {
            let id = format!("{number}-{n}");
            assert_eq!(
                find(&store, IdentifierKind::Id, &id).unwrap().people.len(),
                1
            );
        }
    }
}

#[test]
fn write_behind_a_long_lock_is_a_temporary_error() {
    let file = with_alice();
    let store = SqliteStore::open(&file.path).unwrap();
    let other = raw(&file.path);
    other.execute_batch("begin immediate").unwrap();
    // Reading does not need the lock.
    assert!(knows_alice(&store));
    let error = store.upsert("signal", &alice()).unwrap_err();
    assert_eq!(error.code(), "store_busy");
    assert!(error.is_temporary());
    other.execute_batch("rollback").unwrap();
    assert!(store.upsert("signal", &alice()).unwrap());
}

#[test]
fn errors_contain_no_personal_data() {
    let file = with_alice();
    // The message of this failed constraint contains personal data.
    raw(&file.path)
        .execute_batch(
            "create trigger no after insert on person begin select raise(abort, 'alice'); end",
        )
        .unwrap();
    let store = SqliteStore::open(&file.path).unwrap();
    let error = store.upsert("signal", &Person::new("alice-2")).unwrap_err();
    assert_eq!(error.code(), "store_failed");
    assert!(!format!("{error:?} {error}").contains("alice"), "{error}");
}

/// A child process stores people and claims, and reports each after it is written. All of them must be there after a
/// kill.
#[test]
fn killed_writer_loses_no_confirmed_write() {
    let file = file();
    SqliteStore::open(&file.path)
        .unwrap()
        .load(&account(), ALL, [])
        .unwrap();
    killed::at_random_moments(
        "child_that_is_killed",
        &file.path.display().to_string(),
        |done| {
            let store = SqliteStore::open(&file.path).unwrap();
            let whole: String = raw(&file.path)
                .query_row("pragma integrity_check", [], |row| row.get(0))
                .unwrap();
            assert_eq!(whole, "ok");
            for line in done {
                let (what, id) = line.split_once(' ').expect("a line");
                let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, id));
                match what {
                    "stored" => assert_eq!(
                        find(&store, IdentifierKind::Id, id).unwrap().people.len(),
                        1,
                        "{id}"
                    ),
                    // A later outcome may have been recorded, too.
                    "claimed" => {
                        let result = store.ledger(Duration::from_secs(3600)).claim(&claim_key);
                        assert!(!matches!(result, Ok(ClaimResult::Acquired { .. })));
                    }
                    "settled" => assert_eq!(
                        store.ledger(Duration::from_secs(3600)).claim(&claim_key),
                        Ok(ClaimResult::AlreadyDone(format!("!{id}")))
                    ),
                    _ => assert_eq!(what, "loaded"),
                }
            }
            // A load is complete or not there at all, and every key belongs to a stored person.
            let (loads, people, orphaned): (i64, i64, i64) = raw(&file.path)
            .query_row(
                "select count(distinct record ->> 'fullName'), count(*), \
                        (select count(*) from holder left join person using (account, person) where key > '' and record is null) \
                 from person where account = 'loaded'",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .unwrap();
            assert!(
                (loads, people) == (0, 0) || (loads, people) == (1, killed::LOADED),
                "{people} people of {loads} loads"
            );
            assert_eq!(orphaned, 0);
        },
    );
}

/// The child process that is killed.
#[test]
#[ignore = "a part of another test"]
fn child_that_is_killed() {
    // Runs only if the parent test selects it by name.
    let Ok(path) = std::env::var("STORE") else {
        return;
    };
    let store = SqliteStore::open(path).unwrap();
    let ledger = store.ledger(Duration::from_secs(3600));
    let mut token = 0;
    killed::write(|work| match work {
        killed::Work::Store(id) => drop(store.upsert("signal", &Person::new(id)).unwrap()),
        killed::Work::Claim(claim_key) => {
            let result = ledger.claim(claim_key).unwrap();
            assert!(matches!(result, ClaimResult::Acquired { .. }));
            token = result.token().unwrap();
        }
        killed::Work::Record(claim_key, chat) => {
            let claim = Claim::new(claim_key.clone(), token);
            let outcome = ClaimOutcome::Chat(chat.into());
            assert_eq!(ledger.record(&claim, &outcome), Ok(true));
        }
        killed::Work::Load(account, people) => store.load(account, ALL, people).unwrap(),
    });
}
