//! The directory that `--directory` names: a JSON file, or a store.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use contact_resolution::{
    Account, Directory, DirectoryAnswer, DirectoryQuery, MemoryDirectory, Outcome, Person,
};

use crate::json_file;
use crate::store::{self, Store};

/// The accounts and people to decide on.
pub(crate) enum DirectoryArg {
    Memory(MemoryDirectory),
    Store(Box<dyn Store>, KnownAccounts),
}

/// The accounts that were read from a store. Each is read when it is first needed.
type KnownAccounts = Mutex<HashMap<String, Arc<Account>>>;

impl DirectoryArg {
    pub(crate) fn open(name: &str) -> io::Result<Self> {
        let path = Path::new(name);
        // A store that does not exist is not created, because its name may be misspelled.
        if store::is_url(name) || store::is_file(path) && path.exists() {
            store::check_content(path)?;
            Ok(DirectoryArg::Store(
                store::open(name)?,
                KnownAccounts::default(),
            ))
        } else {
            json_file::load(path).map(DirectoryArg::Memory)
        }
    }

    /// Stores what a start learned. A file is not written to.
    pub(crate) fn record(&self, account: &str, outcome: &Outcome) -> io::Result<()> {
        if let DirectoryArg::Store(store, _) = self {
            store.record_outcome(account, outcome)?;
        }
        Ok(())
    }

    /// Returns an account.
    pub(crate) fn account(&self, id: &str) -> io::Result<Option<Arc<Account>>> {
        let (store, known) = match self {
            DirectoryArg::Memory(directory) => {
                return Ok(directory.account(id).cloned().map(Arc::new));
            }
            DirectoryArg::Store(store, known) => (store, known),
        };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = known.get(id) {
            return Ok(Some(Arc::clone(account)));
        }
        let account = store.account(id)?.map(Arc::new);
        if let Some(account) = &account {
            known.insert(id.to_owned(), Arc::clone(account));
        }
        Ok(account)
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
            DirectoryArg::Store(store, _) => store.suggest(account, name, limit),
        }
    }
}
