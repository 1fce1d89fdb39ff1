//! A snapshot in JSON: its text and the parsed snapshot make the same directory, in time that grows with the text.
#![no_main]

#[path = "../cost.rs"]
mod cost;

use contact_resolution::wire::{self, Snapshot, StartRequest, UserPayload};
use contact_resolution::{MemoryDirectory, Person, Policy, resolve};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fn people(directory: &MemoryDirectory, account: &str) -> Vec<Person> {
    let mut people: Vec<Person> = directory.people(account).collect();
    people.sort_by(|one, other| (&one.id, one.is_local).cmp(&(&other.id, other.is_local)));
    people
}

/// Decides on the texts of the first contact.
fn decide(directory: &MemoryDirectory, json: &Value) {
    for account in directory.accounts() {
        let contact = &json["contacts"][&account.id][0];
        let text = |member: &str| contact[member].as_str().map(str::to_owned);
        let user = UserPayload {
            id: text("id"),
            email: text("email"),
            full_name: text("fullName"),
            phone_number: text("phoneNumber"),
            username: text("username"),
        };
        let request = StartRequest::new(account.id.as_str(), user);
        let Ok(decision) = resolve(account, &request, directory, &Policy::default());
        assert!(serde_json::to_string(&decision).is_ok());
    }
}

fuzz_target!(|text: &str| {
    let Ok(directory) = MemoryDirectory::read_json(text.as_bytes()) else {
        return;
    };
    if let Ok(snapshot) = wire::read::<Snapshot>(text.as_bytes()) {
        let Ok(other) = MemoryDirectory::try_from_snapshot(&snapshot) else {
            panic!("only the text is taken");
        };
        for account in directory.accounts() {
            assert_eq!(other.account(&account.id), Some(account));
            assert_eq!(people(&directory, &account.id), people(&other, &account.id));
        }
    }
    let Ok(json) = serde_json::from_str::<Value>(text) else {
        return;
    };
    cost::guide(|length| {
        let grown = cost::grow(&json, length);
        let text = grown.to_string();
        if let Ok(directory) = MemoryDirectory::read_json(text.as_bytes()) {
            decide(&directory, &grown);
        }
        text.len()
    });
});
