//! The JSON files that the commands read and write.

use std::error::Error;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use contact_resolution::MemoryDirectory;
use contact_resolution::wire::{self, Snapshot};
use serde::de::DeserializeOwned;

/// Reads a directory file.
pub(crate) fn load(path: &Path) -> io::Result<MemoryDirectory> {
    let snapshot: Snapshot = read(path)?;
    Ok(MemoryDirectory::from_snapshot(&snapshot))
}

/// Reads a JSON file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    let json = fs::read(path).map_err(|error| in_file(path, &error))?;
    wire::read(&json).map_err(|error| in_file(path, &error))
}

/// Writes a file, or replaces an old one and keeps its permissions. After an error or a crash, the old file is there.
pub(crate) fn save(path: &Path, content: &[u8]) -> io::Result<()> {
    replace(path, content).map_err(|error| in_file(path, &error))
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // Without this, only the owner could read a new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    if let Ok(old) = fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Removes a file, if it exists.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(|error| in_file(path, &error)),
    }
}

/// Adds the path of the file to an error.
pub(crate) fn in_file(path: &Path, error: &dyn Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
