//! Plans creates: whether a chat can be created, and with which identifiers.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Action, Conflict, ConflictCode, CreateChat, Decision, DecisionInput, LookupResult, PersonMatch,
    Reason, Refusal, RefusalCode, client_may_wait, is_same_person,
};
use crate::directory::FoundPerson;
use crate::identifier::{Identifier, UserId};
use crate::key::{Key, WantedKeys};
use crate::network::{Dialect, FirstMessage, IdentifierKind, Invite, LookupFact};
use crate::person::{AccountState, Person, StoredIdentifier};
use crate::pipeline::triage::{Certainty, IdentifierCandidate};

/// An identifier that a create may use.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// The kind of the identifier.
    pub kind: IdentifierKind,
    /// Its text, as it is sent.
    pub value: String,
    /// Whether the network is queried about it first.
    pub lookup: bool,
}

impl Attempt {
    pub(crate) fn stored(&self) -> StoredIdentifier {
        StoredIdentifier {
            kind: self.kind,
            text: self.value.clone(),
        }
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Attempt {{ kind: {:?}, lookup: {}, .. }}",
            self.kind, self.lookup
        )
    }
}

/// The input of a create.
struct Planned<'a> {
    /// The identifiers to try, in order.
    attempts: Vec<Attempt>,
    /// The person, if they are known.
    person: Option<&'a FoundPerson<'a>>,
    /// Whether all direct chats with the person are known.
    chats_known: bool,
    reason: Reason,
    /// Whether an id of the payload led to the person. Then another identifier counts only if the network confirms it.
    is_by_id: bool,
    /// Whether a further lookup may show that a known chat is with this person. Then the requirements of a new chat are
    /// not checked yet.
    may_reuse: bool,
}

impl DecisionInput<'_, '_> {
    /// Plans a new chat with a known person.
    pub(super) fn create_with(&self, index: usize) -> Decision {
        let person = self.found(index);
        let is_named = self.lookups_naming(person).next().is_some();
        let chats_known = self.coverage.chats || (is_named && self.lookup_reports_chat());
        let reason = match (is_named, chats_known) {
            (true, _) => Reason::NamedByNetwork,
            (false, true) => Reason::NoChatYet,
            (false, false) => Reason::ChatsNotCovered,
        };
        // The id of a known person needs no lookup, unless only a lookup can show whether there is a chat.
        let id_is_settled = chats_known
            || (self.dialect.is_some()
                && self.create_opens_existing()
                && (is_named || self.lookup_fact(IdentifierKind::Id) != LookupFact::Asks));
        let mut attempts = self.attempts_of(index);
        for attempt in &mut attempts {
            attempt.lookup = self.can_confirm(attempt.kind)
                && !(attempt.kind == IdentifierKind::Id && id_is_settled);
        }
        // An id of the payload is eligible, even if only a local person holds the address in it.
        if attempts.is_empty() && person.is_local() {
            let id = self.asked_ids(index).next();
            attempts.extend(id.and_then(|id| self.attempt(id)));
        }
        // A local person may have no identifier that the network takes.
        if attempts.is_empty() {
            return self.refuse_without_attempts();
        }
        let mut decision = self.create(Planned {
            attempts,
            person: Some(person),
            chats_known,
            reason,
            is_by_id: self.is_found_by_any_id(index),
            may_reuse: false,
        });
        if let Action::Create(create) = &mut decision.action {
            create.verify = self.owner_to_verify(index);
        }
        decision
    }

    /// Returns whether an id of the payload led to a person as an id, with any certainty.
    fn is_found_by_any_id(&self, person: usize) -> bool {
        let mut entries = self.ranking.entries.iter();
        entries
            .any(|entry| entry.person == Some(person) && entry.strength.kind == IdentifierKind::Id)
    }

    /// Returns the identifier that led to a person, if its owner must be verified with the network.
    ///
    /// A person found by id is meant even if other identifiers have changed owners.
    fn owner_to_verify(&self, person: usize) -> Option<Attempt> {
        if !self.is_start {
            return None;
        }
        let attempt = if self.is_found_by_any_id(person) {
            self.number_to_verify(person)?
        } else {
            let mut entries = self.ranking.entries.iter();
            let entry = entries.find(|entry| entry.person == Some(person))?;
            self.attempt(entry.candidate)?
        };
        let is_new = self.lookup_result(attempt.kind, &attempt.value).is_none();
        let can_confirm = self.lookup_fact(attempt.kind) == LookupFact::Asks;
        (attempt.lookup && is_new && can_confirm).then_some(attempt)
    }

