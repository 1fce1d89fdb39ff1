//! What an import has read so far, a line a page: after an interruption it goes on behind the last whole line.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use contact_resolution::wire::{Account, Chat, User};
use serde::{Deserialize, Serialize};

use crate::json_file;

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// The first: which server it is, and its accounts.
    Begun {
        server: String,
        accounts: Vec<Account>,
    },
    Contacts(Part<User>),
    Chats(Part<Chat>),
}

/// A page of one account's list.
#[derive(Serialize, Deserialize)]
pub(crate) struct Part<T> {
    pub(crate) account: String,
    pub(crate) items: Vec<T>,
    pub(crate) next: Next,
}

/// How a list goes on.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Next {
    /// From its front.
    #[default]
    Begin,
    /// Behind this cursor.
    Behind(String),
    /// From its front again, for what has moved there meanwhile.
    Again,
    /// Still again, behind this cursor.
    AgainBehind(String),
    /// It was read to its end.
    Done,
    /// The server does not give it, with this status.
    Refused(u16),
    /// The server says that there is more, and not where.
    Stuck,
}

pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

/// What every journal begins with: an [`Entry::Begun`].
const BEGINNING: &[u8] = br#"{"begun":"#;

impl Journal {
    /// Opens a journal, new or with what it has. What is none, or of a newer version, is refused and left as it is; so is
    /// one that another process has open. The lock ends with the process, however that ends.
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
        // What began with another unfinished line is no journal.
        let is_own = line.iter().zip(BEGINNING).all(|(is, own)| is == own);
        if entries.is_empty() && !is_own {
            return Err(foreign(0));
        }
        // What was being written when it ended.
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

    /// Nothing is left to go on with.
    pub(crate) fn end(self) -> io::Result<()> {
        json_file::remove(&self.path)
    }
}

/// The error of a file that has something else behind so many lines.
fn foreign(lines: usize) -> io::Error {
    let line = lines + 1;
    let what = "is not what this version's import writes, and the file is left as it is";
    io::Error::other(format!("line {line} {what}"))
}
