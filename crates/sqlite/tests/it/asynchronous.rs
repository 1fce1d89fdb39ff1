//! The store for asynchronous programs, alone and as one of several that divide the accounts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use contact_resolution::{
    Account, AsyncDirectory, AsyncLedger, AsyncSharded, Claim, ClaimKey, ClaimOutcome, ClaimResult,
    DirectChat, Directory, DirectoryQuery, IdentifierKind, Key, Network, Person, Shard,
};
use contact_resolution_sqlite::{AsyncSqliteLedger, AsyncSqliteStore, SqliteStore};
use rusqlite::Connection;
use tokio::time::{sleep, timeout};

use crate::{ALL, File, file};

const HOUR: Duration = Duration::from_secs(3600);

/// The claim timeout of the move, which is longer than any start here.
const TIMEOUT: Duration = Duration::from_secs(1);
const PEOPLE: usize = 60;

fn open(file: &File) -> AsyncSqliteStore {
    AsyncSqliteStore::new(SqliteStore::open(&file.path).unwrap())
}

fn key(n: usize) -> Key {
    Key::new(IdentifierKind::Id, &format!("libera_{n}"))
}

fn person(n: usize) -> Person {
    Person::new(format!("libera_{n}")).with_name(format!("Name{n} Sample"))
}

async fn load(store: &AsyncSqliteStore, id: &str) {
    let account = Account::new(id, Network::IRC, "me");
    let load = move |store: &SqliteStore| store.load(&account, ALL, (0..PEOPLE).map(person));
    store.run(load).await.unwrap();
}

/// Returns a connection that lets no other one write until it is dropped.
fn lock(file: &File) -> Connection {
    let connection = Connection::open(&file.path).unwrap();
    connection.execute_batch("begin immediate").unwrap();
    connection
}

#[tokio::test]
async fn asynchronous_store_answers_as_the_store_itself() {
    let file = file();
    let store = open(&file);
    load(&store, "irc").await;
    let keys = [key(7), key(1_000)];
    let account = "irc";
    let queries = [&keys[..1], &keys[1..]].map(|keys| DirectoryQuery { account, keys });
    let same = SqliteStore::open(&file.path).unwrap();
    let found = store.find_async(&queries).await.unwrap();
    assert_eq!(found, same.find(&queries).unwrap());
    assert_eq!((found[0].people.len(), found[1].people.len()), (1, 0));
    let suggested = store
        .suggest_async(account, "Sample, Name7", 3)
        .await
        .unwrap();
    assert_eq!(suggested[0].id, "libera_7");
    assert_eq!(
        suggested,
        same.suggest(account, "Sample, Name7", 3).unwrap()
    );
}

#[tokio::test]
async fn waiting_write_does_not_hold_up_other_tasks() {
    let file = file();
    let store = open(&file);
    load(&store, "irc").await;
    let locked = lock(&file);
    let write = tokio::spawn({
        let store = store.clone();
        async move { store.run(|store| store.upsert("irc", &person(100))).await }
    });
    // The only thread of the runtime is free, so the time passes.
    for _ in 0..10 {
        sleep(Duration::from_millis(20)).await;
    }
    assert!(!write.is_finished());
    drop(locked);
    assert_eq!(write.await.unwrap(), Ok(true));
}

