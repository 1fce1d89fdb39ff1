//! The state machine: its construction, and the step from a reply to the next effect.

use std::mem;

use super::phase::{Doubt, HeldClaim, Phase, WaitReason};
use super::{CreateRequest, Effect, NetworkRefusal, Outcome, Reply, StartResult, StartTiming};
use crate::directory::DirectoryAnswer;
use crate::key::Key;
use crate::ledger::Claim;
use crate::network::Dialect;
use crate::person::{Account, DirectChat, Person};
use crate::pipeline::Pipeline;
use crate::pipeline::decide::{Decision, Reason, first_message};
use crate::pipeline::lookup::LookupRecord;
use crate::plan::Plan;
use crate::policy::Policy;
use crate::wire::StartRequest;

/// The state machine of one start.
///
/// Call [`advance`](ChatStart::advance) with `None` first. Then call it with the reply to the effect that it returned last.
#[derive(Debug)]
pub struct ChatStart<'a> {
    pub(super) pipeline: Pipeline<'a>,
    /// The approved plan, if this start carries one out.
    pub(super) approved: Option<&'a Plan>,
    pub(super) timing: StartTiming,
    pub(super) keys: Vec<Key>,
    /// How many queries were for further records of the people found.
    pub(super) linking_queries: u8,
    /// The last answer of the directory.
    pub(super) answer: DirectoryAnswer,
    pub(super) lookups: Vec<LookupRecord>,
    /// The last decision, and the known person that it chose.
    pub(super) decision: Decision,
    pub(super) person: Option<Person>,
    pub(super) other_owners: Vec<Person>,
    /// The chat in the answer to the create.
    pub(super) opened: Option<DirectChat>,
    /// The last network refusal of a create because the person does not exist.
    pub(super) not_found: Option<NetworkRefusal>,
    /// How often this start has waited for another start.
    pub(super) waits: u32,
    /// Whether this start has asked the ledger for a claim. After that, another start may have made the chat.
    pub(super) has_claimed: bool,
    /// Whether the network named another person than the claimed one.
    pub(super) is_redirected: bool,
    /// Whether the network refused a create because the person does not exist.
    pub(super) is_create_refused: bool,
    pub(super) phase: Phase,
}

