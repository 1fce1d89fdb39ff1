//! At most one chat, shown by walking: every interleaving of some starts for one person with every choice of some faults,
//! the real machine inside.
//!
//! The faults: a request that is lost, an answer that is lost, a request that lands after its caller has given up on it,
//! a crash while the intent is claimed (its request lands or not, and it comes back and resumes or not), a request that the network takes twice, a lookup that
//! fails, an end that the ledger does not record. What is assumed is in the world's rules, and each assumption and each
//! part of the policy has a test that it is needed.

mod machine;
mod walk;
mod world;

use std::cell::Cell;
use std::time::{Duration, Instant};

use contact_resolution::{
    ClaimKey, ClaimOutcome, ClaimResult, IdentifierKind, Key, Ledger, MemoryLedger,
};
use machine::{Heard, Scenario, Told};
use walk::{Seen, walk};
use world::{Entry, Rules, Weaker, Wrong};

/// A network that tells a repeated create by its key, and one that doesn't but takes each request once.
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

/// Walks every scenario on both networks.
fn walk_all(starts: usize, faults: u8) -> Vec<Seen> {
    let mut all = Vec::new();
    for scenario in Scenario::all() {
        for (network, rules) in [("keyed", KEYED), ("plain", PLAIN)] {
            let begun = Instant::now();
            let name = scenario.name;
            let seen = walk(&scenario, starts, faults, rules)
                .unwrap_or_else(|failure| panic!("{name}, {network}: {failure:?}"));
            println!(
                "{starts} starts, {faults} faults, {network}, {name}: {} worlds, {} points of the machine, {:.1?}",
                seen.worlds,
                seen.points,
                begun.elapsed()
            );
            all.push(seen);
        }
    }
    all
}

#[test]
fn without_faults_everybody_is_told_of_one_chat() {
    for seen in walk_all(3, 0) {
        for told in seen.told {
            assert!(
                matches!(told, Told::Created | Told::Existing | Told::Busy),
                "{told:?}"
            );
        }
    }
}

#[test]
fn two_starts_and_three_faults() {
    walk_all(2, 3);
}

#[test]
fn three_starts_and_two_faults() {
    let all = walk_all(3, 2);
    // The walk is worth something if it comes everywhere.
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
        Heard::Busy,
        Heard::Stale,
        Heard::ClaimOutcome,
        Heard::Lost,
    ] {
        assert!(
            all.iter().any(|seen| seen.heard.contains(&heard)),
            "{heard:?}"
        );
    }
}

#[test]
#[ignore = "a minute and more: four million worlds"]
fn three_starts_and_three_faults() {
    walk_all(3, 3);
}

/// In every scenario there is a way to a second chat, the shortest of which is told.
fn fails(starts: usize, faults: u8, rules: Rules) {
    for scenario in Scenario::all() {
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
fn without_an_intent_there_are_two_chats() {
    fails(2, 0, weaker(Weaker::NoIntent));
}

#[test]
fn with_blind_retries_there_are_two_chats() {
    fails(1, 1, weaker(Weaker::BlindRetry));
}

#[test]
fn without_a_settle_window_there_are_two_chats() {
    fails(2, 0, weaker(Weaker::NoWindow));
}

#[test]
fn a_start_slower_than_the_window_makes_a_second_chat() {
    fails(2, 0, weaker(Weaker::SlowStart));
}

#[test]
fn a_restart_that_lets_go_of_its_intent_makes_a_second_chat() {
    fails(1, 1, weaker(Weaker::LetGo));
}

#[test]
fn a_request_taken_twice_needs_the_key() {
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
fn the_ledger_of_the_model_is_the_ledger() {
    let claim_key = ClaimKey::new("account", Key::new(IdentifierKind::Id, "alice-id"));
    let window = Duration::from_secs(60);
    // Each digit of a course is one step: all courses of eight.
    for course in 0..4_u32.pow(8) {
        let now = Cell::new(Duration::ZERO);
        let ledger = MemoryLedger::new(window, || now.get());
        let mut entry = Entry::Free;
        for step in (0..8).map(|place| course / 4_u32.pow(place) % 4) {
            match step {
                0 => {
                    let Ok(claim) = ledger.claim(&claim_key);
                    let (heard, after) = entry.claim();
                    let told = match claim {
                        ClaimResult::Acquired => Heard::Mine,
                        ClaimResult::Held => Heard::Busy,
                        ClaimResult::Expired => Heard::Stale,
                        ClaimResult::AlreadyDone(_) => Heard::ClaimOutcome,
                    };
                    assert_eq!(told, heard);
                    entry = after;
                }
                1 => {
                    let Ok(()) = ledger.record(&claim_key, &ClaimOutcome::Chat("!chat".into()));
                    entry = Entry::record(true);
                }
                2 => {
                    let Ok(()) = ledger.record(&claim_key, &ClaimOutcome::NoChat);
                    entry = Entry::record(false);
                }
                _ => {
                    now.set(now.get() + window + Duration::from_nanos(1));
                    entry = entry.window_ends();
                }
            }
        }
    }
}
