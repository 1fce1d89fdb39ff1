//! A start that carries out an approved plan, and nothing else.

use super::ChatStart;
use crate::key::identity_key;
use crate::network::IdentifierKind;
use crate::person::{Account, Person};
use crate::pipeline::decide::{Action, ConflictCode};
use crate::pipeline::lookup::LookupResult;
use crate::plan::Plan;

impl<'a> ChatStart<'a> {
    /// Begins a start that carries out an approved plan. If the plan is outdated, the start is refused with
    /// [`StalePlan`](crate::RefusalCode::StalePlan).
    ///
    /// Until the claim, the directory must still lead to the same plan. From then on, another start may have made the chat
    /// with the approved person, which ends as `existing`. A plan never opens a chat with a different person. If the network
    /// names another person, the plan is stale.
    ///
    /// ```
    /// use contact_resolution::start::{Effect, Reply};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Action, ChatStart, DirectoryAnswer, IdentifierKind, MemoryDirectory, Network, Person, Plan, Policy, RefusalCode, resolve};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let mut directory = MemoryDirectory::new();
    /// directory.insert_account(account.clone());
    /// directory.upsert("whatsapp", Person::new("alice-id").with_identifier(IdentifierKind::Phone, "+14155552671"));
    /// let user = UserPayload { phone_number: Some("+14155552671".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    /// let Ok(decision) = resolve(&account, &request, &directory, &policy);
    /// let plan = Plan::from_decision(&decision, &account, &request, &policy).unwrap();
    ///
    /// // Since the approval, the number has become Bob's.
    /// let mut start = ChatStart::from_plan(&account, &plan);
    /// assert!(matches!(start.advance(None), Effect::Find(_)));
    /// let mut answer = DirectoryAnswer::default();
    /// let bob = Person::new("bob-id").with_identifier(IdentifierKind::Phone, "+14155552671");
    /// answer.people.push(bob.into());
    /// let Effect::Done(outcome) = start.advance(Some(Reply::Found(answer))) else { panic!() };
    /// let Action::Refuse(refusal) = outcome.decision.action else { panic!() };
    /// assert_eq!(refusal.code, RefusalCode::StalePlan);
    /// ```
    #[must_use]
    pub fn from_plan(account: &'a Account, plan: &'a Plan) -> Self {
        ChatStart {
            approved: Some(plan),
            ..ChatStart::new(account, &plan.request, &plan.policy)
        }
    }

    /// Returns whether the situation has changed since the plan was approved.
    pub(super) fn is_stale(&self, plan: &Plan) -> bool {
        let dry_run = self.pipeline.as_dry_run();
        let (seen, _) = dry_run.decide(self.answer.people.clone(), self.answer.coverage, &[]);
        let (account, request) = (dry_run.account, dry_run.request);
        let is_same =
            Plan::from_decision(&seen, account, request, dry_run.policy).as_ref() == Some(plan);
        // After the claim, another start may have made the chat.
        let is_made = self.has_claimed && matches!(seen.action, Action::Reuse(_));
        if !is_same && !is_made {
            return true;
        }
        let has_moved = |conflict: &crate::pipeline::decide::Conflict| {
            conflict.code == ConflictCode::IdentifierMoved
        };
        if self.decision.conflicts.iter().any(has_moved) {
            return true;
        }
        let has_id = |person: &Person, id: &str| {
            let id = identity_key(id, account);
            person
                .stored(IdentifierKind::Id)
                .any(|own| identity_key(own, account) == id)
        };
        match (
            plan.user_id.as_ref().or(seen.user_id.as_ref()),
            &self.person,
        ) {
            (Some(id), person) => !person.as_ref().is_some_and(|person| has_id(person, id)),
            // A local person has only the approved identifier.
            (None, Some(person)) if person.network_id().is_none() => false,
            // The owner of the approved identifier, if the network names one.
            (None, Some(person)) => !self.lookups.iter().any(|lookup| match &lookup.result {
                LookupResult::Confirmed { person: named, .. }
                | LookupResult::Echo { person: named, .. } => has_id(person, &named.id),
                _ => false,
            }),
            (None, None) => false,
        }
    }
}
