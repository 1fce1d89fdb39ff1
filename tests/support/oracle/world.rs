//! The people of an account, read from the API's JSON.

use contact_resolution::identifier::phone;
use contact_resolution::identifier::user_id::EmbeddedAddress;
use contact_resolution::name::real_name;
use contact_resolution::network::AccountGrammar;
use contact_resolution::wire::{Chat, ChatType, Participant, Snapshot, User};
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
    let mut people = vec![account.user.clone()];
    let mut coverage = Coverage {
        contacts: snapshot.complete,
        chats: snapshot.complete,
    };
    // Records of one person are merged in a fixed order: by id, name and identifiers, then by chat.
    let mut contacts: Vec<Person> = Vec::new();
    contacts.extend(
        snapshot
            .contacts
            .get(account_id)
            .into_iter()
            .flatten()
            .map(Person::from),
    );
    contacts.sort_by_key(|person| {
        (
            person.id.clone(),
            person.full_name.clone(),
            person.identifiers.clone(),
        )
    });
    for person in contacts {
        add(&mut people, person, &account);
    }
    let mut chats: Vec<&Chat> = snapshot
        .chats
        .iter()
        .filter(|chat| chat.account_id == account.id)
        .collect();
    chats.sort_by_key(|chat| &chat.id);
    for chat in chats {
        // A merged chat is represented by its member.
        let members = chat.merge.iter().flat_map(|merge| &merge.chat_ids);
        if members
            .into_iter()
            .any(|member| snapshot.chats.iter().any(|chat| chat.id == *member))
        {
            continue;
        }
        let direct = direct(chat, &account);
        if let Some(Side::Untold) = direct {
            coverage.chats = false;
        }
        for participant in &chat.participants.items {
            let person = Person::from(&participant.user);
            match &direct {
                Some(Side::Peer(peer)) if peer.id == participant.user.id => {
                    add(
                        &mut people,
                        with_chat(person, chat, participant.is_pending),
                        &account,
                    );
                }
                Some(Side::Oneself) if is_own(participant, &account) => {
                    add(
                        &mut people,
                        with_chat(account.user.clone(), chat, None),
                        &account,
                    );
                }
                _ if is_own(participant, &account) => {
                    add(&mut people, person, &account);
                }
                _ => {
                    let mut person = person;
                    person.group_only = true;
                    add(&mut people, person, &account);
                }
            }
        }
    }
    Some(World {
        account,
        people,
        coverage,
    })
}

/// The other side of a direct chat.
enum Side<'a> {
    Peer(&'a User),
    Oneself,
    Untold,
}

fn is_own(participant: &Participant, account: &Account) -> bool {
    participant.user.is_self == Some(true) || participant.user.id == account.user.id
}

/// Returns the other side of a direct chat: type `single`, the own user still in it, one other side.
///
/// Network bots do not count unless there is no other participant.
fn direct<'a>(chat: &'a Chat, account: &Account) -> Option<Side<'a>> {
    if chat.chat_type != ChatType::Single {
        return None;
    }
    let list = &chat.participants;
    let complete = !list.has_more && list.total <= list.items.len() as u64;
    let own = list
        .items
        .iter()
        .any(|participant| is_own(participant, account));
    if complete && !own {
        return None;
    }
    let is_bot = |participant: &&Participant| participant.is_network_bot == Some(true);
    let others: Vec<&Participant> = list
        .items
        .iter()
        .filter(|participant| !is_own(participant, account))
        .collect();
    let people: Vec<&Participant> = others
        .iter()
        .copied()
        .filter(|other| !is_bot(other))
        .collect();
    let bots = (others.len() - people.len()) as u64;
    if !complete && list.total.max(list.items.len() as u64) - bots > 2 {
        return None;
    }
    match (people.as_slice(), others.as_slice()) {
        ([peer], _) | ([], [peer]) => Some(Side::Peer(&peer.user)),
        ([], []) if complete => Some(Side::Oneself),
        ([], []) => Some(Side::Untold),
        _ => None,
    }
}

fn with_chat(mut person: Person, chat: &Chat, pending: Option<bool>) -> Person {
    let mut direct = DirectChat::new(chat.id.as_str());
    direct.read_only = chat.is_read_only == Some(true);
    direct.archived = chat.is_archived == Some(true);
    direct.peer_pending = pending == Some(true);
    direct.last_activity = chat.last_activity.as_deref().and_then(Timestamp::parse);
    person.chats = vec![direct];
    person
}

/// Adds a person. Records with one id in any spelling are one person, and so are all records of the own user.
fn add(people: &mut Vec<Person>, mut person: Person, account: &Account) {
    let same = |known: &&mut Person| {
        (known.is_self && person.is_self)
            || id_key(&known.id, account) == id_key(&person.id, account)
    };
    let Some(known) = people.iter_mut().find(same) else {
        people.push(person);
        return;
    };
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
