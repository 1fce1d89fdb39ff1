//! The real machine, run once for each course it can take: what it needs depends on nothing but what it has heard.

use std::collections::HashMap;
use std::time::Duration;

use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply, StartTiming};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, ClaimKey, ClaimOutcome, ClaimResult, Coverage, DirectChat, DirectoryAnswer,
    IdentifierKind, LookupResult, Network, Person, Policy, StartResult,
};

/// The one chat there may be.
const CHAT: &str = "!chat";

const PHONE: &str = "+14155552671";

/// An account, what is known on it, and the starts: all of them mean Alice, each in its own words.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    account: Account,
    alice: Person,
    knows: Knows,
    requests: Vec<StartRequest>,
}

/// What the directory knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Knows {
    /// Alice, and every chat as soon as it is made.
    Everything,
    /// Every chat, and nobody with whom there is none.
    Chats,
    /// Alice, and no chats.
    People,
    Nothing,
}

impl Scenario {
    /// Every situation that the machine tells apart.
    pub(crate) fn all() -> Vec<Scenario> {
        let id = |id: &str| UserPayload {
            id: Some(id.into()),
            ..UserPayload::default()
        };
        let phone = || UserPayload {
            phone_number: Some(PHONE.into()),
            ..UserPayload::default()
        };
        let email = || UserPayload {
            email: Some("alice@example.com".into()),
            ..UserPayload::default()
        };
        let matrix_id = "@alice:example.com";
        let scenario = |name, network: &Network, knows, words: [UserPayload; 3]| Scenario {
            name,
            account: Account::new("account", network.clone(), "me"),
            alice: match network {
                network if *network == Network::MATRIX => Person::new(matrix_id),
                network if *network == Network::SMS => Person::new(PHONE),
                _ => Person::new("alice-id").with_identifier(IdentifierKind::Phone, PHONE),
            }
            .with_identifier(IdentifierKind::Email, "alice@example.com"),
            knows,
            requests: words.map(|user| StartRequest::new("account", user)).into(),
        };
        let (general, matrix, sms) = (&Network::GENERAL, &Network::MATRIX, &Network::SMS);
        let by_either = || [phone(), id("alice-id"), phone()];
        vec![
            scenario(
                "every chat is known",
                general,
                Knows::Everything,
                by_either(),
            ),
            scenario("no chat is known", general, Knows::People, by_either()),
            scenario(
                "nobody is known",
                general,
                Knows::Nothing,
                [phone(), email(), phone()],
            ),
            scenario(
                "every chat is known, ids can't be looked up",
                matrix,
                Knows::Everything,
                [email(), id(matrix_id), email()],
            ),
            scenario(
                "nobody is known, ids can't be looked up",
                matrix,
                Knows::Nothing,
                [email(), email(), email()],
            ),
            scenario(
                "nobody is known, and nobody can be looked up",
                sms,
                Knows::Chats,
                [phone(), id(PHONE), phone()],
            ),
        ]
    }

    fn answer(&self, heard: Heard) -> Reply {
        let chat = |there: bool| there.then(|| CHAT.to_owned());
        match heard {
            Heard::Found { chat: there } => {
                let is_known = match self.knows {
                    Knows::Everything | Knows::People => true,
                    Knows::Chats => there,
                    Knows::Nothing => false,
                };
                let mut alice = self.alice.clone();
                alice.chats.extend(chat(there).map(DirectChat::new));
                Reply::Found(DirectoryAnswer {
                    people: is_known.then_some(alice).into_iter().collect(),
                    coverage: Coverage {
                        contacts: true,
                        chats: self.shows_chats(),
                    },
                })
            }
            Heard::Is { chat: there } => Reply::LookedUp(LookupResult::Confirmed {
                person: Person::new(self.alice.id.as_str()),
                chat: chat(there),
            }),
            Heard::LookupFailed => Reply::LookedUp(LookupResult::Failed),
            Heard::Mine => Reply::Claimed(ClaimResult::Acquired),
            Heard::Busy => Reply::Claimed(ClaimResult::Held),
            Heard::Stale => Reply::Claimed(ClaimResult::Expired),
            Heard::ClaimOutcome => Reply::Claimed(ClaimResult::AlreadyDone(CHAT.into())),
            Heard::Made => Reply::Created(CreateResult::Chat(OpenedChat::new(CHAT))),
            Heard::NotSent => Reply::Created(CreateResult::NotSent),
            Heard::Lost => Reply::Created(CreateResult::Lost),
            Heard::Recorded(recorded) => Reply::Recorded(recorded),
            Heard::Woke => Reply::Woke,
        }
    }

    /// Whether the directory shows chats.
    pub(crate) fn shows_chats(&self) -> bool {
        matches!(self.knows, Knows::Everything | Knows::Chats)
    }
}

/// What a start hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Heard {
    Found { chat: bool },
    Is { chat: bool },
    LookupFailed,
    Mine,
    Busy,
    Stale,
    ClaimOutcome,
    Made,
    NotSent,
    Lost,
    Recorded(bool),
    Woke,
}

/// What a start needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModelQuestion {
    Find,
    Lookup,
    Claim,
    Create,
    Record { chat: bool },
    Wait,
    Done(Told),
}

/// What a caller is told in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Told {
    Existing,
    Created,
    Busy,
    NotSent,
    Refused,
    Unknown,
}

