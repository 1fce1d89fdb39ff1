//! Saves a directory to a file or as bytes, and loads it again.
//!
//! The file begins with a line that names the format and its version. A line of JSON with the accounts follows, then the
//! records of each account, each after its length, and a checksum of everything before it. A record is one of
//! [`packed`](super::packed) without its keys. They are derived when the file is read, so that a newer version of this crate
//! finds people by its own rules.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::MemoryDirectory;
use super::address_book::AddressBook;
use super::packed::PersonRef;
use super::replace::replace;
use crate::directory::Coverage;
use crate::fingerprint::{FNV_BASIS, fnv};
use crate::identifier::Region;
use crate::is_default::is_default;
use crate::network::{CaseMapping, Network};
use crate::person::{Account, AccountState, OnNetwork, Person};
use crate::wire::ResolveIdentifier;

const NAME: &[u8] = b"contact-resolution directory ";
const VERSION: u32 = 2;

/// An account without its people. The first record after it is the own user's.
#[derive(Serialize, Deserialize)]
struct Login {
    id: String,
    network: Network,
    #[serde(default, rename = "caseMapping", skip_serializing_if = "is_default")]
    case_mapping: CaseMapping,
    state: AccountState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flags: Option<ResolveIdentifier>,
    contacts: bool,
    chats: bool,
    people: usize,
}

impl Login {
    fn of(book: &AddressBook) -> Self {
        let account = book.account();
        Login {
            id: account.id.clone(),
            network: account.network.clone(),
            case_mapping: account.case_mapping,
            state: account.state,
            region: account.region,
            flags: account.flags,
            contacts: book.coverage.contacts,
            chats: book.coverage.chats,
            people: book.len(),
        }
    }

    fn account(&self, user: Person) -> Account {
        Account {
            id: self.id.clone(),
            network: self.network.clone(),
            case_mapping: self.case_mapping,
            state: self.state,
            region: self.region,
            flags: self.flags,
            user,
        }
    }
}

/// The reason why a directory could not be loaded.
#[derive(Debug)]
pub struct LoadError(LoadErrorKind);

#[derive(Debug)]
enum LoadErrorKind {
    Unreadable(io::Error),
    Foreign,
    Newer,
    Damaged,
}

impl LoadError {
    /// Returns the stable code: `unreadable_file`, `not_a_directory`, `newer_version` or `damaged_file`.
    ///
    /// ```
    /// use contact_resolution::MemoryDirectory;
    ///
    /// assert_eq!(MemoryDirectory::load("Cargo.toml").unwrap_err().code(), "not_a_directory");
    /// assert_eq!(MemoryDirectory::load("no/such/file").unwrap_err().code(), "unreadable_file");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.0 {
            LoadErrorKind::Unreadable(_) => "unreadable_file",
            LoadErrorKind::Foreign => "not_a_directory",
            LoadErrorKind::Newer => "newer_version",
            LoadErrorKind::Damaged => "damaged_file",
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            LoadErrorKind::Unreadable(_) => "the file cannot be read",
            LoadErrorKind::Foreign => "the file is not a directory of contacts",
            LoadErrorKind::Newer => "the file was written by a newer version",
            LoadErrorKind::Damaged => "the file is damaged",
        })
    }
}

impl Error for LoadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            LoadErrorKind::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}

