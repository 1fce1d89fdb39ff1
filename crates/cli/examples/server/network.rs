//! The networks behind the accounts, played: they have everybody, under an id of the network's own form, and make every
//! chat.
//!
//! What a network may also say is told by addresses of a domain that nobody has:
//!
//! | email at | lookup | create |
//! |---|---|---|
//! | `absent.invalid` | nobody of this address | – |
//! | `hidden.invalid` | does not tell | – |
//! | `limited.invalid` | asks for fewer questions, for a second | – |
//! | `failing.invalid` | can't be asked | – |
//! | `refusing.invalid` | says who it is | refuses |
//! | `lost.invalid` | says who it is | is asked, and nothing is heard of it |

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use contact_resolution::start::{CreateResult, NetworkRefusal, OpenedChat};
use contact_resolution::{Account, IdentifierKind, Key, LookupResult, Person, StoredIdentifier};

use crate::world::KnownAccount;

/// Who an identifier is.
pub(crate) fn lookup(
    known: &KnownAccount,
    account: &Account,
    kind: IdentifierKind,
    value: &str,
) -> LookupResult {
    match play(value) {
        Some("absent") => LookupResult::Absent,
        Some("hidden") => LookupResult::Hidden,
        Some("limited") => LookupResult::RateLimited(Some(Duration::from_secs(1))),
        Some("failing") => LookupResult::Failed,
        _ => match holder(known, account, kind, value) {
            Ok(person) => {
                let chat = person.chats.first().map(|chat| chat.id.clone());
                LookupResult::Confirmed { person, chat }
            }
            Err(Several) => LookupResult::Hidden,
        },
    }
}

/// A chat with whom an identifier is.
pub(crate) fn create(
    known: &mut KnownAccount,
    account: &Account,
    kind: IdentifierKind,
    value: &str,
) -> CreateResult {
    match play(value) {
        Some("absent") => return CreateResult::Absent,
        Some("refusing") => return CreateResult::Refused(NetworkRefusal::new(403, "refused")),
        Some("lost") => return CreateResult::Lost,
        _ => {}
    }
    let Ok(person) = holder(known, account, kind, value) else {
        return CreateResult::Refused(NetworkRefusal::new(422, "ambiguous"));
    };
    match person.chats.first() {
        Some(chat) => CreateResult::Chat(OpenedChat::existing(chat.id.as_str())),
        None => match known.make_chat(account, person) {
            Ok(id) => CreateResult::Chat(OpenedChat::new(id)),
            // It may be written all the same.
            Err(_) => CreateResult::Lost,
        },
    }
}

/// Several people hold one identifier.
struct Several;

/// Whoever holds an identifier: somebody known, else a stranger.
fn holder(
    known: &KnownAccount,
    account: &Account,
    kind: IdentifierKind,
    value: &str,
) -> Result<Person, Several> {
    let mut keys = StoredIdentifier {
        kind,
        text: value.to_owned(),
    }
    .keys(account);
    keys.retain(|key| !key.is_look_alike());
    let mut holders = known.holders(&account.id, &keys).people;
    holders.retain(|person| person.keys(account).iter().any(|key| keys.contains(key)));
    match (holders.pop(), holders.is_empty()) {
        (Some(person), true) => Ok(person),
        (Some(_), false) => Err(Several),
        (None, _) => Ok(stranger(account, kind, value)),
    }
}

/// Somebody nobody knows yet, under the same id each time.
fn stranger(account: &Account, kind: IdentifierKind, value: &str) -> Person {
    let id = if kind == IdentifierKind::Id {
        value.to_owned()
    } else {
        let digits = value.trim_start_matches('+');
        let carrying = [
            format!("{digits}@s.whatsapp.net"),
            format!("tel:{value}"),
            format!("mailto:{value}"),
        ];
        let asked = Key::new(kind, value);
        let carries = |id: &String| Person::new(id.as_str()).keys(account).contains(&asked);
        carrying
            .into_iter()
            .find(carries)
            .unwrap_or_else(|| number(value))
    };
    Person::new(id).with_identifier(kind, value)
}

/// A number that stands for a text.
fn number(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    (1_000_000_000 + hasher.finish() % 1_000_000_000).to_string()
}

/// The part that an address asks to be played.
fn play(value: &str) -> Option<&str> {
    value
        .strip_suffix(".invalid")?
        .rsplit_once('@')
        .map(|(_, part)| part)
}
