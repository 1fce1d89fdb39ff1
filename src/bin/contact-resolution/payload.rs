//! The options that say whom a chat is wanted with, and on what terms.

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use clap::Args;
use contact_resolution::wire::{self, Snapshot, StartRequest, UserPayload};
use contact_resolution::{MemoryDirectory, Policy, Region, WhenAmbiguous};
use serde::de::DeserializeOwned;

#[derive(Args)]
pub(crate) struct Payload {
    /// The user's id on the network
    #[arg(long, requires = "account")]
    id: Option<String>,
    /// A phone number
    #[arg(long, requires = "account", allow_hyphen_values = true)]
    phone: Option<String>,
    /// An email address
    #[arg(long, requires = "account")]
    email: Option<String>,
    /// A username or handle
    #[arg(long, requires = "account")]
    username: Option<String>,
    /// The full name, a hint
    #[arg(long, requires = "account")]
    name: Option<String>,
    /// The first message, where the network creates a chat by it
    #[arg(long, requires = "account")]
    message: Option<String>,
    /// Refuse rather than send an invite
    #[arg(long, requires = "account")]
    no_invite: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The region of national phone numbers where the account tells none
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// Take the best of several people instead of refusing
    #[arg(long)]
    take_best: bool,
}

impl Payload {
    pub(crate) fn policy(&self) -> Policy {
        let mut policy = Policy::default();
        policy.default_region = self.region;
        if self.take_best {
            policy.when_ambiguous = WhenAmbiguous::TakeBest;
        }
        policy
    }

    pub(crate) fn request(&self, account: &str) -> StartRequest {
        let user = UserPayload {
            id: self.id.clone(),
            email: self.email.clone(),
            full_name: self.name.clone(),
            phone_number: self.phone.clone(),
            username: self.username.clone(),
        };
        StartRequest {
            allow_invite: self.no_invite.then_some(false),
            message_text: self.message.clone(),
            ..StartRequest::new(account, user)
        }
    }
}

/// The directory of a file.
pub(crate) fn load(path: &Path) -> io::Result<MemoryDirectory> {
    let snapshot: Snapshot = read(path)?;
    Ok(MemoryDirectory::from_snapshot(&snapshot))
}

/// Reads a JSON file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    let json = fs::read(path).map_err(|error| in_file(path, &error))?;
    wire::read(&json).map_err(|error| in_file(path, &error))
}

/// Writes a JSON file, which is there whole or not at all.
pub(crate) fn save(path: &Path, json: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let written = fs::write(&beside, json);
    written
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| in_file(path, &error))
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(|error| in_file(path, &error)),
    }
}

/// An error of a file, by its name.
pub(crate) fn in_file(path: &Path, error: &dyn Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
