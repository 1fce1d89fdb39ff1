//! The PostgreSQL store on a real server, which the tests start themselves.
//!
//! `cargo test -p contact-resolution-postgres -- --ignored` needs only the packages `postgresql` and `pgbouncer`. With
//! `PGBOUNCER=1`, all tests use the server through PgBouncer in transaction mode. The long form sets
//! `HISTORIES=10000 KILLS=100 PEOPLE=1000` and adds `--release`.

#[path = "../../../../tests/support/stores/address_book.rs"]
mod address_book;
#[path = "../../../../tests/support/stores/lookups.rs"]
mod counted;
#[path = "../../../../tests/support/generators/mod.rs"]
mod generators;
#[path = "../../../../tests/support/stores/history.rs"]
mod history;
#[path = "../../../../tests/support/stores/killed.rs"]
mod killed;
#[path = "../../../../tests/support/stores/many_contacts.rs"]
mod many_contacts;
#[path = "../../../../tests/support/people.rs"]
mod people;
#[path = "../../../../tests/support/stores/same_decisions.rs"]
mod same_decisions;
#[path = "../../../../tests/support/stores/postgres.rs"]
mod server;

mod citus;
mod decisions;
mod faults;
mod killing;
mod lookups;
mod pooled;
mod queries;

use std::fs;
use std::time::Duration;

use contact_resolution::conformance::{self, Fixture, Implementation};
use contact_resolution::store::StoreError;
use contact_resolution::{
    Account, AsyncDirectory, AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, Coverage,
    DirectoryAnswer, DirectoryQuery, IdentifierKind, KEY_FORMAT, Key, Network, Person, Region,
};
use contact_resolution_postgres::{PostgresLedger, PostgresStore};
use server::{Server, raw};
use tokio::runtime::Runtime;

const ALL: Coverage = Coverage {
    contacts: true,
    chats: true,
};
const HOUR: Duration = Duration::from_secs(3600);

fn account() -> Account {
    let mut account = Account::new("signal", Network::from_bridge_type("signal"), "me");
    account.region = Region::new("US");
    account
}

fn alice() -> Person {
    Person::new("alice")
        .with_name("Alice Example")
        .with_identifier(IdentifierKind::Phone, "(415) 555-2671")
}

async fn with_alice(url: &str) -> PostgresStore {
    let store = PostgresStore::connect(url).await.unwrap();
    store.load(&account(), ALL, [alice()]).await.unwrap();
    store
}

async fn find(
    store: &PostgresStore,
    kind: IdentifierKind,
    value: &str,
) -> Result<DirectoryAnswer, StoreError> {
    let keys = [Key::new(kind, value)];
    let ask = DirectoryQuery {
        account: "signal",
        keys: &keys,
    };
    Ok(store.find_async(&[ask]).await?.remove(0))
}

async fn knows_alice(store: &PostgresStore) -> bool {
    let found = find(store, IdentifierKind::Phone, "+14155552671")
        .await
        .unwrap();
    found.people == [alice().into()] && found.coverage == ALL
}

/// A store, and the URL for a second connection that changes the time of its claims.
struct Postgres {
    url: String,
    store: PostgresStore,
}

impl Postgres {
    async fn new() -> Self {
        let url = Server::shared().database().await;
        let store = PostgresStore::connect(&url).await.unwrap();
        Postgres { url, store }
    }

    async fn pass(&self, time: Duration) {
        let beside = raw(&self.url).await;
        let (older, time) = ("since - make_interval(secs => $1)", time.as_secs_f64());
        if std::env::var_os("CITUS").is_none() {
            let update = format!("update intent set since = {older}");
            beside.execute(&update, &[&time]).await.unwrap();
            return;
        }
        // Citus refuses that update, because the difference depends on the time zone.
        let select = format!("select account, person, ({older})::text from intent");
        for row in beside.query(&select, &[&time]).await.unwrap() {
            let [account, person, since] = [0, 1, 2].map(|column| row.get::<_, String>(column));
            let update =
                format!("update intent set since = '{since}' where account = $1 and person = $2");
            let updated = beside.execute(&update, &[&account, &person]).await;
            assert_eq!(updated.unwrap(), 1);
        }
    }
}

/// A borrowed store, which is the directory of the conformance kit.
struct Borrowed<'a>(&'a PostgresStore);

