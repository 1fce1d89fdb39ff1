//! A directory in memory.

mod address_book;
mod arena;
mod key_index;
mod packed;
mod packed_chats;
mod replace;
mod saved;
mod snapshot;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;

use smallvec::smallvec;

pub use packed::PersonRef;
pub use saved::LoadError;

use super::{Coverage, Directory, DirectoryAnswer, DirectoryQuery, VouchedAnswer, VouchedAnswers};
use crate::key::Key;
use crate::person::{Account, Person};
use address_book::AddressBook;
use key_index::Seed;

/// Accounts and their people in memory, found by any key that they hold.
///
/// Reads take `&self` and writes `&mut self`, so a host that shares the directory adds a lock. Later writes do not
/// change a clone.
///
/// A person takes the bytes of the texts in the record, each text once, and a few bytes for each key. That is about 150
/// bytes with an id, a number, an address, a handle and a name. An account has room for 4 GiB. The first search by name
/// reads all names into a [`NameIndex`](crate::name::NameIndex), which takes about 40 bytes more for each name.
#[derive(Clone)]
pub struct MemoryDirectory {
    accounts: BTreeMap<String, AddressBook>,
    seed: Seed,
    /// The number of malformed items that were left out.
    skipped: usize,
}

impl Default for MemoryDirectory {
    fn default() -> Self {
        MemoryDirectory {
            accounts: BTreeMap::new(),
            seed: Seed::random(),
            skipped: 0,
        }
    }
}

impl MemoryDirectory {
    /// Creates a directory without accounts.
    ///
    /// ```
    /// use contact_resolution::MemoryDirectory;
    ///
    /// assert!(MemoryDirectory::new().account("whatsapp").is_none());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        MemoryDirectory::default()
    }

    /// Creates a directory without accounts that hashes by a given seed, so that every run does the same.
    ///
    /// This is for tests and measurements. If the seed is known, contacts can be made up that are slow to find.
    ///
    /// ```
    /// use contact_resolution::MemoryDirectory;
    ///
    /// assert_eq!(MemoryDirectory::with_seed(7).accounts().count(), 0);
    /// ```
    #[must_use]
    pub fn with_seed(seed: u64) -> Self {
        MemoryDirectory {
            accounts: BTreeMap::new(),
            seed: Seed::fixed(seed),
            skipped: 0,
        }
    }

    /// Returns how many malformed accounts, contacts and chats [`read_json`](MemoryDirectory::read_json) left out.
    ///
    /// ```
    /// use contact_resolution::MemoryDirectory;
    ///
    /// let directory = MemoryDirectory::read_json(br#"{"contacts": {"irc": [{"id": 7}]}}"#.as_slice())?;
    /// assert_eq!(directory.skipped(), 1);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Returns the account with an id.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("signal", Network::from_bridge_type("signal"), "me"));
    /// assert_eq!(directory.account("signal").unwrap().network.name(), "signal");
    /// ```
    #[must_use]
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(id).map(AddressBook::account)
    }

    /// Returns every account, ordered by id.
    ///
    /// ```
    /// use contact_resolution::MemoryDirectory;
    ///
    /// assert_eq!(MemoryDirectory::new().accounts().count(), 0);
    /// ```
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().map(AddressBook::account)
    }

    /// Adds an account without people, and replaces an account with the same id.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// assert_eq!(directory.accounts().count(), 1);
    /// ```
    pub fn insert_account(&mut self, account: Account) {
        let id = account.id.clone();
        self.accounts
            .insert(id, AddressBook::new(account, self.seed.clone()));
    }

    /// Sets how much of an account is known. Returns false if there is no such account.
    ///
    /// ```
    /// use contact_resolution::{Account, Coverage, MemoryDirectory, Network};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// assert!(directory.set_coverage("irc", Coverage { contacts: true, chats: true }));
    /// ```
    pub fn set_coverage(&mut self, account: &str, coverage: Coverage) -> bool {
        self.accounts
            .get_mut(account)
            .map(|book| book.coverage = coverage)
            .is_some()
    }

    /// Stores a person, and replaces the record under the same id or record key. Returns false, and changes nothing, if there is
    /// no such account or no more room.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// assert!(directory.upsert("irc", Person::new("libera_alice")));
    /// assert!(!directory.upsert("xmpp", Person::new("alice@example.com")));
    /// ```
    pub fn upsert(&mut self, account: &str, person: impl Borrow<Person>) -> bool {
        let book = self.accounts.get_mut(account);
        book.is_some_and(|book| book.upsert(person.borrow()))
    }

    /// Removes the person with an id, and returns the record.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// directory.upsert("irc", Person::new("libera_alice"));
    /// assert_eq!(directory.remove("irc", "libera_alice").unwrap().id, "libera_alice");
    /// assert_eq!(directory.remove("irc", "libera_alice"), None);
    /// ```
    pub fn remove(&mut self, account: &str, id: &str) -> Option<Person> {
        self.accounts.get_mut(account)?.remove(id)
    }

    /// Removes the [local person](Person::local) with a record key, and returns the record.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// directory.upsert("irc", Person::local("row-17"));
    /// assert_eq!(directory.remove("irc", "row-17"), None);
    /// assert_eq!(directory.remove_local("irc", "row-17"), Some(Person::local("row-17")));
    /// ```
    pub fn remove_local(&mut self, account: &str, record_key: &str) -> Option<Person> {
        self.accounts.get_mut(account)?.remove_local(record_key)
    }

    /// Returns all people of an account.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::from_bridge_type("irc"), "me"));
    /// assert_eq!(directory.people("irc").map(|person| person.id).collect::<Vec<_>>(), ["me"]);
    /// ```
    pub fn people(&self, account: &str) -> impl Iterator<Item = Person> {
        let book = self.accounts.get(account);
        book.into_iter()
            .flat_map(|book| book.people().map(PersonRef::to_person))
    }

    /// Returns everyone on an account who holds a key, in no particular order. Nothing is copied.
    ///
    /// [`Directory::find`] answers the same for many keys, and reports how much is known. A person that is not found is absent
    /// only if the account is covered.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Key, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("signal", Network::from_bridge_type("signal"), "me"));
    /// directory.upsert("signal", Person::new("alice-id").with_name("Alice").with_identifier(IdentifierKind::Phone, "+1 415 555 2671"));
    ///
    /// let key = Key::new(IdentifierKind::Phone, "+14155552671");
    /// let names: Vec<_> = directory.holders("signal", &key).map(|person| person.full_name()).collect();
    /// assert_eq!(names, [Some("Alice")]);
    /// ```
    pub fn holders<'a>(
        &'a self,
        account: &str,
        key: &'a Key,
    ) -> impl Iterator<Item = PersonRef<'a>> {
        let book = self.accounts.get(account);
        let holders = book.into_iter().flat_map(move |book| book.holders(key));
        holders.map(|(_, person)| person)
    }
}

