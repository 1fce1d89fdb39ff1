//! Two processes of the command line on one server make one chat a person.

#[path = "../support/loopback.rs"]
mod loopback;
#[path = "../stores/twice.rs"]
mod twice;

use contact_resolution::directory::PostgresStore;
use contact_resolution::{Account, Network};

use crate::ALL;
use crate::server::Server;

async fn one_chat_each(people: usize) {
    let url = Server::shared().database().await;
    let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    let store = PostgresStore::connect(&url).await.unwrap();
    store.load(&account, ALL, []).await.unwrap();
    let done = tokio::task::spawn_blocking(move || twice::one_chat_each(&url, "whatsapp", people));
    done.await.unwrap();
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn two_processes_make_one_chat_each() {
    one_chat_each(std::env::var("PEOPLE").map_or(20, |people| people.parse().unwrap())).await;
}
