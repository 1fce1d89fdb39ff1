//! The people of an account, read from the API's JSON.

use contact_resolution::identifier::phone;
use contact_resolution::identifier::user_id::EmbeddedAddress;
use contact_resolution::name::real_name;
use contact_resolution::network::AccountGrammar;
use contact_resolution::wire::{Chat, ChatType, Participant, Snapshot};
use contact_resolution::{
    Account, Coverage, DirectChat, Email, EmailPolicy, Handle, IdentifierKind, Key, Network,
    Person, Phone, Timestamp, UserId,
};

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
            let ids = |records: &[Person]| -> Vec<String> {
                let ids = records
                    .iter()
                    .map(|person| id_key(&person.id, &who.account));
                ids.filter(|id| !id.is_empty()).collect()
            };
            (own(one) && own(other)) || ids(one).iter().any(|id| ids(other).contains(id))
        }) {
            who.join(at, other);
        }
        // If the number is the account, a record with only a number is the person with that number, if there is exactly
        // one.
        let all: Vec<Person> = who.people.concat();
        let numbers = all
            .iter()
            .flat_map(|person| account_numbers(person, &who.account));
        for number in numbers {
            let holds = |person: &Person| account_numbers(person, &who.account).contains(&number);
            let is_owner = |person: &Person| holds(person) && has_account_id(person, &who.account);
            let is_it = |person: &Person| holds(person) && is_only_a_number(person, &who.account);
            let places = |is: &dyn Fn(&Person) -> bool| -> Vec<usize> {
                let people = who.people.iter().enumerate();
                let people = people.filter(|(_, records)| records.iter().any(is));
                people.map(|(at, _)| at).collect()
            };
            let (owners, numbers) = (places(&is_owner), places(&is_it));
            if let [owner] = owners[..] {
                for number in numbers.into_iter().rev().filter(|at| *at != owner) {
                    let records = who.people[number].clone();
                    who.people[owner].extend(records);
                    who.people[number].clear();
                }
                who.people.retain(|records| !records.is_empty());
            }
        }
        who
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
        let mut of_ids = ids.flat_map(|id| keys_of_text(IdentifierKind::Id, id, account));
        let mut own_keys = keys(&account.user, account);
        own_keys.retain(|key| !key.value().trim().is_empty());
        let own_numbers = account_numbers(&account.user, account);
        person.is_self
            || of_ids.any(|key| own_keys.contains(&key))
            || account_numbers(person, account)
                .iter()
                .any(|key| own_numbers.contains(key))
    }

    fn is_own(&self, person: &Person) -> bool {
        let is_own = |records: &Vec<Person>| records.iter().any(|one| self.is_own_by_itself(one));
        self.is_own_by_itself(person) || self.records(person).is_some_and(is_own)
    }

    /// Returns the records of the person with this id.
    fn records(&self, person: &Person) -> Option<&Vec<Person>> {
        let id = id_key(&person.id, &self.account);
        let mut people = self.people.iter();
        people.find(|records| {
            records
                .iter()
                .any(|one| !id.is_empty() && id_key(&one.id, &self.account) == id)
        })
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

/// Returns whether every id of a person is only a number.
fn is_only_a_number(person: &Person, account: &Account) -> bool {
    if person.id.trim().is_empty() {
        return false;
    }
    person.stored(IdentifierKind::Id).all(|id| {
        let mut keys = keys_of_text(IdentifierKind::Id, id, account).into_iter();
        keys.any(|key| key.kind() == IdentifierKind::Phone)
    })
}

/// Returns whether a person has an id of the network that is more than a number.
fn has_account_id(person: &Person, account: &Account) -> bool {
    let mut ids = person.stored(IdentifierKind::Id);
    ids.any(|id| UserId::parse(id, account.grammar()).is_ok_and(|id| carried(&id).is_none()))
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
            || id_key(&known.id, &who.account) == id_key(&person.id, &who.account)
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
    *known = known.clone().with_identifier(IdentifierKind::Id, person.id);
    // A name replaces a placeholder.
    let is_real = |name: &String| real_name(name, &[], &[]).is_some();
    let names = [known.full_name.take(), person.full_name];
    let real = names.iter().flatten().find(|name| is_real(name)).cloned();
    known.full_name = real.or(names.into_iter().flatten().next());
    known.cannot_message |= person.cannot_message;
    known.is_self |= person.is_self;
    for chat in person.chats {
        if !known.chats.iter().any(|other| other.id == chat.id) {
            known.chats.push(chat);
        }
    }
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
    people.extend(joined.into_iter().map(|mut records| {
        records.sort_by_key(|person| !person.is_self && is_only_a_number(person, &who.account));
        let mut records = records.into_iter();
        let mut person = records.next().expect("a person has a record");
        records.for_each(|record| add_to(&mut person, record));
        person
    }));
}

fn id_key(id: &str, account: &Account) -> String {
    UserId::parse(id, account.grammar()).map_or(id.trim().to_owned(), |id| id.as_str().to_owned())
}

/// Returns the rules for reading a handle. A network without handles uses the general rules.
pub(crate) fn handles_of(account: &Account) -> AccountGrammar<'_> {
    const GENERAL: &Network = &Network::GENERAL;
    if account.network.accepts(IdentifierKind::Handle) {
        account.grammar()
    } else {
        GENERAL.into()
    }
}

