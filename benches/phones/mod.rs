//! How parsers of phone numbers are timed, side by side on the same inputs.

mod inputs;

use std::hint::black_box;
use std::time::{Duration, Instant};

use contact_resolution::{Phone, Region};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};

pub(crate) use inputs::Input;
use inputs::inputs;

/// What a group's inputs are timed by: each peer in turn.
pub(crate) type Peers = fn(&mut BenchmarkGroup<'_, WallTime>, &[Input]);

/// The groups `parse/phone/…`: from a text to valid or not, by us and by each peer, on the same inputs.
pub(crate) fn bench(criterion: &mut Criterion, peers: Peers) {
    for (name, inputs) in inputs() {
        let mut group = criterion.benchmark_group(format!("parse/phone/{name}"));
        group.throughput(Throughput::Elements(inputs.len() as u64));
        time(
            &mut group,
            "ours",
            &inputs,
            |_| false,
            |region| Region::new(region).unwrap(),
            |text, region| {
                let number = Phone::parse_in(text, region).ok()?.phone;
                Some((number, number.is_valid()))
            },
            ToString::to_string,
        );
        peers(&mut group, &inputs);
        group.finish();
    }
}

/// Times a parser, once its answers are seen to be right, but for those texts that it is known to misread.
pub(crate) fn time<R: Copy, Number>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    inputs: &[Input],
    misreads: impl Fn(&str) -> bool,
    region: impl Fn(&str) -> R,
    read: impl Fn(&str, Option<R>) -> Option<(Number, bool)>,
    e164: impl Fn(&Number) -> String,
) {
    let inputs: Vec<(&Input, Option<R>)> = inputs
        .iter()
        .map(|input| (input, input.region.as_deref().map(&region)))
        .collect();
    for (input, region) in &inputs {
        let answer = read(&input.text, *region).map(|(number, valid)| (e164(&number), valid));
        let valid = input
            .number
            .parse()
            .is_ok_and(|phone: Phone| phone.is_valid());
        let is_right = answer == Some((input.number.clone(), valid));
        assert_eq!(is_right, !misreads(&input.text), "{name}: {}", input.text);
    }
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            inputs
                .iter()
                .filter(|(input, region)| {
                    read(black_box(&input.text), *region).is_some_and(|(_, valid)| valid)
                })
                .count()
        });
    });
}

/// Texts that `phonenumber` 0.3.10 misreads: it knows no digits but ASCII's, and takes a letter after a number for a
/// digit.
pub(crate) fn phonenumber_misreads(text: &str) -> bool {
    text.ends_with("(m)") || text.contains(|c| ('\u{FF10}'..='\u{FF19}').contains(&c))
}

/// Prints what a parser's first call takes, and what it has added to the process's memory after a number of each
/// country.
pub(crate) fn first_call(name: &str, read: impl Fn(&str) -> bool) -> (Duration, u64) {
    let [(_, numbers), ..] = inputs();
    let (memory, begun) = (resident(), Instant::now());
    let first = read(black_box(&numbers[0].text));
    let time = begun.elapsed();
    assert!(first && numbers.iter().all(|input| read(&input.text)));
    let memory = resident().saturating_sub(memory);
    println!("{name}: first call {time:?}, memory {} kB", memory / 1024);
    (time, memory)
}

/// The process's resident memory in bytes; none where the system doesn't tell.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}
