//! The limits bound the lookups that a network gets.

use std::num::NonZeroU32;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::http::bridge::Bridge;
use contact_resolution::http::{Request, Response};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, LookupLimits, MemoryDirectory, MemoryLedger, Network, Outcome,
    Policy, RefusalCode, TransportError,
};

use crate::lookup_server::LookupServer;

const HOUR: Duration = Duration::from_secs(3600);

/// Starts a chat with the owner of a number. Returns the outcome and the number of lookups that it sent.
fn start(server: &LookupServer, limits: &LookupLimits, number: &str) -> (Outcome, u32) {
    let before = server.lookups();
    let account = Account::new("whatsapp", Network::WHATSAPP, "me");
    let user = UserPayload {
        phone_number: Some(number.into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    let ledger = MemoryLedger::new(HOUR, || Duration::ZERO);
    let api = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let transport = |request: Request| Ok::<_, TransportError>(server.respond(&request));
    let client = Client::new(&api, &transport, |_| ()).with_lookup_limits(limits);
    let start = ChatStart::new(&account, &request, &policy);
    let outcome = client
        .start(start, &MemoryDirectory::new(), &ledger)
        .unwrap();
    (outcome, server.lookups() - before)
}

#[test]
fn person_and_absence_are_kept_for_their_own_times() {
    let server = LookupServer::default();
    let short = Duration::from_millis(300);
    let limits = LookupLimits::new().with_cache(100, HOUR, short);
    for lookups in [1, 0] {
        let (outcome, sent) = start(&server, &limits, "+14155550142");
        assert_eq!((outcome.result.as_str(), sent), ("created", lookups));
        let (outcome, sent) = start(&server, &limits, "+14155550143");
        assert_eq!(
            (outcome.code(), sent),
            (Some(RefusalCode::UserNotFound), lookups)
        );
    }
    thread::sleep(short);
    assert_eq!(start(&server, &limits, "+14155550142").1, 0);
    assert_eq!(start(&server, &limits, "+14155550143").1, 1);
}

#[test]
fn person_kept_for_one_server_is_looked_up_again_on_a_server_that_reports_chats() {
    let server = LookupServer::default();
    let limits = LookupLimits::new().with_cache(100, HOUR, HOUR);
    assert_eq!(start(&server, &limits, "+14155550142").1, 1);

    let requests = Mutex::new(0);
    let transport = |_: Request| {
        *requests.lock().unwrap() += 1;
        let found = r#"{"id": "ada", "dm_room_mxid": "!known:example.org"}"#;
        Ok::<_, TransportError>(Response::new(found.into()))
    };
    let account = Account::new("whatsapp", Network::WHATSAPP, "me");
    let user = UserPayload {
        phone_number: Some("+14155550142".into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    let bridge = Bridge::new("http://localhost:29318").unwrap();
    let client = Client::new(&bridge, &transport, |_| ()).with_lookup_limits(&limits);
    let start = ChatStart::new(&account, &request, &policy);
    let ledger = MemoryLedger::new(HOUR, || Duration::ZERO);
    let outcome = client.start(start, &MemoryDirectory::new(), &ledger);
    assert_eq!(
        outcome.unwrap().result.chat_id(),
        Some("!known:example.org")
    );
    assert_eq!(*requests.lock().unwrap(), 1);
}

#[test]
fn lookup_past_the_budget_is_not_sent() {
    let server = LookupServer::default();
    let limits = LookupLimits::new()
        .with_cache(100, HOUR, HOUR)
        .with_budget(NonZeroU32::new(2).unwrap());
    for number in ["+14155550142", "+14155550144"] {
        assert_eq!(start(&server, &limits, number).1, 1);
    }
    let (outcome, sent) = start(&server, &limits, "+14155550146");
    assert_eq!((outcome.code(), sent), (Some(RefusalCode::RateLimited), 0));
    // Two an hour are one in 30 minutes.
    let contact_resolution::Action::Refuse(refusal) = &outcome.decision.action else {
        panic!("{outcome:?}");
    };
    let wait = refusal.retry_after.unwrap();
    assert!(
        wait > Duration::from_secs(1700) && wait <= Duration::from_secs(1800),
        "{wait:?}"
    );
    // A kept result costs nothing.
    assert_eq!(
        start(&server, &limits, "+14155550142").0.result.as_str(),
        "created"
    );
}

#[test]
fn starts_at_once_send_one_lookup() {
    let server = LookupServer::default();
    let limits = LookupLimits::new().with_cache(100, HOUR, HOUR);
    thread::scope(|scope| {
        for _ in 0..200 {
            scope.spawn(|| start(&server, &limits, "+14155550143"));
        }
    });
    assert_eq!(server.lookups(), 1);
}

#[test]
fn failure_is_not_kept() {
    let failing = AtomicU32::new(0);
    let transport = |_: Request| {
        failing.fetch_add(1, Ordering::SeqCst);
        Err::<Response, _>(TransportError::not_sent("no network"))
    };
    let limits = LookupLimits::new().with_cache(100, HOUR, HOUR);
    let account = Account::new("whatsapp", Network::WHATSAPP, "me");
    let user = UserPayload {
        phone_number: Some("+14155550142".into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    let ledger = MemoryLedger::new(HOUR, || Duration::ZERO);
    let api = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let client = Client::new(&api, &transport, |_| ()).with_lookup_limits(&limits);
    let mut sent = 0;
    for _ in 0..2 {
        let start = ChatStart::new(&account, &request, &policy);
        client
            .start(start, &MemoryDirectory::new(), &ledger)
            .unwrap();
        assert!(failing.load(Ordering::SeqCst) > sent);
        sent = failing.load(Ordering::SeqCst);
    }
}
