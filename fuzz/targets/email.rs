//! A parsed address parses to itself again, and `check` agrees with `parse_with`.
#![no_main]

use contact_resolution::{Email, EmailPolicy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for policy in [EmailPolicy::DEFAULT, EmailPolicy::RFC] {
        let read = Email::parse_with(text, policy);
        assert_eq!(
            Email::check(text, policy).err(),
            read.as_ref().err().copied()
        );
        if let Ok(email) = read {
            assert_eq!(Email::parse_with(email.as_str(), policy), Ok(email.clone()));
            let _ = email.did_you_mean();
        }
    }
});
