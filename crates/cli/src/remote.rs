//! The server that the commands ask.

use std::env;
use std::error::Error;
use std::time::Duration;

use clap::Args;
use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::transport::Ureq;
use contact_resolution::wire::{Account, BridgeCapabilities, ResolveIdentifier};
use contact_resolution::{Client, http};

/// Why the server did not tell.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

pub(crate) type RemoteClient<'a> = Client<'a, Ureq, fn(Duration)>;

/// Where the server is.
#[derive(Args)]
pub(crate) struct ServerArgs {
    #[arg(
        long,
        value_name = "URL",
        help = "Where the server is; else BEEPER_BASE_URL, else http://localhost:23373"
    )]
    base_url: Option<String>,
}

impl ServerArgs {
    /// The server, asked with the token of the environment.
    pub(crate) fn server(&self) -> Result<Beeper, http::Error> {
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
pub(crate) fn accounts(
    client: &RemoteClient<'_>,
    beeper: &Beeper,
) -> Result<Vec<Account>, Failure> {
    Ok(http::read(&client.send(&beeper.accounts()?)?)?)
}

/// The same account, with what its bridge can do. An older server does not tell; then the network's own rules decide.
///
/// These allow more than a bridge may, so that a server that could not tell just now is not taken for an older one.
pub(crate) fn with_flags(
    client: &RemoteClient<'_>,
    beeper: &Beeper,
    mut account: Account,
) -> Result<Account, Failure> {
    let bridge = &account.bridge.id;
    account.resolve_identifier = can_resolve(client, beeper, bridge)
        .map_err(|failure| format!("what the bridge {bridge} can do: {failure}"))?;
    Ok(account)
}

fn can_resolve(
    client: &RemoteClient<'_>,
    beeper: &Beeper,
    bridge: &str,
) -> Result<Option<ResolveIdentifier>, Failure> {
    let response = client.send(&beeper.capabilities(bridge)?)?;
    match http::read::<BridgeCapabilities>(&response) {
        Ok(can) => Ok(Some(can.resolve_identifier)),
        Err(error) => not_given(error, &[]).map(|_| None),
    }
}

/// The status by which a server says that it does not give what it was asked for; any other failure may pass.
///
/// A server without such a function says 404, 405 or 501, or `M_UNRECOGNIZED` as those of Matrix do; `also` are statuses
/// that say it of this request.
pub(crate) fn not_given(error: http::Error, also: &[u16]) -> Result<u16, Failure> {
    let is_unrecognized = error.code() == Some("M_UNRECOGNIZED");
    match error.status() {
        Some(status @ (404 | 405 | 501)) => Ok(status),
        Some(status) if is_unrecognized || also.contains(&status) => Ok(status),
        _ => Err(error.into()),
    }
}
