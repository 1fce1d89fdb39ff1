//! Decides which records are of one person, and which are of the own user.
//!
//! Two records are of one person if they share an id. Ids are compared as the network's grammar reads them. Ids that
//! are equal only after folding do not count.
//!
//! On a network where an account is a phone number, a record with only a number is of the person who has that number.

mod groups;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::{Account, Person};
use crate::identifier::{Phone, UserId};
use crate::key::{
    Key, KeyRules, WantedKeys, embedded_key, identity_key, identity_keys, may_read_as, stored_keys,
};
use crate::network::IdentifierKind;
use crate::network::grammar::Base;

pub(crate) use groups::group_by_person;

/// The facts that distinguish the people of one account.
pub(crate) struct Identities<'a> {
    account: &'a Account,
    rules: KeyRules<'a>,
    /// Every key of the account's user.
    own_keys: Vec<Key>,
    /// The numbers that are the account, on a network where an account is a number.
    own_numbers: Vec<Key>,
    /// The ids of people who are known to have several ids, and those of the own user.
    aliases: HashMap<Key, Alias>,
    /// The record keys of local people who are known to be people of the network.
    local_aliases: HashMap<String, Alias>,
}

/// The person of an id, learned from all records of the account.
#[derive(Clone, Copy)]
pub(crate) struct Alias {
    /// The group of records of one person, as an arbitrary number.
    pub(crate) group: usize,
    is_own: bool,
    /// The precedence of the record among those of the person, the lowest first.
    pub(crate) precedence: u8,
}

/// The facts that distinguish one record from others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    /// The keys of each id.
    ids: Vec<Key>,
    /// The groups of records with one of these ids, see [`Alias::group`].
    groups: Vec<usize>,
    /// The numbers that are the person's account.
    numbers: Vec<Key>,
    kind: RecordKind,
    /// The record key of a local person, or those of the local people who are this person.
    record_keys: Vec<String>,
    /// Whether the record is of the own user.
    pub(crate) is_own: bool,
}

/// How a record names its person, on a network where an account is a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum RecordKind {
    /// By the account id. A record of the same person may have a number or a temporary id instead.
    Account,
    /// By the number itself, or by a temporary id of a kind in the rules of the network. The account id is in another record.
    StandIn,
    /// By no id at all.
    Local,
    /// By an id that the grammar does not know.
    #[default]
    Other,
}

impl RecordKind {
    /// Returns the precedence among the records of one person, the lowest first.
    fn precedence(self) -> u8 {
        match self {
            RecordKind::Account | RecordKind::Other => 0,
            RecordKind::StandIn => 1,
            RecordKind::Local => 2,
        }
    }
}

impl<'a> Identities<'a> {
    pub(crate) fn new(account: &'a Account) -> Self {
        let rules = KeyRules::new(account);
        let user = &account.user;
        let mut own_keys = Vec::new();
        for kind in IdentifierKind::ALL {
            for text in user.stored(kind).filter(|text| !text.trim().is_empty()) {
                let add = &mut |_, key: &Key| own_keys.push(key.clone());
                stored_keys(kind, text, EXACT_KEYS, rules, add);
            }
        }
        let ids = user.stored(IdentifierKind::Id);
        let ids = ids.filter_map(|id| UserId::parse(id.trim(), account.grammar()).ok());
        own_keys.extend(ids.map(|id| bare_key(&id)));
        let own_numbers = if account.network.number_is_account() {
            account_numbers(user, rules)
        } else {
            Vec::new()
        };
        Identities {
            account,
            rules,
            own_keys,
            own_numbers,
            aliases: HashMap::new(),
            local_aliases: HashMap::new(),
        }
    }

