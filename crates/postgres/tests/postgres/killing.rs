//! A process that is killed while it writes.

use contact_resolution::{
    AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, IdentifierKind, Key, Person,
};
use contact_resolution_postgres::PostgresStore;
use tokio::runtime::Runtime;

use crate::server::{Server, raw};
use crate::{ALL, HOUR, find, killed, with_alice};

#[test]
#[ignore = "starts a PostgreSQL server"]
fn killed_writer_loses_no_confirmed_write() {
    let runtime = Runtime::new().unwrap();
    let url = runtime.block_on(Server::shared().database());
    runtime.block_on(with_alice(&url));
    killed::at_random_moments("killing::child_that_is_killed", &url, |done| {
        runtime.block_on(check_completed_writes(&url, done));
    });
}

async fn check_completed_writes(url: &str, done: &[String]) {
    let store = PostgresStore::connect(url).await.unwrap();
    let ledger = store.ledger(HOUR);
    for line in done {
        let (what, id) = line.split_once(' ').expect("a line");
        let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, id));
        match what {
            "stored" => {
                let found = find(&store, IdentifierKind::Id, id).await.unwrap();
                assert_eq!(found.people.len(), 1, "{id}");
            }
            // A later outcome may have been recorded, too.
            "claimed" => assert!(!matches!(
                ledger.claim_async(&claim_key).await,
                Ok(ClaimResult::Acquired { .. })
            )),
            "settled" => {
                let claim = ledger.claim_async(&claim_key).await;
                assert_eq!(claim, Ok(ClaimResult::AlreadyDone(format!("!{id}"))));
            }
            _ => assert_eq!(what, "loaded"),
        }
    }
    // A load is complete or not there at all, and every key belongs to a stored person.
    let row = raw(url)
        .await
        .query_one(
            "select count(distinct record::json ->> 'fullName'), count(*), \
                    (select count(*) from holder left join person using (account, person) where record is null) \
             from person where account = 'loaded'",
            &[],
        )
        .await
        .unwrap();
    let (loads, people, orphaned): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert!(
        (loads, people) == (0, 0) || (loads, people) == (1, killed::LOADED),
        "{people} people of {loads} loads"
    );
    assert_eq!(orphaned, 0);
}

/// The child process that is killed.
#[test]
#[ignore = "a part of another test"]
fn child_that_is_killed() {
    // Runs only if the parent test selects it by name.
    let Ok(url) = std::env::var("STORE") else {
        return;
    };
    let runtime = Runtime::new().unwrap();
    let store = runtime.block_on(PostgresStore::connect(&url)).unwrap();
    let ledger = store.ledger(HOUR);
    let mut token = 0;
    killed::write(|work| {
        runtime.block_on(async {
            match work {
                killed::Work::Store(id) => {
                    store.upsert("signal", &Person::new(id)).await.unwrap();
                }
                killed::Work::Claim(claim_key) => {
                    let result = ledger.claim_async(claim_key).await.unwrap();
                    assert!(matches!(result, ClaimResult::Acquired { .. }));
                    token = result.token().unwrap();
                }
                killed::Work::Record(claim_key, chat) => {
                    let claim = Claim::new(claim_key.clone(), token);
                    let outcome = ClaimOutcome::Chat(chat.into());
                    assert_eq!(ledger.record_async(&claim, &outcome).await, Ok(true));
                }
                killed::Work::Load(account, people) => {
                    store.load(account, ALL, people).await.unwrap();
                }
            }
        });
    });
}
