//! The statements of the store: one round trip for a query, one account per statement, and always an index.

use std::fs;
use std::time::{Duration, Instant};

use contact_resolution::{
    AsyncDirectory, AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, DirectoryQuery,
    IdentifierKind, Key, Person, Region,
};
use contact_resolution_postgres::PostgresStore;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};

use crate::server::{Server, raw};
use crate::{ALL, HOUR, account, alice, with_alice};

/// A query for any number of accounts and keys takes one round trip to the server.
#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn query_takes_one_round_trip() {
    const ONE_WAY: Duration = Duration::from_millis(100);
    let url = Server::shared().direct_database().await;
    drop(with_alice(&url).await);
    let socket = Server::shared().folder.join(".s.PGSQL.5432");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(&socket).await.unwrap();
            let ((from_client, to_client), (from_server, to_server)) =
                (client.into_split(), server.into_split());
            tokio::spawn(carry(from_client, to_server, ONE_WAY));
            tokio::spawn(carry(from_server, to_client, ONE_WAY));
        }
    });
    let database = url.rsplit('/').next().unwrap();
    let far = format!("postgres://contacts@127.0.0.1:{port}/{database}");
    let store = PostgresStore::connect(&far).await.unwrap();

    let keys: Vec<Key> = (0..50)
        .map(|n| Key::new(IdentifierKind::Id, &n.to_string()))
        .collect();
    let alice = [Key::new(IdentifierKind::Id, "alice")];
    let ask = |account, keys| DirectoryQuery { account, keys };
    let queries = [
        ask("signal", &alice[..]),
        ask("other", &keys),
        ask("signal", &keys),
        ask("third", &alice),
    ];
    let begun = Instant::now();
    let found = store.find_async(&queries).await.unwrap();
    let time = begun.elapsed();
    assert_eq!(found[0].people, [crate::alice().into()]);
    assert!(time >= 2 * ONE_WAY && time < 4 * ONE_WAY, "{time:?}");

    let begun = Instant::now();
    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
    assert!(matches!(
        store.ledger(HOUR).claim_async(&claim_key).await,
        Ok(ClaimResult::Acquired { .. })
    ));
    let time = begun.elapsed();
    assert!(time >= 2 * ONE_WAY && time < 4 * ONE_WAY, "{time:?}");
}

/// Copies bytes, each with this delay.
async fn carry(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin + Send + 'static,
    later: Duration,
) {
    let (send, mut receive) = tokio::sync::mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((due, bytes)) = receive.recv().await {
            tokio::time::sleep_until(due.into()).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
    });
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let _ = send.send((Instant::now() + later, buffer[..count].to_vec()));
    }
}

/// Loads thirty accounts of five hundred people, and one account of one person.
async fn fill(store: &PostgresStore) {
    for number in 0..30 {
        let mut account = account();
        account.id = format!("account-{number}");
        let people = (0..500).map(|n| {
            Person::new(format!("{n}"))
                .with_identifier(IdentifierKind::Phone, format!("+1415555{n:04}"))
        });
        store.load(&account, ALL, people).await.unwrap();
        let claim_key = |n: usize| {
            ClaimKey::new(
                account.id.as_str(),
                Key::new(IdentifierKind::Id, &n.to_string()),
            )
        };
        for n in 0..50 {
            store.ledger(HOUR).claim_async(&claim_key(n)).await.unwrap();
        }
    }
    store.load(&account(), ALL, [alice()]).await.unwrap();
}

/// Every statement about people, keys or claims selects one account, and uses an index. So the tables can be
/// distributed by account. The plans come from the server's own log.
#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn every_statement_selects_one_account_and_uses_an_index() {
    let server = Server::start();
    let url = server.database().await;
    let store = PostgresStore::connect(&url).await.unwrap();
    fill(&store).await;
    let beside = raw(&url).await;
    // With this many rows, no index is longer than its table, so the planner uses it.
    beside
        .batch_execute(
            "insert into account select 'filler ' || n, '{}', false, false from generate_series(1, 5000) n; analyze",
        )
        .await
        .unwrap();
    let database = url.rsplit('/').next().unwrap();
    beside
        .batch_execute(&format!(
            "alter database {database} set session_preload_libraries = auto_explain; \
             alter database {database} set auto_explain.log_min_duration = 0"
        ))
        .await
        .unwrap();
    drop(store);

    // All operations of the store.
    let store = PostgresStore::connect(&url).await.unwrap();
    store.put_account(&account()).await.unwrap();
    let mut abroad = account();
    abroad.region = Region::new("GB");
    store.put_account(&abroad).await.unwrap();
    store.set_coverage("signal", ALL).await.unwrap();
    store.upsert("signal", &alice()).await.unwrap();
    store.people("signal").await.unwrap();
    store.remove("signal", "alice").await.unwrap();
    store.load(&abroad, ALL, [alice()]).await.unwrap();
    let keys: Vec<Key> = (0..50)
        .map(|n| Key::new(IdentifierKind::Id, &n.to_string()))
        .collect();
    for keys in [&keys[..1], &keys] {
        // Often enough that the server switches to a generic plan.
        for number in 0..12 {
            let account = format!("account-{number}");
            let ask = DirectoryQuery {
                account: &account,
                keys,
            };
            assert_eq!(
                store.find_async(&[ask]).await.unwrap()[0].people.len(),
                keys.len()
            );
        }
    }
    let ledger = store.ledger(HOUR);
    for n in 0..12 {
        let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, &n.to_string()));
        let token = ledger
            .claim_async(&claim_key)
            .await
            .unwrap()
            .token()
            .unwrap();
        ledger.claim_async(&claim_key).await.unwrap();
        let claim = Claim::new(claim_key, token);
        for outcome in [ClaimOutcome::Chat("!a".into()), ClaimOutcome::NoChat] {
            assert_eq!(ledger.record_async(&claim, &outcome).await, Ok(true));
        }
    }

    let log = fs::read_to_string(server.folder.join("log")).unwrap();
    let plans: Vec<&str> = log
        .split(" plan:\n")
        .skip(1)
        .map(|plan| {
            // The next entry starts at the beginning of a line. A line of a plan never does.
            let end = plan
                .match_indices('\n')
                .find(|(at, _)| !plan[at + 1..].starts_with('\t'));
            end.map_or(plan, |(at, _)| &plan[..at])
        })
        .collect();
    let tables = ["account", "person", "holder", "intent"];
    let mut seen = Vec::new();
    for plan in plans {
        let is_read_through = |table| plan.contains(&format!("Seq Scan on {table}"));
        assert!(!tables.into_iter().any(is_read_through), "{plan}");
        let lines: Vec<&str> = plan.lines().map(str::trim).collect();
        for pair in lines.windows(2) {
            let index = |table: &&&str| {
                pair[0].contains("Scan") && pair[0].contains(&format!("{table}_pkey"))
            };
            if let Some(table) = tables.iter().find(index) {
                seen.push(*table);
                let of_one = pair[1].starts_with("Index Cond:") && pair[1].contains("(account = ");
                assert!(of_one, "{plan}");
            }
        }
    }
    for table in tables {
        let count = seen.iter().filter(|seen| **seen == table).count();
        assert!(count > 10, "{table} was seen {count} times");
    }
}
