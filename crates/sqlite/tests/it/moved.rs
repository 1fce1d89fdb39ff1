//! Accounts that are divided over two stores. One of them moves while starts go on.

use std::collections::HashMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use contact_resolution::{
    Account, Claim, ClaimKey, ClaimOutcome, ClaimResult, DirectChat, Directory, DirectoryQuery,
    IdentifierKind, Key, Ledger, Network, Person, Shard, Sharded,
};
use contact_resolution_sqlite::SqliteStore;

use crate::{ALL, file};

/// The claim timeout, which is longer than any start here.
const TIMEOUT: Duration = Duration::from_secs(2);
const PEOPLE: usize = 200;
const ACCOUNTS: [&str; 2] = ["moving", "staying"];

/// Two stores, the places of the accounts, and the number of chats that the network has with each person.
struct World {
    stores: [SqliteStore; 2],
    table: RwLock<HashMap<&'static str, Shard>>,
    chats: HashMap<&'static str, Vec<AtomicUsize>>,
}

impl World {
    fn shard(&self, account: &str) -> Shard {
        self.table.read().unwrap()[account]
    }

    fn set_shard(&self, account: &'static str, shard: Shard) {
        self.table.write().unwrap().insert(account, shard);
    }

    fn directory(&self) -> Sharded<&SqliteStore, impl Fn(&str) -> Shard + '_> {
        Sharded::new(&self.stores, |account: &str| self.shard(account))
    }

    fn has_chat(&self, account: &str, key: &Key) -> bool {
        let keys = [key.clone()];
        let query = DirectoryQuery {
            account,
            keys: &keys,
        };
        let answer = self.directory().find(&[query]).unwrap().remove(0);
        assert_eq!(answer.coverage, ALL);
        !answer.people[0].chats.is_empty()
    }

    /// Starts a chat as a host does: looks for one, claims, creates one and stores it.
    fn start(&self, account: &'static str, n: usize) {
        let id = format!("libera_{n}");
        let key = Key::new(IdentifierKind::Id, &id);
        if self.has_chat(account, &key) {
            return;
        }
        let ledgers = self.stores.each_ref().map(|store| store.ledger(TIMEOUT));
        let ledger = Sharded::new(ledgers, |account: &str| self.shard(account));
        let claim_key = ClaimKey::new(account, key.clone());
        let ClaimResult::Acquired { token } = ledger.claim(&claim_key).unwrap() else {
            return;
        };
        let claim = Claim::new(claim_key, token);
        // Another start may have ended between the query and the claim.
        if self.has_chat(account, &key) {
            assert!(ledger.record(&claim, &ClaimOutcome::NoChat).unwrap());
            return;
        }
        thread::sleep(Duration::from_millis(2));
        self.chats[account][n].fetch_add(1, Ordering::SeqCst);
        let chat = format!("!{account}-{n}");
        let mut person = Person::new(id);
        person.chats.push(DirectChat::new(chat.as_str()));
        let directory = self.directory();
        let store = directory.store(account).unwrap();
        assert!(store.upsert(account, &person).unwrap());
        assert!(ledger.record(&claim, &ClaimOutcome::Chat(chat)).unwrap());
    }

    /// Moves an account as the guide describes.
    fn move_account(&self, account: &'static str) {
        self.set_shard(account, Shard::Leaving(0));
        thread::sleep(TIMEOUT);
        let [old, new] = &self.stores;
        let known = old.account(account).unwrap().unwrap();
        let people = old.people(account).unwrap();
        new.load(&known, ALL, people).unwrap();
        self.set_shard(account, Shard::In(1));
        // A decision may have looked the place up before.
        thread::sleep(Duration::from_millis(500));
        assert!(old.remove_account(account).unwrap());
    }
}

#[test]
fn moved_account_gets_one_chat_a_person_while_starts_go_on() {
    let files = [file(), file()];
    let stores = files
        .each_ref()
        .map(|file| SqliteStore::open(&file.path).unwrap());
    for account in ACCOUNTS {
        let account = Account::new(account, Network::IRC, "me");
        let people = (0..PEOPLE).map(|n| Person::new(format!("libera_{n}")));
        stores[0].load(&account, ALL, people).unwrap();
    }
    let none = || (0..PEOPLE).map(|_| AtomicUsize::new(0)).collect();
    let world = World {
        stores,
        table: RwLock::new(ACCOUNTS.map(|account| (account, Shard::In(0))).into()),
        chats: ACCOUNTS.map(|account| (account, none())).into(),
    };
    let chats = |account: &str| -> Vec<usize> {
        let chats = world.chats[account].iter();
        chats.map(|chats| chats.load(Ordering::SeqCst)).collect()
    };

    let has_moved = AtomicBool::new(false);
    thread::scope(|scope| {
        for thread in 0..4 {
            let (world, has_moved) = (&world, &has_moved);
            scope.spawn(move || {
                let mut at = thread * 7;
                while !has_moved.load(Ordering::SeqCst) {
                    // Only half of the people are asked for before the move.
                    world.start(ACCOUNTS[at % 2], at / 2 % (PEOPLE / 2));
                    at += 1;
                }
            });
        }
        thread::sleep(Duration::from_millis(100));
        world.move_account("moving");
        has_moved.store(true, Ordering::SeqCst);
    });
    assert!(chats("moving").contains(&1), "no start was before the move");
    // The others are asked for in the new store, and the first ones again.
    for n in 0..PEOPLE {
        for account in ACCOUNTS {
            world.start(account, n);
        }
    }
    for account in ACCOUNTS {
        assert_eq!(chats(account), vec![1; PEOPLE], "{account}");
    }
    let [old, new] = &world.stores;
    assert!(old.account("moving").unwrap().is_none());
    assert_eq!(new.people("moving").unwrap().len(), PEOPLE + 1);
    for file in &files {
        let report = SqliteStore::check(&file.path).unwrap();
        assert!(report.is_whole(), "{report:?}");
    }
}

#[test]
fn shard_that_does_not_exist_is_an_error() {
    let sharded = Sharded::new(
        [file()].map(|file| SqliteStore::open(&file.path).unwrap()),
        |_| Shard::In(1),
    );
    let query = DirectoryQuery {
        account: "moving",
        keys: &[],
    };
    let error = sharded.find(&[query]).unwrap_err();
    assert_eq!(error.to_string(), "there is no store with the number 1");
}
