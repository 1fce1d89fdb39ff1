//! The start as a state machine: it returns the next effect and takes the reply. It does no IO, reads no clock and never
//! sleeps, so any host can drive it, and every interleaving can be tested.
//!
//! # Guarantees
//!
//! Within one start, no create follows a create with a lost answer. All starts that share a ledger make at most one
//! chat with one person. At most one of these starts ends as [`StartResult::Created`]. This guarantee holds under these
//! assumptions:
//!
//! - The claim timeout of the ledger is longer than the time from a claim to its outcome. It is also longer than the time
//!   in which a request without an answer can still arrive.
//! - After a chat is made, every lookup on the network shows it. A directory that covers all chats shows it too. If neither
//!   holds, the create opens the existing chat.
//! - The server executes a request at most once, or deduplicates it by its idempotency key.
//! - The directory or a lookup shows which identifiers belong to one person.
//! - The ledger keeps its claims, and its clocks agree.
//!
//! If a start ends without an outcome, by a crash or because its driver was dropped, its claim stays. To check before the
//! claim timeout, call [`ChatStart::recover`]. Otherwise the first start after the claim timeout looks for a chat, and
//! creates a chat if it finds none.

mod answer;
mod claim;
mod effect;
mod json;
pub(crate) mod machine;
mod network_refusal;
pub(crate) mod outcome;
mod participant;
mod phase;
mod plan;
mod record;
mod timing;
mod transition;

pub use effect::{CreateRequest, CreateResult, Effect, OpenedChat, Reply};
pub use network_refusal::NetworkRefusal;
pub use timing::StartTiming;

pub(crate) use machine::ChatStart;
pub(crate) use outcome::{FirstMessageStatus, Outcome, StartResult};
