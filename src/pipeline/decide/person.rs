//! Chooses the person that the payload means.

use std::cell::LazyCell;

use super::person_match::{ChosenBy, PersonMatch};
use super::{Attempt, Conflict, ConflictCode, DecisionInput, LookupResult, Reason};
use crate::name::Score;
use crate::network::IdentifierKind;
use crate::person::AccountState;
use crate::pipeline::LISTED_PEOPLE;
use crate::pipeline::rank::Ranked;
use crate::pipeline::triage::{Certainty, PayloadFields};
use crate::policy::AmbiguityPolicy;

pub(in crate::pipeline) enum ChosenPerson {
    /// A known person.
    Known {
        person: usize,
        by: ChosenBy,
        conflicts: Vec<Conflict>,
    },
    /// The network must be asked before the person can be chosen.
    AskFirst {
        attempt: Attempt,
        reason: Reason,
        conflicts: Vec<Conflict>,
    },
    /// Several people are possible, and nothing decides between them.
    Ambiguous {
        candidates: Vec<PersonMatch>,
        conflicts: Vec<Conflict>,
        reason: Reason,
    },
    /// No known person.
    Unknown,
}

impl ChosenPerson {
    /// Returns the index of a known person.
    pub(in crate::pipeline) fn known(&self) -> Option<usize> {
        match self {
            ChosenPerson::Known { person, .. } => Some(*person),
            _ => None,
        }
    }
}

impl DecisionInput<'_, '_> {
    pub(in crate::pipeline) fn choose_person(&self) -> ChosenPerson {
        let known = self.ranking.entries.iter().filter(|e| e.person.is_some());
        let Some(certainty) = known.map(|e| e.strength.certainty).min() else {
            return ChosenPerson::Unknown;
        };
        let is_by_id = |entry: &Ranked| {
            entry.strength.certainty == Certainty::Exact
                && entry.strength.kind == IdentifierKind::Id
                && entry.person.is_some()
        };
        if self.ranking.people.len() == 1 {
            let has_id = self.ranking.entries.iter().any(is_by_id);
            let unknown = (!has_id).then(|| self.choose_beside_unknown_id()).flatten();
            return unknown.unwrap_or_else(|| self.chosen(0, ChosenBy::OnlyOne, &[]));
        }
        // Less certain entries do not compete with more certain ones.
        let rivals = self.rivals(certainty);
        // A person with the id takes precedence over one whose account is the number in it.
        let mut entries = self.ranking.entries.iter();
        let by_id = if entries.any(|entry| is_by_id(entry) && !entry.strength.is_only_stored) {
            self.people(|entry| is_by_id(entry) && !self.may_be_outranked(entry))
        } else {
            self.people(is_by_id)
        };
        if let ([person], Certainty::Exact) = (by_id.as_slice(), certainty) {
            let by = if rivals.len() > 1 {
                ChosenBy::Id
            } else {
                ChosenBy::OnlyOne
            };
            return self.chosen(*person, by, &[]);
        }
        if by_id.is_empty()
            && let Some(chosen) = self.choose_beside_unknown_id()
        {
            return chosen;
        }
        match rivals.as_slice() {
            [person] => self.chosen(*person, ChosenBy::OnlyOne, &[]),
            // A known id takes precedence over every other identifier.
            _ if by_id.is_empty() => self.choose_between(&rivals),
            _ => self.choose_between(&by_id),
        }
    }

    /// Returns the people with entries of this certainty.
    ///
    /// For each candidate, people with an id that is the address take precedence over people who only store the
    /// address.
    fn rivals(&self, certainty: Certainty) -> Vec<usize> {
        let is_of_certainty = |entry: &&Ranked| entry.strength.certainty == certainty;
        let entries = self.ranking.entries.iter().filter(is_of_certainty);
        let ids = entries.filter(|entry| entry.person.is_some() && !entry.strength.is_only_stored);
        let mut ids: Vec<_> = ids
            .map(|entry| (entry.candidate, entry.strength.kind))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let is_outranked = |entry: &Ranked| {
            let address = (entry.candidate, entry.strength.kind);
            self.may_be_outranked(entry) && ids.binary_search(&address).is_ok()
        };
        self.people(|entry| entry.strength.certainty == certainty && !is_outranked(entry))
    }

