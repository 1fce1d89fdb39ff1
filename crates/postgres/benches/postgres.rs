//! Searches and claims in the store, each beside SQL written by hand for the same database, prepared once, which returns the
//! record as text.
//!
//! The bench starts a PostgreSQL server if one is installed. `STORE=postgres://…` uses another one, and fills its database.

#[path = "../../../tests/support/stores/bench_people.rs"]
mod bench_people;
#[path = "../../../tests/support/stores/postgres.rs"]
mod server;

use std::collections::BTreeSet;
use std::hint::black_box;

use contact_resolution::{AsyncDirectory, AsyncLedger, ClaimKey, ClaimResult, DirectoryQuery, Key};
use contact_resolution_postgres::PostgresStore;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;

use bench_people::{ALL, BATCH, HOUR, Keys, SIZES, account, ask, claim_keys, configured, people};

const FIND: &str = "select contacts, chats, person.record from account \
    left join holder on holder.account = account.account and key = $2 \
    left join person on person.account = account.account and person.person = holder.person \
    where account.account = $1";

const FIND_MANY: &str = "select contacts, chats, key, person.record from account \
    left join holder on holder.account = account.account and key = any ($2) \
    left join person on person.account = account.account and person.person = holder.person \
    where account.account = $1";

const CLAIM: &str = "insert into intent (account, person, since, chat, stale, token) \
    values ('by hand', $1, clock_timestamp(), null, false, (random() * 9007199254740991)::bigint) \
    on conflict do nothing returning token";

fn postgres(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let Some(url) = std::env::var("STORE").ok().or_else(|| {
        server::programs()?;
        Some(runtime.block_on(server::Server::shared().database()))
    }) else {
        eprintln!("no PostgreSQL to start: its benches are left out");
        return;
    };
    for (label, count) in SIZES {
        let store = runtime.block_on(PostgresStore::connect(&url));
        let store = store.expect("a store");
        let account = account();
        let load = store.load(&account, ALL, people(count));
        runtime.block_on(load).expect("a load");
        let raw = runtime.block_on(server::raw(&url));
        runtime
            .block_on(raw.batch_execute("vacuum analyze"))
            .expect("statistics");
        let prepare = |text| runtime.block_on(raw.prepare(text)).expect("a statement");
        let [find_one, find_many, claim_one] = [FIND, FIND_MANY, CLAIM].map(prepare);
        let find_by_hand = |key: &Key| {
            let key = key.to_string();
            let row = runtime.block_on(raw.query_one(&find_one, &[&"signal", &key]));
            let row = row.expect("a row");
            let covers: (bool, bool) = (row.get(0), row.get(1));
            (covers, row.get::<_, String>(2)).1
        };
        let find_many_by_hand = |queries: &[DirectoryQuery<'_>]| -> Vec<String> {
            let keys = queries.iter().flat_map(|query| query.keys);
            let keys: Vec<String> = keys.map(Key::to_string).collect();
            let rows = runtime.block_on(raw.query(&find_many, &[&"signal", &keys]));
            rows.expect("rows").iter().map(|row| row.get(3)).collect()
        };
        let claim_by_hand = |key: &Key| {
            let rows = runtime.block_on(raw.query(&claim_one, &[&key.to_string()]));
            !rows.expect("a claim").is_empty()
        };
        let find = |queries: &[DirectoryQuery<'_>]| {
            let found = runtime.block_on(store.find_async(queries));
            found.expect("an answer")
        };
        let (keys, ledger) = (Keys::of(count), store.ledger(HOUR));
        let mut claim_keys = claim_keys();
        let claim = |claim_key: &ClaimKey| runtime.block_on(ledger.claim_async(claim_key));

        // Both find the same people.
        let queries = keys.batch();
        let answers = find(&queries);
        let found: BTreeSet<String> = { answers.iter() }
            .map(|answer| serde_json::to_string(&*answer.people[0]).expect("a record"))
            .collect();
        let by_hand = queries.iter().map(|query| find_by_hand(&query.keys[0]));
        assert_eq!(by_hand.collect::<BTreeSet<_>>(), found);
        let mut by_hand = find_many_by_hand(&queries);
        by_hand.sort_unstable();
        assert!(by_hand.into_iter().eq(found));
        // Of two claims on a person, the first one is acquired.
        let claim_key = claim_keys.next().expect("a key");
        let first = claim(&claim_key).expect("a claim");
        assert!(matches!(first, ClaimResult::Acquired { .. }));
        assert_eq!(claim(&claim_key), Ok(ClaimResult::Held));
        assert!(claim_by_hand(&claim_key.person) && !claim_by_hand(&claim_key.person));

        let mut group = configured(criterion, format!("stores/postgres/{label}"));
        group.bench_function("raw", |b| {
            b.iter(|| black_box(find_by_hand(&keys.next()[0])));
        });
        group.bench_function("find", |b| b.iter(|| black_box(find(&[ask(keys.next())]))));
        group.bench_function("raw claim", |b| {
            b.iter(|| assert!(claim_by_hand(&claim_keys.next().expect("a key").person)));
        });
        group.bench_function("claim", |b| {
            b.iter(|| claim(&claim_keys.next().expect("a key")));
        });
        group.throughput(Throughput::Elements(BATCH));
        group.bench_function("raw batch", |b| {
            b.iter(|| black_box(find_many_by_hand(&keys.batch())));
        });
        group.bench_function("batch", |b| b.iter(|| black_box(find(&keys.batch()))));
        group.finish();
        // The next size claims the same people.
        runtime
            .block_on(raw.batch_execute("truncate intent"))
            .expect("an empty table");
    }
}

criterion_group!(benches, postgres);
criterion_main!(benches);
