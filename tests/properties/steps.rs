//! A decision step by step, as a start makes it: with lookups, and with any directory.

use std::sync::Arc;

use contact_resolution::pipeline::triage::{Triage, triage};
use contact_resolution::pipeline::{LookupRecord, Pipeline, Ranking};
use contact_resolution::wire::StartRequest;
use contact_resolution::{
    Account, Decision, Directory, DirectoryAnswer, DirectoryQuery, MemoryDirectory, Person, resolve,
};

use crate::generators::{ASKED, World};

/// A world before the decision: its account, and the answer of its directory.
pub(crate) struct Steps {
    pub(crate) account: Account,
    pub(crate) triage: Triage,
    pub(crate) found: DirectoryAnswer,
}

impl Steps {
    pub(crate) fn of(world: &World) -> Steps {
        let account = world.account();
        let triage = triage(&world.request.user, &account, &world.policy);
        let keys = triage.keys();
        let directory = MemoryDirectory::from_snapshot(&world.snapshot);
        let Ok(mut found) = directory.find(&[DirectoryQuery {
            account: ASKED,
            keys: &keys,
        }]);
        Steps {
            account,
            triage,
            found: found.pop().expect("one answer for one query"),
        }
    }

    /// Returns the ranking with this hint in place of the payload's.
    pub(crate) fn ranking(&self, world: &World, hint: Option<&str>) -> Ranking {
        self.ranking_of(world, hint, self.found.people.clone())
    }

    /// Returns the ranking of these people with this hint.
    pub(crate) fn ranking_of(
        &self,
        world: &World,
        hint: Option<&str>,
        people: Vec<Arc<Person>>,
    ) -> Ranking {
        let mut request: StartRequest = world.request.clone();
        request.user.full_name = hint.map(str::to_owned);
        let pipeline = Pipeline::new(&self.account, &request, &world.policy);
        pipeline.decide(people, self.found.coverage, &[]).1
    }

    /// Returns the decision after these lookups.
    pub(crate) fn decide(&self, world: &World, lookups: &[LookupRecord]) -> Decision {
        let pipeline = Pipeline::new(&self.account, &world.request, &world.policy);
        let people = self.found.people.clone();
        pipeline.decide(people, self.found.coverage, lookups).0
    }
}

/// A directory that answers every query with all its people.
pub(crate) struct AllPeople {
    pub(crate) people: Vec<Person>,
    pub(crate) coverage: contact_resolution::Coverage,
}

impl Directory for AllPeople {
    type Error = std::convert::Infallible;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Self::Error> {
        Ok(queries
            .iter()
            .map(|_| DirectoryAnswer::new(self.people.clone(), self.coverage))
            .collect())
    }
}

/// Returns the decision over another directory.
pub(crate) fn decide_with(
    world: &World,
    directory: &impl Directory<Error = std::convert::Infallible>,
) -> Decision {
    let Ok(decision) = resolve(&world.account(), &world.request, directory, &world.policy);
    decision
}
