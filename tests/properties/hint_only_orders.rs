//! The hint only orders. It never changes the candidates or their strength.

use std::collections::BTreeSet;

use contact_resolution::pipeline::Ranking;
use contact_resolution::wire::StartRequest;
use contact_resolution::{Action, AmbiguityPolicy, RefusalCode};
use proptest::prelude::*;

use super::steps::Steps;
use crate::generators::{World, config, worlds};

/// Returns names of any length and script. Some are equal to names of the pools.
fn hints() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{1,8} [A-Z][a-z]{1,8}",
        "\\PC{1,40}",
        "[\u{4E00}-\u{4E40}]{1,4}",
        "[\u{0621}-\u{064A} ]{1,300}",
        Just("Ira Pond".to_owned()),
        Just("Ola Reed".to_owned()),
        Just("Reed O.".to_owned()),
    ]
}

fn strengths(ranking: &Ranking) -> BTreeSet<String> {
    let who = |person: Option<usize>| person.map(|at| ranking.person(at).unwrap().id.clone());
    ranking
        .entries()
        .iter()
        .map(|entry| {
            format!(
                "{} {:?} {:?}",
                entry.candidate,
                who(entry.person),
                entry.strength
            )
        })
        .collect()
}

fn with_hint(world: &World, hint: Option<&str>) -> World {
    let mut user = world.request.user.clone();
    user.full_name = hint.map(Into::into);
    World {
        request: StartRequest {
            user,
            ..world.request.clone()
        },
        ..world.clone()
    }
}

/// Returns whether a hint equals a field. Such a hint marks the field as plain text, its only effect beside the order.
fn is_a_member(world: &World, hint: &str) -> bool {
    let user = &world.request.user;
    [&user.id, &user.username, &user.email, &user.phone_number]
        .iter()
        .any(|text| text.as_deref().map(str::trim) == Some(hint.trim()))
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn candidates_and_strengths_are_the_same_for_every_hint(world in worlds(), one in hints(), other in hints()) {
        let steps = Steps::of(&world);
        let plain = strengths(&steps.ranking(&world, None));
        prop_assert_eq!(&strengths(&steps.ranking(&world, Some(&one))), &plain);
        prop_assert_eq!(&strengths(&steps.ranking(&world, Some(&other))), &plain);
    }

    #[test]
    fn hint_changes_only_ambiguous_decisions(mut world in worlds(), hint in hints()) {
        prop_assume!(!is_a_member(&world, &hint));
        world.policy.ambiguity = AmbiguityPolicy::Refuse;
        let plain = with_hint(&world, None);
        if is_a_member(&world, world.request.user.full_name.as_deref().unwrap_or_default()) {
            world = plain.clone();
        }
        let before = plain.decide();
        let after = with_hint(&world, Some(&hint)).decide();
        match &before.action {
            Action::Refuse(refusal) if refusal.code == RefusalCode::AmbiguousUser => {
                let who: BTreeSet<Option<&str>> = refusal.candidates.iter().map(|c| c.user_id.as_deref()).collect();
                match &after.action {
                    Action::Refuse(again) if again.code == RefusalCode::AmbiguousUser => {
                        prop_assert_eq!(who, again.candidates.iter().map(|c| c.user_id.as_deref()).collect());
                    }
                    _ => prop_assert!(who.contains(&after.user_id.as_deref())),
                }
            }
            Action::Refuse(refusal) if refusal.code == RefusalCode::NoIdentifier => {
                let still = matches!(&after.action, Action::Refuse(again) if again.code == RefusalCode::NoIdentifier);
                prop_assert!(still, "a name alone acts");
            }
            action => prop_assert_eq!(action, &after.action),
        }
    }
}
