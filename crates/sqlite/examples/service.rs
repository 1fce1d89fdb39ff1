//! A service that keeps contacts and claims in an SQLite file, so that a restart forgets nothing.
//!
//! `cargo run -p contact-resolution-sqlite --example service -- contacts.sqlite` starts a chat on a simulated network. Run
//! it again, and the chat exists.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::http::{Request, Response};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, Coverage, Network, Policy, StartResult, TransportError,
};
use contact_resolution_sqlite::SqliteStore;

/// A claim without an outcome expires after an hour.
const CLAIM_TIMEOUT: Duration = Duration::from_secs(3600);

/// The answer of a simulated network.
const CREATED: &str = r#"{"id": "!new:chat", "chatID": "!new:chat", "status": "created"}"#;

/// Opens the store, and adds the account if the file is new.
fn open(path: &Path) -> Result<SqliteStore, Box<dyn Error>> {
    let store = SqliteStore::open(path)?;
    if store.accounts()?.is_empty() {
        store.put_account(&Account::new("sms", Network::SMS, "+12125550100"))?;
        // The account is new, so it has no direct chat yet.
        let all = Coverage {
            contacts: true,
            chats: true,
        };
        store.set_coverage("sms", all)?;
    }
    Ok(store)
}

pub(crate) fn run(path: &Path, phone: &str) -> Result<StartResult, Box<dyn Error>> {
    let store = open(path)?;
    let account = store.accounts()?.into_iter().next().ok_or("no account")?;
    let user = UserPayload {
        phone_number: Some(phone.into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("sms", user), Policy::default());
    let server = Beeper::new(DEFAULT_BASE_URL)?;
    let send = |_: Request| Ok::<_, TransportError>(Response::new(CREATED.into()));
    let client = Client::new(&server, &send, std::thread::sleep);
    let start = ChatStart::new(&account, &request, &policy);
    let outcome = client.start(start, &store, &store.ledger(CLAIM_TIMEOUT))?;
    store.record(&account.id, &outcome)?;
    Ok(outcome.result)
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: service FILE")?;
    let result = run(path.as_ref(), "+1 212 555 0142")?;
    println!(
        "{}: {}",
        result.as_str(),
        result.chat_id().unwrap_or("no chat")
    );
    Ok(())
}
