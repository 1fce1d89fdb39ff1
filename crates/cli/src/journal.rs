//! The pages that an import has read so far, one JSON line each. After an interruption, the import continues behind the
//! last complete line.

use std::fs::{File, OpenOptions, TryLockError};
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
    Begun {
        server: String,
        accounts: Vec<Account>,
    },
    Contacts(Part<User>),
    Chats(Part<Chat>),
}

/// A page of one account's list, and the position behind it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Part<T> {
    pub(crate) account: String,
    pub(crate) items: Vec<T>,
    /// Whether the page had malformed items, which were left out.
    #[serde(default)]
    pub(crate) has_malformed: bool,
    pub(crate) next: Next,
}

/// The position in a list. A longer list is read twice, because items may move to the front during the first pass.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Next {
    /// At the front, in the first pass.
    #[default]
    Begin,
    /// Behind this cursor, in the first pass.
    Behind(String),
    /// At the front, in the second pass.
    Again,
    /// Behind this cursor, in the second pass.
    AgainBehind(String),
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
}

/// The first bytes of every journal, from [`Entry::Begun`].
const BEGINNING: &[u8] = br#"{"begun":"#;

impl Journal {
    /// Opens a journal, or creates one, and returns its entries.
    ///
    /// Returns an error if the file is not a journal, has a newer version, or is open in another process. Such a file
    /// is not changed. The lock ends with the process.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Vec<Entry>)> {
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::other("another import writes it just now"),
            TryLockError::Error(error) => error,
        })?;
        let mut reader = BufReader::new(&file);
        let (mut entries, mut whole, mut line) = (Vec::new(), 0, Vec::new());
        while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            let is_first = entries.is_empty();
            match serde_json::from_slice(&line) {
                Ok(entry) if !is_first || matches!(entry, Entry::Begun { .. }) => {
                    entries.push(entry);
                }
                _ => return Err(foreign(entries.len())),
            }
            whole += line.len() as u64;
            line.clear();
        }
        // An incomplete first line belongs to a journal only if it begins like one.
        let is_own = line.iter().zip(BEGINNING).all(|(is, own)| is == own);
        if entries.is_empty() && !is_own {
            return Err(foreign(0));
        }
        // Remove an incomplete last line, left by an interruption.
        file.set_len(whole)?;
        let mut file = file;
        file.seek(SeekFrom::End(0))?;
        let path = path.to_owned();
        Ok((Journal { file, path }, entries))
    }

    pub(crate) fn add(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }

    /// Removes the file after the import is complete.
    pub(crate) fn end(self) -> io::Result<()> {
        json_file::remove(&self.path)
    }
}

/// Returns the error for a file with other content behind this number of lines.
fn foreign(lines: usize) -> io::Error {
    let line = lines + 1;
    let what = "is not what this version's import writes, and the file is left as it is";
    io::Error::other(format!("line {line} {what}"))
}
