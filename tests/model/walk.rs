//! Explores every reachable world in breadth-first order, so that a failure is reported with a shortest path.

use std::collections::HashSet;
use std::fmt;

use crate::machine::{Heard, Machines, Scenario, Told};
use crate::world::{At, Entry, Event, Rules, World, Wrong};

/// Everything that was reached.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) worlds: usize,
    pub(crate) points: usize,
    pub(crate) told: HashSet<Told>,
    pub(crate) heard: HashSet<Heard>,
}

/// A violation, and the path to it.
pub(crate) struct Failure {
    pub(crate) wrong: Wrong,
    pub(crate) way: Vec<(Option<usize>, Event)>,
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}:", self.wrong)?;
        for (start, event) in &self.way {
            match start {
                Some(start) => writeln!(f, "  start {start}: {event:?}")?,
                None => writeln!(f, "  {event:?}")?,
            }
        }
        Ok(())
    }
}

/// Explores every interleaving of the starts with at most this many faults.
pub(crate) fn walk(
    scenario: &Scenario,
    starts: usize,
    faults: u8,
    rules: Rules,
) -> Result<Seen, Failure> {
    let mut machines = Machines::new(scenario);
    let mut lonely = Lonely::default();
    let first = World::new(starts, faults);
    let mut seen: HashSet<World> = HashSet::from([first.canonical()]);
    let mut told = HashSet::new();
    // Each world with its predecessor. The worlds from `next` on have not been expanded yet.
    let mut worlds: Vec<(World, u32, Option<usize>, Event)> =
        vec![(first, 0, None, Event::WindowEnds)];
    let mut next = 0;
    while next < worlds.len() {
        let (world, ..) = worlds[next];
        told.extend(world.told());
        let wrong = world
            .wrong()
            .or_else(|| lonely.wrong(world, &mut machines, rules));
        if let Some(wrong) = wrong {
            let way = way(&worlds, next);
            return Err(Failure { wrong, way });
        }
        let from = u32::try_from(next).expect("fewer worlds");
        for (start, event, after) in world.steps(&mut machines, rules) {
            if seen.insert(after.canonical()) {
                worlds.push((after, from, start, event));
            }
        }
        next += 1;
    }
    Ok(Seen {
        worlds: worlds.len(),
        points: machines.len(),
        told,
        heard: machines.heard().collect(),
    })
}

fn way(
    worlds: &[(World, u32, Option<usize>, Event)],
    mut at: usize,
) -> Vec<(Option<usize>, Event)> {
    let mut way = Vec::new();
    while at != 0 {
        let (_, from, start, event) = worlds[at];
        way.push((start, event));
        at = from as usize;
    }
    way.reverse();
    way
}

/// The ledger and chat states for which a start alone has been checked.
#[derive(Default)]
struct Lonely(HashSet<(Entry, u8)>);

impl Lonely {
    /// Checks that a person is never blocked forever. If all other starts are gone, a new start must end. After the
    /// claim timeout it must end with a chat.
    fn wrong(&mut self, world: World, machines: &mut Machines<'_>, rules: Rules) -> Option<Wrong> {
        if !self.0.insert((world.entry, world.chats)) {
            return None;
        }
        let after = world.after_window(rules);
        (0..world.starts.len()).find_map(|n| {
            alone(world.afresh(n), machines, rules);
            let told = alone(after.afresh(n), machines, rules);
            let has_chat = matches!(told, Told::Existing | Told::Created);
            let may_refuse = machines.scenario().may_refuse() && told == Told::Refused;
            (!has_chat && !may_refuse).then_some(Wrong::BlockedForEver)
        })
    }
}

/// Returns the result of the only start of a world if no fault happens.
fn alone(mut world: World, machines: &mut Machines<'_>, rules: Rules) -> Told {
    loop {
        if let At::Done(told) = world.starts[0].at {
            return told;
        }
        let steps = world.steps(machines, rules);
        let own = steps.into_iter().find(|(start, ..)| start.is_some());
        world = own.expect("a step until it is done").2;
    }
}
