//! The whole river in one call: triage, find, rank, decide. A dry run, which touches nothing.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

use crate::directory::{AsyncDirectory, Directory, DirectoryAnswer, DirectoryQuery};
use crate::key::Key;
use crate::person::Account;
use crate::pipeline::decide::{Action, Decision, Evidence, RefusalCode, Terms, decide};
use crate::pipeline::rank::rank;
use crate::pipeline::triage::{Triage, triage};
use crate::policy::Policy;
use crate::wire::StartRequest;

/// How many people of a similar name are suggested.
pub(crate) const SUGGESTIONS: usize = 5;

/// Decides what a start would do: whom the payload means, and whether a chat is reused, created or refused.
///
/// ```
/// use contact_resolution::{Account, Action, IdentifierKind, MemoryDirectory, Network, Person, Policy, resolve};
/// use contact_resolution::wire::{StartRequest, UserPayload};
///
/// let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
/// let mut directory = MemoryDirectory::new();
/// directory.insert_account(account.clone());
/// directory.upsert("whatsapp", Person::new("alice-id").with_identifier(IdentifierKind::Phone, "+14155552671"));
///
/// let user = UserPayload { phone_number: Some("+1 415 555 2671".into()), ..UserPayload::default() };
/// let Ok(decision) = resolve(&account, &StartRequest::new("whatsapp", user), &directory, &Policy::default());
/// let Action::Create(plan) = decision.action else { panic!("{}", decision.because) };
/// assert_eq!(plan.attempts[0].value, "alice-id");
/// ```
///
/// # Errors
///
/// Where the directory can't be asked, with its error.
pub fn resolve<D: Directory>(
    account: &Account,
    request: &StartRequest,
    directory: &D,
    policy: &Policy,
) -> Result<Decision, D::Error> {
    let Some(asked) = Asked::of(account, request, *policy) else {
        return Ok(Decision::account_not_found());
    };
    let found = match asked.ask() {
        None => None,
        Some(ask) => directory.find(&[ask])?.pop(),
    };
    let mut decision = asked.decide(found.unwrap_or_default());
    asked.suggest(&mut decision, directory)?;
    Ok(decision)
}

/// [`resolve`] for a directory that takes its time.
///
/// ```
/// use contact_resolution::wire::{StartRequest, UserPayload};
/// use contact_resolution::{Account, Reason, MemoryDirectory, Network, Policy, resolve_async};
///
/// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
/// let (request, policy) = (StartRequest::new("irc", UserPayload::default()), Policy::default());
/// let directory = MemoryDirectory::new();
/// let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// let Ok(decision) = runtime.block_on(resolve_async(&account, &request, &directory, &policy));
/// assert_eq!(decision.because, Reason::NothingGiven);
/// # Ok::<_, std::io::Error>(())
/// ```
///
/// # Errors
///
/// Where the directory can't be asked, with its error.
pub async fn resolve_async<D: AsyncDirectory>(
    account: &Account,
    request: &StartRequest,
    directory: &D,
    policy: &Policy,
) -> Result<Decision, D::Error> {
    let Some(asked) = Asked::of(account, request, *policy) else {
        return Ok(Decision::account_not_found());
    };
    let found = match asked.ask() {
        None => None,
        Some(ask) => directory.find(&[ask]).await?.pop(),
    };
    let mut decision = asked.decide(found.unwrap_or_default());
    asked.suggest_async(&mut decision, directory).await?;
    Ok(decision)
}

/// How many payloads a directory is asked about at once.
const AT_ONCE: usize = 256;

