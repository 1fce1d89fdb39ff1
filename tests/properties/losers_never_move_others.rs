//! In a ranking, adding or removing a loser never changes the order of the others.

use contact_resolution::pipeline::Ranking;
use proptest::prelude::*;

use super::steps::Steps;
use crate::generators::{config, worlds};

/// Returns the ranked people except one, in order, with their strengths and scores.
fn order(ranking: &Ranking, without: &str) -> Vec<String> {
    let people = ranking.entries().iter().filter_map(|entry| {
        let id = &ranking.person(entry.person?)?.id;
        (id != without).then(|| {
            format!(
                "{id} {} {:?} {:?}",
                entry.candidate, entry.strength, entry.score
            )
        })
    });
    people.collect()
}

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn removed_person_changes_no_order(world in worlds()) {
        let steps = Steps::of(&world);
        let hint = world.request.user.full_name.as_deref();
        let all = steps.ranking(&world, hint);
        for loser in &steps.found.people {
            let rest = steps.found.people.iter().filter(|person| person.id != loser.id).cloned().collect();
            let less = steps.ranking_of(&world, hint, rest);
            let (all, mut less) = (order(&all, &loser.id), order(&less, &loser.id));
            // Without the person who has the exact text, a folded text may find others.
            less.retain(|entry| all.contains(entry));
            prop_assert_eq!(all, less);
        }
    }
}
