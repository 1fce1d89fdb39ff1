//! A disk that is full, which only the connection itself can play.

use super::SqliteStore;
use crate::directory::{Coverage, Directory, DirectoryQuery};
use crate::key::Key;
use crate::ledger::{ClaimKey, ClaimOutcome, ClaimResult, Ledger};
use crate::network::{IdentifierKind, Network};
use crate::person::{Account, Person};

fn store(folder: &tempfile::TempDir) -> SqliteStore {
    let store = SqliteStore::open(folder.path().join("contacts.sqlite")).unwrap();
    store
        .put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me"))
        .unwrap();
    store
}

/// Lets the file grow no more, or again.
fn limit(store: &SqliteStore, is_full: bool) {
    let connection = store.lock();
    let pages: i64 = connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    let limit = if is_full {
        pages
    } else {
        i64::from(u32::MAX - 1)
    };
    connection
        .pragma_update_and_check(None, "max_page_count", limit, |_| Ok(()))
        .unwrap();
}

fn finds(store: &SqliteStore, id: &str) -> bool {
    let keys = [Key::new(IdentifierKind::Id, id)];
    let ask = DirectoryQuery {
        account: "irc",
        keys: &keys,
    };
    !store.find(&[ask]).unwrap()[0].people.is_empty()
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    limit(&store, true);
    let ids = || (0..10_000).map(|n| format!("libera_{n}"));
    let mut stored: Vec<String> = Vec::new();
    let error = ids().find_map(|id| match store.upsert("irc", &Person::new(id.as_str())) {
        Ok(_) => {
            stored.push(id);
            None
        }
        Err(error) => Some((id, error)),
    });
    let (refused, error) = error.expect("a full disk");
    assert_eq!(error.code(), "store_full");
    assert_eq!(
        error.to_string(),
        "there is no room left for the store (SQLite 13)"
    );
    assert!(!stored.is_empty());
    assert!(stored.iter().all(|id| finds(&store, id)));
    assert!(!finds(&store, &refused));

    // A load that does not fit leaves what was there.
    let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
    let people = ids().map(|id| Person::new(format!("other_{id}")));
    let error = store
        .load(&account, Coverage::default(), people)
        .unwrap_err();
    assert_eq!(error.code(), "store_full");
    assert!(stored.iter().all(|id| finds(&store, id)));

    // There is room again.
    limit(&store, false);
    assert!(store.upsert("irc", &Person::new(refused.as_str())).unwrap());
    assert!(finds(&store, &refused));
}

#[test]
fn a_claim_that_does_not_fit_is_nobodys() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let ledger = store.ledger(std::time::Duration::from_secs(60));
    limit(&store, true);
    let claim_keys =
        || (0..10_000).map(|n| ClaimKey::new("irc", Key::new(IdentifierKind::Id, &n.to_string())));
    let full = claim_keys().find(|claim_key| match ledger.claim(claim_key) {
        Ok(claim) => {
            assert_eq!(claim, ClaimResult::Acquired);
            false
        }
        Err(error) => error.code() == "store_full",
    });
    let refused = full.expect("a full disk");
    // What is claimed can still be settled as nothing, and what is not is still to be had.
    let first = claim_keys().next().unwrap();
    ledger.record(&first, &ClaimOutcome::NoChat).unwrap();
    limit(&store, false);
    assert_eq!(ledger.claim(&refused), Ok(ClaimResult::Acquired));
}
