//! The store of the server. Its calls block, so they run on threads of their own.

use std::error::Error;
use std::fs::{File, OpenOptions, TryLockError};
use std::sync::Arc;

use contact_resolution::store::StoreError;
use contact_resolution_sqlite::SqliteStore;
use tokio::task::spawn_blocking;

#[derive(Clone)]
pub(crate) struct Storage {
    pub(crate) store: Arc<SqliteStore>,
    /// Locked as long as the server runs. The lock ends with the process.
    _lock: Arc<File>,
}

/// The error of a store call.
pub(crate) enum StorageError {
    /// The store reported it.
    Store,
    /// The call panicked.
    Bug,
}

impl Storage {
    /// Opens the store of a file.
    ///
    /// Returns an error if another server uses it. Each server keeps the people and chats in memory, so that two of them
    /// would give one id to two chats.
    pub(crate) fn open(path: &str) -> Result<Self, Box<dyn Error>> {
        let store = SqliteStore::open(path)?;
        // A path through a link has the same lock.
        let mut path = std::fs::canonicalize(path)?.into_os_string();
        path.push(".server");
        let mut options = OpenOptions::new();
        let lock = options
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => "another server uses this store".into(),
            TryLockError::Error(error) => Box::<dyn Error>::from(error),
        })?;
        Ok(Storage {
            store: Arc::new(store),
            _lock: Arc::new(lock),
        })
    }

    /// Calls the store on another thread. A lock of the file by another process then delays only this call.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&SqliteStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let store = Arc::clone(&self.store);
        match spawn_blocking(move || call(&store)).await {
            Ok(result) => result.map_err(|_| StorageError::Store),
            Err(_) => Err(StorageError::Bug),
        }
    }
}
