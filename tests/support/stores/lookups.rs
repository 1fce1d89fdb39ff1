//! A network that counts lookups, and starts that keep their results in a ledger.

#[path = "../lookup_server.rs"]
mod lookup_server;

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use contact_resolution::http::Request;
use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, AsyncDirectory, AsyncLedger, ChatStart, Client, LookupLimits, MemoryDirectory,
    Network, Outcome, Policy, TransportError,
};

pub(crate) use lookup_server::LookupServer;

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) const PRESENT: &str = "+14155550142";
pub(crate) const ABSENT: &str = "+14155550143";

/// Limits that keep `capacity` results for an hour, in the ledger alone.
pub(crate) fn limits(capacity: u32) -> LookupLimits {
    LookupLimits::new().with_stored_cache(capacity, HOUR, HOUR)
}

/// Starts a chat with the owner of a number. Returns the result and the number of lookups that were sent since.
pub(crate) async fn start(
    server: &LookupServer,
    ledger: &impl AsyncLedger<Error: fmt::Debug>,
    limits: &LookupLimits,
    number: &str,
) -> (&'static str, u32) {
    let before = server.lookups();
    let account = Account::new("whatsapp", Network::WHATSAPP, "me");
    let directory = MemoryDirectory::new();
    let outcome = run(server, &account, number, &directory, ledger, limits).await;
    (outcome.result.as_str(), server.lookups() - before)
}

/// Starts a chat with the owner of a number on an account.
pub(crate) async fn run(
    server: &LookupServer,
    account: &Account,
    number: &str,
    directory: &impl AsyncDirectory<Error: fmt::Debug>,
    ledger: &impl AsyncLedger<Error: fmt::Debug>,
    limits: &LookupLimits,
) -> Outcome {
    let user = UserPayload {
        phone_number: Some(number.into()),
        ..UserPayload::default()
    };
    let request = StartRequest::new(account.id.as_str(), user);
    let (policy, api) = (
        Policy::default(),
        Beeper::new(DEFAULT_BASE_URL).expect("a URL"),
    );
    let transport =
        |request: Request| async move { Ok::<_, TransportError>(server.respond(&request)) };
    let client = Client::new(&api, &transport, tokio::time::sleep).with_lookup_limits(limits);
    let start = ChatStart::new(account, &request, &policy);
    let outcome = client.start_async(start, directory, ledger).await;
    outcome.expect("an outcome")
}

/// A spent budget stops lookups. A kept result costs nothing.
pub(crate) async fn sends_no_lookup_past_the_budget(
    server: &LookupServer,
    ledger: &impl AsyncLedger<Error: fmt::Debug>,
) {
    let limits = limits(100).with_budget(NonZeroU32::new(2).expect("a number"));
    let start = |number| start(server, ledger, &limits, number);
    assert_eq!(start("+14155550152").await, ("created", 1));
    assert_eq!(start("+14155550153").await, ("refused", 1));
    assert_eq!(start("+14155550154").await, ("refused", 0));
    assert_eq!(start("+14155550152").await, ("existing", 0));
    assert_eq!(start("+14155550153").await, ("refused", 0));
    assert_eq!(server.lookups(), 2);
}

/// Each of two processes starts two chats.
pub(crate) async fn sends_each_lookup_once(
    server: &LookupServer,
    ledger: &impl AsyncLedger<Error: fmt::Debug>,
) {
    for (process, sent) in [1, 0].into_iter().enumerate() {
        let limits = limits(100);
        let result = if process == 0 { "created" } else { "existing" };
        assert_eq!(
            start(server, ledger, &limits, PRESENT).await,
            (result, sent)
        );
        assert_eq!(
            start(server, ledger, &limits, ABSENT).await,
            ("refused", sent)
        );
    }
}

/// The store was opened again after [`sends_each_lookup_once`].
pub(crate) async fn keeps_results_after_a_restart(
    server: &LookupServer,
    ledger: &impl AsyncLedger<Error: fmt::Debug>,
) {
    for number in [PRESENT, ABSENT] {
        assert_eq!(start(server, ledger, &limits(100), number).await.1, 0);
    }
    // An absence is asked again after its own time.
    let short = Duration::from_millis(50);
    tokio::time::sleep(2 * short).await;
    let limits_of = |absent| LookupLimits::new().with_stored_cache(100, HOUR, absent);
    assert_eq!(start(server, ledger, &limits_of(short), PRESENT).await.1, 0);
    assert_eq!(start(server, ledger, &limits_of(short), ABSENT).await.1, 1);
    // Of two results, the older one is dropped.
    assert_eq!(start(server, ledger, &limits(2), "+14155550145").await.1, 1);
    assert_eq!(start(server, ledger, &limits(2), ABSENT).await.1, 0);
    assert_eq!(start(server, ledger, &limits(2), PRESENT).await.1, 1);
}
