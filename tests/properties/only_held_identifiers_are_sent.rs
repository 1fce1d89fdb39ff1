//! A create sends only an identifier that the payload holds, or that the chosen person holds.

use contact_resolution::pipeline::triage::triage;
use contact_resolution::{Action, Key, StoredIdentifier};
use proptest::prelude::*;

use crate::generators::{ASKED, config, worlds};
use crate::oracle;

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn every_attempt_is_held_by_the_payload_or_the_chosen_person(world in worlds()) {
        let known = oracle::world(&world.snapshot, ASKED).unwrap();
        let decision = world.decide();
        let Action::Create(create) = &decision.action else { return Ok(()) };
        let read = triage(&world.request.user, &known.account, &world.policy);
        let chosen = |person: &contact_resolution::Person| {
            decision.user_id.as_deref() == person.network_id()
                && (!person.is_local || decision.full_name == person.full_name)
        };
        let mut held: Vec<Key> = read.keys();
        held.extend(known.people.iter().filter(|person| chosen(person)).flat_map(|person| person.keys(&known.account)));
        for attempt in &create.attempts {
            let sent = StoredIdentifier { kind: attempt.kind, text: attempt.value.clone() };
            let keys = sent.keys(&known.account);
            let is_held = keys.iter().any(|key| !key.is_look_alike() && held.contains(key));
            prop_assert!(is_held, "{} {} is no one's", attempt.kind, attempt.value);
        }
        // The record key of a local person is no identifier.
        for person in known.people.iter().filter(|person| person.is_local) {
            prop_assert!(create.attempts.iter().all(|attempt| attempt.value != person.id));
        }
    }
}
