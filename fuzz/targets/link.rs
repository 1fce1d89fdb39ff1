//! `NETWORK<tab>TEXT`: what a link gives is what the parser of its kind takes.
#![no_main]

use contact_resolution::identifier::link;
use contact_resolution::{Handle, Kind, Network, UserId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (network, text) = input.split_once('\t').unwrap_or(("", input));
    let network = Network::of(network);
    let Some(Ok(found)) = link::unwrap(text, network) else {
        return;
    };
    match found.kind {
        Kind::Id => assert!(UserId::parse(&found.text, network).is_ok()),
        Kind::Handle => assert!(Handle::parse(&found.text, network).is_ok()),
        Kind::Phone | Kind::Email => assert!(!found.text.is_empty()),
    }
});
