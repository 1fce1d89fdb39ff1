//! An exhaustive check that there is at most one chat. It explores every interleaving of some starts for one person,
//! with every choice of some faults, on the real state machine.
//!
//! The faults are:
//!
//! - a request is lost, or its response is lost,
//! - a request arrives after its caller has given up,
//! - a process crashes while it holds the claim (its request arrives or not, and it recovers the claim or not),
//! - the network executes a request twice,
//! - a lookup fails or shows nothing,
//! - the ledger does not record an outcome.
//!
//! Lookups name the person, repeat the question, show nothing, or name the new owner of a known person's number.
//!
//! The assumptions are in the rules of the world. Each assumption, and each part of the policy, has a test that shows
//! that it is needed.

mod machine;
mod walk;
mod world;

use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

use contact_resolution::{
    Claim, ClaimKey, ClaimOutcome, ClaimResult, IdentifierKind, Key, Ledger, MemoryLedger,
};
use machine::{Heard, Scenario, Told};
use walk::{Seen, walk};
use world::{Entry, Rules, Weaker, Wrong};

/// A network that deduplicates creates by their key, and a network that does not but executes each request once.
const KEYED: Rules = Rules {
    keyed: true,
    duplicates: true,
    weaker: None,
};
const PLAIN: Rules = Rules {
    keyed: false,
    duplicates: false,
    weaker: None,
};

/// Explores every scenario on both networks, each scenario in a thread.
fn walk_all(starts: usize, faults: u8) -> Vec<Seen> {
    let scenarios = Scenario::all();
    thread::scope(|scope| {
        let walks: Vec<_> = scenarios
            .iter()
            .map(|scenario| scope.spawn(move || walk_networks(scenario, starts, faults)))
            .collect();
        walks
            .into_iter()
            .flat_map(|walk| walk.join().expect("no second chat"))
            .collect()
    })
}

fn walk_networks(scenario: &Scenario, starts: usize, faults: u8) -> [Seen; 2] {
    [("keyed", KEYED), ("plain", PLAIN)].map(|(network, rules)| {
        let begun = Instant::now();
        let name = scenario.name;
        let seen = walk(scenario, starts, faults, rules)
            .unwrap_or_else(|failure| panic!("{name}, {network}: {failure:?}"));
        println!(
            "{starts} starts, {faults} faults, {network}, {name}: {} worlds, {} points of the machine, {:.1?}",
            seen.worlds,
            seen.points,
            begun.elapsed()
        );
        seen
    })
}

#[test]
fn starts_without_faults_all_get_one_chat() {
    for (scenario, seen) in Scenario::all()
        .iter()
        .flat_map(|one| [one, one])
        .zip(walk_all(3, 0))
    {
        for told in seen.told {
            let is_refused = told == Told::Refused && scenario.may_refuse();
            assert!(
                is_refused || matches!(told, Told::Created | Told::Existing | Told::Busy),
                "{}: {told:?}",
                scenario.name
            );
        }
    }
}

#[test]
fn two_starts_with_three_faults_make_one_chat() {
    walk_all(2, 3);
}

#[test]
fn three_starts_with_two_faults_make_one_chat() {
    let all = walk_all(3, 2);
    // The exploration is useful only if it reaches everything.
    for told in [
        Told::Existing,
        Told::Created,
        Told::Busy,
        Told::NotSent,
        Told::Refused,
        Told::Unknown,
    ] {
        assert!(all.iter().any(|seen| seen.told.contains(&told)), "{told:?}");
    }
    for heard in [
        Heard::Found { chat: true },
        Heard::Is { chat: true },
        Heard::Inconclusive,
        Heard::Held,
        Heard::Expired,
        Heard::AlreadyDone,
        Heard::Lost,
    ] {
        assert!(
            all.iter().any(|seen| seen.heard.contains(&heard)),
            "{heard:?}"
        );
    }
}

