//! A hundred thousand payloads, decided one by one and in one batch.

#[path = "fixtures/people.rs"]
mod people;

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{Account, Policy, resolve, resolve_many};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use people::{handle, phone, shuffled};

const PAYLOADS: u64 = 100_000;

/// Returns in turn a known number, an unknown number and a known handle.
fn request(n: u64) -> StartRequest {
    let person = shuffled(n) % PAYLOADS;
    let mut user = UserPayload::default();
    match n % 3 {
        0 => user.phone_number = Some(phone(person)),
        1 => user.phone_number = Some(phone(PAYLOADS + person)),
        _ => user.username = Some(handle(person - person % 10 + 5)),
    }
    StartRequest::new("whatsapp", user)
}

fn batch(criterion: &mut Criterion) {
    let account = people::account();
    let directory = people::directory(PAYLOADS);
    let policy = Policy::default();
    let requests: Vec<StartRequest> = (0..PAYLOADS).map(request).collect();
    let starts: Vec<(&Account, &StartRequest)> =
        requests.iter().map(|request| (&account, request)).collect();
    let one_by_one = || {
        let decide = |(account, request): &(&Account, &StartRequest)| {
            let Ok(decision) = resolve(account, request, &directory, &policy);
            decision
        };
        starts.iter().map(decide).collect::<Vec<_>>()
    };
    let in_one_batch = || {
        let Ok(decisions) = resolve_many(&starts, &directory, &policy);
        decisions
    };
    assert_eq!(in_one_batch(), one_by_one());

    let mut group = criterion.benchmark_group("batch/100k");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(PAYLOADS));
    group.bench_function("resolve", |bencher| {
        bencher.iter_with_large_drop(one_by_one);
    });
    group.bench_function("resolve_many", |bencher| {
        bencher.iter_with_large_drop(in_one_batch);
    });
    group.finish();
}

criterion_group!(benches, batch);
criterion_main!(benches);
