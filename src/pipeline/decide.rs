//! The decision: reuse a chat, create one, or refuse, with the reason as data. Total: every input has an answer.

mod create;
mod json;
mod person;
mod reason;
mod refusal;
mod reuse;

use std::fmt;
use std::time::Duration;

pub use create::Attempt;
pub use person::{ChosenBy, PersonMatch};
pub use reason::Reason;
pub use refusal::{Refusal, RefusalCode};

use crate::directory::Coverage;
use crate::identifier::{FieldErrorCode, Identifier};
use crate::network::IdentifierKind;
use crate::person::{Account, Person};
use crate::pipeline::rank::Ranking;
use crate::pipeline::triage::{
    Certainty, IdentifierCandidate, PayloadField, PayloadFields, Triage, Warning,
};
use crate::policy::Policy;

/// What to do, why, and what to know about it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// What to do.
    pub action: Action,
    /// Why.
    pub because: Reason,
    /// Whom it is about, by their stored id, where that is settled.
    pub user_id: Option<String>,
    /// What they are called, where the directory tells.
    pub full_name: Option<String>,
    /// How it was settled who is meant, where somebody known is.
    pub chosen_by: Option<ChosenBy>,
    /// Who else an identifier of the payload leads to: known people who were not chosen, or not before the network is
    /// asked, and ids that nobody known has.
    pub conflicts: Vec<PersonMatch>,
    /// The members that can't be used, each with its code.
    pub fields: Vec<(PayloadField, FieldErrorCode)>,
    /// What a careful caller wants to know.
    pub warnings: Vec<Warning>,
    /// People of a similar name or identifier, to show; never acted on.
    pub suggestions: Vec<PersonMatch>,
}

impl Decision {
    /// Adds people to show, but for those who are shown already.
    ///
    /// ```
    /// use contact_resolution::{Decision, Person};
    ///
    /// let mut decision = Decision::account_not_found();
    /// decision.suggest(&[Person::new("alice"), Person::new("alice")]);
    /// assert_eq!(decision.suggestions.len(), 1);
    /// ```
    pub fn suggest(&mut self, people: &[Person]) {
        for person in people {
            let mut shown = self.suggestions.iter();
            if shown.all(|shown| shown.user_id != person.id) {
                self.suggestions.push(PersonMatch::suggested(person));
            }
        }
    }
}

impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("action", &self.action)
            .field("because", &self.because)
            .field("chosen_by", &self.chosen_by)
            .field("conflicts", &self.conflicts)
            .field("fields", &self.fields)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open an existing direct chat.
    Reuse(ReuseChat),
    /// Create a direct chat.
    Create(CreateChat),
    /// Do nothing.
    Refuse(Refusal),
}

/// An existing direct chat to open. No message is sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReuseChat {
    /// The chat.
    pub chat_id: String,
    /// What the caller may want to do with it.
    pub follow_ups: Vec<FollowUp>,
    /// Further direct chats with the same person, the next best first.
    pub duplicates: Vec<String>,
    /// Whether the person can't be messaged.
    pub cannot_message: bool,
}

impl fmt::Debug for ReuseChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reuse")
            .field("follow_ups", &self.follow_ups)
            .finish_non_exhaustive()
    }
}

/// Something about a reused chat that is left to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FollowUp {
    /// The chat is archived: take it out of the archive to see it.
    Unarchive,
    /// Nothing can be written in the chat.
    ReadOnly,
}

impl FollowUp {
    /// The name on the wire.
    ///
    /// ```
    /// use contact_resolution::FollowUp;
    ///
    /// assert_eq!(FollowUp::Unarchive.as_str(), "unarchive");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            FollowUp::Unarchive => "unarchive",
            FollowUp::ReadOnly => "read_only",
        }
    }
}

/// A direct chat to create.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreateChat {
    /// The identifiers to try, in order; the next one only where the network says that the one before is unknown to it.
    pub attempts: Vec<Attempt>,
    /// Whether the other side gets an invite.
    pub invite: bool,
    /// Whether the first message is sent in the same call, because the network creates a chat by it.
    pub send_message: bool,
}

/// What a request allows and brings.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Terms<'a> {
    /// Whether an invite may be sent.
    pub allow_invite: bool,
    /// The first message.
    pub message_text: Option<&'a str>,
}

/// Those of a request that says nothing of them.
impl Default for Terms<'_> {
    fn default() -> Self {
        Terms {
            allow_invite: true,
            message_text: None,
        }
    }
}

impl<'a> Terms<'a> {
    /// The terms of a request.
    ///
    /// ```
    /// use contact_resolution::{Terms, wire::StartRequest};
    ///
    /// assert!(Terms::of(&StartRequest::default()).allow_invite);
    /// ```
    #[must_use]
    pub fn of(request: &'a crate::wire::StartRequest) -> Self {
        Terms {
            allow_invite: request.allows_invite(),
            message_text: request.message_text.as_deref(),
        }
    }
}

