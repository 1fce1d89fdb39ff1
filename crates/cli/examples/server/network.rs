//! The networks behind the accounts, simulated. They have an account for every identifier, under an id in the network's
//! own form, and create every chat.
//!
//! Email addresses at these reserved domains cause other answers:
//!
//! | email at | lookup | create |
//! |---|---|---|
//! | `absent.invalid` | no such person | – |
//! | `hidden.invalid` | hidden | – |
//! | `limited.invalid` | rate limited, for a second | – |
//! | `failing.invalid` | failed | – |
//! | `refusing.invalid` | finds the person | refused |
//! | `lost.invalid` | finds the person | the response is lost |

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use contact_resolution::start::{CreateResult, NetworkRefusal, OpenedChat};
use contact_resolution::{Account, IdentifierKind, Key, LookupResult, Person, StoredIdentifier};

use crate::world::World;

/// Looks up an identifier.
pub(crate) fn lookup(
    world: &World,
    account: &Account,
    kind: IdentifierKind,
    value: &str,
) -> LookupResult {
    match play(value) {
        Some("absent") => LookupResult::Absent,
        Some("hidden") => LookupResult::Hidden,
        Some("limited") => LookupResult::RateLimited(Some(Duration::from_secs(1))),
        Some("failing") => LookupResult::Failed,
        _ => match holder(world, account, kind, value) {
            Ok(person) => {
                let chat = person.chats.first().map(|chat| chat.id.clone());
                LookupResult::Confirmed { person, chat }
            }
            Err(Several) => LookupResult::Hidden,
        },
    }
}

/// Creates a chat with the holder of an identifier.
pub(crate) async fn create(
    world: &World,
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
    let _turn = world.creating.lock().await;
    let Ok(person) = holder(world, account, kind, value) else {
        return CreateResult::Refused(NetworkRefusal::new(422, "ambiguous"));
    };
    match person.chats.first() {
        Some(chat) => CreateResult::Chat(OpenedChat::existing(chat.id.as_str())),
        None => match world.create_chat(account, person).await {
            Ok(id) => CreateResult::Chat(OpenedChat::new(id)),
            // The chat may be stored in spite of the error.
            Err(_) => CreateResult::Lost,
        },
    }
}

/// The error for an identifier with several holders.
struct Several;

/// Returns the known holder of an identifier, or else a stranger.
fn holder(
    world: &World,
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
    let mut holders = world.state().holders(&account.id, &keys).people;
    holders.retain(|person| person.keys(account).iter().any(|key| keys.contains(key)));
    match (holders.pop(), holders.is_empty()) {
        (Some(person), true) => Ok(Arc::unwrap_or_clone(person)),
        (Some(_), false) => Err(Several),
        (None, _) => Ok(stranger(account, kind, value)),
    }
}

/// Returns a person without a contact or chat. The id depends only on the identifier.
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

/// Returns a number that depends only on the text.
fn number(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    (1_000_000_000 + hasher.finish() % 1_000_000_000).to_string()
}

/// Returns the answer that an address asks for.
fn play(value: &str) -> Option<&str> {
    value
        .strip_suffix(".invalid")?
        .rsplit_once('@')
        .map(|(_, part)| part)
}
