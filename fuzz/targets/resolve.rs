//! A line for the command `resolve`: a directory and a request in JSON give the same decision twice.
#![no_main]

use contact_resolution::wire::{self, Snapshot, StartRequest};
use contact_resolution::{MemoryDirectory, Policy, resolve};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    directory: &'a RawValue,
    #[serde(borrow)]
    request: &'a RawValue,
}

fuzz_target!(|line: &str| {
    let Ok(line) = serde_json::from_str::<Line<'_>>(line) else {
        return;
    };
    let Ok(snapshot) = wire::read::<Snapshot>(line.directory.get().as_bytes()) else {
        return;
    };
    let Ok(request) = wire::read::<StartRequest>(line.request.get().as_bytes()) else {
        return;
    };
    let directory = MemoryDirectory::from_snapshot(&snapshot);
    let Some(account) = directory.account(&request.account_id) else {
        return;
    };
    let decide = || resolve(account, &request, &directory, &Policy::default());
    let Ok(decision) = decide();
    assert_eq!(Ok(&decision), decide().as_ref());
    assert!(serde_json::to_string(&decision).is_ok());
});
