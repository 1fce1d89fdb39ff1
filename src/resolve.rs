//! Decisions without a start: dry runs that only read the directory.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

use crate::directory::{
    AsyncDirectory, Coverage, Directory, DirectoryAnswer, DirectoryQuery, FoundPeople,
    VouchedAnswer, VouchedAnswers,
};
use crate::person::Account;
use crate::pipeline::decide::Decision;
use crate::pipeline::triage::SearchKeys;
use crate::pipeline::{Explanation, LINKING_QUERIES, Pipeline, SUGGESTIONS};
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
    let mut item = BatchItem::new(account, request, policy);
    while let Some(query) = item.query() {
        let answer = directory.find_vouched(&[query])?.pop();
        item.take(answer.unwrap_or_default());
    }
    if let Some((account, name, decision)) = item.wanting_suggestions() {
        decision.suggest(&directory.suggest(account, name, SUGGESTIONS)?);
    }
    Ok(item.take_decision())
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
    let mut item = BatchItem::new(account, request, policy);
    while let Some(query) = item.query() {
        let answer = directory.find_async(&[query]).await?.pop();
        item.take(answer.unwrap_or_default().into());
    }
    if let Some((account, name, decision)) = item.wanting_suggestions() {
        decision.suggest(&directory.suggest_async(account, name, SUGGESTIONS).await?);
    }
    Ok(item.take_decision())
}

/// Decides like [`resolve`], and explains how: which identifiers the fields hold, and why each person was chosen or not.
///
/// ```
/// use contact_resolution::pipeline::Verdict;
/// use contact_resolution::wire::{StartRequest, UserPayload};
/// use contact_resolution::{Account, ChosenBy, MemoryDirectory, Network, Person, Policy, explain};
///
/// let account = Account::new("irc", Network::IRC, "me");
/// let mut directory = MemoryDirectory::new();
/// directory.insert_account(account.clone());
/// directory.upsert("irc", Person::new("libera_alice"));
///
/// let user = UserPayload { id: Some("libera_alice".into()), ..UserPayload::default() };
/// let request = StartRequest::new("irc", user);
/// let Ok((_, explanation)) = explain(&account, &request, &directory, &Policy::default());
/// assert_eq!(explanation.people[0].verdict, Verdict::Chosen(ChosenBy::OnlyOne));
/// ```
///
/// # Errors
///
/// Returns the directory's error if the directory cannot be queried.
pub fn explain<D: Directory>(
    account: &Account,
    request: &StartRequest,
    directory: &D,
    policy: &Policy,
) -> Result<(Decision, Explanation), D::Error> {
    let mut item = BatchItem::new(account, request, policy);
    // Each query holds the keys of those before it, so the last answer has all people.
    let mut last = DirectoryAnswer::default();
    while let Some(query) = item.query() {
        last = directory.find(&[query])?.pop().unwrap_or_default();
        item.take(last.clone().into());
    }
    if let Some((account, name, decision)) = item.wanting_suggestions() {
        decision.suggest(&directory.suggest(account, name, SUGGESTIONS)?);
    }
    let decision = item.take_decision();
    let (_, ranking) = item.pipeline.decide(last.people, last.coverage, &[]);
    let explanation = item.pipeline.explain(&decision, &ranking);
    Ok((decision, explanation))
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
            decisions.extend(decide_batch(batch, directory, policy)?);
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
        decisions.extend(decide_batch_async(batch, directory, policy).await?);
    }
    Ok(decisions)
}

/// Decides one batch.
///
/// Queries the directory once, up to three times for linked records, and once for near misses. Near misses matter only if
/// a chat with an unknown person would be created.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the pipelines borrow the policy for as long as the payloads"
)]
fn decide_batch<D: Directory>(
    batch: &[(&Account, &StartRequest)],
    directory: &D,
    policy: &Policy,
) -> Result<Vec<Decision>, D::Error> {
    let mut items = items_of(batch, policy);
    while let Some(queries) = queries_of(&items) {
        let answers = directory.find_vouched(&queries)?;
        take_answers(&mut items, answers);
    }
    for (account, name, decision) in items.iter_mut().filter_map(BatchItem::wanting_suggestions) {
        decision.suggest(&directory.suggest(account, name, SUGGESTIONS)?);
    }
    Ok(items.iter_mut().map(BatchItem::take_decision).collect())
}

