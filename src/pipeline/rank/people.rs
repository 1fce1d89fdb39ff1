//! The people of a ranking: the records with a key of the payload, merged if they belong to one person.

use std::borrow::Cow;
use std::sync::Arc;

use smallvec::SmallVec;

use super::{LookAlike, NamedPerson, Vouched};
use crate::directory::{FoundPeople, FoundPerson, HeldKeys};
use crate::identifier::{Identifier, UserId};
use crate::key::{Key, KeyRules, KeySource, WantedKeys};
use crate::name::Score;
use crate::network::IdentifierKind;
use crate::person::identity::{Identities, Identity, group_by_person};
use crate::person::{Account, Person, StoredIdentifier};
use crate::pipeline::triage::{IdentifierCandidate, SearchKey};

/// The keys of candidates that a person holds. Most people hold one.
type Held<'a> = SmallVec<[HeldKey<'a>; 1]>;

/// The records of an answer. Most payloads lead to one person.
pub(in crate::pipeline) type Records<'a> = SmallVec<[Record<'a>; 1]>;

/// A key of a candidate that a person holds.
#[derive(Clone, Copy)]
pub(super) struct HeldKey<'a> {
    /// The index of the candidate.
    pub(super) candidate: usize,
    pub(super) search: &'a SearchKey,
    /// Whether the key is an address that an id of the person embeds.
    is_embedded: bool,
}

/// Returns the people with a key of a candidate, each with those keys, and the look-alikes.
///
/// A directory may answer with too many people, or with one person in several records. So all keys are checked again.
pub(super) fn holders<'a, 'd: 'a>(
    candidates: &'a [IdentifierCandidate],
    people: FoundPeople<'d>,
    named: Vec<NamedPerson>,
    account: &Account,
    vouched: Option<Vouched<'_>>,
) -> (Records<'a>, Vec<LookAlike>) {
    let mut search = Search::new(candidates, account, vouched);
    if people.is_empty() && named.is_empty() && !search.is_for_own_user() {
        return (Records::new(), Vec::new());
    }
    search.read_own_keys();
    let mut records = Records::with_capacity(people.len());
    for person in people {
        records.push(search.record(person, Origin::Directory));
    }
    records.sort_by(|a, b| a.person.whole().order(b.person.whole()));
    for named in named {
        let origin = Origin::Lookup(named.asked);
        records.push(search.record(Arc::new(named.person).into(), origin));
    }
    add_own_user(&mut records, &search);
    let is_known = records.iter().any(|record| !record.found.held.is_empty());
    let mut similar = Vec::new();
    records.retain(|record| {
        let is_holder = !record.found.held.is_empty();
        let is_others = !record.person.is_self();
        let mut first = record.found.first_similar_candidate;
        if !is_known && first == candidates.len() && is_others {
            first = near_miss(record.person.whole(), candidates, search.rules);
        }
        if !is_holder && first < candidates.len() {
            similar.push(LookAlike {
                candidate: first,
                person: Arc::clone(record.person.whole()),
            });
        }
        is_holder
    });
    if records.len() > 1 {
        for (index, candidate) in candidates.iter().enumerate() {
            prefer_exact_text(index, candidate, &mut records, account);
        }
        records.retain(|holder| !holder.found.held.is_empty());
        records.sort_by(|a, b| a.person.whole().order(b.person.whole()));
    }
    similar.sort_by(|a, b| a.person.order(&b.person));
    (records, similar)
}

/// Returns the addresses that the ids of a person embed, in order.
fn embedded_addresses(person: &Person, account: &Account) -> Vec<Key> {
    let addresses = person.stored(IdentifierKind::Id).filter_map(|id| {
        let id = UserId::parse(id, account.grammar()).ok()?;
        Some(id.embedded_identifier()?.key())
    });
    let mut addresses: Vec<Key> = addresses.collect();
    addresses.sort_unstable();
    addresses
}

