//! The people of the store benchmarks, and the keys of the queries and the claims.

use std::cell::Cell;
use std::time::Duration;

use contact_resolution::{
    Account, ClaimKey, Coverage, DirectoryQuery, IdentifierKind, Key, Network, Person,
};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) const ALL: Coverage = Coverage {
    contacts: true,
    chats: true,
};

pub(crate) const SIZES: [(&str, u64); 3] = [("10k", 10_000), ("100k", 100_000), ("1M", 1_000_000)];

/// The number of keys in a batch.
pub(crate) const BATCH: u64 = 100;

pub(crate) fn account() -> Account {
    Account::new("signal", Network::from_bridge_type("signal"), "me")
}

pub(crate) fn phone(number: u64) -> String {
    format!("+1415{:07}", number * 7919 % 10_000_000)
}

pub(crate) fn people(count: u64) -> impl Iterator<Item = Person> {
    (0..count).map(|number| {
        Person::new(format!("person-{number}"))
            .with_name(format!("Person {number}"))
            .with_identifier(IdentifierKind::Phone, phone(number))
    })
}

/// The keys of successive queries, far apart from each other.
pub(crate) struct Keys {
    keys: Vec<Key>,
    pub(crate) next: Cell<usize>,
}

impl Keys {
    pub(crate) fn of(count: u64) -> Self {
        let numbers = (0..10_000).map(|n| n * 104_729 % count);
        Keys {
            keys: numbers
                .map(|n| Key::new(IdentifierKind::Phone, &phone(n)))
                .collect(),
            next: Cell::default(),
        }
    }

    pub(crate) fn next(&self) -> &[Key] {
        let next = self.next.get();
        self.next.set((next + 1) % self.keys.len());
        &self.keys[next..=next]
    }

    /// Returns queries of one key each.
    pub(crate) fn batch(&self) -> Vec<DirectoryQuery<'_>> {
        (0..BATCH).map(|_| ask(self.next())).collect()
    }
}

pub(crate) fn ask(keys: &[Key]) -> DirectoryQuery<'_> {
    DirectoryQuery {
        account: "signal",
        keys,
    }
}

/// Returns the keys of claims, each of another person.
pub(crate) fn claim_keys() -> impl Iterator<Item = ClaimKey> {
    let keys = (0_u64..).map(|n| Key::new(IdentifierKind::Id, &format!("claimed-{n}")));
    keys.map(|key| ClaimKey::new("signal", key))
}

/// Returns a group with short measurements, because each size has many.
pub(crate) fn configured(criterion: &mut Criterion, name: String) -> BenchmarkGroup<'_, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(30);
    group.warm_up_time(Duration::from_secs(1));
    group.measurement_time(Duration::from_secs(3));
    group
}
