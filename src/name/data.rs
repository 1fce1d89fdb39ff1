//! Tables of names: nicknames, East Asian family names, and words that identify no one.

pub(super) mod nicknames;
pub(super) mod surnames;
pub(super) mod synonyms;
pub(super) mod titles;