    /// Returns the number in the id that led to a person, if the create would use another id.
    ///
    /// On a network where an account is a number, the number in the id may belong to another account by now.
    fn number_to_verify(&self, person: usize) -> Option<Attempt> {
        let is_other_id = |id: &str| {
            let id = UserId::parse(id, self.account.grammar()).ok();
            id.is_none_or(|id| id.embedded_identifier().is_none())
        };
        self.person(person)
            .network_id()
            .filter(|id| is_other_id(id))?;
        // The text itself is a candidate too, as an id that the grammar does not read.
        let is_read = |id: &usize| self.triage.candidates[*id].identifier.is_some();
        let ids = self.asked_ids(person).filter(is_read);
        let mut ids = ids.map(|id| self.address_of(id));
        let number = ids.next()??;
        let is_number = number.kind == IdentifierKind::Phone
            && ids.all(|other| other.as_ref() == Some(&number));
        (is_number && self.account.network.number_is_account()).then_some(number)
    }

    /// Returns the attempt with which to ask the network who has a candidate.
    ///
    /// An id that embeds an address is asked about by the address if that confirms more.
    pub(super) fn owner_query(&self, candidate: usize) -> Option<Attempt> {
        let address = self.address_of(candidate);
        let address = address
            .filter(|address| address.lookup && self.lookup_fact(address.kind) == LookupFact::Asks);
        address.or_else(|| self.attempt(candidate))
    }

    /// Returns the attempt with the address that the id of a candidate embeds.
    fn address_of(&self, candidate: usize) -> Option<Attempt> {
        let Some(Identifier::Id(id)) = &self.triage.candidates[candidate].identifier else {
            return None;
        };
        let address = id.embedded_identifier()?;
        Some(Attempt {
            kind: address.kind(),
            value: address.as_str().to_owned(),
            lookup: self.can_confirm(address.kind()),
        })
    }

    /// Returns the candidates that are ids and led to a person for certain, even if only by the address in the id.
    fn asked_ids(&self, person: usize) -> impl Iterator<Item = usize> {
        let entries = self.ranking.entries.iter();
        let of_person = entries.filter(move |entry| {
            entry.person == Some(person) && entry.strength.certainty == Certainty::Exact
        });
        let candidates = of_person.map(|entry| entry.candidate);
        candidates.filter(|at| self.triage.candidates[*at].kind == IdentifierKind::Id)
    }

    /// Returns the identifiers of a known person that a create may use, in order, without lookups.
    ///
    /// Skips identifiers that another matched person also has, because they could open a chat with the wrong person.
    fn attempts_of(&self, index: usize) -> Vec<Attempt> {
        let person = self.found(index);
        let people = self.ranking.people.iter().map(|ranked| &ranked.person);
        // The identifiers of a local person are the only way to reach them, so all stay usable. A lookup shows whether the
        // local person and another holder are one person.
        let others = people.enumerate();
        let others = others.filter(|(at, _)| *at != index && !person.is_local());
        let held = others.flat_map(|(_, other)| other.whole().keys(self.account));
        let mut shared: Vec<Key> = held.filter(|key| !key.is_look_alike()).collect();
        shared.sort_unstable();
        // If an id of the payload led to a local person, only the address in the id will do.
        let mut asked: Option<Vec<&Key>> = None;
        if person.is_local() {
            for id in self.asked_ids(index) {
                let keys = self.triage.candidates[id].keys().iter();
                let keys = keys.map(|search| &search.key);
                asked.get_or_insert_default().extend(keys);
            }
        }
        // A text may be sent as another kind than it is stored as, but never as an id.
        let kinds = IdentifierKind::ALL.into_iter();
        let sent_kinds = kinds.filter(|kind| *kind != IdentifierKind::Id);
        let usable_kinds = WantedKeys::of(sent_kinds.filter(|kind| self.can_create_by(*kind)));
        // Most people have one.
        let mut attempts: Vec<Attempt> = Vec::with_capacity(1);
        for (kind, text) in person.identifiers(usable_kinds) {
            let Some(sent) = StoredIdentifier::to_send(kind, text, self.account) else {
                continue;
            };
            let is_id = sent.kind == IdentifierKind::Id;
            let keys = || {
                let text = text.to_owned();
                StoredIdentifier { kind, text }.keys(self.account)
            };
            let is_shared = || keys().iter().any(|key| shared.binary_search(key).is_ok());
            let is_asked = |asked: &Vec<&Key>| keys().iter().any(|key| asked.contains(&key));
            let is_usable = self.can_create_by(sent.kind)
                && !self.is_searched(sent.kind)
                && (is_id || !person.group_only())
                && (is_id || shared.is_empty() || !is_shared())
                && asked.as_ref().is_none_or(is_asked);
            if is_usable {
                attempts.push(Attempt {
                    kind: sent.kind,
                    value: sent.text,
                    lookup: false,
                });
            }
        }
        if attempts.len() > 1 {
            self.drop_repeated(&mut attempts);
            // A link may be stored in the place of another kind.
            attempts.sort_by_key(|attempt| attempt.kind);
        }
        attempts
    }

