//! Whom a payload means.

use super::{DecisionInput, LookupAnswer, Reason};
use crate::identifier::Identifier;
use crate::name::Score;
use crate::network::IdentifierKind;
use crate::person::Person;
use crate::pipeline::rank::{Known, Ranked};
use crate::pipeline::triage::{Certainty, PayloadFields};
use crate::policy::AmbiguityPolicy;

/// How it was settled which known person is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ChosenBy {
    /// Nobody else holds as strong an identifier.
    OnlyOne,
    /// The payload has their id.
    Id,
    /// The name fits them and nobody else.
    Hint,
    /// They rank first, and the policy takes the first.
    Policy,
}

impl ChosenBy {
    /// The name on the wire.
    ///
    /// ```
    /// use contact_resolution::ChosenBy;
    ///
    /// assert_eq!(ChosenBy::Hint.as_str(), "hint");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ChosenBy::OnlyOne => "only_one",
            ChosenBy::Id => "id",
            ChosenBy::Hint => "hint",
            ChosenBy::Policy => "policy",
        }
    }
}

/// Somebody who may be meant.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PersonMatch {
    /// Their id: as stored, or as the payload has it.
    pub user_id: String,
    /// What they are called.
    pub full_name: Option<String>,
    /// The members of the payload that lead to them.
    pub via: PayloadFields,
    /// How sure the surest of them is.
    pub certainty: Certainty,
    /// Whether the directory knows them.
    pub known: Known,
}

impl std::fmt::Debug for PersonMatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "PersonMatch {{ via: {:?}, certainty: {:?}, .. }}",
            self.via, self.certainty
        )
    }
}

impl PersonMatch {
    /// Somebody known, to show.
    pub(crate) fn suggested(person: &Person) -> Self {
        PersonMatch {
            user_id: person.id.clone(),
            full_name: person.full_name.clone(),
            via: PayloadFields::default(),
            certainty: Certainty::Interpreted,
            known: Known::Known,
        }
    }
}

pub(super) enum ChosenPerson {
    /// A known person.
    Person {
        person: usize,
        by: ChosenBy,
        conflicts: Vec<PersonMatch>,
    },
    /// An unknown id that the network is asked about before the known people who hold other identifiers.
    FirstAsk {
        id: usize,
        conflicts: Vec<PersonMatch>,
    },
    /// Several people, and nothing settles it.
    Several {
        candidates: Vec<PersonMatch>,
        because: Reason,
    },
    /// Nobody known.
    Nobody,
}

