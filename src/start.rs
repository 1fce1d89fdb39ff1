//! The start: a machine that says what it needs next and is given the answer. It does no IO, reads no clock and sleeps
//! nowhere, so that any host can drive it and every interleaving can be tested.
//!
//! # What is promised
//!
//! Whatever happens, within one start no second create follows one whose answer was lost, and all the starts that share
//! a ledger make at most one chat with one person and tell at most one caller `created`, under these assumptions:
//!
//! - the ledger's settle window is longer than it takes from a claim until it is settled or its create can land no more;
//! - the network shows a chat to whoever looks after it was made, and a directory that covers all chats does too; a
//!   network whose lookups tell of no chats has a create that finds one;
//! - the network takes one request once, or tells a repeated one by its idempotency key;
//! - the identifiers of one person are known, or looked up, to be one person's.
//!
//! A start that has ended without settling, by a crash or because its driver was dropped, leaves its intent claimed. Its
//! host may [resume](ChatStart::recover) it, to know sooner; whether it does or not, the first start after the settle window
//! takes the intent over, looks, and creates where there is no chat.

mod approved;
mod effect;
mod outcome;
mod timing;
mod transition;

pub use effect::{CreateRequest, CreateResult, Effect, Lookup, OpenedChat, Reply};
pub use outcome::{FirstMessageStatus, NetworkRefusal, Outcome, StartResult};
pub use timing::StartTiming;

use crate::directory::DirectoryAnswer;
use crate::key::Key;
use crate::ledger::{ClaimKey, ClaimOutcome};
use crate::network::{FirstMessage, IdentifierKind};
use crate::person::{Account, Person, StoredIdentifier};
use crate::pipeline::decide::{
    Action, Attempt, CreateChat, Decision, Evidence, LookupRecord, Reason, RefusalCode, Terms,
    decide,
};
use crate::pipeline::rank::{Ranking, rank};
use crate::pipeline::triage::{Triage, triage};
use crate::plan::Plan;
use crate::policy::Policy;
use crate::resolve::suggested_by;
use crate::wire::StartRequest;

/// A start under way.
///
/// [`next`](ChatStart::next) is called with `None` first, and from then on with the answer to what it needed last.
#[derive(Debug)]
pub struct ChatStart<'a> {
    account: &'a Account,
    request: &'a StartRequest,
    policy: &'a Policy,
    /// What was approved, where something was.
    approved: Option<&'a Plan>,
    timing: StartTiming,
    triage: Triage,
    keys: Vec<Key>,
    /// What the directory said last.
    found: DirectoryAnswer,
    lookups: Vec<LookupRecord>,
    /// Whom the lookups named.
    named: Vec<Person>,
    decision: Decision,
    /// The identifier being looked up or created with.
    attempt: Option<Attempt>,
    /// The intent that is this start's, or that it asks for.
    claim_key: Option<ClaimKey>,
    claimed: bool,
    /// Whether the network has been asked who the person is since the claim, or since a create was lost.
    asked: bool,
    /// Whether the network has named someone else than was claimed.
    redirected: bool,
    /// Whom the network has opened the chat with, where that is someone else than was asked for.
    redirected_to: Option<Person>,
    doubt: Doubt,
    /// What this start's lost create was asked for with, and whether a message went with it.
    lost: Option<(Attempt, bool)>,
    waits: u32,
    end: Option<StartResult>,
    /// What the ledger is told of its intent.
    settles: ClaimOutcome,
    step: Step,
}

/// Whether a create whose end nobody has told may have made a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    /// None was sent.
    None,
    /// Another start's, longer ago than the settle window: created again only when a look shows no chat.
    Others,
    /// This start's own: never created again, whatever a look shows.
    Own,
}

/// What was asked for last, and so what the next answer is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Begin,
    Find,
    Lookup,
    Claim,
    Create,
    Record,
    Wait,
    Done,
}

