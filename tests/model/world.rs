//! The environment of the starts: the ledger, the network with its faults, and time.

use crate::machine::{Heard, Machines, ModelQuestion, Told};

/// The rules of a world.
#[derive(Clone, Copy, Default)]
pub(crate) struct Rules {
    /// The network deduplicates creates by their key. Otherwise every create that arrives makes a chat.
    pub(crate) keyed: bool,
    /// The network may execute a request twice.
    pub(crate) duplicates: bool,
    /// A weakness, to show that the rule is needed.
    pub(crate) weaker: Option<Weaker>,
}

/// An insufficient policy, or an assumption that does not hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weaker {
    /// The ledger gives every claim to every start.
    NoClaim,
    /// The driver repeats a create after its response was lost.
    BlindRetry,
    /// A claim expires at once.
    NoTimeout,
    /// A start may take longer than the claim timeout between its claim and its create.
    SlowStart,
    /// A start that recovers from a crash releases its claim and begins again.
    ReleaseOnRestart,
}

impl Rules {
    fn are(self, weaker: Weaker) -> bool {
        self.weaker == Some(weaker)
    }
}

/// A complete state.
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
    /// Its requests that are still under way after the start has given up on them.
    copies: u8,
    /// Whether one of its requests made the chat.
    made: bool,
}

/// The state of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum At {
    Point(u32),
    Done(Told),
    /// It crashed with the claim, which it still knows when it recovers.
    Crashed(u8),
    /// It never began.
    Gone,
}

/// The state of the request that a start waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Call {
    None,
    Flying,
    Landed,
}

/// The ledger's state of the only claim key. A recorded outcome is removed after the claim timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Entry {
    Free,
    Claimed,
    Overdue,
    Recorded,
}

impl Entry {
    /// Returns the reply to a claim, and the state of the ledger after it.
    pub(crate) fn claim(self) -> (Heard, Entry) {
        match self {
            Entry::Free => (Heard::Acquired, Entry::Claimed),
            Entry::Claimed => (Heard::Held, Entry::Claimed),
            Entry::Overdue => (Heard::Expired, Entry::Claimed),
            Entry::Recorded => (Heard::AlreadyDone, Entry::Recorded),
        }
    }

    pub(crate) fn record(chat: bool) -> Entry {
        if chat { Entry::Recorded } else { Entry::Free }
    }

    pub(crate) fn window_ends(self) -> Entry {
        match self {
            Entry::Free | Entry::Recorded => Entry::Free,
            Entry::Claimed | Entry::Overdue => Entry::Overdue,
        }
    }
}

/// A step of a start, or of time.
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

/// The start that makes a step (if any), the step, and the world after it.
pub(crate) type Step = (Option<usize>, Event, World);

/// A violation.
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

    /// Returns the world with its starts in a fixed order.
    pub(crate) fn canonical(mut self) -> World {
        self.starts.sort_unstable();
        self
    }

    /// Returns every world that can follow, with its step.
    pub(crate) fn steps(&self, machines: &mut Machines<'_>, rules: Rules) -> Vec<Step> {
        let mut steps = Vec::new();
        for n in 0..self.starts.len() {
            // Two starts in the same state are one case.
            if !self.starts[..n].contains(&self.starts[n]) {
                self.steps_of(n, machines, rules, &mut steps);
            }
        }
        let holds = |actor: &Actor| matches!(actor.at, At::Point(at) if machines.at(at).holds);
        let out_of_turn = rules.are(Weaker::NoTimeout) || rules.are(Weaker::SlowStart);
        let may_end = out_of_turn || !self.starts.iter().any(holds);
        let after = self.after_window(rules);
        if may_end && after != *self {
            steps.push((None, Event::WindowEnds, after));
        }
        steps
    }

    /// Returns the world after the claim timeout. Requests under way no longer arrive.
    pub(crate) fn after_window(mut self, rules: Rules) -> World {
        self.entry = self.entry.window_ends();
        if !rules.are(Weaker::NoTimeout) {
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
            world.starts[n].at = At::Point(if rules.are(Weaker::ReleaseOnRestart) {
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
        // First the step without a fault, then the faults while there are any left.
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
            (ModelQuestion::Claim, _) if rules.are(Weaker::NoClaim) => {
                (Some(Heard::Acquired), *self)
            }
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
                if let Some(fault) = machines.scenario().lookup_fault() {
                    let world = world.hears(n, fault, machines);
                    add(Event::Hears(fault), world);
                }
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

    /// Executes a create of a start on the network.
    fn lands(mut self, n: usize, rules: Rules) -> World {
        if self.chats == 0 || !rules.keyed {
            self.chats += 1;
            self.starts[n].made = true;
        }
        self
    }

    /// Handles the loss of a create's response.
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

    /// Returns the violation in this world, if there is one.
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

    /// Returns this world with a single new start and without further faults.
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

    /// Returns the results of all starts that have ended.
    pub(crate) fn told(&self) -> impl Iterator<Item = Told> {
        self.starts.iter().filter_map(|actor| match actor.at {
            At::Done(told) => Some(told),
            At::Point(_) | At::Crashed(_) | At::Gone => None,
        })
    }
}
