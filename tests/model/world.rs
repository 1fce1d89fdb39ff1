//! Everything around the starts: the ledger, the network with its faults, and time.

use crate::machine::{Heard, Machines, ModelQuestion, Told};

/// How the world goes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Rules {
    /// The network tells a repeated create by its key. Otherwise every create that lands makes a chat.
    pub(crate) keyed: bool,
    /// The network may take one request twice.
    pub(crate) duplicates: bool,
    /// What is weaker in it than it should be.
    pub(crate) weaker: Option<Weaker>,
}

/// A policy that is not enough, or an assumption that does not hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weaker {
    /// The ledger gives every intent to everyone.
    NoIntent,
    /// The driver repeats a create whose answer was lost.
    BlindRetry,
    /// A claim is stale at once.
    NoWindow,
    /// A start may take longer than the window between its claim and its create.
    SlowStart,
    /// A start that comes back after a crash lets go of what it had, and begins again.
    LetGo,
}

impl Rules {
    fn are(self, weaker: Weaker) -> bool {
        self.weaker == Some(weaker)
    }
}

/// One state of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) starts: [Actor; 3],
    pub(crate) entry: Entry,
    pub(crate) chats: u8,
    faults: u8,
}

/// One start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Actor {
    pub(crate) at: At,
    call: Call,
    /// Its requests that are still on their way while nobody waits for their answer.
    copies: u8,
    /// Whether a request of its made the chat.
    made: bool,
}

/// How far a start is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum At {
    Point(u32),
    Done(Told),
    /// It crashed while it had the intent, and knows of it when it comes back.
    Crashed(u8),
    /// It never began.
    Gone,
}

/// How far the request is that a start waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Call {
    None,
    Flying,
    Landed,
}

/// What the ledger has of the one intent there is. A settled intent is forgotten when the window ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Entry {
    Free,
    Claimed,
    Overdue,
    ClaimOutcome,
}

impl Entry {
    /// What a claim is told, and what the ledger has then.
    pub(crate) fn claim(self) -> (Heard, Entry) {
        match self {
            Entry::Free => (Heard::Mine, Entry::Claimed),
            Entry::Claimed => (Heard::Busy, Entry::Claimed),
            Entry::Overdue => (Heard::Stale, Entry::Claimed),
            Entry::ClaimOutcome => (Heard::ClaimOutcome, Entry::ClaimOutcome),
        }
    }

    pub(crate) fn record(chat: bool) -> Entry {
        if chat {
            Entry::ClaimOutcome
        } else {
            Entry::Free
        }
    }

    pub(crate) fn window_ends(self) -> Entry {
        match self {
            Entry::Free | Entry::ClaimOutcome => Entry::Free,
            Entry::Claimed | Entry::Overdue => Entry::Overdue,
        }
    }
}

/// One step of one start, or of time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Hears(#[expect(dead_code, reason = "told by `Debug`")] Heard),
    Sends,
    Lands,
    CopyLands,
    Duplicated,
    LostRequest,
    LostAnswer,
    LateLanding,
    Crashes,
    Resumes,
    WindowEnds,
}

/// Which start does what, and the world after it.
pub(crate) type Step = (Option<usize>, Event, World);

/// What may never happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    SecondChat,
    SecondCreated,
    NotTheMaker,
    NoSuchChat,
    BlockedForEver,
}

impl World {
    pub(crate) fn new(starts: usize, faults: u8) -> World {
        let actor = |n: usize| Actor {
            at: if n < starts {
                At::Point(Machines::begin(n))
            } else {
                At::Gone
            },
            call: Call::None,
            copies: 0,
            made: false,
        };
        World {
            starts: [0, 1, 2].map(actor),
            entry: Entry::Free,
            chats: 0,
            faults,
        }
    }

    /// The same world, whatever the starts are called.
    pub(crate) fn canonical(mut self) -> World {
        self.starts.sort_unstable();
        self
    }

    /// Every world that can follow, with the start that steps.
    pub(crate) fn steps(&self, machines: &mut Machines<'_>, rules: Rules) -> Vec<Step> {
        let mut steps = Vec::new();
        for n in 0..self.starts.len() {
            // Two starts at one point are one case.
            if !self.starts[..n].contains(&self.starts[n]) {
                self.steps_of(n, machines, rules, &mut steps);
            }
        }
        let holds = |actor: &Actor| matches!(actor.at, At::Point(at) if machines.at(at).holds);
        let out_of_turn = rules.are(Weaker::NoWindow) || rules.are(Weaker::SlowStart);
        let may_end = out_of_turn || !self.starts.iter().any(holds);
        let after = self.after_window(rules);
        if may_end && after != *self {
            steps.push((None, Event::WindowEnds, after));
        }
        steps
    }

    /// The window has ended: what was on its way lands no more.
    pub(crate) fn after_window(mut self, rules: Rules) -> World {
        self.entry = self.entry.window_ends();
        if !rules.are(Weaker::NoWindow) {
            for actor in &mut self.starts {
                actor.copies = 0;
            }
        }
        self
    }

