//! Searches and claims in the store, each beside SQL written by hand for the same file, which returns the record as text. The
//! searches by hand read a plain table of keys, without the chain that proves absence.

#[path = "../../../tests/support/stores/bench_people.rs"]
mod bench_people;

use std::hint::black_box;

use contact_resolution::{ClaimResult, Directory, IdentifierKind, Key, Ledger};
use contact_resolution_sqlite::SqliteStore;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rusqlite::{Connection, OptionalExtension};

use bench_people::{ALL, BATCH, HOUR, Keys, SIZES, account, ask, claim_keys, configured, people};

const FIND: &str = "select contacts, chats, person.record from account \
    left join plain on plain.account = account.account and key = ?2 \
    left join person on person.account = account.account and person.person = plain.person \
    where account.account = ?1";

const CLAIM: &str = "insert into intent (account, person, since, chat, stale, token) \
    values ('by hand', ?1, unixepoch('subsec') * 1000, null, false, random()) \
    on conflict do nothing returning token";

fn sqlite(criterion: &mut Criterion) {
    for (label, count) in SIZES {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("contacts.sqlite");
        let store = SqliteStore::open(&path).expect("a store");
        store.load(&account(), ALL, people(count)).expect("a load");
        let raw = Connection::open(&path).expect("a connection");
        raw.execute_batch(
            "pragma cache_size = -65536; pragma synchronous = full; \
             create table plain (account text, key text, person text, primary key (account, key, person)) without rowid; \
             insert into plain select account, key, person from holder",
        )
        .expect("a plain table");
        let mut find = raw.prepare(FIND).expect("a statement");
        let mut find_by_hand = |key: &Key| {
            let row = find.query_row(["signal", &key.to_string()], |row| {
                let covers: (bool, bool) = (row.get(0)?, row.get(1)?);
                Ok((covers, row.get::<_, String>(2)?))
            });
            row.expect("a row").1
        };
        let mut claim = raw.prepare(CLAIM).expect("a statement");
        let mut claim_by_hand = |key: &Key| {
            let token = claim.query_row([key.to_string()], |row| row.get::<_, i64>(0));
            token.optional().expect("a claim").is_some()
        };
        let (keys, ledger) = (Keys::of(count), store.ledger(HOUR));
        let mut claim_keys = claim_keys();

        // Both find the same people.
        let found = store.find(&keys.batch()).expect("answers");
        keys.next.set(0);
        for answer in &found {
            let record = serde_json::to_string(&*answer.people[0]).expect("a record");
            assert_eq!(find_by_hand(&keys.next()[0]), record);
        }
        // Of two claims on a person, the first one is acquired.
        let claim_key = claim_keys.next().expect("a key");
        let first = ledger.claim(&claim_key).expect("a claim");
        assert!(matches!(first, ClaimResult::Acquired { .. }));
        assert_eq!(ledger.claim(&claim_key), Ok(ClaimResult::Held));
        assert!(claim_by_hand(&claim_key.person) && !claim_by_hand(&claim_key.person));

        let mut group = configured(criterion, format!("stores/sqlite/{label}"));
        group.bench_function("raw", |b| {
            b.iter(|| black_box(find_by_hand(&keys.next()[0])));
        });
        group.bench_function("find", |b| {
            b.iter(|| black_box(store.find(&[ask(keys.next())]).expect("an answer")));
        });
        let nobody = [Key::new(IdentifierKind::Handle, "nobody")];
        group.bench_function("miss", |b| {
            b.iter(|| black_box(store.find(&[ask(&nobody)]).expect("an answer")));
        });
        group.bench_function("raw claim", |b| {
            b.iter(|| assert!(claim_by_hand(&claim_keys.next().expect("a key").person)));
        });
        group.bench_function("claim", |b| {
            b.iter(|| ledger.claim(&claim_keys.next().expect("a key")));
        });
        let person = people(1).next().expect("a person");
        group.bench_function("upsert", |b| {
            b.iter(|| store.upsert("signal", &person).expect("a write"));
        });
        group.throughput(Throughput::Elements(BATCH));
        group.bench_function("raw batch", |b| {
            b.iter(|| {
                let read = raw.unchecked_transaction().expect("a transaction");
                for _ in 0..BATCH {
                    black_box(find_by_hand(&keys.next()[0]));
                }
                drop(read);
            });
        });
        group.bench_function("batch", |b| {
            b.iter(|| black_box(store.find(&keys.batch()).expect("an answer")));
        });
        group.finish();
    }
}

criterion_group!(benches, sqlite);
criterion_main!(benches);
