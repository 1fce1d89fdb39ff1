//! `NETWORK<tab>TEXT`: the parser of a link's kind accepts the text of the link.
#![no_main]

use contact_resolution::link;
use contact_resolution::{Handle, IdentifierKind, Network, UserId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (network, text) = input.split_once('\t').unwrap_or(("", input));
    let network = Network::from_bridge_type(network);
    let Some(Ok(found)) = link::parse(text, &network) else {
        return;
    };
    match found.kind {
        IdentifierKind::Id => assert!(UserId::parse(found.text(), &network).is_ok()),
        IdentifierKind::Handle => assert!(Handle::parse(found.text(), &network).is_ok()),
        IdentifierKind::Phone | IdentifierKind::Email => assert!(!found.text().is_empty()),
    }
});
