//! Any interleaving of starts for one person, with any faults, makes at most one chat. At most one caller gets
//! `created`. A crash never blocks a person forever.
//!
//! `tests/model` checks a few situations exhaustively. Here the worlds are arbitrary, and the order and the faults are
//! random.

use std::cell::Cell;
use std::time::Duration;

use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply};
use contact_resolution::{
    Account, Action, ChatStart, DirectChat, Directory, DirectoryAnswer, DirectoryQuery,
    IdentifierKind, Key, Ledger, LookupResult, MemoryDirectory, MemoryLedger, Person, RefusalCode,
    StartResult, StoredIdentifier,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::generators::{ASKED, World, config, worlds};

/// The codes of a last start that has no chat.
const REFUSALS: [RefusalCode; 7] = [
    RefusalCode::AmbiguousUser,
    RefusalCode::CannotCreateChat,
    RefusalCode::CannotMessage,
    RefusalCode::CannotMessageSelf,
    RefusalCode::InviteRequired,
    RefusalCode::MessageRequired,
    RefusalCode::MessageTooLong,
];

const WINDOW: Duration = Duration::from_secs(60);

/// A network that knows every identifier. A create that arrives makes a chat, or opens the existing one if the facts of the
/// network say so.
struct Network {
    account: Account,
    directory: MemoryDirectory,
    made: usize,
    /// Creates that arrive after their callers have given up.
    late: Vec<StoredIdentifier>,
}

impl Network {
    /// Returns the owner of an identifier: the known person with an id that is the identifier, else the known person who
    /// stores it, else a new person with only this identifier.
    fn holder(&self, stored: &StoredIdentifier) -> Person {
        let mut keys = stored.keys(&self.account);
        keys.retain(|key| !key.is_look_alike());
        // A local person is no user of the network.
        let holds = |person: &Person| {
            let held = person.keys(&self.account);
            !person.is_local && held.iter().any(|key| keys.contains(key))
        };
        let is_id = |person: &Person| {
            let ids = person.stored(IdentifierKind::Id);
            ids.into_iter().any(|id| holds(&Person::new(id)))
        };
        let people = self.find(&keys).people;
        let by_id = people.iter().find(|person| is_id(person));
        let known = by_id.or_else(|| people.iter().find(|person| holds(person)));
        let known = known.map(|person| Person::clone(person));
        known.unwrap_or_else(|| match stored.kind {
            IdentifierKind::Id => Person::new(stored.text.as_str()),
            kind => Person::new("somebody-new").with_identifier(kind, stored.text.as_str()),
        })
    }

    fn find(&self, keys: &[Key]) -> DirectoryAnswer {
        let Ok(mut found) = self.directory.find(&[DirectoryQuery {
            account: ASKED,
            keys,
        }]);
        found.pop().expect("an answer a question")
    }

    /// Executes a create. The directory receives the chat.
    fn land(&mut self, stored: &StoredIdentifier) -> OpenedChat {
        let mut person = self.holder(stored);
        if self.account.network.create_opens_existing()
            && let Some(chat) = person.chats.first()
        {
            return OpenedChat::existing(chat.id.as_str());
        }
        self.made += 1;
        let chat = format!("!made-{}", self.made);
        person.group_only = false;
        person.chats.push(DirectChat::new(chat.as_str()));
        self.directory.upsert(ASKED, person);
        OpenedChat::new(chat)
    }
}

/// The state of a start.
struct Course<'a> {
    start: ChatStart<'a>,
    answer: Option<Reply>,
    end: Option<StartResult>,
    code: Option<RefusalCode>,
}

impl<'a> Course<'a> {
    fn of(world: &'a World, account: &'a Account) -> Self {
        Course {
            start: ChatStart::new(account, &world.request, &world.policy),
            answer: None,
            end: None,
            code: None,
        }
    }

