//! Ranking: pairs of an identifier candidate and a person with one of its keys, in total order.

mod people;

use std::cmp::Reverse;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::directory::{FoundPeople, HeldKeys};
use crate::key::{AccountKeys, Key};
use crate::name::{self, Name, Score};
use crate::network::IdentifierKind;
use crate::person::{Account, Person, StoredIdentifier};
use crate::pipeline::triage::{Certainty, IdentifierCandidate};
use people::{Records, holders};

/// The strength of an identifier candidate. Fields are compared in order, before the score of any name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Strength {
    /// Whether no known person holds the candidate. A known person comes before an unknown one.
    pub is_unknown: bool,
    /// The certainty: exact before interpreted before variant.
    pub certainty: Certainty,
    /// The kind: an id before a number, a number before an address, an address before a handle.
    pub kind: IdentifierKind,
    /// Whether the person only stores the address. A person with an id that is the address ranks higher.
    pub is_only_stored: bool,
}

/// A pair of an identifier candidate and a person with one of its keys, or a candidate without a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The index of the candidate.
    pub candidate: usize,
    /// The index of the [person](Ranking::person).
    pub person: Option<usize>,
    /// The strength.
    pub strength: Strength,
    /// How well the person's name fits the hint. Not computed if there is only one person.
    pub score: Score,
}

/// The people that a payload may mean, in total order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    /// The people with a key of a candidate, each once, in the order of their ids.
    pub(super) people: Vec<Arc<Person>>,
    pub(super) entries: SmallVec<[Ranked; 2]>,
    /// The person that the decision chose.
    pub(super) chosen: Option<usize>,
}

/// The people of a [`Ranking`] as a directory found them, with everything that a decision needs.
pub(super) struct RankedPeople<'d> {
    /// The people with a key of a candidate, each once, in the order of their ids.
    pub(super) people: Records<'d>,
    pub(super) entries: SmallVec<[Ranked; 2]>,
    /// People with an identifier similar to a candidate, in the order of their ids.
    pub(super) look_alikes: Vec<LookAlike>,
    /// The person that the decision chose.
    pub(super) chosen: Option<usize>,
}

impl Ranking {
    /// Returns the people with a key of a candidate, the strongest first, each once.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use contact_resolution::pipeline::Pipeline;
    /// use contact_resolution::wire::{StartRequest, UserPayload};
    /// use contact_resolution::{Account, Coverage, IdentifierKind, Network, Person, Policy};
    ///
    /// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    /// let user = UserPayload {
    ///     phone_number: Some("+14155552671".into()),
    ///     full_name: Some("Bob".into()),
    ///     ..UserPayload::default()
    /// };
    /// let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    /// let people = ["alice", "bob"]
    ///     .map(|id| Person::new(id).with_name(id).with_identifier(IdentifierKind::Phone, "+14155552671"));
    /// let pipeline = Pipeline::new(&account, &request, &policy);
    /// let people = people.map(Arc::new).to_vec();
    /// let (_, ranking) = pipeline.decide(people, Coverage::default(), &[]);
    /// assert_eq!(ranking.people()[0].id, "bob");
    /// ```
    #[must_use]
    pub fn people(&self) -> Vec<&Person> {
        let mut is_seen = vec![false; self.people.len()];
        let mut people: Vec<usize> = Vec::with_capacity(self.people.len());
        for person in self.entries.iter().filter_map(|entry| entry.person) {
            if !std::mem::replace(&mut is_seen[person], true) {
                people.push(person);
            }
        }
        people
            .into_iter()
            .filter_map(|person| self.person(person))
            .collect()
    }

    /// Returns the person of an entry.
    #[must_use]
    pub fn person(&self, index: usize) -> Option<&Person> {
        self.people.get(index).map(|person| &**person)
    }

    /// Returns each candidate with each person who holds one of its keys, the strongest first. A candidate without a
    /// holder has one entry, without a person.
    #[must_use]
    pub fn entries(&self) -> &[Ranked] {
        &self.entries
    }

    /// Returns the person that the decision chose.
    pub(super) fn chosen(&self) -> Option<&Person> {
        self.person(self.chosen?)
    }

    /// Returns all people except the one that the decision chose.
    pub(crate) fn people_but_chosen(&self) -> impl Iterator<Item = &Person> {
        let people = self.people.iter().enumerate();
        let others = people.filter(|(at, _)| Some(*at) != self.chosen);
        others.map(|(_, person)| &**person)
    }

    /// Returns the person that the decision chose.
    pub(crate) fn into_chosen(mut self) -> Option<Arc<Person>> {
        let chosen = self.chosen.filter(|chosen| *chosen < self.people.len())?;
        Some(self.people.swap_remove(chosen))
    }
}

impl From<RankedPeople<'_>> for Ranking {
    fn from(ranked: RankedPeople<'_>) -> Self {
        let people = ranked.people.into_iter();
        Ranking {
            people: people.map(|ranked| ranked.person.into_whole()).collect(),
            entries: ranked.entries,
            chosen: ranked.chosen,
        }
    }
}