    fn steps_of(&self, n: usize, machines: &mut Machines<'_>, rules: Rules, steps: &mut Vec<Step>) {
        let actor = self.starts[n];
        let mut add = |event, world| steps.push((Some(n), event, world));
        if actor.copies > 0 {
            let mut world = *self;
            world.starts[n].copies -= 1;
            add(Event::CopyLands, world.lands(n, rules));
        }
        if let At::Crashed(request) = actor.at {
            let mut world = *self;
            let request = usize::from(request);
            world.starts[n].at = At::Point(if rules.are(Weaker::LetGo) {
                world.entry = Entry::Free;
                Machines::begin(request)
            } else {
                machines.resume(request)
            });
            add(Event::Resumes, world);
        }
        let At::Point(at) = actor.at else { return };
        let (ask, holds) = (machines.at(at).ask, machines.at(at).holds);
        let chat = self.chats > 0;
        // What goes on well; then, while there are faults left, what goes wrong.
        let (heard, world) = match (ask, actor.call) {
            (ModelQuestion::Create, Call::None) => {
                add(Event::Sends, self.calling(n, Call::Flying));
                (None, *self)
            }
            (ModelQuestion::Create, Call::Flying) => {
                let world = self.calling(n, Call::Landed);
                add(Event::Lands, world.lands(n, rules));
                (None, *self)
            }
            (ModelQuestion::Create, Call::Landed) => (Some(Heard::Made), *self),
            (ModelQuestion::Find, _) => {
                let chat = chat && machines.scenario().shows_chats();
                (Some(Heard::Found { chat }), *self)
            }
            (ModelQuestion::Lookup, _) => (Some(Heard::Is { chat }), *self),
            (ModelQuestion::Claim, _) if rules.are(Weaker::NoIntent) => (Some(Heard::Mine), *self),
            (ModelQuestion::Claim, _) => {
                let (heard, entry) = self.entry.claim();
                (Some(heard), World { entry, ..*self })
            }
            (ModelQuestion::Record { chat }, _) => {
                let entry = Entry::record(chat);
                (Some(Heard::Recorded(true)), World { entry, ..*self })
            }
            (ModelQuestion::Wait, _) => (Some(Heard::Woke), *self),
            (ModelQuestion::Done(_), _) => (None, *self),
        };
        if let Some(heard) = heard {
            add(Event::Hears(heard), world.hears(n, heard, machines));
        }
        if self.faults == 0 {
            return;
        }
        let world = World {
            faults: self.faults - 1,
            ..*self
        };
        let late = world.with_copy(n);
        match (ask, actor.call) {
            (ModelQuestion::Create, Call::None) => {
                let world = world.hears(n, Heard::NotSent, machines);
                add(Event::Hears(Heard::NotSent), world);
            }
            (ModelQuestion::Create, Call::Flying) => {
                add(Event::LostRequest, world.loses(n, machines, rules));
                add(Event::LateLanding, late.loses(n, machines, rules));
                if rules.duplicates {
                    add(Event::Duplicated, late);
                }
            }
            (ModelQuestion::Create, Call::Landed) => {
                add(Event::LostAnswer, world.loses(n, machines, rules));
            }
            (ModelQuestion::Lookup, _) => {
                let world = world.hears(n, Heard::LookupFailed, machines);
                add(Event::Hears(Heard::LookupFailed), world);
            }
            (ModelQuestion::Record { .. }, _) => {
                let world = world.hears(n, Heard::Recorded(false), machines);
                add(Event::Hears(Heard::Recorded(false)), world);
            }
            _ => {}
        }
        if holds {
            let mut world = if actor.call == Call::Flying {
                late
            } else {
                world
            };
            let request = machines.at(at).request;
            world.starts[n].at = At::Crashed(u8::try_from(request).expect("three starts"));
            world.starts[n].call = Call::None;
            add(Event::Crashes, world);
        }
    }

    fn calling(mut self, n: usize, call: Call) -> World {
        self.starts[n].call = call;
        self
    }

    fn with_copy(mut self, n: usize) -> World {
        self.starts[n].copies += 1;
        self
    }

    /// A create of a start reaches the network.
    fn lands(mut self, n: usize, rules: Rules) -> World {
        if self.chats == 0 || !rules.keyed {
            self.chats += 1;
            self.starts[n].made = true;
        }
        self
    }

    /// The answer to a create does not come.
    fn loses(self, n: usize, machines: &mut Machines<'_>, rules: Rules) -> World {
        if rules.are(Weaker::BlindRetry) {
            self.calling(n, Call::None)
        } else {
            self.hears(n, Heard::Lost, machines)
        }
    }

    fn hears(mut self, n: usize, heard: Heard, machines: &mut Machines<'_>) -> World {
        let actor = &mut self.starts[n];
        let At::Point(at) = actor.at else {
            return self;
        };
        let next = machines.hear(at, heard);
        actor.call = Call::None;
        actor.at = match machines.at(next).ask {
            ModelQuestion::Done(told) => At::Done(told),
            _ => At::Point(next),
        };
        self
    }

    /// What is wrong in this world, if anything.
    pub(crate) fn wrong(&self) -> Option<Wrong> {
        let done = |told| {
            self.starts
                .iter()
                .filter(move |actor| actor.at == At::Done(told))
        };
        if self.chats > 1 {
            Some(Wrong::SecondChat)
        } else if done(Told::Created).count() > 1 {
            Some(Wrong::SecondCreated)
        } else if done(Told::Created).any(|actor| !actor.made) {
            Some(Wrong::NotTheMaker)
        } else if done(Told::Existing).count() > 0 && self.chats == 0 {
            Some(Wrong::NoSuchChat)
        } else {
            None
        }
    }

    /// The same world with all starts gone and a fresh one, on which no fault falls.
    pub(crate) fn afresh(mut self, n: usize) -> World {
        let mut fresh = World::new(0, 0);
        fresh.starts[0] = Actor {
            at: At::Point(Machines::begin(n)),
            ..fresh.starts[0]
        };
        self.starts = fresh.starts;
        self.faults = 0;
        self
    }

    /// What every start that was not cut short has been told.
    pub(crate) fn told(&self) -> impl Iterator<Item = Told> {
        self.starts.iter().filter_map(|actor| match actor.at {
            At::Done(told) => Some(told),
            At::Point(_) | At::Crashed(_) | At::Gone => None,
        })
    }
}