/// The keys of the candidates and of the own user, which people are compared with.
struct Search<'a, 'b> {
    candidates: &'a [IdentifierCandidate],
    account: &'b Account,
    wanted: WantedKeys,
    rules: KeyRules<'b>,
    own_keys: Cow<'b, [(KeySource, Key)]>,
    /// The keys of the only person that the directory found.
    vouched: Option<Vouched<'b>>,
}

/// What is found in one record.
struct Found<'a> {
    held: Held<'a>,
    /// The first candidate that the person is similar to, or the number of candidates.
    first_similar_candidate: usize,
    /// Whether the record may be of the own user.
    may_be_own: bool,
}

impl<'a, 'b> Search<'a, 'b> {
    fn new(
        candidates: &'a [IdentifierCandidate],
        account: &'b Account,
        vouched: Option<Vouched<'b>>,
    ) -> Self {
        let keys = candidates.iter().flat_map(|candidate| {
            let searched = candidate.keys().iter().map(|search| &search.key);
            searched.chain(&candidate.look_alikes)
        });
        Search {
            candidates,
            account,
            wanted: WantedKeys::like(keys),
            rules: vouched.map_or_else(|| KeyRules::new(account), |vouched| vouched.of.rules()),
            own_keys: vouched.map_or(&[][..], |vouched| &vouched.of.own).into(),
            vouched,
        }
    }

    /// Returns whether the own user is found or similar.
    fn is_for_own_user(&self) -> bool {
        let found = match self.vouched {
            Some(_) => self.in_own_user(),
            None => self.in_person(&self.account.user),
        };
        !found.held.is_empty() || found.first_similar_candidate < self.candidates.len()
    }

    /// Reads the keys of the own user, unless the directory vouches for them.
    fn read_own_keys(&mut self) {
        if self.vouched.is_some() {
            return;
        }
        let mut own_keys = Vec::new();
        let add = &mut |source, key: &Key| own_keys.push((source, key.clone()));
        let user = &self.account.user;
        user.each_key(self.wanted.of_every_kind(), self.rules, add);
        self.own_keys = own_keys.into();
        let is_number = |(_, key): &(KeySource, Key)| key.kind() == IdentifierKind::Phone;
        if self.account.network.number_is_account() && self.own_keys.iter().any(is_number) {
            // A record with the own number may be of the own user.
            self.wanted = self.wanted.and(IdentifierKind::Phone);
        }
    }

    fn in_own_user(&self) -> Found<'a> {
        let mut found = self.nothing();
        for (source, key) in &*self.own_keys {
            self.compare(*source, key, &mut found);
        }
        found
    }

    fn in_person(&self, person: &Person) -> Found<'a> {
        let mut found = Found {
            may_be_own: person.is_self || person.group_only || person.has_number_as_id(),
            ..self.nothing()
        };
        person.each_key(self.wanted, self.rules, &mut |source, key| {
            self.compare(source, key, &mut found);
            found.may_be_own |= self.own_keys.iter().any(|(_, own)| own == key);
        });
        found
    }

    /// Returns the keys that the only person of the directory's answer holds.
    fn in_vouched(&self, vouched: Vouched<'_>) -> Found<'a> {
        let mut found = Found {
            may_be_own: vouched.held.may_be_own,
            ..self.nothing()
        };
        for (at, key) in vouched.queried.iter().enumerate().take(HeldKeys::MOST) {
            if let Some(is_embedded) = vouched.held.get(at) {
                let source = if is_embedded {
                    KeySource::Embedded
                } else {
                    KeySource::Stored
                };
                self.compare(source, key, &mut found);
            }
        }
        found
    }

    fn nothing(&self) -> Found<'a> {
        Found {
            held: Held::new(),
            first_similar_candidate: self.candidates.len(),
            may_be_own: false,
        }
    }

    fn compare(&self, source: KeySource, key: &Key, found: &mut Found<'a>) {
        for (at, candidate) in self.candidates.iter().enumerate() {
            let searched = candidate.keys().iter().filter(|search| search.key == *key);
            found.held.extend(searched.map(|search| HeldKey {
                candidate: at,
                search,
                is_embedded: source == KeySource::Embedded,
            }));
            if at < found.first_similar_candidate && candidate.look_alikes.contains(key) {
                found.first_similar_candidate = at;
            }
        }
    }

    fn record(&self, person: FoundPerson<'a>, origin: Origin) -> Record<'a> {
        Record {
            found: match (&origin, self.vouched) {
                (Origin::Directory, Some(vouched)) => self.in_vouched(vouched),
                _ => self.in_person(person.whole()),
            },
            person,
            score: Score::default(),
            origin,
            joined_addresses: None,
        }
    }
}

