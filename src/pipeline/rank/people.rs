//! The people of a ranking: the records with a key of the payload, merged if they belong to one person.

use std::sync::Arc;

use super::{LookAlike, NamedPerson};
use crate::identifier::look_alike::is_near;
use crate::identifier::{Identifier, UserId};
use crate::key::{Key, KeyRef, KeyRules};
use crate::network::IdentifierKind;
use crate::person::identity::{Identities, unite};
use crate::person::{Account, Person, StoredIdentifier};
use crate::pipeline::triage::{IdentifierCandidate, SearchKey};

/// A person who holds keys of candidates.
pub(super) struct Holder<'a> {
    pub(super) person: Arc<Person>,
    /// Each key with the index of its candidate.
    pub(super) held: Vec<(usize, &'a SearchKey)>,
    /// Whether the directory has the person, and not only a lookup.
    pub(super) is_stored: bool,
}

/// Returns the people with a key of a candidate, each with those keys, and the look-alikes.
///
/// A directory may answer with too many people, or with one person in several records. So all keys are checked again.
pub(super) fn holders<'a>(
    candidates: &'a [IdentifierCandidate],
    people: Vec<Arc<Person>>,
    named: Vec<NamedPerson>,
    account: &Account,
) -> (Vec<Holder<'a>>, Vec<LookAlike>) {
    let searched: Vec<(usize, &SearchKey)> = candidates
        .iter()
        .enumerate()
        .flat_map(|(index, candidate)| candidate.keys.iter().map(move |search| (index, search)))
        .collect();
    let look_alikes: Vec<(usize, &Key)> = candidates
        .iter()
        .enumerate()
        .flat_map(|(index, candidate)| candidate.look_alikes.iter().map(move |key| (index, key)))
        .collect();
    let keys = searched.iter().map(|(_, search)| &search.key);
    let asked = keys.chain(look_alikes.iter().map(|(_, key)| *key));
    let kinds: Vec<IdentifierKind> = asked.map(Key::kind).collect();
    let rules = KeyRules::new(account);
    let record = |person: Arc<Person>, origin: Origin| {
        let (mut held, mut similar_to) = (Vec::new(), candidates.len());
        person.each_key(&kinds, rules, &mut |_, key: KeyRef<'_>| {
            let is_held = |(_, search): &&(usize, &SearchKey)| search.key.as_ref() == key;
            held.extend(searched.iter().filter(is_held).copied());
            let is_it = |(_, asked): &&(usize, &Key)| asked.as_ref() == key;
            let candidate = look_alikes.iter().find(is_it).map(|(index, _)| *index);
            similar_to = similar_to.min(candidate.unwrap_or(similar_to));
        });
        Record {
            person,
            held,
            similar_to,
            origin,
        }
    };
    let mut records: Vec<Record<'_>> = own_user_and(people, account)
        .into_iter()
        .map(|person| record(person, Origin::Directory))
        .collect();
    records.extend(
        named
            .into_iter()
            .map(|named| record(Arc::new(named.person), Origin::Lookup(named.asked))),
    );
    let records = joined(records, account);
    let is_known = records.iter().any(|record| !record.held.is_empty());
    let (mut holders, mut similar) = (Vec::new(), Vec::new());
    for mut record in records {
        if !is_known && record.similar_to == candidates.len() && !record.person.is_self {
            record.similar_to = near_miss(&record.person, candidates, rules);
        }
        if !record.held.is_empty() {
            holders.push(Holder {
                is_stored: matches!(record.origin, Origin::Directory),
                person: record.person,
                held: record.held,
            });
        } else if record.similar_to < candidates.len() {
            similar.push(LookAlike {
                candidate: record.similar_to,
                person: record.person,
            });
        }
    }
    for (index, candidate) in candidates.iter().enumerate() {
        prefer_exact_text(index, candidate, &mut holders, account);
    }
    holders.retain(|holder| !holder.held.is_empty());
    holders.sort_by(|a, b| a.person.order(&b.person));
    similar.sort_by(|a, b| a.person.order(&b.person));
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

/// Drops the people who hold an id or a handle by folding alone, if another person has it in the very text.
fn prefer_exact_text(
    index: usize,
    candidate: &IdentifierCandidate,
    holders: &mut [Holder<'_>],
    account: &Account,
) {
    let is_folded = |key: &Key| matches!(key.kind(), IdentifierKind::Id | IdentifierKind::Handle);
    let holds = |holder: &Holder<'_>| {
        let mut held = holder.held.iter();
        held.any(|(at, search)| *at == index && is_folded(&search.key))
    };
    if holders.iter().filter(|holder| holds(holder)).count() < 2 {
        return;
    }
    let is_exact: Vec<bool> = holders
        .iter()
        .map(|holder| holds(holder) && has_text(&holder.person, candidate, account))
        .collect();
    if !is_exact.contains(&true) {
        return;
    }
    for (holder, is_exact) in holders.iter_mut().zip(is_exact) {
        holder
            .held
            .retain(|(at, search)| is_exact || *at != index || !is_folded(&search.key));
    }
}

