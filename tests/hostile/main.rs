//! Hostile input: no work takes longer than its input is long.

#[path = "../support/growing/mod.rs"]
mod growing;

mod growth;
