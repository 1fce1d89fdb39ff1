//! The results of lookups that the ledger keeps.

use contact_resolution_postgres::PostgresStore;

use crate::counted::{
    LookupServer as Network, keeps_results_after_a_restart, sends_each_lookup_once,
    sends_no_lookup_past_the_budget,
};
use crate::server::Server;
use crate::{ALL, HOUR, address_book};

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn kept_result_is_used_by_other_processes_and_after_a_restart() {
    let (url, network) = (Server::shared().database().await, Network::default());
    let store = PostgresStore::connect(&url).await.unwrap();
    sends_each_lookup_once(&network, &store.ledger(HOUR)).await;
    drop(store);
    let store = PostgresStore::connect(&url).await.unwrap();
    keeps_results_after_a_restart(&network, &store.ledger(HOUR)).await;
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn lookup_past_the_budget_is_not_sent() {
    let (url, network) = (Server::shared().database().await, Network::default());
    let store = PostgresStore::connect(&url).await.unwrap();
    sends_no_lookup_past_the_budget(&network, &store.ledger(HOUR)).await;
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn entry_of_an_address_book_and_its_owner_are_one_person_after_a_restart() {
    let url = Server::shared().database().await;
    let store = PostgresStore::connect(&url).await.unwrap();
    let (account, entry) = (address_book::account(), address_book::entry());
    store.load(&account, ALL, [entry.clone()]).await.unwrap();
    let outcome = address_book::start(&store, &store.ledger(HOUR)).await;
    assert!(store.record("account", &outcome).await.unwrap());
    store.upsert("account", &entry).await.unwrap();
    drop(store);
    let store = PostgresStore::connect(&url).await.unwrap();
    let reused = address_book::reused_by_address(&store).await;
    assert_eq!(reused.as_deref(), Some("!new"));

    // Only the recorded start shows that the address is the owner's.
    let people = store.people("account").await.unwrap();
    let mut owner = { people.into_iter() }
        .find(|person| !person.record_keys.is_empty())
        .unwrap();
    owner.record_keys.clear();
    store.upsert("account", &owner).await.unwrap();
    assert_eq!(address_book::reused_by_address(&store).await, None);
}
