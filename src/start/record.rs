//! The record of an outcome for a directory, so that the next decision needs no request.

use super::Outcome;
use crate::directory::MemoryDirectory;
use crate::person::{DirectChat, Person};

impl Outcome {
    /// Returns the records for a directory, with everything that the start learned. The first one is the person with the
    /// chat, if the person is known.
    ///
    /// If you store the records, the next decision chooses the same person and finds the chat without a request. The others
    /// are people that the network named as [owners](Outcome::other_owners) of identifiers. Without them, the next decision
    /// would not know that an identifier has another owner.
    #[must_use]
    pub fn to_records(&self) -> Vec<Person> {
        let person = self.person.clone().map(|person| self.with_chat(person));
        let others = self.other_owners.iter().cloned();
        person.into_iter().chain(others).collect()
    }

    /// Adds the chat of the start to the person.
    fn with_chat(&self, mut person: Person) -> Person {
        if let Some(chat_id) = self.result.chat_id() {
            let known = person.chats.iter_mut().find(|chat| chat.id == chat_id);
            match (known, self.chat.clone()) {
                // The answer to the create is newer than the record.
                (Some(known), Some(chat)) => *known = chat,
                (Some(_), None) => {}
                (None, chat) => {
                    let chat = chat.unwrap_or_else(|| DirectChat::new(chat_id));
                    person.chats.push(chat);
                }
            }
        }
        person.group_only = false;
        person
    }
}

impl MemoryDirectory {
    /// Stores the records of an outcome that [`Outcome::to_records`] returns. Returns false if there is no record, no
    /// such account or no more room.
    ///
    /// ```
    /// use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Action, ChatStart, ClaimResult, Coverage, Directory, DirectoryAnswer, MemoryDirectory, Network, Person, Policy, resolve};
    ///
    /// let account = Account::new("signal", Network::SIGNAL, "me");
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(account.clone());
    /// directory.set_coverage("signal", Coverage { contacts: true, chats: true });
    /// directory.upsert("signal", Person::new("3f1c9a52-7d1e-4a7b-9c55-0a1b2c3d4e5f"));
    /// let user = UserPayload { id: Some("3f1c9a52-7d1e-4a7b-9c55-0a1b2c3d4e5f".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("signal", user), Policy::default());
    ///
    /// let mut start = ChatStart::new(&account, &request, &policy);
    /// let mut reply = None;
    /// let outcome = loop {
    ///     reply = Some(match start.advance(reply.take()) {
    ///         Effect::Find(keys) => {
    ///             let query = contact_resolution::DirectoryQuery { account: "signal", keys };
    ///             let Ok(mut answers) = directory.find(&[query]);
    ///             Reply::Found(answers.remove(0))
    ///         }
    ///         Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
    ///         Effect::Create(_) => Reply::Created(CreateResult::Chat(OpenedChat::new("!new"))),
    ///         Effect::Record(..) => Reply::Recorded(true),
    ///         Effect::Done(outcome) => break outcome,
    ///         effect => panic!("{effect:?}"),
    ///     });
    /// };
    ///
    /// assert!(directory.record("signal", &outcome));
    /// let Ok(next) = resolve(&account, &request, &directory, &policy);
    /// assert!(matches!(next.action, Action::Reuse(chat) if chat.chat_id == "!new"));
    /// ```
    pub fn record(&mut self, account: &str, outcome: &Outcome) -> bool {
        let records = outcome.to_records();
        !records.is_empty()
            && records
                .into_iter()
                .all(|person| self.upsert(account, person))
    }
}