impl<'a> ChatStart<'a> {
    /// Begins a start.
    ///
    /// ```
    /// use contact_resolution::start::{StartResult, Effect, ChatStart};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Network, Policy};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let request = StartRequest::new("whatsapp", UserPayload::default());
    /// let policy = Policy::default();
    /// let mut start = ChatStart::new(&account, &request, &policy);
    /// let Effect::Done(outcome) = start.advance(None) else { panic!() };
    /// assert_eq!(outcome.end, StartResult::Refused);
    /// ```
    #[must_use]
    pub fn new(account: &'a Account, request: &'a StartRequest, policy: &'a Policy) -> Self {
        let triage = triage(&request.user, account, policy);
        ChatStart {
            account,
            request,
            policy,
            approved: None,
            timing: StartTiming::default(),
            keys: triage.keys(),
            triage,
            found: DirectoryAnswer::default(),
            lookups: Vec::new(),
            named: Vec::new(),
            decision: Decision::account_not_found(),
            attempt: None,
            claim_key: None,
            claimed: false,
            asked: false,
            redirected: false,
            redirected_to: None,
            doubt: Doubt::None,
            lost: None,
            waits: 0,
            end: None,
            settles: ClaimOutcome::NoChat,
            step: Step::Begin,
        }
    }

    /// Takes up a start whose process ended while it had this intent, of the same request.
    ///
    /// Nobody knows whether its create was sent, so it is taken for lost: this start waits, looks, and ends in `existing`
    /// or `unknown`. It never creates. What stays unknown, the first start after the settle window takes over: a host
    /// that keeps no requests has nothing to do but wait for one.
    ///
    /// ```
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{
    ///     Account, Reply, Coverage, DirectChat, StartResult, DirectoryAnswer, ClaimKey, Key, IdentifierKind, Effect, Network, Person, Policy, ClaimOutcome,
    ///     ChatStart,
    /// };
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let user = UserPayload { id: Some("alice-id".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    /// let claim_key = ClaimKey::new("whatsapp", Key::new(IdentifierKind::Id, "alice-id"));
    ///
    /// let mut start = ChatStart::recover(&account, &request, &policy, claim_key);
    /// assert!(matches!(start.advance(None), Effect::Wait(_)));
    /// assert!(matches!(start.advance(Some(Reply::Woke)), Effect::Find(_)));
    /// let mut alice = Person::new("alice-id");
    /// alice.chats.push(DirectChat::new("!made"));
    /// let found = DirectoryAnswer { people: vec![alice], coverage: Coverage { contacts: true, chats: true } };
    /// let Effect::Record(_, settled) = start.advance(Some(Reply::Found(found))) else { panic!() };
    /// assert_eq!(settled, ClaimOutcome::Chat("!made".into()));
    /// ```
    #[must_use]
    pub fn recover(
        account: &'a Account,
        request: &'a StartRequest,
        policy: &'a Policy,
        claim_key: ClaimKey,
    ) -> Self {
        ChatStart {
            claim_key: Some(claim_key),
            claimed: true,
            doubt: Doubt::Own,
            step: Step::Wait,
            ..ChatStart::new(account, request, policy)
        }
    }

    /// The same start with other waits.
    ///
    /// ```
    /// use std::time::Duration;
    /// use contact_resolution::wire::StartRequest;
    /// use contact_resolution::{Account, Network, Policy, ChatStart, StartTiming};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let mut timing = StartTiming::default();
    /// timing.after_lost = Duration::from_secs(5);
    /// let (request, policy) = (StartRequest::default(), Policy::default());
    /// let start = ChatStart::new(&account, &request, &policy).with_timing(timing);
    /// assert_eq!(start.account().id, "whatsapp");
    /// ```
    #[must_use]
    pub fn with_timing(self, timing: StartTiming) -> Self {
        ChatStart { timing, ..self }
    }

    /// The account it is on.
    ///
    /// ```
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Network, Policy, ChatStart};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let request = StartRequest::new("whatsapp", UserPayload::default());
    /// assert_eq!(ChatStart::new(&account, &request, &Policy::default()).account().id, "whatsapp");
    /// ```
    #[must_use]
    pub fn account(&self) -> &'a Account {
        self.account
    }

    /// The name to suggest people by, where nobody was found: a host that drives the start itself may add them to the
    /// decision by [`Decision::suggest`]. `Client` does.
    ///
    /// ```
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Effect, Network, Person, Policy, ChatStart};
    ///
    /// let account = Account::new("signal", Network::from_bridge_type("signal"), "me");
    /// let user = UserPayload { full_name: Some("Alice".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("signal", user), Policy::default());
    /// let mut start = ChatStart::new(&account, &request, &policy);
    /// let Effect::Done(mut outcome) = start.advance(None) else { panic!() };
    /// assert_eq!(start.suggested_by(&outcome), Some("Alice"));
    /// outcome.decision.suggest(&[Person::new("alice-id").with_name("Alice Example")]);
    /// ```
    #[must_use]
    pub fn suggested_by(&self, outcome: &Outcome) -> Option<&'a str> {
        let is_refused = outcome.end == StartResult::Refused;
        suggested_by(&outcome.decision, self.request).filter(|_| is_refused)
    }

    /// The intent that whoever gives the start up while it asks the directory settles with [`ClaimOutcome::NoChat`]: it is claimed,
    /// and nothing was sent. `Client` does.
    ///
    /// ```
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Reply, ClaimResult, Coverage, DirectoryAnswer, Effect, Network, Policy, ChatStart};
    ///
    /// let account = Account::new("matrix", Network::from_bridge_type("matrix"), "@me:example.org");
    /// let user = UserPayload { id: Some("@bob:example.org".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("matrix", user), Policy::default());
    /// let mut start = ChatStart::new(&account, &request, &policy);
    /// assert!(matches!(start.advance(None), Effect::Find(_)));
    /// assert_eq!(start.abandonable_claim(), None);
    /// let found = DirectoryAnswer { people: Vec::new(), coverage: Coverage { contacts: true, chats: true } };
    /// assert!(matches!(start.advance(Some(Reply::Found(found))), Effect::Claim(_)));
    /// assert!(matches!(start.advance(Some(Reply::Claimed(ClaimResult::Acquired))), Effect::Find(_)));
    /// assert!(start.abandonable_claim().is_some());
    /// ```
    #[must_use]
    pub fn abandonable_claim(&self) -> Option<&ClaimKey> {
        let is_asking = self.claimed && self.step == Step::Find && self.doubt == Doubt::None;
        self.claim_key.as_ref().filter(|_| is_asking)
    }

    /// Whether a create of its own was sent and may have made a chat.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.doubt == Doubt::Own
    }

    /// Takes the answer to what was needed last, and says what is needed next. An answer to something else is not
    /// heard, and the same is needed again.
    ///
    /// ```
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Effect, Network, Policy, ChatStart};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let user = UserPayload { phone_number: Some("+14155552671".into()), ..UserPayload::default() };
    /// let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    /// let mut start = ChatStart::new(&account, &request, &policy);
    /// assert!(matches!(start.advance(None), Effect::Find(keys) if keys[0].to_string() == "phone:+14155552671"));
    /// ```
    pub fn advance(&mut self, answer: Option<Reply>) -> Effect<'_> {
        self.step = match (self.step, answer) {
            _ if self.is_elsewhere() => self.give_up(),
            (Step::Begin, _) if self.keys.is_empty() => self.decide(),
            (Step::Begin, _) => Step::Find,
            (Step::Find, Some(Reply::Found(found))) => {
                self.found = found;
                self.decide()
            }
            (Step::Lookup, Some(Reply::LookedUp(lookup))) => self.looked_up(lookup),
            (Step::Claim, Some(Reply::Claimed(claim))) => self.claimed(claim),
            (Step::Create, Some(Reply::Created(created))) => self.created(created),
            (Step::Record, Some(Reply::Recorded(recorded))) => self.settled(recorded),
            (Step::Wait, Some(Reply::Woke)) => self.look_again(),
            (step, _) => step,
        };
        self.need()
    }

    fn is_elsewhere(&self) -> bool {
        let intended = self.claim_key.as_ref().map(|claim_key| &claim_key.account);
        [Some(&self.request.account_id), intended]
            .into_iter()
            .flatten()
            .any(|account| *account != self.account.id)
    }

    fn need(&self) -> Effect<'_> {
        let wait = if self.doubt == Doubt::Own {
            self.timing.after_lost
        } else {
            self.timing.while_busy
        };
        match (self.step, &self.attempt, &self.claim_key) {
            (Step::Find | Step::Begin, _, _) => Effect::Find(&self.keys),
            (Step::Wait, _, _) => Effect::Wait(wait),
            (Step::Lookup, Some(attempt), _) => Effect::Lookup(attempt),
            (Step::Claim, _, Some(claim_key)) => Effect::Claim(claim_key),
            (Step::Create, Some(attempt), Some(claim_key)) => {
                let plan = self.plan();
                let message = self.request.message_text.as_deref();
                Effect::Create(CreateRequest {
                    attempt,
                    allow_invite: self.request.allows_invite(),
                    message_text: message.filter(|_| plan.is_some_and(|plan| plan.send_message)),
                    claim_key,
                })
            }
            (Step::Record, _, Some(claim_key)) => Effect::Record(claim_key, self.settles.clone()),
            _ => Effect::Done(Outcome {
                decision: self.decision.clone(),
                end: self.end.clone().unwrap_or(StartResult::Refused),
                redirected_to: self.redirected_to.as_ref().map(|other| other.id.clone()),
            }),
        }
    }

    fn plan(&self) -> Option<&CreateChat> {
        match &self.decision.action {
            Action::Create(create) => Some(create),
            Action::Reuse(_) | Action::Refuse(_) => None,
        }
    }

    /// Ends the start, once the ledger knows what became of its intent. What is in doubt stays claimed, until it is stale.
    fn end(&mut self, end: StartResult) -> Step {
        let in_doubt = matches!(end, StartResult::Unknown { .. });
        self.settles = match &end {
            StartResult::Existing { chat_id, .. } | StartResult::Created { chat_id, .. } => {
                ClaimOutcome::Chat(chat_id.clone())
            }
            _ => ClaimOutcome::NoChat,
        };
        self.end = Some(end);
        if self.claimed && !in_doubt {
            Step::Record
        } else {
            Step::Done
        }
    }

    /// Ends the start in somebody else's chat, which must not be told of whom was claimed.
    fn end_with_another(&mut self, end: StartResult) -> Step {
        let step = self.end(end);
        self.settles = ClaimOutcome::NoChat;
        step
    }

    /// The decision on these people and lookups, and whom it was taken among.
    fn decision_on(&self, people: Vec<Person>, lookups: &[LookupRecord]) -> (Decision, Ranking) {
        let hint = self.request.user.full_name.as_deref();
        let ranking = rank(&self.triage.candidates, people, hint, self.account);
        let evidence = Evidence {
            coverage: self.found.coverage,
            lookups,
        };
        let terms = Terms::of(self.request);
        let (account, triage) = (self.account, &self.triage);
        let decision = decide(account, triage, &ranking, evidence, terms, self.policy);
        (decision, ranking)
    }

    /// Decides on all that is known, and says what the decision needs next.
    fn decide(&mut self) -> Step {
        let people = [self.found.people.as_slice(), &self.named].concat();
        let (decision, ranking) = self.decision_on(people, &self.lookups);
        self.decision = decision;
        let whom = self.decision.user_id.as_ref();
        let person = whom.and_then(|id| ranking.people.iter().find(|person| person.id == *id));
        if self
            .approved
            .is_some_and(|plan| self.has_moved(plan, person))
        {
            let moved = Decision::refuse(RefusalCode::StalePlan, Reason::PlanMoved);
            self.decision.action = moved.action;
            self.decision.because = moved.because;
            return self.give_up();
        }
        let attempt = match &self.decision.action {
            Action::Reuse(reuse) => {
                let chat_id = reuse.chat_id.clone();
                if person.is_some_and(|person| self.claims_another(person)) {
                    // What became of a create for whom was claimed is still not known.
                    self.claimed &= self.doubt == Doubt::None;
                    return self.end_with_another(StartResult::Existing {
                        chat_id,
                        message: false,
                    });
                }
                let message = self.may_have_sent();
                return self.end(StartResult::Existing { chat_id, message });
            }
            Action::Refuse(_) => return self.give_up(),
            Action::Create(create) => match create.attempts.first() {
                Some(attempt) => attempt.clone(),
                None => return self.give_up(),
            },
        };
        let claim_key = match person {
            Some(person) => self.intent_for(person),
            None => self.intent_of(attempt.kind, &attempt.value),
        };
        let looked_up = self
            .lookups
            .iter()
            .any(|looked| looked.kind == attempt.kind && looked.value == attempt.value);
        // In doubt, a directory is not enough where the network can be asked.
        let in_doubt = self.doubt != Doubt::None && !self.asked;
        let must_look_up = attempt.lookup || (in_doubt && self.account.can_look_up(attempt.kind));
        self.attempt = Some(attempt);
        if must_look_up && !looked_up {
            return Step::Lookup;
        }
        match (self.claimed, self.claim_key.as_ref() == Some(&claim_key)) {
            _ if self.doubt == Doubt::Own => self.give_up(),
            (false, _) => {
                self.claim_key = Some(claim_key);
                Step::Claim
            }
            // The network has named someone else than was claimed.
            (true, false) => {
                self.redirected = true;
                Step::Record
            }
            (true, true) if self.found.coverage.chats || self.asked => Step::Create,
            // That there is no chat was only seen before the claim.
            (true, true) => {
                self.forget_named();
                self.decide()
            }
        }
    }

    /// One person is one intent, whichever of their ids a record is stored under.
    fn intent_for(&self, person: &Person) -> ClaimKey {
        let id = person.stored(IdentifierKind::Id).min();
        self.intent_of(IdentifierKind::Id, id.unwrap_or(&person.id))
    }

    /// An id that carries an address, and that address, are one intent too.
    fn intent_of(&self, kind: IdentifierKind, text: &str) -> ClaimKey {
        let stored = StoredIdentifier {
            kind,
            text: text.to_owned(),
        };
        // As it stands, as it reads, and what it carries: the last is the most alike for everybody.
        let mut keys = stored.keys(self.account).into_iter();
        let key = keys.rfind(|key| !key.is_look_alike());
        let key = key.unwrap_or_else(|| Key::new(kind, text));
        ClaimKey::new(self.account.id.as_str(), key)
    }

    /// Whether somebody else than this person is claimed.
    fn claims_another(&self, person: &Person) -> bool {
        let claimed = self.claim_key.as_ref().filter(|_| self.claimed);
        claimed.is_some_and(|claim_key| {
            *claim_key != self.intent_for(person)
                && !person.keys(self.account).contains(&claim_key.person)
        })
    }

    /// Nothing is created: refused, or unknown where a create of this start, or a stale one, may have made a chat.
    fn give_up(&mut self) -> Step {
        match (&self.claim_key, self.doubt) {
            (Some(claim_key), Doubt::Own | Doubt::Others) => {
                let claim_key = claim_key.clone();
                let attempt = self.lost.clone().map(|(attempt, _)| attempt);
                let message = self.may_have_sent();
                self.end(StartResult::Unknown {
                    claim_key,
                    attempt,
                    message,
                })
            }
            _ => self.end(StartResult::Refused),
        }
    }

    /// Whether a create may have gone out with the first message, and made a chat. Of one that another start sent nobody
    /// knows: it may have been for the same request.
    fn may_have_sent(&self) -> bool {
        match (&self.lost, self.doubt) {
            (Some((_, message)), _) => *message,
            (None, Doubt::None) => false,
            (None, Doubt::Own | Doubt::Others) => {
                let message = self.request.message_text.as_deref();
                let has_message = message.is_some_and(|text| !text.trim().is_empty());
                has_message && self.account.network.first_message() == FirstMessage::Required
            }
        }
    }
}
