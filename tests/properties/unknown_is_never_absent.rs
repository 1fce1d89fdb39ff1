//! Failed, hidden, rate-limited and unknown results never count as absence. A create needs complete coverage, or a
//! lookup result.

use contact_resolution::pipeline::LookupRecord;
use contact_resolution::{
    Account, Action, Attempt, Decision, LookupResult, RefusalCode, StoredIdentifier,
};
use proptest::prelude::*;

use super::steps::Steps;
use crate::generators::{ASKED, World, config, worlds};

/// Returns the next lookup: that of the first attempt without a result, if it needs one.
fn next_lookup(decision: &Decision, tried: &[LookupRecord]) -> Option<Attempt> {
    let Action::Create(create) = &decision.action else {
        return None;
    };
    let is_new = |attempt: &&Attempt| {
        !tried
            .iter()
            .any(|looked| looked.kind == attempt.kind && looked.value == attempt.value)
    };
    create
        .attempts
        .iter()
        .find(is_new)
        .filter(|attempt| attempt.lookup)
        .cloned()
}

fn answered(attempt: Attempt, answer: LookupResult) -> LookupRecord {
    LookupRecord {
        kind: attempt.kind,
        value: attempt.value,
        result: answer,
    }
}

/// Returns whether one lookup answers both attempts, because one is an id that embeds the address of the other.
fn is_one_question(account: &Account, first: &Attempt, second: &Attempt) -> bool {
    let keys = |attempt: &Attempt| {
        let (kind, text) = (attempt.kind, attempt.value.clone());
        let mut keys = StoredIdentifier { kind, text }.keys(account);
        keys.retain(|key| !key.is_look_alike());
        keys
    };
    let second = keys(second);
    keys(first).iter().any(|key| second.contains(key))
}

/// Answers lookups with `Absent` until there are no more. Returns the last decision and the lookups.
fn all_absent(steps: &Steps, world: &World) -> (Decision, Vec<LookupRecord>) {
    let mut looked = Vec::new();
    let mut decision = steps.decide(world, &looked);
    while let Some(attempt) = next_lookup(&decision, &looked) {
        looked.push(answered(attempt, LookupResult::Absent));
        decision = steps.decide(world, &looked);
        assert!(looked.len() < 20, "it asks for ever");
    }
    (decision, looked)
}

/// Returns whether a create cannot make a second chat: all chats are known, or the create opens the existing one.
fn is_safe(steps: &Steps) -> bool {
    steps.found.coverage.chats || steps.account.network.create_opens_existing()
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn incomplete_coverage_looks_up_every_attempt(world in worlds()) {
        let steps = Steps::of(&world);
        let decision = world.decide();
        if let (Action::Create(create), false) = (&decision.action, is_safe(&steps)) {
            prop_assert!(!create.attempts.is_empty());
            prop_assert!(create.attempts.iter().all(|attempt| attempt.lookup), "a create on an unknown");
            // The same is true if the server cannot look up the identifier.
            let looked = answered(create.attempts[0].clone(), LookupResult::Unsupported);
            if let Action::Create(create) = steps.decide(&world, &[looked]).action {
                prop_assert!(create.attempts.iter().all(|attempt| attempt.lookup), "a create on what can't be asked");
            }
        }
    }

    #[test]
    fn later_lookup_result_never_skips_earlier_attempts(world in worlds()) {
        let steps = Steps::of(&world);
        let decision = steps.decide(&world, &[]);
        if let Action::Create(create) = &decision.action
            && let [first, second, ..] = create.attempts.as_slice()
            && !is_one_question(&steps.account, first, second)
        {
            for answer in [LookupResult::Hidden, LookupResult::RateLimited(None), LookupResult::Failed] {
                let looked = answered(second.clone(), answer);
                let Action::Create(create) = steps.decide(&world, &[looked]).action else {
                    return Err(TestCaseError::fail("the first attempt is given up"));
                };
                prop_assert_eq!(&create.attempts, std::slice::from_ref(first));
            }
        }
    }

    #[test]
    fn unusable_lookup_result_never_creates(world in worlds()) {
        let mut world = world;
        world.request.account_id = ASKED.into();
        let steps = Steps::of(&world);
        let mut looked: Vec<LookupRecord> = Vec::new();
        // After any number of absences, the next result is unusable.
        while let Some(attempt) = next_lookup(&steps.decide(&world, &looked), &looked) {
            for (answer, code) in [
                (LookupResult::Hidden, None),
                (LookupResult::RateLimited(None), Some(RefusalCode::RateLimited)),
                (LookupResult::Failed, Some(RefusalCode::UpstreamFailed)),
            ] {
                let mut looked = looked.clone();
                looked.push(answered(attempt.clone(), answer.clone()));
                let decision = steps.decide(&world, &looked);
                let Action::Refuse(refusal) = &decision.action else {
                    prop_assert!(matches!(decision.action, Action::Reuse(_)), "{:?} leads to a create", answer);
                    continue;
                };
                prop_assert!(code.is_none_or(|code| code == refusal.code), "{:?} ends in {:?}", answer, refusal.code);
            }
            looked.push(answered(attempt, LookupResult::Absent));
            prop_assert!(looked.len() < 20, "it asks for ever");
        }
    }

    #[test]
    fn absent_person_with_incomplete_coverage_never_creates(mut world in worlds()) {
        world.request.account_id = ASKED.into();
        let steps = Steps::of(&world);
        let (end, looked) = all_absent(&steps, &world);
        if let Action::Create(create) = &end.action {
            prop_assert!(is_safe(&steps), "after {} absences: {:?}", looked.len(), create);
            // An id of a known person may still create. A lookup result is about the identifier that was looked up.
            let untold = |attempt: &Attempt| {
                let same = |looked: &LookupRecord| looked.kind == attempt.kind && looked.value == attempt.value;
                end.user_id.is_some() || !looked.iter().any(same)
            };
            prop_assert!(create.attempts.iter().all(untold), "an absent identifier is tried again: {:?}", create);
        }
    }
}
