//! A decision step by step, as a start takes it: with evidence, and with a directory of any manners.

use contact_resolution::{
    Account, Decision, Directory, DirectoryAnswer, DirectoryQuery, Evidence, LookupRecord,
    MemoryDirectory, Person, Ranking, Terms, Triage, decide, rank, resolve, triage,
};

use crate::generators::{ASKED, World};

/// A world as it stands before the decision.
pub(crate) struct Steps {
    pub(crate) account: Account,
    pub(crate) triage: Triage,
    pub(crate) found: DirectoryAnswer,
}

impl Steps {
    pub(crate) fn of(world: &World) -> Steps {
        let account = world.account();
        let triage = triage(&world.request.user, &account, &world.policy);
        let directory = MemoryDirectory::from_snapshot(&world.snapshot);
        let Ok(mut found) = directory.find(&[DirectoryQuery {
            account: ASKED,
            keys: &triage.keys(),
        }]);
        Steps {
            account,
            triage,
            found: found.pop().expect("an answer a question"),
        }
    }

    pub(crate) fn ranking(&self, hint: Option<&str>) -> Ranking {
        rank(
            &self.triage.candidates,
            self.found.people.clone(),
            hint,
            &self.account,
        )
    }

    /// The decision after these lookups; whoever they name is in the directory by then.
    pub(crate) fn decide(&self, world: &World, lookups: &[LookupRecord]) -> Decision {
        let ranking = self.ranking(world.request.user.full_name.as_deref());
        let evidence = Evidence {
            coverage: self.found.coverage,
            lookups,
        };
        decide(
            &self.account,
            &self.triage,
            &ranking,
            evidence,
            Terms::of(&world.request),
            &world.policy,
        )
    }
}

/// A directory that gives everybody it has, whatever it is asked for.
pub(crate) struct Everybody {
    pub(crate) people: Vec<Person>,
    pub(crate) coverage: contact_resolution::Coverage,
}

impl Directory for Everybody {
    type Error = std::convert::Infallible;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Self::Error> {
        Ok(queries
            .iter()
            .map(|_| DirectoryAnswer {
                people: self.people.clone(),
                coverage: self.coverage,
            })
            .collect())
    }
}

/// What another directory leads to.
pub(crate) fn decide_with(
    world: &World,
    directory: &impl Directory<Error = std::convert::Infallible>,
) -> Decision {
    let Ok(decision) = resolve(&world.account(), &world.request, directory, &world.policy);
    decision
}
