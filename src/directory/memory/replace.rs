//! Replaces a file as a whole. After a crash, the file is the old one or the new one.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Replaces a file, and keeps its permissions.
pub(crate) fn replace(path: &Path, write: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    let (unfinished, file) = beside(path)?;
    let begun = match fs::metadata(path) {
        // A file that only its owner may read stays one.
        Ok(old) => file.set_permissions(old.permissions()),
        Err(_) => Ok(()),
    };
    let saved = begun
        .and_then(|()| write(&file))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&unfinished, path));
    saved.inspect_err(|_| {
        // The first error is the one to report.
        let _ = fs::remove_file(&unfinished);
    })
}

/// Creates a new file beside another.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    for n in 0..u16::MAX {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{n}.tmp"));
        let path = path.with_file_name(name);
        match File::create_new(&path) {
            // The file of another process, or a leftover of a crash.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map(|file| (path, file)),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
