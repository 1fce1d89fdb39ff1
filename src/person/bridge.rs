//! People as a bridge describes them.

use super::{DirectChat, Person, StoredIdentifier, keep_first};
use crate::network::IdentifierKind;
use crate::wire::ResolvedIdentifier;

/// The person has the network's id. The Matrix id that the bridge made for the person is a further id. The room is the
/// direct chat.
impl From<&ResolvedIdentifier> for Person {
    fn from(user: &ResolvedIdentifier) -> Self {
        let mut person = Person::new(user.id.as_str());
        person.full_name = user.name.clone().filter(|name| !name.is_empty());
        if let Some(mxid) = user.mxid.as_ref().filter(|mxid| !mxid.is_empty()) {
            person = person.with_identifier(IdentifierKind::Id, mxid);
        }
        for uri in user.identifiers.iter().flatten() {
            if let Some((kind, text)) = identifier_of_uri(uri) {
                let text = text.to_owned();
                person.push(StoredIdentifier { kind, text });
            }
        }
        keep_first(&mut person.identifiers);
        let room = user.dm_room_mxid.iter().filter(|room| !room.is_empty());
        person.chats.extend(room.map(DirectChat::new));
        person
    }
}

/// The URI schemes of bridges, and the kind of identifier that follows each. A scheme that is not here is left out.
const SCHEMES: [(&str, IdentifierKind); 11] = [
    ("tel", IdentifierKind::Phone),
    ("sms", IdentifierKind::Phone),
    ("mailto", IdentifierKind::Email),
    ("telegram", IdentifierKind::Handle),
    ("instagram", IdentifierKind::Handle),
    ("twitter", IdentifierKind::Handle),
    ("bluesky", IdentifierKind::Handle),
    ("signal", IdentifierKind::Handle),
    ("irc", IdentifierKind::Handle),
    ("ircs", IdentifierKind::Handle),
    ("linkedin", IdentifierKind::Id),
];

/// Returns the identifier in a URI: the number of `tel:+14155552671`, the nick of `irc://irc.example.net/alice`.
fn identifier_of_uri(uri: &str) -> Option<(IdentifierKind, &str)> {
    let (scheme, rest) = uri.split_once(':')?;
    let (_, kind) = SCHEMES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(scheme))?;
    let text = match rest.strip_prefix("//") {
        Some(with_host) => with_host.split_once('/')?.1,
        None => rest,
    };
    (!text.is_empty()).then_some((*kind, text))
}
