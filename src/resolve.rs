//! Decisions without a start: dry runs that only read the directory.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

use crate::directory::{AsyncDirectory, Directory, DirectoryAnswer, DirectoryQuery};
use crate::key::Key;
use crate::person::Account;
use crate::pipeline::decide::Decision;
use crate::pipeline::{Pipeline, SUGGESTIONS};
use crate::policy::Policy;
use crate::wire::StartRequest;

/// Decides what a start would do: which person the payload means, and whether a chat is reused, created or refused.
///
/// ```
/// use contact_resolution::wire::{StartRequest, UserPayload};
/// use contact_resolution::{Account, Action, IdentifierKind, MemoryDirectory, Network, Person, Policy, resolve};
///
/// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
/// let mut directory = MemoryDirectory::new();
/// directory.insert_account(account.clone());
/// directory.upsert("whatsapp", Person::new("alice-id").with_identifier(IdentifierKind::Phone, "+14155552671"));
///
/// let user = UserPayload { phone_number: Some("+1 415 555 2671".into()), ..UserPayload::default() };
/// let request = StartRequest::new("whatsapp", user);
/// let Ok(decision) = resolve(&account, &request, &directory, &Policy::default());
/// let Action::Create(create) = decision.action else { panic!("{}", decision.reason) };
/// assert_eq!(create.attempts[0].value, "alice-id");
/// ```
///
/// # Errors
///
/// Returns the directory's error if the directory cannot be queried.
pub fn resolve<D: Directory>(
    account: &Account,
    request: &StartRequest,
    directory: &D,
    policy: &Policy,
) -> Result<Decision, D::Error> {
    let Some(prepared) = Prepared::new(account, request, policy) else {
        return Ok(Decision::account_not_found());
    };
    let answer = match prepared.query() {
        None => None,
        Some(query) => directory.find(&[query])?.pop(),
    };
    let mut decision = prepared.pipeline.decide_on(answer.unwrap_or_default());
    prepared.suggest(&mut decision, directory)?;
    Ok(decision)
}

/// Decides like [`resolve`], over a directory with asynchronous methods.
///
/// # Errors
///
/// Returns the directory's error if the directory cannot be queried.
pub async fn resolve_async<D: AsyncDirectory>(
    account: &Account,
    request: &StartRequest,
    directory: &D,
    policy: &Policy,
) -> Result<Decision, D::Error> {
    let Some(prepared) = Prepared::new(account, request, policy) else {
        return Ok(Decision::account_not_found());
    };
    let answer = match prepared.query() {
        None => None,
        Some(query) => directory.find(&[query]).await?.pop(),
    };
    let mut decision = prepared.pipeline.decide_on(answer.unwrap_or_default());
    prepared.suggest_async(&mut decision, directory).await?;
    Ok(decision)
}

/// The number of payloads in one call of [`Directory::find`].
const BATCH: usize = 256;

