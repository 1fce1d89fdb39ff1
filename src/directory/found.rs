//! The people of an answer.

use std::cell::OnceCell;
use std::sync::Arc;

use smallvec::SmallVec;

use super::PersonRef;
use crate::key::{WantedKeys, may_read_as};
use crate::network::IdentifierKind;
use crate::person::{DirectChat, Person};

/// The people of an answer, of which there is mostly one.
pub(crate) type FoundPeople<'d> = SmallVec<[FoundPerson<'d>; 1]>;

/// Identifiers of a person, of which there are mostly few.
pub(crate) type Identifiers<'p> = SmallVec<[(IdentifierKind, &'p str); 4]>;

/// A person that a directory found.
///
/// A record of a memory directory is read in place, because most decisions need only a few of its fields.
#[derive(Clone, Debug)]
pub(crate) enum FoundPerson<'d> {
    /// The whole person, which the directory may share.
    Whole(Arc<Person>),
    /// A packed record.
    Packed {
        id: &'d str,
        record: PersonRef<'d>,
        /// The whole person, once it has been read.
        whole: OnceCell<Arc<Person>>,
    },
}

impl FoundPerson<'_> {
    /// Returns the whole person.
    pub(crate) fn whole(&self) -> &Arc<Person> {
        match self {
            FoundPerson::Whole(person) => person,
            FoundPerson::Packed { record, whole, .. } => {
                whole.get_or_init(|| record.to_person().into())
            }
        }
    }

    /// Returns the whole person, like [`whole`](FoundPerson::whole).
    pub(crate) fn into_whole(self) -> Arc<Person> {
        match self {
            FoundPerson::Whole(person) => person,
            FoundPerson::Packed { record, whole, .. } => {
                let whole = whole.into_inner();
                whole.unwrap_or_else(|| record.to_person().into())
            }
        }
    }

    pub(crate) fn is_local(&self) -> bool {
        match self {
            FoundPerson::Whole(person) => person.is_local,
            FoundPerson::Packed { record, .. } => record.is_local(),
        }
    }

    pub(crate) fn is_self(&self) -> bool {
        match self {
            FoundPerson::Whole(person) => person.is_self,
            FoundPerson::Packed { record, .. } => record.is_self(),
        }
    }

    pub(crate) fn group_only(&self) -> bool {
        match self {
            FoundPerson::Whole(person) => person.group_only,
            FoundPerson::Packed { record, .. } => record.group_only(),
        }
    }

    pub(crate) fn cannot_message(&self) -> bool {
        match self {
            FoundPerson::Whole(person) => person.cannot_message,
            FoundPerson::Packed { record, .. } => record.cannot_message(),
        }
    }

    /// Returns the direct chats with the person.
    pub(crate) fn chats(&self) -> Vec<DirectChat> {
        match self {
            FoundPerson::Whole(person) => person.chats.clone(),
            FoundPerson::Packed { record, .. } => record.chats(),
        }
    }

    /// Returns the ids on the network and the other identifiers, as they are stored, in the order of their kinds. Leaves out
    /// those that cannot have a wanted key.
    pub(crate) fn identifiers(&self, wanted: WantedKeys) -> Identifiers<'_> {
        let mut identifiers = Identifiers::new();
        match self {
            FoundPerson::Whole(person) => {
                let stored = person.all_stored();
                identifiers.extend(
                    stored.filter(|(kind, text)| may_read_as(*kind, text.as_bytes(), wanted)),
                );
            }
            FoundPerson::Packed { id, record, .. } => {
                if !record.is_local() {
                    identifiers.push((IdentifierKind::Id, id));
                }
                for identifier in record.identifiers(wanted) {
                    identifiers.push(identifier);
                }
            }
        }
        identifiers.sort_by_key(|(kind, _)| *kind);
        identifiers
    }

    /// Takes the id on the network and the full name. They are copied from a person that the directory has.
    pub(crate) fn take_id_and_name(&mut self) -> (Option<String>, Option<String>) {
        match self {
            FoundPerson::Whole(person) => match Arc::get_mut(person) {
                Some(person) => {
                    let id = std::mem::take(&mut person.id);
                    ((!person.is_local).then_some(id), person.full_name.take())
                }
                None => (
                    person.network_id().map(str::to_owned),
                    person.full_name.clone(),
                ),
            },
            FoundPerson::Packed { id, record, .. } => (
                (!record.is_local()).then(|| (*id).to_owned()),
                record.full_name().map(str::to_owned),
            ),
        }
    }
}

impl From<Arc<Person>> for FoundPerson<'_> {
    fn from(person: Arc<Person>) -> Self {
        FoundPerson::Whole(person)
    }
}

impl<'d> From<PersonRef<'d>> for FoundPerson<'d> {
    fn from(record: PersonRef<'d>) -> Self {
        FoundPerson::Packed {
            id: record.id(),
            record,
            whole: OnceCell::new(),
        }
    }
}
