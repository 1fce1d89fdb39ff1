//! The start: a machine that says what it needs next and is given the answer. It does no IO, reads no clock and sleeps
//! nowhere, so that any host can drive it and every interleaving can be tested.
//!
//! # What is promised
//!
//! Whatever happens, within one start no second create follows one whose answer was lost, and all the starts that share
//! a ledger make at most one chat with one person and tell at most one caller `created`, under these assumptions: the
//! ledger's settle window is longer than a create can be under way; the network shows a chat to whoever looks after it
//! was made; and the identifiers of one person are known, or looked up, to be one person's.

use std::time::Duration;

use crate::decide::{
    Action, Attempt, Create, Decision, Evidence, LookedUp, LookupAnswer, Terms, decide,
};
use crate::directory::{Claim, Covers, Found, Intent, Settled};
use crate::identifier::Key;
use crate::network::Kind;
use crate::person::{Account, DirectChat, Person};
use crate::policy::Policy;
use crate::rank::rank;
use crate::triage::{Triage, triage};
use crate::wire::StartRequest;

/// What the machine needs to go on.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "the large one ends a start, once"
)]
pub enum Need<'a> {
    /// Ask the directory for the people who hold these keys on the account.
    Find(&'a [Key]),
    /// Ask the network who an identifier is.
    Lookup(&'a Attempt),
    /// Claim an intent in the ledger.
    Claim(&'a Intent),
    /// Ask the network for a chat.
    Create(CreateChat<'a>),
    /// End an intent in the ledger.
    Settle(&'a Intent, Settled),
    /// Let time pass.
    Wait(Duration),
    /// Nothing more: this is what it came to.
    Done(Outcome),
}

/// A chat to ask the network for.
#[derive(Clone, Copy, Debug)]
pub struct CreateChat<'a> {
    /// With whom.
    pub attempt: &'a Attempt,
    /// Whether an invite may be sent.
    pub allow_invite: bool,
    /// The first message, where it is sent in the same call.
    pub message_text: Option<&'a str>,
    /// What is claimed for it; its [`id`](Intent::id) tells a repeated request as one.
    pub intent: &'a Intent,
}

/// What the machine is given.
#[derive(Clone, Debug)]
pub enum Answer {
    /// To [`Need::Find`].
    Found(Found),
    /// To [`Need::Lookup`].
    LookedUp(Lookup),
    /// To [`Need::Claim`].
    Claimed(Claim),
    /// To [`Need::Create`].
    Created(Created),
    /// To [`Need::Settle`]: whether the ledger has it now.
    Settled(bool),
    /// To [`Need::Wait`].
    Woke,
}

/// What a lookup on the network came to. Only `Absent` is absence.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup {
    /// The network says who it is, and perhaps which chat there is with them.
    Is {
        /// The person. That the asked identifier is theirs is the network's word.
        person: Person,
        /// The direct chat with them.
        chat: Option<String>,
    },
    /// The network has nobody of this identifier.
    Absent,
    /// The network does not tell.
    Hidden,
    /// The network wants fewer questions, perhaps for so long.
    Limited(Option<Duration>),
    /// The question could not be answered.
    Failed,
}

/// What asking for a chat came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// There is a chat.
    Chat {
        /// Its id.
        id: String,
        /// Whether it was made by this call, rather than found.
        new: bool,
    },
    /// The network has nobody of this identifier, and made nothing.
    Absent,
    /// The network refused and made nothing.
    Refused(Refused),
    /// The request never left: nothing was made.
    NotSent,
    /// Whether there is a chat now is not known: the answer was lost.
    Lost,
}

/// A create that the network refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The status it answered with.
    pub status: u16,
    /// Its code, for programs.
    pub code: String,
    /// After how long to ask again, where it said so.
    pub retry_after: Option<Duration>,
}

impl Refused {
    /// A refusal with a status and a code.
    ///
    /// ```
    /// use contact_resolution::start::Refused;
    ///
    /// assert_eq!(Refused::new(403, "cannot_message").status, 403);
    /// ```
    #[must_use]
    pub fn new(status: u16, code: impl Into<String>) -> Self {
        Refused {
            status,
            code: code.into(),
            retry_after: None,
        }
    }
}

/// What a start came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The last decision: whom it was about and why, what was rejected and who else could be meant.
    pub decision: Decision,
    /// What came of it.
    pub end: End,
}