/// Returns the first candidate whose id or handle is almost one of the person's, or the number of candidates.
fn near_miss(person: &Person, candidates: &[IdentifierCandidate], rules: KeyRules<'_>) -> usize {
    let mut first = candidates.len();
    let wanted = WantedKeys::of_kinds(&[IdentifierKind::Id, IdentifierKind::Handle]);
    person.each_key(wanted, rules, &mut |_, key: &Key| {
        let is_it = |candidate: &IdentifierCandidate| {
            candidate.kind == key.kind() && candidate.is_near(key.value())
        };
        let found = candidates[..first].iter().position(is_it);
        first = found.filter(|_| !key.is_look_alike()).unwrap_or(first);
    });
    first
}

/// Drops the people who hold an id or a handle by folding alone, if another person has it in the very text.
fn prefer_exact_text(
    index: usize,
    candidate: &IdentifierCandidate,
    holders: &mut [Record<'_>],
    account: &Account,
) {
    let is_folded = |key: &Key| matches!(key.kind(), IdentifierKind::Id | IdentifierKind::Handle);
    let holds = |holder: &Record<'_>| {
        let mut held = holder.held();
        held.any(|held| held.candidate == index && is_folded(&held.search.key))
    };
    if holders.iter().filter(|holder| holds(holder)).count() < 2 {
        return;
    }
    let is_exact: Vec<bool> = holders
        .iter()
        .map(|holder| holds(holder) && has_text(holder.person.whole(), candidate, account))
        .collect();
    if !is_exact.contains(&true) {
        return;
    }
    for (holder, is_exact) in holders.iter_mut().zip(is_exact) {
        let held = &mut holder.found.held;
        held.retain(|held| is_exact || held.candidate != index || !is_folded(&held.search.key));
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
            text == candidate.text()
                || match (stored.read(account), &candidate.identifier) {
                    (Some(Identifier::Id(own)), Some(Identifier::Id(id))) => {
                        own.identity() == id.identity()
                    }
                    (Some(own), _) => own.to_send() == candidate.text(),
                    (None, _) => false,
                }
        })
}

/// A record of a person, with what is found in it.
pub(in crate::pipeline) struct Record<'a> {
    pub(in crate::pipeline) person: FoundPerson<'a>,
    /// How well the name fits the hint. Not computed if there is only one person.
    pub(in crate::pipeline) score: Score,
    found: Found<'a>,
    origin: Origin,
    /// The addresses that the ids embed, in order, if the record was merged from several records.
    joined_addresses: Option<Vec<Key>>,
}

/// Where a record comes from.
enum Origin {
    Directory,
    /// The lookup of this identifier named the person.
    Lookup(StoredIdentifier),
}