impl<'a> ChatStart<'a> {
    /// Creates a start. Call `advance(None)` next.
    ///
    /// ```
    /// use contact_resolution::start::Effect;
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, ChatStart, Network, Policy, StartResult};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let request = StartRequest::new("whatsapp", UserPayload::default());
    /// let policy = Policy::default();
    /// let mut start = ChatStart::new(&account, &request, &policy);
    /// let Effect::Done(outcome) = start.advance(None) else { panic!() };
    /// assert_eq!(outcome.result, StartResult::Refused);
    /// ```
    #[must_use]
    pub fn new(account: &'a Account, request: &'a StartRequest, policy: &'a Policy) -> Self {
        let pipeline = Pipeline::new(account, request, policy).for_start();
        let mut start = ChatStart {
            approved: None,
            timing: StartTiming::default(),
            keys: pipeline.keys(),
            pipeline,
            linking_queries: 0,
            answer: DirectoryAnswer::default(),
            lookups: Vec::new(),
            decision: Decision::account_not_found(),
            person: None,
            other_owners: Vec::new(),
            opened: None,
            not_found: None,
            waits: 0,
            has_claimed: false,
            is_redirected: false,
            is_create_refused: false,
            phase: Phase::Begin,
        };
        if request.account_id != account.id {
            start.phase = start.done(StartResult::Refused);
        }
        start
    }

    /// Creates a start that continues an interrupted start, for example after a crash. `claim` is the claim of the
    /// interrupted start.
    ///
    /// The create of the interrupted start may have been sent, so it counts as lost. The new start waits, by default 8
    /// seconds. Then it queries the directory and, if the network has lookups, looks the person up. It never creates a chat.
    ///
    /// The result is [`StartResult::Existing`], or [`StartResult::Unknown`] (code `outcome_unknown`) if no chat is found.
    /// After `Unknown`, the claim stays until the claim timeout.
    ///
    /// ```
    /// use contact_resolution::start::{Effect, Reply};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, ChatStart, Claim, ClaimKey, ClaimOutcome, Coverage, DirectChat, DirectoryAnswer, IdentifierKind, Key, Network, Person, Policy};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let user = UserPayload { id: Some("alice-id".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    /// let claim_key = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice-id"));
    ///
    /// let mut start = ChatStart::recover(&account, &request, &policy, Claim::new(claim_key, 1));
    /// assert!(matches!(start.advance(None), Effect::Wait(_)));
    /// assert!(matches!(start.advance(Some(Reply::Woke)), Effect::Find(_)));
    /// let mut alice = Person::new("alice-id");
    /// alice.chats.push(DirectChat::new("!made"));
    /// let answer = DirectoryAnswer::new([alice], Coverage { contacts: true, chats: true });
    /// let Effect::Record(_, outcome) = start.advance(Some(Reply::Found(answer))) else { panic!() };
    /// assert_eq!(outcome, ClaimOutcome::Chat("!made".into()));
    /// ```
    #[must_use]
    pub fn recover(
        account: &'a Account,
        request: &'a StartRequest,
        policy: &'a Policy,
        claim: Claim,
    ) -> Self {
        let start = ChatStart::new(account, request, policy);
        let claim = HeldClaim {
            key: claim.key,
            token: claim.token,
            doubt: Doubt::Own(None),
            is_fresh: false,
        };
        if matches!(start.phase, Phase::Done(_)) || claim.key.account != account.id {
            let phase = start.give_up(Some(claim));
            return ChatStart { phase, ..start };
        }
        ChatStart {
            has_claimed: true,
            phase: Phase::Waiting(WaitReason::Lost(claim)),
            ..start
        }
    }

    /// Sets how long the start waits.
    #[must_use]
    pub fn with_timing(self, timing: StartTiming) -> Self {
        ChatStart { timing, ..self }
    }

    pub(crate) fn timing(&self) -> StartTiming {
        self.timing
    }

    /// Sets the dialect: the facts of the server API that this start uses. [`Client`](crate::Client) calls this method.
    #[must_use]
    pub fn with_dialect(self, dialect: &'a Dialect) -> Self {
        ChatStart {
            pipeline: self.pipeline.with_dialect(dialect),
            ..self
        }
    }

    /// Returns the account.
    #[must_use]
    pub fn account(&self) -> &'a Account {
        self.pipeline.account
    }

    /// Returns the name to search suggestions with, if the start found no person. If you call `advance` yourself, add the
    /// suggestions with [`Decision::suggest`]. [`Client`](crate::Client) does this for you.
    ///
    /// ```
    /// use contact_resolution::start::Effect;
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, ChatStart, Network, Person, Policy};
    ///
    /// let account = Account::new("signal", Network::from_bridge_type("signal"), "me");
    /// let user = UserPayload { full_name: Some("Alice".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("signal", user), Policy::default());
    /// let mut start = ChatStart::new(&account, &request, &policy);
    /// let Effect::Done(mut outcome) = start.advance(None) else { panic!() };
    /// assert_eq!(start.suggestion_name(&outcome), Some("Alice"));
    /// outcome.decision.suggest(&[Person::new("alice-id").with_name("Alice Example")]);
    /// ```
    #[must_use]
    pub fn suggestion_name(&self, outcome: &Outcome) -> Option<&'a str> {
        let is_refused = outcome.result == StartResult::Refused;
        self.pipeline
            .suggestion_name(&outcome.decision)
            .filter(|_| is_refused)
    }

    /// Returns the claim during a directory query, if no create can have made a chat. [`Client`](crate::Client) calls
    /// this method.
    ///
    /// If you abandon the start during a directory query, record [`NoChat`](crate::ClaimOutcome::NoChat) for this claim.
    #[must_use]
    pub fn abandonable_claim(&self) -> Option<Claim> {
        match &self.phase {
            Phase::Finding { claim: Some(claim) } if claim.doubt == Doubt::None => {
                Some(claim.to_claim())
            }
            _ => None,
        }
    }

    /// Returns whether a create of this start may have made a chat, although its answer was lost or is not checked yet.
    pub(crate) fn is_in_doubt(&self) -> bool {
        match &self.phase {
            Phase::Finding { claim: Some(claim) }
            | Phase::LookingUp {
                claim: Some(claim), ..
            }
            | Phase::Waiting(WaitReason::Lost(claim)) => matches!(claim.doubt, Doubt::Own(_)),
            Phase::Checking(_) => true,
            _ => false,
        }
    }

    /// Takes the reply to the last effect and returns the next effect.
    ///
    /// A reply to another effect is ignored, and the same effect is returned again.
    ///
    /// ```
    /// use contact_resolution::start::Effect;
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, ChatStart, Network, Policy};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let user = UserPayload { phone_number: Some("+14155552671".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    /// let mut start = ChatStart::new(&account, &request, &policy);
    /// assert!(matches!(start.advance(None), Effect::Find(keys) if keys[0].to_string() == "phone:+14155552671"));
    /// ```
    pub fn advance(&mut self, reply: Option<Reply>) -> Effect<'_> {
        let phase = mem::replace(&mut self.phase, Phase::Begin);
        self.phase = match (phase, reply) {
            (Phase::Begin, _) => self.begin(),
            (Phase::Finding { claim }, Some(Reply::Found(answer))) => self.found(claim, answer),
            (Phase::LookingUp { claim, attempt }, Some(Reply::LookedUp(result))) => {
                self.looked_up(claim, attempt, result)
            }
            (Phase::Claiming { key }, Some(Reply::Claimed(result))) => self.claimed(key, result),
            (Phase::Creating(create), Some(Reply::Created(result))) => self.created(create, result),
            (Phase::Checking(check), Some(Reply::Found(answer))) => self.checked(*check, &answer),
            (Phase::Recording { next, .. }, Some(Reply::Recorded(is_recorded))) => {
                self.recorded(next, is_recorded)
            }
            (Phase::Waiting(reason), Some(Reply::Woke)) => self.woke(reason),
            (phase, _) => phase,
        };
        self.effect()
    }

    fn effect(&self) -> Effect<'_> {
        match &self.phase {
            Phase::Begin | Phase::Finding { .. } => Effect::Find(&self.keys),
            Phase::Checking(check) => Effect::Find(&check.keys),
            Phase::LookingUp { attempt, .. } => Effect::Lookup(attempt),
            Phase::Claiming { key } => Effect::Claim(key),
            Phase::Creating(create) => {
                let request = self.pipeline.request;
                let message = first_message(request);
                Effect::Create(CreateRequest {
                    attempt: &create.attempt,
                    allow_invite: request.allows_invite(),
                    message_text: message.filter(|_| create.sends_message),
                    claim_key: &create.claim.key,
                })
            }
            Phase::Recording { claim, outcome, .. } => Effect::Record(claim, outcome.clone()),
            Phase::Waiting(WaitReason::Lost(_)) => Effect::Wait(self.timing.after_lost),
            Phase::Waiting(WaitReason::Held) => Effect::Wait(self.timing.while_busy),
            Phase::Done(outcome) => Effect::Done(Outcome::clone(outcome)),
        }
    }

    /// Turns the decision into a refusal, with everything else that it reports.
    pub(super) fn refuse(&mut self, code: crate::RefusalCode, reason: Reason) {
        let refusal = Decision::refuse(code, reason);
        self.decision.action = refusal.action;
        self.decision.reason = refusal.reason;
    }
}
