//! Ranking: candidates, each bound to the people who hold one of its keys, in total order. Pure, and the hot path.

use std::cmp::Reverse;
use std::iter;

use crate::key::Key;
use crate::key::{KeyRef, KeyRules};
use crate::name::{self, Name, Score};
use crate::network::IdentifierKind;
use crate::person::{Account, Person};
use crate::pipeline::triage::{Certainty, IdentifierCandidate};

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

/// The people who really hold a candidate's key, with those of the keys that they hold, and those who are only like one: a
/// directory may answer with too many, or with one person in several records.
fn holders<'a>(
    candidates: &'a [IdentifierCandidate],
    people: Vec<Person>,
    account: &Account,
) -> (Vec<(Person, Vec<&'a Key>)>, Vec<LookAlike>) {
    let rules = KeyRules::new(account);
    let searched = || {
        let keys = candidates.iter().flat_map(|candidate| &candidate.keys);
        keys.map(|search| &search.key)
    };
    let alike_keys = || {
        candidates
            .iter()
            .map(|candidate| candidate.look_alike.as_ref())
    };
    let asked = searched().chain(alike_keys().flatten());
    let kinds: Vec<IdentifierKind> = asked.map(Key::kind).collect();
    let several = !people.is_empty();
    let mut ids: Vec<(String, usize)> = Vec::new();
    let mut records: Vec<Record<'_>> = Vec::with_capacity(people.len() + 1);
    for person in own_and(people, account) {
        let (mut held, mut like) = (Vec::new(), candidates.len());
        person.each_key(&kinds, rules, &mut |stored, held_key| {
            let KeyRef { kind, value, .. } = held_key;
            let is_it = |key: &Key| key.as_ref() == held_key;
            held.extend(searched().filter(|key| is_it(key)));
            let candidate = alike_keys().position(|key| key.is_some_and(is_it));
            like = like.min(candidate.unwrap_or(like));
            let are_ids = stored == IdentifierKind::Id && kind == IdentifierKind::Id;
            if several && are_ids && !value.is_empty() {
                ids.push((value.to_owned(), records.len()));
            }
        });
        records.push(Record { person, held, like });
    }
    let (mut holders, mut look_alikes) = (Vec::new(), Vec::new());
    for Record { person, held, like } in distinct(records, ids) {
        if !held.is_empty() {
            holders.push((person, held));
        } else if like < candidates.len() {
            let candidate = like;
            look_alikes.push(LookAlike { candidate, person });
        }
    }
    holders.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    look_alikes.sort_by(|a, b| a.person.id.cmp(&b.person.id));
    (holders, look_alikes)
}

/// A record of a person, with those of the searched keys that it holds and the first candidate that it is like.
struct Record<'a> {
    person: Person,
    held: Vec<&'a Key>,
    like: usize,
}

/// Oneself, whether the directory knows it or not, and everybody else in an order of their own.
fn own_and(mut people: Vec<Person>, account: &Account) -> impl Iterator<Item = Person> {
    let own = Person {
        is_self: true,
        ..account.user.clone()
    };
    people.sort_by(Person::order);
    iter::once(own).chain(people)
}

/// Each person once. Oneself is one person; and two records are one person's that have an id in common, however it is
/// spelled, be it the one they are stored under or a further one. `ids` are those of each record.
fn distinct(records: Vec<Record<'_>>, mut ids: Vec<(String, usize)>) -> Vec<Record<'_>> {
    if records.len() < 2 {
        return records;
    }
    // The first record of the same person, by way of others perhaps: a record may link two that share nothing.
    let mut same: Vec<usize> = (0..records.len()).collect();
    ids.sort_unstable();
    for pair in ids.windows(2) {
        if let [(one, at), (other, too)] = pair
            && one == other
        {
            join(&mut same, *at, *too);
        }
    }
    for (at, record) in records.iter().enumerate() {
        if record.person.is_self {
            join(&mut same, 0, at);
        }
    }
    let mut places: Vec<usize> = Vec::with_capacity(records.len());
    let mut distinct: Vec<Record<'_>> = Vec::with_capacity(records.len());
    for (at, record) in records.into_iter().enumerate() {
        let first = first_of(&mut same, at);
        if first == at {
            places.push(distinct.len());
            distinct.push(record);
            continue;
        }
        let place = places[first];
        places.push(place);
        let known = &mut distinct[place];
        known.person.merge(record.person);
        known.held.extend(record.held);
        known.like = known.like.min(record.like);
    }
    distinct
}

/// Makes one of the records of two.
fn join(same: &mut [usize], one: usize, other: usize) {
    let (one, other) = (first_of(same, one), first_of(same, other));
    same[one.max(other)] = one.min(other);
}

/// The first record of the same person, with a shorter way there for whoever asks next.
fn first_of(same: &mut [usize], mut at: usize) -> usize {
    while same[at] != at {
        same[at] = same[same[at]];
        at = same[at];
    }
    at
}