/// Decides one batch like [`decide_batch`].
async fn decide_batch_async<D: AsyncDirectory>(
    batch: &[(&Account, &StartRequest)],
    directory: &D,
    policy: &Policy,
) -> Result<Vec<Decision>, D::Error> {
    let mut items = items_of(batch, policy);
    while let Some(queries) = queries_of(&items) {
        let answers = directory.find_async(&queries).await?;
        let answers = answers.into_iter().map(VouchedAnswer::from).collect();
        take_answers(&mut items, answers);
    }
    for (account, name, decision) in items.iter_mut().filter_map(BatchItem::wanting_suggestions) {
        decision.suggest(&directory.suggest_async(account, name, SUGGESTIONS).await?);
    }
    Ok(items.iter_mut().map(BatchItem::take_decision).collect())
}

fn items_of<'a>(
    batch: &[(&'a Account, &'a StartRequest)],
    policy: &'a Policy,
) -> Vec<BatchItem<'a>> {
    let starts = batch.iter();
    starts
        .map(|(account, request)| BatchItem::new(account, request, policy))
        .collect()
}

/// Returns the queries of all items that have one.
fn queries_of<'i>(items: &'i [BatchItem<'_>]) -> Option<Vec<DirectoryQuery<'i>>> {
    let queries: Vec<_> = items.iter().filter_map(BatchItem::query).collect();
    (!queries.is_empty()).then_some(queries)
}

/// Decides on the answers to [`queries_of`].
fn take_answers(items: &mut [BatchItem<'_>], answers: VouchedAnswers<'_>) {
    let mut answers = answers.into_iter();
    for item in items.iter_mut().filter(|item| item.is_asking) {
        item.take(answers.next().unwrap_or_default());
    }
}

/// One payload under decision.
struct BatchItem<'a> {
    pipeline: Pipeline<'a>,
    keys: SearchKeys,
    /// Whether the directory must be queried for these keys.
    is_asking: bool,
    /// How many queries were for further records of the people found.
    linking_queries: u8,
    /// Whether the keys include those of near misses.
    has_near_keys: bool,
    /// The decision, once the directory has answered. `None` at the end if the request names another account.
    decision: Option<Decision>,
}

impl<'a> BatchItem<'a> {
    #[inline]
    fn new(account: &'a Account, request: &'a StartRequest, policy: &'a Policy) -> Self {
        let mut item = BatchItem {
            pipeline: Pipeline::new(account, request, policy),
            keys: SearchKeys::new(),
            is_asking: false,
            linking_queries: 0,
            has_near_keys: false,
            decision: None,
        };
        if request.account_id == account.id {
            item.pipeline.triage.add_keys(&mut item.keys);
            item.is_asking = !item.keys.is_empty();
            if !item.is_asking {
                let no_people = FoundPeople::new();
                let decision = item.pipeline.dry_run(no_people, Coverage::default(), None);
                item.decision = Some(decision);
            }
        }
        item
    }

    fn query(&self) -> Option<DirectoryQuery<'_>> {
        let account = &self.pipeline.account.id;
        let keys = &self.keys;
        self.is_asking.then_some(DirectoryQuery { account, keys })
    }

    /// Decides on the answer to the [`query`](BatchItem::query).
    fn take(&mut self, answer: VouchedAnswer<'_>) {
        self.is_asking = false;
        let pipeline = &self.pipeline;
        let VouchedAnswer {
            people,
            coverage,
            keys,
        } = answer;
        let vouched = pipeline.vouched(keys, &self.keys);
        if self.linking_queries < LINKING_QUERIES && !self.has_near_keys {
            let linking_keys = pipeline.linking_keys(&people, &self.keys, vouched);
            if !linking_keys.is_empty() {
                self.linking_queries += 1;
                self.is_asking = true;
                self.keys.extend(linking_keys);
                return;
            }
        }
        let decision = pipeline.dry_run(people, coverage, vouched);
        let decision = self.decision.insert(decision);
        if !self.has_near_keys {
            self.has_near_keys = true;
            let near_keys = pipeline.near_keys(decision);
            if !near_keys.is_empty() {
                self.is_asking = true;
                self.keys.extend(near_keys);
            }
        }
    }

    fn take_decision(&mut self) -> Decision {
        let decision = self.decision.take();
        decision.unwrap_or_else(Decision::account_not_found)
    }

    /// Returns the account, the name and the decision, if the payload wants suggestions.
    fn wanting_suggestions(&mut self) -> Option<(&str, &str, &mut Decision)> {
        let decision = self.decision.as_mut()?;
        let name = self.pipeline.suggestion_name(decision)?;
        Some((self.pipeline.account.id.as_str(), name, decision))
    }
}
