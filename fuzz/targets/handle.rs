//! `NETWORK<tab>TEXT`: a parsed handle or id parses to itself again under the same rules.
#![no_main]

use contact_resolution::{Handle, Network, UserId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (network, text) = input.split_once('\t').unwrap_or(("", input));
    let network = Network::from_bridge_type(network);
    if let Ok(handle) = Handle::parse(text, &network) {
        assert_eq!(Handle::parse(handle.as_str(), &network), Ok(handle.clone()));
        let _ = handle.is_mixed_script();
    }
    if let Ok(id) = UserId::parse(text, &network) {
        let again = UserId::parse(id.to_send(), &network);
        assert_eq!(
            again.map(|again| again.to_send().to_owned()),
            Ok(id.to_send().to_owned())
        );
        let _ = id.embedded_identifier();
    }
});
