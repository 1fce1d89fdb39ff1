//! How well two names fit: single tokens first, then whole names.

mod across_scripts;
pub(super) mod align;
pub(super) mod explain;
pub(super) mod fit;
pub(super) mod join;
pub(super) mod match_kind;
pub(super) mod score;
pub(super) mod similarity;
pub(super) mod token_match;
