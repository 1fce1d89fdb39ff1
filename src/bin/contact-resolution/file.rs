//! The JSON files that the commands read and write.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use contact_resolution::MemoryDirectory;
use contact_resolution::wire::{self, Snapshot};
use serde::de::DeserializeOwned;

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
    replace(path, json).map_err(|error| in_file(path, &error))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (unfinished, mut file) = beside(path)?;
    let written = match fs::metadata(path) {
        // What only its owner may read is not written where others may.
        Ok(old) => file.set_permissions(old.permissions()),
        Err(_) => Ok(()),
    };
    let saved = written
        .and_then(|()| file.write_all(bytes))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&unfinished, path));
    saved.inspect_err(|_| {
        // The first error is the one to tell.
        let _ = fs::remove_file(&unfinished);
    })
}

/// A new file beside another, which no other process has.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    for n in 0..u16::MAX {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{n}.tmp"));
        let path = path.with_file_name(name);
        match File::create_new(&path) {
            // Somebody else's, or left by a crash.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map(|file| (path, file)),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
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
