//! A full disk, which only a test with access to the connection can simulate.

use contact_resolution::{
    Account, Claim, ClaimKey, ClaimOutcome, ClaimResult, Coverage, Directory, DirectoryQuery,
    IdentifierKind, Key, Ledger, Network, Person,
};

use super::SqliteStore;

fn store(folder: &tempfile::TempDir) -> SqliteStore {
    let store = SqliteStore::open(folder.path().join("contacts.sqlite")).unwrap();
    store
        .put_account(&Account::new("irc", Network::from_bridge_type("irc"), "me"))
        .unwrap();
    store
}

/// Stops the growth of the file, or allows it again.
fn set_full(store: &SqliteStore, is_full: bool) {
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
    let query = DirectoryQuery {
        account: "irc",
        keys: &keys,
    };
    !store.find(&[query]).unwrap()[0].people.is_empty()
}

#[test]
fn full_disk_is_reported_and_loses_no_person() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    set_full(&store, true);
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
        "the disk of the store is full (SQLite 13)"
    );
    assert!(!stored.is_empty());
    assert!(stored.iter().all(|id| finds(&store, id)));
    assert!(!finds(&store, &refused));

    // A load that does not fit leaves the old people.
    let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
    let people = ids().map(|id| Person::new(format!("other_{id}")));
    let error = store
        .load(&account, Coverage::default(), people)
        .unwrap_err();
    assert_eq!(error.code(), "store_full");
    assert!(stored.iter().all(|id| finds(&store, id)));

    set_full(&store, false);
    assert!(store.upsert("irc", &Person::new(refused.as_str())).unwrap());
    assert!(finds(&store, &refused));
}

#[test]
fn claim_that_does_not_fit_on_the_disk_is_not_held() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let ledger = store.ledger(std::time::Duration::from_secs(60));
    set_full(&store, true);
    let claim_keys =
        || (0..10_000).map(|n| ClaimKey::new("irc", Key::new(IdentifierKind::Id, &n.to_string())));
    let mut first = None;
    let refused = claim_keys().find(|claim_key| match ledger.claim(claim_key) {
        Ok(result) => {
            assert!(matches!(result, ClaimResult::Acquired { .. }));
            let token = result.token().unwrap();
            first.get_or_insert_with(|| Claim::new(claim_key.clone(), token));
            false
        }
        Err(error) => error.code() == "store_full",
    });
    let (first, refused) = (first.expect("a claim"), refused.expect("a full disk"));
    // A held claim can still be released, and the refused one is free.
    assert_eq!(ledger.record(&first, &ClaimOutcome::NoChat), Ok(true));
    set_full(&store, false);
    assert!(matches!(
        ledger.claim(&refused),
        Ok(ClaimResult::Acquired { .. })
    ));
}
