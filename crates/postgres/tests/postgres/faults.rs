//! Lost connections, crashed servers, statements that take too long, and read-only connections.

use std::io::{BufRead, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use contact_resolution::store::StoreError;
use contact_resolution::{
    AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, IdentifierKind, Key, Person,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};

use crate::server::{Server, raw};
use crate::*;

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn lost_connection_is_replaced() {
    let url = Server::shared().database().await;
    let store = with_alice(&url).await;
    let terminate = "select pg_terminate_backend(pid) from pg_stat_activity \
        where datname = current_database() and pid <> pg_backend_pid()";
    for _ in 0..10 {
        raw(&url).await.simple_query(terminate).await.unwrap();
        // Immediately, so that the store may not have noticed the loss yet.
        assert!(knows_alice(&store).await);
    }
    raw(&url).await.simple_query(terminate).await.unwrap();
    // The first write after the loss may fail. A pooler can hand out several lost connections.
    let tries = if std::env::var_os("PGBOUNCER").is_some() {
        8
    } else {
        2
    };
    for _ in 0..tries {
        match store.upsert("signal", &alice()).await {
            Ok(is_done) => return assert!(is_done),
            Err(error) => assert!(error.is_temporary(), "{error}"),
        }
    }
    panic!("the lost connections are not replaced");
}

/// Returns a URL through a proxy. If `time` changes, a connection from before is lost with the next bytes that are
/// sent.
async fn breaking(url: &str, time: &Arc<AtomicUsize>) -> String {
    let socket = Server::shared().folder.join(".s.PGSQL.5432");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let time = Arc::clone(time);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(&socket).await.unwrap();
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let (time, begun) = (Arc::clone(&time), time.load(Ordering::SeqCst));
            tokio::spawn(async move {
                let mut buffer = vec![0; 1 << 16];
                while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
                    let is_lost = time.load(Ordering::SeqCst) != begun;
                    if is_lost || to_server.write_all(&buffer[..count]).await.is_err() {
                        break;
                    }
                }
            });
            tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
        }
    });
    let database = url.rsplit('/').next().unwrap();
    format!("postgres://contacts@127.0.0.1:{port}/{database}")
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn outcome_is_recorded_although_the_connection_was_lost() {
    let url = Server::shared().direct_database().await;
    let time = Arc::new(AtomicUsize::new(0));
    let way = breaking(&url, &time).await;
    let store = PostgresStore::connect(&way).await.unwrap();
    let ledger = store.ledger(HOUR);
    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
    let mut result = ledger.claim_async(&claim_key).await.unwrap();
    for outcome in [ClaimOutcome::NoChat, ClaimOutcome::Chat("!a".into())] {
        let claim = Claim::new(claim_key.clone(), result.token().unwrap());
        time.fetch_add(1, Ordering::SeqCst);
        assert_eq!(ledger.record_async(&claim, &outcome).await, Ok(true));
        result = ledger.claim_async(&claim_key).await.unwrap();
    }
    assert_eq!(result, ClaimResult::AlreadyDone("!a".into()));
}

