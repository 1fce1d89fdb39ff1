//! From text to tokens: folding, splitting, transliteration and phonetic codes.

pub(super) mod fold;
pub(super) mod phonetic;
pub(super) mod real_name;
pub(super) mod token;
pub(super) mod tokenize;
mod transliterate;
