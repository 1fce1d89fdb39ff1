//! Numbers of stored names and of their tokens, as postings and names contain them.

use crate::name::text::token::TokenKind;

/// The number of groups of stored names.
pub(in crate::name) const GROUPS: usize = 4;

/// The position of a stored name: its group in the highest two bits, and its place in the group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::name) struct NameSlot(u32);

const MAX_PLACE: u32 = u32::MAX / 4;

impl NameSlot {
    /// Returns `None` if the group is full, at 2^30 names.
    pub(in crate::name) fn new(group: usize, place: usize) -> Option<Self> {
        let place = u32::try_from(place)
            .ok()
            .filter(|&place| place <= MAX_PLACE)?;
        Some(Self(u32::try_from(group).ok()? << 30 | place))
    }

    pub(in crate::name) fn group(self) -> usize {
        (self.0 >> 30) as usize
    }

    pub(in crate::name) fn place(self) -> usize {
        (self.0 & MAX_PLACE) as usize
    }
}

/// A token of a stored name: the number of its word, whether it had an umlaut, and its kind in the lowest two bits.
#[derive(Clone, Copy)]
pub(in crate::name) struct StoredToken(u32);

const MAX_WORD: u32 = u32::MAX >> 3;

impl StoredToken {
    /// Returns `None` if the number of the word is too large, at 2^29 words.
    pub(in crate::name) fn new(word: u32, kind: TokenKind, has_umlaut: bool) -> Option<Self> {
        (word <= MAX_WORD).then_some(Self(word << 3 | u32::from(has_umlaut) << 2 | kind as u32))
    }

    pub(in crate::name) fn word(self) -> u32 {
        self.0 >> 3
    }

    pub(in crate::name) fn has_umlaut(self) -> bool {
        self.0 >> 2 & 1 == 1
    }

    pub(in crate::name) fn kind(self) -> TokenKind {
        [
            TokenKind::Word,
            TokenKind::Initial,
            TokenKind::Particle,
            TokenKind::Noise,
        ][(self.0 & 3) as usize]
    }
}