    /// Keeps the first of several spellings of one identifier.
    fn drop_repeated(&self, attempts: &mut Vec<Attempt>) {
        let mut tried: HashSet<Key> = HashSet::with_capacity(attempts.len());
        attempts.retain(|attempt| {
            let key = match attempt.stored().read(self.account) {
                Some(read) => read.key(),
                None => Key::new(attempt.kind, &attempt.value),
            };
            tried.insert(key)
        });
    }

    /// Plans a create that begins with a lookup. The result decides which person is meant.
    pub(super) fn create_asking(&self, attempt: Attempt, reason: Reason) -> Decision {
        let may_reuse = (0..self.ranking.people.len()).any(|person| self.reuse(person).is_some());
        self.create(Planned {
            attempts: vec![attempt],
            person: None,
            chats_known: true,
            reason,
            is_by_id: false,
            may_reuse: may_reuse && self.account.state == AccountState::Ready,
        })
    }

    /// Plans a new chat if no known person matches the payload. `other_ids` are the candidates that are ids of other people.
    pub(super) fn create_unknown(&self, other_ids: &[usize]) -> Decision {
        let candidates = &self.triage.candidates;
        let order = self.ranking.entries.iter().map(|entry| entry.candidate);
        let is_eligible = |index: &usize| {
            let candidate = &candidates[*index];
            let kind = candidate.identifier.as_ref().map(Identifier::kind);
            candidate.can_create()
                && kind.is_some_and(|kind| self.can_create_by(kind))
                && !other_ids.contains(index)
                && self.is_confirmable(*index)
        };
        let attempts: Vec<Attempt> = order
            .filter(is_eligible)
            .filter_map(|index| self.attempt(index))
            .collect();
        if attempts.is_empty() {
            return self.refuse_without_attempts();
        }
        let reason = if attempts.iter().any(|attempt| attempt.lookup) {
            Reason::UnknownPerson
        } else {
            Reason::UnknownPersonWithoutLookup
        };
        self.create(Planned {
            attempts,
            person: None,
            chats_known: self.coverage.chats,
            reason,
            is_by_id: false,
            may_reuse: false,
        })
    }

    /// Returns whether a candidate may create without confirmation, or can still be confirmed.
    ///
    /// Another spelling of a number may be another person's line. A create with it needs a lookup that names the owner.
    fn is_confirmable(&self, candidate: usize) -> bool {
        if !self.triage.candidates[candidate].needs_confirmation() {
            return true;
        }
        self.attempt(candidate).is_some_and(|attempt| {
            let result = self.lookup_result(attempt.kind, &attempt.value);
            let is_unconfirmed = matches!(
                result,
                Some(
                    LookupResult::Echo { .. }
                        | LookupResult::Inconclusive
                        | LookupResult::Unsupported
                )
            );
            attempt.lookup && !is_unconfirmed
        })
    }

    /// Returns the refusal if no identifier may create a chat.
    fn refuse_without_attempts(&self) -> Decision {
        let any = |is: fn(&IdentifierCandidate) -> bool| self.triage.candidates.iter().any(is);
        if any(|candidate| candidate.can_create() && !candidate.needs_confirmation()) {
            Decision::refuse(RefusalCode::UnsupportedIdentifier, Reason::NothingSupported)
        } else if any(|candidate| candidate.is_unmarked_word) {
            Decision::refuse(RefusalCode::UserNotFound, Reason::OnlyPlainText)
        } else {
            Decision::refuse(RefusalCode::InvalidIdentifier, Reason::NothingReadable)
        }
    }

    /// Returns the attempt for the identifier of a candidate.
    pub(super) fn attempt(&self, candidate: usize) -> Option<Attempt> {
        let candidate = &self.triage.candidates[candidate];
        let kind = candidate.identifier.as_ref()?.kind();
        Some(Attempt {
            kind,
            value: candidate.text().to_owned(),
            lookup: self.can_confirm(kind),
        })
    }

    /// Plans a create, or refuses it.
    fn create(&self, planned: Planned<'_>) -> Decision {
        let Planned {
            attempts,
            person,
            chats_known,
            reason,
            is_by_id,
            may_reuse,
        } = planned;
        // Unless all chats are known, only the network can show that there is none.
        let is_safe = chats_known || self.create_opens_existing();
        let mut usable = attempts;
        usable.retain(|attempt| is_safe || attempt.lookup);
        let is_uncovered = usable.is_empty();
        // Without lookups, every attempt remains.
        let (remaining, conflicts) = if self.lookups.is_empty() || is_uncovered {
            (usable, Vec::new())
        } else {
            match self.without_absent(usable, person, is_by_id, is_safe) {
                Ok(remaining) => remaining,
                Err(refusal) => return *refusal,
            }
        };
        if !may_reuse && let Some(refusal) = self.refuse_unmet(person, is_uncovered) {
            return refusal;
        }
        let rules = self.account.network.rules();
        let create = CreateChat {
            attempts: remaining,
            invite: rules.invite == Invite::Required,
            send_message: rules.first_message == FirstMessage::Required,
            verify: None,
        };
        let mut decision = Decision::new(Action::Create(create), reason);
        decision.conflicts = conflicts;
        decision
    }

