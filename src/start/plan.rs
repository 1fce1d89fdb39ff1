//! A start that carries out an approved plan, and nothing else.

use super::ChatStart;
use crate::key::identity_key;
use crate::network::IdentifierKind;
use crate::person::{Account, Person};
use crate::pipeline::decide::{Action, Conflict, ConflictCode, Reason};
use crate::pipeline::lookup::LookupResult;
use crate::plan::Plan;

impl<'a> ChatStart<'a> {
    /// Begins a start that carries out an approved plan. If the plan is outdated, the start is refused with
    /// [`StalePlan`](crate::RefusalCode::StalePlan).
    ///
    /// Until the claim, the directory must still lead to the same plan. After the claim, another start may have made the chat
    /// with the approved person. Then the result is [`StartResult::Existing`](crate::StartResult::Existing). A plan never
    /// opens a chat with a different person. If the network names another person, the plan is stale.
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

    /// Returns what has changed since the plan was approved, or `None` if it can be carried out.
    pub(super) fn change_since(&self, plan: &Plan) -> Option<Reason> {
        let dry_run = self.pipeline.as_dry_run();
        let (seen, _) = dry_run.decide(self.answer.people.clone(), self.answer.coverage, &[]);
        let (account, request) = (dry_run.account, dry_run.request);
        // After the claim, another start may have made the chat.
        let is_made = self.has_claimed && matches!(seen.action, Action::Reuse(_));
        if !is_made {
            let now = Plan::from_decision(&seen, account, request, dry_run.policy);
            if let Some(change) = difference(plan, now.as_ref()) {
                return Some(change);
            }
        }
        let has_moved = |conflict: &Conflict| conflict.code == ConflictCode::IdentifierMoved;
        let is_other = self.decision.conflicts.iter().any(has_moved)
            || !self.is_approved_person(plan.user_id.as_ref().or(seen.user_id.as_ref()));
        is_other.then_some(Reason::PlanPersonChanged)
    }

    /// Returns whether the person of the decision is the approved person. If the plan has an id, the person must have
    /// this id.
    fn is_approved_person(&self, approved: Option<&String>) -> bool {
        let account = self.account();
        let has_id = |person: &Person, id: &str| {
            let id = identity_key(id, account);
            person
                .stored(IdentifierKind::Id)
                .any(|own| identity_key(own, account) == id)
        };
        match (approved, &self.person) {
            (Some(id), person) => person.as_ref().is_some_and(|person| has_id(person, id)),
            // A local person has only the approved identifier.
            (None, Some(person)) if person.network_id().is_none() => true,
            // The owner of the approved identifier, if the network names one.
            (None, Some(person)) => self.lookups.iter().any(|lookup| match &lookup.result {
                LookupResult::Confirmed { person: named, .. }
                | LookupResult::Echo { person: named, .. } => has_id(person, &named.id),
                _ => false,
            }),
            (None, None) => true,
        }
    }
}

/// Returns the first difference between an approved plan and the plan of the same request now.
fn difference(approved: &Plan, now: Option<&Plan>) -> Option<Reason> {
    let Some(now) = now else {
        return Some(Reason::PlanActionChanged);
    };
    if (&approved.user_id, &approved.full_name) != (&now.user_id, &now.full_name) {
        return Some(Reason::PlanPersonChanged);
    }
    if approved.action != now.action {
        return Some(Reason::PlanActionChanged);
    }
    (approved != now).then_some(Reason::PlanEvidenceChanged)
}
