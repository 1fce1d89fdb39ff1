//! The guide: the words that the crate uses, the path of a payload through the code, and the laws it keeps.

#[doc = include_str!("guide/glossary.md")]
pub mod glossary {}

#[doc = include_str!("guide/architecture.md")]
pub mod architecture {}

#[doc = include_str!("guide/laws.md")]
pub mod laws {}