/// How a start ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// There was a chat. Nothing was sent.
    Existing {
        /// The chat.
        chat_id: String,
    },
    /// A chat was made by this start.
    Created {
        /// The chat.
        chat_id: String,
        /// Whether the first message went with it.
        message_sent: bool,
        /// Whether the ledger knows. If not, the chat is there all the same; the intent grows stale.
        recorded: bool,
    },
    /// The decision was a refusal.
    Refused,
    /// The network refused the create.
    RefusedByNetwork(Refused),
    /// The request could not be sent. Nothing was made.
    NotSent,
    /// Another start for the same person has been under way for as long as this one would wait.
    Busy,
    /// A create was sent and its answer lost, and no chat has shown since. There may be one yet. A start after the
    /// settle window finds out.
    Unknown {
        /// What was claimed; nobody creates for this person until it is stale.
        intent: Intent,
    },
}

/// How long a start waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// How long after a lost answer the network is asked whether there is a chat: longer than a request can be under
    /// way.
    pub after_lost: Duration,
    /// How long to wait for another start before looking again.
    pub while_busy: Duration,
    /// How often to wait for another start.
    pub busy_waits: u32,
}

impl Default for Timing {
    /// Thirty seconds after a lost answer, which is how long clients wait for one; ten looks at another start, half a
    /// second apart.
    fn default() -> Self {
        Timing {
            after_lost: Duration::from_secs(30),
            while_busy: Duration::from_millis(500),
            busy_waits: 10,
        }
    }
}

/// A start under way.
///
/// [`next`](Start::next) is called with `None` first, and from then on with the answer to what it needed last.
#[derive(Debug)]
pub struct Start<'a> {
    account: &'a Account,
    request: &'a StartRequest,
    policy: &'a Policy,
    timing: Timing,
    triage: Triage,
    keys: Vec<Key>,
    people: Vec<Person>,
    covers: Covers,
    lookups: Vec<LookedUp>,
    decision: Decision,
    /// The identifier being looked up or created with.
    attempt: Option<Attempt>,
    /// The intent that is this start's, or that it asks for.
    intent: Option<Intent>,
    claimed: bool,
    doubt: Doubt,
    waits: u32,
    end: Option<End>,
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
    Settle,
    Wait,
    Done,
}

