//! Starts a chat through a bridge's provisioning API, with the bridge's own contacts as the directory.
//!
//! `cargo run --features ureq --example bridge -- URL NETWORK IDENTIFIER` opens a direct chat with the owner of the
//! identifier. URL is that of the API, such as `http://localhost:29318/_matrix/provision`. The token is in
//! `BRIDGE_TOKEN`. If the bridge has several users or logins, `BRIDGE_USER` and `BRIDGE_LOGIN` select one.

use std::env;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use contact_resolution::Ureq;
use contact_resolution::http::{self, bridge::Bridge};
use contact_resolution::wire::{BridgeCapabilities, BridgeContacts, StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, MemoryDirectory, MemoryLedger, Network, Person, Policy, StartResult,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(url), Some(network), Some(identifier)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: bridge URL NETWORK IDENTIFIER".into());
    };
    let mut bridge = Bridge::new(&url)?;
    if let Ok(token) = env::var("BRIDGE_TOKEN") {
        bridge = bridge.with_token(&token)?;
    }
    if let Ok(user) = env::var("BRIDGE_USER") {
        bridge = bridge.for_user(user);
    }
    if let Ok(login) = env::var("BRIDGE_LOGIN") {
        bridge = bridge.for_login(login);
    }
    let transport = Ureq::default();
    let client = Client::new(&bridge, &transport, thread::sleep);

    let mut account = Account::new("bridge", Network::from_bridge_type(&network), "");
    // An older bridge does not report its capabilities. Then the network's own rules apply.
    let can: Result<BridgeCapabilities, _> = http::read(&client.send(&bridge.capabilities()?)?);
    account.flags = can.ok().and_then(|can| can.resolve_identifier);
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    let listed = client.send(&bridge.contacts()?)?;
    match http::read::<BridgeContacts>(&listed) {
        Ok(list) => {
            for user in &list.contacts.items {
                directory.upsert("bridge", Person::from(user));
            }
        }
        Err(error) => println!("no contacts: {error} ({:?})", bridge.fault(&listed)),
    }

    // An identifier of any kind is recognized by its form, so one field is enough.
    let user = UserPayload {
        username: Some(identifier),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("bridge", user), Policy::default());
    let begun = Instant::now();
    let ledger = MemoryLedger::new(Duration::from_secs(3600), move || begun.elapsed());
    let start = ChatStart::new(&account, &request, &policy);
    let outcome = client.start(start, &directory, &ledger)?;
    match &outcome.result {
        StartResult::Existing { chat_id, .. } => println!("existing {chat_id}"),
        StartResult::Created { chat_id, .. } => println!("created {chat_id}"),
        StartResult::Opened { chat_id, .. } => println!("opened {chat_id}"),
        other => println!("{other:?}: {}", outcome.decision.reason),
    }
    Ok(())
}