#[test]
#[ignore = "takes over a minute, because it visits four million worlds"]
fn three_starts_with_three_faults_make_one_chat() {
    walk_all(3, 3);
}

/// Asserts that every scenario with creates can lead to a second chat, and prints the shortest path.
fn fails(starts: usize, faults: u8, rules: Rules) {
    // A start that may be refused without a fault creates nothing.
    let scenarios = Scenario::all().into_iter();
    for scenario in scenarios.filter(|scenario| !scenario.may_refuse()) {
        let name = scenario.name;
        let Err(failure) = walk(&scenario, starts, faults, rules) else {
            panic!("{name}: nothing went wrong");
        };
        println!("{name}: {failure:?}");
        assert_eq!(failure.wrong, Wrong::SecondChat, "{name}");
    }
}

fn weaker(weaker: Weaker) -> Rules {
    Rules {
        weaker: Some(weaker),
        ..PLAIN
    }
}

#[test]
fn missing_claim_makes_a_second_chat() {
    fails(2, 0, weaker(Weaker::NoClaim));
}

#[test]
fn blind_retry_makes_a_second_chat() {
    fails(1, 1, weaker(Weaker::BlindRetry));
}

#[test]
fn missing_claim_timeout_makes_a_second_chat() {
    fails(2, 0, weaker(Weaker::NoTimeout));
}

#[test]
fn start_slower_than_the_claim_timeout_makes_a_second_chat() {
    fails(2, 0, weaker(Weaker::SlowStart));
}

#[test]
fn restart_that_releases_its_claim_makes_a_second_chat() {
    fails(1, 1, weaker(Weaker::ReleaseOnRestart));
}

#[test]
fn duplicated_request_without_key_makes_a_second_chat() {
    fails(
        1,
        1,
        Rules {
            keyed: false,
            ..KEYED
        },
    );
}

#[test]
fn model_ledger_agrees_with_memory_ledger() {
    let claim_key = ClaimKey::new("account", Key::new(IdentifierKind::Id, "alice-id"));
    let window = Duration::from_secs(60);
    // Each base-4 digit of a course is one step. This covers all courses of eight steps.
    for course in 0..4_u32.pow(8) {
        let now = Cell::new(Duration::ZERO);
        let ledger = MemoryLedger::new(window, || now.get());
        let (mut entry, mut last_token) = (Entry::Free, 0);
        let is_claimed = |entry| matches!(entry, Entry::Claimed | Entry::Overdue);
        for step in (0..8).map(|place| course / 4_u32.pow(place) % 4) {
            match step {
                0 => {
                    let Ok(claim) = ledger.claim(&claim_key);
                    let (heard, after) = entry.claim();
                    if let ClaimResult::Acquired { token } | ClaimResult::Expired { token } = claim
                    {
                        last_token = token;
                    }
                    let reply = match claim {
                        ClaimResult::Acquired { .. } => Heard::Acquired,
                        ClaimResult::Held => Heard::Held,
                        ClaimResult::Expired { .. } => Heard::Expired,
                        ClaimResult::AlreadyDone(_) => Heard::AlreadyDone,
                    };
                    assert_eq!(reply, heard);
                    entry = after;
                }
                1 => {
                    let claim = Claim::new(claim_key.clone(), last_token);
                    let outcome = ClaimOutcome::Chat("!chat".into());
                    let Ok(recorded) = ledger.record(&claim, &outcome);
                    assert!(recorded || !is_claimed(entry));
                    entry = if recorded { Entry::record(true) } else { entry };
                }
                2 => {
                    let claim = Claim::new(claim_key.clone(), last_token);
                    let Ok(recorded) = ledger.record(&claim, &ClaimOutcome::NoChat);
                    assert!(recorded || !is_claimed(entry));
                    entry = if recorded {
                        Entry::record(false)
                    } else {
                        entry
                    };
                }
                _ => {
                    now.set(now.get() + window + Duration::from_nanos(1));
                    entry = entry.window_ends();
                }
            }
        }
    }
}
