//! The number of instructions of each hot path, with a limit.
//!
//! A limit is the count with Rust 1.95 on x86-64, plus two percent. Counts are the same on every run. A change that raises
//! a count on purpose raises its limit.

use std::hint::black_box;

use contact_resolution::link;
use contact_resolution::name::{Name, NameIndex, Score, score};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{Account, Decision, Directory, Email, EmailPolicy, Handle, IdentifierKind, MemoryDirectory, Network, Person, Phone, Policy, Region, resolve};
use contact_resolution::pipeline::triage::{Triage, triage};
use gungraun::{
    Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main,
};

/// Returns a configuration that fails if the count is more than two percent over the given one.
fn limit(counted: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits([(EventKind::Ir, counted * 102 / 100)]));
    config
}

fn is_valid(text: &str, region: Option<Region>) -> bool {
    Phone::parse_in(text, region).is_ok_and(|parsed| parsed.phone.is_valid())
}

#[library_benchmark]
#[bench::e164(args = ("+14155552671", None), config = limit(249))]
#[bench::national(args = ("(415) 555-2671", Some(Region::US)), config = limit(885))]
#[bench::messy(args = ("Tel. \u{202A}+44 20 7946\u{A0}0958\u{202C} ext. 12", None), config = limit(2_478))]
fn phone(text: &str, region: Option<Region>) -> bool {
    black_box(is_valid(black_box(text), region))
}

#[library_benchmark]
#[bench::typical(args = ("first.last@mail.example.org"), config = limit(672))]
#[bench::rejected(args = ("first..last@mail.example.org"), config = limit(583))]
#[bench::international(args = ("jörg@bücher.example"), config = limit(5_874))]
fn email(text: &str) -> bool {
    black_box(Email::check(black_box(text), EmailPolicy::DEFAULT).is_ok())
}

/// Reads the rules of every network, which happens once in a process and is no part of a count.
fn loaded(text: &'static str) -> &'static str {
    for network in Network::ALL {
        black_box(network.kinds());
    }
    text
}

#[library_benchmark]
#[bench::telegram(args = ("@alice_example"), setup = loaded, config = limit(447))]
fn handle(text: &str) -> bool {
    black_box(Handle::parse(black_box(text), &Network::TELEGRAM).is_ok())
}

#[library_benchmark]
#[bench::telegram(args = ("https://t.me/alice_example"), setup = loaded, config = limit(1_499))]
fn unwrap_link(text: &str) -> bool {
    black_box(link::parse(black_box(text), &Network::TELEGRAM).is_some())
}

fn pair() -> (Name, Name) {
    (
        Name::new("Jon Q. Sample"),
        Name::new("Sample, Jonathan Quentin"),
    )
}

#[library_benchmark]
#[bench::prepared(args = (pair()), config = limit(2_410))]
fn name((hint, candidate): (Name, Name)) -> (Score, Name, Name) {
    let score = score(black_box(&hint), black_box(&candidate));
    (black_box(score), hint, candidate)
}

fn names() -> NameIndex<u32> {
    let given = [
        "Ada", "Bea", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jo",
    ];
    let family = [
        "Reed", "Pond", "Stone", "Field", "Brook", "Wood", "Hill", "Marsh", "Dale", "Ford",
    ];
    let mut index = NameIndex::new();
    for number in 0..10_000 {
        let pick = |list: [&'static str; 10], by: u32| list[(number / by % 10) as usize];
        let name = format!(
            "{} {}{}",
            pick(given, 1),
            pick(family, 10),
            pick(family, 100)
        );
        index.upsert(number, &Name::new(&name));
    }
    index
}

#[library_benchmark]
#[bench::ten_thousand(args = (names()), config = limit(192_235))]
fn search(index: NameIndex<u32>) -> NameIndex<u32> {
    black_box(index.search(black_box(&Name::new("Ada Reedstne")), 5).len());
    index
}

struct World {
    account: Account,
    directory: MemoryDirectory,
    request: StartRequest,
}

fn world(network: Network, user: UserPayload) -> World {
    let account = Account::new("account", network, "me");
    let mut directory = MemoryDirectory::with_seed(1);
    directory.insert_account(account.clone());
    for number in 0..1000_u64 {
        let phone = 14_155_552_000 + number;
        let person = if account.network == Network::WHATSAPP {
            Person::new(format!("{phone}@s.whatsapp.net"))
        } else {
            Person::new(format!("{}", 700_000_000 + number))
        };
        let person = person.with_name(format!("Ada {number}"));
        directory.upsert(
            "account",
            person.with_identifier(IdentifierKind::Handle, format!("ada_{number}")),
        );
    }
    // The first search by name reads all names.
    let Ok(found) = directory.suggest("account", "Ada 671", 5);
    assert!(!found.is_empty());
    World {
        account,
        directory,
        request: StartRequest::new("account", user),
    }
}

fn phone_world(phone: &str) -> World {
    let user = UserPayload {
        phone_number: Some(phone.to_owned()),
        full_name: Some("Ada 671".to_owned()),
        ..UserPayload::default()
    };
    world(Network::WHATSAPP, user)
}

/// The payload has the handle of no one, and one person has almost the same handle.
fn near_miss_world() -> World {
    let user = UserPayload {
        username: Some("adaa_671".to_owned()),
        ..UserPayload::default()
    };
    world(Network::TELEGRAM, user)
}

/// The payload has only a name, so people are suggested by it.
fn name_world() -> World {
    let user = UserPayload {
        full_name: Some("Ada 671".to_owned()),
        ..UserPayload::default()
    };
    world(Network::TELEGRAM, user)
}

#[library_benchmark]
#[bench::e164(args = (phone_world("+14155552671")), config = limit(1_792))]
#[bench::phone(args = (phone_world("+1 415 555 2671")), config = limit(3_169))]
fn read_payload(world: World) -> (World, Triage) {
    let triage = triage(
        black_box(&world.request.user),
        &world.account,
        &Policy::default(),
    );
    (world, triage)
}

#[library_benchmark]
#[bench::hit(args = (phone_world("+14155552671")), config = limit(7_530))]
#[bench::miss(args = (phone_world("+14155550100")), config = limit(5_188))]
#[bench::pasted_hit(args = (phone_world("+1 415 555 2671")), config = limit(9_562))]
#[bench::pasted_miss(args = (phone_world("+1 415 555 0100")), config = limit(7_180))]
#[bench::near_miss(args = (near_miss_world()), config = limit(1_173_643))]
#[bench::suggestion(args = (name_world()), config = limit(3_937_554))]
fn whole(world: World) -> (World, Decision) {
    let policy = Policy::default();
    let Ok(decision) = resolve(
        &world.account,
        black_box(&world.request),
        &world.directory,
        &policy,
    );
    (world, decision)
}

library_benchmark_group!(
    name = hot_paths;
    benchmarks = phone, email, handle, unwrap_link, name, search, read_payload, whole
);

main!(library_benchmark_groups = hot_paths);
