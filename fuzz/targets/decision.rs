//! A decision in JSON: a decision that is read is written and read back as the same one.
#![no_main]

#[path = "../cost.rs"]
mod cost;

use contact_resolution::Decision;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fn read_back(text: &str) {
    let Ok(decision) = serde_json::from_str::<Decision>(text) else {
        return;
    };
    let written = serde_json::to_string(&decision).unwrap();
    let again: Decision = serde_json::from_str(&written).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), written);
    let _ = format!("{decision:?}");
}

fuzz_target!(|text: &str| {
    read_back(text);
    let Ok(json) = serde_json::from_str::<Value>(text) else {
        return;
    };
    cost::guide(|length| {
        let text = cost::grow(&json, length).to_string();
        read_back(&text);
        text.len()
    });
});
