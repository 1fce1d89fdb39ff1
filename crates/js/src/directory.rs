//! Directories.

use std::sync::Arc;

use contact_resolution::name::{self, Name};
use contact_resolution::wire::{self, Snapshot};
use contact_resolution::{
    Account, Coverage, Directory as _, DirectoryQuery, IdentifierKind, MemoryDirectory, Person,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::json::{self, Failure};
use crate::shared::Shared;

/// Accounts, contacts and chats in memory.
#[wasm_bindgen]
pub struct Directory {
    pub(crate) shared: Shared,
}

/// What a start learned, for the directories of this and other processes.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    #[serde(rename = "accountID")]
    pub(crate) account_id: String,
    pub(crate) people: Vec<Person>,
}

#[wasm_bindgen]
impl Directory {
    /// Returns the directory of a snapshot. The error is JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the snapshot is malformed or the rules of a network are refused.
    #[wasm_bindgen(js_name = fromSnapshot)]
    pub fn from_snapshot(snapshot: &str) -> Result<Directory, String> {
        let read = || -> Result<MemoryDirectory, Failure> {
            let snapshot: Snapshot =
                wire::read(snapshot.as_bytes()).map_err(|error| Failure::invalid(&error))?;
            MemoryDirectory::try_from_snapshot(&snapshot)
                .map_err(|error| Failure::new(error.code(), &error))
        };
        Directory::of(read())
    }

    /// Returns the directory of saved bytes. The error is JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the bytes are not a saved directory, are of a newer version, or are damaged.
    pub fn load(bytes: &[u8]) -> Result<Directory, String> {
        let loaded = MemoryDirectory::from_bytes(bytes);
        Directory::of(loaded.map_err(|error| Failure::new(error.code(), &error)))
    }

    /// Returns everything as bytes.
    ///
    /// # Errors
    ///
    /// Returns an error if a record has more than 4 GiB.
    pub fn save(&self) -> Result<Vec<u8>, String> {
        let bytes = self.shared.read().to_bytes();
        bytes.map_err(|error| json::text::<()>(Err(Failure::new("not_saved", &error))))
    }

    /// Returns the accounts: id, network and region of each.
    pub fn accounts(&self) -> String {
        let directory = self.shared.read();
        let accounts = directory.accounts().map(|account| {
            json!({
                "accountID": account.id,
                "network": account.network.name(),
                "region": account.region,
            })
        });
        json::write(&accounts.collect::<Vec<_>>())
    }

    /// Adds an account of the API without people. It replaces an account with the same id.
    #[wasm_bindgen(js_name = insertAccount)]
    pub fn insert_account(
        &self,
        account: &str,
        has_all_contacts: bool,
        has_all_chats: bool,
    ) -> String {
        let insert = |account: wire::Account| {
            let mut directory = self.shared.write();
            directory.insert_account(Account::from(&account));
            let coverage = Coverage {
                contacts: has_all_contacts,
                chats: has_all_chats,
            };
            directory.set_coverage(&account.account_id, coverage)
        };
        json::text(
            wire::read(account.as_bytes())
                .map(insert)
                .map_err(|error| Failure::invalid(&error)),
        )
    }

    /// Stores a user of the API. The direct chats of a record with the same id stay.
    pub fn upsert(&self, account: &str, user: &str) -> String {
        let upsert = |user: wire::User| {
            let mut directory = self.shared.write();
            let mut person = Person::from(&user);
            if let Some(known) = known(&directory, account, &person) {
                person.chats.clone_from(&known.chats);
            }
            directory.upsert(account, person)
        };
        json::text(
            wire::read(user.as_bytes())
                .map(upsert)
                .map_err(|error| Failure::invalid(&error)),
        )
    }

    /// Removes the person with an id.
    pub fn remove(&self, account: &str, id: &str) -> bool {
        self.shared.write().remove(account, id).is_some()
    }

    /// Stores what a start learned.
    pub fn record(&self, record: &str) -> String {
        let store = |record: Record| {
            let mut directory = self.shared.write();
            let mut people = record.people.into_iter();
            people.all(|person| directory.upsert(&record.account_id, person))
        };
        json::text(
            wire::read(record.as_bytes())
                .map(store)
                .map_err(|error| Failure::invalid(&error)),
        )
    }

    /// Returns the people with a similar name as users of the API, best first.
    pub fn suggest(&self, account: &str, name: &str, limit: usize) -> String {
        let Ok(people) = self.shared.suggest(account, name, limit);
        json::write(&people.iter().map(user).collect::<Vec<_>>())
    }

    /// Returns the people with a similar name and their scores, best first.
    pub fn search(&self, account: &str, name: &str, limit: usize) -> String {
        let hint = Name::new(name);
        let Ok(people) = self.shared.suggest(account, name, limit);
        let people = people.iter().map(|person| {
            let names = person
                .names()
                .filter_map(|name| name::real_name(name, &[], &[]));
            SearchHit {
                full_name: person.full_name.as_deref(),
                score: name::score_any(&hint, names.map(Name::new)).get(),
                user_id: person.network_id(),
            }
        });
        json::write(&people.collect::<Vec<_>>())
    }
}

impl Directory {
    fn of(read: Result<MemoryDirectory, Failure>) -> Result<Directory, String> {
        match read {
            Ok(directory) => Ok(Directory {
                shared: Shared::new(directory),
            }),
            Err(failure) => Err(json::text::<()>(Err(failure))),
        }
    }
}

/// Returns the record that a person replaces.
fn known(directory: &MemoryDirectory, account: &str, person: &Person) -> Option<Arc<Person>> {
    let keys = person.keys(directory.account(account)?);
    let keys: Vec<_> = keys
        .into_iter()
        .filter(|key| key.kind() == IdentifierKind::Id)
        .collect();
    let query = DirectoryQuery {
        account,
        keys: &keys,
    };
    let Ok(answers) = directory.find(&[query]);
    let mut people = answers.into_iter().flat_map(|answer| answer.people);
    people.find(|known| known.id == person.id && known.is_local == person.is_local)
}

/// A person that a search found, with the members in the order of the command line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SearchHit<'a> {
    full_name: Option<&'a str>,
    score: u32,
    #[serde(rename = "userID", skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
}

/// Returns a person as a user of the API.
fn user(person: &Person) -> wire::User {
    let first = |kind| person.stored(kind).next().map(str::to_owned);
    wire::User {
        id: person.network_id().unwrap_or_default().to_owned(),
        username: first(IdentifierKind::Handle),
        phone_number: first(IdentifierKind::Phone),
        email: first(IdentifierKind::Email),
        full_name: person.full_name.clone(),
        other_names: person.other_names.clone(),
        ..wire::User::default()
    }
}
