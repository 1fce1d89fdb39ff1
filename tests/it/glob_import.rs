//! A glob import of the crate brings the blocking and the asynchronous traits into scope. Their methods must not collide.

use std::time::Duration;

use contact_resolution::*;

#[test]
fn methods_of_stores_are_not_ambiguous() {
    let directory = MemoryDirectory::new();
    let answers = directory.find(&[DirectoryQuery {
        account: "whatsapp",
        keys: &[Key::new(IdentifierKind::Id, "alice-id")],
    }]);
    assert_eq!(answers, Ok(vec![DirectoryAnswer::default()]));
    assert_eq!(directory.suggest("whatsapp", "Alice", 5), Ok(Vec::new()));

    let ledger = MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO);
    let claim_key = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice-id"));
    let Ok(result) = ledger.claim(&claim_key);
    let claim = Claim::new(claim_key, result.token().unwrap());
    assert_eq!(ledger.record(&claim, &ClaimOutcome::NoChat), Ok(true));
}

#[test]
fn closure_is_a_transport() {
    let canned = |_: http::Request| Ok::<_, TransportError>(http::Response::new(b"{}".to_vec()));
    let beeper = http::beeper::Beeper::new(http::beeper::DEFAULT_BASE_URL).unwrap();
    assert_eq!(canned.send(beeper.info().unwrap()).unwrap().body(), b"{}");
}