/// What a lookup on the network has shown of one identifier.
#[derive(Clone, PartialEq, Eq)]
pub struct LookupRecord {
    /// What was looked up.
    pub kind: IdentifierKind,
    /// The text that was looked up.
    pub value: String,
    /// What came of it.
    pub answer: LookupAnswer,
}

impl fmt::Debug for LookupRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LookedUp({}, {:?})", self.kind, self.answer)
    }
}

/// What came of a lookup. Only `Absent` is absence.
#[derive(Clone, PartialEq, Eq)]
pub enum LookupAnswer {
    /// It is the person of this id, who is among the ranked people by now.
    Is(String),
    /// The network has nobody of this identifier.
    Absent,
    /// The network does not tell.
    Hidden,
    /// The network wants fewer questions, perhaps for so long.
    Limited(Option<Duration>),
    /// The question could not be answered.
    Failed,
    /// There is no way to ask for identifiers of this kind, whatever the network's row says.
    Unsupported,
}

impl fmt::Debug for LookupAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LookupAnswer::Is(_) => "Is(..)",
            LookupAnswer::Absent => "Absent",
            LookupAnswer::Hidden => "Hidden",
            LookupAnswer::Limited(_) => "Limited",
            LookupAnswer::Failed => "Failed",
            LookupAnswer::Unsupported => "Unsupported",
        })
    }
}

/// All that is known when a decision is taken.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// How much the directory covers.
    pub coverage: Coverage,
    /// What lookups have shown so far.
    pub lookups: &'a [LookupRecord],
}

impl Evidence<'_> {
    fn of(&self, kind: IdentifierKind, value: &str) -> Option<&LookupAnswer> {
        let same = |looked: &&LookupRecord| looked.kind == kind && looked.value == value;
        self.lookups
            .iter()
            .rev()
            .find(same)
            .map(|looked| &looked.answer)
    }

    fn has_named(&self, person: &Person) -> bool {
        let is_theirs = |named: &String| person.stored(IdentifierKind::Id).any(|id| id == named);
        self.lookups
            .iter()
            .any(|looked| matches!(&looked.answer, LookupAnswer::Is(named) if is_theirs(named)))
    }
}

/// Decides. The same function serves a dry run, which has looked nothing up, and a start, each time it has learned more.
///
/// ```
/// use contact_resolution::wire::UserPayload;
/// use contact_resolution::{Account, Coverage, Evidence, Network, Policy, RefusalCode, Terms};
/// use contact_resolution::{Action, decide, rank, triage};
///
/// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
/// let payload = UserPayload { phone_number: Some("call me".into()), ..UserPayload::default() };
/// let policy = Policy::default();
/// let triage = triage(&payload, &account, &policy);
/// let ranking = rank(&triage.candidates, Vec::new(), None, &account);
/// let evidence = Evidence { coverage: Coverage::default(), lookups: &[] };
/// let decision = decide(&account, &triage, &ranking, evidence, Terms::default(), &policy);
/// assert!(matches!(decision.action, Action::Refuse(refusal) if refusal.code == RefusalCode::InvalidIdentifier));
/// ```
#[must_use]
pub fn decide(
    account: &Account,
    triage: &Triage,
    ranking: &Ranking,
    evidence: Evidence<'_>,
    terms: Terms<'_>,
    policy: &Policy,
) -> Decision {
    let case = DecisionInput {
        account,
        triage,
        ranking,
        evidence,
        terms,
        policy,
    };
    let mut decision = case.decide();
    decision.fields = case.fields();
    decision.warnings = case.warnings(&decision);
    decision
}

/// What every step of a decision looks at.
#[derive(Clone, Copy)]
struct DecisionInput<'a> {
    account: &'a Account,
    triage: &'a Triage,
    ranking: &'a Ranking,
    evidence: Evidence<'a>,
    terms: Terms<'a>,
    policy: &'a Policy,
}

