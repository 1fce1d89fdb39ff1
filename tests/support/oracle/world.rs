//! The people of an account, read from the API's JSON.

use contact_resolution::EmbeddedAddress;
use contact_resolution::name::real_name;
use contact_resolution::wire::{Chat, ChatType, Participant, Snapshot};
use contact_resolution::{
    Account, Coverage, DirectChat, IdentifierKind, Key, Person, Timestamp, UserId,
};

use super::keys::{carried, keys, keys_of_text};

/// An account with all its known people and the coverage.
pub(crate) struct World {
    pub(crate) account: Account,
    pub(crate) people: Vec<Person>,
    pub(crate) coverage: Coverage,
}

/// Returns the account's contacts and the participants of its direct chats. Participants of groups are found by exact
/// id only.
pub(crate) fn world(snapshot: &Snapshot, account_id: &str) -> Option<World> {
    let account = Account::from(
        snapshot
            .accounts
            .iter()
            .find(|account| account.account_id == account_id)?,
    );
    let mut coverage = Coverage {
        contacts: snapshot.complete,
        chats: snapshot.complete,
    };
    // Records of one person are merged in a fixed order: by id, name and identifiers, then by chat.
    let contacts = snapshot.contacts.get(account_id).into_iter().flatten();
    let mut contacts: Vec<Person> = contacts.map(Person::from).collect();
    contacts.sort_by_key(|person| {
        (
            person.id.clone(),
            person.full_name.clone(),
            person.identifiers.clone(),
        )
    });
    let mut chats: Vec<&Chat> = snapshot
        .chats
        .iter()
        .filter(|chat| chat.account_id == account.id)
        .collect();
    chats.sort_by_key(|chat| &chat.id);
    let participants = chats.iter().flat_map(|chat| &chat.participants.items);
    let users = participants.map(|participant| Person::from(&participant.user));
    let records = users.chain(contacts.clone()).collect();
    let who = Who::of(records, account.clone());

    let mut people = vec![account.user.clone()];
    for person in contacts {
        add(&mut people, person, &who);
    }
    for chat in &chats {
        // A merged chat is represented by its member. A merged chat that names itself is a chat.
        let members = chat.merge.iter().flat_map(|merge| &merge.chat_ids);
        let members: Vec<&String> = members.collect();
        if !members.is_empty() && !members.contains(&&chat.id) {
            continue;
        }
        let direct = direct(chat, &who);
        if let Some(Side::Untold) = direct {
            coverage.chats = false;
        }
        for participant in &chat.participants.items {
            let mut person = Person::from(&participant.user);
            let own = who.is_own(&person);
            let is_peer = |peers: &[&Participant]| {
                peers.iter().any(|peer| peer.user.id == participant.user.id)
            };
            match &direct {
                Some(Side::Peer(peers)) if is_peer(peers) => {
                    let pending = peers.iter().all(|peer| peer.is_pending == Some(true));
                    add(&mut people, with_chat(person, chat, pending, &who), &who);
                }
                Some(Side::Oneself) if own => {
                    add(&mut people, with_chat(person, chat, false, &who), &who);
                }
                _ if own => add(&mut people, person, &who),
                _ => {
                    person.group_only = true;
                    add(&mut people, person, &who);
                }
            }
        }
    }
    join_aliases(&mut people, &who);
    Some(World {
        account,
        people,
        coverage,
    })
}

/// The records of an account, grouped by person.
struct Who {
    account: Account,
    people: Vec<Vec<Person>>,
}

