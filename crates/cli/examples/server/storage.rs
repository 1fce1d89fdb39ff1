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
        if has_other_names(path) {
            return Err("the store has another name, by a hard link".into());
        }
        let store = SqliteStore::open(path)?;
        // A path through a symbolic link has the same lock.
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

/// Returns whether a file has several names. Each name would have its own lock, and SQLite its own log of changes.
#[cfg(unix)]
fn has_other_names(path: &str) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).is_ok_and(|file| file.nlink() > 1)
}

#[cfg(not(unix))]
fn has_other_names(_: &str) -> bool {
    false
}
