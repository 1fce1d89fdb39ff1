//! A batch of payloads is decided like each payload alone.

use std::sync::atomic::{AtomicUsize, Ordering};

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Decision, Directory, DirectoryAnswer, DirectoryQuery, MemoryDirectory, Network,
    Person, Policy, Reason, resolve, resolve_many, resolve_many_async,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::generators::{ASKED, OTHER, World, config, worlds_on};

/// Counts the calls of `find`, and fails if a query has this id.
struct Counting {
    memory: MemoryDirectory,
    questions: AtomicUsize,
    fails_at: Option<&'static str>,
}

impl Directory for Counting {
    type Error = usize;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, usize> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        let is_it = |ask: &DirectoryQuery<'_>| {
            let mut keys = ask.keys.iter();
            keys.any(|key| Some(key.value()) == self.fails_at)
        };
        match queries.iter().position(is_it) {
            Some(at) => Err(at),
            None => Ok(self
                .memory
                .find(queries)
                .unwrap_or_else(|never| match never {})),
        }
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> Result<Vec<Person>, usize> {
        let Ok(people) = self.memory.suggest(account, name, limit);
        Ok(people)
    }
}

/// Decides a batch with `resolve_many` and `resolve_many_async`, which must agree.
fn resolve_both<D>(
    starts: &[(&Account, &StartRequest)],
    directory: &D,
    policy: Policy,
) -> Result<Vec<Decision>, D::Error>
where
    D: Directory<Error: Send> + Sync,
{
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let waited = resolve_many_async(starts, directory, &policy);
    let waited = runtime.unwrap().block_on(waited);
    let decisions = resolve_many(starts, directory, &policy);
    assert_eq!(waited.as_ref().ok(), decisions.as_ref().ok());
    decisions
}

fn by_id(id: String) -> StartRequest {
    let user = UserPayload {
        id: Some(id),
        ..UserPayload::default()
    };
    StartRequest::new("irc", user)
}

fn counting(fails_at: Option<&'static str>) -> (Account, Counting) {
    let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
    let mut memory = MemoryDirectory::new();
    memory.insert_account(account.clone());
    let questions = AtomicUsize::new(0);
    let directory = Counting {
        memory,
        questions,
        fails_at,
    };
    (account, directory)
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn payload_in_a_batch_is_decided_as_alone(
        worlds in vec(worlds_on("whatsapp"), 1..12),
        times in 1..120_usize,
    ) {
        let World { snapshot, policy, .. } = &worlds[0];
        let directory = MemoryDirectory::from_snapshot(snapshot);
        let accounts = [ASKED, OTHER].map(|id| directory.account(id).unwrap());
        // Requests of several worlds on two accounts in turn, more than fit in one query.
        let requests = worlds.iter().map(|world| &world.request);
        let requests: Vec<StartRequest> = requests
            .flat_map(|request| accounts.map(|account| StartRequest {
                account_id: if request.account_id == ASKED { &account.id } else { &request.account_id }.clone(),
                ..request.clone()
            }))
            .collect();
        let pairs = accounts.into_iter().cycle().zip(requests.iter().cycle());
        let starts: Vec<_> = pairs.take(requests.len() * times).collect();
        let alone: Vec<Decision> = starts
            .iter()
            .take(requests.len())
            .map(|(account, request)| {
                let Ok(decision) = resolve(account, request, &directory, policy);
                decision
            })
            .collect();
        let Ok(together) = resolve_both(&starts, &directory, *policy);
        prop_assert_eq!(together.len(), starts.len());
        for (together, alone) in together.iter().zip(alone.iter().cycle()) {
            prop_assert!(together == alone, "{together:?} is not {alone:?}");
        }
    }
}

#[test]
fn two_hundred_payloads_take_one_query_and_one_for_near_misses() {
    let (account, directory) = counting(None);
    let requests: Vec<_> = (0..200).map(|n| by_id(format!("libera_{n}ad"))).collect();
    let starts: Vec<_> = requests.iter().map(|request| (&account, request)).collect();
    let decisions = resolve_both(&starts, &directory, Policy::default()).unwrap();
    assert_eq!(decisions.len(), 200);
    // Both drivers ask.
    assert_eq!(directory.questions.load(Ordering::Relaxed), 2 * 2);
}

#[test]
fn payload_without_identifier_or_account_makes_no_query() {
    let (account, directory) = counting(None);
    let nothing = StartRequest::new("irc", UserPayload::default());
    let astray = StartRequest::new("xmpp", UserPayload::default());
    let starts = [(&account, &nothing), (&account, &astray)];
    let decisions = resolve_both(&starts, &directory, Policy::default()).unwrap();
    let codes: Vec<_> = decisions.iter().map(|decision| decision.reason).collect();
    assert_eq!(codes, [Reason::EmptyPayload, Reason::NoSuchAccount]);
    assert_eq!(directory.questions.load(Ordering::Relaxed), 0);
    let none = resolve_both(&[], &directory, Policy::default());
    assert_eq!(none, Ok(Vec::new()));
}

#[test]
fn error_of_one_query_fails_the_batch() {
    let (account, directory) = counting(Some("libera_1500"));
    let requests: Vec<_> = (0..2000).map(|n| by_id(format!("libera_{n}"))).collect();
    let starts: Vec<_> = requests.iter().map(|request| (&account, request)).collect();
    assert!(resolve_both(&starts, &directory, Policy::default()).is_err());
}
