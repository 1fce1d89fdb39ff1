//! A directory in memory.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::convert::Infallible;
use std::fmt;

use super::{Ask, Covers, Directory, Found};
use crate::identifier::{Key, UserId};
use crate::name::{self, Name};
use crate::network::Kind;
use crate::person::{Account, DirectChat, Peer, Person};
use crate::wire::{self, Snapshot};

/// Accounts and their people in memory, found by any key they hold. Reading takes `&self` and writing `&mut self`: the
/// lock, where one is needed, is the host's.
#[derive(Clone, Default)]
pub struct MemoryDirectory {
    accounts: BTreeMap<String, Book>,
}

/// What is known on one account.
#[derive(Clone)]
struct Book {
    account: Account,
    covers: Covers,
    /// By [`identity`], so that two spellings of one id are one person.
    people: BTreeMap<Key, Person>,
    holders: HashMap<Key, Vec<Key>>,
}

/// The key of a person's own id.
fn identity(id: &str, account: &Account) -> Key {
    match UserId::parse(id, account.network) {
        Ok(id) => Key::new(Kind::Id, id.as_str()),
        Err(_) => Key::new(Kind::Id, id.trim()),
    }
}

impl Book {
    fn new(account: Account) -> Self {
        let own = account.user.clone();
        let covers = Covers::default();
        let mut book = Book {
            account,
            covers,
            people: BTreeMap::new(),
            holders: HashMap::new(),
        };
        book.merge(own);
        book
    }

    /// Adds a record to what is known of its person. Whatever is oneself is one person.
    fn merge(&mut self, person: Person) {
        let id = if person.is_self {
            &self.account.user.id
        } else {
            &person.id
        };
        let who = identity(id, &self.account);
        let merged = match self.people.remove(&who) {
            Some(mut known) => {
                self.forget(&who, &known);
                known.merge(person);
                known
            }
            None => person,
        };
        self.insert(who, merged);
    }

    fn insert(&mut self, who: Key, person: Person) {
        for key in person.keys(&self.account) {
            self.holders.entry(key).or_default().push(who.clone());
        }
        self.people.insert(who, person);
    }

    fn forget(&mut self, who: &Key, person: &Person) {
        for key in person.keys(&self.account) {
            if let Some(holders) = self.holders.get_mut(&key) {
                holders.retain(|holder| holder != who);
                if holders.is_empty() {
                    self.holders.remove(&key);
                }
            }
        }
    }

    /// Reads a chat for who is in it: the other side of a direct chat is known by all they have, others by their id.
    fn read(&mut self, chat: &wire::Chat) {
        let direct = DirectChat::read(chat, &self.account);
        let mut peer_id = None;
        match direct {
            Some((Peer::User(user), direct)) => {
                peer_id = Some(user.id.as_str());
                self.merge(Person {
                    chats: vec![direct],
                    ..Person::from(user)
                });
            }
            Some((Peer::Oneself, direct)) => {
                let own = Person::new(self.account.user.id.as_str());
                self.merge(Person {
                    is_self: true,
                    chats: vec![direct],
                    ..own
                });
            }
            // A direct chat with someone who isn't told: whoever is asked for, it may be theirs.
            Some((Peer::Unknown, _)) => self.covers.chats = false,
            None => {}
        }
        for participant in &chat.participants.items {
            if peer_id != Some(participant.user.id.as_str()) {
                let person = Person::from(&participant.user);
                self.merge(Person {
                    group_only: !person.is_self,
                    ..person
                });
            }
        }
    }
}

impl MemoryDirectory {
    /// A directory without accounts.
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

    /// A directory of what a server knows, from the API's own JSON.
    ///
    /// ```
    /// use contact_resolution::{Ask, Directory, Key, Kind, MemoryDirectory, wire};
    ///
    /// let snapshot = wire::read(br#"{
    ///     "accounts": [{"accountID": "whatsapp", "user": {"id": "me"},
    ///                   "bridge": {"id": "whatsapp", "provider": "local", "type": "whatsapp"}}],
    ///     "contacts": {"whatsapp": [{"id": "alice-id", "phoneNumber": "+14155552671"}]}
    /// }"#)?;
    /// let directory = MemoryDirectory::from_snapshot(&snapshot);
    /// let keys = [Key::new(Kind::Phone, "+14155552671")];
    /// let Ok(found) = directory.find(&[Ask { account: "whatsapp", keys: &keys }]);
    /// assert_eq!(found[0].people[0].id, "alice-id");
    /// # Ok::<_, wire::ReadError>(())
    /// ```
    #[must_use]
    pub fn from_snapshot(snapshot: &Snapshot) -> Self {
        let mut directory = MemoryDirectory::new();
        let listed: HashSet<&str> = snapshot.chats.iter().map(|chat| chat.id.as_str()).collect();
        for account in &snapshot.accounts {
            let covers = Covers {
                contacts: snapshot.complete,
                chats: snapshot.complete,
            };
            let mut book = Book {
                covers,
                ..Book::new(Account::from(account))
            };
            // Records of one person are merged in an order of their own, so that the one given changes nothing.
            let contacts = snapshot
                .contacts
                .get(&account.account_id)
                .into_iter()
                .flatten();
            let mut contacts: Vec<Person> = contacts.map(Person::from).collect();
            contacts.sort_by(|a, b| a.intrinsic().cmp(&b.intrinsic()));
            for contact in contacts {
                book.merge(contact);
            }
            let chats = snapshot
                .chats
                .iter()
                .filter(|chat| chat.account_id == account.account_id);
            let mut chats: Vec<&wire::Chat> = chats.collect();
            chats.sort_by(|a, b| a.id.cmp(&b.id));
            for chat in chats {
                // A merged chat only shows its members, which are the chats.
                let merged = chat.merge.iter().flat_map(|merge| &merge.chat_ids);
                if !merged.into_iter().any(|id| listed.contains(id.as_str())) {
                    book.read(chat);
                }
            }
            directory.accounts.insert(account.account_id.clone(), book);
        }
        directory
    }