    /// Returns whether people with an id that is the address take precedence over a person.
    ///
    /// On a network where an account is a number, that id may be known from an earlier owner. So the owner that the
    /// network names is not outranked.
    fn may_be_outranked(&self, entry: &Ranked) -> bool {
        let is_owner =
            |person| self.account.network.number_is_account() && self.owns_number(person);
        entry.strength.is_only_stored
            && (self.lookups.is_empty() || !entry.person.is_some_and(is_owner))
    }

    /// Returns whether the network named a person as the owner of a number.
    fn owns_number(&self, person: usize) -> bool {
        let mut lookups = self.lookups_naming(self.found(person));
        lookups.any(|lookup| lookup.kind == IdentifierKind::Phone)
    }

    /// Chooses between several people with equally strong identifiers.
    fn choose_between(&self, rivals: &[usize]) -> ChosenPerson {
        let (gone, present): (Vec<usize>, Vec<usize>) =
            rivals.iter().partition(|person| self.is_absent(**person));
        if !gone.is_empty()
            && let [person] = present.as_slice()
        {
            return self.chosen_over(*person, &gone);
        }
        let rivals = if present.is_empty() { rivals } else { &present };
        if let Some(chosen) = self.choose_by_number(rivals) {
            return chosen;
        }
        if let Some(person) = self.holder_of_all(rivals) {
            return self.chosen(person, ChosenBy::OnlyOne, &[]);
        }
        // A number that is an account has one owner, so the network decides before the name. Local people may share a number,
        // such as that of a household.
        let has_one_owner = self.account.network.number_is_account()
            && rivals.iter().all(|person| !self.found(*person).is_local());
        if has_one_owner && let Some(ask) = self.ask_for_owner(rivals, &[IdentifierKind::Phone]) {
            return ask;
        }
        if let Some(person) = self.only_match(rivals) {
            return self.chosen(person, ChosenBy::Hint, &[]);
        }
        if let Some(chosen) = self.choose_by_owner(rivals) {
            return chosen;
        }
        if let Some(chosen) = self.take_best() {
            return chosen;
        }
        let reason = if self.shared_candidates(rivals).next().is_some() {
            Reason::SharedIdentifier
        } else {
            Reason::DifferentPeople
        };
        self.ambiguous(reason)
    }

    /// Chooses the first person of the ranking, if the policy allows it.
    fn take_best(&self) -> Option<ChosenPerson> {
        let takes_best = self.policy.ambiguity == AmbiguityPolicy::TakeBest;
        let best = self.ranking.entries.iter().find_map(|entry| entry.person)?;
        takes_best.then(|| self.chosen(best, ChosenBy::Policy, &[]))
    }

    /// Returns the one person that all fields lead to. Returns `None` if there is no such person, or several. Only fields
    /// that lead to one of these people count.
    ///
    /// The identifiers agree on that person, even if an identifier is the id of another record.
    fn holder_of_all(&self, people: &[usize]) -> Option<usize> {
        let is_rival = |entry: &&Ranked| {
            let person = entry.person.map(|person| people.binary_search(&person));
            matches!(person, Some(Ok(_)))
        };
        let entries = || self.ranking.entries.iter().filter(is_rival);
        let certainty = entries().map(|entry| entry.strength.certainty).min()?;
        let mut fields = vec![PayloadFields::default(); self.ranking.people.len()];
        let mut all = PayloadFields::default();
        for entry in entries().filter(|entry| entry.strength.certainty == certainty) {
            all.extend(self.fields_of(entry).iter());
            if let Some(person) = entry.person {
                fields[person].extend(self.fields_of(entry).iter());
            }
        }
        let mut holders = people.iter().filter(|person| fields[**person] == all);
        let holder = holders.next()?;
        holders.next().is_none().then_some(*holder)
    }

    /// Chooses the person that the network named for a number, on networks with one account per number. The number no
    /// longer belongs to the others, so the hint cannot choose one of them.
    fn choose_by_number(&self, rivals: &[usize]) -> Option<ChosenPerson> {
        let owner = *rivals.iter().find(|person| self.owns_number(**person))?;
        let others: Vec<usize> = rivals
            .iter()
            .copied()
            .filter(|other| *other != owner)
            .collect();
        let all_moved = others.iter().all(|other| self.has_moved_to(owner, *other));
        let is_by_number = self.account.network.number_is_account() && !others.is_empty();
        (is_by_number && all_moved).then(|| self.chosen_over(owner, &others))
    }