/// Returns whether the network's handles are its user ids.
pub(crate) fn handles_are_ids(account: &Account) -> bool {
    account.network.handles_are_ids()
}

/// Returns all keys that a person is found by.
pub(crate) fn keys(person: &Person, account: &Account) -> Vec<Key> {
    if person.group_only {
        // Only by exact id, not by an embedded address or another identifier.
        let ids = person
            .stored(IdentifierKind::Id)
            .flat_map(|id| keys_of_text(IdentifierKind::Id, id, account));
        return ids.filter(|key| key.kind() == IdentifierKind::Id).collect();
    }
    let texts = IdentifierKind::ALL
        .into_iter()
        .flat_map(|kind| person.stored(kind).map(move |text| (kind, text)));
    texts
        .flat_map(|(kind, text)| keys_of_text(kind, text, account))
        .collect()
}

/// Returns the keys of the exact text, of its present reading, and of an embedded address.
pub(crate) fn keys_of_text(kind: IdentifierKind, text: &str, account: &Account) -> Vec<Key> {
    let text = text.trim();
    let region = account.home_region();
    let mut keys = vec![Key::new(kind, text)];
    let is_id =
        kind == IdentifierKind::Id || (kind == IdentifierKind::Handle && handles_are_ids(account));
    if is_id {
        if let Ok(id) = UserId::parse(text, account.grammar()) {
            keys.push(Key::new(IdentifierKind::Id, id.as_str()));
            keys.extend(carried(&id));
        }
    } else if kind == IdentifierKind::Phone {
        keys.extend(
            Phone::parse_in(text, region)
                .ok()
                .map(|read| Key::new(IdentifierKind::Phone, read.phone.as_str())),
        );
        keys.extend(
            phone::legacy(text, region).map(|old| Key::new(IdentifierKind::Phone, old.as_str())),
        );
    } else if kind == IdentifierKind::Email {
        keys.extend(
            Email::parse_with(text, EmailPolicy::RFC)
                .ok()
                .map(|email| Key::new(IdentifierKind::Email, email.as_str())),
        );
    } else {
        keys.extend(
            Handle::parse(text, handles_of(account))
                .ok()
                .map(|handle| Key::new(IdentifierKind::Handle, handle.as_str())),
        );
    }
    keys
}

/// Returns the key of the address that an id embeds.
pub(crate) fn carried(id: &UserId) -> Option<Key> {
    match id.address()? {
        EmbeddedAddress::Phone(text) => {
            let number = Phone::parse(&text).map(|read| read.phone.as_str().to_owned());
            Some(Key::new(
                IdentifierKind::Phone,
                &number.unwrap_or_else(|_| text.into_owned()),
            ))
        }
        EmbeddedAddress::Email(text) => {
            let email = Email::parse_with(text, EmailPolicy::RFC).ok()?;
            Some(Key::new(IdentifierKind::Email, email.as_str()))
        }
    }
}

/// Returns whether a create may use a stored text.
///
/// An id always may. Another text must read as its stored kind, and the account must be able to create by that kind.
pub(crate) fn is_eligible(kind: IdentifierKind, text: &str, account: &Account) -> bool {
    let region = account.home_region();
    let reads = match kind {
        IdentifierKind::Id => return true,
        IdentifierKind::Phone => {
            Phone::parse_in(text, region).is_ok() && phone::legacy(text, region).is_none()
        }
        IdentifierKind::Email => Email::parse_with(text, EmailPolicy::RFC).is_ok(),
        IdentifierKind::Handle if handles_are_ids(account) => {
            UserId::parse(text, account.grammar()).is_ok()
        }
        IdentifierKind::Handle => Handle::parse(text, handles_of(account)).is_ok(),
    };
    reads && account.can_create_by(kind)
}
