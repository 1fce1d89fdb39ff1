//! From a payload to a decision, with a memory directory.

#[path = "fixtures/people.rs"]
mod people;

use std::hint::black_box;

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{Action, IdentifierKind, Policy, resolve};
use criterion::{Criterion, criterion_group, criterion_main};
use people::{SIZES, phone, shuffled};

const TURNS: u64 = 1 << 14;

fn request(phone: String) -> StartRequest {
    let user = UserPayload {
        phone_number: Some(phone),
        full_name: Some("Zed Quill".into()),
        ..UserPayload::default()
    };
    StartRequest::new("whatsapp", user)
}

fn bench(criterion: &mut Criterion) {
    let account = people::account();
    let policy = Policy::default();
    for (label, count) in SIZES {
        let mut directory = people::directory(count);
        // Every hundredth person shares a further number with the next one. The id of neither contains this number.
        let shared = |n: u64| phone(2 * count + n);
        for n in (0..count).step_by(100) {
            for holder in [n, n + 1] {
                let person = people::person(holder);
                let person = person.with_identifier(IdentifierKind::Phone, shared(n));
                directory.upsert("whatsapp", person);
            }
        }
        let requests = |number: fn(u64, u64) -> u64| -> Vec<StartRequest> {
            let turns = (0..TURNS).map(|turn| phone(number(shuffled(turn), count)));
            turns.map(request).collect()
        };
        let hit = requests(|n, count| n % (count / 100) * 100 + 2);
        let miss = requests(|n, count| count + n % count);
        let ambiguous = requests(|n, count| 2 * count + n % (count / 100) * 100);
        let mut group = criterion.benchmark_group(format!("resolve/{label}"));
        for (what, requests) in [("hit", hit), ("miss", miss), ("ambiguous", ambiguous)] {
            let mut turn = requests.iter().cycle();
            group.bench_function(what, |bencher| {
                bencher.iter(|| {
                    let request = black_box(turn.next().expect("there are requests"));
                    let Ok(decision) = resolve(&account, request, &directory, &policy);
                    let refused = matches!(decision.action, Action::Refuse(_));
                    assert_eq!(refused, what == "ambiguous");
                    decision
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
