//! The results of lookups that the ledger keeps.

use contact_resolution_postgres::PostgresStore;

use crate::HOUR;
use crate::counted::{
    LookupServer as Network, keeps_results_after_a_restart, sends_each_lookup_once,
};
use crate::server::Server;

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
