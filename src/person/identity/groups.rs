//! Groups the records of each person.

use super::{Identity, RecordKind};
use crate::key::Key;

/// Returns the places of the records of each person, in the order of their first records. The record that the person is
/// known by comes first: it does not stand in for another one.
pub(crate) fn group_by_person(identities: &[Identity]) -> Vec<Vec<usize>> {
    let mut groups = Groups((0..identities.len()).collect());
    if identities.len() < 2 {
        return groups.0.into_iter().map(|at| vec![at]).collect();
    }
    let all = || identities.iter().enumerate();
    let own = all().filter(|(_, identity)| identity.is_own);
    join_equal(own.map(|(at, _)| ((), at)), &mut groups);
    let ids = all().flat_map(|(at, identity)| identity.ids.iter().map(move |id| (id, at)));
    join_equal(ids, &mut groups);
    let grouped =
        all().flat_map(|(at, identity)| identity.groups.iter().map(move |group| (*group, at)));
    join_equal(grouped, &mut groups);
    let mut numbers: Vec<(&Key, usize)> = all()
        .flat_map(|(at, identity)| identity.numbers.iter().map(move |number| (number, at)))
        .collect();
    numbers.sort_unstable();
    for holders in numbers.chunk_by(|one, other| one.0 == other.0) {
        join_stand_ins(holders, identities, &mut groups);
    }
    let mut has_person = vec![false; identities.len()];
    for (at, identity) in all() {
        has_person[groups.first(at)] |= identity.kind != RecordKind::Local;
    }
    let mut owners = owners_by_number(&numbers, identities, &mut groups);
    owners.extend(owners_by_record_key(identities, &mut groups));
    // The network named the person of such a record now. The others were learned earlier, or have another identifier.
    owners.retain(|(at, _)| !has_person[groups.first(*at)]);
    join_local_records(owners, &mut groups);
    groups.lists(identities)
}

/// Joins records with an equal value.
fn join_equal<V: Ord>(values: impl Iterator<Item = (V, usize)>, groups: &mut Groups) {
    let mut values: Vec<(V, usize)> = values.collect();
    values.sort_unstable();
    for pair in values.windows(2) {
        if let [(one, at), (other, too)] = pair
            && one == other
        {
            groups.join(*at, *too);
        }
    }
}

/// Joins the records that stand in for an account with the one account that holds the number. They stay apart if several
/// accounts hold it.
fn join_stand_ins(holders: &[(&Key, usize)], identities: &[Identity], groups: &mut Groups) {
    let holders = |kind: RecordKind| {
        let holders = holders.iter().map(|(_, at)| *at);
        holders.filter(move |at| identities[*at].kind == kind)
    };
    let mut owners: Vec<usize> = holders(RecordKind::Account)
        .map(|at| groups.first(at))
        .collect();
    owners.sort_unstable();
    owners.dedup();
    if let [owner] = owners.as_slice() {
        holders(RecordKind::StandIn).for_each(|at| groups.join(*owner, at));
    }
}

/// Returns each local record with each person of the network who holds one of its numbers.
fn owners_by_number(
    numbers: &[(&Key, usize)],
    identities: &[Identity],
    groups: &mut Groups,
) -> Vec<(usize, usize)> {
    let is_local = |at: usize| identities[at].kind == RecordKind::Local;
    let mut owners = Vec::new();
    for holders in numbers.chunk_by(|one, other| one.0 == other.0) {
        let holders = || holders.iter().map(|(_, at)| *at);
        let mut people: Vec<usize> = holders()
            .filter(|at| !is_local(*at))
            .map(|at| groups.first(at))
            .collect();
        people.sort_unstable();
        people.dedup();
        // A number that several people have does not identify any of them. Two of them show that.
        for at in holders().filter(|at| is_local(*at)) {
            owners.extend(people.iter().take(2).map(|person| (at, *person)));
        }
    }
    owners
}

/// Returns each local record with each person of the network who has its record key.
fn owners_by_record_key(identities: &[Identity], groups: &mut Groups) -> Vec<(usize, usize)> {
    let mut keys: Vec<(&String, bool, usize)> = Vec::new();
    for (at, identity) in identities.iter().enumerate() {
        let is_person = identity.kind != RecordKind::Local;
        keys.extend(identity.record_keys.iter().map(|key| (key, is_person, at)));
    }
    keys.sort_unstable();
    let mut owners = Vec::new();
    for holders in keys.chunk_by(|one, other| one.0 == other.0) {
        let (local, people) = holders.split_at(holders.partition_point(|holder| !holder.1));
        for (.., at) in local {
            let people = people.iter().map(|(.., person)| groups.first(*person));
            owners.extend(people.map(|person| (*at, person)));
        }
    }
    owners
}

/// Joins each local record with its owner.
///
/// A record of several people joins no one, because it must not make them one person.
fn join_local_records(mut owners: Vec<(usize, usize)>, groups: &mut Groups) {
    owners.sort_unstable();
    owners.dedup();
    for owners in owners.chunk_by(|one, other| one.0 == other.0) {
        if let [(at, owner)] = owners {
            groups.join(*owner, *at);
        }
    }
}

/// For each record, an earlier record of the same person, or the record itself. Each chain of records ends at the first
/// record of the person. So a record can link two others that share nothing (union-find).
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

    /// Returns the records of each person. The own user's record comes first, or else the first record that does not
    /// only hold the number of another one.
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
            let is_known_by = |at: &usize| {
                let Identity { is_own, kind, .. } = &identities[*at];
                (!is_own).then(|| kind.precedence())
            };
            list.sort_by_key(is_known_by);
        }
        lists
    }
}
