//! The same input has the same answer, without a clock, hash order or state.

use contact_resolution::{MemoryDirectory, resolve};
use proptest::prelude::*;

use crate::generators::{config, worlds};

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn repeated_call_returns_the_same_decision(world in worlds(), between in worlds()) {
        let directory = MemoryDirectory::from_snapshot(&world.snapshot);
        let ask = || {
            let Ok(decision) = resolve(&world.account(), &world.request, &directory, &world.policy);
            serde_json::to_string(&decision).unwrap()
        };
        let first = ask();
        between.decide();
        prop_assert_eq!(&ask(), &first);
        prop_assert_eq!(serde_json::to_string(&world.decide()).unwrap(), first);
    }
}
