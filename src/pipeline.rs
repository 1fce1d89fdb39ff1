//! The pipeline from a payload to a decision: read the payload, query the directory, rank, decide.
//!
//! [`Pipeline`] is the only place that assembles the stages. [`resolve`](crate::resolve) decides with it once.
//! [`ChatStart`](crate::ChatStart) decides again each time it has learned more. Every stage is a plain function from
//! the value of the last stage to its own.
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`triage()`](triage::triage) | a payload and an account | identifier candidates and rejections |
//! | [`Directory::find`](crate::Directory::find) | the keys of the candidates | the people who hold them |
//! | rank | candidates, people and the hint | a [`Ranking`] |
//! | decide | the ranking, and all else that is known | a [`Decision`] |

pub(crate) mod decide;
mod explain;
pub(crate) mod lookup;
mod rank;
pub mod triage;

pub use explain::{ExplainedIdentifier, ExplainedPerson, Explanation, Verdict};
pub use lookup::LookupRecord;
pub use rank::{Ranked, Ranking, Strength};

use std::cell::LazyCell;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::directory::{Coverage, FoundPeople, FoundPerson, VouchedKeys};
use crate::key::Key;
use crate::network::{Dialect, IdentifierKind, LookupFact};
use crate::person::identity::linking_keys;
use crate::person::{Account, Person, StoredIdentifier};
use crate::policy::Policy;
use crate::wire::StartRequest;

use decide::{Action, Decision, DecisionInput, RefusalCode};
use lookup::LookupResult;
use rank::{NamedPerson, RankedPeople, Vouched};
use triage::Triage;

/// The most people that are suggested by name.
pub(crate) const SUGGESTIONS: usize = 5;

/// The most people that a refusal names as candidates, and the most with a similar identifier that are suggested.
pub(crate) const LISTED_PEOPLE: usize = 100;

/// The most queries for further records of the people found. Each may find a record that leads to another one.
pub(crate) const LINKING_QUERIES: u8 = 3;

/// The most people that further records are searched for.
const LINKED_PEOPLE: usize = 100;

/// The most keys by which further records are searched.
const LINKED_KEYS: usize = 100;

/// A payload that has been read, with everything that its decisions share.
#[derive(Clone, Debug)]
pub struct Pipeline<'a> {
    pub(crate) account: &'a Account,
    pub(crate) request: &'a StartRequest,
    pub(crate) policy: &'a Policy,
    pub(crate) dialect: Option<&'a Dialect>,
    is_start: bool,
    pub(crate) triage: Triage,
}

impl<'a> Pipeline<'a> {
    /// Reads the payload of a request.
    #[must_use]
    pub fn new(account: &'a Account, request: &'a StartRequest, policy: &'a Policy) -> Self {
        Pipeline {
            account,
            request,
            policy,
            dialect: None,
            is_start: false,
            triage: triage::triage(&request.user, account, policy),
        }
    }

    /// Returns the same pipeline for a start, which can query the network.
    #[must_use]
    pub(crate) fn for_start(self) -> Self {
        Pipeline {
            is_start: true,
            ..self
        }
    }

    /// Returns the same pipeline for a dry run.
    #[must_use]
    pub(crate) fn as_dry_run(&self) -> Self {
        Pipeline {
            is_start: false,
            dialect: None,
            ..self.clone()
        }
    }

    /// Sets the facts of the server API that a start uses.
    #[must_use]
    pub fn with_dialect(self, dialect: &'a Dialect) -> Self {
        Pipeline {
            dialect: Some(dialect),
            ..self
        }
    }

