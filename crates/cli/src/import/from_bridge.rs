//! Imports the contacts of a bridge, with their rooms.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use contact_resolution::Ureq;
use contact_resolution::http::bridge::Bridge;
use contact_resolution::wire::{
    Account, AccountStatus, Chat, ChatType, Participant, Participants, ResolvedIdentifier,
    Snapshot, User,
};
use contact_resolution::{Client, IdentifierKind, Person};
use serde_json::{Map, Value};

use super::{Options, writer};
use crate::bridge::{self, ContactList};
use crate::json_file::{self, in_file};
use crate::remote::RemoteClient;
use crate::report::Report;
use crate::terminal;

/// Adds the flags, contacts and rooms of a bridge to an account of a directory file, and writes the result to another
/// file.
///
/// A bridge does not list its rooms, and names only some of those of its contacts. So the chats are never complete.
pub(super) fn run(
    options: &Options,
    bridge: &Bridge,
    directory: &Path,
    networks: Vec<Value>,
) -> io::Result<ExitCode> {
    json_file::check_distinct(directory, &options.out, "--directory")?;
    let mut snapshot: Snapshot = json_file::read(directory)?;
    let write = writer(&options.out)?;
    let account = find_account(&mut snapshot.accounts, options.account.as_deref())
        .map_err(|message| in_file(directory, &io::Error::other(message)))?;
    let account_id = account.account_id.clone();
    let transport = Ureq::default();
    let client: RemoteClient<'_> = Client::new(bridge, &transport, thread::sleep);

    let flags = bridge::flags(&client, bridge).map_err(io::Error::other)?;
    account.resolve_identifier = flags.or(account.resolve_identifier);
    let list = bridge::contact_list(&client, bridge).map_err(io::Error::other)?;
    let mut report = Report::default();
    let (users, gap) = match list {
        ContactList::Listed(list) if list.skipped > 0 => (list.items, ", without malformed ones"),
        ContactList::Listed(list) => (list.items, ""),
        ContactList::Unavailable => {
            account.status = Some(AccountStatus::ReconnectRequired);
            (Vec::new(), ", incomplete: the login cannot be used")
        }
        ContactList::NotListed => (Vec::new(), ", incomplete: the bridge has no list"),
    };
    options
        .limits
        .check(0, users.len() as u64, 0)
        .map_err(io::Error::other)?;
    report.add(
        "contacts",
        format_args!("{} of {account_id}{gap}", users.len()),
    );
    let is_listed = gap.is_empty();
    let account = account.clone();
    let rooms = add_rooms(&mut snapshot.chats, &account, &users);
    report.add("chats", format_args!("{rooms} of {account_id}"));
    add_contacts(snapshot.contacts.entry(account_id).or_default(), &users);
    let coverage = "not every chat, because a bridge does not list them. The directory is marked as incomplete";
    report.add("coverage", coverage);
    snapshot.complete = false;
    snapshot.networks.extend(networks);
    write(&snapshot)?;
    terminal::print(report, ExitCode::from(u8::from(!is_listed)))
}

/// Returns the account with this id, or the only account.
fn find_account<'a>(
    accounts: &'a mut [Account],
    id: Option<&str>,
) -> Result<&'a mut Account, String> {
    match id {
        Some(id) => accounts
            .iter_mut()
            .find(|account| account.account_id == id)
            .ok_or_else(|| format!("there is no account {id}")),
        None => match accounts {
            [only] => Ok(only),
            _ => Err("there are several accounts or none, so --account is needed".to_owned()),
        },
    }
}

/// Adds the bridge's contacts to those of the file, which keep their own texts.
fn add_contacts(contacts: &mut Vec<User>, users: &[ResolvedIdentifier]) {
    let places = contacts.iter().enumerate();
    // An entry of an address book has no id, so it is no one's record.
    let with_id = places.filter(|(_, user)| !user.id.is_empty());
    let known: HashMap<String, usize> = with_id.map(|(at, user)| (user.id.clone(), at)).collect();
    for user in users {
        let mut records = records(user).into_iter();
        let first = records.next();
        let place = known.get(&user.id);
        match (first, place.and_then(|at| contacts.get_mut(*at))) {
            (Some(first), Some(contact)) => {
                contact.full_name = contact.full_name.take().or(first.full_name);
                contact.phone_number = contact.phone_number.take().or(first.phone_number);
                contact.email = contact.email.take().or(first.email);
                contact.username = contact.username.take().or(first.username);
            }
            (first, _) => contacts.extend(first),
        }
        contacts.extend(records);
    }
}

/// Returns a bridge's user in the format of the API. A record has one identifier of each kind. So a user with several has
/// several records, which a directory reads as one person.
fn records(user: &ResolvedIdentifier) -> Vec<User> {
    let person = Person::from(user);
    let all = |kind| person.stored(kind).map(str::to_owned).collect::<Vec<_>>();
    let numbers = all(IdentifierKind::Phone);
    let emails = all(IdentifierKind::Email);
    let handles = all(IdentifierKind::Handle);
    let count = numbers.len().max(emails.len()).max(handles.len()).max(1);
    (0..count)
        .map(|at| User {
            id: user.id.clone(),
            full_name: user.name.clone().filter(|name| !name.is_empty()),
            phone_number: numbers.get(at).cloned(),
            email: emails.get(at).cloned(),
            username: handles.get(at).cloned(),
            ..User::default()
        })
        .collect()
}

/// Adds the rooms that are not in the file. Returns the number of the bridge's rooms.
fn add_rooms(chats: &mut Vec<Chat>, account: &Account, users: &[ResolvedIdentifier]) -> usize {
    let mut known: HashSet<String> = chats.iter().map(|chat| chat.id.clone()).collect();
    let mut rooms = 0;
    for user in users {
        let Some(room) = user.dm_room_mxid.as_ref().filter(|room| !room.is_empty()) else {
            continue;
        };
        rooms += 1;
        if known.insert(room.clone()) {
            chats.push(chat(room, account, user));
        }
    }
    rooms
}

fn chat(room: &str, account: &Account, user: &ResolvedIdentifier) -> Chat {
    let own = User {
        is_self: Some(true),
        ..account.user.clone()
    };
    let people = records(user).into_iter().take(1).chain([own]);
    let items: Vec<_> = people
        .map(|user| Participant {
            user,
            ..Participant::default()
        })
        .collect();
    let network = account.network.as_ref();
    Chat {
        id: room.to_owned(),
        account_id: account.account_id.clone(),
        network: network.unwrap_or(&account.bridge.bridge_type).clone(),
        title: user.name.clone().unwrap_or_else(|| user.id.clone()),
        chat_type: ChatType::Single,
        unread_count: 0,
        is_archived: None,
        is_read_only: None,
        last_activity: None,
        merge: None,
        merged_into_chat_id: None,
        participants: Participants {
            has_more: false,
            total: items.len() as u64,
            items,
            other: Map::new(),
        },
        other: Map::new(),
    }
}