/// A person that a lookup named as the owner of an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedPerson {
    /// The person.
    pub(super) person: Person,
    /// The identifier that was looked up.
    pub(super) asked: StoredIdentifier,
}

/// A person with an identifier similar to a candidate. Suggested, but never chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LookAlike {
    /// The index of the candidate.
    pub(super) candidate: usize,
    /// The person.
    pub(super) person: Arc<Person>,
}

/// The keys of the only person that a directory found, as the directory has derived them.
#[derive(Clone, Copy)]
pub(crate) struct Vouched<'a> {
    pub(super) of: &'a AccountKeys,
    pub(super) queried: &'a [Key],
    pub(super) held: HeldKeys,
}

impl Vouched<'_> {
    /// Returns whether the person has a single id, which embeds a number that was queried.
    pub(super) fn has_one_id_of_number(&self) -> bool {
        let mut keys = self.queried.iter().enumerate().take(HeldKeys::MOST);
        let embeds_it = |(at, key): (usize, &Key)| {
            key.kind() == IdentifierKind::Phone && self.held.get(at) == Some(true)
        };
        self.held.has_one_id && keys.any(embeds_it)
    }
}

/// Returns which of several people have an account id, on a network where an account is a number.
///
/// An account keeps its id if its number changes. Then another id with the number is no better than a stored number, because
/// it may have been joined with the account before.
fn accounts(people: &Records<'_>, account: &Account) -> SmallVec<[bool; 4]> {
    if people.len() < 2 || !account.network.number_is_account() {
        return SmallVec::new();
    }
    let is_account = |person: &Person| {
        let mut ids = person.stored(IdentifierKind::Id);
        ids.any(|id| account.id_kind(id).is_some_and(|kind| kind.is_account_id()))
    };
    let people = people.iter().map(|holder| holder.person.whole());
    people.map(|person| is_account(person)).collect()
}

/// Returns whether a key is a number, or an id that embeds one.
fn is_number(key: &Key, account: &Account) -> bool {
    let is_id_of_number = || {
        account
            .id_kind(key.value())
            .is_some_and(|id| id.is_number())
    };
    match key.kind() {
        IdentifierKind::Id => is_id_of_number(),
        kind => kind == IdentifierKind::Phone,
    }
}

/// Ranks the people that a directory found and the people that lookups named.
///
/// Entries are ordered by strength, then by how well the name fits the hint, then by the person's id, then by the
/// candidate's key. The order of the input does not matter.
///
/// Keys that the directory vouches for are not derived again.
pub(super) fn rank<'a, 'd: 'a>(
    candidates: &'a [IdentifierCandidate],
    people: FoundPeople<'d>,
    named: Vec<NamedPerson>,
    hint: Option<&str>,
    account: &Account,
    vouched: Option<Vouched<'_>>,
) -> RankedPeople<'a> {
    let (people, look_alikes) = holders(candidates, people, named, account, vouched);
    let mut ranked = RankedPeople {
        people,
        entries: SmallVec::new(),
        look_alikes,
        chosen: None,
    };
    // Names only order people, so the name of an only person does not matter.
    let hint = hint.filter(|_| ranked.people.len() > 1).map(Name::new);
    if let Some(hint) = hint.filter(|hint| !hint.is_blank()) {
        for holder in &mut ranked.people {
            let real = account.real_names(holder.person.whole());
            holder.score = name::score_any(&hint, real.map(Name::new));
        }
    }

    let number_is_account = account.network.number_is_account();
    let are_accounts = accounts(&ranked.people, account);
    let entries = &mut ranked.entries;
    for (index, candidate) in candidates.iter().enumerate() {
        let first = entries.len();
        for (at, holder) in ranked.people.iter().enumerate() {
            let held = holder.held().filter(|held| held.candidate == index);
            // An id that embeds an address has two kinds. It is an id for a person with that id, and an address for a
            // person with that address.
            let strengths = held.map(|held| Strength {
                is_unknown: false,
                certainty: held.search.certainty,
                kind: if number_is_account && held.search.key.kind() == IdentifierKind::Phone {
                    // On such a network, an id that embeds the number is the account with that number.
                    candidate.kind
                } else {
                    held.search.key.kind()
                },
                is_only_stored: holder.only_stores(held)
                    || are_accounts.get(at) == Some(&true) && is_number(&held.search.key, account),
            });
            if let Some(strength) = strengths.min() {
                entries.push(Ranked {
                    candidate: index,
                    person: Some(at),
                    strength,
                    score: holder.score,
                });
            }
        }
        if entries.len() == first {
            entries.push(Ranked {
                candidate: index,
                person: None,
                strength: Strength {
                    is_unknown: true,
                    certainty: candidate.certainty,
                    kind: candidate.kind,
                    is_only_stored: false,
                },
                score: Score::default(),
            });
        }
    }
    // People are in the order of their ids, so their index does not depend on the input order.
    entries.sort_by_key(|entry| {
        let key = candidates[entry.candidate]
            .keys()
            .first()
            .map(|search| &search.key);
        (entry.strength, Reverse(entry.score), entry.person, key)
    });
    ranked
}
