//! The pipeline from a payload to a decision.

pub mod decide;
pub mod rank;
pub mod triage;