    /// Asks the network for the owner of a shared identifier of these kinds.
    fn ask_for_owner(&self, rivals: &[usize], kinds: &[IdentifierKind]) -> Option<ChosenPerson> {
        self.shared_candidates(rivals).find_map(|candidate| {
            let attempt = self.owner_query(candidate)?;
            let attempt = Some(attempt).filter(|attempt| kinds.contains(&attempt.kind))?;
            self.ask_first(attempt, Reason::SharedIdentifierAsked)
        })
    }

    /// Chooses the owner that the network names for a shared identifier, or asks the network for the owner.
    fn choose_by_owner(&self, rivals: &[usize]) -> Option<ChosenPerson> {
        let is_named = |person: &usize| {
            let mut lookups = self.lookups_naming(self.found(*person));
            lookups.any(|lookup| lookup.kind != IdentifierKind::Id)
        };
        let named: Vec<usize> = rivals.iter().copied().filter(is_named).collect();
        match named.as_slice() {
            [owner] => {
                let owner = *owner;
                let others = || rivals.iter().copied().filter(|other| *other != owner);
                // The owner of one identifier is no reason against a person with another one.
                let of_owner = self.ranking.entries.iter();
                let of_owner = of_owner.filter(|entry| entry.person == Some(owner));
                let held: Vec<usize> = of_owner.map(|entry| entry.candidate).collect();
                let holders = self.people(|entry| held.contains(&entry.candidate));
                if !others().all(|other| holders.binary_search(&other).is_ok()) {
                    return None;
                }
                let moved: Vec<usize> = others()
                    .filter(|other| self.has_moved_to(owner, *other))
                    .collect();
                if self.ranking.people[owner].is_stored() || moved.len() == others().count() {
                    return Some(self.chosen_over(owner, &moved));
                }
                // The known holder may still have the identifier. Only a lookup of the holder's id can show that.
                let other = others().find(|other| moved.binary_search(other).is_err())?;
                let attempt = self.id_attempt(other)?;
                self.ask_first(attempt, Reason::SharedIdentifierAsked)
            }
            [] => self.ask_for_owner(rivals, &IdentifierKind::ALL),
            _ => None,
        }
    }

    /// Returns a request to ask the network. Returns `None` unless this is a start that can ask, and has no answer yet.
    ///
    /// After a temporary failure a later start can still get the answer, so this start ends with the failure.
    fn ask_first(&self, attempt: Attempt, reason: Reason) -> Option<ChosenPerson> {
        let is_possible = self.is_start
            && attempt.lookup
            && self.account.state == AccountState::Ready
            && matches!(
                self.lookup_result(attempt.kind, &attempt.value),
                None | Some(LookupResult::RateLimited(_) | LookupResult::Failed)
            );
        is_possible.then(|| ChosenPerson::AskFirst {
            attempt,
            reason,
            conflicts: self.conflicts_with_all(),
        })
    }

    /// Returns an attempt by the first id of a person.
    fn id_attempt(&self, person: usize) -> Option<Attempt> {
        let id = self.person(person).stored(IdentifierKind::Id).next()?;
        (!id.trim().is_empty()).then(|| Attempt {
            kind: IdentifierKind::Id,
            value: id.to_owned(),
            lookup: self.can_confirm(IdentifierKind::Id),
        })
    }

    /// Returns whether the network has no person with an id of this person.
    fn is_absent(&self, person: usize) -> bool {
        let mut ids = self.person(person).stored(IdentifierKind::Id);
        ids.any(|id| self.lookup_result(IdentifierKind::Id, id) == Some(&LookupResult::Absent))
    }

    /// Returns whether a number moved from a known person to the owner that the network names.
    ///
    /// This is certain on networks with one account per number, but only between ids of one kind. A LID and a phone JID
    /// may belong to the same person. A local person has no id on the network, so the number has certainly moved.
    fn has_moved_to(&self, owner: usize, person: usize) -> bool {
        if self.found(person).is_local() {
            return true;
        }
        let id_embeds = |person: usize| {
            let id =
                crate::identifier::UserId::parse(&self.person(person).id, self.account.grammar());
            id.ok().map(|id| id.address().is_some())
        };
        self.account.network.number_is_account()
            && self.owns_number(owner)
            && id_embeds(owner) == id_embeds(person)
    }

