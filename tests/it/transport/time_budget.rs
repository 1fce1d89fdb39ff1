//! A start ends in time, even if the server is slow or never answers.

use std::cell::RefCell;
use std::thread;
use std::time::{Duration, Instant};

use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::http::{Request, Response};
use contact_resolution::start::StartTiming;
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, MemoryDirectory, MemoryLedger, Network, Outcome, Policy,
    TransportError,
};

const TOTAL: Duration = Duration::from_millis(1500);

/// Starts a chat with the owner of a number on a server where these requests get no answer. Returns the outcome and the
/// methods of the requests.
fn start(hangs: impl Fn(&Request, usize) -> bool) -> (Outcome, Vec<String>) {
    let account = Account::new("whatsapp", Network::WHATSAPP, "me");
    let user = UserPayload {
        phone_number: Some("+12025550143".into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    let ledger = MemoryLedger::new(Duration::from_secs(3600), || Duration::ZERO);
    let sent = RefCell::new(Vec::new());
    let transport = |request: Request| {
        let count = sent.borrow().len();
        sent.borrow_mut().push(request.method().to_string());
        if hangs(&request, count) {
            thread::sleep(request.time_limit().unwrap());
            return Err(TransportError::lost("timeout"));
        }
        let found = r#"{"items": [{"id": "lid-700800900100", "phoneNumber": "+12025550143"}]}"#;
        Ok(Response::new(found.into()))
    };
    let api = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let client = Client::new(&api, &transport, thread::sleep);
    let mut timing = StartTiming::default();
    timing.total = TOTAL;
    let start = ChatStart::new(&account, &request, &policy).with_timing(timing);
    let started = Instant::now();
    let outcome = client.start(start, &MemoryDirectory::new(), &ledger);
    assert!(started.elapsed() < TOTAL * 2, "{:?}", started.elapsed());
    (outcome.unwrap(), sent.into_inner())
}

#[test]
fn hanging_lookup_is_not_repeated() {
    let (outcome, sent) = start(|_, _| true);
    assert_eq!(outcome.result.as_str(), "refused");
    assert_eq!(sent, ["GET"]);
}

#[test]
fn lost_create_leaves_time_for_the_last_lookup() {
    let (outcome, sent) = start(|request, count| request.method() == "POST" || count > 1);
    assert_eq!(outcome.result.as_str(), "unknown");
    assert_eq!(sent, ["GET", "POST", "GET"]);
}
