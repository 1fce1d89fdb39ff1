//! A start that a test drives by hand. Each effect is described by a short text.

use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply, StartTiming};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, ChatStart, Claim, ClaimOutcome, ClaimResult, Coverage, DirectChat,
    DirectoryAnswer, FirstMessageStatus, IdentifierKind, LookupResult, Network, Person, Policy,
    StartResult,
};

pub(crate) const PHONE: &str = "+14155552671";
pub(crate) const EMAIL: &str = "alice@example.com";

/// A start, with the description of its current effect.
pub(crate) struct Walk<'a> {
    pub(crate) start: ChatStart<'a>,
    pub(crate) needs: String,
}

impl Walk<'_> {
    /// Asserts the current effect, and gives this reply.
    #[track_caller]
    pub(crate) fn on(mut self, needs: &str, answer: impl Into<Reply>) -> Self {
        assert_eq!(self.needs, needs);
        self.needs = words(&self.start.advance(Some(answer.into())));
        self
    }

    #[track_caller]
    pub(crate) fn ends(self, end: &str) {
        assert_eq!(self.needs, format!("done: {end}"));
    }
}

pub(crate) fn words(need: &Effect<'_>) -> String {
    match need {
        Effect::Find(keys) => keys
            .iter()
            .filter(|key| !key.is_look_alike())
            .fold("find".into(), |text, key| format!("{text} {key}")),
        Effect::Lookup(attempt) => format!("lookup {}:{}", attempt.kind, attempt.value),
        Effect::Claim(claim_key) => format!("claim {}", claim_key.person),
        Effect::Create(create) => {
            let invite = if create.allow_invite {
                ""
            } else {
                " without an invite"
            };
            let message = create.message_text.map(|text| format!(" saying {text}"));
            let attempt = create.attempt;
            format!(
                "create {}:{}{invite}{}",
                attempt.kind,
                attempt.value,
                message.unwrap_or_default()
            )
        }
        Effect::Record(claim, ClaimOutcome::Chat(chat)) => {
            format!("record {}: {chat}", claim.key.person)
        }
        Effect::Record(claim, ClaimOutcome::NoChat) => {
            format!("record {}: no chat", claim.key.person)
        }
        Effect::Wait(time) => format!("wait {time:?}"),
        Effect::Done(outcome) => {
            let because = outcome.decision.reason;
            let end = match (&outcome.result, &outcome.decision.action) {
                (
                    result @ (StartResult::Existing {
                        chat_id,
                        may_have_sent,
                    }
                    | StartResult::Opened {
                        chat_id,
                        may_have_sent,
                    }),
                    _,
                ) => {
                    let perhaps = if *may_have_sent {
                        ", perhaps with its message"
                    } else {
                        ""
                    };
                    format!("{} {chat_id}{perhaps}", result.as_str())
                }
                (
                    StartResult::Created {
                        chat_id,
                        message,
                        recorded,
                    },
                    _,
                ) => {
                    let said = match message {
                        FirstMessageStatus::Sent => ", message sent",
                        FirstMessageStatus::NotSent => ", message not sent",
                        _ => "",
                    };
                    let unrecorded = if *recorded { "" } else { ", not recorded" };
                    format!("created {chat_id}{said}{unrecorded}")
                }
                (StartResult::Refused, Action::Refuse(refusal)) => {
                    format!("refused {}, {because}", refusal.code)
                }
                (StartResult::RefusedByNetwork(refused), _) => {
                    format!(
                        "refused by network {} {}",
                        refused.status, refused.server_code
                    )
                }
                (StartResult::NotSent, _) => "not sent".into(),
                (StartResult::Busy, _) => "busy".into(),
                (StartResult::Unknown { claim, .. }, _) => {
                    format!("unknown {}", claim.key.person)
                }
                (end, action) => format!("{end:?} of {action:?}"),
            };
            format!("done: {end}")
        }
    }
}

/// A request on an account, from which starts are made.
pub(crate) struct Case {
    account: Account,
    pub(crate) request: StartRequest,
    policy: Policy,
}

impl Case {
    pub(crate) fn on(network: &Network, user: UserPayload) -> Case {
        Case {
            account: Account::new("account", network.clone(), "me"),
            request: StartRequest::new("account", user),
            policy: Policy::default(),
        }
    }

