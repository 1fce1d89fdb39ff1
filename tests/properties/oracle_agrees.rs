//! The engine decides as the oracle does.

use contact_resolution::{Action, Decision};
use proptest::prelude::*;

use crate::generators::{ASKED, World, config, worlds};
use crate::oracle::{self, Try, Verdict};

/// Returns the engine's decision in the oracle's type.
fn verdict(decision: &Decision) -> Verdict {
    match &decision.action {
        Action::Reuse(reuse) => Verdict::Reuse {
            user: decision.user_id.clone(),
            chat: reuse.chat_id.clone(),
            follow_ups: reuse
                .follow_ups
                .iter()
                .map(|follow_up| follow_up.as_str())
                .collect(),
            duplicates: reuse.duplicates.clone(),
            cannot_message: reuse.cannot_message,
        },
        Action::Create(create) => Verdict::Create {
            user: decision.user_id.clone(),
            attempts: create
                .attempts
                .iter()
                .map(|attempt| Try {
                    kind: attempt.kind,
                    value: attempt.value.clone(),
                    lookup: attempt.lookup,
                })
                .collect(),
            invite: create.invite,
            message: create.send_message,
        },
        Action::Refuse(refusal) => Verdict::Refuse {
            code: refusal.code.as_str(),
            unmet: refusal.unmet.iter().map(|code| code.as_str()).collect(),
            candidates: refusal
                .candidates
                .iter()
                .map(|candidate| candidate.user_id.clone())
                .collect(),
        },
    }
}

fn expected(world: &World) -> Verdict {
    let known = oracle::world(&world.snapshot, ASKED).expect("every world has the asked account");
    oracle::decide(
        &known.account,
        &known.people,
        known.coverage,
        &world.request,
        world.policy,
    )
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn engine_decides_as_the_oracle(world in worlds()) {
        prop_assert_eq!(verdict(&world.decide()), expected(&world));
    }
}
