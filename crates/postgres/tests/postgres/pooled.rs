//! The store through PgBouncer in transaction mode, with more clients than connections to the server.

use std::process::Command;

use contact_resolution::conformance;
use contact_resolution::{
    AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, IdentifierKind, Key, Person,
};
use contact_resolution_postgres::PostgresStore;
use tokio_postgres::NoTls;

use crate::server::{PgBouncer, Server};
use crate::{ALL, HOUR, Postgres, account, alice, find, knows_alice};

async fn pooler(settings: &[&str]) -> (PgBouncer, String) {
    let server = Server::shared();
    let pooler = PgBouncer::start(&server.folder, settings);
    let url = pooler.url(&server.direct_database().await);
    (pooler, url)
}

/// The processes of a service begin at once, on an empty database.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts a PostgreSQL server"]
async fn stores_behind_a_pooler_create_the_tables_once_and_claim_safely() {
    // Some poolers refuse the options of a connection, and others ignore them.
    for settings in [&[][..], &["ignore_startup_parameters = options"]] {
        let (_pooler, url) = pooler(settings).await;
        let tasks: Vec<_> = (0..8)
            .map(|number| tokio::spawn(work(url.clone(), number)))
            .collect();
        let mut acquired = Vec::new();
        for task in tasks {
            acquired.extend(task.await.unwrap());
        }
        acquired.sort_unstable();
        assert_eq!(acquired, (0..20).collect::<Vec<_>>());
        check_settings(&url).await;
    }
}

/// Writes, finds and claims. Returns the numbers of the claims that this store got.
async fn work(url: String, number: usize) -> Vec<usize> {
    let store = PostgresStore::connect(&url).await.unwrap();
    store.put_account(&account()).await.unwrap();
    let ledger = store.ledger(HOUR);
    let mut acquired = Vec::new();
    for n in 0..20 {
        let id = format!("{number}-{n}");
        let person = Person::new(id.as_str());
        assert_eq!(store.upsert("signal", &person).await, Ok(true));
        let found = find(&store, IdentifierKind::Id, &id).await.unwrap();
        assert_eq!(found.people, [person.into()]);
        let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, &n.to_string()));
        let result = ledger.claim_async(&claim_key).await.unwrap();
        if let ClaimResult::Acquired { token } = result {
            let claim = Claim::new(claim_key, token);
            let outcome = ClaimOutcome::Chat(format!("!{n}"));
            assert_eq!(ledger.record_async(&claim, &outcome).await, Ok(true));
            acquired.push(n);
        }
    }
    acquired
}

/// Checks that the stores left no setting on the connections to the server, which other programs use too.
async fn check_settings(url: &str) {
    let mut clients = Vec::new();
    // Each open transaction has a connection to the server.
    for _ in 0..3 {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        client.batch_execute("begin").await.unwrap();
        clients.push(client);
    }
    for client in clients {
        let select = "select name from pg_settings where source = 'session' and name in \
            ('search_path', 'statement_timeout', 'lock_timeout', 'plan_cache_mode')";
        let changed = client.query_typed(select, &[]).await.unwrap();
        assert!(changed.is_empty(), "{changed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts a PostgreSQL server"]
async fn store_behind_a_pooler_passes_the_conformance_kit() {
    let server = Server::shared();
    let pooler = PgBouncer::start(&server.folder, &[]);
    let direct = server.direct_database().await;
    let store = PostgresStore::connect(&pooler.url(&direct)).await.unwrap();
    let postgres = Postgres { url: direct, store };
    assert_eq!(conformance::check_async(&&postgres).await, Ok(()));
}

/// Programs that use the server at the same time give their prepared statements the same names.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts a PostgreSQL server"]
async fn store_behind_a_pooler_is_not_misled_by_statements_of_other_programs() {
    let (_pooler, url) = pooler(&["default_pool_size = 1"]).await;
    let store = PostgresStore::connect(&url).await.unwrap();
    store.load(&account(), ALL, [alice()]).await.unwrap();
    let (other, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    for n in 0..20 {
        let name = format!("s{n}");
        // Through a pooler that keeps statements apart, this one is not the store's.
        let _ = other
            .batch_execute(&format!("prepare {name} (text, text[]) as select 1"))
            .await;
        let again = PostgresStore::connect(&url).await.unwrap();
        assert!(knows_alice(&store).await && knows_alice(&again).await);
    }
}

/// Returns whether PgBouncer keeps the prepared statements of its clients apart, as it does since version 1.21.
fn keeps_statements_apart() -> bool {
    let program = std::env::var("PGBOUNCER_PROGRAM");
    let output = Command::new(program.as_deref().unwrap_or("/usr/sbin/pgbouncer"))
        .arg("--version")
        .output()
        .expect("pgbouncer, of the package pgbouncer");
    let text = String::from_utf8(output.stdout).expect("text");
    let version = text.lines().next().and_then(|line| line.split('.').nth(1));
    let minor: u32 = version.expect("a version").parse().expect("a number");
    minor >= 21
}

/// Returns the number of prepared searches on the one connection to the server.
async fn prepared_searches(url: &str) -> i64 {
    let store = PostgresStore::connect(url).await.unwrap();
    store.load(&account(), ALL, [alice()]).await.unwrap();
    assert!(knows_alice(&store).await);
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    let count = "select count(*) from pg_prepared_statements where statement like '%contact_resolution.holder%'";
    let rows = client.query_typed(count, &[]).await.unwrap();
    rows[0].get(0)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts a PostgreSQL server"]
async fn statements_are_prepared_only_behind_a_pooler_that_keeps_them_apart() {
    let one = "default_pool_size = 1";
    if keeps_statements_apart() {
        let (_pooler, url) = pooler(&[one, "max_prepared_statements = 100"]).await;
        assert_eq!(prepared_searches(&url).await, 1);
        let (_pooler, url) = pooler(&[one, "max_prepared_statements = 0"]).await;
        assert_eq!(prepared_searches(&url).await, 0);
    } else {
        let (_pooler, url) = pooler(&[one]).await;
        assert_eq!(prepared_searches(&url).await, 0);
    }
}
