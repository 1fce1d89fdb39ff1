//! The union of records: finds the records of one person, and the keys that the person holds.

use std::iter;

use super::LookAlike;
use crate::key::{Key, KeyRef, KeyRules};
use crate::network::IdentifierKind;
use crate::person::{Account, Person};
use crate::pipeline::triage::IdentifierCandidate;

/// Returns the people with a key of a candidate, each with those keys, and the look-alikes.
///
/// A directory may answer with too many people, or with one person in several records. So all keys are checked again.
pub(super) fn holders<'a>(
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
            let KeyRef {
                kind,
                is_look_alike,
                value,
            } = held_key;
            let is_it = |key: &Key| key.as_ref() == held_key;
            held.extend(searched().filter(|key| is_it(key)));
            let candidate = alike_keys().position(|key| key.is_some_and(is_it));
            like = like.min(candidate.unwrap_or(like));
            let are_ids =
                stored == IdentifierKind::Id && kind == IdentifierKind::Id && !is_look_alike;
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

/// A record of a person. `held` are the searched keys that it holds, and `like` is the first candidate that it looks
/// like.
struct Record<'a> {
    person: Person,
    held: Vec<&'a Key>,
    like: usize,
}

/// Returns the own user first, even if the directory lacks it, then the other people in a fixed order.
fn own_and(mut people: Vec<Person>, account: &Account) -> impl Iterator<Item = Person> {
    let own = Person {
        is_self: true,
        ..account.user.clone()
    };
    people.sort_by(Person::order);
    iter::once(own).chain(people)
}

/// Merges the records of each person.
///
/// Two records are of one person if they share an id in any spelling, either the stored id or a further one. All
/// records of the own user are of one person. `ids` are pairs of an id and the index of its record.
fn distinct(records: Vec<Record<'_>>, mut ids: Vec<(String, usize)>) -> Vec<Record<'_>> {
    if records.len() < 2 {
        return records;
    }
    // The first record of the same person. Two records that share no id may be linked by a third.
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

/// Joins the groups of two records.
fn join(same: &mut [usize], one: usize, other: usize) {
    let (one, other) = (first_of(same, one), first_of(same, other));
    same[one.max(other)] = one.min(other);
}

/// Returns the first record of the same person, and shortens the path for later calls.
fn first_of(same: &mut [usize], mut at: usize) -> usize {
    while same[at] != at {
        same[at] = same[same[at]];
        at = same[at];
    }
    at
}
