//! The real state machine, run once for each sequence of replies. Its next effect depends only on the replies so far.

use std::collections::HashMap;
use std::time::Duration;

use contact_resolution::network::LookupFact;
use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply, StartTiming};
use contact_resolution::wire::{ResolveIdentifier, StartRequest, UserPayload};
use contact_resolution::{
    Account, Attempt, ChatStart, Claim, ClaimOutcome, ClaimResult, Coverage, DirectChat,
    DirectoryAnswer, IdentifierKind, LookupResult, Network, Person, Policy, StartResult,
};

/// The only chat that may exist.
const CHAT: &str = "!chat";

const PHONE: &str = "+14155552671";

/// An account with its directory, and the requests of the starts. All requests mean Alice, by different identifiers.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    account: Account,
    alice: Person,
    knows: Knows,
    /// Another known person, who has Alice's number in the directory. The network has no such person any more.
    former_holder: Option<Person>,
    answers: Answers,
    requests: Vec<StartRequest>,
}

/// Returns a network that is asked about numbers and ids.
fn asking(number_is_account: bool) -> Network {
    let flags = ResolveIdentifier {
        create_dm: true,
        lookup_phone: true,
        ..ResolveIdentifier::default()
    };
    let kinds = [IdentifierKind::Id, IdentifierKind::Phone];
    let rules = Network::builder("acme", kinds)
        .capabilities(flags)
        .lookup(IdentifierKind::Id, LookupFact::Asks)
        .lookup(IdentifierKind::Phone, LookupFact::Asks);
    let rules = if number_is_account {
        rules.number_is_account()
    } else {
        rules
    };
    rules.build().expect("rules")
}

/// What the network answers to lookups.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    /// Alice, for each of her identifiers.
    Names,
    /// What was asked.
    Echoes,
    Inconclusive,
}

/// The knowledge of the directory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Knows {
    /// Alice, and every chat as soon as it is made.
    Everything,
    /// Every chat, but no person without a chat.
    Chats,
    /// Alice, but no chats.
    People,
    Nothing,
}

impl Scenario {
    /// Returns every situation that the machine distinguishes.
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
            former_holder: None,
            answers: Answers::Names,
            requests: words.map(|user| StartRequest::new("account", user)).into(),
        };
        let (general, matrix, sms) = (&Network::GENERAL, &Network::MATRIX, &Network::SMS);
        let by_either = || [phone(), id("alice-id"), phone()];
        let moved = |name, number_is_account: bool| Scenario {
            former_holder: Some(
                Person::new("carol-id").with_identifier(IdentifierKind::Phone, PHONE),
            ),
            ..scenario(name, &asking(number_is_account), Knows::Chats, by_either())
        };
        vec![
            moved("the number has moved, and its former holder is gone", false),
            moved("the number has moved, and is the account", true),
            Scenario {
                answers: Answers::Echoes,
                ..scenario(
                    "lookups echo",
                    general,
                    Knows::Chats,
                    [phone(), phone(), phone()],
                )
            },
            Scenario {
                answers: Answers::Inconclusive,
                ..scenario(
                    "lookups are inconclusive",
                    &asking(false),
                    Knows::Everything,
                    by_either(),
                )
            },
            Scenario {
                answers: Answers::Inconclusive,
                ..scenario(
                    "lookups are inconclusive, and nobody is known",
                    &asking(false),
                    Knows::Chats,
                    [phone(), phone(), phone()],
                )
            },
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

    /// Returns a reply. `asked` is the identifier of the last lookup.
    fn answer(&self, heard: Heard, asked: Option<&Attempt>) -> Reply {
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
                let coverage = Coverage {
                    contacts: true,
                    chats: self.shows_chats(),
                };
                let known = is_known.then_some(alice);
                let people = known.into_iter().chain(self.former_holder.clone());
                Reply::Found(DirectoryAnswer::new(people, coverage))
            }
            Heard::Is { chat: there } => Reply::LookedUp(self.look_up(asked, chat(there))),
            Heard::Inconclusive => Reply::LookedUp(LookupResult::Inconclusive),
            Heard::LookupFailed => Reply::LookedUp(LookupResult::Failed),
            Heard::Acquired => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
            Heard::Held => Reply::Claimed(ClaimResult::Held),
            Heard::Expired => Reply::Claimed(ClaimResult::Expired { token: 1 }),
            Heard::AlreadyDone => Reply::Claimed(ClaimResult::AlreadyDone(CHAT.into())),
            Heard::Made => Reply::Created(CreateResult::Chat(OpenedChat::new(CHAT))),
            Heard::NotSent => Reply::Created(CreateResult::NotSent),
            Heard::Lost => Reply::Created(CreateResult::Lost),
            Heard::Recorded(recorded) => Reply::Recorded(recorded),
            Heard::Woke => Reply::Woke,
        }
    }

    fn look_up(&self, asked: Option<&Attempt>, chat: Option<String>) -> LookupResult {
        let former_id = self.former_holder.as_ref().map(|person| &person.id);
        let asked = asked.map(|attempt| &attempt.value);
        if asked.is_some() && asked == former_id {
            return LookupResult::Absent;
        }
        let person = |id: &str| Person::new(id);
        match self.answers {
            Answers::Names => LookupResult::Confirmed {
                person: person(&self.alice.id),
                chat,
            },
            Answers::Echoes => LookupResult::Echo {
                person: person(asked.map_or("", |text| text)),
                chat: None,
            },
            Answers::Inconclusive => LookupResult::Inconclusive,
        }
    }

    /// Returns whether a start may be refused although no fault happens: no person is known and the network names no one.
    pub(crate) fn may_refuse(&self) -> bool {
        self.answers == Answers::Inconclusive && self.knows != Knows::Everything
    }

    /// Returns a bad answer that a lookup may get at any time.
    ///
    /// Returns `None` if the number has moved. After a bad answer, a start would choose the former owner of the number, but
    /// the model counts the chats of the new owner.
    pub(crate) fn lookup_fault(&self) -> Option<Heard> {
        match (&self.former_holder, self.knows) {
            (Some(_), _) => None,
            (None, Knows::People) => Some(Heard::Inconclusive),
            (None, _) => Some(Heard::LookupFailed),
        }
    }

    /// Returns whether the directory shows chats.
    pub(crate) fn shows_chats(&self) -> bool {
        matches!(self.knows, Knows::Everything | Knows::Chats)
    }
}

