//! The store decides as the memory directory does.

use contact_resolution::wire::StartRequest;
use contact_resolution::{Account, Coverage, Decision, Person, Policy, resolve_async};
use contact_resolution_postgres::PostgresStore;
use tokio::runtime::Runtime;

use crate::Borrowed;
use crate::many_contacts::{equal_decisions_and_suggestions, equal_suggestions_among_many};
use crate::same_decisions::{Filling, Subject, equal_those_of_the_memory_directory};
use crate::server::Server;

/// A store with a runtime of its own.
struct Blocking {
    runtime: Runtime,
    store: PostgresStore,
}

impl Subject for Blocking {
    fn load(&self, account: &Account, coverage: Coverage, people: Vec<Person>) {
        let load = self.store.load(account, coverage, people);
        self.runtime.block_on(load).expect("a load");
    }

    fn put_account(&self, account: &Account) {
        let put = self.store.put_account(account);
        self.runtime.block_on(put).expect("a write");
    }

    fn set_coverage(&self, account: &str, coverage: Coverage) {
        let set = self.store.set_coverage(account, coverage);
        assert!(self.runtime.block_on(set).expect("a write"));
    }

    fn upsert(&self, account: &str, person: &Person) {
        let upsert = self.store.upsert(account, person);
        assert!(self.runtime.block_on(upsert).expect("a write"));
    }

    fn resolve(&self, account: &Account, request: &StartRequest, policy: &Policy) -> Decision {
        let directory = Borrowed(&self.store);
        let decide = resolve_async(account, request, &directory, policy);
        self.runtime.block_on(decide).expect("a decision")
    }
}

fn store() -> Blocking {
    let runtime = Runtime::new().expect("a runtime");
    let store = runtime.block_on(async {
        let url = Server::shared().database().await;
        PostgresStore::connect(&url).await.expect("a store")
    });
    Blocking { runtime, store }
}

fn check(filling: Filling) {
    equal_those_of_the_memory_directory(&store(), filling, 2_000);
}

#[test]
#[ignore = "starts a PostgreSQL server"]
fn loaded_store_decides_as_the_memory_directory() {
    check(Filling::Loaded);
}

#[test]
#[ignore = "starts a PostgreSQL server"]
fn store_of_single_records_decides_as_the_memory_directory() {
    check(Filling::Upserted);
}

#[test]
#[ignore = "starts a PostgreSQL server"]
fn store_of_many_contacts_suggests_as_the_memory_directory() {
    equal_decisions_and_suggestions(&store());
}

#[test]
#[ignore = "loads a million people in a release build"]
fn each_spelling_of_a_name_suggests_as_the_memory_directory() {
    equal_suggestions_among_many(&store());
}
