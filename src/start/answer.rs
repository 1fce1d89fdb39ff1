//! Checks that the chat in the answer to a create is the right one, and learns from the answer.

use std::collections::HashSet;

use super::{ChatStart, OpenedChat};
use crate::identifier::user_id::is_short_code;
use crate::key::{Key, unread_key};
use crate::network::IdentifierKind;
use crate::person::Person;
use crate::pipeline::decide::Attempt;
use crate::pipeline::lookup::LookupResult;

/// The person and the attempt that the participants of a chat are compared with.
struct KnownPeople<'a> {
    /// The keys of the attempt and of the person.
    asked: HashSet<Key>,
    /// Whether one of them is an identifier of the kind of the attempt.
    has_kind: bool,
    own_ids: HashSet<&'a str>,
    /// The ids of the people in the conflicts of the decision.
    rivals: HashSet<&'a str>,
    /// The ids of all people that the directory answered with.
    all_ids: HashSet<&'a str>,
}

fn is_of_kind(key: &Key, kind: IdentifierKind) -> bool {
    key.kind() == kind && !key.is_look_alike()
}

fn ids(person: &Person) -> impl Iterator<Item = &str> {
    person.stored(IdentifierKind::Id)
}

impl ChatStart<'_> {
    /// Returns whether the answer shows a chat that is not a direct chat with the person.
    ///
    /// This is a group, a chat of another account, or a chat with a complete list of participants who are all known to
    /// be other people.
    pub(super) fn is_wrong_chat(&self, attempt: &Attempt, chat: &OpenedChat) -> bool {
        let account = self.account();
        if chat.is_group || chat.account.as_ref().is_some_and(|id| *id != account.id) {
            return true;
        }
        let others = &chat.participants;
        let is_suspect = chat.is_complete && !others.is_empty();
        let known = is_suspect.then(|| self.known_people(attempt));
        known.is_some_and(|known| {
            let mut others = others.iter();
            others.all(|other| self.is_someone_else(attempt, other, &known))
        })
    }

    fn known_people(&self, attempt: &Attempt) -> KnownPeople<'_> {
        let account = self.account();
        let person = self.person.as_ref();
        let of_person = person.into_iter().flat_map(|person| person.keys(account));
        let of_attempt = attempt.stored().keys(account).into_iter();
        // A participant may hold the short code as a number, beside an id of the network's own.
        let code = is_short_code(&attempt.value)
            .then(|| unread_key(IdentifierKind::Phone, &attempt.value));
        let asked: HashSet<Key> = of_attempt.chain(code.flatten()).chain(of_person).collect();
        let rivals = self.decision.conflicts.iter();
        KnownPeople {
            has_kind: asked.iter().any(|key| is_of_kind(key, attempt.kind)),
            asked,
            own_ids: person.into_iter().flat_map(ids).collect(),
            rivals: rivals
                .filter_map(|rival| rival.person.user_id.as_deref())
                .collect(),
            all_ids: self.answer.people.iter().flat_map(|one| ids(one)).collect(),
        }
    }

    /// Returns whether a participant is known to be another person than the person of the attempt.
    fn is_someone_else(
        &self,
        attempt: &Attempt,
        participant: &Person,
        known: &KnownPeople<'_>,
    ) -> bool {
        let is_rival = |id: &str| !known.own_ids.contains(id) && known.rivals.contains(id);
        if participant.network_id().is_some_and(is_rival) {
            return true;
        }
        let held = participant.keys(self.account());
        if held.iter().any(|key| known.asked.contains(key)) || self.holds_variant(attempt, &held) {
            return false;
        }
        if known.all_ids.contains(participant.id.as_str()) {
            return true;
        }
        match attempt.kind {
            IdentifierKind::Id => {
                let account = self.account();
                account.id_kind(&attempt.value) == account.id_kind(&participant.id)
            }
            kind => known.has_kind && held.iter().any(|key| is_of_kind(key, kind)),
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
                    .keys()
                    .iter()
                    .any(|search| held.contains(&search.key))
        })
    }

    /// Adds the facts in the answer to the person.
    pub(super) fn learn(&mut self, attempt: &Attempt, chat: &OpenedChat) {
        if let [participant] = chat.participants.as_slice()
            && participant.network_id().is_some()
        {
            let mut participant = participant
                .clone()
                .with_identifier(attempt.kind, attempt.value.as_str());
            let name = self.account().real_full_name(&participant);
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
