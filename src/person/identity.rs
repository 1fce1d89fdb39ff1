//! Which records are of one person, and which are of the own user.
//!
//! Two records are of one person if they have an id in common, as the network's grammar reads it. On a network where an
//! account is a phone number, an id may also stand in for another one: a record whose id is only the number is the
//! person who holds that number.

use std::collections::HashMap;

use super::{Account, Person};
use crate::key::{Key, KeyRules, person_key, stored_keys};
use crate::network::IdentifierKind;

/// What tells apart the people of one account.
pub(crate) struct Identities<'a> {
    account: &'a Account,
    rules: KeyRules<'a>,
    /// Every key of the account's user.
    own_keys: Vec<Key>,
    /// The numbers that are the account, on a network where an account is a number.
    own_numbers: Vec<Key>,
    /// The ids of the people who are known to have several, and those of the own user.
    aliases: HashMap<Key, Alias>,
}

/// What is known of an id beside the record that has it.
#[derive(Clone, Copy)]
pub(crate) struct Alias {
    /// The person, as a number that means nothing else.
    pub(crate) person: usize,
    is_own: bool,
    /// Whether another id of the person goes first, because this one is nothing but a number.
    pub(crate) stands_in: bool,
}

/// What tells one record apart from others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    /// The key of each id.
    ids: Vec<Key>,
    /// The people with several ids that have one of them.
    aliases: Vec<usize>,
    /// The numbers that are the person's account.
    numbers: Vec<Key>,
    /// Whether each id is nothing but such a number.
    stands_in: bool,
    /// Whether an id is one of the network's own that a number stands in for.
    has_account_id: bool,
    /// Whether the record is of the own user.
    pub(crate) is_own: bool,
}

/// The keys of a record, by the place they come from.
#[derive(Default)]
struct Held {
    of_ids: Vec<Key>,
    embedded_numbers: Vec<Key>,
    numbers: Vec<Key>,
    others: Vec<Key>,
    /// How many ids embed no number.
    other_ids: usize,
    /// Whether the network's grammar accepts one of those.
    has_account_id: bool,
}

impl Held {
    fn of(person: &Person, rules: KeyRules<'_>) -> Self {
        let mut held = Held::default();
        for kind in IdentifierKind::ALL {
            for text in person.stored(kind).filter(|text| !text.trim().is_empty()) {
                let embedded = held.embedded_numbers.len();
                let accepted = stored_keys(kind, text, rules, &mut |key| {
                    if key.is_look_alike {
                        return;
                    }
                    match (kind, key.kind) {
                        (IdentifierKind::Id, IdentifierKind::Phone) => {
                            held.embedded_numbers.push(key.to_key());
                            held.of_ids.push(key.to_key());
                        }
                        (IdentifierKind::Id, _) => held.of_ids.push(key.to_key()),
                        (_, IdentifierKind::Phone) => held.numbers.push(key.to_key()),
                        _ => held.others.push(key.to_key()),
                    }
                });
                if kind == IdentifierKind::Id && held.embedded_numbers.len() == embedded {
                    held.other_ids += 1;
                    held.has_account_id |= accepted;
                }
            }
        }
        held
    }

    /// Returns the numbers that are the person's account: those of the ids, else those that are stored.
    fn account_numbers(self) -> Vec<Key> {
        if self.embedded_numbers.is_empty() {
            self.numbers
        } else {
            self.embedded_numbers
        }
    }
}

impl<'a> Identities<'a> {
    pub(crate) fn new(account: &'a Account) -> Self {
        let rules = KeyRules::new(account);
        let held = Held::of(&account.user, rules);
        let mut own_keys = held.of_ids.clone();
        own_keys.extend(held.numbers.iter().chain(&held.others).cloned());
        let own_numbers = if account.network.number_is_account() {
            held.account_numbers()
        } else {
            Vec::new()
        };
        Identities {
            account,
            rules,
            own_keys,
            own_numbers,
            aliases: HashMap::new(),
        }
    }

    /// Learns from all records of the account which ids are one person's, so that a record that shows one of them needs no
    /// other key.
    pub(crate) fn learn(&mut self, records: impl Iterator<Item = Person>) {
        let known: Vec<Identity> = records
            .map(|record| self.of(&record))
            .filter(|identity| identity.is_own || identity.links())
            .collect();
        for (person, list) in unite(&known).into_iter().enumerate() {
            let is_own = list.iter().any(|at| known[*at].is_own);
            let ids = list.iter().flat_map(|at| {
                let Identity { ids, stands_in, .. } = &known[*at];
                ids.iter().map(|id| (id, *stands_in && !is_own))
            });
            let ids: HashMap<&Key, bool> = ids.collect();
            if ids.len() < 2 && !is_own {
                continue;
            }
            self.aliases.extend(ids.into_iter().map(|(id, stands_in)| {
                let alias = Alias {
                    person,
                    is_own,
                    stands_in,
                };
                (id.clone(), alias)
            }));
        }
    }

