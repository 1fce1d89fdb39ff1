//! The JSON of a decision is read back as the same decision.

use contact_resolution::Decision;
use proptest::prelude::*;

use crate::generators::{config, worlds};

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn decision_written_as_json_is_read_as_the_same(world in worlds()) {
        let written = serde_json::to_value(world.decide()).unwrap();
        let read: Decision = serde_json::from_value(written.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), written);
    }
}

#[test]
fn code_of_a_newer_version_is_an_error() {
    let refusal = |code: &str| {
        let json = serde_json::json!({"decision": "refuse", "code": code, "reason": "only_name"});
        serde_json::from_value::<Decision>(json)
    };
    assert!(refusal("no_identifier").is_ok());
    let error = refusal("of_a_newer_version").unwrap_err();
    assert_eq!(error.to_string(), "an unknown RefusalCode");
}
