//! The directory that `--directory` names: a JSON file or a store.

use std::io;
use std::path::Path;

use contact_resolution::{
    Account, ClaimKey, ClaimOutcome, ClaimResult, Directory, DirectoryAnswer, DirectoryQuery,
    Ledger, MemoryDirectory, Person,
};

use crate::json_file;
use crate::store::{self, Store};

/// The accounts and people to decide on.
pub(crate) enum DirectoryArg {
    Memory(MemoryDirectory),
    Store(Box<dyn Store>, Vec<Account>),
}

impl DirectoryArg {
    pub(crate) fn open(name: &str) -> io::Result<Self> {
        let path = Path::new(name);
        if store::is_url(name) || store::is_file(path) && path.exists() {
            let store = store::open(name)?;
            let accounts = store.accounts()?;
            Ok(DirectoryArg::Store(store, accounts))
        } else {
            json_file::load(path).map(DirectoryArg::Memory)
        }
    }

    /// Reads the people of an account into memory, for a search by name.
    pub(crate) fn in_memory(self, account: &str) -> io::Result<Self> {
        let (DirectoryArg::Store(store, _), Some(known)) = (&self, self.account(account)) else {
            return Ok(self);
        };
        let mut directory = MemoryDirectory::new();
        directory.insert_account(known.clone());
        for person in store.people(account)? {
            directory.upsert(account, person);
        }
        Ok(DirectoryArg::Memory(directory))
    }

    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        match self {
            DirectoryArg::Memory(directory) => directory.account(id),
            DirectoryArg::Store(_, accounts) => accounts.iter().find(|account| account.id == id),
        }
    }
}

impl Default for DirectoryArg {
    fn default() -> Self {
        DirectoryArg::Memory(MemoryDirectory::default())
    }
}

impl Directory for DirectoryArg {
    type Error = io::Error;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> io::Result<Vec<DirectoryAnswer>> {
        match self {
            DirectoryArg::Memory(directory) => {
                let Ok(found) = directory.find(queries);
                Ok(found)
            }
            DirectoryArg::Store(store, _) => store.find(queries),
        }
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> io::Result<Vec<Person>> {
        match self {
            DirectoryArg::Memory(directory) => {
                let Ok(people) = directory.suggest(account, name, limit);
                Ok(people)
            }
            // The stores have no search by name.
            DirectoryArg::Store(..) => Ok(Vec::new()),
        }
    }
}

impl Ledger for DirectoryArg {
    type Error = io::Error;

    fn claim(&self, claim_key: &ClaimKey) -> io::Result<ClaimResult> {
        match self {
            // No other process uses this ledger, and the only start records an outcome before it claims again.
            DirectoryArg::Memory(_) => Ok(ClaimResult::Acquired),
            DirectoryArg::Store(store, _) => store.claim(claim_key),
        }
    }

    fn record(&self, claim_key: &ClaimKey, end: &ClaimOutcome) -> io::Result<()> {
        match self {
            DirectoryArg::Memory(_) => Ok(()),
            DirectoryArg::Store(store, _) => store.record(claim_key, end),
        }
    }
}
