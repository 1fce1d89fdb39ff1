//! The store on Citus, with a worker that is killed. `.ci/citus` runs these tests.

use std::collections::HashSet;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use contact_resolution::{
    Account, AsyncDirectory, AsyncLedger, ClaimKey, ClaimResult, DirectoryQuery, IdentifierKind,
    Key, Network, Person,
};
use contact_resolution_postgres::PostgresStore;

use crate::server::{Server, raw};
use crate::{ALL, HOUR};

const ACCOUNTS: usize = 12;
const PEOPLE: usize = 40;

/// Runs `pg_ctl` on the data of a worker.
fn control(port: &str, arguments: &[&str]) {
    let folder = std::env::var("CITUS_FOLDER").expect("the folder of the servers");
    let data = format!("{folder}/{port}");
    let bin = crate::server::programs().expect("initdb").join("pg_ctl");
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(bin);
    command.args(["-D", &data, "-s", "-w"]).args(arguments);
    let done = command.current_dir("/").status().expect("pg_ctl");
    assert!(done.success(), "{arguments:?}");
}

fn account_id(n: usize) -> String {
    format!("account-{n}")
}

/// Returns the code of the error of a search, or `None` if it found the person.
async fn search(store: &PostgresStore, account: usize, person: usize) -> Option<&'static str> {
    let keys = [Key::new(IdentifierKind::Id, &format!("libera_{person}"))];
    let account = account_id(account);
    let query = DirectoryQuery {
        account: &account,
        keys: &keys,
    };
    match store.find_async(&[query]).await {
        Ok(answers) => {
            assert_eq!((answers[0].people.len(), answers[0].coverage), (1, ALL));
            None
        }
        Err(error) => Some(error.code()),
    }
}

/// The numbers of the accounts on the second worker.
async fn accounts_on(url: &str, port: &str) -> HashSet<usize> {
    let beside = raw(url).await;
    let mut found = HashSet::new();
    for n in 0..ACCOUNTS {
        let select = format!(
            "select nodeport::text from pg_dist_shard_placement where shardid = \
             get_shard_id_for_distribution_column('contact_resolution.account', '{}')",
            account_id(n)
        );
        let rows = beside.query_typed(&select, &[]).await.unwrap();
        if rows[0].get::<_, String>(0) == port {
            found.insert(n);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Citus"]
async fn dead_worker_affects_its_own_accounts_alone_and_no_person_is_claimed_twice() {
    let Ok(ports) = std::env::var("CITUS") else {
        return;
    };
    let worker = ports.rsplit(' ').next().unwrap().to_owned();
    let url = Server::shared().database().await;
    let store = Arc::new(PostgresStore::connect(&url).await.unwrap());
    for n in 0..ACCOUNTS {
        let account = Account::new(account_id(n), Network::IRC, "me");
        let people = (0..PEOPLE).map(|n| Person::new(format!("libera_{n}")));
        store.load(&account, ALL, people).await.unwrap();
    }
    let on_worker = accounts_on(&url, &worker).await;
    assert!(
        !on_worker.is_empty() && on_worker.len() < ACCOUNTS,
        "{on_worker:?}"
    );

    // Six tasks claim the same people in the same order. No claim is released, so each is acquired once at most.
    let is_done = Arc::new(AtomicBool::new(false));
    let acquired: Arc<Vec<AtomicUsize>> = Arc::new(
        (0..ACCOUNTS * PEOPLE)
            .map(|_| AtomicUsize::new(0))
            .collect(),
    );
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let (store, is_done) = (Arc::clone(&store), Arc::clone(&is_done));
            let acquired = Arc::clone(&acquired);
            tokio::spawn(async move {
                let ledger = store.ledger(HOUR);
                for at in (0..ACCOUNTS * PEOPLE).cycle() {
                    if is_done.load(Ordering::SeqCst) {
                        break;
                    }
                    let key = Key::new(IdentifierKind::Id, &format!("libera_{}", at / ACCOUNTS));
                    let claim_key = ClaimKey::new(account_id(at % ACCOUNTS), key);
                    if let Ok(ClaimResult::Acquired { .. }) = ledger.claim_async(&claim_key).await {
                        acquired[at].fetch_add(1, Ordering::SeqCst);
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            })
        })
        .collect();

    tokio::time::sleep(Duration::from_secs(1)).await;
    control(&worker, &["-m", "immediate", "stop"]);
    let mut codes = HashSet::new();
    for round in 0..20 {
        for n in 0..ACCOUNTS {
            let code = search(&store, n, round).await;
            assert_eq!(
                code.is_some(),
                on_worker.contains(&n),
                "account {n}: {code:?}"
            );
            codes.extend(code);
        }
    }
    assert_eq!(codes, HashSet::from(["store_unreachable"]));
    let folder = std::env::var("CITUS_FOLDER").unwrap();
    control(&worker, &["-l", &format!("{folder}/{worker}.log"), "start"]);
    tokio::time::sleep(Duration::from_secs(3)).await;
    for n in 0..ACCOUNTS {
        assert_eq!(search(&store, n, 0).await, None, "account {n}");
    }
    is_done.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
    let counts = acquired.iter().map(|count| count.load(Ordering::SeqCst));
    let (once, more) = counts.fold((0, 0), |(once, more), count| match count {
        0 => (once, more),
        1 => (once + 1, more),
        _ => (once, more + 1),
    });
    println!("{once} people claimed once, {more} more often");
    assert!(once > 0 && more == 0, "{once} {more}");
}