impl<'a> Record<'a> {
    /// Returns the keys of candidates that the person holds.
    pub(super) fn held(&self) -> impl Iterator<Item = &HeldKey<'a>> {
        self.found.held.iter()
    }

    /// Returns whether the directory has the person, and not only a lookup.
    pub(in crate::pipeline) fn is_stored(&self) -> bool {
        matches!(self.origin, Origin::Directory)
    }

    /// Returns whether a key is an address that no id of the person embeds. The id may be of another record than the key.
    pub(super) fn only_stores(&self, held: &HeldKey<'_>) -> bool {
        let key = &held.search.key;
        if !matches!(key.kind(), IdentifierKind::Phone | IdentifierKind::Email) {
            return false;
        }
        match &self.joined_addresses {
            Some(addresses) => addresses.binary_search(key).is_err(),
            None => !held.is_embedded,
        }
    }

    /// Adds other records of the same person.
    fn merge(self, others: impl Iterator<Item = Record<'a>>, account: &Account) -> Self {
        let mut others = others.peekable();
        if others.peek().is_none() {
            return self;
        }
        let mut person = Arc::unwrap_or_clone(self.person.into_whole());
        let (mut found, mut origin) = (self.found, self.origin);
        for other in others {
            if other.is_stored() {
                origin = Origin::Directory;
            }
            person.append(Arc::unwrap_or_clone(other.person.into_whole()));
            found.held.extend(other.found.held);
            found.first_similar_candidate = found
                .first_similar_candidate
                .min(other.found.first_similar_candidate);
        }
        person.join_equal_values();
        Record {
            joined_addresses: Some(embedded_addresses(&person, account)),
            person: Arc::new(person).into(),
            score: self.score,
            found,
            origin,
        }
    }
}

/// Adds the own user, even if the directory has no such record, and joins the records of one person.
///
/// Changes nothing if the payload does not mean the own user and no records need to be joined.
fn add_own_user<'a>(records: &mut Records<'a>, search: &Search<'a, '_>) {
    let account = search.account;
    let found = search.in_own_user();
    let is_asked =
        !found.held.is_empty() || found.first_similar_candidate < search.candidates.len();
    if !is_asked && are_others(records, account) {
        return;
    }
    let own = Person {
        is_self: true,
        ..account.user.clone()
    };
    let own = Record {
        person: Arc::new(own).into(),
        score: Score::default(),
        found,
        origin: Origin::Directory,
        joined_addresses: None,
    };
    records.insert(0, own);
    if records.len() < 2 {
        return;
    }
    let identities = Identities::new(account);
    let mut known: Vec<_> = records
        .iter()
        .map(|record| identities.of(record.person.whole()))
        .collect();
    // A local record, or one with only a number, joins no two people that lookups named.
    let mut is_joined = vec![false; records.len()];
    for (at, record) in records.iter().enumerate() {
        let Origin::Lookup(asked) = &record.origin else {
            continue;
        };
        let stored = stored_record_of(record.person.whole(), asked, records, account);
        let stand_ins = stand_ins_of(at, asked, records, &known, account);
        for stored in stored.into_iter().chain(stand_ins) {
            let has_account_id = !records[stored].person.is_local() && !known[stored].is_stand_in();
            if std::mem::replace(&mut is_joined[stored], true) && !has_account_id {
                continue;
            }
            let group = identities.new_group(stored);
            known[at].add_to_group(group);
            known[stored].add_to_group(group);
        }
    }
    let people = group_by_person(&known);
    drop_lent_identifiers(records, &people, search);
    let mut parts: Vec<Option<Record<'a>>> = records.drain(..).map(Some).collect();
    for list in people {
        let mut parts = list.into_iter().filter_map(|at| parts[at].take());
        let Some(first) = parts.next() else {
            continue;
        };
        records.push(first.merge(parts, account));
    }
}