/// Returns whether a person has an id or a handle in the text of a candidate, without folding.
fn has_text(person: &Person, candidate: &IdentifierCandidate, account: &Account) -> bool {
    [IdentifierKind::Id, IdentifierKind::Handle]
        .into_iter()
        .flat_map(|kind| person.stored(kind).map(move |text| (kind, text)))
        .any(|(kind, text)| {
            let text = text.trim();
            let stored = StoredIdentifier {
                kind,
                text: text.to_owned(),
            };
            text == candidate.text
                || match (stored.read(account), &candidate.identifier) {
                    (Some(Identifier::Id(own)), Some(Identifier::Id(id))) => {
                        own.identity() == id.identity()
                    }
                    (Some(own), _) => own.to_send() == candidate.text,
                    (None, _) => false,
                }
        })
}

/// A record of a person, with those of the searched keys that it holds and the first candidate that it is similar to.
struct Record<'a> {
    person: Arc<Person>,
    held: Vec<(usize, &'a SearchKey)>,
    similar_to: usize,
    origin: Origin,
}

/// Where a record comes from.
enum Origin {
    Directory,
    /// The lookup of this identifier named the person.
    Lookup(StoredIdentifier),
}

impl<'a> Record<'a> {
    fn merge(&mut self, other: Record<'a>) {
        let person = Arc::unwrap_or_clone(other.person);
        Arc::make_mut(&mut self.person).merge(person);
        self.held.extend(other.held);
        self.similar_to = self.similar_to.min(other.similar_to);
        if matches!(other.origin, Origin::Directory) {
            self.origin = Origin::Directory;
        }
    }
}

/// Returns the own user, also if the directory does not have it, and everyone else in a fixed order.
fn own_user_and(mut people: Vec<Arc<Person>>, account: &Account) -> Vec<Arc<Person>> {
    people.sort_by(|a, b| a.order(b));
    let own = Person {
        is_self: true,
        ..account.user.clone()
    };
    people.insert(0, Arc::new(own));
    people
}

/// Joins the records of one person.
fn joined<'a>(mut records: Vec<Record<'a>>, account: &Account) -> Vec<Record<'a>> {
    if records.len() < 2 {
        return records;
    }
    let identities = Identities::new(account);
    let mut known: Vec<_> = records
        .iter()
        .map(|record| identities.of(&record.person))
        .collect();
    for (at, record) in records.iter().enumerate() {
        if let Origin::Lookup(asked) = &record.origin
            && let Some(stored) = stored_record_of(&record.person, asked, &records, account)
        {
            let alias = identities.alias_of(stored);
            known[at].add_alias(alias);
            known[stored].add_alias(alias);
        }
    }
    let mut records: Vec<Option<Record<'a>>> = records.drain(..).map(Some).collect();
    let mut joined = Vec::with_capacity(records.len());
    for list in unite(&known) {
        let mut parts = list.into_iter().filter_map(|at| records[at].take());
        let Some(mut person) = parts.next() else {
            continue;
        };
        parts.for_each(|part| person.merge(part));
        joined.push(person);
    }
    joined
}

/// Returns the place of the record that a named person is, although the record shares no id with the person.
///
/// That is the only local person with the identifier that was looked up, or the only stored person with the named id in
/// another spelling.
fn stored_record_of(
    named: &Person,
    asked: &StoredIdentifier,
    records: &[Record<'_>],
    account: &Account,
) -> Option<usize> {
    let stored = || {
        let records = records.iter().enumerate();
        records.filter(|(_, record)| matches!(record.origin, Origin::Directory))
    };
    let asked = asked.keys(account);
    let is_asked = |person: &Person| {
        let keys = person.keys(account);
        asked
            .iter()
            .any(|key| !key.is_look_alike() && keys.contains(key))
    };
    let local = stored().filter(|(_, record)| record.person.is_local && is_asked(&record.person));
    let folded_ids = folded_ids(named, account);
    let folded = stored().filter(|(_, record)| {
        let ids = self::folded_ids(&record.person, account);
        !record.person.is_self && ids.iter().any(|id| folded_ids.contains(id))
    });
    only(local).or_else(|| only(folded)).map(|(at, _)| at)
}

/// Returns the folded ids of a person.
fn folded_ids(person: &Person, account: &Account) -> Vec<String> {
    let ids = person.stored(IdentifierKind::Id);
    let ids = ids.filter_map(|id| UserId::parse(id.trim(), account.grammar()).ok());
    ids.map(|id| id.to_string()).collect()
}

/// Returns the only item.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}
