//! Comparing people's names: how well a candidate's name fits a hint, and search among many names.

mod compare;
mod data;
mod index;
mod text;

pub use compare::explain::{Matched, explain};
pub use compare::score::{Score, has_every_word, matched_words, score, score_any};
pub(crate) use index::{MAX_NAMES, PreparedNames, prepared, word_rows};
pub use index::{NameHit, NameIndex};
pub use text::real_name::real_name;
pub(crate) use text::real_name::real_name_with;
pub use text::tokenize::Name;