impl AsyncDirectory for Borrowed<'_> {
    type Error = StoreError;

    async fn find_async(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> Result<Vec<DirectoryAnswer>, StoreError> {
        self.0.find_async(queries).await
    }

    async fn suggest_async(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> Result<Vec<Person>, StoreError> {
        self.0.suggest_async(account, name, limit).await
    }
}

impl<'a> Implementation for &'a Postgres {
    type Directory = Borrowed<'a>;
    type Ledger = PostgresLedger<'a>;

    async fn directory(&self, known: &[Fixture]) -> Borrowed<'a> {
        for known in known {
            self.store
                .load(&known.account, known.coverage, known.people.clone())
                .await
                .unwrap();
        }
        Borrowed(&self.store)
    }

    async fn ledger(&self, claim_timeout: Duration) -> PostgresLedger<'a> {
        self.store.ledger(claim_timeout)
    }

    async fn pass(&self, _: &PostgresLedger<'a>, time: Duration) {
        Postgres::pass(self, time).await;
    }
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn postgres_passes_the_conformance_kit() {
    assert_eq!(
        conformance::check_async(&&Postgres::new().await).await,
        Ok(())
    );
}

/// The store with blocking methods, as the histories need it.
struct Waited {
    runtime: Runtime,
    postgres: Postgres,
}

impl history::Subject for Waited {
    fn put_account(&self, account: &Account) {
        let done = self.postgres.store.put_account(account);
        self.runtime.block_on(done).unwrap();
    }

    fn set_coverage(&self, account: &str, coverage: Coverage) -> bool {
        let done = self.postgres.store.set_coverage(account, coverage);
        self.runtime.block_on(done).unwrap()
    }

    fn upsert(&self, account: &str, person: &Person) -> bool {
        let done = self.postgres.store.upsert(account, person);
        self.runtime.block_on(done).unwrap()
    }

    fn remove(&self, account: &str, id: &str) -> Option<Person> {
        let done = self.postgres.store.remove(account, id);
        self.runtime.block_on(done).unwrap()
    }

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Vec<DirectoryAnswer> {
        self.runtime
            .block_on(self.postgres.store.find_async(queries))
            .unwrap()
    }

