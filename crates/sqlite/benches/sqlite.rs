//! Look-ups in the store, each beside a statement that is prepared once and sent raw, which returns the record as text. It
//! reads a plain table of keys, without the chain that proves absence.

#[path = "../../../tests/support/stores/bench_people.rs"]
mod bench_people;

use std::hint::black_box;

use contact_resolution::{Directory, IdentifierKind, Key};
use contact_resolution_sqlite::SqliteStore;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

use bench_people::{ALL, BATCH, Keys, SIZES, account, ask, people};

fn sqlite(criterion: &mut Criterion) {
    const RAW: &str = "select contacts, chats, record from account \
        left join plain on plain.account = account.account and key = ?2 \
        left join person on person.account = account.account and person.person = plain.person \
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
        raw.execute_batch(
            "create table plain (account text, key text, person text, primary key (account, key, person)) without rowid; \
             insert into plain select account, key, person from holder",
        )
        .expect("a plain table");
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
            serde_json::to_string(&*found[0].people[0]).expect("a record")
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

criterion_group!(benches, sqlite);
criterion_main!(benches);
