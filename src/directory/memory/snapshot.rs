//! Directories of a server's state: of a snapshot, or of its JSON text.
//!
//! The text is read once, and each contact and chat is packed at once. So a directory takes a small multiple of the memory
//! of the text. Members that a directory does not use take no memory.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::mem;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::MemoryDirectory;
use super::address_book::{AddressBook, Amount, Loader};
use super::arena::Arena;
use super::packed::{self, PersonRef};
use super::packed_chats::{ChatRecords, PackedChats};
use crate::directory::Coverage;
use crate::network::{Network, RulesError};
use crate::person::identity::Identities;
use crate::person::{Account, Person};
use crate::wire::{self, Item, Known, List, Snapshot};

impl MemoryDirectory {
    /// Creates a directory from a server's state in the API's own JSON.
    ///
    /// A contact without an id is a [local person](Person::local).
    ///
    /// ```
    /// use contact_resolution::{Directory, DirectoryQuery, IdentifierKind, Key, MemoryDirectory, wire};
    ///
    /// let snapshot = wire::read(br#"{
    ///     "accounts": [{"accountID": "whatsapp", "user": {"id": "me"},
    ///                   "bridge": {"id": "whatsapp", "provider": "local", "type": "whatsapp"}}],
    ///     "contacts": {"whatsapp": [{"id": "alice-id", "phoneNumber": "+14155552671"}]}
    /// }"#)?;
    /// let directory = MemoryDirectory::from_snapshot(&snapshot);
    /// let keys = [Key::new(IdentifierKind::Phone, "+14155552671")];
    /// let Ok(found) = directory.find(&[DirectoryQuery { account: "whatsapp", keys: &keys }]);
    /// assert_eq!(found[0].people[0].id, "alice-id");
    /// # Ok::<_, wire::ReadError>(())
    /// ```
    ///
    /// If the rules of a network in the snapshot are refused, the network has no rules. See
    /// [`MemoryDirectory::try_from_snapshot`].
    #[must_use]
    pub fn from_snapshot(snapshot: &Snapshot) -> Self {
        let networks: Vec<Network> = snapshot
            .networks
            .iter()
            .filter_map(|rules| Network::from_values(std::slice::from_ref(rules)).ok())
            .flatten()
            .collect();
        ServerState::of(snapshot).into_directory(&networks)
    }

    /// Returns a directory of a snapshot, as [`MemoryDirectory::from_snapshot`] does.
    ///
    /// ```
    /// use contact_resolution::{MemoryDirectory, wire};
    ///
    /// let snapshot = wire::read(br#"{"networks": [{"name": "acme", "kinds": []}]}"#)?;
    /// let error = MemoryDirectory::try_from_snapshot(&snapshot).err().ok_or("no error")?;
    /// assert_eq!(error.code(), "kinds_without_id");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the rules of a network are refused.
    pub fn try_from_snapshot(snapshot: &Snapshot) -> Result<Self, RulesError> {
        let networks = Network::from_values(&snapshot.networks)?;
        Ok(ServerState::of(snapshot).into_directory(&networks))
    }

    /// Reads a directory from the JSON of a [`Snapshot`], as [`MemoryDirectory::try_from_snapshot`] does.
    ///
    /// Nothing but the directory stays in memory. Members that a directory does not use are skipped. Malformed accounts,
    /// contacts and chats are left out and [counted](MemoryDirectory::skipped), and then the directory is not complete.
    ///
    /// ```
    /// use contact_resolution::MemoryDirectory;
    ///
    /// let json = r#"{
    ///     "accounts": [{"accountID": "irc", "user": {"id": "me"}, "bridge": {"id": "irc", "provider": "local", "type": "irc"}}],
    ///     "contacts": {"irc": [{"id": "libera_alice"}]}
    /// }"#;
    /// let directory = MemoryDirectory::read_json(json.as_bytes())?;
    /// assert_eq!(directory.people("irc").count(), 2);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of the reader. Returns an error of the kind [`InvalidData`](io::ErrorKind::InvalidData) if the text is
    /// not the JSON of a snapshot, or if the rules of a network are refused. It never quotes the text.
    pub fn read_json(json: impl io::Read) -> io::Result<Self> {
        let state: ServerState = wire::read_from(json)?;
        let networks = Network::from_values(&state.networks);
        let networks =
            networks.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok(state.into_directory(&networks))
    }
}

/// A server's state with packed contacts and chats.
struct ServerState {
    networks: Vec<Value>,
    accounts: Vec<wire::Account>,
    contacts: BTreeMap<String, Contacts>,
    chats: PackedChats,
    is_complete: bool,
    /// The number of malformed accounts.
    skipped_accounts: usize,
}

/// The contacts of an account, as records without keys.
struct Contacts {
    records: Arena,
    draft: Vec<u8>,
    /// Whether there was room for all of them.
    is_complete: bool,
    /// The number of malformed contacts.
    skipped: usize,
}

impl Contacts {
    fn new() -> Self {
        Contacts {
            records: Arena::new(),
            draft: Vec::new(),
            is_complete: true,
            skipped: 0,
        }
    }

    fn push(&mut self, user: &wire::User) {
        packed::write_stored(&Person::from(user), &mut self.draft);
        self.is_complete &= self.records.push(&self.draft).is_some();
    }

    fn person(&self, at: u32) -> PersonRef<'_> {
        PersonRef::of(self.records.get(at))
    }

    /// Returns the places of the records. The order of the input does not matter.
    fn places(&self) -> Vec<u32> {
        let mut places: Vec<u32> = self.records.iter().map(|(at, _)| at).collect();
        places.sort_by(|a, b| {
            let (a, b) = (self.person(*a), self.person(*b));
            let id = |person: PersonRef<'_>| !person.is_local();
            let whole = || a.to_person().order(&b.to_person());
            id(a)
                .cmp(&id(b))
                .then_with(|| a.id().cmp(b.id()))
                .then_with(whole)
        });
        places
    }
}

