//! The decision: reuse a chat, create one, or refuse, with the reason as data. Every input has a decision.

pub(crate) mod create;
pub(crate) mod decision;
mod json;
mod person;
pub(crate) mod person_match;
pub(crate) mod reason;
pub(crate) mod refusal;
mod report;
mod requirements;
mod reuse;

pub(crate) use create::Attempt;
pub(crate) use decision::{
    Action, Conflict, ConflictCode, CreateChat, Decision, FollowUp, ReadField, ReuseChat,
};
pub(crate) use json::milliseconds;
pub(crate) use person_match::{ChosenBy, PersonMatch};
pub(crate) use reason::Reason;
pub(crate) use refusal::client_may_wait;
pub(crate) use refusal::{Refusal, RefusalCode};
pub(crate) use requirements::first_message;

use smallvec::SmallVec;

use crate::directory::{Coverage, FoundPerson};
use crate::network::{Dialect, IdentifierKind, LookupFact};
use crate::person::{Account, Person};
use crate::policy::Policy;
use crate::wire::StartRequest;

use super::lookup::{LookupRecord, LookupResult};
use super::rank::RankedPeople;
use super::triage::Triage;
use person::ChosenPerson;

/// Everything that is known when a decision is made.
#[derive(Clone, Copy)]
pub(crate) struct DecisionInput<'a, 'd> {
    /// The account that the chat is started on.
    pub(crate) account: &'a Account,
    /// The request.
    pub(crate) request: &'a StartRequest,
    /// The policy of the host.
    pub(crate) policy: &'a Policy,
    /// The facts of the server API that a start uses, if the decision is for a start over one.
    pub(crate) dialect: Option<&'a Dialect>,
    /// Whether the decision is for a start, which can ask the network. A dry run cannot.
    pub(crate) is_start: bool,
    /// The identifiers and rejections of the payload.
    pub(crate) triage: &'a Triage,
    /// The people that the payload may mean.
    pub(super) ranking: &'a RankedPeople<'d>,
    /// How much of the account the directory covers.
    pub(crate) coverage: Coverage,
    /// The lookups so far, the last one last.
    pub(crate) lookups: &'a [LookupRecord],
}

/// Decides from everything that is known. A dry run and a start share this function.
///
/// The id and the name of the chosen person are not in the decision.
pub(super) fn decide(input: &DecisionInput<'_, '_>, person: ChosenPerson) -> Decision {
    let chosen = person.known();
    let mut decision = input.decide(person);
    decision.field_errors = input.field_errors();
    decision.warnings = input.warnings(chosen);
    decision.read = input.read_fields(chosen);
    decision.assumed_region = input.triage.assumed_region();
    decision
}

