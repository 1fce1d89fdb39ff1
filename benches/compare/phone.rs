//! Phone numbers, compared with the two other Rust ports of libphonenumber. Run `cargo bench` in this folder.

#[path = "../fixtures/phones/mod.rs"]
mod phones;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use phonenumber::Mode;
use rlibphonenumber::{PhoneNumber, PhoneNumberFormat};

use phones::Input;

fn peers(group: &mut BenchmarkGroup<'_, WallTime>, inputs: &[Input]) {
    phones::time(
        group,
        "rlibphonenumber",
        inputs,
        |_| false,
        |region| region.parse::<rlibphonenumber::Region>().unwrap(),
        |text, region| {
            let number = PhoneNumber::parse(text, region).ok()?;
            let valid = number.is_valid();
            Some((number, valid))
        },
        |number| number.format_as(PhoneNumberFormat::E164).into_owned(),
    );
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

fn parse(criterion: &mut Criterion) {
    phones::first_call("rlibphonenumber", |text| {
        PhoneNumber::parse(text, None)
            .map(|number| number.is_valid())
            .is_ok()
    });
    // By default the cache is so small that each number of another country compiles its patterns again.
    let cache = phonenumber::metadata::DATABASE.cache();
    cache.lock().unwrap().set_capacity(100_000);
    phones::bench(criterion, peers);
}

criterion_group!(benches, parse);
criterion_main!(benches);