    /// Returns the candidates that several of these people hold.
    fn shared_candidates(&self, people: &[usize]) -> impl Iterator<Item = usize> {
        (0..self.triage.candidates.len()).filter(|candidate| {
            let entries = self.ranking.entries.iter();
            let is_held = |entry: &&Ranked| {
                entry.candidate == *candidate
                    && entry
                        .person
                        .is_some_and(|person| people.binary_search(&person).is_ok())
            };
            entries.filter(is_held).count() > 1
        })
    }

    /// Returns whether a person has a name that is more than a placeholder.
    fn has_name(&self, person: usize) -> bool {
        let mut names = self.account.real_names(self.person(person));
        names.next().is_some()
    }

    /// Returns the only person with a name that matches the hint, if every other name is a clear mismatch.
    ///
    /// Returns `None` if a person has no name or only a placeholder, since that person could be meant.
    fn only_match(&self, people: &[usize]) -> Option<usize> {
        let has_name = |person: &usize| self.has_name(*person);
        if !people.iter().all(has_name) {
            return None;
        }
        let mut scored: Vec<(Score, usize)> = people
            .iter()
            .map(|person| (self.score(*person), *person))
            .collect();
        scored.sort_unstable_by(|a, b| b.cmp(a));
        match scored.as_slice() {
            [(best, person), others @ ..]
                if best.is_match() && others.iter().all(|(score, _)| score.is_mismatch()) =>
            {
                Some(*person)
            }
            _ => None,
        }
    }

    fn score(&self, person: usize) -> Score {
        self.ranking.people[person].score
    }

    fn has_hint(&self) -> bool {
        let hint = self.request.user.full_name.as_deref();
        hint.is_some_and(|hint| !hint.trim().is_empty())
    }

    /// Chooses between an unknown id and the known people with other identifiers of the payload.
    ///
    /// Returns `None` if there is no such id, or if the network has no person with it.
    fn choose_beside_unknown_id(&self) -> Option<ChosenPerson> {
        let (id, attempt) = self
            .unknown_ids()
            .filter_map(|id| Some((id, self.attempt(id)?)))
            .find(|(_, attempt)| self.result_of(attempt) != Some(&LookupResult::Absent))?;
        let ask = |attempt| ChosenPerson::AskFirst {
            attempt,
            reason: Reason::UnknownIdFirst,
            conflicts: self.conflicts_with_all(),
        };
        let must_ask = match self.result_of(&attempt) {
            None => attempt.lookup,
            Some(result) => matches!(
                result,
                LookupResult::Hidden
                    | LookupResult::RateLimited(_)
                    | LookupResult::Failed
                    | LookupResult::AccountUnavailable
            ),
        };
        if must_ask {
            return Some(ask(attempt));
        }
        // The id is neither confirmed nor absent. The known person's identifier may still lead to this id.
        if let Some(known) = self
            .strongest_known_candidate()
            .and_then(|known| self.attempt(known))
            && self.is_start
            && known.kind != IdentifierKind::Id
            && known.lookup
            && self.result_of(&known).is_none()
        {
            return Some(ask(known));
        }
        if let Some(chosen) = self.take_best() {
            return Some(chosen);
        }
        let candidates = self.listed_matches().chain([self.unknown_id(id)]).collect();
        Some(ChosenPerson::Ambiguous {
            candidates,
            conflicts: vec![self.unknown_id_conflict(id)],
            reason: Reason::UnknownIdBesideKnown,
        })
    }

    fn result_of(&self, attempt: &Attempt) -> Option<&LookupResult> {
        self.lookup_result(attempt.kind, &attempt.value)
    }

    fn strongest_known_candidate(&self) -> Option<usize> {
        let mut entries = self.ranking.entries.iter();
        entries
            .find(|entry| entry.person.is_some())
            .map(|entry| entry.candidate)
    }

    /// Returns the candidates that are unambiguously ids and match no known person.
    ///
    /// A text that may be an id and is the address of a known person belongs to that person.
    pub(super) fn unknown_ids(&self) -> impl Iterator<Item = usize> {
        let exact = || {
            let entries = self.ranking.entries.iter();
            entries.filter(|entry| entry.strength.certainty == Certainty::Exact)
        };
        let known = LazyCell::new(move || -> PayloadFields {
            let known = exact().filter(|entry| entry.person.is_some());
            known
                .flat_map(|entry| self.fields_of(entry).iter())
                .collect()
        });
        let unknown = exact().filter(|entry| entry.person.is_none());
        unknown.map(|entry| entry.candidate).filter(move |index| {
            let candidate = &self.triage.candidates[*index];
            let is_id = candidate.kind == IdentifierKind::Id && candidate.can_create();
            is_id && !candidate.fields.iter().all(|field| known.contains(field))
        })
    }