impl ServerState {
    fn of(snapshot: &Snapshot) -> Self {
        let contacts = snapshot.contacts.iter().map(|(account, users)| {
            let mut contacts = Contacts::new();
            for user in users {
                contacts.push(user);
            }
            (account.clone(), contacts)
        });
        let mut chats = PackedChats::default();
        snapshot.chats.iter().for_each(|chat| chats.push(chat));
        ServerState {
            networks: Vec::new(),
            accounts: snapshot.accounts.clone(),
            contacts: contacts.collect(),
            chats,
            is_complete: snapshot.complete,
            skipped_accounts: 0,
        }
    }

    fn into_directory(mut self, networks: &[Network]) -> MemoryDirectory {
        let mut directory = MemoryDirectory::new();
        let contacts = self.contacts.values().map(|list| list.skipped);
        directory.skipped = self.skipped_accounts + self.chats.skipped + contacts.sum::<usize>();
        // Of accounts with one id, the last is the one that counts.
        for account in self.accounts.iter().rev() {
            let id = account.account_id.as_str();
            if directory.accounts.contains_key(id) {
                continue;
            }
            let contacts = self.contacts.get_mut(id);
            let contacts = contacts.map(|contacts| mem::replace(contacts, Contacts::new()));
            let contacts = contacts.unwrap_or_else(Contacts::new);
            let covers = self.is_complete && contacts.is_complete;
            let account = Account::from_wire(account, networks);
            let mut book = AddressBook::new(account.clone(), directory.seed.clone());
            // A malformed contact or chat may be the one that a payload means.
            book.coverage = Coverage {
                contacts: covers && contacts.skipped == 0,
                chats: covers && self.chats.is_complete && self.chats.skipped == 0,
            };
            let book = fill(book, &account, contacts, self.chats.take(id));
            directory.accounts.insert(id.to_owned(), book);
        }
        directory
    }
}

/// The number of records that show how long the others become with their keys.
const SAMPLE: usize = 1_000;

/// Adds the contacts and the people of the chats to an address book.
fn fill(
    book: AddressBook,
    account: &Account,
    contacts: Contacts,
    chats: ChatRecords,
) -> AddressBook {
    // The records are sorted before they are merged, so that the order in the snapshot changes nothing.
    let places = contacts.places();
    let mut identities = Identities::new(account);
    identities.learn(|each| {
        for read in chats.iter() {
            let participants = read.chat.participants.items.iter();
            participants.for_each(|one| each(&Person::from(&one.user)));
        }
        for at in &places {
            each(&contacts.person(*at).to_person());
        }
    });
    let mut loader = Loader::of(book, &identities);
    let (first, others) = places.split_at(places.len().min(SAMPLE));
    let mut merged = Amount {
        records: first.len(),
        bytes: 0,
    };
    for at in first {
        loader.merge(contacts.person(*at).to_person());
        merged.bytes += contacts.records.len_of(*at);
    }
    let all = Amount {
        records: places.len(),
        bytes: contacts.records.len(),
    };
    loader.reserve(merged, all);
    for at in others {
        loader.merge(contacts.person(*at).to_person());
    }
    // Their memory is free before the address book takes its own for the last time.
    drop((contacts, places));
    for read in chats.iter().filter(|read| !read.only_displays) {
        loader.read(&read.chat);
    }
    drop(chats);
    loader.done()
}

impl<'de> Deserialize<'de> for ServerState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StateVisitor)
    }
}

struct StateVisitor;

impl<'de> Visitor<'de> for StateVisitor {
    type Value = ServerState;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut networks: Option<Option<Vec<Value>>> = None;
        let mut accounts: Option<Option<Known<List<wire::Account>>>> = None;
        let mut contacts: Option<Option<BTreeMap<String, Contacts>>> = None;
        let mut chats: Option<Option<PackedChats>> = None;
        let mut is_complete: Option<Option<bool>> = None;
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "networks" => set(&mut networks, "networks", &mut map)?,
                "accounts" => set(&mut accounts, "accounts", &mut map)?,
                "contacts" => set(&mut contacts, "contacts", &mut map)?,
                "chats" => set(&mut chats, "chats", &mut map)?,
                "complete" => set(&mut is_complete, "complete", &mut map)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let accounts = accounts.flatten().map(|Known(list)| list);
        let accounts = accounts.unwrap_or_default();
        Ok(ServerState {
            networks: networks.flatten().unwrap_or_default(),
            skipped_accounts: accounts.skipped,
            accounts: accounts.items,
            contacts: contacts.flatten().unwrap_or_default(),
            chats: chats.flatten().unwrap_or_default(),
            is_complete: is_complete.flatten().unwrap_or_default(),
        })
    }
}

/// Reads a member that may occur once.
fn set<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    member: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if member.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *member = Some(map.next_value()?);
    Ok(())
}

impl<'de> Deserialize<'de> for Contacts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Users;

        impl<'de> Visitor<'de> for Users {
            type Value = Contacts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of users")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Contacts, A::Error> {
                let mut contacts = Contacts::new();
                while let Some(Known(item)) = list.next_element::<Known<Item<wire::User>>>()? {
                    match item {
                        Item::WellFormed(user) => contacts.push(&user),
                        Item::Malformed(_) => contacts.skipped += 1,
                    }
                }
                contacts.records.shrink();
                Ok(contacts)
            }
        }

        deserializer.deserialize_seq(Users)
    }
}
