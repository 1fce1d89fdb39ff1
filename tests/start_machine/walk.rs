//! A start driven by hand, with words for what it needs.

use contact_resolution::start::{
    Answer, Created, End, Lookup, Message, Need, Opened, Start, Timing,
};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, Claim, Covers, DirectChat, Found, Intent, Kind, Network, Person, Policy,
    Settled,
};

pub(crate) const PHONE: &str = "+14155552671";
pub(crate) const EMAIL: &str = "alice@example.com";

/// A start with the words for what it needs now.
pub(crate) struct Walk<'a> {
    pub(crate) start: Start<'a>,
    pub(crate) needs: String,
}

impl Walk<'_> {
    /// It needs this, and is answered so.
    #[track_caller]
    pub(crate) fn on(mut self, needs: &str, answer: impl Into<Answer>) -> Self {
        assert_eq!(self.needs, needs);
        self.needs = words(&self.start.next(Some(answer.into())));
        self
    }

    #[track_caller]
    pub(crate) fn ends(self, end: &str) {
        assert_eq!(self.needs, format!("done: {end}"));
    }
}

pub(crate) fn words(need: &Need<'_>) -> String {
    match need {
        Need::Find(keys) => keys
            .iter()
            .filter(|key| !key.is_alike())
            .fold("find".into(), |text, key| format!("{text} {key}")),
        Need::Lookup(attempt) => format!("lookup {}:{}", attempt.kind, attempt.value),
        Need::Claim(intent) => format!("claim {}", intent.person),
        Need::Create(create) => {
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
        Need::Settle(intent, Settled::Chat(chat)) => format!("settle {}: {chat}", intent.person),
        Need::Settle(intent, Settled::Nothing) => format!("settle {}: nothing", intent.person),
        Need::Wait(time) => format!("wait {time:?}"),
        Need::Done(outcome) => {
            let because = outcome.decision.because;
            let end = match (&outcome.end, &outcome.decision.action) {
                (End::Existing { chat_id, message }, _) => {
                    let perhaps = if *message {
                        ", perhaps with its message"
                    } else {
                        ""
                    };
                    format!("existing {chat_id}{perhaps}")
                }
                (
                    End::Created {
                        chat_id,
                        message,
                        recorded,
                    },
                    _,
                ) => {
                    let said = match message {
                        Message::Sent => ", message sent",
                        Message::NotSent => ", message not sent",
                        _ => "",
                    };
                    let unrecorded = if *recorded { "" } else { ", not recorded" };
                    format!("created {chat_id}{said}{unrecorded}")
                }
                (End::Refused, Action::Refuse(refusal)) => {
                    format!("refused {}, {because}", refusal.code)
                }
                (End::RefusedByNetwork(refused), _) => {
                    format!("refused by network {} {}", refused.status, refused.code)
                }
                (End::NotSent, _) => "not sent".into(),
                (End::Busy, _) => "busy".into(),
                (End::Unknown { intent, .. }, _) => format!("unknown {}", intent.person),
                (end, action) => format!("{end:?} of {action:?}"),
            };
            format!("done: {end}")
        }
    }
}

/// Who starts a chat with whom, and the walk of it.
pub(crate) struct Case {
    account: Account,
    pub(crate) request: StartRequest,
    policy: Policy,
}

impl Case {
    pub(crate) fn on(network: &'static Network, user: UserPayload) -> Case {
        Case {
            account: Account::new("account", network, "me"),
            request: StartRequest::new("account", user),
            policy: Policy::default(),
        }
    }

    pub(crate) fn walk(&self) -> Walk<'_> {
        Self::begin(Start::new(&self.account, &self.request, &self.policy))
    }

    /// A start of the same request that had this intent, and ended.
    pub(crate) fn resumed(&self, intent: Intent) -> Walk<'_> {
        let (account, request) = (&self.account, &self.request);
        Self::begin(Start::resume(account, request, &self.policy, intent))
    }

    fn begin(start: Start<'_>) -> Walk<'_> {
        let mut timing = Timing::default();
        timing.busy_waits = 2;
        let mut start = start.timed(timing);
        let needs = words(&start.next(None));
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
    Person::new("alice-id").with(Kind::Phone, PHONE)
}

pub(crate) fn with_chat(mut person: Person, chat: &str) -> Person {
    person.chats.push(DirectChat::new(chat));
    person
}

/// A directory that covers everything.
pub(crate) fn all(people: impl IntoIterator<Item = Person>) -> Answer {
    let covers = Covers {
        contacts: true,
        chats: true,
    };
    Answer::Found(Found {
        people: people.into_iter().collect(),
        covers,
    })
}

/// A directory that covers no chats.
pub(crate) fn some(people: impl IntoIterator<Item = Person>) -> Answer {
    Answer::Found(Found {
        people: people.into_iter().collect(),
        covers: Covers::default(),
    })
}

pub(crate) fn is(id: &str) -> Answer {
    Answer::LookedUp(Lookup::Is {
        person: Person::new(id),
        chat: None,
    })
}

pub(crate) fn is_with(id: &str, chat: &str) -> Answer {
    Answer::LookedUp(Lookup::Is {
        person: Person::new(id),
        chat: Some(chat.into()),
    })
}

pub(crate) fn looked(lookup: Lookup) -> Answer {
    Answer::LookedUp(lookup)
}

pub(crate) fn claim(claim: Claim) -> Answer {
    Answer::Claimed(claim)
}

pub(crate) fn created(created: Created) -> Answer {
    Answer::Created(created)
}

pub(crate) fn made(chat: &str) -> Answer {
    created(Created::Chat(Opened::new(chat)))
}

pub(crate) const ABSENT: Answer = Answer::LookedUp(Lookup::Absent);
pub(crate) const MINE: Answer = Answer::Claimed(Claim::Mine);
pub(crate) const STALE: Answer = Answer::Claimed(Claim::Stale);
pub(crate) const BUSY: Answer = Answer::Claimed(Claim::Busy);
pub(crate) const LOST: Answer = Answer::Created(Created::Lost);
pub(crate) const RECORDED: Answer = Answer::Settled(true);

pub(crate) const FIND: &str = "find phone:+14155552671";
pub(crate) const FIND_EMAIL: &str = "find email:alice@example.com";
pub(crate) const LOOKUP: &str = "lookup phone:+14155552671";
pub(crate) const LOOKUP_EMAIL: &str = "lookup email:alice@example.com";
pub(crate) const CLAIM: &str = "claim id:alice-id";
pub(crate) const CREATE: &str = "create id:alice-id";
pub(crate) const NOTHING: &str = "settle id:alice-id: nothing";
pub(crate) const AFTER_LOST: &str = "wait 30s";
pub(crate) const WHILE_BUSY: &str = "wait 500ms";

/// A known person without a chat, whose intent is this start's.
pub(crate) fn claimed(case: &Case) -> Walk<'_> {
    case.walk()
        .on(FIND, all([alice()]))
        .on(CLAIM, MINE)
        .on(FIND, all([alice()]))
}

/// The same, and the answer to the create was lost.
pub(crate) fn lost(case: &Case) -> Walk<'_> {
    claimed(case).on(CREATE, LOST).on(AFTER_LOST, Answer::Woke)
}

/// The same person, whom another start has left in doubt.
pub(crate) fn stale(case: &Case) -> Walk<'_> {
    case.walk().on(FIND, all([alice()])).on(CLAIM, STALE)
}
