//! How parsers of phone numbers are timed, side by side on the same inputs.

mod inputs;

use std::hint::black_box;

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

/// Times a parser, and prints first on how many inputs, and on which, it doesn't say what we do.
pub(crate) fn time<R: Copy, Number>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    inputs: &[Input],
    region: impl Fn(&str) -> R,
    read: impl Fn(&str, Option<R>) -> Option<(Number, bool)>,
    e164: impl Fn(&Number) -> String,
) {
    let ours = |input: &Input| {
        let region = input.region.as_deref().and_then(Region::new);
        let number = Phone::parse_in(&input.text, region).ok()?.phone;
        Some((number.to_string(), number.is_valid()))
    };
    let inputs: Vec<(&Input, Option<R>)> = inputs
        .iter()
        .map(|input| (input, input.region.as_deref().map(&region)))
        .collect();
    let mut different = 0;
    for (input, region) in &inputs {
        let theirs = read(&input.text, *region).map(|(number, valid)| (e164(&number), valid));
        if theirs != ours(input) {
            different += 1;
            println!(
                "{name}: {:?} is {:?}, not {theirs:?}",
                input.text,
                ours(input)
            );
        }
    }
    println!("{name}: {different} of {} answers differ", inputs.len());
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
