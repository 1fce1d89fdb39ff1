//! The files that the commands read and write.
//!
//! They contain personal data, so only the owner can read a new file. A replaced file keeps its permissions.

use std::error::Error;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use contact_resolution::wire;
use contact_resolution::{MemoryDirectory, Network};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::secrets::without_password;
use crate::terminal;

/// Reads a directory file.
pub(crate) fn load(path: &Path) -> io::Result<MemoryDirectory> {
    let file = File::open(path).map_err(|error| in_file(path, &error))?;
    let directory = MemoryDirectory::read_json(file).map_err(|error| in_file(path, &error))?;
    if let Some(skipped) = skipped(&directory) {
        let skipped = in_file(path, &io::Error::other(skipped));
        terminal::print_note(&skipped.to_string());
    }
    Ok(directory)
}

/// Returns how many items of a directory were left out, as a message. Returns `None` if every item was read.
pub(crate) fn skipped(directory: &MemoryDirectory) -> Option<String> {
    let skipped = directory.skipped();
    (skipped > 0).then(|| format!("{skipped} malformed accounts, contacts or chats are left out"))
}

/// Reads the rules of networks, and checks them.
pub(crate) fn networks(path: &Path) -> io::Result<Vec<Value>> {
    let rules = match read(path)? {
        Value::Array(rules) => rules,
        one => vec![one],
    };
    Network::from_values(&rules).map_err(|error| in_file(path, &error))?;
    Ok(rules)
}

/// The most bytes that are read of a pipe or a device, which may have no end.
const LIMIT: u64 = 64 << 20;

/// Reads a JSON file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    let bytes = || {
        let mut file = File::open(path)?;
        let mut json = Vec::new();
        if file.metadata()?.is_file() {
            file.read_to_end(&mut json)?;
        } else if file.take(LIMIT).read_to_end(&mut json)? as u64 == LIMIT {
            return Err(io::Error::other("there is no end after 64 MiB"));
        }
        Ok(json)
    };
    let json = bytes().map_err(|error| in_file(path, &error))?;
    wire::read(&json).map_err(|error| in_file(path, &error))
}

/// Writes a file, or replaces an old one. After an error or a crash, the old file is there.
pub(crate) fn save(path: &Path, content: &[u8]) -> io::Result<()> {
    let old = fs::metadata(path).ok();
    let permissions = old.map(|old| old.permissions());
    save_with(path, content, permissions)
}

/// Writes a file with the permissions of the file that it replaces.
pub(crate) fn save_with(
    path: &Path,
    content: &[u8],
    permissions: Option<Permissions>,
) -> io::Result<()> {
    replace(path, content, permissions).map_err(|error| in_file(path, &error))
}

fn replace(path: &Path, content: &[u8], permissions: Option<Permissions>) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // A temporary file can be read by its owner only.
    let mut file = tempfile::Builder::new().tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
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

/// Removes a file that an earlier run of this command wrote, or an empty one. Returns its permissions.
///
/// Returns an error, and keeps the file, if it has other content. So an option that names an input by mistake does not
/// destroy it.
pub(crate) fn remove_old<T: DeserializeOwned>(
    path: &Path,
    what: &str,
) -> io::Result<Option<Permissions>> {
    remove_if(path, what, |content| wire::read::<T>(content).is_ok())
}

/// Removes a picture that an earlier run of this command wrote, as [`remove_old`] does.
pub(crate) fn remove_old_picture(path: &Path) -> io::Result<Option<Permissions>> {
    remove_if(path, "an SVG picture", |content| {
        content.starts_with(b"<svg ")
    })
}

fn remove_if(
    path: &Path,
    what: &str,
    is_own: impl Fn(&[u8]) -> bool,
) -> io::Result<Option<Permissions>> {
    if !check_target(path)? {
        return Ok(None);
    }
    let permissions = fs::metadata(path).map(|old| old.permissions()).ok();
    let content = fs::read(path).map_err(|error| in_file(path, &error))?;
    if !content.is_empty() && !is_own(&content) {
        let message = format!("this file is not {what}, so it is not replaced");
        return Err(in_file(path, &io::Error::other(message)));
    }
    remove(path)?;
    Ok(permissions)
}

/// Returns whether a file to write exists already. Returns an error if it is not a regular file: a folder, a link, a pipe
/// or a device.
pub(crate) fn check_target(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(true),
        Ok(_) => Err(in_file(path, &io::Error::other("not a regular file"))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(in_file(path, &error)),
    }
}

/// Returns an error if the output is the file of this option, because an input is never replaced.
pub(crate) fn check_distinct(input: &Path, output: &Path, option: &str) -> io::Result<()> {
    if is_same_file(input, output) {
        let message = format!("this file is the one of {option}, which is not replaced");
        return Err(in_file(output, &io::Error::other(message)));
    }
    Ok(())
}

/// Returns whether two paths lead to one file, also by links.
fn is_same_file(path: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(found), Ok(other)) = (fs::metadata(path), fs::metadata(other)) {
        use std::os::unix::fs::MetadataExt;

        return (found.dev(), found.ino()) == (other.dev(), other.ino());
    }
    match (fs::canonicalize(path), fs::canonicalize(other)) {
        (Ok(path), Ok(other)) => path == other,
        _ => false,
    }
}

/// Returns options that create a file which only its owner can read.
pub(crate) fn private_options() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "the mode is one of Unix"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Adds the path of the file to an error. The path may be a misspelled URL with a password.
pub(crate) fn in_file(path: &Path, error: &dyn Error) -> io::Error {
    let path = path.to_string_lossy();
    io::Error::other(format!("{}: {error}", without_password(&path)))
}
