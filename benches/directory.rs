//! A memory directory, compared with a standard hash map of the same keys and people.

#[path = "fixtures/people.rs"]
mod people;

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use contact_resolution::{Account, IdentifierKind, Key, MemoryDirectory, Person};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use people::{SIZES, account, phone, shuffled};

/// The number of different keys that are looked up in turn, so that they do not all fit in the cache.
const LOOKUPS: u64 = 1 << 16;

/// The obvious directory with the standard library: people in a list, and their indexes by key.
#[derive(Default)]
struct Std {
    people: Vec<Person>,
    places: HashMap<Key, Vec<u32>>,
}

impl Std {
    fn insert(&mut self, account: &Account, person: Person) {
        let place = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        for key in person.keys(account) {
            self.places.entry(key).or_default().push(place);
        }
        self.people.push(person);
    }

    fn holders(&self, key: &Key) -> impl Iterator<Item = &Person> {
        let places = self.places.get(key).into_iter().flatten();
        places.map(|place| &self.people[*place as usize])
    }
}

fn ours(account: &Account, people: &[Person]) -> MemoryDirectory {
    let mut directory = MemoryDirectory::with_seed(1);
    directory.insert_account(account.clone());
    for person in people {
        directory.upsert(&account.id, person);
    }
    directory
}

fn std(account: &Account, people: &[Person]) -> Std {
    let mut std = Std::default();
    for person in people {
        std.insert(account, person.clone());
    }
    std
}

/// Measures one lookup. Each iteration takes the next key.
fn find<'k>(
    criterion: &mut Criterion,
    name: &str,
    keys: &'k [Key],
    held: usize,
    find: impl Fn(&'k Key) -> usize,
) {
    let mut turn = keys.iter().cycle();
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            let found = find(black_box(turn.next().expect("there are keys")));
            assert_eq!(found, held);
        });
    });
}

fn directory(criterion: &mut Criterion) {
    let account = account();
    for (label, count) in SIZES {
        let people: Vec<Person> = (0..count).map(people::person).collect();
        let keys = |from: u64| -> Vec<Key> {
            let turns = (0..LOOKUPS).map(|turn| from + shuffled(turn) % count);
            turns
                .map(|n| Key::new(IdentifierKind::Phone, &phone(n)))
                .collect()
        };
        let (known, unknown) = (keys(0), keys(count));

        let mut built = None;
        let bytes = measure(|| built = Some(ours(&account, &people))).bytes_current;
        let mut directory = built.expect("it was built");
        println!(
            "directory/{label}: {} B a contact",
            bytes / i64::try_from(count).unwrap_or(1)
        );
        let id = |person: contact_resolution::PersonRef<'_>| person.id().len().min(1);
        for (what, keys, held) in [("hit", &known, 1), ("miss", &unknown, 0)] {
            let name = format!("directory/{label}/find {what}/contact-resolution");
            let holders = |key| directory.holders("whatsapp", key).map(id).sum();
            find(criterion, &name, keys, held, holders);
        }
        let name = format!("directory/{label}/upsert/contact-resolution");
        let mut turn = (0..).map(|n| &people[usize::try_from(shuffled(n) % count).unwrap_or(0)]);
        criterion.bench_function(&name, |bencher| {
            bencher.iter(|| directory.upsert("whatsapp", black_box(turn.next().expect("no end"))));
        });
        drop(directory);

        let mut built = None;
        let bytes = measure(|| built = Some(std(&account, &people))).bytes_current;
        let directory = built.expect("it was built");
        println!(
            "directory/{label}: {} B a contact in a standard hash map",
            bytes / i64::try_from(count).unwrap_or(1)
        );
        for (what, keys, held) in [("hit", &known, 1), ("miss", &unknown, 0)] {
            let name = format!("directory/{label}/find {what}/std HashMap");
            let holders = |key| {
                directory
                    .holders(key)
                    .map(|person| person.id.len().min(1))
                    .sum()
            };
            find(criterion, &name, keys, held, holders);
        }
        drop(directory);

        let mut group = criterion.benchmark_group(format!("directory/{label}/build"));
        group
            .sample_size(10)
            .throughput(Throughput::Elements(count));
        group.bench_function("contact-resolution", |bencher| {
            bencher.iter_with_large_drop(|| ours(&account, &people));
        });
        group.bench_function("std HashMap", |bencher| {
            bencher.iter_with_large_drop(|| std(&account, &people));
        });
        group.finish();
    }
}

/// Prints the time and the memory that a directory of five million people takes.
fn millions(_: &mut Criterion) {
    const COUNT: u64 = 5_000_000;
    const CHUNK: u64 = 10_000;

    let account = account();
    let mut time = Duration::ZERO;
    let mut directory = MemoryDirectory::with_seed(1);
    let bytes = measure(|| {
        directory.insert_account(account.clone());
        for chunk in 0..COUNT / CHUNK {
            let people = chunk * CHUNK..(chunk + 1) * CHUNK;
            let people: Vec<Person> = people.map(people::person).collect();
            let begun = Instant::now();
            for person in &people {
                assert!(directory.upsert(&account.id, person), "there is room");
            }
            time += begun.elapsed();
        }
    });
    println!(
        "directory/5M: built in {:.1} s, {} B a contact",
        time.as_secs_f64(),
        bytes.bytes_current / i64::try_from(COUNT).unwrap_or(1)
    );
}

criterion_group!(benches, directory, millions);
criterion_main!(benches);
