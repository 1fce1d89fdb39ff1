//! Two processes of the command line on one file make one chat a person.
#![cfg(all(feature = "cli", feature = "ureq", feature = "sqlite"))]

#[path = "support/loopback.rs"]
mod loopback;
#[path = "stores/twice.rs"]
mod twice;

use contact_resolution::directory::SqliteStore;
use contact_resolution::{Account, Coverage, Network};

fn one_chat_each(people: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.sqlite");
    let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    let all = Coverage {
        contacts: true,
        chats: true,
    };
    let store = SqliteStore::open(&path).unwrap();
    store.load(&account, all, []).unwrap();
    twice::one_chat_each(path.to_str().unwrap(), "whatsapp", people);
}

#[test]
fn two_processes_make_one_chat_each() {
    one_chat_each(50);
}

#[test]
#[ignore = "the long form: some minutes"]
fn two_processes_make_one_chat_each_of_a_thousand() {
    one_chat_each(1000);
}
