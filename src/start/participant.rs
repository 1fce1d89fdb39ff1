//! Compares the participants in the answer to a create with the person that the create was for.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{ChatStart, OpenedChat};
use crate::identifier::Phone;
use crate::identifier::user_id::is_short_code;
use crate::key::{Key, identity_key, unread_key};
use crate::network::IdentifierKind;
use crate::person::identity::Identities;
use crate::person::{IdKind, Person, StoredIdentifier};
use crate::pipeline::decide::Attempt;
use crate::pipeline::lookup::LookupResult;
use crate::pipeline::triage::{Certainty, IdentifierCandidate, SearchKey};

/// The relation of a participant to the person that a create was for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// Nothing shows that the participant is another person.
    Same,
    /// Another person than the known one, who has the identifier of the payload now.
    NewOwner,
    /// Another person.
    Other,
}

/// Another participant than the own user.
pub(super) struct Participant {
    /// The participant, with everything that the answer shows and that the directory has of the same id.
    pub(super) person: Person,
    /// The keys that the answer shows.
    shown: Vec<Key>,
    /// The keys that the directory has.
    stored: Vec<Key>,
}

impl Participant {
    /// Returns the keys of a kind that the answer shows. If it shows none, returns those that the directory has, which may
    /// be older.
    fn keys(&self, kind: IdentifierKind) -> Vec<&Key> {
        let of_kind = |keys: &[Key]| keys.iter().any(|key| key.kind() == kind);
        let keys = if of_kind(&self.shown) {
            &self.shown
        } else {
            &self.stored
        };
        keys.iter().filter(|key| key.kind() == kind).collect()
    }
}

/// The person and the attempt that participants are compared with.
pub(super) struct Asked<'a> {
    attempt: &'a Attempt,
    /// The ids of the person, and the attempt if it is an id.
    ids: Vec<AskedId>,
    /// The keys of the attempt and of the person, with the variants of their numbers.
    keys: HashSet<Key>,
    /// The kinds of these keys.
    kinds: Vec<IdentifierKind>,
    /// Whether numbers contradict each other, even if a chat was created by an id.
    compares_numbers: bool,
    /// Whether the payload means the person by an id. Then another id with the same number or handle is another person.
    is_by_id: bool,
    /// Whether the payload holds the attempted identifier. Otherwise it is another identifier of the person.
    is_in_payload: bool,
    own_ids: HashSet<&'a str>,
    /// The ids of the people in the conflicts of the decision.
    rivals: HashSet<&'a str>,
    /// The ids of all people that the directory answered with.
    known_ids: HashSet<&'a str>,
}

/// An id that participants are compared with.
struct AskedId {
    kind: Option<IdKind>,
    /// The keys of the address that it embeds.
    addresses: HashSet<Key>,
}

impl Asked<'_> {
    /// Returns whether an id shows that a participant is the person.
    pub(super) fn has_id_of(&self, participant: &Participant) -> bool {
        let is_id = |key: &&Key| key.kind() == IdentifierKind::Id;
        let mut held = participant.shown.iter().chain(&participant.stored);
        held.any(|key| is_id(&key) && self.keys.contains(key))
    }

    /// Returns whether a participant holds a key of the attempt or of the person, other than an id.
    fn agrees(&self, participant: &Participant) -> bool {
        let kinds = IdentifierKind::ALL.into_iter();
        kinds
            .filter(|kind| *kind != IdentifierKind::Id)
            .any(|kind| self.comparison(kind, participant) == Some(true))
    }

    /// Returns whether a participant and the person agree on a kind, or `None` if one of them has no such identifier.
    fn comparison(&self, kind: IdentifierKind, participant: &Participant) -> Option<bool> {
        let held = participant.keys(kind);
        let is_compared = self.kinds.contains(&kind) && !held.is_empty();
        is_compared.then(|| held.iter().any(|held| holds(&self.keys, held)))
    }

    /// Returns whether a participant is another person of the directory's answer, or has another number than the person.
    fn is_known_as_other(&self, participant: &Participant) -> bool {
        let id = participant.person.network_id();
        id.is_some_and(|id| self.known_ids.contains(id))
            || self.compares_numbers
                && self.comparison(IdentifierKind::Phone, participant) == Some(false)
    }
}

impl AskedId {
    /// Returns whether a participant holds the embedded address, in any spelling.
    fn embeds_address_of(&self, participant: &Participant) -> bool {
        let kinds = [IdentifierKind::Phone, IdentifierKind::Email].into_iter();
        let mut held = kinds.flat_map(|kind| participant.keys(kind));
        !self.addresses.is_empty() && held.any(|held| holds(&self.addresses, held))
    }
}

/// Returns whether keys with their variants contain a key, or a variant of it.
fn holds(keys: &HashSet<Key>, key: &Key) -> bool {
    keys.contains(key) || variants(key).any(|variant| keys.contains(&variant))
}

