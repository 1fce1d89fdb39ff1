//! Contacts, chats, accounts and participants in another order lead to the same decision.

use proptest::prelude::*;

use crate::generators::{World, config, worlds};

/// Shuffles by a seed, the same way on every run.
fn shuffle<T>(items: &mut [T], seed: &mut u64) {
    for at in (1..items.len()).rev() {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        items.swap(at, usize::try_from(*seed >> 33).unwrap_or(0) % (at + 1));
    }
}

fn shuffled(world: &World, mut seed: u64) -> World {
    let mut world = world.clone();
    let seed = &mut seed;
    shuffle(&mut world.snapshot.accounts, seed);
    shuffle(&mut world.snapshot.chats, seed);
    for contacts in world.snapshot.contacts.values_mut() {
        shuffle(contacts, seed);
    }
    for chat in &mut world.snapshot.chats {
        shuffle(&mut chat.participants.items, seed);
    }
    world
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn input_order_changes_no_decision(world in worlds(), seed in any::<u64>()) {
        let decision = serde_json::to_value(world.decide()).unwrap();
        prop_assert_eq!(decision, serde_json::to_value(shuffled(&world, seed).decide()).unwrap());
    }
}