    /// Learns from all records of the account which ids are of one person. Then a record with one of these ids needs no other
    /// key.
    ///
    /// The records are read twice by `each_record`, because only those that share a key with a record of other ids are kept.
    /// Most people have a contact and a chat under one id, which link nothing.
    pub(crate) fn learn(&mut self, each_record: impl Fn(&mut dyn FnMut(&Person))) {
        let state = RandomState::new();
        // The hash of each key, with one of the ids of its record. A record without an id is like no other.
        let mut held: Vec<(u64, u64)> = Vec::new();
        let mut without_id = 0;
        each_record(&mut |record| {
            let identity = self.of(record);
            let ids = if identity.ids.is_empty() {
                without_id += 1;
                without_id
            } else {
                state.hash_one(&identity.ids)
            };
            held.extend(identity.hashes(&state).map(|key| (key, ids)));
        });
        held.sort_unstable();
        held.dedup();
        let equal = held.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        let shared: HashSet<u64> = equal.map(|pair| pair[0].0).collect();
        drop(held);
        let mut known: Vec<Identity> = Vec::new();
        each_record(&mut |record| {
            let identity = self.of(record);
            let is_shared = || {
                let mut hashes = identity.hashes(&state);
                hashes.any(|hash| shared.contains(&hash))
            };
            if identity.is_own || (identity.can_link() && is_shared()) {
                known.push(identity);
            }
        });
        for (group, list) in group_by_person(&known).into_iter().enumerate() {
            let is_own = list.iter().any(|at| known[*at].is_own);
            let alias = |record: &Identity| Alias {
                group,
                is_own,
                precedence: if is_own { 0 } else { record.kind.precedence() },
            };
            let records = || list.iter().map(|at| &known[*at]);
            let ids = records().flat_map(|record| {
                let alias = alias(record);
                record.ids.iter().map(move |id| (id, alias))
            });
            let ids: HashMap<&Key, Alias> = ids.collect();
            let local = records().filter(|record| record.kind == RecordKind::Local);
            let local = local.flat_map(|record| {
                let alias = alias(record);
                record
                    .record_keys
                    .iter()
                    .map(move |key| (key.clone(), alias))
            });
            if !ids.is_empty() {
                self.local_aliases.extend(local);
            }
            if ids.len() > 1 || is_own || list.len() > 1 {
                let ids = ids.into_iter().map(|(id, alias)| (id.clone(), alias));
                self.aliases.extend(ids);
            }
        }
    }

    /// Returns what was learned of a record by its id, or by its record key.
    pub(crate) fn alias(&self, id: &str, is_local: bool) -> Option<Alias> {
        if is_local {
            self.local_aliases.get(id).copied()
        } else {
            self.aliases.get(&identity_key(id, self.account)).copied()
        }
    }

    /// Returns whether local people are known to be people of the network.
    pub(crate) fn has_local_aliases(&self) -> bool {
        !self.local_aliases.is_empty()
    }

    /// Returns the number of a new group for a record. It differs from those of all known groups.
    pub(crate) fn new_group(&self, record: usize) -> usize {
        self.aliases.len() + record
    }

    pub(crate) fn account(&self) -> &'a Account {
        self.account
    }

    /// Returns the facts that distinguish a record.
    pub(crate) fn of(&self, person: &Person) -> Identity {
        let mut identity = Identity {
            kind: RecordKind::Local,
            record_keys: person.record_keys.clone(),
            is_own: person.is_self,
            ..Identity::default()
        };
        for text in person.stored(IdentifierKind::Id) {
            let id = UserId::parse(text.trim(), self.account.grammar()).ok();
            let number = self.number_as_id(text).filter(|_| id.is_none());
            identity.kind = match (identity.kind, self.kind_of(id.as_ref(), number.is_some())) {
                (RecordKind::Account, _) | (_, RecordKind::Account) => RecordKind::Account,
                (RecordKind::Other, _) | (_, RecordKind::Other) => RecordKind::Other,
                (_, kind) => kind,
            };
            if !text.trim().is_empty() {
                self.add_id(text, id.as_ref(), &mut identity);
                identity.numbers.extend(number);
            }
        }
        if identity.numbers.is_empty() && self.account.network.number_is_account() {
            identity.numbers = account_numbers(person, self.rules);
        }
        let mut numbers = identity.numbers.iter();
        let has_own_number = numbers.any(|key| self.own_numbers.contains(key));
        identity.is_own |= !person.is_local && has_own_number;
        if person.is_local {
            identity.record_keys.push(person.id.clone());
        }
        identity
    }

    /// Adds the keys and the aliases of one id, and whether the id is the own user's.
    fn add_id(&self, text: &str, id: Option<&UserId>, identity: &mut Identity) {
        // Folding is enough here, because no one else has the own user's id in another spelling.
        let mut has_own = id.is_some_and(|id| self.own_keys.contains(&bare_key(id)));
        let add = &mut |_, key: &Key| has_own |= self.own_keys.contains(key);
        stored_keys(IdentifierKind::Id, text, EXACT_KEYS, self.rules, add);
        identity.is_own |= has_own;
        for key in identity_keys(text.trim(), id) {
            if let Some(alias) = self.aliases.get(&key) {
                identity.groups.push(alias.group);
                identity.is_own |= alias.is_own;
            }
            identity.ids.push(key);
        }
    }

    /// Returns the number that is an id by itself, although the grammar of the network does not know such ids. Some bridges
    /// list a participant so.
    fn number_as_id(&self, id: &str) -> Option<Key> {
        let is_account = self.account.network.number_is_account();
        let number = Some(id.trim()).filter(|_| is_account && id.starts_with('+'))?;
        let phone = Phone::parse(number).ok()?.phone;
        Some(Key::new(IdentifierKind::Phone, phone.as_str()))
    }

    /// Returns how an id names its person.
    fn kind_of(&self, id: Option<&UserId>, is_number: bool) -> RecordKind {
        match id {
            Some(id) if matches!(id.embedded(), Some((IdentifierKind::Phone, _))) => {
                RecordKind::StandIn
            }
            Some(id) if self.account.network.is_stand_in(id.as_str()) => RecordKind::StandIn,
            Some(_) => RecordKind::Account,
            None if is_number => RecordKind::StandIn,
            None => RecordKind::Other,
        }
    }
}