impl Directory for MemoryDirectory {
    type Error = Infallible;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Infallible> {
        let Ok(answers) = self.find_vouched(queries);
        Ok(answers.into_iter().map(DirectoryAnswer::from).collect())
    }

    fn find_vouched(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> Result<VouchedAnswers<'_>, Infallible> {
        if let [query] = queries {
            let answer = match self.accounts.get(query.account) {
                Some(book) => book.find(query.keys),
                None => VouchedAnswer::default(),
            };
            return Ok(smallvec![answer]);
        }
        let books: Vec<Option<&AddressBook>> = queries
            .iter()
            .map(|ask| self.accounts.get(ask.account))
            .collect();
        // First all hashes, then the index, then the people. Reads that do not depend on each other are faster together.
        let asked = queries.iter().zip(&books).enumerate();
        let hashed: Vec<_> = asked
            .filter_map(|(n, (ask, book))| Some((n, ask, (*book)?)))
            .flat_map(|(n, ask, book)| {
                ask.keys
                    .iter()
                    .map(move |key| (n, book, key, book.hash(key)))
            })
            .collect();
        let places: Vec<_> = hashed
            .into_iter()
            .flat_map(|(n, book, key, hash)| book.places(hash).map(move |at| (n, book, key, at)))
            .collect();
        let mut held: Vec<_> = places
            .into_iter()
            .filter(|(_, book, key, at)| book.person(*at).holds(key))
            .map(|(n, _, _, at)| (n, at))
            .collect();
        held.sort_unstable();
        held.dedup();
        let mut held = held.into_iter().peekable();
        let mut places = Vec::new();
        let mut answers = VouchedAnswers::with_capacity(queries.len());
        for (n, (ask, book)) in queries.iter().zip(books).enumerate() {
            let of_query = std::iter::from_fn(|| held.next_if(|(ask, _)| *ask == n));
            places.clear();
            places.extend(of_query.map(|(_, at)| at));
            let answer = book.map(|book| book.answer(ask.keys, &places));
            answers.push(answer.unwrap_or_default());
        }
        Ok(answers)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, Infallible> {
        let book = self.accounts.get(account);
        Ok(book.map_or_else(Vec::new, |book| book.suggest(name, limit)))
    }
}

impl fmt::Debug for MemoryDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let people: usize = self.accounts.values().map(AddressBook::len).sum();
        write!(
            f,
            "MemoryDirectory {{ {} accounts, {people} people }}",
            self.accounts.len()
        )
    }
}