    /// Returns the attempts that the lookups so far leave, and the people that other identifiers have moved to.
    ///
    /// # Errors
    ///
    /// Returns the refusal if no attempt is left, or if a lookup failed before one that is left.
    fn without_absent(
        &self,
        attempts: Vec<Attempt>,
        person: Option<&FoundPerson<'_>>,
        is_by_id: bool,
        is_safe: bool,
    ) -> Result<(Vec<Attempt>, Vec<Conflict>), Box<Decision>> {
        let mut remaining: Vec<Attempt> = Vec::new();
        let mut conflicts: Vec<Conflict> = Vec::new();
        let mut is_malformed = false;
        let mut is_inconclusive = false;
        for attempt in attempts {
            match self.lookup_result(attempt.kind, &attempt.value) {
                None | Some(LookupResult::Unsupported) => remaining.push(attempt),
                Some(LookupResult::Confirmed { person: named, .. }) => {
                    match person.filter(|person| !is_same_person(person.whole(), named)) {
                        None => remaining.push(attempt),
                        // The network gave the identifier to another person.
                        Some(_) => conflicts.push(moved_to(named)),
                    }
                }
                Some(LookupResult::Absent) => {}
                Some(LookupResult::Invalid) => is_malformed = true,
                Some(LookupResult::Inconclusive)
                    if is_by_id && attempt.kind != IdentifierKind::Id =>
                {
                    is_inconclusive = true;
                }
                Some(LookupResult::Echo { .. }) if is_safe => remaining.push(attempt),
                Some(LookupResult::Inconclusive) if is_safe => {
                    // The person is known, or the server looks them up itself when it creates the chat.
                    if person.is_some() || self.start_resolves() {
                        remaining.push(attempt);
                    } else {
                        is_inconclusive = true;
                    }
                }
                // Stop here, since treating this result as absence could create a second chat.
                Some(result) if remaining.is_empty() => {
                    return Err(Box::new(Decision::refusal_for_lookup(result)));
                }
                Some(_) => break,
            }
        }
        if !remaining.is_empty() {
            return Ok((remaining, conflicts));
        }
        if is_inconclusive {
            let refusal = Decision::refusal_for_lookup(&LookupResult::Inconclusive);
            return Err(Box::new(refusal));
        }
        let (code, reason) = match (conflicts.is_empty(), is_malformed) {
            (false, _) => (RefusalCode::UserNotFound, Reason::IdentifierMoved),
            (true, true) => (RefusalCode::InvalidIdentifier, Reason::NothingReadable),
            (true, false) => (RefusalCode::UserNotFound, Reason::NotOnNetwork),
        };
        Err(Box::new(Decision {
            conflicts,
            ..Decision::refuse(code, reason)
        }))
    }

    /// Returns whether the server looks up the person itself when it starts a chat.
    fn start_resolves(&self) -> bool {
        self.dialect.is_some_and(Dialect::start_resolves)
    }
}

fn moved_to(owner: &Person) -> Conflict {
    Conflict {
        code: ConflictCode::IdentifierMoved,
        person: PersonMatch::of_person(owner),
    }
}

impl Decision {
    /// Returns the refusal for a lookup without a usable result.
    pub(crate) fn refusal_for_lookup(result: &LookupResult) -> Self {
        match result {
            LookupResult::Hidden => Decision::refuse(RefusalCode::CannotMessage, Reason::Hidden),
            LookupResult::RateLimited(retry_after) => {
                let refusal = Refusal {
                    retry: client_may_wait(*retry_after),
                    retry_after: *retry_after,
                    ..Refusal::new(RefusalCode::RateLimited)
                };
                Decision::new(Action::Refuse(refusal), Reason::RateLimited)
            }
            LookupResult::AccountUnavailable => {
                let refusal = Refusal {
                    unmet: vec![RefusalCode::AccountUnavailable],
                    ..Refusal::new(RefusalCode::AccountUnavailable)
                };
                Decision::new(Action::Refuse(refusal), Reason::AccountNotConnected)
            }
            LookupResult::Failed => {
                Decision::refuse(RefusalCode::UpstreamFailed, Reason::LookupFailed)
            }
            _ => {
                let refusal = Refusal {
                    retry: false,
                    ..Refusal::new(RefusalCode::UpstreamFailed)
                };
                Decision::new(Action::Refuse(refusal), Reason::LookupInconclusive)
            }
        }
    }
}