    fn fields_of(&self, entry: &Ranked) -> PayloadFields {
        self.triage.candidates[entry.candidate].fields
    }

    fn unknown_id(&self, id: usize) -> PersonMatch {
        let candidate = &self.triage.candidates[id];
        PersonMatch {
            user_id: Some(candidate.text().to_owned()),
            full_name: None,
            via: candidate.fields,
            certainty: candidate.certainty,
            is_known: false,
            identifier: None,
            last_activity: None,
            record: candidate.text().to_owned(),
        }
    }

    pub(super) fn unknown_id_conflict(&self, id: usize) -> Conflict {
        Conflict {
            code: ConflictCode::UnknownId,
            person: self.unknown_id(id),
        }
    }

    /// Chooses the person that the network confirmed, over people who are absent or have lost the identifier.
    ///
    /// The payload is ambiguous if the hint matches one of the others and clearly not this person.
    fn chosen_over(&self, person: usize, gone: &[usize]) -> ChosenPerson {
        let fits_gone = gone.iter().any(|gone| self.score(*gone).is_match());
        let is_mismatch = self.has_name(person) && self.score(person).is_mismatch();
        if self.has_hint() && fits_gone && is_mismatch {
            return self.ambiguous(Reason::SharedIdentifier);
        }
        self.chosen(person, ChosenBy::Network, gone)
    }

    fn chosen(&self, person: usize, by: ChosenBy, moved_from: &[usize]) -> ChosenPerson {
        let mut conflicts: Vec<Conflict> = Vec::new();
        if self.ranking.people.len() > 1 {
            let others = self.all_matches().enumerate();
            let others = others.filter(|(other, _)| *other != person);
            conflicts.extend(others.map(|(other, found)| Conflict {
                code: if moved_from.binary_search(&other).is_ok() {
                    ConflictCode::IdentifierMoved
                } else {
                    ConflictCode::OtherPerson
                },
                person: found,
            }));
        }
        conflicts.extend(self.unknown_ids().map(|id| self.unknown_id_conflict(id)));
        ChosenPerson::Known {
            person,
            by,
            conflicts,
        }
    }

    fn ambiguous(&self, reason: Reason) -> ChosenPerson {
        ChosenPerson::Ambiguous {
            candidates: self.listed_matches().collect(),
            conflicts: Vec::new(),
            reason,
        }
    }

    fn conflicts_with_all(&self) -> Vec<Conflict> {
        self.all_matches()
            .map(|person| Conflict {
                code: ConflictCode::OtherPerson,
                person,
            })
            .collect()
    }

    /// Returns the known people that a refusal lists. They are the first by their ids, so that the order of the directory does
    /// not matter.
    fn listed_matches(&self) -> impl Iterator<Item = PersonMatch> {
        self.all_matches().take(LISTED_PEOPLE)
    }

    /// Returns all known people with an identifier of the payload, in the order of their ids.
    fn all_matches(&self) -> impl Iterator<Item = PersonMatch> {
        let unmatched = (PayloadFields::default(), Certainty::Variant);
        let mut found = vec![unmatched; self.ranking.people.len()];
        for entry in &self.ranking.entries {
            if let Some(person) = entry.person {
                let (via, certainty) = &mut found[person];
                via.extend(self.fields_of(entry).iter());
                *certainty = entry.strength.certainty.min(*certainty);
            }
        }
        let people = self.ranking.people.iter().zip(found);
        people.map(|(ranked, (via, certainty))| PersonMatch {
            via,
            certainty,
            ..PersonMatch::of_person(ranked.person.whole())
        })
    }

    /// Returns the people with an entry that fulfills the condition, each once.
    fn people(&self, is_wanted: impl Fn(&Ranked) -> bool) -> Vec<usize> {
        let entries = self.ranking.entries.iter().filter(|entry| is_wanted(entry));
        let mut people: Vec<usize> = entries.filter_map(|entry| entry.person).collect();
        people.sort_unstable();
        people.dedup();
        people
    }
}
