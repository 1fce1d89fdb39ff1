//! `REGION<tab>TEXT`: a parsed number stays the same when it is stored, and is not a variant of itself.
#![no_main]

use contact_resolution::{Phone, Region};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (region, text) = input.split_once('\t').unwrap_or(("", input));
    let Ok(parsed) = Phone::parse_in(text, Region::new(region)) else {
        return;
    };
    let phone = parsed.phone;
    let whole = format!("+{}{}", phone.country_code(), phone.national_number());
    assert_eq!(phone.as_str(), whole);
    assert!(phone.variants().all(|variant| variant.as_str() != whole));
    let stored = serde_json::to_string(&phone).unwrap();
    assert_eq!(serde_json::from_str::<Phone>(&stored).unwrap(), phone);
});
