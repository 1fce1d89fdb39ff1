//! The results of lookups that the ledger keeps.

use std::thread;
use std::time::Duration;

use contact_resolution::{ClaimKey, IdentifierKind, Key, Ledger, Person};
use contact_resolution_sqlite::{AsyncSqliteStore, Fault, SqliteStore};
use rusqlite::Connection;

use crate::counted::{
    ABSENT, LookupServer, PRESENT, keeps_results_after_a_restart, limits, sends_each_lookup_once,
    sends_no_lookup_past_the_budget, start,
};
use crate::{address_book, file};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn kept_result_is_used_by_other_processes_and_after_a_restart() {
    let (file, server) = (file(), LookupServer::default());
    let store = SqliteStore::open(&file.path).unwrap();
    sends_each_lookup_once(&server, &store.ledger(HOUR)).await;
    drop(store);
    let store = SqliteStore::open(&file.path).unwrap();
    keeps_results_after_a_restart(&server, &store.ledger(HOUR)).await;
}

#[tokio::test]
async fn kept_result_is_used_by_the_asynchronous_store() {
    let (file, server) = (file(), LookupServer::default());
    let open = || AsyncSqliteStore::new(SqliteStore::open(&file.path).unwrap());
    sends_each_lookup_once(&server, &open().ledger(HOUR)).await;
    keeps_results_after_a_restart(&server, &open().ledger(HOUR)).await;
}

#[tokio::test]
async fn lookup_past_the_budget_is_not_sent() {
    let (file, server) = (file(), LookupServer::default());
    let store = SqliteStore::open(&file.path).unwrap();
    sends_no_lookup_past_the_budget(&server, &store.ledger(HOUR)).await;
}

#[test]
fn starts_at_once_send_one_lookup() {
    let (file, server) = (file(), LookupServer::default());
    let store = SqliteStore::open(&file.path).unwrap();
    let limits = limits(100);
    thread::scope(|scope| {
        for _ in 0..200 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = { runtime }.enable_time().build().unwrap();
                let ledger = store.ledger(HOUR);
                runtime.block_on(start(&server, &ledger, &limits, ABSENT))
            });
        }
    });
    assert_eq!(server.lookups(), 1);
}

#[tokio::test]
async fn damaged_result_is_not_used_and_is_reported() {
    let (file, server) = (file(), LookupServer::default());
    let store = SqliteStore::open(&file.path).unwrap();
    let ledger = store.ledger(HOUR);
    assert_eq!(start(&server, &ledger, &limits(9), PRESENT).await.1, 1);
    let raw = Connection::open(&file.path).unwrap();
    raw.execute("update lookup set record = 'null'", [])
        .unwrap();
    let lookup = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Phone, PRESENT));
    let error = ledger.kept_lookup(&lookup).unwrap_err();
    assert_eq!(error.code(), "store_corrupt");
    let report = SqliteStore::check(&file.path).unwrap();
    assert_eq!(
        (report.lookups, report.faults),
        (1, vec![(Fault::Lookup, 1)])
    );
    // The start sends the lookup, which replaces the damaged row.
    assert_eq!(start(&server, &ledger, &limits(9), PRESENT).await.1, 1);
    assert!(SqliteStore::check(&file.path).unwrap().is_whole());
}

#[test]
fn removed_account_leaves_no_results() {
    let file = file();
    let store = SqliteStore::open(&file.path).unwrap();
    store.put_account(&crate::account()).unwrap();
    let lookup = ClaimKey::new("signal", Key::new(IdentifierKind::Phone, PRESENT));
    let ledger = store.ledger(HOUR);
    let alice = Person::new("alice");
    ledger.keep_lookup(&lookup, Some(&alice), 9).unwrap();
    let kept = ledger.kept_lookup(&lookup).unwrap().unwrap();
    assert_eq!(kept.person, Some(alice));
    store.remove_account("signal").unwrap();
    assert_eq!(ledger.kept_lookup(&lookup).unwrap(), None);
}

#[tokio::test]
async fn entry_of_an_address_book_and_its_owner_are_one_person_after_a_restart() {
    let file = file();
    let store = SqliteStore::open(&file.path).unwrap();
    store
        .load(
            &address_book::account(),
            crate::ALL,
            [address_book::entry()],
        )
        .unwrap();
    let outcome = address_book::start(&store, &store.ledger(HOUR)).await;
    assert!(store.record("account", &outcome).unwrap());
    store.upsert("account", &address_book::entry()).unwrap();
    drop(store);
    let store = SqliteStore::open(&file.path).unwrap();
    let reused = address_book::reused_by_address(&store).await;
    assert_eq!(reused.as_deref(), Some("!new"));

    // Only the recorded start shows that the address is the owner's.
    let people = store.people("account").unwrap();
    let mut owner = people
        .into_iter()
        .find(|person| !person.record_keys.is_empty())
        .unwrap();
    owner.record_keys.clear();
    store.upsert("account", &owner).unwrap();
    assert_eq!(address_book::reused_by_address(&store).await, None);
}