    /// Returns what was learned of an id.
    pub(crate) fn alias(&self, id: &str) -> Option<Alias> {
        self.aliases.get(&person_key(id, self.account)).copied()
    }

    pub(crate) fn account(&self) -> &'a Account {
        self.account
    }

    /// Returns what tells a record apart.
    pub(crate) fn of(&self, person: &Person) -> Identity {
        let held = Held::of(person, self.rules);
        let ids = person.stored(IdentifierKind::Id);
        let ids = ids.filter(|id| !id.trim().is_empty());
        let mut ids: Vec<Key> = ids.map(|id| person_key(id, self.account)).collect();
        let has_own_id = held.of_ids.iter().any(|key| self.own_keys.contains(key));
        let stands_in = held.other_ids == 0 && !ids.is_empty();
        let has_account_id = held.has_account_id;
        let numbers = if self.account.network.number_is_account() {
            // Two ids that are one number are one id.
            ids.extend(held.embedded_numbers.iter().cloned());
            held.account_numbers()
        } else {
            Vec::new()
        };
        let has_own_number = numbers.iter().any(|key| self.own_numbers.contains(key));
        let aliases: Vec<Alias> = ids
            .iter()
            .filter_map(|id| self.aliases.get(id).copied())
            .collect();
        let is_alias_of_own = aliases.iter().any(|alias| alias.is_own);
        Identity {
            ids,
            aliases: aliases.iter().map(|alias| alias.person).collect(),
            numbers,
            stands_in,
            has_account_id,
            is_own: person.is_self || has_own_id || has_own_number || is_alias_of_own,
        }
    }
}

impl Identity {
    /// Whether the record may link other records.
    fn links(&self) -> bool {
        self.ids.len() > 1 || !self.numbers.is_empty()
    }
}

/// Returns the places of the records of each person, in the order of their first records. The record that the person is
/// known by comes first: it does not stand in for another one.
pub(crate) fn unite(identities: &[Identity]) -> Vec<Vec<usize>> {
    let mut groups = Groups((0..identities.len()).collect());
    if identities.len() < 2 {
        return groups.0.into_iter().map(|at| vec![at]).collect();
    }
    let mut own = (0..identities.len()).filter(|at| identities[*at].is_own);
    if let Some(first) = own.next() {
        own.for_each(|at| groups.join(first, at));
    }
    let all = || identities.iter().enumerate();
    let mut ids: Vec<(&Key, usize)> = all()
        .flat_map(|(at, identity)| identity.ids.iter().map(move |id| (id, at)))
        .collect();
    ids.sort_unstable();
    for pair in ids.windows(2) {
        if let [(one, at), (other, too)] = pair
            && one == other
        {
            groups.join(*at, *too);
        }
    }
    let mut aliases: Vec<(usize, usize)> = all()
        .flat_map(|(at, identity)| identity.aliases.iter().map(move |person| (*person, at)))
        .collect();
    aliases.sort_unstable();
    for pair in aliases.windows(2) {
        if let [(one, at), (other, too)] = pair
            && one == other
        {
            groups.join(*at, *too);
        }
    }
    let mut numbers: Vec<(&Key, usize)> = all()
        .flat_map(|(at, identity)| identity.numbers.iter().map(move |number| (number, at)))
        .collect();
    numbers.sort_unstable();
    for holders in numbers.chunk_by(|one, other| one.0 == other.0) {
        stand_in(holders, identities, &mut groups);
    }
    groups.lists(identities)
}

/// Joins the records whose id is one number with the person whose account it is, unless several hold it.
fn stand_in(holders: &[(&Key, usize)], identities: &[Identity], groups: &mut Groups) {
    let holders = || holders.iter().map(|(_, at)| *at);
    let owners = holders().filter(|at| identities[*at].has_account_id);
    let mut owners: Vec<usize> = owners.map(|at| groups.first(at)).collect();
    owners.sort_unstable();
    owners.dedup();
    if let [owner] = owners.as_slice() {
        let by_number = holders().filter(|at| identities[*at].stands_in);
        by_number.for_each(|at| groups.join(*owner, at));
    }
}

/// Records by the first one of the same person, perhaps by way of others: a record may link two that share nothing.
struct Groups(Vec<usize>);

impl Groups {
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other)] = one.min(other);
    }

    /// Returns the first record of the same person, and shortens the way there for the next call.
    fn first(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    /// Returns the records of each person, the one that they are known by first: the own user's, or the first one that does
    /// not stand in for another.
    fn lists(mut self, identities: &[Identity]) -> Vec<Vec<usize>> {
        let mut places: Vec<usize> = Vec::with_capacity(identities.len());
        let mut lists: Vec<Vec<usize>> = Vec::new();
        for at in 0..identities.len() {
            let first = self.first(at);
            if first == at {
                places.push(lists.len());
                lists.push(vec![at]);
            } else {
                places.push(places[first]);
                lists[places[first]].push(at);
            }
        }
        for list in &mut lists {
            let is_known_by = |at: &usize| (!identities[*at].is_own, identities[*at].stands_in);
            list.sort_by_key(is_known_by);
        }
        lists
    }
}
