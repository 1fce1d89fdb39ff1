//! The whole river in one call: triage, find, rank, decide. A dry run, which touches nothing.

use crate::decide::{Action, Considered, Decision, Evidence, RefusalCode, Terms, decide};
use crate::directory::{Ask, Directory, Found};
use crate::person::Account;
use crate::policy::Policy;
use crate::rank::rank;
use crate::triage::triage;
use crate::wire::StartRequest;

/// How many people of a similar name are suggested.
const SUGGESTIONS: usize = 5;

/// Decides what a start would do: whom the payload means, and whether a chat is reused, created or refused.
///
/// ```
/// use contact_resolution::{Account, Action, Kind, MemoryDirectory, Network, Person, Policy, resolve};
/// use contact_resolution::wire::{StartRequest, UserPayload};
///
/// let account = Account::new("whatsapp", Network::of("whatsapp"), "me");
/// let mut directory = MemoryDirectory::new();
/// directory.insert_account(account.clone());
/// directory.upsert("whatsapp", Person::new("alice-id").with(Kind::Phone, "+14155552671"));
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
    if request.account_id != account.id {
        return Ok(Decision::account_not_found());
    }
    let triage = triage(&request.user, account, policy);
    let keys = triage.keys();
    let found = match keys.as_slice() {
        [] => Found::default(),
        keys => directory
            .find(&[Ask {
                account: &account.id,
                keys,
            }])?
            .pop()
            .unwrap_or_default(),
    };
    let hint = request.user.full_name.as_deref();
    let ranking = rank(&triage.candidates, found.people, hint, account);
    let evidence = Evidence {
        covers: found.covers,
        lookups: &[],
    };
    let mut decision = decide(
        account,
        &triage,
        &ranking,
        evidence,
        Terms::of(request),
        policy,
    );
    if let Some(name) = wants_suggestions(&decision, request) {
        let people = directory.suggest(&account.id, name, SUGGESTIONS)?;
        decision
            .suggestions
            .extend(people.iter().map(Considered::suggested));
    }
    Ok(decision)
}

/// The name to suggest people by, where nothing identified anybody.
fn wants_suggestions<'a>(decision: &Decision, request: &'a StartRequest) -> Option<&'a str> {
    match &decision.action {
        Action::Refuse(refusal)
            if matches!(
                refusal.code,
                RefusalCode::NoIdentifier
                    | RefusalCode::UserNotFound
                    | RefusalCode::InvalidIdentifier
            ) =>
        {
            let user = &request.user;
            user.full_name
                .as_deref()
                .or(user.username.as_deref())
                .or(user.id.as_deref())
        }
        _ => None,
    }
}
