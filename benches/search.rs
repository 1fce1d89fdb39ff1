//! Search by name among many, beside a scan by each peer.

use std::hint::black_box;

use contact_resolution::name::{Name, NameIndex};
use criterion::{Criterion, criterion_group, criterion_main};

/// Invented names: syllables put together, common ones more often, as in an address book. The same on every run.
fn people(count: u64) -> Vec<String> {
    const STARTS: &[&str] = &[
        "ma", "jo", "an", "ka", "le", "ro", "sa", "da", "mi", "el", "vi", "pe", "ga", "lu", "no",
        "he", "to", "be", "chri", "ste",
    ];
    const MIDDLES: &[&str] = &[
        "ri", "na", "ber", "li", "so", "ndra", "the", "xa", "mo", "va", "cke", "rdi", "ller",
        "ste", "ki", "do",
    ];
    const ENDS: &[&str] = &[
        "a", "o", "s", "n", "th", "son", "ski", "ez", "er", "ian", "ne", "ov", "mann", "ra",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    // A product of two draws favours the first, much as names do.
    let mut pick = move |words: &[&'static str]| {
        let (a, b) = (next() % words.len() as u64, next() % words.len() as u64);
        words[usize::try_from(a * b / words.len() as u64).unwrap_or(0)]
    };
    let mut word = move |parts: usize| {
        let mut word = pick(STARTS).to_owned();
        (0..parts).for_each(|_| word.push_str(pick(MIDDLES)));
        word.push_str(pick(ENDS));
        word
    };
    (0..count)
        .map(|n| {
            format!(
                "{} {}",
                word(1),
                word(if n % 3 == 0 {
                    1
                } else {
                    2 + usize::from(n % 5 == 0)
                })
            )
        })
        .collect()
}

fn search(criterion: &mut Criterion) {
    for (label, count) in [("100k", 100_000), ("1M", 1_000_000)] {
        let people = people(count);
        let mut index = NameIndex::new();
        for (id, name) in (0_u32..).zip(&people) {
            index.upsert(id, &Name::new(name));
        }
        // As typed: right, in the other order, with two letters swapped, begun.
        let hints: Vec<String> = people
            .iter()
            .step_by(people.len() / 64)
            .enumerate()
            .map(|(n, name)| {
                let (first, last) = name.split_once(' ').unwrap_or((name, ""));
                match n % 4 {
                    0 => name.clone(),
                    1 => format!("{last}, {first}"),
                    2 => format!("{first} {}{}{}", &last[1..2], &last[..1], &last[2..]),
                    _ => format!("{first} {}", &last[..3]),
                }
            })
            .collect();
        let mut group = criterion.benchmark_group(format!("search/{label}"));
        // A scan of a million takes a peer about a second.
        group.sample_size(10);
        let mut turn = hints.iter().cycle();
        let mut next = || turn.next().map_or("", String::as_str);
        group.bench_function("contact-resolution", |b| {
            b.iter(|| index.search(&Name::new(next()), 10).len());
        });
        group.bench_function("strsim jaro_winkler", |b| {
            b.iter(|| {
                let hint = next();
                people
                    .iter()
                    .map(|name| strsim::jaro_winkler(hint, name))
                    .fold(0.0, f64::max)
            });
        });
        group.bench_function("rapidfuzz jaro_winkler", |b| {
            b.iter(|| {
                let hint = rapidfuzz::distance::jaro_winkler::BatchComparator::new(next().bytes());
                people
                    .iter()
                    .map(|name| hint.similarity(name.bytes()))
                    .fold(0.0, f64::max)
            });
        });
        group.bench_function("rapidfuzz ratio", |b| {
            b.iter(|| {
                let hint = rapidfuzz::fuzz::RatioBatchComparator::new(next().bytes());
                people
                    .iter()
                    .map(|name| hint.similarity(name.bytes()))
                    .fold(0.0, f64::max)
            });
        });
        group.bench_function("nucleo-matcher", |b| {
            let mut matcher = nucleo_matcher::Matcher::default();
            let names: Vec<nucleo_matcher::Utf32String> =
                people.iter().map(|name| name.as_str().into()).collect();
            b.iter(|| {
                use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
                let hint = Pattern::parse(next(), CaseMatching::Ignore, Normalization::Smart);
                black_box(
                    names
                        .iter()
                        .filter_map(|name| hint.score(name.slice(..), &mut matcher))
                        .max(),
                )
            });
        });
        group.finish();
    }
}

criterion_group!(benches, search);
criterion_main!(benches);