    /// Performs one step, with a fault that depends on `chance`. Returns whether the start goes on.
    fn step(&mut self, network: &mut Network, ledger: &impl Ledger, chance: u8) -> bool {
        let answer = match self.start.advance(self.answer.take()) {
            Effect::Find(keys) => Reply::Found(network.find(keys)),
            Effect::Lookup(_) if chance < 20 => Reply::LookedUp(LookupResult::Failed),
            Effect::Lookup(attempt) => {
                let mut person = network.holder(&StoredIdentifier {
                    kind: attempt.kind,
                    text: attempt.value.clone(),
                });
                let chat = person.chats.pop().map(|chat| chat.id);
                Reply::LookedUp(LookupResult::Confirmed { person, chat })
            }
            Effect::Claim(claim_key) => match ledger.claim(claim_key) {
                Ok(claim) => Reply::Claimed(claim),
                Err(_) => return false,
            },
            Effect::Create(create) => {
                let stored = StoredIdentifier {
                    kind: create.attempt.kind,
                    text: create.attempt.value.clone(),
                };
                match chance {
                    0..30 => Reply::Created(CreateResult::Lost),
                    30..60 => {
                        network.land(&stored);
                        Reply::Created(CreateResult::Lost)
                    }
                    60..90 => {
                        network.late.push(stored);
                        Reply::Created(CreateResult::Lost)
                    }
                    // The process crashes while its request is under way.
                    90..120 => {
                        network.late.push(stored);
                        return false;
                    }
                    _ => Reply::Created(CreateResult::Chat(network.land(&stored))),
                }
            }
            // The process crashes before it can record.
            Effect::Record(..) if chance < 20 => return false,
            Effect::Record(claim, outcome) => {
                Reply::Recorded(ledger.record(claim, &outcome).unwrap_or(false))
            }
            Effect::Wait(_) => Reply::Woke,
            Effect::Done(outcome) => {
                self.code = outcome.code();
                self.end = Some(outcome.result);
                return false;
            }
        };
        self.answer = Some(answer);
        true
    }
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn starts_for_one_person_make_at_most_one_chat(world in worlds(), chances in vec(any::<(u8, u8)>(), 60), rounds in 1..4_usize) {
        let mut world = world;
        world.request.account_id = ASKED.into();
        let before = world.decide();
        let Action::Create(_) = &before.action else { return Ok(()) };
        // A host joins a local person with the user of the network when it records an outcome. This network does not, so that
        // there are two people with one identifier afterwards.
        let is_local = before.chosen_by.is_some() && before.user_id.is_none();
        let account = world.account();
        let now = Cell::new(Duration::ZERO);
        let ledger = MemoryLedger::new(WINDOW, || now.get());
        let mut network = Network {
            account: account.clone(),
            directory: MemoryDirectory::from_snapshot(&world.snapshot),
            made: 0,
            late: Vec::new(),
        };
        let mut created = 0;
        let mut chances = chances.into_iter().cycle();
        for round in 0..=rounds {
            let is_last = round == rounds;
            // The last round has no faults, and only one start.
            let mut courses: Vec<Course<'_>> = (0..if is_last { 1 } else { 3 })
                .map(|_| Course::of(&world, &account))
                .collect();
            let mut under_way: Vec<usize> = (0..courses.len()).collect();
            let mut steps = 0;
            while !under_way.is_empty() {
                steps += 1;
                prop_assert!(steps < 1000, "it goes on forever");
                let (which, chance) = chances.next().unwrap_or_default();
                let at = usize::from(which) % under_way.len();
                let chance = if is_last { u8::MAX } else { chance };
                if !courses[under_way[at]].step(&mut network, &ledger, chance) {
                    under_way.remove(at);
                }
            }
            let is_created = |course: &&Course<'_>| matches!(course.end, Some(StartResult::Created { .. }));
            created += courses.iter().filter(is_created).count();
            for stored in std::mem::take(&mut network.late) {
                network.land(&stored);
            }
            prop_assert!(network.made <= 1, "{} chats", network.made);
            prop_assert!(created <= network.made, "{} starts reported {} new chats", created, network.made);
            now.set(now.get() + WINDOW * 2);
            if is_last {
                let last = courses.pop().expect("one start");
                let (end, code) = (last.end, last.code);
                let has_chat = matches!(end, Some(StartResult::Existing { .. } | StartResult::Created { .. }));
                // An unknown id beside another identifier may stay ambiguous, or a requirement may be unmet that did not matter
                // while a known chat could be the person's. Then no chat was made.
                let is_refused = end == Some(StartResult::Refused) && code.is_some_and(|code| REFUSALS.contains(&code));
                let may_be_refused = is_local || (world.request.user.id.is_some() && network.made == 0);
                let is_ambiguous = is_refused && may_be_refused;
                prop_assert!(has_chat || is_ambiguous, "{:?} {:?} of {:?}", end, code, before);
            }
        }
    }
}
