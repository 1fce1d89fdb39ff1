//! A file in the place of another: there whole or not at all, after a crash too.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Writes a file in the place of what it was, with the same permissions.
pub(crate) fn replace(path: &Path, write: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    let (unfinished, file) = beside(path)?;
    let begun = match fs::metadata(path) {
        // What only its owner may read is not written where others may.
        Ok(old) => file.set_permissions(old.permissions()),
        Err(_) => Ok(()),
    };
    let saved = begun
        .and_then(|()| write(&file))
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
