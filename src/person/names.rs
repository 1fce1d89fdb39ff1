//! The names of a person that are more than placeholders.

use super::{Account, Person};
use crate::identifier::UserId;
use crate::name::{real_name, real_name_with};
use crate::network::IdentifierKind;

impl Person {
    /// Returns whether a name is more than a placeholder, as far as the record shows it.
    pub(super) fn is_real_name(&self, name: &str) -> bool {
        real_name(name, &[], &[]).is_some_and(|name| !self.is_named_by_id(name))
    }

    /// Returns whether a name only repeats an id of the person. Bridges write the id if they do not know a name.
    fn is_named_by_id(&self, name: &str) -> bool {
        let mut ids = self.stored(IdentifierKind::Id);
        may_be_id(name) && ids.any(|id| repeats(name, id))
    }
}

impl Account {
    /// Returns the names of a person that are more than placeholders, without the suffixes of bridges.
    pub(crate) fn real_names<'a>(&self, person: &'a Person) -> impl Iterator<Item = &'a str> {
        let names = person.names();
        names.filter_map(|name| self.real_name(person, name))
    }

    /// Returns the full name of a person without the suffix of a bridge, unless it is a placeholder.
    pub(crate) fn real_full_name<'a>(&self, person: &'a Person) -> Option<&'a str> {
        let name = person.full_name.as_deref()?;
        self.real_name(person, name)
    }

    fn real_name<'a>(&self, person: &Person, name: &'a str) -> Option<&'a str> {
        let network = &self.network;
        let name = real_name_with(name, network.name_suffixes(), network.placeholder_names())?;
        let is_id = person.is_named_by_id(name) || self.reads_as_id(person, name);
        (!is_id).then_some(name)
    }

    /// Returns whether the network's grammar reads a name as an id of the person, or as a text that only ids look like.
    fn reads_as_id(&self, person: &Person, name: &str) -> bool {
        let read = |text: &str| UserId::parse(text, self.grammar()).ok();
        let is_own = |named: &UserId| {
            let mut ids = person.stored(IdentifierKind::Id).filter_map(read);
            has_digit(name) && ids.any(|id| id == *named)
        };
        let named = is_one_text(name).then(|| read(name)).flatten();
        named.is_some_and(|named| named.is_distinctive() || is_own(&named))
    }
}

/// The most bytes of a name that is compared with ids.
const MAX_ID: usize = 256;

/// Returns whether a name may be an id. One word of letters may be a name even if an id is spelled like it.
fn may_be_id(name: &str) -> bool {
    is_one_text(name) && (has_digit(name) || parts(name).nth(1).is_some())
}

/// Returns whether a name has no white space, like every id.
fn is_one_text(name: &str) -> bool {
    name.len() <= MAX_ID && !name.contains(char::is_whitespace)
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Returns whether a name is an id, or some parts of it that follow each other.
///
/// Without a digit, only the exact text of the whole id counts. Jean-Luc is a name, even of a person with the id
/// `jean-luc`.
fn repeats(name: &str, id: &str) -> bool {
    if !has_digit(name) {
        return name == id;
    }
    let mut rest = parts(id);
    loop {
        let mut from_here = rest.clone();
        let is_here = |part: &str| {
            let other = from_here.next();
            other.is_some_and(|other| other.eq_ignore_ascii_case(part))
        };
        if parts(name).all(is_here) {
            return true;
        }
        if rest.next().is_none() {
            return false;
        }
    }
}

/// Returns the parts of an id between its signs.
fn parts(text: &str) -> impl Iterator<Item = &str> + Clone {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::repeats;

    #[test]
    fn name_that_is_a_part_of_an_id_repeats_it_only_with_a_digit() {
        for (name, id) in [
            ("T0Q7-U0KIT4", "T0Q7-U0KIT4"),
            ("u0kit4", "T0Q7-U0KIT4"),
            ("plc-kit4", "did:plc:kit4"),
            ("kit_4", "kit.4@chat.example"),
            ("net_kit", "net_kit"),
        ] {
            assert!(repeats(name, id), "{name} {id}");
        }
        for (name, id) in [
            ("kit", "net_kit"),
            ("Jean-Luc", "jean-luc"),
            ("Kit4", "T0Q7-U0KIT44"),
            ("4-Kit", "kit-4"),
        ] {
            assert!(!repeats(name, id), "{name} {id}");
        }
    }
}