impl Who {
    fn of(mut records: Vec<Person>, account: Account) -> Self {
        records.push(account.user.clone());
        let people = records.into_iter().map(|record| vec![record]).collect();
        let mut who = Who { account, people };
        // Records with one id are one person, and so are all records of the own user.
        while let Some((at, other)) = who.two(|one, other| {
            let own =
                |records: &[Person]| records.iter().any(|person| who.is_own_by_itself(person));
            let ids = |records: &[Person]| -> Vec<Key> {
                let named = records.iter().filter(|person| !person.is_local);
                named
                    .flat_map(|person| id_keys(&person.id, &who.account))
                    .collect()
            };
            (own(one) && own(other)) || ids(one).iter().any(|id| ids(other).contains(id))
        }) {
            who.join(at, other);
        }
        // If the number is the account, a record with only a number is the person with that number, if there is exactly
        // one.
        let all: Vec<Person> = who.people.concat();
        let numbers: Vec<Key> = all
            .iter()
            .flat_map(|person| account_numbers(person, &who.account))
            .collect();
        for number in numbers {
            let holds = |person: &Person| account_numbers(person, &who.account).contains(&number);
            let is_owner = |person: &Person| holds(person) && has_account_id(person, &who.account);
            let is_it = |person: &Person| holds(person) && stands_in(person, &who.account);
            let (owners, numbers) = (who.places(&is_owner), who.places(&is_it));
            if let [owner] = owners[..] {
                who.move_to(owner, &numbers);
            }
        }
        // An entry of the address book is the one person who holds its numbers.
        for entry in all.iter().filter(|person| person.is_local) {
            let numbers = account_numbers(entry, &who.account);
            let is_holder = |person: &Person| {
                let held = account_numbers(person, &who.account);
                !person.is_local && held.iter().any(|number| numbers.contains(number))
            };
            let is_entry = |person: &Person| person.is_local && person.id == entry.id;
            if let [owner] = who.places(&is_holder)[..] {
                let entry = who.places(&is_entry);
                who.move_to(owner, &entry);
            }
        }
        who
    }

    /// Returns the places of people with a record of this sort.
    fn places(&self, is: &dyn Fn(&Person) -> bool) -> Vec<usize> {
        let people = self.people.iter().enumerate();
        let people = people.filter(|(_, records)| records.iter().any(is));
        people.map(|(at, _)| at).collect()
    }

    /// Makes the records of other places one person's.
    fn move_to(&mut self, owner: usize, others: &[usize]) {
        for other in others.iter().rev().filter(|at| **at != owner) {
            let records = std::mem::take(&mut self.people[*other]);
            self.people[owner].extend(records);
        }
        self.people.retain(|records| !records.is_empty());
    }

    fn two(&self, are_one: impl Fn(&[Person], &[Person]) -> bool) -> Option<(usize, usize)> {
        let pairs = (0..self.people.len()).flat_map(|one| (0..one).map(move |other| (other, one)));
        let mut pairs =
            pairs.filter(|(one, other)| are_one(&self.people[*one], &self.people[*other]));
        pairs.next()
    }

    fn join(&mut self, one: usize, other: usize) {
        let records = self.people.remove(other);
        self.people[one].extend(records);
    }

    /// Returns whether a record alone shows that it is the own user. It has the flag, a key of the own user in an id,
    /// or the own number if the number is the account.
    fn is_own_by_itself(&self, person: &Person) -> bool {
        let account = &self.account;
        let ids = person
            .stored(IdentifierKind::Id)
            .filter(|id| !id.trim().is_empty());
        // Folding is enough: another device of the own user is the own user.
        let mut of_ids = ids.flat_map(|id| {
            let mut keys = keys_of_text(IdentifierKind::Id, id, account);
            keys.extend(bare_key(id, account));
            keys
        });
        let mut own_keys = keys(&account.user, account);
        own_keys.extend(bare_key(&account.user.id, account));
        own_keys.retain(|key| !key.value().trim().is_empty());
        let own_numbers = account_numbers(&account.user, account);
        person.is_self
            || of_ids.any(|key| own_keys.contains(&key))
            || !person.is_local
                && account_numbers(person, account)
                    .iter()
                    .any(|key| own_numbers.contains(key))
    }

    fn is_own(&self, person: &Person) -> bool {
        let is_own = |records: &Vec<Person>| records.iter().any(|one| self.is_own_by_itself(one));
        self.is_own_by_itself(person) || self.records(person).is_some_and(is_own)
    }

