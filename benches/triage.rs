//! From a payload to identifier candidates.

use std::hint::black_box;

use contact_resolution::pipeline::triage::triage;
use contact_resolution::wire::UserPayload;
use contact_resolution::{Account, Network, Policy, Region};
use criterion::{Criterion, criterion_group, criterion_main};

fn bench(criterion: &mut Criterion) {
    let empty = UserPayload::default;
    let text = |text: &str| Some(text.to_owned());
    let mut account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    account.region = Some(Region::US);
    let payloads = [
        (
            "phone",
            UserPayload {
                phone_number: text("(415) 555-2671"),
                ..empty()
            },
        ),
        (
            "email",
            UserPayload {
                email: text("alice@example.com"),
                ..empty()
            },
        ),
        (
            "handle",
            UserPayload {
                username: text("@alice_example"),
                ..empty()
            },
        ),
        (
            "link",
            UserPayload {
                id: text("https://wa.me/14155552671"),
                ..empty()
            },
        ),
        (
            "all",
            UserPayload {
                id: text("14155552671@s.whatsapp.net"),
                phone_number: text("+1 415 555 2671"),
                email: text("alice@example.com"),
                username: text("alice_example"),
                full_name: text("Alice Example"),
            },
        ),
    ];
    let policy = Policy::default();
    let mut group = criterion.benchmark_group("triage");
    for (name, payload) in &payloads {
        group.bench_function(*name, |bencher| {
            bencher.iter(|| triage(black_box(payload), &account, &policy));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