impl MemoryDirectory {
    /// Saves everything to a file, and replaces the file as a whole. A reader sees the old file or the new one, also after a
    /// crash.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// directory.upsert("irc", Person::new("libera_alice"));
    /// let path = std::env::temp_dir().join(format!("people-{}", std::process::id()));
    /// directory.save(&path)?;
    ///
    /// let mut loaded = MemoryDirectory::load(&path)?;
    /// assert!(loaded.remove("irc", "libera_alice").is_some());
    /// # std::fs::remove_file(path)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be written. Then the old file is unchanged.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        replace(path.as_ref(), |file| {
            let mut out = BufWriter::new(file);
            self.write(&mut out)?;
            out.flush()
        })
    }

    /// Returns the bytes that [`MemoryDirectory::save`] writes to a file, for a host without files.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// directory.upsert("irc", Person::new("libera_alice"));
    /// let mut loaded = MemoryDirectory::from_bytes(&directory.to_bytes()?)?;
    /// assert!(loaded.remove("irc", "libera_alice").is_some());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a record has more than 4 GiB.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.write(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads a file that [`MemoryDirectory::save`] wrote. See there for an example.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, is not a saved directory, is of a newer version, or is damaged.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let bytes = fs::read(path).map_err(|error| LoadError(LoadErrorKind::Unreadable(error)))?;
        MemoryDirectory::from_bytes(&bytes)
    }

    /// Reads the bytes that [`MemoryDirectory::to_bytes`] returned. See there for an example.
    ///
    /// # Errors
    ///
    /// Returns an error if the bytes are not a saved directory, are of a newer version, or are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        MemoryDirectory::read(bytes).map_err(LoadError)
    }

    fn write(&self, to: impl Write) -> io::Result<()> {
        let mut out = Summed { to, sum: FNV_BASIS };
        out.write_all(NAME)?;
        writeln!(out, "{VERSION}")?;
        let logins: Vec<Login> = self.accounts.values().map(Login::of).collect();
        // As all other JSON, so that the types have one writer in the program.
        out.write_all(&serde_json::to_vec(&logins)?)?;
        out.write_all(b"\n")?;
        let mut record = Vec::new();
        for book in self.accounts.values() {
            let own = book.own_record();
            for person in std::iter::once(PersonRef::of(&own)).chain(book.people()) {
                person.write_stored(&mut record);
                let length = u32::try_from(record.len()).map_err(io::Error::other)?;
                out.write_all(&length.to_le_bytes())?;
                out.write_all(&record)?;
            }
        }
        let Summed { mut to, sum } = out;
        to.write_all(&sum.to_le_bytes())
    }

    fn read(bytes: &[u8]) -> Result<Self, LoadErrorKind> {
        let rest = bytes.strip_prefix(NAME).ok_or(LoadErrorKind::Foreign)?;
        let (version, _) = line(rest).ok_or(LoadErrorKind::Foreign)?;
        let version: u32 = serde_json::from_slice(version).map_err(|_| LoadErrorKind::Foreign)?;
        if version > VERSION {
            return Err(LoadErrorKind::Newer);
        }
        let (logins, people) = whole(bytes).ok_or(LoadErrorKind::Damaged)?;
        let logins = serde_json::from_slice(logins).map_err(|_| {
            let named = serde_json::from_slice::<Vec<OnNetwork>>(logins).unwrap_or_default();
            if named.iter().any(OnNetwork::is_newer) {
                LoadErrorKind::Newer
            } else {
                LoadErrorKind::Damaged
            }
        })?;
        MemoryDirectory::of(logins, people).ok_or(LoadErrorKind::Damaged)
    }

    fn of(logins: Vec<Login>, mut rest: &[u8]) -> Option<Self> {
        let mut directory = MemoryDirectory::new();
        for login in logins {
            let account = login.account(person(&mut rest)?);
            let mut book = AddressBook::empty(account, directory.seed.clone());
            for _ in 0..login.people {
                book.upsert(&person(&mut rest)?).then_some(())?;
            }
            book.coverage = Coverage {
                contacts: login.contacts,
                chats: login.chats,
            };
            book.shrink();
            directory.accounts.insert(login.id, book);
        }
        rest.is_empty().then_some(directory)
    }
}

/// Returns the line of accounts and the records after it, if the checksum is right.
fn whole(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (bytes, sum) = bytes.split_last_chunk()?;
    let is_whole = fnv(FNV_BASIS, bytes.iter().copied()) == u64::from_le_bytes(*sum);
    let (_, rest) = line(bytes).filter(|_| is_whole)?;
    line(rest)
}

/// Splits off a line and its end.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// Splits off a record.
fn person(rest: &mut &[u8]) -> Option<Person> {
    let (length, after) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (record, after) = after.split_at_checked(length)?;
    *rest = after;
    let person = PersonRef::of(record);
    person.is_sound().then(|| person.to_person())
}

/// Writes, and computes the checksum.
struct Summed<W> {
    to: W,
    sum: u64,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.sum = fnv(self.sum, bytes.iter().take(count).copied());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
