//! A hundred thousand payloads, one after another and all at once.

mod crowd;

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{Account, Policy, resolve, resolve_many};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use crowd::{handle, phone, shuffled};

const PAYLOADS: u64 = 100_000;

/// By turns a number that is known, one that isn't, and a handle.
fn request(n: u64) -> StartRequest {
    let who = shuffled(n) % PAYLOADS;
    let mut user = UserPayload::default();
    match n % 3 {
        0 => user.phone_number = Some(phone(who)),
        1 => user.phone_number = Some(phone(PAYLOADS + who)),
        _ => user.username = Some(handle(who - who % 10 + 5)),
    }
    StartRequest::new("whatsapp", user)
}

fn batch(criterion: &mut Criterion) {
    let account = crowd::account();
    let directory = crowd::directory(PAYLOADS);
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
    let at_once = || {
        let Ok(decisions) = resolve_many(&starts, &directory, &policy);
        decisions
    };
    assert_eq!(at_once(), one_by_one());

    let mut group = criterion.benchmark_group("batch/100k");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(PAYLOADS));
    group.bench_function("resolve", |bencher| {
        bencher.iter_with_large_drop(one_by_one);
    });
    group.bench_function("resolve_many", |bencher| {
        bencher.iter_with_large_drop(at_once);
    });
    group.finish();
}

criterion_group!(benches, batch);
criterion_main!(benches);
