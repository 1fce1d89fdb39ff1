//! The people of a ranking: the records with a key of the payload, merged if they belong to one person.

use super::LookAlike;
use crate::identifier::look_alike::is_near;
use crate::key::{Key, KeyRef, KeyRules};
use crate::network::IdentifierKind;
use crate::person::identity::{Identities, unite};
use crate::person::{Account, Person};
use crate::pipeline::triage::IdentifierCandidate;

/// Returns the people with a candidate's key, each with those keys, and the look-alikes.
///
/// A directory may answer with too many people, or with several records of one person. So all keys are checked again.
pub(super) fn holders<'a>(
    candidates: &'a [IdentifierCandidate],
    people: Vec<Person>,
    account: &Account,
) -> (Vec<(Person, Vec<&'a Key>)>, Vec<LookAlike>) {
    let searched: Vec<&Key> = candidates
        .iter()
        .flat_map(|candidate| candidate.keys.iter().map(|search| &search.key))
        .collect();
    let look_alikes: Vec<Option<&Key>> = candidates
        .iter()
        .map(|candidate| candidate.look_alike.as_ref())
        .collect();
    let asked = searched.iter().chain(look_alikes.iter().flatten());
    let kinds: Vec<IdentifierKind> = asked.map(|key| key.kind()).collect();
    let rules = KeyRules::new(account);
    let record = |person: Person| {
        let (mut held, mut similar_to) = (Vec::new(), candidates.len());
        person.each_key(&kinds, rules, &mut |_, key: KeyRef<'_>| {
            held.extend(searched.iter().filter(|asked| asked.as_ref() == key));
            let is_it = |asked: &Option<&Key>| asked.is_some_and(|asked| asked.as_ref() == key);
            let candidate = look_alikes.iter().position(is_it);
            similar_to = similar_to.min(candidate.unwrap_or(similar_to));
        });
        Record {
            person,
            held,
            similar_to,
        }
    };
    let records = own_user_and(people, account).into_iter().map(record);
    let records = joined(records.collect(), account);
    let is_known = records.iter().any(|record| !record.held.is_empty());
    let (mut holders, mut similar) = (Vec::new(), Vec::new());
    for mut record in records {
        if !is_known && record.similar_to == candidates.len() && !record.person.is_self {
            record.similar_to = near_miss(&record.person, candidates, rules);
        }
        if !record.held.is_empty() {
            holders.push((record.person, record.held));
        } else if record.similar_to < candidates.len() {
            similar.push(LookAlike {
                candidate: record.similar_to,
                person: record.person,
            });
        }
    }
    holders.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    similar.sort_by(|a, b| a.person.id.cmp(&b.person.id));
    (holders, similar)
}

/// Returns the first candidate whose id or handle is almost one of the person's, or the number of candidates.
fn near_miss(person: &Person, candidates: &[IdentifierCandidate], rules: KeyRules<'_>) -> usize {
    let mut first = candidates.len();
    let kinds = [IdentifierKind::Id, IdentifierKind::Handle];
    person.each_key(&kinds, rules, &mut |_, key: KeyRef<'_>| {
        let is_it = |candidate: &IdentifierCandidate| {
            let text = candidate.near_text().filter(|_| candidate.kind == key.kind);
            text.is_some_and(|text| is_near(text, key.value))
        };
        let found = candidates[..first].iter().position(is_it);
        first = found.filter(|_| !key.is_look_alike).unwrap_or(first);
    });
    first
}

/// A record of a person, with the searched keys that it holds and the first candidate that it is similar to.
struct Record<'a> {
    person: Person,
    held: Vec<&'a Key>,
    similar_to: usize,
}

/// Returns the own user first, even if the directory lacks it, then the other people in a fixed order.
fn own_user_and(mut people: Vec<Person>, account: &Account) -> Vec<Person> {
    people.sort_by(Person::order);
    let own = Person {
        is_self: true,
        ..account.user.clone()
    };
    people.insert(0, own);
    people
}

/// Merges the records of each person.
fn joined<'a>(records: Vec<Record<'a>>, account: &Account) -> Vec<Record<'a>> {
    if records.len() < 2 {
        return records;
    }
    let identities = Identities::new(account);
    let known: Vec<_> = records
        .iter()
        .map(|record| identities.of(&record.person))
        .collect();
    let mut records: Vec<Option<Record<'a>>> = records.into_iter().map(Some).collect();
    let mut joined = Vec::with_capacity(records.len());
    for list in unite(&known) {
        let mut parts = list.into_iter().filter_map(|at| records[at].take());
        let Some(mut person) = parts.next() else {
            continue;
        };
        for part in parts {
            person.person.merge(part.person);
            person.held.extend(part.held);
            person.similar_to = person.similar_to.min(part.similar_to);
        }
        joined.push(person);
    }
    joined
}
