//! Look-ups in the stores, each beside the same statement prepared once and sent raw, whose record is taken as text.
//!
//! A `PostgreSQL` server is started where there is one to start; `STORE=postgres://…` takes another, in a database that is
//! filled.

#[path = "../tests/stores/server.rs"]
mod server;

use std::cell::Cell;
use std::hint::black_box;

use contact_resolution::directory::{PostgresStore, SqliteStore};
use contact_resolution::{Account, Coverage, DirectoryQuery, IdentifierKind, Key, Network, Person};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;

const ALL: Coverage = Coverage {
    contacts: true,
    chats: true,
};

const SIZES: [(&str, u64); 3] = [("10k", 10_000), ("100k", 100_000), ("1M", 1_000_000)];

/// How many keys a batch asks for.
const BATCH: u64 = 100;

fn account() -> Account {
    Account::new("signal", Network::from_bridge_type("signal"), "me")
}

fn phone(number: u64) -> String {
    format!("+1415{:07}", number * 7919 % 10_000_000)
}

fn people(count: u64) -> impl Iterator<Item = Person> {
    (0..count).map(|number| {
        Person::new(format!("person-{number}"))
            .with_name(format!("Person {number}"))
            .with_identifier(IdentifierKind::Phone, phone(number))
    })
}

/// The keys that are asked for, one after another, far from each other.
struct Keys {
    keys: Vec<Key>,
    next: Cell<usize>,
}

impl Keys {
    fn of(count: u64) -> Self {
        let numbers = (0..10_000).map(|n| n * 104_729 % count);
        Keys {
            keys: numbers
                .map(|n| Key::new(IdentifierKind::Phone, &phone(n)))
                .collect(),
            next: Cell::default(),
        }
    }

    fn next(&self) -> &[Key] {
        let next = self.next.get();
        self.next.set((next + 1) % self.keys.len());
        &self.keys[next..=next]
    }

    /// As many questions of one key each.
    fn batch(&self) -> Vec<DirectoryQuery<'_>> {
        (0..BATCH).map(|_| ask(self.next())).collect()
    }
}

fn ask(keys: &[Key]) -> DirectoryQuery<'_> {
    DirectoryQuery {
        account: "signal",
        keys,
    }
}

fn sqlite(criterion: &mut Criterion) {
    use contact_resolution::Directory;

    const RAW: &str = "select contacts, chats, record from account \
        left join holder on holder.account = account.account and key = ?2 \
        left join person on person.account = account.account and person.person = holder.person \
        where account.account = ?1";

    for (label, count) in SIZES {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("contacts.sqlite");
        let store = SqliteStore::open(&path).expect("a store");
        store.load(&account(), ALL, people(count)).expect("a load");
        let keys = Keys::of(count);
        let raw = rusqlite::Connection::open(&path).expect("a connection");
        raw.pragma_update(None, "cache_size", -65536)
            .expect("a setting");
        let mut statement = raw
            .prepare(&RAW.replace("record", "person.record"))
            .expect("a statement");
        let mut send_raw = |key: &Key| {
            let row = statement.query_row(["signal", &key.to_string()], |row| {
                Ok((
                    row.get::<_, bool>(0)?,
                    row.get::<_, bool>(1)?,
                    row.get::<_, String>(2)?,
                ))
            });
            row.expect("a row")
        };
        let found = store.find(&[ask(keys.next())]).expect("an answer");
        assert_eq!(found[0].people.len(), 1);
        keys.next.set(0);
        let (_, _, record) = send_raw(&keys.next()[0]);
        assert_eq!(
            record,
            serde_json::to_string(&found[0].people[0]).expect("a record")
        );

        let mut group = criterion.benchmark_group(format!("stores/sqlite/{label}"));
        group.bench_function("raw", |b| b.iter(|| black_box(send_raw(&keys.next()[0]))));
        group.bench_function("find", |b| {
            b.iter(|| black_box(store.find(&[ask(keys.next())]).expect("an answer")));
        });
        let nobody = [Key::new(IdentifierKind::Handle, "nobody")];
        group.bench_function("miss", |b| {
            b.iter(|| black_box(store.find(&[ask(&nobody)]).expect("an answer")));
        });
        let person = people(1).next().expect("a person");
        group.bench_function("upsert", |b| {
            b.iter(|| store.upsert("signal", &person).expect("a write"));
        });
        group.throughput(Throughput::Elements(BATCH));
        group.bench_function("batch", |b| {
            b.iter(|| black_box(store.find(&keys.batch()).expect("an answer")));
        });
        group.finish();
    }
}

fn postgres(criterion: &mut Criterion) {
    use contact_resolution::AsyncDirectory;

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
            runtime.block_on(store.find(queries)).expect("an answer")
        };
        let found = find(&[ask(keys.next())]);
        keys.next.set(0);
        let (_, _, record) = send_raw(&keys.next()[0]);
        assert_eq!(
            record,
            serde_json::to_string(&found[0].people[0]).expect("a record")
        );

        let mut group = criterion.benchmark_group(format!("stores/postgres/{label}"));
        group.bench_function("raw", |b| b.iter(|| black_box(send_raw(&keys.next()[0]))));
        group.bench_function("find", |b| b.iter(|| black_box(find(&[ask(keys.next())]))));
        group.throughput(Throughput::Elements(BATCH));
        group.bench_function("batch", |b| b.iter(|| black_box(find(&keys.batch()))));
        group.finish();
    }
}

criterion_group!(benches, sqlite, postgres);
criterion_main!(benches);
