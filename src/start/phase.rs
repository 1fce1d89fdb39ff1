//! The phases of a start. Each has the data that exists in it, and no other.

use super::Outcome;
use crate::ledger::{Claim, ClaimKey, ClaimOutcome};
use crate::pipeline::decide::Attempt;

/// The effect that a start waits for.
#[derive(Debug)]
pub(super) enum Phase {
    /// Nothing was done yet.
    Begin,
    /// The directory is queried.
    Finding { claim: Option<HeldClaim> },
    /// The network is asked about an identifier.
    LookingUp {
        claim: Option<HeldClaim>,
        attempt: Attempt,
    },
    /// The ledger is asked for the claim.
    Claiming { key: ClaimKey },
    /// A create was sent.
    Creating(Create),
    /// The ledger is given the outcome of a claim.
    Recording {
        claim: Claim,
        outcome: ClaimOutcome,
        next: AfterRecord,
    },
    /// The start waits for a while.
    Waiting(WaitReason),
    /// The start has ended.
    Done(Box<Outcome>),
}

/// A create under way.
#[derive(Debug)]
pub(super) struct Create {
    pub(super) claim: HeldClaim,
    pub(super) attempt: Attempt,
    /// Whether the first message goes with it.
    pub(super) sends_message: bool,
}

/// The next step after an outcome is recorded.
#[derive(Debug)]
pub(super) enum AfterRecord {
    /// The start ends.
    Done(Box<Outcome>),
    /// The attempt failed, or the network named another person. The start decides again.
    DecideAgain,
}

/// Why a start waits.
#[derive(Debug)]
pub(super) enum WaitReason {
    /// Another start holds the claim.
    Held,
    /// The answer to a create was lost.
    Lost(HeldClaim),
}

/// A claim that this start holds.
#[derive(Debug)]
pub(super) struct HeldClaim {
    pub(super) key: ClaimKey,
    pub(super) token: u64,
    pub(super) doubt: Doubt,
    /// Whether the lookups of this start need not be repeated. They must be repeated if a chat may have been made since, and
    /// a create would not open it.
    pub(super) is_fresh: bool,
}

impl HeldClaim {
    pub(super) fn to_claim(&self) -> Claim {
        Claim::new(self.key.clone(), self.token)
    }
}

/// Whether a create with an unknown result may have made a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// No such create.
    None,
    /// A create of another start, longer ago than the claim timeout. This start creates if a lookup finds no chat.
    Others,
    /// A create of this start, if it is known. This start never creates again.
    Own(Option<LostCreate>),
}

/// A create with a lost answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LostCreate {
    pub(super) attempt: Attempt,
    /// Whether the first message went with it.
    pub(super) sent_message: bool,
}
