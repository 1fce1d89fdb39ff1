//! Nothing of another account leaks in. The own user is never another person.

use contact_resolution::{Action, IdentifierKind};
use proptest::prelude::*;

use super::steps::{AllPeople, Steps, decide_with};
use crate::generators::{ASKED, OTHER, config, worlds};
use crate::oracle;

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn other_account_changes_no_decision(world in worlds()) {
        let mut alone = world.clone();
        alone.snapshot.accounts.retain(|account| account.account_id != OTHER);
        alone.snapshot.contacts.remove(OTHER);
        alone.snapshot.chats.retain(|chat| chat.account_id == ASKED);
        prop_assert_eq!(world.decide(), alone.decide());
    }

    #[test]
    fn person_without_a_queried_key_changes_no_decision(world in worlds()) {
        let known = oracle::world(&world.snapshot, ASKED).unwrap();
        let mut expected = world.decide();
        let mut decision = decide_with(&world, &AllPeople { people: known.people, coverage: known.coverage });
        // Suggestions come from the directory, and this one has no search by name. A person that was not asked for may be
        // a near miss, which is shown and changes nothing.
        for decision in [&mut expected, &mut decision] {
            decision.suggestions.clear();
            decision.warnings.retain(|warning| warning.code() != "look_alike");
        }
        prop_assert_eq!(decision, expected);
    }

    #[test]
    fn own_user_is_chosen_only_by_own_identifiers(world in worlds()) {
        let decision = world.decide();
        let known = oracle::world(&world.snapshot, ASKED).unwrap();
        let own = known.people.iter().find(|person| person.is_self).expect("oneself is always known");
        let chats: Vec<&str> = own.chats.iter().map(|chat| chat.id.as_str()).collect();
        let keys = oracle::keys(own, &known.account);
        let asked = Steps::of(&world).triage.keys().iter().any(|key| keys.contains(key));
        let is_own = decision.user_id.as_deref() == Some(own.id.as_str());
        prop_assert!(!is_own || asked, "oneself, out of nowhere");
        if let Action::Reuse(reuse) = &decision.action {
            prop_assert_eq!(chats.contains(&reuse.chat_id.as_str()), is_own, "the self chat is oneself's alone");
        }
    }

    #[test]
    fn own_user_is_known_without_the_directory(mut world in worlds()) {
        let known = oracle::world(&world.snapshot, ASKED).unwrap();
        let own = known.account.user.clone();
        world.request.user = contact_resolution::wire::UserPayload { id: Some(own.id.clone()), ..Default::default() };
        world.request.account_id = ASKED.into();
        let others = known.people.into_iter().filter(|person| !person.is_self && person.id != own.id).collect();
        let decision = decide_with(&world, &AllPeople { people: others, coverage: known.coverage });
        prop_assert_eq!(decision.user_id, Some(own.stored(IdentifierKind::Id).next().unwrap().to_owned()), "a stranger to oneself");
    }
}