/// Returns whether a directory answered with no records, or with one record that is certainly not of the own user. Then no
/// records need to be joined.
fn are_others(records: &[Record<'_>], account: &Account) -> bool {
    match records {
        [] => true,
        [record] => {
            record.is_stored()
                && !record.found.may_be_own
                && !account.network.ids_name_devices()
                && !account.user.has_number_as_id()
                && !account.user.group_only
        }
        _ => false,
    }
}

/// Returns the place of the stored record of a person that a lookup named, if the record shares no id with that person.
///
/// It is the record of the only local person with the identifier that was looked up. Otherwise it is the record of the
/// only stored person with the named id in another spelling.
fn stored_record_of(
    named: &Person,
    asked: &StoredIdentifier,
    records: &[Record<'_>],
    account: &Account,
) -> Option<usize> {
    let stored = || {
        let records = records.iter().enumerate();
        records.filter(|(_, record)| record.is_stored())
    };
    let asked = asked.keys(account);
    let is_asked = |person: &Person| {
        let keys = person.keys(account);
        asked
            .iter()
            .any(|key| !key.is_look_alike() && keys.contains(key))
    };
    let local =
        stored().filter(|(_, record)| record.person.is_local() && is_asked(record.person.whole()));
    let folded_ids = folded_ids(named, account);
    let folded = stored().filter(|(_, record)| {
        let ids = self::folded_ids(record.person.whole(), account);
        !record.person.is_self() && ids.iter().any(|id| folded_ids.contains(id))
    });
    only(local).or_else(|| only(folded)).map(|(at, _)| at)
}

/// Returns the places of the stored records that stand in for the account with a number, if a lookup of this number named
/// the person of a record.
///
/// The directory may have learned an earlier account with the number, so the number alone does not show the person.
fn stand_ins_of(
    named: usize,
    asked: &StoredIdentifier,
    records: &[Record<'_>],
    known: &[Identity],
    account: &Account,
) -> Vec<usize> {
    let is_number = account.network.number_is_account() && asked.kind == IdentifierKind::Phone;
    if !is_number || !known[named].is_account() {
        return Vec::new();
    }
    let mut asked = asked.keys(account);
    asked.retain(|key| key.kind() == IdentifierKind::Phone && !key.is_look_alike());
    let is_it = |at: &usize| {
        let holds = asked.iter().any(|number| known[*at].has_number(number));
        records[*at].is_stored() && known[*at].is_stand_in() && holds
    };
    (0..records.len()).filter(is_it).collect()
}

/// Drops the identifiers of local records that another person of the network has, too.
///
/// A local record is joined with a person of the network because of one identifier. It must not lend the identifiers of
/// other people to that person.
fn drop_lent_identifiers<'a>(
    records: &mut Records<'a>,
    people: &[Vec<usize>],
    search: &Search<'a, '_>,
) {
    let joined: Vec<(usize, usize)> = people
        .iter()
        .enumerate()
        .filter(|(_, list)| list.iter().any(|at| !records[*at].person.is_local()))
        .flat_map(|(person, list)| list.iter().map(move |at| (person, *at)))
        .filter(|(_, at)| records[*at].person.is_local())
        .collect();
    if joined.is_empty() {
        return;
    }
    let mut held: Vec<(Key, usize)> = Vec::new();
    for (person, list) in people.iter().enumerate() {
        for at in list.iter().filter(|at| !records[**at].person.is_local()) {
            let keys = records[*at].person.whole().keys(search.account).into_iter();
            let keys = keys.filter(|key| !key.is_look_alike());
            held.extend(keys.map(|key| (key, person)));
        }
    }
    held.sort_unstable();
    // The holders of a key are in order, so the first and the last of them show whether another person has it.
    let has_other = |key: &Key, person: usize| {
        let first = held.partition_point(|(held, _)| held < key);
        let end = held.partition_point(|(held, _)| held <= key);
        let holders = &held[first..end];
        let ends = [holders.first(), holders.last()].into_iter().flatten();
        ends.into_iter().any(|(_, holder)| *holder != person)
    };
    for (person, at) in joined {
        let record = &mut records[at];
        let is_lent = |stored: &StoredIdentifier| {
            let keys = stored.keys(search.account);
            keys.iter().any(|key| has_other(key, person))
        };
        if record.person.whole().identifiers.iter().any(is_lent) {
            let mut local = Person::clone(record.person.whole());
            local.identifiers.retain(|stored| !is_lent(stored));
            record.found = search.in_person(&local);
            record.person = Arc::new(local).into();
        }
    }
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
