//! People's names, compared: how well a candidate's name fits the full name that was asked for.

mod fold;
mod form;
mod index;
mod level;
mod nicknames;
mod reach;
mod score;
mod search;
mod sieve;
mod similarity;
mod sound;
mod surnames;
mod table;
mod tokens;
mod words;

pub use index::NameIndex;
pub use level::MatchKind;
pub use score::{Matched, Score, explain, matched_words, score};
pub use tokens::Name;