    fn claim(&self, claim_key: &ClaimKey) -> ClaimResult {
        let ledger = self.postgres.store.ledger(history::WINDOW);
        self.runtime
            .block_on(ledger.claim_async(claim_key))
            .unwrap()
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> bool {
        let ledger = self.postgres.store.ledger(history::WINDOW);
        self.runtime
            .block_on(ledger.record_async(claim, outcome))
            .unwrap()
    }

    fn pass(&self, time: Duration) {
        self.runtime.block_on(self.postgres.pass(time));
    }
}

#[test]
#[ignore = "starts a PostgreSQL server"]
fn postgres_gives_the_answers_of_the_model() {
    let runtime = Runtime::new().unwrap();
    let postgres = runtime.block_on(Postgres::new());
    history::answers_as_the_model_does(&Waited { runtime, postgres });
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn stored_people_are_found_after_reconnecting() {
    let url = Server::shared().database().await;
    drop(with_alice(&url).await);
    let store = PostgresStore::connect(&url).await.unwrap();
    assert!(knows_alice(&store).await);
    assert!(store.accounts().await.unwrap() == [account()]);
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn tables_of_an_older_version_are_upgraded() {
    let url = Server::shared().direct_database().await;
    let first = fs::read_to_string("src/1_directory.sql").unwrap();
    let beside = raw(&url).await;
    beside
        .batch_execute(&format!("create schema contact_resolution; {first}"))
        .await
        .unwrap();
    beside
        .batch_execute("update meta set value = 1 where name = 'version'")
        .await
        .unwrap();
    let store = with_alice(&url).await;
    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
    assert!(matches!(
        store.ledger(HOUR).claim_async(&claim_key).await,
        Ok(ClaimResult::Acquired { .. })
    ));
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn upgrade_makes_the_rows_of_names() {
    for older in [
        "drop table word, named, lookup; update meta set value = 3 where name = 'version'",
        // The rows of this version lead to people, without their names.
        "alter table named drop column names; update meta set value = 5 where name = 'version'",
    ] {
        suggests_alice_after_an_upgrade_from(older).await;
    }
}

async fn suggests_alice_after_an_upgrade_from(older: &str) {
    let url = Server::shared().direct_database().await;
    drop(with_alice(&url).await);
    let beside = raw(&url).await;
    beside.batch_execute(older).await.unwrap();
    let store = PostgresStore::connect(&url).await.unwrap();
    let suggested = store.suggest_async("signal", "Exampel, Alice", 5).await;
    assert_eq!(suggested.unwrap(), [alice()]);
    // No word of a removed person stays.
    store.remove("signal", "alice").await.unwrap();
    let rows = "select count(*) from (select word from word union all select word from named) rows";
    let row = beside.query_one(rows, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn keys_of_an_older_format_are_replaced() {
    let url = Server::shared().database().await;
    let store = with_alice(&url).await;
    let people = (0..2500).map(|n| Person::new(format!("person-{n}")));
    let mut other = account();
    other.id = "other".into();
    store.load(&other, ALL, people).await.unwrap();
    let beside = raw(&url).await;
    let keys = "select account, key, person from holder order by account, key, person";
    let before = beside.simple_query(keys).await.unwrap().len();
    beside
        .batch_execute(
            "update holder set key = 'tel ' || key; update meta set value = 0 where name = 'key_format'",
        )
        .await
        .unwrap();
    let store = PostgresStore::connect(&url).await.unwrap();
    assert!(knows_alice(&store).await);
    let after = beside.simple_query(keys).await.unwrap().len();
    assert_eq!(after, before);
    let old = beside
        .query_one(
            "select (select count(*) from holder where key like 'tel %'), value from meta where name = 'key_format'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(
        (old.get(0), old.get(1)),
        (0_i64, i32::try_from(KEY_FORMAT).unwrap())
    );
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn changed_region_of_an_account_changes_the_keys_of_its_people() {
    let store = with_alice(&Server::shared().database().await).await;
    let both = alice().with_identifier(IdentifierKind::Phone, "020 7946 0958");
    store.upsert("signal", &both).await.unwrap();
    let mut abroad = account();
    abroad.region = Region::new("GB");
    store.put_account(&abroad).await.unwrap();
    let found = find(&store, IdentifierKind::Phone, "+14155552671")
        .await
        .unwrap();
    assert!(found.people.is_empty() && found.coverage == ALL);
    let found = find(&store, IdentifierKind::Phone, "+442079460958")
        .await
        .unwrap();
    assert!(found.people == [both.into()]);
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn newer_tables_are_refused() {
    for name in ["version", "key_format"] {
        let url = Server::shared().database().await;
        drop(with_alice(&url).await);
        let newer = format!("update meta set value = 99 where name = '{name}'");
        raw(&url).await.batch_execute(&newer).await.unwrap();
        let error = PostgresStore::connect(&url).await.unwrap_err();
        assert_eq!(error.code(), "store_newer");
    }
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn unknown_network_means_a_newer_store() {
    let url = Server::shared().database().await;
    let store = with_alice(&url).await;
    for (network, code) in [("\"telepathy\"", "store_newer"), ("7", "store_corrupt")] {
        let update = format!(
            "update account set record = jsonb_set(record::jsonb, '{{network}}', '{network}')::text"
        );
        raw(&url).await.batch_execute(&update).await.unwrap();
        assert_eq!(store.accounts().await.unwrap_err().code(), code);
        let written = store.upsert("signal", &alice()).await.unwrap_err();
        assert_eq!(written.code(), code);
    }
}

#[tokio::test]
#[ignore = "starts a PostgreSQL server"]
async fn simultaneous_connections_to_a_new_database_write_and_claim_safely() {
    let url = Server::shared().database().await;
    let tasks: Vec<_> = (0..4)
        .map(|number| {
            let url = url.clone();
            tokio::spawn(async move {
                let store = PostgresStore::connect(&url).await.unwrap();
                store.put_account(&account()).await.unwrap();
                let mut mine = Vec::new();
                for n in 0..20 {
                    let shared = format!("shared-{n}");
                    // All tasks write the same person, each with another number.
                    let person = Person::new(shared.as_str())
                        .with_identifier(IdentifierKind::Phone, format!("+1415555{number}{n:03}"));
                    assert!(store.upsert("signal", &person).await.unwrap());
                    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, &shared));
                    let result = store.ledger(HOUR).claim_async(&claim_key).await.unwrap();
                    if matches!(result, ClaimResult::Acquired { .. }) {
                        mine.push(n);
                    }
                }
                mine
            })
        })
        .collect();
    let mut mine = Vec::new();
    for task in tasks {
        mine.extend(task.await.unwrap());
    }
    mine.sort_unstable();
    assert_eq!(mine, (0..20).collect::<Vec<_>>());
    // Only the number of the last writer is left.
    let left: i64 = raw(&url)
        .await
        .query_one("select count(*) from holder where key like 'phone:+%'", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(left, 20);
}
