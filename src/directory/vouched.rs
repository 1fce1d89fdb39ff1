//! Answers of which the directory already knows the keys.

use smallvec::SmallVec;

use super::{Coverage, DirectoryAnswer, FoundPeople, FoundPerson};
use crate::key::AccountKeys;

/// The answer to one [`DirectoryQuery`](super::DirectoryQuery), perhaps with the queried keys that its person holds.
///
/// Only the directories of this crate add these keys. The keys of all other answers are derived again from the people.
#[derive(Clone, Debug, Default)]
pub struct VouchedAnswer<'d> {
    pub(crate) people: FoundPeople<'d>,
    pub(crate) coverage: Coverage,
    pub(crate) keys: Option<VouchedKeys<'d>>,
}

/// The answers to several queries, of which there is mostly one.
pub(crate) type VouchedAnswers<'d> = SmallVec<[VouchedAnswer<'d>; 1]>;

impl From<DirectoryAnswer> for VouchedAnswer<'_> {
    fn from(answer: DirectoryAnswer) -> Self {
        VouchedAnswer {
            people: answer.people.into_iter().map(FoundPerson::from).collect(),
            coverage: answer.coverage,
            keys: None,
        }
    }
}

impl From<VouchedAnswer<'_>> for DirectoryAnswer {
    fn from(answer: VouchedAnswer<'_>) -> Self {
        DirectoryAnswer {
            people: answer
                .people
                .into_iter()
                .map(FoundPerson::into_whole)
                .collect(),
            coverage: answer.coverage,
        }
    }
}

/// The keys of an answer with at most one person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VouchedKeys<'d> {
    /// The account by which the directory derived all keys.
    pub(crate) of: &'d AccountKeys,
    pub(crate) held: HeldKeys,
}

/// The queried keys that a person holds. A bit for each key, in the order of the query.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HeldKeys {
    held: u64,
    /// Those that are an address which an id of the person embeds.
    embedded: u64,
    /// Whether the record may be of the own user.
    pub(crate) may_be_own: bool,
    /// Whether the person has a single id on the network.
    pub(crate) has_one_id: bool,
}

impl HeldKeys {
    /// The most keys of a query that has such an answer.
    pub(crate) const MOST: usize = u64::BITS as usize;

    /// Returns no keys of a record.
    pub(crate) fn of_record(may_be_own: bool) -> Self {
        HeldKeys {
            may_be_own,
            ..HeldKeys::default()
        }
    }

    pub(crate) fn add(&mut self, key: usize, is_embedded: bool) {
        self.held |= 1 << key;
        self.embedded |= u64::from(is_embedded) << key;
    }

    pub(crate) fn is_empty(self) -> bool {
        self.held == 0
    }

    /// Returns whether a key is held, and whether an id of the person embeds it.
    pub(crate) fn get(self, key: usize) -> Option<bool> {
        let has = |bits: u64| bits >> key & 1 == 1;
        has(self.held).then(|| has(self.embedded))
    }
}
