//! The directory that `--directory` names: a JSON file, or a store.

use std::io;
use std::path::Path;

use contact_resolution::{
    Account, Directory, DirectoryAnswer, DirectoryQuery, MemoryDirectory, Outcome, Person,
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
        // A store that does not exist is not created, because its name may be misspelled.
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

    /// Stores what a start learned. A file is not written to.
    pub(crate) fn record(&self, account: &str, outcome: &Outcome) -> io::Result<()> {
        if let DirectoryArg::Store(store, _) = self {
            store.record_outcome(account, outcome)?;
        }
        Ok(())
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
                let Ok(answers) = directory.find(queries);
                Ok(answers)
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