    /// The account of an id.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("signal", Network::of("signal"), "me"));
    /// assert_eq!(directory.account("signal").unwrap().network.name, "signal");
    /// ```
    #[must_use]
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(id).map(|book| &book.account)
    }

    /// Every account, in the order of their ids.
    ///
    /// ```
    /// use contact_resolution::MemoryDirectory;
    ///
    /// assert_eq!(MemoryDirectory::new().accounts().count(), 0);
    /// ```
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().map(|book| &book.account)
    }

    /// Adds an account that nothing is known of yet, in the place of one with its id.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::of("irc"), "me"));
    /// assert_eq!(directory.accounts().count(), 1);
    /// ```
    pub fn insert_account(&mut self, account: Account) {
        self.accounts.insert(account.id.clone(), Book::new(account));
    }

    /// States how much of an account is known. False where there is no such account.
    ///
    /// ```
    /// use contact_resolution::{Account, Covers, MemoryDirectory, Network};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::of("irc"), "me"));
    /// assert!(directory.set_covers("irc", Covers { contacts: true, chats: true }));
    /// ```
    pub fn set_covers(&mut self, account: &str, covers: Covers) -> bool {
        self.accounts
            .get_mut(account)
            .map(|book| book.covers = covers)
            .is_some()
    }

    /// Stores a person in the place of what was known under their id. False where there is no such account.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::of("irc"), "me"));
    /// assert!(directory.upsert("irc", Person::new("libera_alice")));
    /// assert!(!directory.upsert("xmpp", Person::new("alice@example.com")));
    /// ```
    pub fn upsert(&mut self, account: &str, person: Person) -> bool {
        let Some(book) = self.accounts.get_mut(account) else {
            return false;
        };
        let who = identity(&person.id, &book.account);
        if let Some(known) = book.people.remove(&who) {
            book.forget(&who, &known);
        }
        book.insert(who, person);
        true
    }

    /// Forgets the person of an id and gives what was known of them.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network, Person};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::of("irc"), "me"));
    /// directory.upsert("irc", Person::new("libera_alice"));
    /// assert_eq!(directory.remove("irc", "libera_alice").unwrap().id, "libera_alice");
    /// assert_eq!(directory.remove("irc", "libera_alice"), None);
    /// ```
    pub fn remove(&mut self, account: &str, id: &str) -> Option<Person> {
        let book = self.accounts.get_mut(account)?;
        let who = identity(id, &book.account);
        let person = book.people.remove(&who)?;
        book.forget(&who, &person);
        Some(person)
    }
}

impl Directory for MemoryDirectory {
    type Error = Infallible;

    fn find(&self, asks: &[Ask<'_>]) -> Result<Vec<Found>, Infallible> {
        let answer = |ask: &Ask<'_>| {
            let Some(book) = self.accounts.get(ask.account) else {
                return Found::default();
            };
            let mut who: Vec<&Key> = ask
                .keys
                .iter()
                .filter_map(|key| book.holders.get(key))
                .flatten()
                .collect();
            who.sort_unstable();
            who.dedup();
            let people = who
                .into_iter()
                .filter_map(|who| book.people.get(who))
                .cloned()
                .collect();
            Found {
                people,
                covers: book.covers,
            }
        };
        Ok(asks.iter().map(answer).collect())
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, Infallible> {
        let hint = Name::new(name);
        let Some(book) = self.accounts.get(account).filter(|_| !hint.is_blank()) else {
            return Ok(Vec::new());
        };
        let named = book
            .people
            .values()
            .filter(|person| !person.is_self && !person.group_only);
        let mut scored: Vec<_> = named
            .filter_map(|person| {
                let score = name::score(&hint, &Name::new(person.full_name.as_deref()?));
                (!score.is_none()).then_some((Reverse(score), &person.id, person))
            })
            .collect();
        scored.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        Ok(scored
            .into_iter()
            .take(limit)
            .map(|(_, _, person)| person.clone())
            .collect())
    }
}

impl fmt::Debug for MemoryDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let people: usize = self.accounts.values().map(|book| book.people.len()).sum();
        write!(
            f,
            "MemoryDirectory {{ {} accounts, {people} people }}",
            self.accounts.len()
        )
    }
}

impl MemoryDirectory {
    /// Everybody on an account, to store them elsewhere.
    ///
    /// ```
    /// use contact_resolution::{Account, MemoryDirectory, Network};
    ///
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(Account::new("irc", Network::of("irc"), "me"));
    /// assert_eq!(directory.people("irc").map(|person| person.id).collect::<Vec<_>>(), ["me"]);
    /// ```
    pub fn people(&self, account: &str) -> impl Iterator<Item = Person> {
        let book = self.accounts.get(account);
        book.into_iter()
            .flat_map(|book| book.people.values().cloned())
    }
}