/// A reply to a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Heard {
    Found { chat: bool },
    Is { chat: bool },
    LookupFailed,
    Inconclusive,
    Acquired,
    Held,
    Expired,
    AlreadyDone,
    Made,
    NotSent,
    Lost,
    Recorded(bool),
    Woke,
}

/// An effect of a start.
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

/// The result of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Told {
    Existing,
    Created,
    Busy,
    NotSent,
    Refused,
    Unknown,
}

/// A state of a start, after a sequence of replies.
pub(crate) struct Point {
    pub(crate) request: usize,
    /// Whether it recovers a claim after a crash.
    resumes: bool,
    heard: Vec<Heard>,
    pub(crate) ask: ModelQuestion,
    /// Whether it has the claim and may still create with it, or release it.
    pub(crate) holds: bool,
}

/// All points that any start has reached.
pub(crate) struct Machines<'a> {
    scenario: &'a Scenario,
    points: Vec<Point>,
    next: HashMap<(u32, Heard), u32>,
    resumed: HashMap<usize, u32>,
    claim: Option<Claim>,
}

impl<'a> Machines<'a> {
    pub(crate) fn new(scenario: &'a Scenario) -> Self {
        let mut machines = Machines {
            scenario,
            points: Vec::new(),
            next: HashMap::new(),
            resumed: HashMap::new(),
            claim: None,
        };
        for request in 0..scenario.requests.len() {
            machines.add(request, false, Vec::new());
        }
        machines
    }

    /// Returns the first point of the n-th start.
    pub(crate) fn begin(n: usize) -> u32 {
        u32::try_from(n).expect("three starts")
    }

    /// Returns the point at which a start continues after it crashed with the claim.
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

    /// Returns the number of points.
    pub(crate) fn len(&self) -> usize {
        self.points.len()
    }

    /// Returns every reply that a start has received.
    pub(crate) fn heard(&self) -> impl Iterator<Item = Heard> {
        self.next.keys().map(|(_, heard)| *heard)
    }

    /// Returns the point after a reply.
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
        let left = self.claim.clone().filter(|_| resumes);
        let start = match left {
            Some(claim) => ChatStart::recover(account, words, &policy, claim),
            None => ChatStart::new(account, words, &policy),
        };
        let mut start = start.with_timing(timing);
        let mut asked = None;
        let mut ask = self.ask(&start.advance(None), &mut asked);
        let mut holds = false;
        for heard in &heard {
            let reply = scenario.answer(*heard, asked.as_ref());
            ask = self.ask(&start.advance(Some(reply)), &mut asked);
            holds = match heard {
                Heard::Acquired | Heard::Expired => true,
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

    fn ask(&mut self, need: &Effect<'_>, asked: &mut Option<Attempt>) -> ModelQuestion {
        if let Effect::Lookup(attempt) = need {
            *asked = Some(Attempt::clone(attempt));
        }
        let (ask, claim_key) = match need {
            Effect::Find(_) => (ModelQuestion::Find, None),
            Effect::Lookup(_) => (ModelQuestion::Lookup, None),
            Effect::Claim(claim_key) => (ModelQuestion::Claim, Some(*claim_key)),
            Effect::Create(create) => (ModelQuestion::Create, Some(create.claim_key)),
            Effect::Record(claim, outcome) => {
                let chat = matches!(outcome, ClaimOutcome::Chat(_));
                (ModelQuestion::Record { chat }, Some(&claim.key))
            }
            Effect::Wait(_) => (ModelQuestion::Wait, None),
            Effect::Done(outcome) => (ModelQuestion::Done(told(&outcome.result)), None),
        };
        // All requests for one person have one claim key.
        if let Some(claim_key) = claim_key {
            let claim = || Claim::new(claim_key.clone(), 1);
            let first = &self.claim.get_or_insert_with(claim).key;
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