/// All keys but look-alike keys.
const EXACT_KEYS: WantedKeys = WantedKeys::of_kinds(&IdentifierKind::ALL);

/// Returns the numbers that are a person's account: those of the ids, else those that are stored.
fn account_numbers(person: &Person, rules: KeyRules<'_>) -> Vec<Key> {
    let of_ids = numbers_of(person, &[IdentifierKind::Id], rules);
    if of_ids.is_empty() {
        stored_numbers(person, rules)
    } else {
        of_ids
    }
}

/// Returns the numbers that are stored beside the ids.
fn stored_numbers(person: &Person, rules: KeyRules<'_>) -> Vec<Key> {
    use IdentifierKind::{Email, Handle, Phone};

    numbers_of(person, &[Phone, Email, Handle], rules)
}

/// Returns the numbers that texts of these kinds read as.
fn numbers_of(person: &Person, kinds: &[IdentifierKind], rules: KeyRules<'_>) -> Vec<Key> {
    let wanted = WantedKeys::of_kinds(&[IdentifierKind::Phone]);
    let mut numbers = Vec::new();
    for kind in kinds {
        let texts = person.stored(*kind).filter(|text| !text.trim().is_empty());
        for text in texts.filter(|text| may_read_as(*kind, text.as_bytes(), wanted)) {
            stored_keys(*kind, text, wanted, rules, &mut |_, key: &Key| {
                numbers.extend((key.kind() == IdentifierKind::Phone).then(|| key.clone()));
            });
        }
    }
    numbers
}

/// Returns the key of an id, folded and without the name of a device.
fn bare_key(id: &UserId) -> Key {
    let bare = match id.base() {
        Base::Text(base) => base,
        Base::Never | Base::Whole => id.as_str(),
    };
    Key::new(IdentifierKind::Id, bare)
}

/// Passes each key that leads to further records of a person to `add`. A host may have stored these records apart.
///
/// These are the keys of addresses that the ids embed, and of ids that may be stored in another spelling. On a network
/// where an account is a number, the keys of the numbers are included. A single id without other spellings leads only
/// to its own record.
pub(crate) fn linking_keys(person: &Person, account: &Account, add: &mut dyn FnMut(Key)) {
    // Another person may have an identifier of a local record, which then does not belong to its person.
    if person.is_local && person.identifiers.len() > 1 {
        let keys = person.keys(account).into_iter();
        return keys.filter(|key| !key.is_look_alike()).for_each(add);
    }
    let ids = || person.stored(IdentifierKind::Id).map(str::trim);
    let ids = || ids().filter(|id| !id.is_empty());
    let has_several = ids().nth(1).is_some();
    let has_spellings = account.network.rules().id.has_spellings();
    let mut embeds_number = false;
    for text in ids() {
        let id = UserId::parse(text, account.grammar()).ok();
        let address = id.as_ref().and_then(embedded_key);
        let identity = id.as_ref().map_or(text, UserId::identity);
        let is_linking = has_several || (has_spellings && id.is_some());
        let identity = is_linking.then(|| Key::new(IdentifierKind::Id, identity));
        if let Some(key) = address.or(identity) {
            embeds_number |= key.kind() == IdentifierKind::Phone;
            add(key);
        }
    }
    if account.network.number_is_account() && !embeds_number {
        let numbers = stored_numbers(person, KeyRules::new(account)).into_iter();
        let numbers = numbers.filter(|key| key.value().starts_with('+'));
        numbers.for_each(add);
    }
}

impl Identity {
    /// Adds the record to a group of records of one person.
    pub(crate) fn add_to_group(&mut self, group: usize) {
        self.groups.push(group);
    }

    /// Returns whether the record names its person by the account id.
    pub(crate) fn is_account(&self) -> bool {
        self.kind == RecordKind::Account
    }

    /// Returns whether the record has a number or a temporary id in place of the account id.
    pub(crate) fn is_stand_in(&self) -> bool {
        self.kind == RecordKind::StandIn
    }

    /// Returns whether a number is the person's account.
    pub(crate) fn has_number(&self, number: &Key) -> bool {
        self.numbers.contains(number)
    }

    /// Returns the hashes of the ids and numbers.
    fn hashes(&self, hasher: &RandomState) -> impl Iterator<Item = u64> {
        let keys = self.ids.iter().chain(&self.numbers);
        keys.map(|key| hasher.hash_one(key))
    }

    /// Whether the record may link other records.
    fn can_link(&self) -> bool {
        self.ids.len() > 1 || !self.numbers.is_empty()
    }
}