impl DecisionInput<'_> {
    fn decide(&self) -> Decision {
        use person::ChosenPerson;
        if self.triage.is_empty() {
            let because = if self.triage.has_name {
                Reason::OnlyAName
            } else {
                Reason::NothingGiven
            };
            return Decision::refuse(RefusalCode::NoIdentifier, because);
        }
        match self.whom() {
            ChosenPerson::Person {
                person,
                by,
                conflicts,
            } => {
                let decided = self
                    .reuse(person)
                    .unwrap_or_else(|| self.create_with(person));
                let person = &self.ranking.people[person];
                Decision {
                    user_id: Some(person.id.clone()),
                    full_name: person.full_name.clone(),
                    chosen_by: Some(by),
                    conflicts,
                    ..decided
                }
            }
            ChosenPerson::FirstAsk { id, conflicts } => Decision {
                conflicts,
                ..self.create_asking(id)
            },
            ChosenPerson::Several {
                candidates,
                because,
            } => {
                let refusal = Refusal {
                    candidates,
                    ..Refusal::new(RefusalCode::AmbiguousUser)
                };
                Decision::new(Action::Refuse(refusal), because)
            }
            ChosenPerson::Nobody => {
                let others = self.other_unknown_ids();
                let conflicts = others.map(|id| self.unknown(id)).collect();
                let suggestions = self
                    .ranking
                    .look_alikes
                    .iter()
                    .map(|alike| PersonMatch::suggested(&alike.person))
                    .collect();
                Decision {
                    conflicts,
                    suggestions,
                    ..self.create_unknown()
                }
            }
        }
    }

    /// Whether the network can be asked who an identifier of this kind is, as far as it has not said that it can't.
    fn can_ask(&self, kind: IdentifierKind) -> bool {
        let lookups = self.evidence.lookups.iter();
        let mut answers = lookups.filter(|looked| looked.kind == kind);
        self.account.can_look_up(kind)
            && answers.all(|looked| looked.answer != LookupAnswer::Unsupported)
    }

    /// The members that can't be used, and why. One that led to somebody known was used, whatever its grammar, and so is
    /// one that reads as something a chat may be created with.
    fn fields(&self) -> Vec<(PayloadField, FieldErrorCode)> {
        let rejections = &self.triage.rejections;
        let mut fields: Vec<_> = rejections
            .iter()
            .map(|r| (r.field, r.error.code()))
            .collect();
        let mut used = PayloadFields::default();
        for entry in &self.ranking.entries {
            let candidate = &self.triage.candidates[entry.candidate];
            let code = match (entry.person, &candidate.identifier) {
                (None, Some(_)) if candidate.could_be_name => FieldErrorCode::PlainText,
                (None, Some(id)) if !self.account.can_create_by(id.kind()) => {
                    FieldErrorCode::UnsupportedKind
                }
                (None, None) => continue,
                _ => {
                    used.extend(candidate.fields.iter());
                    continue;
                }
            };
            fields.extend(candidate.fields.iter().map(|field| (field, code)));
        }
        fields.retain(|(field, _)| !used.contains(*field));
        fields.sort_unstable_by_key(|(field, _)| *field);
        fields.dedup_by_key(|(field, _)| *field);
        fields
    }

    /// What to know about the readings, and about how the person was found.
    fn warnings(&self, decision: &Decision) -> Vec<Warning> {
        let mut warnings = self.triage.warnings.clone();
        let is_chosen = |id: &str| decision.user_id.as_deref() == Some(id);
        let chosen = self
            .ranking
            .people
            .iter()
            .position(|person| is_chosen(&person.id));
        let entries = || {
            self.ranking
                .entries
                .iter()
                .filter(|e| e.person == chosen && chosen.is_some())
        };
        if entries().all(|entry| entry.strength.certainty == Certainty::Variant) {
            let candidates = entries().map(|entry| &self.triage.candidates[entry.candidate]);
            for candidate in candidates.filter(|candidate| may_be_another_line(candidate)) {
                warnings.extend(candidate.fields.iter().map(Warning::FoundByVariant));
            }
        }
        for alike in &self.ranking.look_alikes {
            let fields = self.triage.candidates[alike.candidate].fields;
            warnings.extend(fields.iter().map(Warning::LookAlike));
        }
        warnings.sort_unstable();
        warnings.dedup();
        warnings
    }
}

/// Whether another spelling of the number need not be of the same subscriber.
fn may_be_another_line(candidate: &IdentifierCandidate) -> bool {
    let Some(Identifier::Phone(phone)) = &candidate.identifier else {
        return false;
    };
    phone.variants().any(|variant| !variant.is_certain())
}

impl Decision {
    pub(crate) fn new(action: Action, because: Reason) -> Self {
        Decision {
            action,
            because,
            user_id: None,
            full_name: None,
            chosen_by: None,
            conflicts: Vec::new(),
            fields: Vec::new(),
            warnings: Vec::new(),
            suggestions: Vec::new(),
        }
    }

    /// A refusal of the whole request.
    pub(crate) fn refuse(code: RefusalCode, because: Reason) -> Self {
        Decision::new(Action::Refuse(Refusal::new(code)), because)
    }

    /// The refusal of a request for an account that is not there.
    ///
    /// ```
    /// use contact_resolution::{Reason, Decision};
    ///
    /// assert_eq!(Decision::account_not_found().because, Reason::NoSuchAccount);
    /// ```
    #[must_use]
    pub fn account_not_found() -> Self {
        Decision::refuse(RefusalCode::AccountNotFound, Reason::NoSuchAccount)
    }

    /// The refusal of a request that is none.
    ///
    /// ```
    /// use contact_resolution::{Reason, Decision};
    ///
    /// assert_eq!(Decision::invalid_request().because, Reason::NoValidRequest);
    /// ```
    #[must_use]
    pub fn invalid_request() -> Self {
        Decision::refuse(RefusalCode::InvalidRequest, Reason::NoValidRequest)
    }
}
