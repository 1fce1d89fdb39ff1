//! The store decides as the memory directory does.

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Coverage, Decision, IdentifierKind, Network, Person, Policy, resolve,
};
use contact_resolution_sqlite::SqliteStore;

use crate::many_contacts::{equal_decisions_and_suggestions, equal_suggestions_among_many};
use crate::same_decisions::{Filling, Subject, equal_those_of_the_memory_directory};

impl Subject for SqliteStore {
    fn load(&self, account: &Account, coverage: Coverage, people: Vec<Person>) {
        SqliteStore::load(self, account, coverage, people).expect("a load");
    }

    fn put_account(&self, account: &Account) {
        SqliteStore::put_account(self, account).expect("a write");
    }

    fn set_coverage(&self, account: &str, coverage: Coverage) {
        assert!(SqliteStore::set_coverage(self, account, coverage).expect("a write"));
    }

    fn upsert(&self, account: &str, person: &Person) {
        assert!(SqliteStore::upsert(self, account, person).expect("a write"));
    }

    fn resolve(&self, account: &Account, request: &StartRequest, policy: &Policy) -> Decision {
        resolve(account, request, self, policy).expect("a decision")
    }
}

fn check(filling: Filling) {
    let store = SqliteStore::open(":memory:").expect("a store");
    equal_those_of_the_memory_directory(&store, filling, 1_000);
}

#[test]
fn loaded_store_decides_as_the_memory_directory() {
    check(Filling::Loaded);
}

#[test]
fn store_of_single_records_decides_as_the_memory_directory() {
    check(Filling::Upserted);
}

#[test]
fn store_of_many_contacts_suggests_as_the_memory_directory() {
    let store = SqliteStore::open(":memory:").expect("a store");
    equal_decisions_and_suggestions(&store);
}

#[test]
#[ignore = "loads a million people in a release build"]
fn each_spelling_of_a_name_suggests_as_the_memory_directory() {
    let file = crate::file();
    equal_suggestions_among_many(&SqliteStore::open(&file.path).expect("a store"));
}

#[test]
fn number_that_one_network_gives_out_is_read_back() {
    let file = crate::file();
    let account = Account::new("telegram", Network::TELEGRAM, "7100100");
    let person = Person::new("7100200").with_identifier(IdentifierKind::Phone, "+888 0513 1234");
    let store = SqliteStore::open(&file.path).expect("a store");
    Subject::load(&store, &account, crate::ALL, vec![person]);
    drop(store);

    let store = SqliteStore::open(&file.path).expect("a store");
    let user = UserPayload {
        phone_number: Some("+88805131234".to_owned()),
        ..UserPayload::default()
    };
    let request = StartRequest::new("telegram", user);
    let decision = Subject::resolve(&store, &account, &request, &Policy::default());
    assert_eq!(decision.user_id.as_deref(), Some("7100200"));
    let written = serde_json::to_string(&decision).expect("JSON");
    let read: Decision = serde_json::from_str(&written).expect("a decision");
    assert_eq!(serde_json::to_string(&read).expect("JSON"), written);
}
