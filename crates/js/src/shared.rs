//! A directory that JavaScript, and every start over it, share.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use contact_resolution::{Directory, DirectoryAnswer, DirectoryQuery, MemoryDirectory, Person};

/// A directory that starts read while others write to it.
#[derive(Clone)]
pub(crate) struct Shared(Arc<RwLock<MemoryDirectory>>);

impl Shared {
    pub(crate) fn new(directory: MemoryDirectory) -> Self {
        Shared(Arc::new(RwLock::new(directory)))
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, MemoryDirectory> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, MemoryDirectory> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory for Shared {
    type Error = Infallible;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Infallible> {
        self.read().find(queries)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, Infallible> {
        self.read().suggest(account, name, limit)
    }
}
