//! A network that counts lookups, and starts that keep their results in a ledger.

#[path = "../lookup_server.rs"]
mod lookup_server;

use std::time::Duration;

use contact_resolution::http::Request;
use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, AsyncLedger, ChatStart, Client, LookupLimits, MemoryDirectory, Network, Policy,
    TransportError,
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
    ledger: &impl AsyncLedger<Error: std::fmt::Debug>,
    limits: &LookupLimits,
    number: &str,
) -> (&'static str, u32) {
    let before = server.lookups();
    let account = Account::new("whatsapp", Network::WHATSAPP, "me");
    let user = UserPayload {
        phone_number: Some(number.into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    let api = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let transport =
        |request: Request| async move { Ok::<_, TransportError>(server.respond(&request)) };
    let client = Client::new(&api, &transport, tokio::time::sleep).with_lookup_limits(limits);
    let start = ChatStart::new(&account, &request, &policy);
    let directory = MemoryDirectory::new();
    let outcome = client.start_async(start, &directory, ledger).await.unwrap();
    (outcome.result.as_str(), server.lookups() - before)
}

/// Each of two processes starts two chats.
pub(crate) async fn sends_each_lookup_once(
    server: &LookupServer,
    ledger: &impl AsyncLedger<Error: std::fmt::Debug>,
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
    ledger: &impl AsyncLedger<Error: std::fmt::Debug>,
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
