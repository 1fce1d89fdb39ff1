//! The phases of a start. Each phase has only the data that exists in this phase.

use super::{OpenedChat, Outcome};
use crate::key::Key;
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
    /// The claim is requested from the ledger.
    Claiming { key: ClaimKey },
    /// A create was sent.
    Creating(Create),
    /// The directory is queried about the participants in the answer to a create.
    Checking(Box<Check>),
    /// The outcome of a claim is recorded in the ledger.
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
    /// Whether the create carries the first message.
    pub(super) sends_message: bool,
}

/// A chat that a create opened, before it is known to be the right one.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) create: Create,
    pub(super) chat: OpenedChat,
    /// The keys that the directory is queried with.
    pub(super) keys: Vec<Key>,
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
    /// Another start has the claim.
    Held,
    /// The answer to a create was lost.
    Lost(HeldClaim),
}

/// The claim of this start.
#[derive(Debug)]
pub(super) struct HeldClaim {
    pub(super) key: ClaimKey,
    pub(super) token: u64,
    pub(super) doubt: Doubt,
    /// Whether the lookups of this start are still true. They are repeated if a chat may have been made after them,
    /// unless the create would open that chat.
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
    /// A create of another start, longer ago than the claim timeout. This start creates a chat if a lookup finds none.
    Others,
    /// A create of this start. `None` if the create is not known. This start never creates again.
    Own(Option<LostCreate>),
}

/// A create with a lost answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LostCreate {
    pub(super) attempt: Attempt,
    /// Whether the create carried the first message.
    pub(super) sent_message: bool,
}
