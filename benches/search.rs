//! Search by name among many people, by kind of hint, compared with a scan by each peer.

use std::hint::black_box;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use contact_resolution::name::{Name, NameIndex};
use criterion::{Criterion, criterion_group, criterion_main};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};

#[path = "../tests/support/people.rs"]
mod people;

use people::{HintKind, people};

const MOST: usize = 10;

/// Returns the person with the highest score of a peer's measure.
fn best(people: &[String], mut fits: impl FnMut(&str) -> f64) -> Option<&String> {
    let scored = people.iter().map(|name| (fits(name), name));
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|best| best.1)
}

fn jaro_winkler<'a>(people: &'a [String], hint: &str) -> Option<&'a String> {
    best(people, |name| strsim::jaro_winkler(hint, name))
}

fn batch_jaro_winkler<'a>(people: &'a [String], hint: &str) -> Option<&'a String> {
    let hint = rapidfuzz::distance::jaro_winkler::BatchComparator::new(hint.bytes());
    best(people, |name| hint.similarity(name.bytes()))
}

fn batch_ratio<'a>(people: &'a [String], hint: &str) -> Option<&'a String> {
    let hint = rapidfuzz::fuzz::RatioBatchComparator::new(hint.bytes());
    best(people, |name| hint.similarity(name.bytes()))
}

fn fuzzy_find(
    names: &[nucleo_matcher::Utf32String],
    matcher: &mut nucleo_matcher::Matcher,
    hint: &str,
) -> Option<usize> {
    let hint = Pattern::parse(hint, CaseMatching::Ignore, Normalization::Smart);
    let scored = names.iter().enumerate().filter_map(|(at, name)| {
        let score = hint.score(name.slice(..), matcher)?;
        Some((score, std::cmp::Reverse(at)))
    });
    scored.max().map(|best| best.1.0)
}

fn search(criterion: &mut Criterion) {
    for (label, count) in [("100k", 100_000), ("1M", 1_000_000)] {
        let people = people(count);
        let mut index = NameIndex::new();
        let bytes = measure(|| {
            for (id, name) in (0_u32..).zip(&people) {
                index.upsert(id, &Name::new(name));
            }
        });
        let (bytes, names) = (bytes.bytes_current, i64::try_from(count).unwrap_or(1));
        println!("search/{label}: {} B a name", (bytes + names - 1) / names);
        let asked: Vec<&String> = people
            .iter()
            .step_by(count / 256)
            .filter(|name| name.split(' ').count() == 2)
            .collect();
        println!("search/{label}, microseconds by kind of hint:");
        let mut all = Vec::new();
        for kind in HintKind::ALL {
            let times = asked.iter().map(|name| {
                let hint = Name::new(&kind.hint(name));
                let start = Instant::now();
                let found = black_box(index.search(&hint, MOST));
                let time = start.elapsed();
                // The first result is this person, or a person of the same name.
                if matches!(
                    kind,
                    HintKind::AsWritten | HintKind::FamilyNameFirst | HintKind::Initial
                ) {
                    assert!(found[0].score.is_match(), "{kind:?}: {name}");
                }
                time
            });
            let mut times: Vec<Duration> = times.collect();
            times.sort_unstable();
            print_times(kind.as_str(), &times);
            all.append(&mut times);
        }
        all.sort_unstable();
        print_times("all", &all);

        let mut matcher = nucleo_matcher::Matcher::default();
        let names: Vec<nucleo_matcher::Utf32String> =
            people.iter().map(|name| name.as_str().into()).collect();
        for name in asked.iter().take(3) {
            assert_eq!(jaro_winkler(&people, name), Some(*name));
            assert_eq!(batch_jaro_winkler(&people, name), Some(*name));
            assert_eq!(batch_ratio(&people, name), Some(*name));
            let found = fuzzy_find(&names, &mut matcher, name);
            assert_eq!(found.map(|at| &people[at]), Some(*name));
        }

        let kinds = [
            HintKind::AsWritten,
            HintKind::FamilyNameFirst,
            HintKind::LettersSwapped,
            HintKind::Begun,
        ];
        let hints: Vec<String> = asked
            .iter()
            .zip(kinds.iter().cycle())
            .map(|(name, kind)| kind.hint(name))
            .collect();
        let mut group = criterion.benchmark_group(format!("search/{label}"));
        // One scan of a million names takes about a second.
        group.sample_size(10);
        let mut turn = hints.iter().cycle();
        let mut next = || turn.next().map_or("", String::as_str);
        group.bench_function("contact-resolution", |b| {
            b.iter(|| index.search(&Name::new(next()), MOST).len());
        });
        group.bench_function("strsim jaro_winkler", |b| {
            b.iter(|| jaro_winkler(&people, next()));
        });
        group.bench_function("rapidfuzz jaro_winkler", |b| {
            b.iter(|| batch_jaro_winkler(&people, next()));
        });
        group.bench_function("rapidfuzz ratio", |b| {
            b.iter(|| batch_ratio(&people, next()));
        });
        group.bench_function("nucleo-matcher", |b| {
            b.iter(|| fuzzy_find(&names, &mut matcher, next()));
        });
        group.finish();
    }
}

fn print_times(kind: &str, times: &[Duration]) {
    let at = |share: usize| {
        times
            .get((times.len() - 1) * share / 100)
            .map_or(0, Duration::as_micros)
    };
    println!(
        "{kind:26} median {:6}  p99 {:6}  worst {:6}",
        at(50),
        at(99),
        at(100)
    );
}

criterion_group!(benches, search);
criterion_main!(benches);
