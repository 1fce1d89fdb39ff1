//! The pages that an import has read so far, one JSON line each. After an interruption, the import continues behind the
//! last complete line.

use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use contact_resolution::wire::{Account, Chat, User};
use serde::{Deserialize, Serialize};

use crate::json_file;

/// A line of the journal.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// The first line: the server and its accounts.
    Started {
        server: String,
        accounts: Vec<Account>,
        /// Whether the server listed malformed accounts, which were left out.
        #[serde(default)]
        has_malformed: bool,
    },
    Contacts(ListPage<User>),
    Chats(ListPage<Chat>),
}

/// A page of one account's list, and the position behind it.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListPage<T> {
    pub(crate) account: String,
    pub(crate) items: Vec<T>,
    /// Whether the page had malformed items, which were left out.
    #[serde(default)]
    pub(crate) has_malformed: bool,
    pub(crate) next: Position,
}

/// The position in a list. A longer list is read twice, because items may move to the front during the first pass.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Position {
    /// At the front, in the first pass.
    #[default]
    FirstPass,
    /// Behind a cursor, in the first pass.
    FirstPassAfter(String),
    /// At the front, in the second pass.
    SecondPass,
    /// Behind a cursor, in the second pass.
    SecondPassAfter(String),
    /// At the end.
    Done,
    /// The server refuses the list, with this status.
    Refused(u16),
    /// The server has more items, but gives no usable cursor.
    Stuck,
}

pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    /// The number of bytes in the file.
    pub(crate) length: u64,
}

/// The first bytes of every journal, from [`Entry::Started`].
const FIRST_BYTES: &[u8] = br#"{"started":"#;

impl Journal {
    /// Opens a journal, or creates one, and returns its entries.
    ///
    /// Only the owner can read the file. It is locked as long as this process runs. An incomplete last line is removed.
    ///
    /// Returns an error if the file is not a journal, or has a newer version. Such a file is not changed.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Vec<Entry>)> {
        json_file::check_target(path)?;
        let mut options = json_file::private_options();
        let file = options.read(true).append(true).create(true).open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::other("another import is writing to this file"),
            TryLockError::Error(error) => error,
        })?;
        let (entries, length) = read_entries(&file)?;
        file.set_len(length)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        let mut file = file;
        file.seek(SeekFrom::End(0))?;
        let path = path.to_owned();
        Ok((Journal { file, path, length }, entries))
    }

    pub(crate) fn add(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.length += line.len() as u64;
        Ok(())
    }

    /// Removes the file after the import has ended.
    pub(crate) fn remove(self) -> io::Result<()> {
        json_file::remove(&self.path)
    }
}

/// Returns the entries of the complete lines, and the length of these lines.
fn read_entries(file: &File) -> io::Result<(Vec<Entry>, u64)> {
    let mut reader = BufReader::new(file);
    let (mut entries, mut length, mut line) = (Vec::new(), 0, Vec::new());
    while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
        let is_first = entries.is_empty();
        match serde_json::from_slice(&line) {
            Ok(entry) if !is_first || matches!(entry, Entry::Started { .. }) => {
                entries.push(entry);
            }
            _ => return Err(not_a_journal(entries.len())),
        }
        length += line.len() as u64;
        line.clear();
    }
    // An incomplete first line belongs to a journal only if it begins like one.
    let begins_as_journal = line.iter().zip(FIRST_BYTES).all(|(is, own)| is == own);
    if entries.is_empty() && !begins_as_journal {
        return Err(not_a_journal(0));
    }
    Ok((entries, length))
}

/// Returns the error for a file with other content behind this number of lines.
fn not_a_journal(lines: usize) -> io::Error {
    let line = lines + 1;
    let message = "was not written by this version's import, and the file stays as it is";
    io::Error::other(format!("line {line} {message}"))
}
