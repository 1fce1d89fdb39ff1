//! An entry of an address book, and a start that finds its owner on the network.

use std::fmt;

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, AsyncDirectory, AsyncLedger, IdentifierKind, Network, Outcome, Person, Policy,
    Region, resolve_async,
};

use crate::counted::{LookupServer, limits, run};

/// An account on a network that knows the number of the entry alone, under an id that does not contain it.
pub(crate) fn account() -> Account {
    let network = Network::from_bridge_type("a network without rules");
    let mut account = Account::new("account", network, "own-id");
    account.region = Some(Region::NO);
    account
}

pub(crate) fn entry() -> Person {
    Person::local("row-0")
        .with_name("Signe Dahl")
        .with_identifier(IdentifierKind::Phone, "900 12 346")
        .with_identifier(IdentifierKind::Email, "signe@example.no")
}

/// Starts a chat with the owner of the entry's number. The host records the outcome, and imports the entry again.
pub(crate) async fn start(
    directory: &impl AsyncDirectory<Error: fmt::Debug>,
    ledger: &impl AsyncLedger<Error: fmt::Debug>,
) -> Outcome {
    let (server, account, limits) = (LookupServer::default(), account(), limits(9));
    let number = "+47 900 12 346";
    let outcome = run(&server, &account, number, directory, ledger, &limits).await;
    assert_eq!((outcome.result.as_str(), server.lookups()), ("created", 1));
    outcome
}

/// Returns the id of the chat that a request by the entry's address reuses, if it reuses one.
pub(crate) async fn reused_by_address(
    directory: &impl AsyncDirectory<Error: fmt::Debug>,
) -> Option<String> {
    let user = UserPayload {
        email: Some("signe@example.no".into()),
        ..UserPayload::default()
    };
    let request = StartRequest::new("account", user);
    let decision = resolve_async(&account(), &request, directory, &Policy::default()).await;
    match decision.expect("a decision").action {
        Action::Reuse(chat) => Some(chat.chat_id),
        _ => None,
    }
}