    /// Returns the records of the person with this id.
    fn records(&self, person: &Person) -> Option<&Vec<Person>> {
        let ids = id_keys(&person.id, &self.account);
        let is_it = |one: &Person| {
            one.is_local == person.is_local
                && if person.is_local {
                    one.id == person.id
                } else {
                    id_keys(&one.id, &self.account)
                        .iter()
                        .any(|id| ids.contains(id))
                }
        };
        let mut people = self.people.iter();
        people.find(|records| records.iter().any(is_it))
    }

    fn are_one(&self, one: &Person, other: &Person) -> bool {
        let one = self.records(one);
        one.is_some() && one == self.records(other)
    }
}

/// Returns the numbers that are a person's account: those in the ids, or else the stored ones.
fn account_numbers(person: &Person, account: &Account) -> Vec<Key> {
    if !account.network.number_is_account() {
        return Vec::new();
    }
    let of = |kind| -> Vec<Key> {
        let texts = person.stored(kind);
        let keys = texts.flat_map(|text| keys_of_text(kind, text, account));
        keys.filter(|key| key.kind() == IdentifierKind::Phone)
            .collect()
    };
    let in_ids = of(IdentifierKind::Id);
    if in_ids.is_empty() {
        of(IdentifierKind::Phone)
    } else {
        in_ids
    }
}

/// Whether every id of a person only stands in for the account: the number itself, or a PNI of Signal.
fn stands_in(person: &Person, account: &Account) -> bool {
    let is_stand_in = |id: &str| {
        UserId::parse(id.trim(), account.grammar()).is_ok_and(|id| is_stand_in(&id, account))
    };
    !person.is_local && person.stored(IdentifierKind::Id).all(is_stand_in)
}

fn is_stand_in(id: &UserId, account: &Account) -> bool {
    let is_pni = account.network.name() == "signal" && id.as_str().starts_with("PNI:");
    is_pni || matches!(id.address(), Some(EmbeddedAddress::Phone(_)))
}

/// Returns whether a person has an id of the network that is more than a number.
pub(super) fn has_account_id(person: &Person, account: &Account) -> bool {
    let mut ids = person.stored(IdentifierKind::Id);
    ids.any(|id| {
        UserId::parse(id.trim(), account.grammar()).is_ok_and(|id| !is_stand_in(&id, account))
    })
}

/// The other side of a direct chat, with every participant that is this person.
enum Side<'a> {
    Peer(Vec<&'a Participant>),
    Oneself,
    Untold,
}

/// Returns the other side of a direct chat: type `single`, the own user still in it, one other side.
///
/// Network bots do not count unless there is no other participant.
fn direct<'a>(chat: &'a Chat, who: &Who) -> Option<Side<'a>> {
    if chat.chat_type != ChatType::Single {
        return None;
    }
    let list = &chat.participants;
    let complete = !list.has_more && list.total <= list.items.len() as u64;
    let (mut own, mut others): (bool, Vec<Vec<&Participant>>) = (false, vec![]);
    for participant in &list.items {
        let person = Person::from(&participant.user);
        if who.is_own(&person) {
            own = true;
            continue;
        }
        let is_it =
            |same: &&mut Vec<&Participant>| who.are_one(&Person::from(&same[0].user), &person);
        match others.iter_mut().find(is_it) {
            Some(same) => same.push(participant),
            None => others.push(vec![participant]),
        }
    }
    let is_bot = |one: &Vec<&Participant>| one.iter().any(|one| one.is_network_bot == Some(true));
    let (bots, people): (Vec<_>, Vec<_>) = others.into_iter().partition(is_bot);
    if complete && !own {
        return None;
    }
    let untold = list.total.saturating_sub(list.items.len() as u64);
    if !complete && u64::from(own) + people.len() as u64 + untold > 2 {
        return None;
    }
    match (people.as_slice(), bots.as_slice()) {
        ([peer], _) | ([], [peer]) => Some(Side::Peer(peer.clone())),
        ([], []) if complete => Some(Side::Oneself),
        ([], []) => Some(Side::Untold),
        _ => None,
    }
}

