//! The provisioning API of a bridge, as the server that `start` and `import` use.

use std::env;

use clap::Args;
use contact_resolution::http::bridge::{Bridge, BridgeError};
use contact_resolution::wire::{
    BridgeCapabilities, BridgeContacts, List, ResolveIdentifier, ResolvedIdentifier,
};
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

/// The answer of a bridge to the request for its contacts.
pub(crate) enum ContactList {
    Listed(List<ResolvedIdentifier>),
    /// The login cannot be used.
    Unavailable,
    /// The bridge does not support contact lists, or has no list at the moment.
    NotListed,
}

/// Requests the contacts of the login. A bridge has no pages.
pub(crate) fn contact_list(
    client: &RemoteClient<'_>,
    bridge: &Bridge,
) -> Result<ContactList, Failure> {
    let response = client.send(&bridge.contacts()?)?;
    Ok(match bridge.fault(&response) {
        // An answer that cannot be read is no list.
        None => http::read::<BridgeContacts>(&response).map_or(ContactList::NotListed, |list| {
            ContactList::Listed(list.contacts)
        }),
        // A logged-out login gets M_FORBIDDEN from this request.
        Some(BridgeError::NotLoggedIn | BridgeError::NoSuchLogin | BridgeError::Forbidden) => {
            ContactList::Unavailable
        }
        Some(BridgeError::Unauthorized) => return Err("the bridge rejects the token".into()),
        Some(_) => ContactList::NotListed,
    })
}

/// Requests the flags of the bridge. An older bridge has none, and the rules of the network apply.
pub(crate) fn flags(
    client: &RemoteClient<'_>,
    bridge: &Bridge,
) -> Result<Option<ResolveIdentifier>, Failure> {
    let response = client.send(&bridge.capabilities()?)?;
    let capabilities = http::read::<BridgeCapabilities>(&response).ok();
    Ok(capabilities.and_then(|capabilities| capabilities.resolve_identifier))
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
        account.flags = flags(client, bridge)?;
    }
    let contacts = contact_list(client, bridge)?;
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    match contacts {
        ContactList::Listed(users) => {
            for user in &users.items {
                directory.upsert(&account.id, Person::from(user));
            }
        }
        ContactList::Unavailable => account.state = AccountState::Unavailable,
        ContactList::NotListed => {}
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
        let stored = self.directory.suggest(account, name, limit)?;
        let Ok(more) = self.contacts.suggest(account, name, limit);
        // The best of both come first, and a person of both comes once.
        let mut both = MemoryDirectory::new();
        self.contacts
            .accounts()
            .for_each(|known| both.insert_account(known.clone()));
        for person in stored.into_iter().chain(more) {
            both.upsert(account, person);
        }
        let Ok(people) = both.suggest(account, name, limit);
        Ok(people)
    }
}