/// One point of a start's course.
pub(crate) struct Point {
    pub(crate) request: usize,
    /// Whether it takes up what a crash has left.
    resumes: bool,
    heard: Vec<Heard>,
    pub(crate) ask: ModelQuestion,
    /// Whether it has the intent and may still create under it, or end it.
    pub(crate) holds: bool,
}

/// Every point that any start has come to.
pub(crate) struct Machines<'a> {
    scenario: &'a Scenario,
    points: Vec<Point>,
    next: HashMap<(u32, Heard), u32>,
    resumed: HashMap<usize, u32>,
    claim_key: Option<ClaimKey>,
}

impl<'a> Machines<'a> {
    pub(crate) fn new(scenario: &'a Scenario) -> Self {
        let mut machines = Machines {
            scenario,
            points: Vec::new(),
            next: HashMap::new(),
            resumed: HashMap::new(),
            claim_key: None,
        };
        for request in 0..scenario.requests.len() {
            machines.add(request, false, Vec::new());
        }
        machines
    }

    /// Where the n-th start begins.
    pub(crate) fn begin(n: usize) -> u32 {
        u32::try_from(n).expect("three starts")
    }

    /// Where the start of a request goes on that crashed while it had the intent.
    pub(crate) fn resume(&mut self, request: usize) -> u32 {
        if let Some(at) = self.resumed.get(&request) {
            return *at;
        }
        let at = self.add(request, true, Vec::new());
        self.resumed.insert(request, at);
        at
    }

    pub(crate) fn at(&self, point: u32) -> &Point {
        &self.points[point as usize]
    }

    pub(crate) fn scenario(&self) -> &Scenario {
        self.scenario
    }

    /// How many points there are.
    pub(crate) fn len(&self) -> usize {
        self.points.len()
    }

    /// Everything that some start has heard.
    pub(crate) fn heard(&self) -> impl Iterator<Item = Heard> {
        self.next.keys().map(|(_, heard)| *heard)
    }

    /// Where a start comes to by what it hears.
    pub(crate) fn hear(&mut self, point: u32, heard: Heard) -> u32 {
        if let Some(next) = self.next.get(&(point, heard)) {
            return *next;
        }
        let from = self.at(point);
        let course = from.heard.iter().copied().chain([heard]).collect();
        let next = self.add(from.request, from.resumes, course);
        self.next.insert((point, heard), next);
        next
    }

    fn add(&mut self, request: usize, resumes: bool, heard: Vec<Heard>) -> u32 {
        let scenario = self.scenario;
        let policy = Policy::default();
        let mut timing = StartTiming::default();
        timing.while_busy = Duration::from_millis(1);
        timing.busy_waits = 1;
        let (account, words) = (&scenario.account, &scenario.requests[request]);
        let left = self.claim_key.clone().filter(|_| resumes);
        let start = match left {
            Some(claim_key) => ChatStart::recover(account, words, &policy, claim_key),
            None => ChatStart::new(account, words, &policy),
        };
        let mut start = start.with_timing(timing);
        let mut ask = self.ask(&start.advance(None));
        let mut holds = false;
        for heard in &heard {
            ask = self.ask(&start.advance(Some(scenario.answer(*heard))));
            holds = match heard {
                Heard::Mine | Heard::Stale => true,
                Heard::Recorded(_) | Heard::Lost => false,
                _ => holds && !matches!(ask, ModelQuestion::Done(_)),
            };
        }
        self.points.push(Point {
            request,
            resumes,
            heard,
            ask,
            holds,
        });
        u32::try_from(self.points.len() - 1).expect("few points")
    }

    fn ask(&mut self, need: &Effect<'_>) -> ModelQuestion {
        let (ask, claim_key) = match need {
            Effect::Find(_) => (ModelQuestion::Find, None),
            Effect::Lookup(_) => (ModelQuestion::Lookup, None),
            Effect::Claim(claim_key) => (ModelQuestion::Claim, Some(*claim_key)),
            Effect::Create(create) => (ModelQuestion::Create, Some(create.claim_key)),
            Effect::Record(claim_key, end) => {
                let chat = matches!(end, ClaimOutcome::Chat(_));
                (ModelQuestion::Record { chat }, Some(*claim_key))
            }
            Effect::Wait(_) => (ModelQuestion::Wait, None),
            Effect::Done(outcome) => (ModelQuestion::Done(told(&outcome.result)), None),
        };
        // One person is one intent, in whatever words a start means them.
        if let Some(claim_key) = claim_key {
            let first = self.claim_key.get_or_insert_with(|| claim_key.clone());
            assert_eq!(first.person, claim_key.person, "{}", self.scenario.name);
        }
        ask
    }
}

fn told(end: &StartResult) -> Told {
    match end {
        StartResult::Existing { chat_id, .. } => {
            assert_eq!(chat_id, CHAT);
            Told::Existing
        }
        StartResult::Created { chat_id, .. } => {
            assert_eq!(chat_id, CHAT);
            Told::Created
        }
        StartResult::Busy => Told::Busy,
        StartResult::NotSent => Told::NotSent,
        StartResult::Refused => Told::Refused,
        StartResult::Unknown { .. } => Told::Unknown,
        end => panic!("{end:?}"),
    }
}
