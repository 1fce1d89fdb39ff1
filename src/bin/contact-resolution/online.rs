//! The server that the commands ask.

use std::env;
use std::error::Error;
use std::time::Duration;

use clap::Args;
use contact_resolution::Client;
use contact_resolution::api::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::api::{self, Request};
use contact_resolution::transport::Ureq;
use contact_resolution::wire::{Account, BridgeCapabilities};
use serde::de::DeserializeOwned;

/// Why the server did not tell.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

pub(crate) type Online<'a> = Client<'a, Ureq, fn(Duration)>;

/// Where the server is.
#[derive(Args)]
pub(crate) struct Address {
    #[arg(
        long,
        value_name = "URL",
        help = "Where the server is; else BEEPER_BASE_URL, else http://localhost:23373"
    )]
    base_url: Option<String>,
}

impl Address {
    /// The server, asked with the token of the environment.
    pub(crate) fn server(&self) -> Result<Beeper, api::Error> {
        let given = self.base_url.clone();
        let url = given.or_else(|| env::var("BEEPER_BASE_URL").ok());
        let beeper = Beeper::new(url.as_deref().unwrap_or(DEFAULT_BASE_URL))?;
        match env::var("BEEPER_ACCESS_TOKEN") {
            Ok(token) => beeper.with_token(&token),
            Err(_) => Ok(beeper),
        }
    }
}

/// Every account as the server has it.
pub(crate) fn accounts(client: &Online<'_>, beeper: &Beeper) -> Result<Vec<Account>, Failure> {
    fetch(client, &beeper.accounts()?)
}

/// The same account, with what its bridge can do. An older server does not tell; then the network's own rules decide.
pub(crate) fn with_flags(client: &Online<'_>, beeper: &Beeper, mut account: Account) -> Account {
    let request = beeper.capabilities(&account.bridge.id).map_err(Into::into);
    let can: Result<BridgeCapabilities, Failure> = request.and_then(|ask| fetch(client, &ask));
    account.resolve_identifier = can.ok().map(|can| can.resolve_identifier);
    account
}

/// Asks, and reads the answer.
pub(crate) fn fetch<T: DeserializeOwned>(
    client: &Online<'_>,
    request: &Request,
) -> Result<T, Failure> {
    Ok(api::read(&client.send(request)?)?)
}
