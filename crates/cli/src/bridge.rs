//! The provisioning API of a bridge, as the server that `start` uses.

use std::env;

use clap::Args;
use contact_resolution::http::bridge::{Bridge, BridgeError};
use contact_resolution::wire::{BridgeCapabilities, BridgeContacts};
use contact_resolution::{
    Account, AccountState, Directory, DirectoryAnswer, DirectoryQuery, MemoryDirectory, Person,
    http,
};

use crate::remote::{Failure, RemoteClient};

/// The address of the bridge, and the login on it.
#[derive(Args)]
pub(crate) struct BridgeArgs {
    #[arg(
        long = "bridge",
        value_name = "URL",
        conflicts_with = "base_url",
        requires = "directory",
        help = "Use the provisioning API of this bridge instead, with the token in BRIDGE_TOKEN. The URL ends in \
                /_matrix/provision"
    )]
    url: Option<String>,
    /// The login on the bridge. The default is the user's only login
    #[arg(long, value_name = "LOGIN", requires = "url")]
    login: Option<String>,
}

impl BridgeArgs {
    /// Returns the bridge, if one is named, with the token from the environment.
    pub(crate) fn bridge(&self) -> Result<Option<Bridge>, http::Error> {
        let Some(url) = &self.url else {
            return Ok(None);
        };
        let mut bridge = Bridge::new(url)?;
        if let Ok(token) = env::var("BRIDGE_TOKEN") {
            bridge = bridge.with_token(&token)?;
        }
        Ok(Some(match &self.login {
            Some(login) => bridge.for_login(login),
            None => bridge,
        }))
    }
}

/// Adds the facts from the bridge to the account: its flags, and whether the login can be used.
///
/// Returns the contacts that the bridge lists.
pub(crate) fn contacts(
    client: &RemoteClient<'_>,
    bridge: &Bridge,
    account: &mut Account,
) -> Result<MemoryDirectory, Failure> {
    if account.flags.is_none() {
        let response = client.send(&bridge.capabilities()?)?;
        // An older bridge has no flags. Then the rules of the network decide.
        let capabilities = http::read::<BridgeCapabilities>(&response).ok();
        account.flags = capabilities.map(|capabilities| capabilities.resolve_identifier);
    }
    let response = client.send(&bridge.contacts()?)?;
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    match bridge.fault(&response) {
        None => {
            for user in &http::read::<BridgeContacts>(&response)?.contacts.items {
                directory.upsert(&account.id, Person::from(user));
            }
        }
        // A logged-out login gets M_FORBIDDEN from this request.
        Some(BridgeError::NotLoggedIn | BridgeError::NoSuchLogin | BridgeError::Forbidden) => {
            account.state = AccountState::Unavailable;
        }
        Some(BridgeError::Unauthorized) => return Err("the bridge rejects the token".into()),
        // The bridge does not support contact lists, or has no list at the moment.
        Some(_) => {}
    }
    Ok(directory)
}

/// A directory together with the contacts of a bridge.
pub(crate) struct WithContacts<'a, D> {
    pub(crate) directory: &'a D,
    pub(crate) contacts: MemoryDirectory,
}

impl<D: Directory> Directory for WithContacts<'_, D> {
    type Error = D::Error;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, D::Error> {
        let mut answers = self.directory.find(queries)?;
        let Ok(more) = self.contacts.find(queries);
        for (answer, more) in answers.iter_mut().zip(more) {
            answer.people.extend(more.people);
        }
        Ok(answers)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, D::Error> {
        let mut people = self.directory.suggest(account, name, limit)?;
        let Ok(more) = self
            .contacts
            .suggest(account, name, limit - people.len().min(limit));
        people.extend(more);
        Ok(people)
    }
}
