//! The server of the Beeper Desktop API that `start` and `import` use.

use std::env;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use clap::Args;
use contact_resolution::Ureq;
use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::start::NetworkRefusal;
use contact_resolution::wire::{Account, BridgeCapabilities, List, ResolveIdentifier};
use contact_resolution::{Client, http};

/// The reason why a request failed.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

pub(crate) type RemoteClient<'a> = Client<'a, Ureq, fn(Duration)>;

/// The address of the server.
#[derive(Args)]
pub(crate) struct ServerArgs {
    #[arg(
        long,
        value_name = "URL",
        help = "The URL of the server [default: BEEPER_BASE_URL, or http://localhost:23373]"
    )]
    base_url: Option<String>,
}

impl ServerArgs {
    /// Returns the server, with the token from the environment.
    pub(crate) fn server(&self) -> Result<Beeper, http::Error> {
        let given = self.base_url.clone();
        let url = given.or_else(|| variable("BEEPER_BASE_URL"));
        let beeper = Beeper::new(url.as_deref().unwrap_or(DEFAULT_BASE_URL))?;
        match variable("BEEPER_ACCESS_TOKEN") {
            Some(token) => beeper.with_token(&token),
            None => Ok(beeper),
        }
    }
}

/// Returns a variable of the environment. One that is not UTF-8 is an invalid URL or token, and not an absent one.
fn variable(name: &str) -> Option<String> {
    let value = env::var_os(name)?;
    Some(value.to_string_lossy().into_owned())
}

/// Requests the account with this id, and its flags.
pub(crate) fn account(
    client: &RemoteClient<'_>,
    beeper: &Beeper,
    id: &str,
) -> Result<Option<Account>, Failure> {
    let mut accounts = accounts(client, beeper)?.items.into_iter();
    let account = accounts.find(|account| account.account_id == id);
    account
        .map(|account| with_capabilities(client, beeper, account))
        .transpose()
}

/// Requests the accounts of the server. An account with an id that no request can name counts as malformed.
pub(crate) fn accounts(
    client: &RemoteClient<'_>,
    beeper: &Beeper,
) -> Result<List<Account>, Failure> {
    let mut list: List<Account> = http::read(&client.send(&beeper.accounts()?)?)?;
    let count = list.items.len();
    let is_usable = |account: &Account| beeper.list_contacts(&account.account_id, None).is_ok();
    list.items.retain(is_usable);
    list.skipped += count - list.items.len();
    Ok(list)
}

/// Adds the capabilities of the account's bridge. An older server does not report them, so the rules of the network apply.
///
/// Those rules may allow more than the bridge can do. So a server that fails to answer must not count as an older one.
pub(crate) fn with_capabilities(
    client: &RemoteClient<'_>,
    beeper: &Beeper,
    mut account: Account,
) -> Result<Account, Failure> {
    let bridge = &account.bridge.id;
    account.resolve_identifier =
        capabilities(client, beeper, bridge).map_err(|source| NoCapabilities {
            bridge: bridge.clone(),
            source,
        })?;
    Ok(account)
}

/// The failure of a request for the capabilities of a bridge.
#[derive(Debug)]
struct NoCapabilities {
    bridge: String,
    source: Failure,
}

impl fmt::Display for NoCapabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the capabilities of the bridge {}: {}",
            self.bridge, self.source
        )
    }
}

impl Error for NoCapabilities {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

/// Returns the error response of the server that caused a failure.
pub(crate) fn refusal(failure: &Failure) -> Option<NetworkRefusal> {
    let mut cause: &(dyn Error + 'static) = &**failure;
    let error = loop {
        match cause.downcast_ref::<http::Error>() {
            Some(error) => break error,
            None => cause = cause.source()?,
        }
    };
    let mut refusal = NetworkRefusal::new(error.status()?, error.code().unwrap_or_default());
    refusal.retry_after = error.retry_after();
    Some(refusal)
}

fn capabilities(
    client: &RemoteClient<'_>,
    beeper: &Beeper,
    bridge: &str,
) -> Result<Option<ResolveIdentifier>, Failure> {
    let response = client.send(&beeper.capabilities(bridge)?)?;
    match http::read::<BridgeCapabilities>(&response) {
        Ok(capabilities) => Ok(capabilities.resolve_identifier),
        Err(error) => unsupported_status(error, &[]).map(|_| None),
    }
}

/// Returns the status if the server does not support a request. Returns any other error unchanged, since the same
/// request may succeed later.
///
/// A server without a function answers 404, 405 or 501, or the code `M_UNRECOGNIZED`, as Matrix servers do. `also`
/// lists further statuses with this meaning for the request.
pub(crate) fn unsupported_status(error: http::Error, also: &[u16]) -> Result<u16, Failure> {
    let is_unrecognized = error.code() == Some("M_UNRECOGNIZED");
    match error.status() {
        Some(status @ (404 | 405 | 501)) => Ok(status),
        Some(status) if is_unrecognized || also.contains(&status) => Ok(status),
        _ => Err(error.into()),
    }
}
