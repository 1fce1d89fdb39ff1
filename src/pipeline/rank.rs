//! Ranking: candidates, each bound to the people who hold one of its keys, in total order. Pure, and the hot path.

mod people;

use std::cmp::Reverse;

use crate::name::{self, Name, Score};
use crate::network::IdentifierKind;
use crate::person::{Account, Person};
use crate::pipeline::triage::{Certainty, IdentifierCandidate};
use people::holders;

/// How strong a candidate is: compared member by member, the strongest first, before any name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Strength {
    /// A known person outweighs an unknown one.
    pub known: Known,
    /// An exact reading outweighs an interpretation, an interpretation a country variant.
    pub certainty: Certainty,
    /// An id outweighs a number, a number an address, an address a handle.
    pub kind: IdentifierKind,
}

/// Whether somebody known holds a candidate's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Known {
    /// A person of the directory holds it.
    Known,
    /// Nobody does.
    Unknown,
}

/// One candidate, bound to one person or to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Which of the candidates.
    pub candidate: usize,
    /// Which of the people, if any.
    pub person: Option<usize>,
    /// How strong it is.
    pub strength: Strength,
    /// How well the person's name fits the hint.
    pub score: Score,
}

/// The candidates in total order, the strongest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    /// The people who hold a candidate's key, in the order of their ids' bytes; each person once.
    pub people: Vec<Person>,
    /// Each candidate with each person who holds one of its keys; a candidate of nobody stands once, alone.
    pub entries: Vec<Ranked>,
    /// People who have something like a candidate and not the same, in the order of their ids' bytes.
    pub look_alikes: Vec<LookAlike>,
}

/// Somebody to show, never to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookAlike {
    /// Which of the candidates theirs is like.
    pub candidate: usize,
    /// The person.
    pub person: Person,
}

/// Orders candidates by strength; within one strength by how well the person's name fits the hint; then by the bytes of
/// the person's id and of the candidate's key. The order they are given in, and the hint, change nothing else.
///
/// ```
/// use contact_resolution::{Account, IdentifierKind, Network, Person, Policy, rank, triage, wire::UserPayload};
///
/// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
/// let payload = UserPayload { phone_number: Some("+14155552671".into()), ..UserPayload::default() };
/// let triage = triage(&payload, &account, &Policy::default());
/// let people = ["alice", "bob"].map(|id| Person::new(id).with_name(id).with_identifier(IdentifierKind::Phone, "+14155552671"));
/// let ranking = rank(&triage.candidates, people.to_vec(), Some("Bob"), &account);
/// assert_eq!(ranking.people[ranking.entries[0].person.unwrap()].id, "bob");
/// ```
#[must_use]
pub fn rank(
    candidates: &[IdentifierCandidate],
    people: Vec<Person>,
    hint: Option<&str>,
    account: &Account,
) -> Ranking {
    let (people, look_alikes) = holders(candidates, people, account);
    let hint = hint.filter(|_| !people.is_empty()).map(Name::new);
    let hint = hint.filter(|hint| !hint.is_blank());
    let score = |person: &Person| match (&hint, &person.full_name) {
        (Some(hint), Some(name)) => name::score(hint, &Name::new(name)),
        _ => Score::default(),
    };
    let scores: Vec<Score> = people.iter().map(|(person, _)| score(person)).collect();

    let mut entries = Vec::with_capacity(candidates.len());
    for (index, candidate) in candidates.iter().enumerate() {
        let alone = entries.len();
        for (who, (_, keys)) in people.iter().enumerate() {
            let held = candidate
                .keys
                .iter()
                .filter(|search| keys.contains(&&search.key));
            // An id that carries an address is an id to who has that id, and an address to who has that address.
            let strengths = held.map(|search| Strength {
                known: Known::Known,
                certainty: search.certainty,
                kind: search.key.kind(),
            });
            if let Some(strength) = strengths.min() {
                let (person, score) = (Some(who), scores[who]);
                entries.push(Ranked {
                    candidate: index,
                    person,
                    strength,
                    score,
                });
            }
        }
        if entries.len() == alone {
            let strength = Strength {
                known: Known::Unknown,
                certainty: candidate.certainty,
                kind: candidate.kind,
            };
            entries.push(Ranked {
                candidate: index,
                person: None,
                strength,
                score: Score::default(),
            });
        }
    }
    // People stand in the order of their ids, so that their places are an intrinsic order.
    entries.sort_by_key(|entry| {
        let key = candidates[entry.candidate]
            .keys
            .first()
            .map(|search| &search.key);
        (entry.strength, Reverse(entry.score), entry.person, key)
    });
    Ranking {
        people: people.into_iter().map(|(person, _)| person).collect(),
        entries,
        look_alikes,
    }
}
