//! The JSON files that the commands read and write.

use std::error::Error;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use contact_resolution::MemoryDirectory;
use contact_resolution::wire::{self, Snapshot};
use serde::de::DeserializeOwned;

use crate::replace::replace;

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

/// Writes a JSON file in the place of what it was, with the same permissions. It is there whole or not at all, after a
/// crash too.
pub(crate) fn save(path: &Path, json: &[u8]) -> io::Result<()> {
    replace(path, |mut file| file.write_all(json)).map_err(|error| in_file(path, &error))
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(|error| in_file(path, &error)),
    }
}

/// An error of a file, by its name.
pub(crate) fn in_file(path: &Path, error: &dyn Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
