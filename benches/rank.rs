//! Scoring names against a hint, from text and prepared, compared with the measures of other crates.

use std::hint::black_box;

use contact_resolution::name::{Name, score};
use criterion::{Criterion, criterion_group, criterion_main};

const GIVEN: &[&str] = &[
    "Alice",
    "Bob",
    "Carla",
    "Dmitri",
    "Élodie",
    "Jörg",
    "Юлия",
    "Min-jun",
    "Mohammed",
    "Siobhán",
    "Tomás",
    "Wei",
    "Zoë",
    "Anna Maria",
    "B.",
    "Noah",
];
const FAMILY: &[&str] = &[
    "Sample",
    "Example",
    "Müller",
    "García",
    "Nakamura",
    "Okafor",
    "O'Neil",
    "de la Cruz",
    "Kim",
    "Петрова",
    "van Dijk",
    "Smith",
    "Jones",
];

fn rank(criterion: &mut Criterion) {
    let hint = "Sample, Alice";
    for count in [1, 32, 1000] {
        let name = |n: usize| format!("{} {}", GIVEN[n % GIVEN.len()], FAMILY[n % FAMILY.len()]);
        let texts: Vec<String> = (1..=count).map(name).collect();
        let names: Vec<Name> = texts.iter().map(|text| Name::new(text)).collect();
        let prepared = Name::new(hint);
        // The scores are right: a name that shares a word with the hint is never a mismatch.
        for (text, name) in texts.iter().zip(&names) {
            let shares = text.contains("Alice") || text.ends_with(" Sample");
            assert!(!shares || !score(&prepared, name).is_mismatch(), "{text}");
        }
        let mut group = criterion.benchmark_group(format!("rank/{count}"));
        group.bench_function("from text", |b| {
            b.iter(|| {
                let hint = Name::new(black_box(hint));
                texts
                    .iter()
                    .map(|text| score(&hint, &Name::new(text)))
                    .max()
            });
        });
        group.bench_function("prepared", |b| {
            b.iter(|| {
                names
                    .iter()
                    .map(|name| score(black_box(&prepared), name))
                    .max()
            });
        });
        group.bench_function("strsim jaro_winkler", |b| {
            b.iter(|| {
                texts
                    .iter()
                    .map(|text| strsim::jaro_winkler(black_box(hint), text))
                    .fold(0.0, f64::max)
            });
        });
        group.bench_function("rapidfuzz jaro_winkler", |b| {
            b.iter(|| {
                let hint = rapidfuzz::distance::jaro_winkler::BatchComparator::new(
                    black_box(hint).chars(),
                );
                texts
                    .iter()
                    .map(|text| hint.similarity(text.chars()))
                    .fold(0.0, f64::max)
            });
        });
        group.bench_function("nucleo-matcher", |b| {
            use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
            let mut matcher = nucleo_matcher::Matcher::default();
            let pattern = Pattern::parse(hint, CaseMatching::Ignore, Normalization::Smart);
            let mut buffer = Vec::new();
            b.iter(|| {
                texts
                    .iter()
                    .filter_map(|text| {
                        pattern.score(
                            nucleo_matcher::Utf32Str::new(text, &mut buffer),
                            &mut matcher,
                        )
                    })
                    .max()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, rank);
criterion_main!(benches);