/// Decides what many starts would do: for each the same as [`resolve`], in order, and faster.
///
/// Payloads are read and decided on all cores. The directory is queried about hundreds at once, so a store on a server
/// takes one round trip for each batch.
///
/// ```
/// use contact_resolution::wire::{StartRequest, UserPayload};
/// use contact_resolution::{Account, MemoryDirectory, Network, Person, Policy, Reason, resolve_many};
///
/// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
/// let mut directory = MemoryDirectory::new();
/// directory.insert_account(account.clone());
/// directory.upsert("irc", Person::new("libera_alice"));
///
/// let request = |id: &str| {
///     let user = UserPayload { id: Some(id.into()), ..UserPayload::default() };
///     StartRequest::new("irc", user)
/// };
/// let requests = ["libera_alice", "libera_bob"].map(request);
/// let starts: Vec<_> = requests.iter().map(|request| (&account, request)).collect();
/// let Ok(decisions) = resolve_many(&starts, &directory, &Policy::default());
/// assert_eq!(decisions.len(), 2);
/// assert_eq!(decisions[0].user_id.as_deref(), Some("libera_alice"));
/// ```
///
/// # Errors
///
/// Returns the directory's first error if the directory cannot be queried. Then no decision is returned.
#[expect(
    clippy::disallowed_methods,
    reason = "every thread ends before the call returns, and the result does not depend on their number"
)]
pub fn resolve_many<D>(
    starts: &[(&Account, &StartRequest)],
    directory: &D,
    policy: &Policy,
) -> Result<Vec<Decision>, D::Error>
where
    D: Directory<Error: Send> + Sync,
{
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = starts.len().div_ceil(cores).max(BATCH);
    let decide = |share: &[(&Account, &StartRequest)]| -> Result<Vec<Decision>, D::Error> {
        let mut decisions = Vec::with_capacity(share.len());
        for batch in share.chunks(BATCH) {
            decide_batch(batch, directory, policy, &mut decisions)?;
        }
        Ok(decisions)
    };
    let (first, rest) = starts.split_at_checked(share).unwrap_or((starts, &[]));
    thread::scope(|scope| {
        let rest: Vec<_> = rest
            .chunks(share)
            .map(|share| scope.spawn(|| decide(share)))
            .collect();
        let mut decisions = decide(first)?;
        for share in rest {
            decisions.extend(share.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(decisions)
    })
}

/// Decides like [`resolve_many`], over a directory with asynchronous methods. All work is done on the caller's task.
///
/// # Errors
///
/// Returns the directory's error if the directory cannot be queried. Then no decision is returned.
pub async fn resolve_many_async<D: AsyncDirectory>(
    starts: &[(&Account, &StartRequest)],
    directory: &D,
    policy: &Policy,
) -> Result<Vec<Decision>, D::Error> {
    let mut decisions = Vec::with_capacity(starts.len());
    for batch in starts.chunks(BATCH) {
        let prepared = prepare(batch, policy);
        let answers = match queries(&prepared).as_slice() {
            [] => Vec::new(),
            queries => directory.find(queries).await?,
        };
        for (prepared, mut decision) in decide_prepared(&prepared, answers) {
            if let Some(prepared) = prepared {
                prepared.suggest_async(&mut decision, directory).await?;
            }
            decisions.push(decision);
        }
    }
    Ok(decisions)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the pipeline borrows the policy for as long as the payloads"
)]
fn decide_batch<D: Directory>(
    batch: &[(&Account, &StartRequest)],
    directory: &D,
    policy: &Policy,
    decisions: &mut Vec<Decision>,
) -> Result<(), D::Error> {
    let prepared = prepare(batch, policy);
    let answers = match queries(&prepared).as_slice() {
        [] => Vec::new(),
        queries => directory.find(queries)?,
    };
    for (prepared, mut decision) in decide_prepared(&prepared, answers) {
        if let Some(prepared) = prepared {
            prepared.suggest(&mut decision, directory)?;
        }
        decisions.push(decision);
    }
    Ok(())
}

fn prepare<'a>(
    batch: &[(&'a Account, &'a StartRequest)],
    policy: &'a Policy,
) -> Vec<Option<Prepared<'a>>> {
    batch
        .iter()
        .map(|(account, request)| Prepared::new(account, request, policy))
        .collect()
}

fn queries<'a>(prepared: &'a [Option<Prepared<'_>>]) -> Vec<DirectoryQuery<'a>> {
    prepared
        .iter()
        .flatten()
        .filter_map(Prepared::query)
        .collect()
}

/// Decides on each prepared payload. `answers` has one answer for each payload with a query, in order.
fn decide_prepared<'a, 'b>(
    prepared: &'a [Option<Prepared<'b>>],
    answers: Vec<DirectoryAnswer>,
) -> impl Iterator<Item = (Option<&'a Prepared<'b>>, Decision)> {
    let mut answers = answers.into_iter();
    prepared.iter().map(Option::as_ref).map(move |prepared| {
        let decision = prepared.map_or_else(Decision::account_not_found, |prepared| {
            let answer = prepared.query().and_then(|_| answers.next());
            prepared.pipeline.decide_on(answer.unwrap_or_default())
        });
        (prepared, decision)
    })
}

/// A payload that has been read, with the keys for the directory query.
struct Prepared<'a> {
    pipeline: Pipeline<'a>,
    keys: Vec<Key>,
}

impl<'a> Prepared<'a> {
    /// Reads a payload. Returns `None` if the request is for another account.
    fn new(account: &'a Account, request: &'a StartRequest, policy: &'a Policy) -> Option<Self> {
        if request.account_id != account.id {
            return None;
        }
        let pipeline = Pipeline::new(account, request, policy);
        let keys = pipeline.keys();
        Some(Prepared { pipeline, keys })
    }

    fn query(&self) -> Option<DirectoryQuery<'_>> {
        self.pipeline.query(&self.keys)
    }

    fn suggest<D: Directory>(
        &self,
        decision: &mut Decision,
        directory: &D,
    ) -> Result<(), D::Error> {
        if let Some(name) = self.pipeline.suggestion_name(decision) {
            let account = &self.pipeline.account.id;
            decision.suggest(&directory.suggest(account, name, SUGGESTIONS)?);
        }
        Ok(())
    }

    async fn suggest_async<D: AsyncDirectory>(
        &self,
        decision: &mut Decision,
        directory: &D,
    ) -> Result<(), D::Error> {
        if let Some(name) = self.pipeline.suggestion_name(decision) {
            let account = &self.pipeline.account.id;
            decision.suggest(&directory.suggest(account, name, SUGGESTIONS).await?);
        }
        Ok(())
    }
}