impl DecisionInput<'_, '_> {
    /// Returns a person as the directory found them.
    fn found(&self, index: usize) -> &FoundPerson<'_> {
        &self.ranking.people[index].person
    }

    /// Returns the whole of a person.
    fn person(&self, index: usize) -> &Person {
        self.found(index).whole()
    }

    fn decide(&self, person: ChosenPerson) -> Decision {
        if self.triage.is_empty() {
            let reason = if self.triage.has_name {
                Reason::OnlyName
            } else {
                Reason::EmptyPayload
            };
            return Decision::refuse(RefusalCode::NoIdentifier, reason);
        }
        match person {
            ChosenPerson::Known {
                person,
                by,
                mut conflicts,
            } => {
                let mut decision = self
                    .reuse(person)
                    .unwrap_or_else(|| self.create_with(person));
                conflicts.append(&mut decision.conflicts);
                decision.conflicts = conflicts;
                decision.chosen_by = Some(by);
                decision
            }
            ChosenPerson::AskFirst {
                attempt,
                reason,
                conflicts,
            } => {
                let mut decision = self.create_asking(attempt, reason);
                decision.conflicts = conflicts;
                decision
            }
            ChosenPerson::Ambiguous {
                candidates,
                conflicts,
                reason,
            } => {
                let refusal = Refusal {
                    candidates,
                    ..Refusal::new(RefusalCode::AmbiguousUser)
                };
                Decision {
                    conflicts,
                    ..Decision::new(Action::Refuse(refusal), reason)
                }
            }
            ChosenPerson::Unknown => {
                // The first unknown id is the person that is meant.
                let other_ids: SmallVec<[usize; 4]> = self.unknown_ids().skip(1).collect();
                let mut decision = self.create_unknown(&other_ids);
                let conflicts = other_ids.iter().map(|id| self.unknown_id_conflict(*id));
                decision.conflicts = conflicts.collect();
                decision.suggestions = self.look_alikes();
                decision
            }
        }
    }

    /// Returns the result of the last lookup of an identifier, or of an id that embeds it.
    fn lookup_result(&self, kind: IdentifierKind, value: &str) -> Option<&LookupResult> {
        let is_about = |lookup: &&LookupRecord| lookup.is_about(kind, value, self.account);
        let lookup = self.lookups.iter().rev().find(is_about)?;
        Some(&lookup.result)
    }

    /// Returns the identifiers for which a lookup named this person as the owner.
    fn lookups_naming(&self, person: &FoundPerson<'_>) -> impl Iterator<Item = &LookupRecord> {
        self.lookups.iter().filter(|lookup| {
            matches!(&lookup.result, LookupResult::Confirmed { person: named, .. } if is_same_person(person.whole(), named))
        })
    }

    /// Returns whether a lookup of this kind can confirm or deny a person.
    fn can_confirm(&self, kind: IdentifierKind) -> bool {
        let is_unsupported = |lookup: &LookupRecord| {
            lookup.kind == kind && lookup.result == LookupResult::Unsupported
        };
        // Without a dialect, the account's own flags are more precise than the facts of the network.
        let fact = self.dialect.map(|_| self.lookup_fact(kind));
        (self.account.can_look_up(kind) || self.is_searched(kind))
            && !matches!(fact, Some(LookupFact::Never | LookupFact::Echoes))
            && !self.lookups.iter().any(is_unsupported)
    }

    /// Returns whether a chat can be created by this kind of identifier.
    fn can_create_by(&self, kind: IdentifierKind) -> bool {
        if self.is_searched(kind) {
            return self.can_confirm(kind);
        }
        let network = &self.account.network;
        let can = |dialect: &Dialect| dialect.can_create_by(network, kind);
        self.account.can_create_by(kind) && self.dialect.is_none_or(can)
    }

    /// Returns whether only a search finds the people with identifiers of this kind.
    fn is_searched(&self, kind: IdentifierKind) -> bool {
        let network = &self.account.network;
        let is_searched = |dialect: &Dialect| dialect.searches(network, kind);
        self.dialect.is_some_and(is_searched) && self.account.capabilities().search
    }

    fn lookup_fact(&self, kind: IdentifierKind) -> LookupFact {
        let network = &self.account.network;
        match self.dialect {
            Some(dialect) => dialect.lookup(network, kind),
            None => network.lookup(kind),
        }
    }

    /// Returns whether a create opens the direct chat if it already exists.
    fn create_opens_existing(&self) -> bool {
        let network = &self.account.network;
        match self.dialect {
            Some(dialect) => dialect.create_opens_existing(network),
            None => network.create_opens_existing(),
        }
    }

    /// Returns whether the lookup that named a person also reported whether there is a chat with them.
    fn lookup_reports_chat(&self) -> bool {
        self.dialect
            .is_none_or(|dialect| dialect.lookup_reports_chat(&self.account.network))
    }
}

/// Returns whether two records share an id. A person of the ranking has the ids of all lookups that named the person.
pub(crate) fn is_same_person(person: &Person, named: &Person) -> bool {
    person
        .stored(IdentifierKind::Id)
        .any(|id| named.stored(IdentifierKind::Id).any(|other| id == other))
}