/// Returns the other spellings of a number.
fn variants(key: &Key) -> impl Iterator<Item = Key> + use<> {
    let is_phone = key.kind() == IdentifierKind::Phone;
    let parsed = is_phone.then(|| Phone::parse(key.value()).ok()).flatten();
    let variants = parsed
        .into_iter()
        .flat_map(|parsed| parsed.phone.variants());
    variants.map(|variant| Key::new(IdentifierKind::Phone, variant.as_str()))
}

/// Adds the variants of the numbers.
fn with_variants(keys: impl Iterator<Item = Key>) -> HashSet<Key> {
    keys.flat_map(|key| variants(&key).chain([key])).collect()
}

fn ids(person: &Person) -> impl Iterator<Item = &str> {
    person.stored(IdentifierKind::Id)
}

impl ChatStart<'_> {
    /// Returns the participants other than the own user, each with the directory's records of the same id.
    pub(super) fn participants(
        &self,
        chat: &OpenedChat,
        records: &[Arc<Person>],
    ) -> Vec<Participant> {
        if chat.participants.is_empty() {
            return Vec::new();
        }
        let account = self.account();
        let identities = Identities::new(account);
        let mut by_id: HashMap<Key, Vec<&Person>> = HashMap::new();
        for record in records {
            let ids: HashSet<Key> = ids(record).map(|id| identity_key(id, account)).collect();
            for id in ids {
                by_id.entry(id).or_default().push(record);
            }
        }
        let participants = chat.participants.iter().filter_map(|shown| {
            let mut person = shown.clone();
            person.full_name = account.real_full_name(shown).map(str::to_owned);
            let id = shown.network_id().map(|id| identity_key(id, account));
            let same = id.and_then(|id| by_id.get(&id));
            let mut stored = Vec::new();
            for record in same.into_iter().flatten() {
                stored.extend(self.exact_keys(record));
                person.merge(Person::clone(record));
            }
            (!identities.of(&person).is_own).then(|| Participant {
                shown: self.exact_keys(shown),
                person,
                stored,
            })
        });
        participants.collect()
    }

    pub(super) fn exact_keys(&self, person: &Person) -> Vec<Key> {
        let mut keys = person.keys(self.account());
        keys.retain(|key| !key.is_look_alike());
        keys
    }

    /// Returns what participants are compared with.
    pub(super) fn asked<'a>(&'a self, attempt: &'a Attempt) -> Asked<'a> {
        let account = self.account();
        let person = self.person.as_ref();
        let mut attempt_keys = attempt.stored().keys(account);
        attempt_keys.retain(|key| !key.is_look_alike());
        let person_keys = person.map(|person| self.exact_keys(person));
        let person_keys = person_keys.unwrap_or_default();
        let candidates = &self.pipeline.triage.candidates;
        let is_by_id = self.is_meant_by_id(attempt, &attempt_keys, &person_keys);
        let is_in_payload = self.is_in_payload(&attempt_keys);
        // The candidate has further spellings of the number.
        let of_candidate = candidates
            .iter()
            .filter(|candidate| {
                candidate.identifier.as_ref().is_some_and(|identifier| {
                    identifier.kind() == attempt.kind && identifier.as_str() == attempt.value
                })
            })
            .flat_map(|candidate| candidate.keys().iter().map(|search| search.key.clone()));
        // A participant may hold a short code as a number, beside an id of the network's own.
        let code = is_short_code(&attempt.value)
            .then(|| unread_key(IdentifierKind::Phone, &attempt.value));
        attempt_keys.extend(code.flatten());
        let is_number = |key: &Key| key.kind() == IdentifierKind::Phone;
        let compares_numbers =
            account.network.number_is_account() || attempt_keys.iter().any(is_number);
        let own_id = (attempt.kind == IdentifierKind::Id).then_some(attempt.value.as_str());
        let asked_ids = person.into_iter().flat_map(ids).chain(own_id);
        let keys = attempt_keys.into_iter().chain(of_candidate);
        let keys = with_variants(keys.chain(person_keys));
        let has_kind = |kind: &IdentifierKind| keys.iter().any(|key| key.kind() == *kind);
        let conflicts = self.decision.conflicts.iter();
        Asked {
            attempt,
            ids: asked_ids.map(|id| self.asked_id(id)).collect(),
            kinds: IdentifierKind::ALL.into_iter().filter(has_kind).collect(),
            keys,
            compares_numbers,
            is_by_id,
            is_in_payload,
            own_ids: person.into_iter().flat_map(ids).collect(),
            rivals: conflicts
                .filter_map(|rival| rival.person.user_id.as_deref())
                .collect(),
            known_ids: self.answer.people.iter().flat_map(|one| ids(one)).collect(),
        }
    }

    /// Returns whether an id of the payload is the attempt, or leads to the person for certain.
    fn is_meant_by_id(&self, attempt: &Attempt, attempt_keys: &[Key], person_keys: &[Key]) -> bool {
        let is_attempt =
            |key: &Key| attempt.kind == IdentifierKind::Id && attempt_keys.contains(key);
        let number_is_account = self.account().network.number_is_account();
        let is_account = |key: &Key| key.kind() == IdentifierKind::Id || number_is_account;
        let candidates = self.pipeline.triage.candidates.iter();
        let mut ids = candidates.filter(|candidate| candidate.kind == IdentifierKind::Id);
        ids.any(|id| {
            let mut searched = id.keys().iter();
            searched.any(|SearchKey { key, certainty }| {
                *certainty == Certainty::Exact
                    && is_account(key)
                    && (is_attempt(key) || person_keys.contains(key))
            })
        })
    }

    /// Returns whether the payload holds one of the keys of an attempt.
    fn is_in_payload(&self, attempt_keys: &[Key]) -> bool {
        let candidates = self.pipeline.triage.candidates.iter();
        let mut searched = candidates.flat_map(IdentifierCandidate::keys);
        searched.any(|search| attempt_keys.contains(&search.key))
    }

    fn asked_id(&self, id: &str) -> AskedId {
        let (kind, text) = (IdentifierKind::Id, id.to_owned());
        let keys = StoredIdentifier { kind, text }.keys(self.account());
        let keys = keys.into_iter();
        AskedId {
            kind: self.account().id_kind(id),
            addresses: with_variants(keys.filter(|key| key.kind() != kind && !key.is_look_alike())),
        }
    }

    /// Returns the relation of a participant to the person of an attempt. The first rule that applies decides:
    ///
    /// 1. The participant has the id of another person in the conflicts: another person.
    /// 2. The participant has an id of the person: the same person.
    /// 3. The participant has another id of the same kind. This rule applies only if the person is meant by an id, or if the
    ///    attempt is an id or is not in the payload. If an id of the person embeds an address of the participant: the same
    ///    person. Otherwise: another person. One case is left to the next rules: a create by an id, if the person is not
    ///    meant by an id and an unknown participant has a common identifier.
    /// 4. The participant has another identifier of the attempt's kind, unless that kind is id: another person. So is a
    ///    participant without a common identifier who is known, or has another number.
    /// 5. The participant has no id of the same kind, or the create is by an id on a network where an account is not a
    ///    number: the same person.
    /// 6. The plan was approved, or a lookup named another owner: another person.
    /// 7. Otherwise: the new owner of the identifier.
    pub(super) fn relation(&self, asked: &Asked<'_>, participant: &Participant) -> Relation {
        let id = participant.person.network_id();
        if id.is_some_and(|id| !asked.own_ids.contains(id) && asked.rivals.contains(id)) {
            return Relation::Other;
        }
        if asked.has_id_of(participant) {
            return Relation::Same;
        }
        let kind = asked.attempt.kind;
        let id_kind = id.map(|id| self.account().id_kind(id));
        let mut same_kind = asked
            .ids
            .iter()
            .filter(|asked| Some(&asked.kind) == id_kind.as_ref())
            .peekable();
        let has_same_kind = same_kind.peek().is_some();
        let is_create_by_id = kind == IdentifierKind::Id;
        // Only the owner of an identifier of the payload may be a person with another id.
        if has_same_kind && (is_create_by_id || asked.is_by_id || !asked.is_in_payload) {
            if same_kind.any(|asked| asked.embeds_address_of(participant)) {
                return Relation::Same;
            }
            let is_known = !participant.stored.is_empty();
            if asked.is_by_id || !is_create_by_id || is_known || !asked.agrees(participant) {
                return Relation::Other;
            }
        }
        let has_other = !is_create_by_id && asked.comparison(kind, participant) == Some(false);
        if has_other || (!asked.agrees(participant) && asked.is_known_as_other(participant)) {
            return Relation::Other;
        }
        let is_account = self.account().network.number_is_account();
        if !has_same_kind || (is_create_by_id && !is_account) {
            return Relation::Same;
        }
        // A plan was approved for one person, and a lookup of this start may have named another owner.
        if self.approved.is_some() || self.is_named_other(asked.attempt, participant) {
            Relation::Other
        } else {
            Relation::NewOwner
        }
    }

    /// Returns whether a lookup of this start named another owner of the attempted identifier than a participant.
    fn is_named_other(&self, attempt: &Attempt, participant: &Participant) -> bool {
        let named = self
            .lookups
            .iter()
            .filter_map(|lookup| match &lookup.result {
                LookupResult::Confirmed { person, .. }
                    if lookup.is_about(attempt.kind, &attempt.value, self.account()) =>
                {
                    Some(person)
                }
                _ => None,
            });
        let is_it =
            |named: &Person| ids(named).any(|id| ids(&participant.person).any(|own| own == id));
        let mut others = named.filter(|named| !is_it(named));
        others.next().is_some()
    }
}
