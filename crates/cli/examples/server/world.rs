//! The data of the server: the accounts, contacts and chats of the directory file, and the new chats, which a store
//! keeps.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use contact_resolution::network::Invite;
use contact_resolution::wire::{self, Chat, ChatType, Participant, Participants, Snapshot, User};
use contact_resolution::{
    Account, DirectChat, Directory, DirectoryAnswer, DirectoryQuery, IdentifierKind, Key,
    MemoryDirectory, Peer, Person, Timestamp,
};
use serde_json::Map;
use tokio::task::spawn_blocking;

use crate::claims::Claims;
use crate::limits::Limits;
use crate::storage::{Storage, StorageError};

pub(crate) struct World {
    pub(crate) token: Option<String>,
    pub(crate) address: SocketAddr,
    /// The accounts, without the members that only a directory file has.
    pub(crate) accounts: Vec<wire::Account>,
    /// The accounts as the directory file has them.
    pub(crate) file_accounts: Vec<wire::Account>,
    pub(crate) contacts: BTreeMap<String, Arc<Vec<User>>>,
    /// The people for searches by name. A search takes long, so it has a directory of its own that no start changes.
    names: Arc<MemoryDirectory>,
    pub(crate) limits: Limits,
    pub(crate) claims: Claims,
    storage: Option<Storage>,
    /// Held during a create, so that no two creates make a chat with one person.
    pub(crate) creating: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    messages: AtomicU64,
}

/// The data that starts and other requests change.
pub(crate) struct State {
    directory: MemoryDirectory,
    pub(crate) chats: BTreeMap<String, Arc<Chat>>,
    /// The number in the id of the last new chat.
    last_new: u64,
}

impl World {
    pub(crate) fn new(
        snapshot: Snapshot,
        token: Option<String>,
        storage: Option<Storage>,
        address: SocketAddr,
    ) -> Result<Self, Box<dyn Error>> {
        let directory = MemoryDirectory::from_snapshot(&snapshot);
        let without_flags = |account: &wire::Account| wire::Account {
            region: None,
            resolve_identifier: None,
            case_mapping: None,
            ..account.clone()
        };
        let chats = snapshot.chats.into_iter();
        let contacts = snapshot.contacts.into_iter();
        let mut world = World {
            token,
            address,
            accounts: snapshot.accounts.iter().map(without_flags).collect(),
            file_accounts: snapshot.accounts,
            contacts: contacts.map(|(id, users)| (id, Arc::new(users))).collect(),
            names: Arc::default(),
            limits: Limits::new(),
            claims: Claims::new(storage.clone()),
            storage,
            creating: tokio::sync::Mutex::default(),
            state: Mutex::new(State {
                directory,
                chats: chats
                    .map(|chat| (chat.id.clone(), Arc::new(chat)))
                    .collect(),
                last_new: 0,
            }),
            messages: AtomicU64::new(0),
        };
        world.restore_chats()?;
        let names = world.state().directory.clone();
        world.names = Arc::new(names);
        Ok(world)
    }

    /// Returns the state. Its lock is never held across an await, nor during a call of the store.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of the next message.
    pub(crate) fn next_message(&self) -> u64 {
        self.messages.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.names.account(id)
    }