    pub(crate) fn walk(&self) -> Walk<'_> {
        Self::begin(ChatStart::new(&self.account, &self.request, &self.policy))
    }

    /// Returns a start of the same request that recovers this claim.
    pub(crate) fn resumed(&self, claim: Claim) -> Walk<'_> {
        let (account, request) = (&self.account, &self.request);
        Self::begin(ChatStart::recover(account, request, &self.policy, claim))
    }

    fn begin(start: ChatStart<'_>) -> Walk<'_> {
        let mut timing = StartTiming::default();
        timing.busy_waits = 2;
        let mut start = start.with_timing(timing);
        let needs = words(&start.advance(None));
        Walk { start, needs }
    }
}

pub(crate) fn phone() -> UserPayload {
    UserPayload {
        phone_number: Some(PHONE.into()),
        ..UserPayload::default()
    }
}

pub(crate) fn email() -> UserPayload {
    UserPayload {
        email: Some(EMAIL.into()),
        ..UserPayload::default()
    }
}

pub(crate) fn phone_and_email() -> UserPayload {
    UserPayload {
        email: Some(EMAIL.into()),
        ..phone()
    }
}

pub(crate) fn with_id(id: &str, user: UserPayload) -> UserPayload {
    UserPayload {
        id: Some(id.into()),
        ..user
    }
}

pub(crate) fn alice() -> Person {
    Person::new("alice-id").with_identifier(IdentifierKind::Phone, PHONE)
}

pub(crate) fn with_chat(mut person: Person, chat: &str) -> Person {
    person.chats.push(DirectChat::new(chat));
    person
}

/// Returns the answer of a directory that covers everything.
pub(crate) fn all(people: impl IntoIterator<Item = Person>) -> Reply {
    let coverage = Coverage {
        contacts: true,
        chats: true,
    };
    Reply::Found(DirectoryAnswer::new(people, coverage))
}

/// Returns the answer of a directory that covers no chats.
pub(crate) fn some(people: impl IntoIterator<Item = Person>) -> Reply {
    Reply::Found(DirectoryAnswer::new(people, Coverage::default()))
}

pub(crate) fn is(id: &str) -> Reply {
    Reply::LookedUp(LookupResult::Confirmed {
        person: Person::new(id),
        chat: None,
    })
}

pub(crate) fn is_with(id: &str, chat: &str) -> Reply {
    Reply::LookedUp(LookupResult::Confirmed {
        person: Person::new(id),
        chat: Some(chat.into()),
    })
}

pub(crate) fn looked(lookup: LookupResult) -> Reply {
    Reply::LookedUp(lookup)
}

pub(crate) fn claim(claim: ClaimResult) -> Reply {
    Reply::Claimed(claim)
}

pub(crate) fn created(created: CreateResult) -> Reply {
    Reply::Created(created)
}

pub(crate) fn made(chat: &str) -> Reply {
    created(CreateResult::Chat(OpenedChat::new(chat)))
}

pub(crate) const ABSENT: Reply = Reply::LookedUp(LookupResult::Absent);
pub(crate) const ACQUIRED: Reply = Reply::Claimed(ClaimResult::Acquired { token: 1 });
pub(crate) const EXPIRED: Reply = Reply::Claimed(ClaimResult::Expired { token: 1 });
pub(crate) const HELD: Reply = Reply::Claimed(ClaimResult::Held);
pub(crate) const LOST: Reply = Reply::Created(CreateResult::Lost);
pub(crate) const RECORDED: Reply = Reply::Recorded(true);

pub(crate) const FIND: &str = "find phone:+14155552671";
pub(crate) const FIND_EMAIL: &str = "find email:alice@example.com";
pub(crate) const LOOKUP: &str = "lookup phone:+14155552671";
pub(crate) const LOOKUP_EMAIL: &str = "lookup email:alice@example.com";
pub(crate) const CLAIM: &str = "claim id:alice-id";
pub(crate) const CREATE: &str = "create id:alice-id";
pub(crate) const NOTHING: &str = "record id:alice-id: no chat";
pub(crate) const AFTER_LOST: &str = "wait 8s";
pub(crate) const WHILE_HELD: &str = "wait 500ms";

/// Returns a start with a claim for a known person without a chat.
pub(crate) fn claimed(case: &Case) -> Walk<'_> {
    case.walk()
        .on(FIND, all([alice()]))
        .on(CLAIM, ACQUIRED)
        .on(FIND, all([alice()]))
}

/// Returns the same start after the response to its create was lost.
pub(crate) fn lost(case: &Case) -> Walk<'_> {
    claimed(case).on(CREATE, LOST).on(AFTER_LOST, Reply::Woke)
}

/// Returns a start for the same person that takes over an expired claim.
pub(crate) fn stale(case: &Case) -> Walk<'_> {
    case.walk().on(FIND, all([alice()])).on(CLAIM, EXPIRED)
}