/// Decides what many starts would do: for each the same as [`resolve`], in order, and sooner. The payloads are read and
/// decided on all cores, and the directory is asked about hundreds at once: of a store on a server each such question is
/// one round trip.
///
/// ```
/// use contact_resolution::wire::{StartRequest, UserPayload};
/// use contact_resolution::{Account, Reason, MemoryDirectory, Network, Person, Policy, resolve_many};
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
/// assert_eq!(decisions[0].because, Reason::ChatsNotCovered);
/// assert_eq!(decisions[1].because, Reason::OnlyPlainText);
/// ```
///
/// # Errors
///
/// Where the directory can't be asked, with its error of the first payload that it is for. Then nothing is decided.
#[expect(
    clippy::disallowed_methods,
    reason = "every share ends before the call does, and what is answered does not depend on how many there are"
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
    let share = starts.len().div_ceil(cores).max(AT_ONCE);
    let decide = |share: &[(&Account, &StartRequest)]| -> Result<Vec<Decision>, D::Error> {
        let mut decisions = Vec::with_capacity(share.len());
        for starts in share.chunks(AT_ONCE) {
            resolve_at_once(starts, directory, *policy, &mut decisions)?;
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

/// [`resolve_many`] for a directory that takes its time. The payloads are read and decided on the caller's own task.
///
/// ```
/// use contact_resolution::wire::{StartRequest, UserPayload};
/// use contact_resolution::{Account, Reason, MemoryDirectory, Network, Policy, resolve_many_async};
///
/// let account = Account::new("irc", Network::from_bridge_type("irc"), "me");
/// let request = StartRequest::new("irc", UserPayload::default());
/// let (starts, directory) = ([(&account, &request); 2], MemoryDirectory::new());
/// let policy = Policy::default();
/// let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// let Ok(decisions) = runtime.block_on(resolve_many_async(&starts, &directory, &policy));
/// assert_eq!(decisions[1].because, Reason::NothingGiven);
/// # Ok::<_, std::io::Error>(())
/// ```
///
/// # Errors
///
/// Where the directory can't be asked, with its error. Then nothing is decided.
pub async fn resolve_many_async<D: AsyncDirectory>(
    starts: &[(&Account, &StartRequest)],
    directory: &D,
    policy: &Policy,
) -> Result<Vec<Decision>, D::Error> {
    let mut decisions = Vec::with_capacity(starts.len());
    for starts in starts.chunks(AT_ONCE) {
        let asked = read(starts, *policy);
        let found = match queries(&asked).as_slice() {
            [] => Vec::new(),
            queries => directory.find(queries).await?,
        };
        for (asked, mut decision) in decide_all(&asked, found) {
            if let Some(asked) = asked {
                asked.suggest_async(&mut decision, directory).await?;
            }
            decisions.push(decision);
        }
    }
    Ok(decisions)
}

/// Decides on so many payloads as the directory is asked about at once.
fn resolve_at_once<D: Directory>(
    starts: &[(&Account, &StartRequest)],
    directory: &D,
    policy: Policy,
    decisions: &mut Vec<Decision>,
) -> Result<(), D::Error> {
    let asked = read(starts, policy);
    let found = match queries(&asked).as_slice() {
        [] => Vec::new(),
        queries => directory.find(queries)?,
    };
    for (asked, mut decision) in decide_all(&asked, found) {
        if let Some(asked) = asked {
            asked.suggest(&mut decision, directory)?;
        }
        decisions.push(decision);
    }
    Ok(())
}

/// Reads payloads; one that is for another account is none.
fn read<'a>(starts: &[(&'a Account, &'a StartRequest)], policy: Policy) -> Vec<Option<Asked<'a>>> {
    let starts = starts.iter();
    starts
        .map(|(account, request)| Asked::of(account, request, policy))
        .collect()
}

fn queries<'a>(asked: &'a [Option<Asked<'_>>]) -> Vec<DirectoryQuery<'a>> {
    asked.iter().flatten().filter_map(Asked::ask).collect()
}

/// What each comes to by what was found, an answer for each that there was something to ask about.
fn decide_all<'a, 'b>(
    asked: &'a [Option<Asked<'b>>],
    found: Vec<DirectoryAnswer>,
) -> impl Iterator<Item = (Option<&'a Asked<'b>>, Decision)> {
    let mut found = found.into_iter();
    asked.iter().map(Option::as_ref).map(move |asked| {
        let decision = asked.map_or_else(Decision::account_not_found, |asked| {
            let found = asked.ask().and_then(|_| found.next());
            asked.decide(found.unwrap_or_default())
        });
        (asked, decision)
    })
}

/// A payload that was read, and what the directory is asked about it.
struct Asked<'a> {
    account: &'a Account,
    request: &'a StartRequest,
    policy: Policy,
    triage: Triage,
    keys: Vec<Key>,
}

impl<'a> Asked<'a> {
    /// Reads a payload, if it is for the account.
    fn of(account: &'a Account, request: &'a StartRequest, policy: Policy) -> Option<Self> {
        if request.account_id != account.id {
            return None;
        }
        let triage = triage(&request.user, account, &policy);
        let keys = triage.keys();
        Some(Asked {
            account,
            request,
            policy,
            triage,
            keys,
        })
    }

    /// The question to the directory, where there is something to ask about.
    fn ask(&self) -> Option<DirectoryQuery<'_>> {
        let account = &self.account.id;
        let keys = &self.keys;
        (!keys.is_empty()).then_some(DirectoryQuery { account, keys })
    }

    /// Suggests people of the directory, where nobody was found.
    fn suggest<D: Directory>(
        &self,
        decision: &mut Decision,
        directory: &D,
    ) -> Result<(), D::Error> {
        if let Some(name) = suggested_by(decision, self.request) {
            decision.suggest(&directory.suggest(&self.account.id, name, SUGGESTIONS)?);
        }
        Ok(())
    }

    async fn suggest_async<D: AsyncDirectory>(
        &self,
        decision: &mut Decision,
        directory: &D,
    ) -> Result<(), D::Error> {
        if let Some(name) = suggested_by(decision, self.request) {
            let id = &self.account.id;
            decision.suggest(&directory.suggest(id, name, SUGGESTIONS).await?);
        }
        Ok(())
    }

    fn decide(&self, found: DirectoryAnswer) -> Decision {
        let Asked {
            account,
            request,
            policy,
            triage,
            ..
        } = self;
        let hint = request.user.full_name.as_deref();
        let ranking = rank(&triage.candidates, found.people, hint, account);
        let evidence = Evidence {
            coverage: found.coverage,
            lookups: &[],
        };
        let terms = Terms::of(request);
        decide(account, triage, &ranking, evidence, terms, policy)
    }
}

/// The name to suggest people by, where nothing identified anybody.
pub(crate) fn suggested_by<'a>(decision: &Decision, request: &'a StartRequest) -> Option<&'a str> {
    let Action::Refuse(refusal) = &decision.action else {
        return None;
    };
    let nobody = matches!(
        refusal.code,
        RefusalCode::NoIdentifier | RefusalCode::UserNotFound | RefusalCode::InvalidIdentifier
    );
    let user = &request.user;
    let mut names = [&user.full_name, &user.username, &user.id]
        .into_iter()
        .filter_map(|name| name.as_deref().filter(|name| !name.trim().is_empty()));
    names.next().filter(|_| nobody)
}