    /// Returns the people with a similar name. The search runs on a thread of its own.
    pub(crate) async fn similar_names(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> Vec<Person> {
        // The semaphore is never closed.
        let _permit = self.limits.searches.acquire().await;
        let names = Arc::clone(&self.names);
        let (account, name) = (account.to_owned(), name.to_owned());
        let search = move || {
            let Ok(people) = names.suggest(&account, &name, limit);
            people
        };
        spawn_blocking(search).await.unwrap_or_default()
    }

    /// Returns a person in the form of the API. The data comes from the contacts if possible.
    pub(crate) fn user(&self, account: &str, person: &Person) -> User {
        let mut contacts = self
            .contacts
            .get(account)
            .into_iter()
            .flat_map(|list| &**list);
        if let Some(contact) = contacts.find(|contact| contact.id == person.id) {
            return contact.clone();
        }
        let first = |kind| person.stored(kind).next().map(str::to_owned);
        User {
            id: person.id.clone(),
            full_name: person.full_name.clone(),
            phone_number: first(IdentifierKind::Phone),
            email: first(IdentifierKind::Email),
            username: first(IdentifierKind::Handle),
            is_self: person.is_self.then_some(true),
            ..User::default()
        }
    }

    /// Adds the chats that an earlier run of the server stored.
    fn restore_chats(&mut self) -> Result<(), Box<dyn Error>> {
        let Some(storage) = self.storage.clone() else {
            return Ok(());
        };
        let accounts: Vec<Account> = self.state().directory.accounts().cloned().collect();
        for account in &accounts {
            storage.store.put_account(account)?;
            for person in storage.store.people(&account.id)? {
                let is_new = |chat: &&DirectChat| !self.state().chats.contains_key(&chat.id);
                let new: Vec<_> = person.chats.iter().filter(is_new).cloned().collect();
                for chat in &new {
                    let chat = self.wire_chat(account, &person, chat);
                    self.state().insert(chat);
                }
                if !new.is_empty() {
                    self.state().directory.upsert(&account.id, person);
                }
            }
        }
        Ok(())
    }

    /// Creates a direct chat with a person, and stores it. The caller holds [`World::creating`].
    pub(crate) async fn create_chat(
        &self,
        account: &Account,
        person: Person,
    ) -> Result<String, StorageError> {
        let mut chat = DirectChat::new(self.state().next_id(account));
        // An invited person is in the room only after they accept.
        chat.peer_pending = account.network.invite() == Invite::Required;
        chat.last_activity = Some(SystemTime::now().into());
        let mut person = person;
        // A person known only from groups is now known by all identifiers.
        person.group_only = false;
        person.chats.push(chat.clone());
        // Store the chat before it is reported, so that no reported chat is lost.
        if let Some(storage) = &self.storage {
            let (account, person) = (account.id.clone(), person.clone());
            let store = storage.call(move |store| store.upsert(&account, &person));
            store.await?;
        }
        let wire_chat = self.wire_chat(account, &person, &chat);
        let mut state = self.state();
        state.insert(wire_chat);
        state.directory.upsert(&account.id, person);
        Ok(chat.id)
    }

    /// Returns a direct chat in the form of the API.
    fn wire_chat(&self, account: &Account, person: &Person, chat: &DirectChat) -> Chat {
        let user = self.user(&account.id, person);
        let mut accounts = self.accounts.iter();
        let own = accounts.find(|own| own.account_id == account.id);
        let titles = [
            &user.full_name,
            &user.phone_number,
            &user.email,
            &user.username,
        ];
        let title = titles.into_iter().flatten().next().unwrap_or(&user.id);
        let network = own.and_then(|own| own.network.as_deref());
        let mut items = vec![Participant {
            is_pending: chat.peer_pending.then_some(true),
            user: user.clone(),
            ..Participant::default()
        }];
        items.extend(own.map(|own| Participant {
            user: User {
                is_self: Some(true),
                ..own.user.clone()
            },
            ..Participant::default()
        }));
        Chat {
            id: chat.id.clone(),
            account_id: account.id.clone(),
            network: network.unwrap_or(account.network.title()).to_owned(),
            title: title.clone(),
            chat_type: ChatType::Single,
            unread_count: 0,
            is_archived: chat.archived.then_some(true),
            is_read_only: chat.read_only.then_some(true),
            last_activity: chat.last_activity.map(|time| time.to_string()),
            merge: None,
            merged_into_chat_id: None,
            participants: Participants {
                total: items.len() as u64,
                items,
                ..Participants::default()
            },
            other: Map::new(),
        }
    }
}

impl State {
    /// Returns the people of an account with any of the keys.
    pub(crate) fn holders(&self, account: &str, keys: &[Key]) -> DirectoryAnswer {
        let queries = [DirectoryQuery { account, keys }];
        let Ok(mut found) = self.directory.find(&queries);
        found.pop().unwrap_or_default()
    }

    /// Returns an id that no chat has.
    fn next_id(&mut self, account: &Account) -> String {
        loop {
            self.last_new += 1;
            let id = format!("!new{}:{}", self.last_new, account.id);
            if !self.chats.contains_key(&id) {
                return id;
            }
        }
    }

    fn insert(&mut self, chat: Chat) {
        self.chats.insert(chat.id.clone(), Arc::new(chat));
    }

    /// Replaces a chat, and the state of it that decisions use.
    pub(crate) fn replace(&mut self, account: &Account, chat: Chat) -> Arc<Chat> {
        if let Some((Peer::Person(peer), direct)) = DirectChat::read(&chat, account) {
            let holders = self.holders(&account.id, &peer.keys(account)).people;
            for mut person in holders {
                let is_it = |known: &DirectChat| known.id == direct.id;
                if let Some(at) = person.chats.iter().position(is_it) {
                    Arc::make_mut(&mut person).chats[at] = direct.clone();
                    self.directory.upsert(&account.id, person);
                }
            }
        }
        let chat = Arc::new(chat);
        self.chats.insert(chat.id.clone(), Arc::clone(&chat));
        chat
    }
}

/// Returns the current time in the form of the API.
pub(crate) fn now() -> String {
    Timestamp::from(SystemTime::now()).to_string()
}
