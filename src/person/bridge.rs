//! People as a bridge describes them.

use std::borrow::Cow;

use super::{DirectChat, Person, StoredIdentifier, keep_first};
use crate::identifier::link;
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
                let text = text.into_owned();
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
fn identifier_of_uri(uri: &str) -> Option<(IdentifierKind, Cow<'_, str>)> {
    let (scheme, rest) = uri.split_once(':')?;
    let (_, kind) = SCHEMES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(scheme))?;
    let text = match rest.strip_prefix("//") {
        Some(with_host) => with_host.split_once('/')?.1,
        None => rest,
    };
    let text = text.split_once('?').map_or(text, |(text, _)| text);
    let text = link::decode(text)?;
    (!text.is_empty()).then_some((*kind, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uri_is_decoded_and_its_query_is_left_out() {
        let read = |uri| identifier_of_uri(uri).map(|(_, text)| text.into_owned());
        for (uri, text) in [
            ("mailto:ada%2Bchat@example.com", "ada+chat@example.com"),
            ("sms:+12125550142?body=hello", "+12125550142"),
            ("tel:%2B12125550142", "+12125550142"),
            ("irc://irc.example.net/ada", "ada"),
        ] {
            assert_eq!(read(uri).as_deref(), Some(text), "{uri}");
        }
        assert_eq!(read("mailto:%FF@example.com"), None);
        assert_eq!(read("tel:?phone-context=example.com"), None);
    }
}
