//! Tables of names: nicknames, East Asian family names, and words and texts that identify no one.

pub(super) mod nicknames;
pub(super) mod placeholders;
pub(super) mod surnames;
pub(super) mod synonyms;
pub(super) mod titles;
