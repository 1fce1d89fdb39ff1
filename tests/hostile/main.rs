//! Hostile input: no work takes longer than its input is long, and no list of a decision is without a limit.

#[path = "../support/growing/mod.rs"]
mod growing;

mod growth;
mod limits;
