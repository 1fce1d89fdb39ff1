//! Look-ups in the store, each beside the same statement prepared once and sent raw, which returns the record as text.
//!
//! The bench starts a PostgreSQL server if one is installed. `STORE=postgres://…` uses another one, and fills its database.

#[path = "../../../tests/support/stores/bench_people.rs"]
mod bench_people;
#[path = "../../../tests/support/stores/postgres.rs"]
mod server;

use std::hint::black_box;

use contact_resolution::{AsyncDirectory, DirectoryQuery, Key};
use contact_resolution_postgres::PostgresStore;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;

use bench_people::{ALL, BATCH, Keys, SIZES, account, ask, people};

fn postgres(criterion: &mut Criterion) {
    const RAW: &str = "select contacts, chats, person.record from account \
        left join holder on holder.account = account.account and key = $2 \
        left join person on person.account = account.account and person.person = holder.person \
        where account.account = $1";

    let runtime = Runtime::new().expect("a runtime");
    let Some(url) = std::env::var("STORE").ok().or_else(|| {
        server::programs()?;
        Some(runtime.block_on(server::Server::shared().database()))
    }) else {
        eprintln!("no PostgreSQL to start: its benches are left out");
        return;
    };
    for (label, count) in SIZES {
        let store = runtime
            .block_on(PostgresStore::connect(&url))
            .expect("a store");
        let account = account();
        let load = store.load(&account, ALL, people(count));
        runtime.block_on(load).expect("a load");
        let keys = Keys::of(count);
        let raw = runtime.block_on(server::raw(&url));
        runtime
            .block_on(raw.batch_execute("analyze"))
            .expect("statistics");
        let statement = runtime.block_on(raw.prepare(RAW)).expect("a statement");
        let send_raw = |key: &Key| {
            let key = key.to_string();
            let row = runtime.block_on(raw.query_one(&statement, &[&"signal", &key]));
            let row = row.expect("a row");
            (
                row.get::<_, bool>(0),
                row.get::<_, bool>(1),
                row.get::<_, String>(2),
            )
        };
        let find = |queries: &[DirectoryQuery<'_>]| {
            runtime
                .block_on(store.find_async(queries))
                .expect("an answer")
        };
        let found = find(&[ask(keys.next())]);
        keys.next.set(0);
        let (_, _, record) = send_raw(&keys.next()[0]);
        assert_eq!(
            record,
            serde_json::to_string(&*found[0].people[0]).expect("a record")
        );

        let mut group = criterion.benchmark_group(format!("stores/postgres/{label}"));
        group.bench_function("raw", |b| b.iter(|| black_box(send_raw(&keys.next()[0]))));
        group.bench_function("find", |b| b.iter(|| black_box(find(&[ask(keys.next())]))));
        group.throughput(Throughput::Elements(BATCH));
        group.bench_function("batch", |b| b.iter(|| black_box(find(&keys.batch()))));
        group.finish();
    }
}

criterion_group!(benches, postgres);
criterion_main!(benches);