    /// Returns the keys that the directory is queried with.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        self.triage.keys()
    }

    /// Decides from the directory's people and the results of lookups.
    ///
    /// Returns the ranking beside the decision, because the decision refers to its people.
    #[must_use]
    pub fn decide(
        &self,
        people: Vec<Arc<Person>>,
        coverage: Coverage,
        lookups: &[LookupRecord],
    ) -> (Decision, Ranking) {
        let people = people.into_iter().map(FoundPerson::from).collect();
        let mut ranked = self.rank(people, lookups, None);
        let mut decision = self.decide_on(&mut ranked, coverage, lookups);
        let ranking = Ranking::from(ranked);
        if let Some(person) = ranking.chosen() {
            decision.user_id = person.network_id().map(str::to_owned);
            decision.full_name.clone_from(&person.full_name);
        }
        (decision, ranking)
    }

    /// Decides like [`decide`](Pipeline::decide) without lookups, and without deriving keys that a directory vouches for.
    pub(crate) fn dry_run(
        &self,
        people: FoundPeople<'_>,
        coverage: Coverage,
        vouched: Option<Vouched<'_>>,
    ) -> Decision {
        let mut ranked = self.rank(people, &[], vouched);
        let mut decision = self.decide_on(&mut ranked, coverage, &[]);
        if let Some(chosen) = ranked.chosen {
            let person = &mut ranked.people[chosen].person;
            (decision.user_id, decision.full_name) = person.take_id_and_name();
        }
        decision
    }

    fn rank<'s, 'd: 's>(
        &'s self,
        people: FoundPeople<'d>,
        lookups: &[LookupRecord],
        vouched: Option<Vouched<'_>>,
    ) -> RankedPeople<'s> {
        let named = named_people(lookups, people.is_empty());
        let hint = self.request.user.full_name.as_deref();
        let candidates = &self.triage.candidates;
        rank::rank(candidates, people, named, hint, self.account, vouched)
    }

    /// Decides, and sets the chosen person. The id and the name of this person are not in the decision.
    fn decide_on(
        &self,
        ranked: &mut RankedPeople<'_>,
        coverage: Coverage,
        lookups: &[LookupRecord],
    ) -> Decision {
        let input = DecisionInput {
            account: self.account,
            request: self.request,
            policy: self.policy,
            dialect: self.dialect,
            is_start: self.is_start,
            triage: &self.triage,
            ranking: ranked,
            coverage,
            lookups,
        };
        let person = input.choose_person();
        let chosen = person.known();
        let decision = decide::decide(&input, person);
        ranked.chosen = chosen;
        decision
    }

    /// Returns the keys of further records of the people that a directory found, without those that were queried.
    ///
    /// If very many people have a queried key, it does not identify any of them. Then no further records are searched. The
    /// number of keys is limited too, because a real person has few.
    pub(crate) fn linking_keys(
        &self,
        people: &[FoundPerson<'_>],
        queried: &[Key],
        vouched: Option<Vouched<'_>>,
    ) -> Vec<Key> {
        if people.len() > LINKED_PEOPLE {
            return Vec::new();
        }
        // The person of most answers leads to no further keys.
        let sorted = LazyCell::new(|| {
            let mut sorted: SmallVec<[&Key; 16]> = queried.iter().collect();
            sorted.sort_unstable();
            sorted
        });
        let is_known = |key: &Key| sorted.binary_search(&key).is_ok();
        let mut keys = Vec::new();
        let add = &mut |key: Key| keys.extend(Some(key).filter(|key| !is_known(key)));
        for person in people {
            // A single id that embeds a number leads to this number, and to nothing else.
            if !vouched.is_some_and(|vouched| vouched.has_one_id_of_number()) {
                linking_keys(person.whole(), self.account, add);
            }
        }
        // A record with an id that embeds any key of the own user is of the own user, too.
        if !self.account.user.identifiers.is_empty() {
            let own_keys = match vouched {
                Some(vouched) => vouched.of.own.iter().map(|(_, key)| key.clone()).collect(),
                None => self.account.user.keys(self.account),
            };
            if own_keys.iter().any(is_known) {
                let exact = own_keys.into_iter().filter(|key| !key.is_look_alike());
                exact.for_each(add);
            }
        }
        keys.sort_unstable();
        keys.dedup();
        keys.truncate(LINKED_KEYS);
        keys
    }

    /// Returns the keys that a directory vouches for, if it has the same account.
    pub(crate) fn vouched<'k>(
        &self,
        keys: Option<VouchedKeys<'k>>,
        queried: &'k [Key],
    ) -> Option<Vouched<'k>> {
        let VouchedKeys { of, held } = keys.filter(|keys| keys.of.are_of(self.account))?;
        Some(Vouched { of, queried, held })
    }

    /// Returns whether a lookup by this kind of identifier is possible, even if its answer confirms nothing.
    pub(crate) fn can_look_up(&self, kind: IdentifierKind) -> bool {
        let network = &self.account.network;
        let fact = self.dialect.map(|dialect| dialect.lookup(network, kind));
        self.account.can_look_up(kind) && fact != Some(LookupFact::Never)
    }

    /// Returns whether a create opens the direct chat if it already exists.
    pub(crate) fn create_opens_existing(&self) -> bool {
        let network = &self.account.network;
        match self.dialect {
            Some(dialect) => dialect.create_opens_existing(network),
            None => network.create_opens_existing(),
        }
    }

    /// Returns the keys of people whose id or handle is almost that of the payload, if the decision is to create a chat
    /// with an unknown person. Such people are suggested.
    pub(crate) fn near_keys(&self, decision: &Decision) -> Vec<Key> {
        if !matches!(decision.action, Action::Create(_)) || decision.user_id.is_some() {
            return Vec::new();
        }
        let candidates = self.triage.candidates.iter();
        let creating = candidates.filter(|candidate| candidate.can_create());
        let mut keys = Vec::new();
        for candidate in creating {
            keys.extend(candidate.near_keys());
        }
        keys
    }

    /// Returns the name by which to suggest people. Returns `None` if an identifier led to a person.
    pub(crate) fn suggestion_name(&self, decision: &Decision) -> Option<&'a str> {
        let Action::Refuse(refusal) = &decision.action else {
            return None;
        };
        let has_no_person = matches!(
            refusal.code,
            RefusalCode::NoIdentifier | RefusalCode::UserNotFound | RefusalCode::InvalidIdentifier
        );
        let user = &self.request.user;
        let mut names = [&user.full_name, &user.username, &user.id]
            .into_iter()
            .filter_map(|name| name.as_deref().filter(|name| !name.trim().is_empty()));
        names.next().filter(|_| has_no_person)
    }
}

/// Returns the people that lookups named, each with the identifier of the lookup and the reported chat.
///
/// An echo confirms no person. It counts only if it names a chat and there is no known person.
fn named_people(lookups: &[LookupRecord], no_known_person: bool) -> Vec<NamedPerson> {
    let named = lookups.iter().filter_map(|lookup| {
        let (person, chat) = match &lookup.result {
            LookupResult::Confirmed { person, chat } => (person, chat),
            LookupResult::Echo { person, chat } if no_known_person && chat.is_some() => {
                (person, chat)
            }
            _ => return None,
        };
        // A user without an id is no one that a chat can be with.
        person.network_id()?;
        let mut person = person
            .clone()
            .with_identifier(lookup.kind, lookup.value.as_str());
        person.group_only = false;
        let is_listed = |id: &String| person.chats.iter().any(|chat| chat.id == *id);
        if let Some(chat) = chat.as_ref().filter(|id| !is_listed(id)) {
            let chat = crate::person::DirectChat::new(chat.as_str());
            person.chats.push(chat);
        }
        let asked = StoredIdentifier {
            kind: lookup.kind,
            text: lookup.value.clone(),
        };
        Some(NamedPerson { person, asked })
    });
    named.collect()
}
