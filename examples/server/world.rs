//! What the server knows: the accounts, contacts and chats of the directory file, and the chats made since.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use contact_resolution::wire::{self, Chat, Snapshot, User};
use contact_resolution::{
    Account, DirectChat, Directory, Found, Key, Kind, MemoryDirectory, MemoryLedger, Person,
};
use serde_json::json;

/// Longer than a start can be under way, which is the time limit of a request.
const SETTLE_WINDOW: Duration = Duration::from_secs(60);

pub(crate) struct World {
    pub(crate) token: Option<String>,
    pub(crate) ledger: MemoryLedger<Box<dyn Fn() -> Duration + Send + Sync>>,
    known: Mutex<Known>,
}

impl World {
    pub(crate) fn new(snapshot: Snapshot, token: Option<String>) -> Self {
        let begun = Instant::now();
        let directory = MemoryDirectory::from_snapshot(&snapshot);
        World {
            token,
            ledger: MemoryLedger::new(SETTLE_WINDOW, Box::new(move || begun.elapsed())),
            known: Mutex::new(Known {
                directory,
                snapshot,
                made: 0,
            }),
        }
    }

    /// What is known. It is never kept while something else is waited for.
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct Known {
    pub(crate) directory: MemoryDirectory,
    pub(crate) snapshot: Snapshot,
    made: u64,
}

impl Known {
    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.directory.account(id)
    }

    pub(crate) fn chat(&self, id: &str) -> Option<&Chat> {
        self.snapshot.chats.iter().find(|chat| chat.id == id)
    }

    /// Everybody on an account who holds any of the keys.
    pub(crate) fn holders(&self, account: &str, keys: &[Key]) -> Found {
        let asks = [contact_resolution::Ask { account, keys }];
        let Ok(mut found) = self.directory.find(&asks);
        found.pop().unwrap_or_default()
    }

    /// A person as the API tells of them: as the contacts have them, else by what they are known by.
    pub(crate) fn user(&self, account: &str, person: &Person) -> User {
        let contacts = self.snapshot.contacts.get(account).into_iter().flatten();
        if let Some(contact) = contacts.into_iter().find(|contact| contact.id == person.id) {
            return contact.clone();
        }
        let first = |kind| person.stored(kind).next().map(str::to_owned);
        User {
            id: person.id.clone(),
            full_name: person.full_name.clone(),
            phone_number: first(Kind::Phone),
            email: first(Kind::Email),
            username: first(Kind::Handle),
            is_self: person.is_self.then_some(true),
            ..User::default()
        }
    }

    /// Makes a direct chat with a person and remembers it.
    pub(crate) fn make_chat(&mut self, account: &Account, person: Person) -> String {
        self.made += 1;
        let id = format!("!new{}:{}", self.made, account.id);
        let user = self.user(&account.id, &person);
        let own = self
            .snapshot
            .accounts
            .iter()
            .find(|own| own.account_id == account.id);
        let title = [
            &user.full_name,
            &user.phone_number,
            &user.email,
            &user.username,
        ];
        let chat = json!({
            "id": id,
            "accountID": account.id,
            "network": own.and_then(|own| own.network.as_deref()).unwrap_or(account.network.title),
            "title": title.into_iter().flatten().next().unwrap_or(&user.id),
            "type": "single",
            "unreadCount": 0,
            "participants": {
                "hasMore": false,
                "total": 2,
                "items": [user, own.map(|own| User { is_self: Some(true), ..own.user.clone() })],
            },
        });
        let chat: Chat = wire::read(chat.to_string().as_bytes()).expect("a chat of its own shape");
        self.snapshot.chats.push(chat);

        let mut person = self
            .directory
            .remove(&account.id, &person.id)
            .unwrap_or(person);
        // Whoever was known from groups only is known by all they have now.
        person.group_only = false;
        person.chats.push(DirectChat::new(id.as_str()));
        self.directory.upsert(&account.id, person);
        id
    }
}
