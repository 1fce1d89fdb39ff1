//! The layout of the tables of characters as bytes.
//!
//! The bytes are not compressed, because a server or an archive compresses the whole package. They are laid out for that:
//! values of one kind follow each other, characters are differences, and frequent texts are numbers.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the values are in the ranges that the comments give"
)]

pub mod mappings;
pub mod names;
mod number;
pub mod runs;