impl<'a> Start<'a> {
    /// Begins a start.
    ///
    /// ```
    /// use contact_resolution::start::{End, Need, Start};
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Network, Policy};
    ///
    /// let account = Account::new("whatsapp", Network::of("whatsapp"), "me");
    /// let request = StartRequest::new("whatsapp", UserPayload::default());
    /// let policy = Policy::default();
    /// let mut start = Start::new(&account, &request, &policy);
    /// let Need::Done(outcome) = start.next(None) else { panic!() };
    /// assert_eq!(outcome.end, End::Refused);
    /// ```
    #[must_use]
    pub fn new(account: &'a Account, request: &'a StartRequest, policy: &'a Policy) -> Self {
        let triage = triage(&request.user, account, policy);
        Start {
            account,
            request,
            policy,
            timing: Timing::default(),
            keys: triage.keys(),
            triage,
            people: Vec::new(),
            covers: Covers::default(),
            lookups: Vec::new(),
            decision: Decision::account_not_found(),
            attempt: None,
            intent: None,
            claimed: false,
            doubt: Doubt::None,
            waits: 0,
            end: None,
            step: Step::Begin,
        }
    }

    /// The same start with other waits.
    #[must_use]
    pub fn timed(self, timing: Timing) -> Self {
        Start { timing, ..self }
    }

    /// The account it is on.
    ///
    /// ```
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Network, Policy, Start};
    ///
    /// let account = Account::new("whatsapp", Network::of("whatsapp"), "me");
    /// let request = StartRequest::new("whatsapp", UserPayload::default());
    /// assert_eq!(Start::new(&account, &request, &Policy::default()).account().id, "whatsapp");
    /// ```
    #[must_use]
    pub fn account(&self) -> &'a Account {
        self.account
    }

    /// Takes the answer to what was needed last, and says what is needed next. An answer to something else is not
    /// heard, and the same is needed again.
    pub fn next(&mut self, answer: Option<Answer>) -> Need<'_> {
        self.step = match (self.step, answer) {
            (Step::Begin, _) if self.request.account_id != self.account.id => {
                self.end(End::Refused)
            }
            (Step::Begin, _) if self.keys.is_empty() => self.decide(),
            (Step::Begin, _) => Step::Find,
            (Step::Find, Some(Answer::Found(found))) => self.found(found),
            (Step::Lookup, Some(Answer::LookedUp(lookup))) => self.looked_up(lookup),
            (Step::Claim, Some(Answer::Claimed(claim))) => self.claimed(claim),
            (Step::Create, Some(Answer::Created(created))) => self.created(created),
            (Step::Settle, Some(Answer::Settled(recorded))) => self.settled(recorded),
            (Step::Wait, Some(Answer::Woke)) => self.look_again(),
            (step, _) => step,
        };
        self.need()
    }

    fn need(&self) -> Need<'_> {
        let wait = if self.doubt == Doubt::Own {
            self.timing.after_lost
        } else {
            self.timing.while_busy
        };
        match (self.step, &self.attempt, &self.intent) {
            (Step::Find | Step::Begin, _, _) => Need::Find(&self.keys),
            (Step::Wait, _, _) => Need::Wait(wait),
            (Step::Lookup, Some(attempt), _) => Need::Lookup(attempt),
            (Step::Claim, _, Some(intent)) => Need::Claim(intent),
            (Step::Create, Some(attempt), Some(intent)) => {
                let plan = self.plan();
                let message = self.request.message_text.as_deref();
                Need::Create(CreateChat {
                    attempt,
                    allow_invite: self.request.allows_invite(),
                    message_text: message.filter(|_| plan.is_some_and(|plan| plan.send_message)),
                    intent,
                })
            }
            (Step::Settle, _, Some(intent)) => {
                let chat = match &self.end {
                    Some(End::Existing { chat_id } | End::Created { chat_id, .. }) => {
                        Some(chat_id.clone())
                    }
                    _ => None,
                };
                Need::Settle(intent, chat.map_or(Settled::Nothing, Settled::Chat))
            }
            _ => Need::Done(Outcome {
                decision: self.decision.clone(),
                end: self.end.clone().unwrap_or(End::Refused),
            }),
        }
    }

    fn plan(&self) -> Option<&Create> {
        match &self.decision.action {
            Action::Create(create) => Some(create),
            Action::Reuse(_) | Action::Refuse(_) => None,
        }
    }

    /// Ends the start, once the ledger knows what became of its intent. What is in doubt stays claimed, until it is stale.
    fn end(&mut self, end: End) -> Step {
        let in_doubt = matches!(end, End::Unknown { .. });
        self.end = Some(end);
        if self.claimed && !in_doubt {
            Step::Settle
        } else {
            Step::Done
        }
    }

    fn found(&mut self, found: Found) -> Step {
        self.covers = found.covers;
        self.people.extend(found.people);
        self.decide()
    }

    fn looked_up(&mut self, lookup: Lookup) -> Step {
        let Some(Attempt { kind, value, .. }) = self.attempt.clone() else {
            return self.decide();
        };
        let (answer, named) = match lookup {
            Lookup::Is { person, chat } => {
                let mut person = person.with(kind, value.clone());
                person.chats.extend(chat.map(DirectChat::new));
                (LookupAnswer::Is(person.id.clone()), Some(person))
            }
            Lookup::Absent => (LookupAnswer::Absent, None),
            Lookup::Hidden => (LookupAnswer::Hidden, None),
            Lookup::Limited(after) => (LookupAnswer::Limited(after), None),
            Lookup::Failed => (LookupAnswer::Failed, None),
        };
        self.lookups.push(LookedUp {
            kind,
            value,
            answer,
        });
        let Some(person) = named else {
            return self.decide();
        };
        // The directory may know the person by the id that the network has named.
        for key in person.keys(self.account) {
            if key.kind() == Kind::Id && !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
        self.people.push(person);
        Step::Find
    }

    fn claimed(&mut self, claim: Claim) -> Step {
        match claim {
            Claim::Settled(chat_id) => self.end(End::Existing { chat_id }),
            Claim::Busy if self.waits >= self.timing.busy_waits => self.end(End::Busy),
            Claim::Busy => {
                self.waits += 1;
                Step::Wait
            }
            Claim::Mine | Claim::Stale => {
                self.claimed = true;
                if claim == Claim::Stale {
                    self.doubt = Doubt::Others;
                }
                // Whatever was seen before the claim may have changed before it.
                self.look_again()
            }
        }
    }

    /// Forgets what may have changed and asks the directory again.
    fn look_again(&mut self) -> Step {
        self.people.retain(|person| {
            self.lookups
                .iter()
                .any(|looked| looked.answer == LookupAnswer::Is(person.id.clone()))
        });
        for person in &mut self.people {
            person.chats.clear();
        }
        if self.doubt != Doubt::None {
            self.lookups.clear();
            self.people.clear();
        }
        Step::Find
    }

    fn created(&mut self, created: Created) -> Step {
        match created {
            Created::Chat {
                id: chat_id,
                new: true,
            } => {
                let message_sent = self.plan().is_some_and(|plan| plan.send_message);
                self.end(End::Created {
                    chat_id,
                    message_sent,
                    recorded: true,
                })
            }
            Created::Chat {
                id: chat_id,
                new: false,
            } => self.end(End::Existing { chat_id }),
            Created::Absent => {
                if let Some(Attempt { kind, value, .. }) = self.attempt.clone() {
                    self.lookups.push(LookedUp {
                        kind,
                        value,
                        answer: LookupAnswer::Absent,
                    });
                }
                Step::Settle
            }
            Created::Refused(refused) => self.end(End::RefusedByNetwork(refused)),
            Created::NotSent => self.end(End::NotSent),
            Created::Lost => {
                self.doubt = Doubt::Own;
                Step::Wait
            }
        }
    }

    fn settled(&mut self, is_recorded: bool) -> Step {
        self.claimed = false;
        if let Some(End::Created { recorded, .. }) = &mut self.end {
            *recorded = is_recorded;
        }
        match self.end {
            Some(_) => Step::Done,
            // The attempt came to nothing: on with the next.
            None => self.decide(),
        }
    }

    /// Decides on all that is known, and says what the decision needs next.
    fn decide(&mut self) -> Step {
        let hint = self.request.user.full_name.as_deref();
        let ranking = rank(
            &self.triage.candidates,
            self.people.clone(),
            hint,
            self.account,
        );
        let evidence = Evidence {
            covers: self.covers,
            lookups: &self.lookups,
        };
        let terms = Terms::of(self.request);
        self.decision = decide(
            self.account,
            &self.triage,
            &ranking,
            evidence,
            terms,
            self.policy,
        );
        let (attempt, person) = match &self.decision.action {
            Action::Reuse(reuse) => {
                let chat_id = reuse.chat_id.clone();
                return self.end(End::Existing { chat_id });
            }
            Action::Refuse(_) => return self.give_up(),
            Action::Create(create) => match create.attempts.first() {
                Some(attempt) => (attempt.clone(), self.decision.user_id.as_deref()),
                None => return self.give_up(),
            },
        };
        let person = match person {
            Some(id) => Key::new(Kind::Id, id),
            None => Key::new(attempt.kind, &attempt.value),
        };
        let looked_up = self
            .lookups
            .iter()
            .any(|looked| looked.kind == attempt.kind && looked.value == attempt.value);
        let must_look_up =
            attempt.lookup || (self.doubt != Doubt::None && self.account.can_look_up(attempt.kind));
        let intent = Intent::new(self.account.id.as_str(), person);
        let is_other = self.intent.as_ref() != Some(&intent);
        self.attempt = Some(attempt);
        if must_look_up && !looked_up {
            return Step::Lookup;
        }
        match self.doubt {
            Doubt::Own => return self.give_up(),
            // Nobody can show that the other start made no chat.
            Doubt::Others if !must_look_up && !self.covers.chats => return self.give_up(),
            Doubt::Others | Doubt::None => {}
        }
        match (self.claimed, is_other) {
            (true, false) => Step::Create,
            // The network has named someone else than was claimed.
            (true, true) => Step::Settle,
            (false, _) => {
                self.intent = Some(intent);
                Step::Claim
            }
        }
    }

    /// Nothing is created: refused, or unknown where a create of this start, or a stale one, may have made a chat.
    fn give_up(&mut self) -> Step {
        match (&self.intent, self.doubt) {
            (Some(intent), Doubt::Own | Doubt::Others) => {
                let intent = intent.clone();
                self.end(End::Unknown { intent })
            }
            _ => self.end(End::Refused),
        }
    }
}
