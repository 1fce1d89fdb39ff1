//! Claims count their time from the start of the machine.

use std::time::Duration;

use contact_resolution::{Claim, ClaimKey, ClaimOutcome, ClaimResult, IdentifierKind, Key, Ledger};
use contact_resolution_sqlite::SqliteStore;

use crate::{change_claims, raw, with_alice};

#[test]
fn claim_from_before_a_restart_of_the_machine_is_expired() {
    let file = with_alice();
    let store = SqliteStore::open(&file.path).unwrap();
    let ledger = store.ledger(Duration::from_secs(3600));
    let [open, done] =
        ["open", "done"].map(|id| ClaimKey::new("signal", Key::new(IdentifierKind::Id, id)));
    let token = |result: ClaimResult| result.token().unwrap();
    let old = Claim::new(open.clone(), token(ledger.claim(&open).unwrap()));
    let recorded = Claim::new(done.clone(), token(ledger.claim(&done).unwrap()));
    assert_eq!(
        ledger.record(&recorded, &ClaimOutcome::Chat("!a".into())),
        Ok(true)
    );
    // The clock of the boot before may have counted further, or less.
    for since in [0, i64::MAX / 2] {
        change_claims(&raw(&file.path), "boot = 'before', since = ?1", since);
        for claim_key in [&open, &done] {
            let result = ledger.claim(claim_key).unwrap();
            assert!(matches!(result, ClaimResult::Expired { .. }), "{result:?}");
            assert_eq!(ledger.claim(claim_key), Ok(ClaimResult::Held));
        }
    }
    assert_eq!(ledger.record(&old, &ClaimOutcome::NoChat), Ok(false));
}

#[cfg(target_os = "linux")]
#[test]
fn claims_do_not_depend_on_the_wall_clock() {
    let file = with_alice();
    let store = SqliteStore::open(&file.path).unwrap();
    let claim_key = ClaimKey::new("signal", Key::new(IdentifierKind::Id, "alice"));
    store
        .ledger(Duration::from_secs(3600))
        .claim(&claim_key)
        .unwrap();
    let (boot, since): (String, i64) = raw(&file.path)
        .query_row("select boot, since from intent", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let uptime = std::fs::read_to_string("/proc/uptime").unwrap();
    let uptime: i64 = uptime.split('.').next().unwrap().parse().unwrap();
    let known = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    assert_eq!(boot, known.trim());
    assert!((since / 1000 - uptime).abs() < 60, "{since} {uptime}");
}
