//! The start as a state machine: it returns the next effect and takes the reply. It does no IO, reads no clock and never
//! sleeps, so any host can drive it, and every interleaving can be tested.
//!
//! # Guarantees
//!
//! Within one start, no create follows a create with a lost answer. All starts that share a ledger make at most one
//! chat with one person. At most one of them ends as `created`. This holds under these assumptions:
//!
//! - The claim timeout of the ledger is longer than the time from a claim to its outcome. It is also longer than a lost
//!   request can still take to arrive.
//! - The network shows a chat to every lookup after it was made, and so does a directory that covers all chats. Otherwise
//!   a create opens the chat that exists.
//! - The server executes a request at most once, or deduplicates it by its idempotency key.
//! - The identifiers of one person are known, or looked up, to be one person's.
//!
//! A start that ends without an outcome, by a crash or because its driver was dropped, keeps its claim. Its host may
//! [recover](ChatStart::recover) it to know sooner. Otherwise the first start after the claim timeout takes the claim
//! over. It looks for a chat, and creates one if none exists.

mod answer;
mod claim;
mod effect;
mod json;
pub(crate) mod machine;
pub(crate) mod outcome;
mod phase;
mod plan;
mod record;
mod timing;
mod transition;

pub use effect::{CreateRequest, CreateResult, Effect, OpenedChat, Reply};
pub use outcome::NetworkRefusal;
pub use timing::StartTiming;

pub(crate) use machine::ChatStart;
pub(crate) use outcome::{FirstMessageStatus, Outcome, StartResult};
