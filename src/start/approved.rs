//! A start of a plan: nothing but what was approved.

use super::ChatStart;
use crate::key::person_key;
use crate::network::IdentifierKind;
use crate::person::{Account, Person};
use crate::pipeline::decide::Action;
use crate::plan::Plan;

impl<'a> ChatStart<'a> {
    /// Begins a start that does what was approved, or is refused as [`StalePlan`](crate::RefusalCode::StalePlan).
    ///
    /// Until its intent is asked for, what the directory shows must come to the plan itself; from then on a chat with
    /// whom was approved may have come about, and is `existing`. Never is it another person, whoever says so: where the
    /// network names somebody else for a known person, that is stale too.
    ///
    /// ```
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{
    ///     Account, Action, Reply, StartResult, DirectoryAnswer, IdentifierKind, MemoryDirectory, Effect, Network, Person, Plan, Policy, RefusalCode,
    ///     ChatStart, resolve,
    /// };
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
    /// // By the time it is approved, the number is Bob's.
    /// let mut start = ChatStart::from_plan(&account, &plan);
    /// assert!(matches!(start.advance(None), Effect::Find(_)));
    /// let mut found = DirectoryAnswer::default();
    /// found.people.push(Person::new("bob-id").with_identifier(IdentifierKind::Phone, "+14155552671"));
    /// let Effect::Done(outcome) = start.advance(Some(Reply::Found(found))) else { panic!() };
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

    /// Whether what was approved is not what this comes to any more.
    pub(super) fn has_moved(&self, plan: &Plan, person: Option<&Person>) -> bool {
        let (seen, _) = self.decision_on(self.found.people.clone(), &[]);
        let is_same = Plan::from_decision(&seen, self.account, self.request, self.policy).as_ref()
            == Some(plan);
        // Once the intent was asked for, another start may have made the very chat.
        let is_made = self.claim_key.is_some() && matches!(seen.action, Action::Reuse(_));
        if !is_same && !is_made {
            return true;
        }
        let whom = plan.user_id.as_ref().or(seen.user_id.as_ref());
        let has = |person: &Person, id: &str| {
            let id = person_key(id, self.account);
            person
                .stored(IdentifierKind::Id)
                .any(|own| person_key(own, self.account) == id)
        };
        match (whom, person) {
            (Some(id), person) => !person.is_some_and(|person| has(person, id)),
            // Whoever has the approved identifier, if the network says so.
            (None, Some(person)) => !self.named.iter().any(|named| has(person, &named.id)),
            (None, None) => false,
        }
    }
}
