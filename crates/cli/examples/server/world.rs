//! The data of the server: the accounts, contacts and chats of the directory file, and the new chats, which a store
//! keeps.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use contact_resolution::directory::store::StoreError;
use contact_resolution::wire::{self, Chat, Snapshot, User};
use contact_resolution::{
    Account, Claim, ClaimKey, ClaimOutcome, ClaimResult, DirectChat, Directory, DirectoryAnswer,
    IdentifierKind, Key, Ledger, MemoryDirectory, MemoryLedger, Person,
};
use contact_resolution_sqlite::SqliteStore;
use serde_json::json;

/// The claim timeout. Starts on the simulated networks take less time: they only wait for each other.
const SETTLE_WINDOW: Duration = Duration::from_secs(5);

pub(crate) struct World {
    pub(crate) token: Option<String>,
    ledger: MemoryLedger<Box<dyn Fn() -> Duration + Send + Sync>>,
    store: Option<Arc<SqliteStore>>,
    known: Mutex<KnownAccount>,
}

impl World {
    pub(crate) fn new(
        snapshot: Snapshot,
        token: Option<String>,
        store: Option<SqliteStore>,
    ) -> Result<Self, StoreError> {
        let begun = Instant::now();
        let directory = MemoryDirectory::from_snapshot(&snapshot);
        let store = store.map(Arc::new);
        let mut known = KnownAccount {
            directory,
            snapshot,
            made: 0,
            store: store.clone(),
        };
        known.remember()?;
        Ok(World {
            token,
            ledger: MemoryLedger::new(SETTLE_WINDOW, Box::new(move || begun.elapsed())),
            store,
            known: Mutex::new(known),
        })
    }

    pub(crate) fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StoreError> {
        if let Some(store) = &self.store {
            return store.ledger(SETTLE_WINDOW).claim(claim_key);
        }
        let Ok(claim) = self.ledger.claim(claim_key);
        Ok(claim)
    }

    pub(crate) fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, StoreError> {
        if let Some(store) = &self.store {
            return store.ledger(SETTLE_WINDOW).record(claim, outcome);
        }
        let Ok(recorded) = self.ledger.record(claim, outcome);
        Ok(recorded)
    }

    /// Returns the data. The lock is never held across an await.
    pub(crate) fn known(&self) -> MutexGuard<'_, KnownAccount> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct KnownAccount {
    pub(crate) directory: MemoryDirectory,
    pub(crate) snapshot: Snapshot,
    made: u64,
    /// Keeps the people with a new chat.
    store: Option<Arc<SqliteStore>>,
}

impl KnownAccount {
    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.directory.account(id)
    }

    pub(crate) fn chat(&self, id: &str) -> Option<&Chat> {
        self.snapshot.chats.iter().find(|chat| chat.id == id)
    }

    /// Returns the people of an account with any of the keys.
    pub(crate) fn holders(&self, account: &str, keys: &[Key]) -> DirectoryAnswer {
        let queries = [contact_resolution::DirectoryQuery { account, keys }];
        let Ok(mut found) = self.directory.find(&queries);
        found.pop().unwrap_or_default()
    }

    /// Returns the people with a similar name.
    pub(crate) fn named(&self, account: &str, name: &str) -> Vec<Person> {
        let Ok(people) = self.directory.suggest(account, name, 5);
        people
    }

    /// Returns a person in the form of the API. The data comes from the contacts if possible.
    pub(crate) fn user(&self, account: &str, person: &Person) -> User {
        let contacts = self.snapshot.contacts.get(account).into_iter().flatten();
        if let Some(contact) = contacts.into_iter().find(|contact| contact.id == person.id) {
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
    fn remember(&mut self) -> Result<(), StoreError> {
        let Some(store) = self.store.clone() else {
            return Ok(());
        };
        let accounts: Vec<Account> = self.directory.accounts().cloned().collect();
        for account in accounts {
            store.put_account(&account)?;
            for person in store.people(&account.id)? {
                let chats = person.chats.iter().map(|chat| chat.id.clone());
                let made: Vec<_> = chats.filter(|id| self.chat(id).is_none()).collect();
                for id in &made {
                    self.made += 1;
                    self.show_chat(&account, &person, id);
                }
                if !made.is_empty() {
                    self.directory.upsert(&account.id, person);
                }
            }
        }
        Ok(())
    }

    /// Creates a direct chat with a person, and stores it.
    pub(crate) fn make_chat(
        &mut self,
        account: &Account,
        person: Person,
    ) -> Result<String, StoreError> {
        let id = format!("!new{}:{}", self.made + 1, account.id);
        let known = self
            .directory
            .remove(&account.id, &person.id)
            .unwrap_or(person);
        let mut person = known.clone();
        // A person known only from groups is now known by all identifiers.
        person.group_only = false;
        person.chats.push(DirectChat::new(id.as_str()));
        // Store the chat before it is reported, so that no reported chat is lost.
        if let Some(store) = &self.store
            && let Err(error) = store.upsert(&account.id, &person)
        {
            self.directory.upsert(&account.id, known);
            return Err(error);
        }
        self.made += 1;
        self.show_chat(account, &person, &id);
        self.directory.upsert(&account.id, person);
        Ok(id)
    }

    /// Adds a direct chat with a person to the lists.
    fn show_chat(&mut self, account: &Account, person: &Person, id: &str) {
        let user = self.user(&account.id, person);
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
            "network": own.and_then(|own| own.network.as_deref()).unwrap_or(account.network.title()),
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
    }
}