/// Makes the server crash and start again.
fn restart(server: &Server) {
    let mut process = server.process.lock().expect("a process");
    let input = process.0.stdin.as_mut().expect("standard input");
    input.write_all(b"restart\n").expect("a line");
    let mut answer = String::new();
    process.1.read_line(&mut answer).expect("a line");
    assert_eq!(answer, "restarted\n");
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn crashed_server_is_used_again_after_its_restart() {
    let server = Server::start();
    let store = with_alice(&server.database().await).await;
    let claimed = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
    assert!(matches!(
        store.ledger(HOUR).claim_async(&claimed).await,
        Ok(ClaimResult::Acquired { .. })
    ));
    restart(&server);
    assert!(knows_alice(&store).await);
    assert_eq!(
        store.ledger(HOUR).claim_async(&claimed).await,
        Ok(ClaimResult::Held)
    );
    // The other connection is lost too, which may cause one error.
    let written = store.upsert("signal", &alice()).await;
    assert!(
        written
            .as_ref()
            .map_or_else(StoreError::is_temporary, |done| *done)
    );
    assert!(knows_alice(&store).await);
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn unreachable_server_is_an_error() {
    for (url, code) in [
        (
            "postgres://contacts@%2Fno%2Fsuch%2Ffolder/contacts",
            "store_unreachable",
        ),
        (
            "postgres://contacts@127.0.0.1:1/contacts",
            "store_unreachable",
        ),
        ("no url", "not_a_store"),
    ] {
        let error = PostgresStore::connect(url).await.unwrap_err();
        assert_eq!(error.code(), code, "{url}");
    }
    let url = Server::shared().direct_database().await;
    let error = PostgresStore::connect(&format!("{url}_of_another_name"))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the store cannot be reached (SQLSTATE 3D000)"
    );
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn slow_statement_is_a_temporary_error() {
    let url = Server::shared().direct_database().await;
    drop(with_alice(&url).await);
    let limits = "options=-c%20statement_timeout%3D200%20-c%20lock_timeout%3D100";
    let store = PostgresStore::connect(&format!("{url}?{limits}"))
        .await
        .unwrap();
    let mut beside = raw(&url).await;

    // A read ends after the statement timeout, which is shorter here.
    let slow = format!("{url}?options=-c%20statement_timeout%3D200");
    let reader = PostgresStore::connect(&slow).await.unwrap();
    let lock = beside.transaction().await.unwrap();
    lock.batch_execute("lock table holder in access exclusive mode")
        .await
        .unwrap();
    let error = find(&reader, IdentifierKind::Id, "alice")
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the store took too long to answer (SQLSTATE 57014)"
    );
    assert!(error.is_temporary());
    lock.rollback().await.unwrap();
    assert!(knows_alice(&reader).await);

    // A write waits for another write to the account until the lock timeout.
    let lock = beside.transaction().await.unwrap();
    lock.batch_execute("select from account for update")
        .await
        .unwrap();
    let error = store.upsert("signal", &alice()).await.unwrap_err();
    assert_eq!(error.code(), "store_busy");
    assert!(knows_alice(&store).await);
    lock.rollback().await.unwrap();
    assert_eq!(store.upsert("signal", &alice()).await, Ok(true));

    let default: String = store_setting(&url, "statement_timeout").await;
    assert_eq!(default, "10s");
}

/// Returns a setting of the store's connection.
async fn store_setting(url: &str, name: &str) -> String {
    let store = PostgresStore::connect(url).await.unwrap();
    // A trigger runs on the store's connection, so it can read the setting.
    let beside = raw(url).await;
    beside
        .batch_execute(&format!(
            "create table seen (value text); \
             create function see() returns trigger language plpgsql as \
             $$ begin insert into contact_resolution.seen values (current_setting('{name}')); return new; end $$; \
             create trigger see after insert on intent for each row execute function see()"
        ))
        .await
        .unwrap();
    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "seen"));
    store.ledger(HOUR).claim_async(&claim_key).await.unwrap();
    let row = beside
        .query_one("select value from seen", &[])
        .await
        .unwrap();
    row.get(0)
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn read_only_connection_can_read() {
    let url = Server::shared().direct_database().await;
    drop(with_alice(&url).await);
    let options = "options=-c%20default_transaction_read_only%3Don";
    let store = PostgresStore::connect(&format!("{url}?{options}"))
        .await
        .unwrap();
    assert!(knows_alice(&store).await);
    let error = store.upsert("signal", &alice()).await.unwrap_err();
    assert_eq!(error.code(), "store_read_only");
    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
    let error = store
        .ledger(HOUR)
        .claim_async(&claim_key)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "store_read_only");
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn errors_contain_no_personal_data() {
    let url = Server::shared().database().await;
    let store = with_alice(&url).await;
    raw(&url)
        .await
        .batch_execute("alter table person add constraint no check (record not like '%alice-2%')")
        .await
        .unwrap();
    let error = store
        .upsert("signal", &Person::new("alice-2"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "store_failed");
    assert_eq!(error.to_string(), "the store failed (SQLSTATE 23514)");
    assert!(!format!("{error:?}").contains("alice"));
    // The person was not written.
    assert!(
        find(&store, IdentifierKind::Id, "alice-2")
            .await
            .unwrap()
            .people
            .is_empty()
    );
}
