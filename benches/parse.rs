//! From a text to an identifier: phone numbers, email addresses, handles and links.
//!
//! `benches/compare` measures the phone numbers again, with a peer that takes minutes to build.

#[path = "fixtures/phones/mod.rs"]
mod phones;

use std::hint::black_box;
use std::time::Duration;

use contact_resolution::link;
use contact_resolution::{Email, EmailPolicy, Handle, Network, Phone};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use email_address::EmailAddress;
use phonenumber::Mode;

use phones::Input;

/// The name of a crate, and its check of an address.
type Peer = (&'static str, fn(&str) -> bool);

fn phone(criterion: &mut Criterion) {
    let (time, memory) = phones::first_call("ours", |text| {
        text.parse::<Phone>().map(|phone| phone.is_valid()).is_ok()
    });
    assert!(time < Duration::from_millis(1) && memory < 2 << 20);
    // By default the cache is so small that each number of another country compiles its patterns again.
    let cache = phonenumber::metadata::DATABASE.cache();
    cache.lock().unwrap().set_capacity(100_000);
    phones::bench(criterion, peers);
}

fn peers(group: &mut BenchmarkGroup<'_, WallTime>, inputs: &[Input]) {
    phones::time(
        group,
        "phonenumber",
        inputs,
        phones::phonenumber_misreads,
        |region| region.parse().unwrap(),
        |text, region| {
            let number = phonenumber::parse(region, text).ok()?;
            let valid = number.is_valid();
            Some((number, valid))
        },
        |number| number.format().mode(Mode::E164).to_string(),
    );
}

/// Measures a function on all texts. One iteration reads each text once.
fn time<T>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    texts: &[&str],
    read: impl Fn(&str) -> T,
) {
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            for text in texts {
                black_box(read(black_box(text)));
            }
        });
    });
}

fn email(criterion: &mut Criterion) {
    let sets: [(&str, &[&str], bool); 4] = [
        (
            "typical",
            &[
                "alice@example.com",
                "john.smith@mail.example.org",
                "bob_99@gmail.com",
                "first.last+tag@sub.example.co.uk",
                "info@a-longer-company-name.example.net",
            ],
            true,
        ),
        (
            "international",
            &[
                "jörg@bücher.example",
                "用户@例え.テスト",
                "alice@xn--bcher-kva.example",
            ],
            true,
        ),
        (
            "quoted",
            &["\"john smith\"@example.com", "\"a\\\"b\"@example.com"],
            true,
        ),
        (
            "rejected",
            &[
                "alice",
                "alice@",
                "a..b@example.com",
                "alice@-example.com",
                "call me maybe",
            ],
            false,
        ),
    ];
    for (name, texts, right) in sets {
        let mut group = criterion.benchmark_group(format!("parse/email/{name}"));
        let valid = |text: &str| Email::check(text, EmailPolicy::DEFAULT).is_ok();
        assert!(texts.iter().all(|text| valid(text) == right));
        time(&mut group, "ours", texts, valid);
        time(&mut group, "ours, kept", texts, Email::parse);
        let peers: [Peer; 2] = [
            ("email_address", EmailAddress::is_valid),
            ("fast_chemail", fast_chemail::is_valid_email),
        ];
        for (peer, valid) in peers {
            for text in texts.iter().filter(|text| valid(text) != right) {
                println!("{peer}: {text:?} is {right}");
            }
            time(&mut group, peer, texts, valid);
        }
        group.finish();
    }
}

fn handle(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse/handle");
    let texts = [
        "@alice_example",
        "Bob_Smith_99",
        "carol",
        "dave-is-no-handle!",
    ];
    for network in [&Network::TELEGRAM, &Network::SIGNAL, &Network::GENERAL] {
        time(&mut group, network.name(), &texts, |text| {
            Handle::parse(text, network)
        });
    }
    group.finish();
}

fn link(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse/link");
    let texts = [
        "https://t.me/alice_example",
        "t.me/+14155552671",
        "https://wa.me/14155552671?text=Hi",
        "https://matrix.to/#/@alice:example.org",
        "tel:+1-415-555-2671",
        "https://example.org/alice",
    ];
    time(&mut group, "links", &texts, |text| {
        link::parse(text, &Network::TELEGRAM)
    });
    let texts = ["alice_example", "alice@example.com", "+14155552671"];
    time(&mut group, "none", &texts, |text| {
        link::parse(text, &Network::TELEGRAM)
    });
    group.finish();
}

criterion_group!(benches, phone, email, handle, link);
criterion_main!(benches);
