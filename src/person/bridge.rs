//! People as a bridge tells of them.

use super::{DirectChat, Person};
use crate::network::IdentifierKind;
use crate::wire::ResolvedIdentifier;

/// Under the network's id; the ghost's Matrix id is a further one, and the room is their direct chat.
impl From<&ResolvedIdentifier> for Person {
    fn from(user: &ResolvedIdentifier) -> Self {
        let mut person = Person::new(user.id.as_str());
        person.full_name = user.name.clone().filter(|name| !name.is_empty());
        if let Some(mxid) = user.mxid.as_ref().filter(|mxid| !mxid.is_empty()) {
            person = person.with_identifier(IdentifierKind::Id, mxid);
        }
        // Of other schemes each bridge has its own.
        let schemes = [
            ("tel:", IdentifierKind::Phone),
            ("mailto:", IdentifierKind::Email),
        ];
        for uri in user.identifiers.iter().flatten() {
            for (scheme, kind) in schemes {
                if let Some(text) = uri.strip_prefix(scheme) {
                    person = person.with_identifier(kind, text);
                }
            }
        }
        let room = user.dm_room_mxid.iter().filter(|room| !room.is_empty());
        person.chats.extend(room.map(DirectChat::new));
        person
    }
}
