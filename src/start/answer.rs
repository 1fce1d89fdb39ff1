//! Checks that the chat in the answer to a create is the right one, and learns from the answer.

use super::{ChatStart, OpenedChat};
use crate::identifier::UserId;
use crate::key::Key;
use crate::network::IdentifierKind;
use crate::person::Person;
use crate::pipeline::decide::{Attempt, Conflict};
use crate::pipeline::lookup::LookupResult;

impl ChatStart<'_> {
    /// Returns whether the answer clearly shows a chat that is not a direct chat with the person.
    ///
    /// Examples are a group and a chat of another account. Another example is a complete list of participants who are
    /// all clearly other people.
    pub(super) fn is_wrong_chat(&self, attempt: &Attempt, chat: &OpenedChat) -> bool {
        let account = self.account();
        if chat.is_group || chat.account.as_ref().is_some_and(|id| *id != account.id) {
            return true;
        }
        let others = &chat.participants;
        chat.is_complete
            && !others.is_empty()
            && others
                .iter()
                .all(|other| self.is_someone_else(attempt, other))
    }

    /// Returns whether a participant is known to be another person than the person of the attempt.
    fn is_someone_else(&self, attempt: &Attempt, participant: &Person) -> bool {
        let account = self.account();
        let mut asked: Vec<Key> = attempt.stored().keys(account);
        if let Some(person) = &self.person {
            asked.extend(person.keys(account));
        }
        let id = participant.network_id();
        let is_rival = |conflict: &Conflict| conflict.person.user_id.as_deref() == id;
        let has_id = |person: &Person| person.stored(IdentifierKind::Id).any(|own| Some(own) == id);
        let is_theirs = self.person.as_ref().is_some_and(has_id);
        if id.is_some() && !is_theirs && self.decision.conflicts.iter().any(is_rival) {
            return true;
        }
        let held = participant.keys(account);
        if held.iter().any(|key| asked.contains(key)) || self.holds_variant(attempt, &held) {
            return false;
        }
        let is_theirs = |known: &Person| {
            known
                .stored(IdentifierKind::Id)
                .any(|id| id == participant.id)
        };
        if self.answer.people.iter().any(|known| is_theirs(known)) {
            return true;
        }
        let contradicts = |kind: IdentifierKind| {
            let is_of_kind = |key: &&Key| key.kind() == kind && !key.is_look_alike();
            asked.iter().any(|key| is_of_kind(&key)) && held.iter().any(|key| is_of_kind(&key))
        };
        match attempt.kind {
            IdentifierKind::Id => self.is_same_kind_of_id(&attempt.value, &participant.id),
            kind => contradicts(kind),
        }
    }

    /// Returns whether one of the keys is another spelling of the attempted number.
    fn holds_variant(&self, attempt: &Attempt, held: &[Key]) -> bool {
        let candidates = &self.pipeline.triage.candidates;
        candidates.iter().any(|candidate| {
            let is_asked = candidate.identifier.as_ref().is_some_and(|identifier| {
                identifier.kind() == attempt.kind && identifier.as_str() == attempt.value
            });
            is_asked
                && candidate
                    .keys
                    .iter()
                    .any(|search| held.contains(&search.key))
        })
    }

    /// Returns whether two ids are of one kind. A network may name one person by an id of each kind: by a phone JID and a
    /// LID, for example.
    fn is_same_kind_of_id(&self, one: &str, other: &str) -> bool {
        let embeds = |id: &str| {
            let id = UserId::parse(id, self.account().grammar()).ok()?;
            Some(id.address().is_some())
        };
        embeds(one) == embeds(other)
    }

    /// Adds the facts in the answer to the person.
    pub(super) fn learn(&mut self, attempt: &Attempt, chat: &OpenedChat) {
        if let [participant] = chat.participants.as_slice()
            && participant.network_id().is_some()
        {
            let mut participant = participant
                .clone()
                .with_identifier(attempt.kind, attempt.value.as_str());
            let name = participant.full_name.as_deref();
            let name = name.and_then(|name| self.account().real_name(name));
            participant.full_name = name.map(str::to_owned);
            match &mut self.person {
                Some(person) => person.merge(participant),
                None => self.person = Some(participant),
            }
        } else if self.person.is_none() {
            let named = self
                .lookups
                .iter()
                .rev()
                .find_map(|lookup| match &lookup.result {
                    LookupResult::Confirmed { person, .. } => Some(person.clone()),
                    _ => None,
                });
            self.person = named;
        }
    }
}
