//! The transitions: how each reply changes the start, and the phase that follows.

use std::sync::Arc;

use super::phase::{AfterRecord, Check, Create, Doubt, HeldClaim, LostCreate, Phase, WaitReason};
use super::{ChatStart, CreateResult, Outcome, StartResult};
use crate::directory::{DirectoryAnswer, FoundPeople, FoundPerson};
use crate::ledger::{Claim, ClaimKey, ClaimOutcome, ClaimResult};
use crate::network::{FirstMessage, IdentifierKind};
use crate::person::Person;
use crate::pipeline::decide::{Action, Attempt, RefusalCode, first_message, is_same_person};
use crate::pipeline::lookup::{LookupRecord, LookupResult};
use crate::pipeline::{LINKING_QUERIES, Ranking};
use crate::start::FirstMessageStatus;

impl ChatStart<'_> {
    pub(super) fn begin(&mut self) -> Phase {
        if self.keys.is_empty() {
            self.decide(None)
        } else {
            Phase::Finding { claim: None }
        }
    }

    /// Queries the directory again if it may have more records of the people found. Else decides.
    pub(super) fn found(&mut self, claim: Option<HeldClaim>, answer: DirectoryAnswer) -> Phase {
        if self.linking_queries < LINKING_QUERIES {
            let people = answer.people.iter().cloned();
            let people: FoundPeople<'_> = people.map(FoundPerson::from).collect();
            let linking_keys = self.pipeline.linking_keys(&people, &self.keys, None);
            if !linking_keys.is_empty() {
                self.linking_queries += 1;
                self.keys.extend(linking_keys);
                return Phase::Finding { claim };
            }
        }
        self.answer = answer;
        self.decide(claim)
    }

    /// Decides on everything that is known, and returns the phase that the decision needs next.
    pub(super) fn decide(&mut self, claim: Option<HeldClaim>) -> Phase {
        let people = self.answer.people.clone();
        let (decision, ranking) = self
            .pipeline
            .decide(people, self.answer.coverage, &self.lookups);
        self.other_owners = self.other_owners_in(&ranking);
        self.person = ranking.into_chosen().map(Arc::unwrap_or_clone);
        self.decision = decision;
        if self.is_create_refused
            && let Action::Refuse(refusal) = &mut self.decision.action
            && refusal.code == RefusalCode::UpstreamFailed
        {
            // Clients repeat a failed start only if it has sent no create.
            refusal.retry = false;
        }
        if let Some(change) = self.approved.and_then(|plan| self.change_since(plan)) {
            self.refuse(RefusalCode::StalePlan, change);
            return self.give_up(claim);
        }
        let create = match &self.decision.action {
            Action::Reuse(reuse) => {
                let chat_id = reuse.chat_id.clone();
                return self.reuse(chat_id, claim);
            }
            Action::Refuse(_) => return self.give_up(claim),
            Action::Create(create) => create,
        };
        let Some(attempt) = create.attempts.first().cloned() else {
            return self.give_up(claim);
        };
        let (verify, sends_message) = (create.verify.clone(), create.send_message);
        if let Some(verify) = verify.filter(|attempt| !self.is_looked_up(attempt)) {
            let attempt = verify;
            return Phase::LookingUp { claim, attempt };
        }
        // After a create with an unknown result, also ask the network if it supports lookups.
        let is_in_doubt = claim
            .as_ref()
            .is_some_and(|claim| claim.doubt != Doubt::None && !claim.is_fresh);
        let needs_lookup =
            attempt.lookup || (is_in_doubt && self.pipeline.can_look_up(attempt.kind));
        if needs_lookup && !self.is_looked_up(&attempt) {
            return Phase::LookingUp { claim, attempt };
        }
        self.claim_or_create(claim, attempt, sends_message)
    }

    /// Claims the person of an attempt. If the claim is held and nothing has changed since, creates the chat.
    fn claim_or_create(
        &mut self,
        claim: Option<HeldClaim>,
        attempt: Attempt,
        sends_message: bool,
    ) -> Phase {
        let key = self.claim_key(&attempt);
        match claim {
            None => {
                self.has_claimed = true;
                Phase::Claiming { key }
            }
            Some(claim) if matches!(claim.doubt, Doubt::Own(_)) => self.give_up(Some(claim)),
            // The network named another person than the claimed one.
            Some(claim) if claim.key != key => {
                self.is_redirected = true;
                Phase::Recording {
                    claim: claim.to_claim(),
                    outcome: ClaimOutcome::NoChat,
                    next: AfterRecord::DecideAgain,
                }
            }
            Some(claim) if claim.is_fresh || self.answer.coverage.chats => {
                Phase::Creating(Create {
                    claim,
                    attempt,
                    sends_message,
                })
            }
            // The lookups are older than the claim, and the create would not open a chat that was made since.
            Some(mut claim) => {
                self.forget_lookups();
                claim.is_fresh = true;
                self.decide(Some(claim))
            }
        }
    }

    fn is_looked_up(&self, attempt: &Attempt) -> bool {
        let account = self.account();
        let mut lookups = self.lookups.iter();
        lookups.any(|lookup| lookup.is_about(attempt.kind, &attempt.value, account))
    }

    pub(super) fn looked_up(
        &mut self,
        mut claim: Option<HeldClaim>,
        attempt: Attempt,
        mut result: LookupResult,
    ) -> Phase {
        if let Some(claim) = &mut claim {
            claim.is_fresh = result != LookupResult::Unsupported;
        }
        if let LookupResult::Confirmed { person, .. } = &result
            && self.is_redirected
            && claim
                .as_ref()
                .is_some_and(|claim| self.is_other_than_claimed(&claim.key, person))
        {
            // A network that names a different person each time is not reliable, and could be asked for ever.
            result = LookupResult::Failed;
        }
        let Attempt { kind, value, .. } = attempt;
        let named = match &result {
            LookupResult::Confirmed { person, .. } | LookupResult::Echo { person, .. } => {
                Some(person.clone())
            }
            _ => None,
        };
        self.lookups.push(LookupRecord {
            kind,
            value,
            result,
        });
        let Some(person) = named else {
            return self.decide(claim);
        };
        // The directory may know the person by the id that the network named.
        for key in person.keys(self.account()) {
            if key.kind() == IdentifierKind::Id && !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
        Phase::Finding { claim }
    }

    pub(super) fn claimed(&mut self, key: ClaimKey, result: ClaimResult) -> Phase {
        let (token, doubt) = match result {
            ClaimResult::AlreadyDone(chat_id) => {
                return self.done(StartResult::Existing {
                    chat_id,
                    may_have_sent: false,
                });
            }
            ClaimResult::Held if self.waits >= self.timing.busy_waits => {
                return self.done(StartResult::Busy);
            }
            ClaimResult::Held => {
                self.waits += 1;
                return Phase::Waiting(WaitReason::Held);
            }
            ClaimResult::Acquired { token } => (token, Doubt::None),
            ClaimResult::Expired { token } => (token, Doubt::Others),
        };
        let is_fresh =
            doubt == Doubt::None && self.waits == 0 && self.pipeline.create_opens_existing();
        let claim = HeldClaim {
            key,
            token,
            doubt,
            is_fresh,
        };
        let near = self.pipeline.near_keys(&self.decision);
        if near.first().is_some_and(|key| !self.keys.contains(key)) {
            self.keys.extend(near);
        }
        // The directory may have changed before the claim.
        self.find_again(Some(claim))
    }

    pub(super) fn woke(&mut self, reason: WaitReason) -> Phase {
        match reason {
            WaitReason::Held => Phase::Finding { claim: None },
            WaitReason::Lost(claim) => self.find_again(Some(claim)),
        }
    }

    fn find_again(&mut self, claim: Option<HeldClaim>) -> Phase {
        if claim
            .as_ref()
            .is_some_and(|claim| claim.doubt != Doubt::None)
        {
            self.forget_lookups();
        }
        Phase::Finding { claim }
    }

    /// Forgets lookups that a later one may contradict.
    fn forget_lookups(&mut self) {
        self.lookups.retain(|lookup| {
            matches!(
                lookup.result,
                LookupResult::Absent | LookupResult::Unsupported
            )
        });
    }

    pub(super) fn created(&mut self, create: Create, result: CreateResult) -> Phase {
        match result {
            CreateResult::Chat(chat) => {
                let keys = self.keys_to_check(&create.attempt, &chat);
                let check = Check { create, chat, keys };
                if check.keys.is_empty() {
                    self.checked(check, &DirectoryAnswer::default())
                } else {
                    Phase::Checking(Box::new(check))
                }
            }
            CreateResult::Absent => self.try_next(create),
            CreateResult::Refused(refusal) if refusal.code == RefusalCode::UserNotFound => {
                self.not_found = Some(refusal);
                self.try_next(create)
            }
            CreateResult::Refused(refusal) => {
                self.end(StartResult::RefusedByNetwork(refusal), Some(create.claim))
            }
            CreateResult::NotSent => self.end(StartResult::NotSent, Some(create.claim)),
            CreateResult::Lost => {
                let mut claim = create.claim;
                claim.doubt = Doubt::Own(Some(LostCreate {
                    attempt: create.attempt,
                    sent_message: create.sends_message,
                }));
                claim.is_fresh = false;
                Phase::Waiting(WaitReason::Lost(claim))
            }
        }
    }

    /// Goes on with the next identifier, since the network has no person with this one.
    fn try_next(&mut self, create: Create) -> Phase {
        let Create { claim, attempt, .. } = create;
        self.is_create_refused = true;
        self.lookups.push(LookupRecord {
            kind: attempt.kind,
            value: attempt.value,
            result: LookupResult::Absent,
        });
        Phase::Recording {
            claim: claim.to_claim(),
            outcome: ClaimOutcome::NoChat,
            next: AfterRecord::DecideAgain,
        }
    }

    /// Ends with the chat that a create opened, unless it is with another person.
    pub(super) fn checked(&mut self, check: Check, answer: &DirectoryAnswer) -> Phase {
        let Check { create, chat, .. } = check;
        let Create {
            claim,
            attempt,
            sends_message,
        } = create;
        let chat_id = chat.chat.id.clone();
        let may_have_sent = sends_message && chat.message_sent;
        if self.is_wrong_chat(&attempt, &chat, &answer.people) {
            let result = StartResult::WrongChat {
                chat_id,
                may_have_sent,
            };
            return self.end(result, Some(claim));
        }
        let is_new_owner = self.learn(&attempt, &chat, &answer.people);
        self.opened = Some(chat.chat.clone());
        let result = match chat.is_new {
            Some(true) => StartResult::Created {
                chat_id,
                message: match (sends_message, chat.message_sent) {
                    (false, _) => FirstMessageStatus::NotNeeded,
                    (true, true) => FirstMessageStatus::Sent,
                    (true, false) => FirstMessageStatus::NotSent,
                },
                recorded: true,
            },
            Some(false) => StartResult::Existing {
                chat_id,
                may_have_sent,
            },
            None => StartResult::Opened {
                chat_id,
                may_have_sent,
            },
        };
        let is_of_claim = |person| !self.is_other_than_claimed(&claim.key, person);
        if is_new_owner && !self.person.as_ref().is_some_and(is_of_claim) {
            // The claim is for the former owner, so the chat is not its outcome.
            return self.record(claim.to_claim(), ClaimOutcome::NoChat, result);
        }
        self.end(result, Some(claim))
    }

    pub(super) fn recorded(&mut self, next: AfterRecord, is_recorded: bool) -> Phase {
        match next {
            AfterRecord::DecideAgain => self.decide(None),
            AfterRecord::Done(mut outcome) => {
                if let StartResult::Created { recorded, .. } = &mut outcome.result {
                    *recorded = is_recorded;
                }
                Phase::Done(outcome)
            }
        }
    }

    /// Ends with a chat from the directory.
    fn reuse(&self, chat_id: String, claim: Option<HeldClaim>) -> Phase {
        let is_other = |claim: &HeldClaim| {
            let person = self.person.as_ref();
            person.is_some_and(|person| self.is_other_than_claimed(&claim.key, person))
        };
        match claim {
            Some(claim) if is_other(&claim) => {
                // The claim is for another person, so the chat is not its outcome.
                let result = StartResult::Existing {
                    chat_id,
                    may_have_sent: false,
                };
                if claim.doubt == Doubt::None {
                    self.record(claim.to_claim(), ClaimOutcome::NoChat, result)
                } else {
                    self.done(result)
                }
            }
            claim => {
                let may_have_sent = claim
                    .as_ref()
                    .is_some_and(|claim| self.may_have_sent(claim));
                self.end(
                    StartResult::Existing {
                        chat_id,
                        may_have_sent,
                    },
                    claim,
                )
            }
        }
    }

    /// Ends the start, after the outcome of the claim is recorded.
    fn end(&self, result: StartResult, claim: Option<HeldClaim>) -> Phase {
        let Some(claim) = claim else {
            return self.done(result);
        };
        let outcome = match &result {
            StartResult::Existing { chat_id, .. }
            | StartResult::Created { chat_id, .. }
            | StartResult::Opened { chat_id, .. } => ClaimOutcome::Chat(chat_id.clone()),
            _ => ClaimOutcome::NoChat,
        };
        self.record(claim.to_claim(), outcome, result)
    }

    fn record(&self, claim: Claim, outcome: ClaimOutcome, result: StartResult) -> Phase {
        Phase::Recording {
            claim,
            outcome,
            next: AfterRecord::Done(Box::new(self.outcome(result))),
        }
    }

    /// Ends without a create: as refused, or as unknown if an earlier create may have made a chat.
    pub(super) fn give_up(&self, claim: Option<HeldClaim>) -> Phase {
        let claim = match claim {
            Some(claim) if claim.doubt != Doubt::None => claim,
            claim => return self.end(StartResult::Refused, claim),
        };
        let may_have_sent = self.may_have_sent(&claim);
        let attempt = match &claim.doubt {
            Doubt::Own(Some(lost)) => Some(lost.attempt.clone()),
            Doubt::Own(None) | Doubt::Others | Doubt::None => None,
        };
        let is_own = attempt.is_some();
        let result = StartResult::Unknown {
            claim: claim.to_claim(),
            attempt,
            may_have_sent,
        };
        // On such a network a repeated create opens the chat if it exists, so it needs no protection. That a server opens it
        // is not enough, because the first create may still be under way.
        if is_own && !may_have_sent && self.account().network.create_opens_existing() {
            return self.record(claim.to_claim(), ClaimOutcome::NoChat, result);
        }
        // The claim stays until it expires.
        self.done(result)
    }

    /// Returns whether a create may have made a chat and sent the first message.
    fn may_have_sent(&self, claim: &HeldClaim) -> bool {
        match &claim.doubt {
            Doubt::None => false,
            Doubt::Own(Some(lost)) => lost.sent_message,
            // The create of another process may have been for the same request.
            Doubt::Own(None) | Doubt::Others => {
                let has_message = first_message(self.pipeline.request).is_some();
                has_message && self.account().network.first_message() == FirstMessage::Required
            }
        }
    }

    /// Returns the people, except the chosen one, that the network named as the owner of an identifier.
    fn other_owners_in(&self, ranking: &Ranking) -> Vec<Person> {
        let owners = self
            .lookups
            .iter()
            .filter_map(|lookup| match &lookup.result {
                LookupResult::Confirmed { person, .. } if lookup.kind != IdentifierKind::Id => {
                    Some(person)
                }
                _ => None,
            });
        let owners: Vec<&Person> = owners.collect();
        let is_owner = |person: &Person| {
            let mut owners = owners.iter();
            !person.is_self && owners.any(|owner| is_same_person(person, owner))
        };
        let others = ranking.people_but_chosen();
        others.filter(|person| is_owner(person)).cloned().collect()
    }

    pub(super) fn done(&self, result: StartResult) -> Phase {
        Phase::Done(Box::new(self.outcome(result)))
    }

    fn outcome(&self, result: StartResult) -> Outcome {
        Outcome {
            decision: self.decision.clone(),
            result,
            person: self.person.clone(),
            other_owners: self.other_owners.clone(),
            chat: self.opened.clone(),
            not_found: self.not_found.clone(),
            failed_lookup: None,
        }
    }

    fn is_other_than_claimed(&self, claim_key: &ClaimKey, person: &Person) -> bool {
        *claim_key != self.claim_key_of(person)
            && !person.keys(self.account()).contains(&claim_key.person)
    }
}