impl DecisionInput<'_> {
    pub(super) fn whom(&self) -> ChosenPerson {
        let Some(certainty) = self
            .ranking
            .entries
            .iter()
            .filter(|e| e.person.is_some())
            .map(|e| e.strength.certainty)
            .min()
        else {
            return ChosenPerson::Nobody;
        };
        // Only those of the surest reading are rivals; a weaker reading never outweighs a stronger one.
        let rivals = self.people(|_, r| r == certainty);
        let by_id = self.people(|kind, r| r == Certainty::Exact && kind == IdentifierKind::Id);
        if let ([person], true) = (by_id.as_slice(), certainty == Certainty::Exact) {
            let by = if rivals.len() > 1 {
                ChosenBy::Id
            } else {
                ChosenBy::OnlyOne
            };
            return self.chosen(*person, by);
        }
        if let Some(id) = self.unknown_id(&by_id) {
            return self.beside_unknown_id(id);
        }
        match rivals.as_slice() {
            [person] => self.chosen(*person, ChosenBy::OnlyOne),
            // A known id outweighs whoever holds something else.
            _ if by_id.is_empty() => self.settle_ambiguity(&rivals),
            _ => self.settle_ambiguity(&by_id),
        }
    }

    /// Several people of equal certainty: a decisive hint settles it, or the policy does, or nobody.
    fn settle_ambiguity(&self, rivals: &[usize]) -> ChosenPerson {
        if let Some(person) = self.fits_only(rivals) {
            return self.chosen(person, ChosenBy::Hint);
        }
        if self.policy.ambiguity == AmbiguityPolicy::TakeBest
            && let Some(best) = self.ranking.entries.iter().find_map(|entry| entry.person)
        {
            return self.chosen(best, ChosenBy::Policy);
        }
        let shared = self.triage.candidates.iter().enumerate().any(|(index, _)| {
            self.ranking
                .entries
                .iter()
                .filter(|e| e.candidate == index && rivals.iter().any(|r| e.person == Some(*r)))
                .count()
                > 1
        });
        let because = if shared {
            Reason::SharedIdentifier
        } else {
            Reason::DifferentPeople
        };
        ChosenPerson::Several {
            candidates: self.everybody().collect(),
            because,
        }
    }

    /// The one whose name clearly fits the hint while everybody else's clearly does not. Who has no name may be the one.
    fn fits_only(&self, rivals: &[usize]) -> Option<usize> {
        let has_name = |person: &usize| {
            let name = self.ranking.people[*person].full_name.as_deref();
            name.is_some_and(|name| !name.trim().is_empty())
        };
        if !rivals.iter().all(has_name) {
            return None;
        }
        let mut scored: Vec<(Score, usize)> = rivals
            .iter()
            .map(|person| (self.score(*person), *person))
            .collect();
        scored.sort_unstable_by(|a, b| b.cmp(a));
        match scored.as_slice() {
            [(best, person), (next, _), ..] if best.is_match() && next.is_mismatch() => {
                Some(*person)
            }
            _ => None,
        }
    }

    fn score(&self, person: usize) -> Score {
        let entry = self
            .ranking
            .entries
            .iter()
            .find(|entry| entry.person == Some(person));
        entry.map_or(Score::default(), |entry| entry.score)
    }

    /// An id that nobody known has, while a known person holds another identifier: who wins is the network's to say.
    fn unknown_id(&self, known_by_id: &[usize]) -> Option<usize> {
        let is_open = |id: &usize| self.looked_up(*id) != Some(&LookupAnswer::Absent);
        if known_by_id.is_empty() {
            self.unknown_ids().find(is_open)
        } else {
            None
        }
    }

    /// The candidates that are ids beyond doubt and nobody's known. Where a text may be an id and is somebody's address,
    /// it is theirs, and not a second person's id.
    pub(super) fn unknown_ids(&self) -> impl Iterator<Item = usize> {
        let sure = || {
            let entries = self.ranking.entries.iter();
            entries.filter(|entry| entry.strength.certainty == Certainty::Exact)
        };
        let known = sure().filter(|entry| entry.person.is_some());
        let known: PayloadFields = known
            .flat_map(|entry| self.fields_of(entry).iter())
            .collect();
        let alone = sure().filter(|entry| entry.person.is_none());
        alone.map(|entry| entry.candidate).filter(move |index| {
            let candidate = &self.triage.candidates[*index];
            let is_id = candidate.kind == IdentifierKind::Id && candidate.can_create();
            is_id && !candidate.fields.iter().all(|field| known.contains(field))
        })
    }

    /// Of several unknown ids the first is the one that is meant; the others contradict it.
    pub(super) fn other_unknown_ids(&self) -> impl Iterator<Item = usize> {
        self.unknown_ids().skip(1)
    }

    fn fields_of(&self, entry: &Ranked) -> PayloadFields {
        self.triage.candidates[entry.candidate].fields
    }

    fn beside_unknown_id(&self, id: usize) -> ChosenPerson {
        let known = self.everybody();
        if self.can_ask(IdentifierKind::Id) {
            return ChosenPerson::FirstAsk {
                id,
                conflicts: known.collect(),
            };
        }
        if self.policy.ambiguity == AmbiguityPolicy::TakeBest
            && let Some(best) = self.ranking.entries.iter().find_map(|entry| entry.person)
        {
            return self.chosen(best, ChosenBy::Policy);
        }
        let candidates = known.chain([self.unknown(id)]).collect();
        ChosenPerson::Several {
            candidates,
            because: Reason::UnknownIdBesideKnown,
        }
    }

    pub(super) fn unknown(&self, id: usize) -> PersonMatch {
        let candidate = &self.triage.candidates[id];
        let text = candidate.identifier.as_ref().map(Identifier::to_string);
        PersonMatch {
            user_id: text.unwrap_or_default(),
            full_name: None,
            via: candidate.fields,
            certainty: candidate.certainty,
            known: Known::Unknown,
        }
    }

    fn chosen(&self, person: usize, by: ChosenBy) -> ChosenPerson {
        let others = (0..self.ranking.people.len()).filter(|other| *other != person);
        let mut conflicts: Vec<PersonMatch> = others.map(|other| self.considered(other)).collect();
        // An id that is nobody's known is not the chosen person's.
        conflicts.extend(self.unknown_ids().map(|id| self.unknown(id)));
        ChosenPerson::Person {
            person,
            by,
            conflicts,
        }
    }

    /// Everybody known who holds a key of the payload, in the order of their ids.
    fn everybody(&self) -> impl Iterator<Item = PersonMatch> {
        (0..self.ranking.people.len()).map(|person| self.considered(person))
    }

    /// The people, each once, whom an entry of this kind and reading leads to.
    fn people(&self, wanted: impl Fn(IdentifierKind, Certainty) -> bool) -> Vec<usize> {
        let entries = self
            .ranking
            .entries
            .iter()
            .filter(|e| wanted(e.strength.kind, e.strength.certainty));
        let mut people: Vec<usize> = entries.filter_map(|entry| entry.person).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    fn considered(&self, person: usize) -> PersonMatch {
        let entries = || {
            self.ranking
                .entries
                .iter()
                .filter(move |entry| entry.person == Some(person))
        };
        let person = &self.ranking.people[person];
        PersonMatch {
            user_id: person.id.clone(),
            full_name: person.full_name.clone(),
            via: entries()
                .flat_map(|entry| self.fields_of(entry).iter())
                .collect(),
            certainty: entries()
                .map(|entry| entry.strength.certainty)
                .min()
                .unwrap_or(Certainty::Variant),
            known: Known::Known,
        }
    }

    pub(super) fn looked_up(&self, candidate: usize) -> Option<&LookupAnswer> {
        let identifier = self.triage.candidates[candidate].identifier.as_ref()?;
        self.evidence.of(identifier.kind(), identifier.as_str())
    }
}