#[tokio::test]
async fn call_of_a_dropped_future_is_carried_out() {
    let file = file();
    let store = open(&file);
    load(&store, "irc").await;
    let locked = lock(&file);
    let write = store.run(|store| store.upsert("irc", &person(100)));
    assert!(timeout(Duration::from_millis(50), write).await.is_err());
    drop(locked);
    let keys = [key(100)];
    let query = DirectoryQuery {
        account: "irc",
        keys: &keys,
    };
    while store.find_async(&[query]).await.unwrap()[0]
        .people
        .is_empty()
    {
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn one_of_many_asynchronous_claims_is_acquired() {
    let file = file();
    let store = open(&file);
    let claim_key = ClaimKey::new("irc", key(1));
    let claims = (0..20).map(|_| {
        let (ledger, claim_key) = (store.ledger(HOUR), claim_key.clone());
        tokio::spawn(async move { ledger.claim_async(&claim_key).await.unwrap() })
    });
    let claims: Vec<_> = claims.collect();
    let mut tokens = Vec::new();
    for claim in claims {
        match claim.await.unwrap() {
            ClaimResult::Acquired { token } => tokens.push(token),
            other => assert_eq!(other, ClaimResult::Held),
        }
    }
    assert_eq!(tokens.len(), 1);
    let ledger = store.ledger(HOUR);
    let chat = ClaimOutcome::Chat("!chat".into());
    let claim = Claim::new(claim_key.clone(), tokens[0]);
    assert_eq!(ledger.record_async(&claim, &chat).await, Ok(true));
    let done = ledger.claim_async(&claim_key).await.unwrap();
    assert_eq!(done, ClaimResult::AlreadyDone("!chat".into()));
}

#[tokio::test]
async fn asynchronous_shards_answer_for_their_own_accounts() {
    let files = [file(), file()];
    let stores = files.each_ref().map(open);
    load(&stores[0], "work").await;
    load(&stores[1], "home").await;
    let shard = |account: &str| match account {
        "work" => Shard::In(0),
        "home" => Shard::Leaving(1),
        _ => Shard::In(2),
    };
    let directory = AsyncSharded::new(stores.clone(), shard);
    let keys = [key(1), key(2)];
    let queries = [
        ("home", &keys[..1]),
        ("work", &keys[1..]),
        ("home", &keys[1..]),
    ];
    let queries = queries.map(|(account, keys)| DirectoryQuery { account, keys });
    let found = directory.find_async(&queries).await.unwrap();
    let ids = found.iter().map(|answer| answer.people[0].id.as_str());
    assert_eq!(
        ids.collect::<Vec<_>>(),
        ["libera_1", "libera_2", "libera_2"]
    );
    let suggested = directory
        .suggest_async("home", "Name5 Sample", 1)
        .await
        .unwrap();
    assert_eq!(suggested[0].id, "libera_5");
    let query = DirectoryQuery {
        account: "other",
        keys: &keys,
    };
    let error = directory.find_async(&[query]).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no store with the number 2");

    // An account that leaves gives no new claim, and a running start still records.
    let running = ClaimKey::new("home", key(1));
    let claimed = stores[1].ledger(HOUR).claim_async(&running).await.unwrap();
    let ledgers = stores.each_ref().map(|store| store.ledger(HOUR));
    let ledger = AsyncSharded::new(ledgers, shard);
    let (work, home) = (ClaimKey::new("work", key(1)), ClaimKey::new("home", key(2)));
    assert!(matches!(
        ledger.claim_async(&work).await,
        Ok(ClaimResult::Acquired { .. })
    ));
    assert_eq!(ledger.claim_async(&home).await, Ok(ClaimResult::Held));
    let claim = Claim::new(running, claimed.token().unwrap());
    assert_eq!(
        ledger.record_async(&claim, &ClaimOutcome::NoChat).await,
        Ok(true)
    );
    ledger.keep_lookup_async(&home, None, 9).await.unwrap();
    let kept = stores[1]
        .ledger(HOUR)
        .kept_lookup_async(&home)
        .await
        .unwrap();
    assert!(kept.is_some() && ledger.kept_lookup_async(&home).await.unwrap().is_some());
}

/// Two stores, the places of the accounts, and the number of chats that the network has with each person.
struct World {
    stores: [AsyncSqliteStore; 2],
    table: RwLock<HashMap<&'static str, Shard>>,
    chats: Vec<AtomicUsize>,
}

impl World {
    fn shard(&self, account: &str) -> Shard {
        self.table.read().unwrap()[account]
    }

    async fn has_chat(&self, key: &Key) -> bool {
        let stores = self.stores.clone();
        let directory = AsyncSharded::new(stores, |account: &str| self.shard(account));
        let keys = [key.clone()];
        let query = DirectoryQuery {
            account: "moving",
            keys: &keys,
        };
        let answer = directory.find_async(&[query]).await.unwrap().remove(0);
        assert_eq!(answer.coverage, ALL);
        !answer.people[0].chats.is_empty()
    }

    fn ledgers(&self) -> [AsyncSqliteLedger; 2] {
        self.stores.each_ref().map(|store| store.ledger(TIMEOUT))
    }

    /// Starts a chat as a host does: looks for one, claims, creates one and stores it.
    async fn start(&self, n: usize) {
        if self.has_chat(&key(n)).await {
            return;
        }
        let ledger = AsyncSharded::new(self.ledgers(), |account: &str| self.shard(account));
        let claim_key = ClaimKey::new("moving", key(n));
        let ClaimResult::Acquired { token } = ledger.claim_async(&claim_key).await.unwrap() else {
            return;
        };
        let claim = Claim::new(claim_key, token);
        // Another start may have ended between the query and the claim.
        if self.has_chat(&key(n)).await {
            assert!(
                ledger
                    .record_async(&claim, &ClaimOutcome::NoChat)
                    .await
                    .unwrap()
            );
            return;
        }
        sleep(Duration::from_millis(2)).await;
        self.chats[n].fetch_add(1, Ordering::SeqCst);
        let mut known = person(n);
        known.chats.push(DirectChat::new(format!("!{n}")));
        let number = usize::from(self.shard("moving") == Shard::In(1));
        let upsert = self.stores[number].run(move |store| store.upsert("moving", &known));
        assert!(upsert.await.unwrap());
        let chat = ClaimOutcome::Chat(format!("!{n}"));
        assert!(ledger.record_async(&claim, &chat).await.unwrap());
    }

    fn set_shard(&self, shard: Shard) {
        self.table.write().unwrap().insert("moving", shard);
    }

    /// Moves the account as the guide describes.
    async fn move_account(&self) {
        self.set_shard(Shard::Leaving(0));
        sleep(TIMEOUT).await;
        let [old, new] = &self.stores;
        let people = old.run(|store| store.people("moving")).await.unwrap();
        let account = Account::new("moving", Network::IRC, "me");
        let load = new.run(move |store| store.load(&account, ALL, people));
        load.await.unwrap();
        self.set_shard(Shard::In(1));
        // A decision may have looked the place up before.
        sleep(Duration::from_millis(500)).await;
        assert!(
            old.run(|store| store.remove_account("moving"))
                .await
                .unwrap()
        );
    }
}

#[tokio::test]
async fn moved_account_of_asynchronous_stores_gets_one_chat_a_person() {
    let files = [file(), file()];
    let stores = files.each_ref().map(open);
    load(&stores[0], "moving").await;
    let world = Arc::new(World {
        stores,
        table: RwLock::new([("moving", Shard::In(0))].into()),
        chats: (0..PEOPLE).map(|_| AtomicUsize::new(0)).collect(),
    });
    let has_moved = Arc::new(AtomicBool::new(false));
    let tasks = (0..4).map(|task| {
        let (world, has_moved) = (Arc::clone(&world), Arc::clone(&has_moved));
        tokio::spawn(async move {
            let mut at = task * 7;
            while !has_moved.load(Ordering::SeqCst) {
                // Only half of the people are asked for before the move.
                world.start(at % (PEOPLE / 2)).await;
                at += 1;
            }
        })
    });
    let tasks: Vec<_> = tasks.collect();
    sleep(Duration::from_millis(100)).await;
    world.move_account().await;
    has_moved.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
    let chats = || -> Vec<usize> {
        let chats = world.chats.iter();
        chats.map(|chats| chats.load(Ordering::SeqCst)).collect()
    };
    assert!(chats().contains(&1), "no start was before the move");
    for n in 0..PEOPLE {
        world.start(n).await;
    }
    assert_eq!(chats(), vec![1; PEOPLE]);
    let old = world.stores[0].run(|store| store.account("moving")).await;
    assert_eq!(old, Ok(None));
}