fn with_chat(mut person: Person, chat: &Chat, peer_pending: bool, who: &Who) -> Person {
    let mut direct = DirectChat::new(chat.id.as_str());
    direct.read_only = chat.is_read_only == Some(true);
    direct.archived = chat.is_archived == Some(true);
    direct.peer_pending = peer_pending;
    let mine = chat.participants.items.iter();
    let mut mine = mine
        .filter(|one| who.is_own(&Person::from(&one.user)))
        .peekable();
    direct.own_pending =
        mine.peek().is_some() && mine.all(|participant| participant.is_pending == Some(true));
    direct.last_activity = chat.last_activity.as_deref().and_then(Timestamp::parse);
    person.chats = vec![direct];
    person
}

/// Adds a person. Records with one id in any spelling are one person, and so are all records of the own user.
fn add(people: &mut Vec<Person>, mut person: Person, who: &Who) {
    person.is_self |= who.is_own(&person);
    let same = |known: &&mut Person| {
        (known.is_self && person.is_self)
            || known.is_local == person.is_local
                && if person.is_local {
                    known.id == person.id
                } else {
                    spelling(&known.id, &who.account) == spelling(&person.id, &who.account)
                }
    };
    match people.iter_mut().find(same) {
        Some(known) => add_to(known, person),
        None => people.push(person),
    }
}

fn add_to(known: &mut Person, mut person: Person) {
    if known.group_only && !person.group_only {
        std::mem::swap(known, &mut person);
    }
    if known.group_only == person.group_only {
        for stored in &person.identifiers {
            *known = known
                .clone()
                .with_identifier(stored.kind, stored.text.clone());
        }
    }
    if known.is_local && !person.is_local {
        known.id.clone_from(&person.id);
        known.is_local = false;
    } else if !person.is_local {
        *known = known
            .clone()
            .with_identifier(IdentifierKind::Id, person.id.clone());
    }
    // A name replaces a placeholder. Further names are other names.
    let all = known.clone();
    let is_real =
        |name: &String| real_name(name, &[], &[]).is_some_and(|name| !repeats_id(&all, name));
    let full_names = [known.full_name.take(), person.full_name.take()];
    let real = full_names.iter().flatten().find(|name| is_real(name));
    known.full_name = real.or(full_names.iter().flatten().next()).cloned();
    let further = full_names.into_iter().flatten().filter(is_real);
    for name in further.chain(person.other_names.clone()) {
        if known.full_name.as_ref() != Some(&name) && !known.other_names.contains(&name) {
            known.other_names.push(name);
        }
    }
    known.cannot_message |= person.cannot_message;
    known.is_self |= person.is_self;
    for chat in person.chats {
        if !known.chats.iter().any(|other| other.id == chat.id) {
            known.chats.push(chat);
        }
    }
}

/// Returns the names of a person that are more than placeholders.
pub(super) fn names_of(account: &Account, person: &Person) -> Vec<String> {
    let read = |text: &str| UserId::parse(text, account.grammar()).ok();
    let is_id = |name: &str| {
        let is_own = |named: &UserId| {
            let mut ids = person.stored(IdentifierKind::Id);
            name.contains(|c: char| c.is_ascii_digit())
                && ids.any(|id| read(id).as_ref() == Some(named))
        };
        !name.contains(char::is_whitespace)
            && read(name).is_some_and(|named| named.is_distinctive() || is_own(&named))
    };
    let names = person.full_name.iter().chain(&person.other_names);
    let shown = names.filter_map(|name| real_name(name, &[], &[]));
    let shown = shown.filter(|name| !repeats_id(person, name) && !is_id(name));
    shown.map(str::to_owned).collect()
}

