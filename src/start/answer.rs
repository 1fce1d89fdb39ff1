//! Checks that the chat in the answer to a create is the right one, and learns from the answer.

use std::sync::Arc;

use super::participant::{Participant, Relation};
use super::{ChatStart, OpenedChat};
use crate::key::{Key, identity_key};
use crate::person::Person;
use crate::person::identity::Identities;
use crate::pipeline::decide::{Attempt, Conflict, ConflictCode, PersonMatch, Reason};
use crate::pipeline::lookup::LookupResult;

impl ChatStart<'_> {
    /// Returns the keys that the directory must be queried with before the answer can be checked.
    ///
    /// These are the ids of the participants. If only the own user is in the chat, these are the own user's keys. A chat that
    /// is certainly right or certainly wrong needs no query.
    pub(super) fn keys_to_check(&self, attempt: &Attempt, chat: &OpenedChat) -> Vec<Key> {
        if !chat.is_complete || self.is_elsewhere(chat) {
            return Vec::new();
        }
        let participants = self.participants(chat, &[]);
        if participants.is_empty() {
            let user = &self.account().user;
            return if self.is_own_user() {
                Vec::new()
            } else {
                self.exact_keys(user)
            };
        }
        let asked = self.asked(attempt);
        let mut people = participants.iter();
        if people.any(|participant| asked.has_id_of(participant)) {
            return Vec::new();
        }
        let ids = participants
            .iter()
            .filter_map(|one| one.person.network_id());
        ids.map(|id| identity_key(id, self.account())).collect()
    }

    /// Returns whether the answer shows a chat that is not a direct chat with the person.
    ///
    /// This is a group, a chat of another account, the chat of the own user alone, or a chat with a complete list of
    /// participants who are all known to be other people. `records` are the people that the directory has for
    /// [`keys_to_check`](ChatStart::keys_to_check).
    pub(super) fn is_wrong_chat(
        &self,
        attempt: &Attempt,
        chat: &OpenedChat,
        records: &[Arc<Person>],
    ) -> bool {
        if self.is_elsewhere(chat) {
            return true;
        }
        if !chat.is_complete {
            return false;
        }
        let participants = self.participants(chat, records);
        if participants.is_empty() {
            return !self.is_own_user() && self.is_chat_of_own_user(chat, records);
        }
        let asked = self.asked(attempt);
        let mut people = participants.iter();
        people.all(|participant| self.relation(&asked, participant) == Relation::Other)
    }

    /// Returns whether the chat is a group, or of another account.
    fn is_elsewhere(&self, chat: &OpenedChat) -> bool {
        let account = &self.account().id;
        chat.is_group || chat.account.as_ref().is_some_and(|id| id != account)
    }

    fn is_own_user(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.is_self)
    }

    /// Returns whether the directory has the chat as that of the own user alone. A list with only the own user is not enough,
    /// because some servers add the other participant later.
    fn is_chat_of_own_user(&self, chat: &OpenedChat, records: &[Arc<Person>]) -> bool {
        let identities = Identities::new(self.account());
        let own = records.iter().filter(|record| identities.of(record).is_own);
        let mut chats = own.flat_map(|record| &record.chats);
        chats.any(|own| own.id == chat.chat.id)
    }

    /// Adds the facts in the answer to the person. Returns whether the answer named a new owner of the identifier, who is now
    /// the person.
    pub(super) fn learn(
        &mut self,
        attempt: &Attempt,
        chat: &OpenedChat,
        records: &[Arc<Person>],
    ) -> bool {
        let participants = self.participants(chat, records);
        let [participant] = participants.as_slice() else {
            self.learn_from_lookups();
            return false;
        };
        let relation = self.relation(&self.asked(attempt), participant);
        if participant.person.network_id().is_none() || relation == Relation::Other {
            self.learn_from_lookups();
            return false;
        }
        self.learn_participant(attempt, participant, relation);
        relation == Relation::NewOwner
    }

    fn learn_participant(
        &mut self,
        attempt: &Attempt,
        participant: &Participant,
        relation: Relation,
    ) {
        let person = participant.person.clone();
        let named = person.with_identifier(attempt.kind, attempt.value.as_str());
        match &mut self.person {
            Some(former) if relation == Relation::NewOwner => {
                self.decision.user_id = named.network_id().map(str::to_owned);
                self.decision.full_name.clone_from(&named.full_name);
                self.decision.reason = Reason::NamedByNetwork;
                self.decision.conflicts.push(Conflict {
                    code: ConflictCode::IdentifierMoved,
                    person: PersonMatch::of_person(former),
                });
                *former = named;
            }
            Some(person) => person.merge(named),
            None => self.person = Some(named),
        }
    }

    /// Sets the person that the last lookup named, if no person is known.
    fn learn_from_lookups(&mut self) {
        if self.person.is_none() {
            let mut lookups = self.lookups.iter().rev();
            self.person = lookups.find_map(|lookup| match &lookup.result {
                LookupResult::Confirmed { person, .. } => Some(person.clone()),
                _ => None,
            });
        }
    }
}