/// Whether a name is an id of the person, or parts of one with a digit.
fn repeats_id(person: &Person, name: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(str::to_ascii_lowercase).collect()
    };
    let named = parts(name);
    let has_digit = name.contains(|c: char| c.is_ascii_digit());
    let mut ids = person.stored(IdentifierKind::Id);
    !name.contains(char::is_whitespace)
        && ids.any(|id| {
            if has_digit {
                parts(id).windows(named.len()).any(|some| some == named)
            } else {
                named.len() > 1 && name == id
            }
        })
}

/// Merges the records of one person with several ids into the first one with an id that is more than a number.
fn join_aliases(people: &mut Vec<Person>, who: &Who) {
    let mut joined: Vec<Vec<Person>> = Vec::new();
    for person in people.drain(..) {
        match joined
            .iter_mut()
            .find(|records| who.are_one(&records[0], &person))
        {
            Some(records) => records.push(person),
            None => joined.push(vec![person]),
        }
    }
    drop_lent_identifiers(&mut joined, &who.account);
    people.extend(joined.into_iter().map(|mut records| {
        records.sort_by_key(|person| {
            let is_stand_in = stands_in(person, &who.account);
            (
                !person.is_self,
                person.is_local,
                is_stand_in && !person.is_self,
            )
        });
        let mut records = records.into_iter();
        let mut person = records.next().expect("a person has a record");
        records.for_each(|record| add_to(&mut person, record));
        person
    }));
}

/// Drops the identifiers of an entry of the address book that another person of the network has, too. The entry does not
/// lend them to the person that it is joined with.
fn drop_lent_identifiers(people: &mut [Vec<Person>], account: &Account) {
    let held: Vec<Vec<Key>> = people
        .iter()
        .map(|records| {
            let named = records.iter().filter(|person| !person.is_local);
            named.flat_map(|person| keys(person, account)).collect()
        })
        .collect();
    for (at, records) in people.iter_mut().enumerate() {
        if records.iter().all(|person| person.is_local) {
            continue;
        }
        for entry in records.iter_mut().filter(|person| person.is_local) {
            entry.identifiers.retain(|stored| {
                let own = keys_of_text(stored.kind, &stored.text, account);
                let mut others = held.iter().enumerate().filter(|(other, _)| *other != at);
                !others.any(|(_, keys)| own.iter().any(|key| keys.contains(key)))
            });
        }
    }
}

/// The id as the network spells it. Letter case, brackets and resources make another id.
fn spelling(id: &str, account: &Account) -> String {
    let id = id.trim();
    UserId::parse(id, account.grammar()).map_or(id.to_owned(), |id| id.identity().to_owned())
}

/// What makes two records one person's: the id, and the address that it embeds.
fn id_keys(id: &str, account: &Account) -> Vec<Key> {
    if id.trim().is_empty() {
        return Vec::new();
    }
    let mut keys = vec![Key::new(IdentifierKind::Id, &spelling(id, account))];
    let read = UserId::parse(id.trim(), account.grammar()).ok();
    keys.extend(read.and_then(|id| carried(&id)));
    keys
}

/// Returns an id without the device that it names, on networks that fold ids, and the device.
pub(crate) fn folded(id: &UserId, account: &Account) -> Option<(String, Option<String>)> {
    let text = id.as_str();
    match account.network.name() {
        "irc" if !text.starts_with('@') => Some((text.to_owned(), None)),
        "xmpp" if !text.starts_with('@') => Some(match text.split_once('/') {
            Some((bare, device)) => (bare.to_owned(), Some(device.to_owned())),
            None => (text.to_owned(), None),
        }),
        _ => None,
    }
}

/// Returns the key of an id, folded and without a device.
fn bare_key(id: &str, account: &Account) -> Option<Key> {
    let id = UserId::parse(id.trim(), account.grammar()).ok()?;
    let bare = folded(&id, account).map_or(id.to_string(), |(bare, _)| bare);
    Some(Key::new(IdentifierKind::Id, &bare))
}
