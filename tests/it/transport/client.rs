//! The drivers, if the directory fails or a start has to wait.

use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use contact_resolution::SingleFlight;
use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::http::{Request, Response};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Claim, ClaimKey, ClaimOutcome, ClaimResult, Client, Coverage, Directory,
    DirectoryAnswer, DirectoryQuery, IdentifierKind, Key, Ledger, MemoryDirectory, MemoryLedger,
    Network, Person, Policy, RetryPolicy, StartError, StartResult, TransportError,
};

/// A directory without people that fails after a number of queries.
struct Answers(AtomicUsize);

impl Answers {
    fn times(times: usize) -> Self {
        Answers(AtomicUsize::new(times))
    }
}

impl Directory for Answers {
    type Error = &'static str;

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>, Self::Error> {
        let left = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        left.map_err(|_| "the disk is gone")?;
        let mut found = DirectoryAnswer::default();
        found.coverage = Coverage {
            contacts: true,
            chats: true,
        };
        Ok(vec![found; queries.len()])
    }
}

fn account() -> Account {
    Account::new(
        "matrix",
        Network::from_bridge_type("matrix"),
        "@me:example.org",
    )
}

fn bob() -> StartRequest {
    let user = UserPayload {
        id: Some("@bob:example.org".into()),
        ..UserPayload::default()
    };
    StartRequest::new("matrix", user)
}

/// Returns the error of a request that was sent and got no response.
fn lost(_: &Request) -> Result<Response, TransportError> {
    Err(TransportError::lost("the line is dead"))
}

fn ledger() -> impl Ledger<Error = std::convert::Infallible> + Sync {
    MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO)
}

#[test]
fn failed_directory_does_not_hide_the_chat_of_an_answer() {
    let beeper = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let (account, request, policy) = (account(), bob(), Policy::default());
    // The directory is queried about the only participant, which fails.
    let body = r#"{"chatID": "!new", "status": "created",
        "participants": {"hasMore": false, "total": 1, "items": [{"id": "@me:example.org", "isSelf": true}]}}"#;
    let server = |_: Request| Ok::<_, TransportError>(Response::new(body.into()));
    let client = Client::new(&beeper, &server, |_| ());
    let start = ChatStart::new(&account, &request, &policy);
    let outcome = client.start(start, &Answers::times(2), &ledger()).unwrap();
    assert_eq!(outcome.result.chat_id(), Some("!new"));
}

#[tokio::test]
async fn failed_directory_after_a_create_ends_as_unknown() {
    let beeper = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let (account, request, policy) = (account(), bob(), Policy::default());
    let start = || ChatStart::new(&account, &request, &policy);
    let blocking = |request: Request| lost(&request);
    let later = |request: Request| std::future::ready(lost(&request));
    let client = Client::new(&beeper, &blocking, |_| ()).with_retry(RetryPolicy::never());
    let waiting = |_| std::future::ready(());
    let async_client = Client::new(&beeper, &later, waiting).with_retry(RetryPolicy::never());

    let claim_key = ClaimKey::new("matrix", Key::new(IdentifierKind::Id, "@bob:example.org"));
    // The directory fails before the claim, after it, and after the create.
    for times in 0..4 {
        let (answers, ledger) = (Answers::times(times), ledger());
        let now = client.start(start(), &answers, &ledger);
        let is_free = |result| matches!(result, Ok(ClaimResult::Acquired { .. }));
        assert_eq!(is_free(ledger.claim(&claim_key)), times < 2);
        let (answers, ledger) = (Answers::times(times), self::ledger());
        let later = async_client.start_async(start(), &answers, &ledger).await;
        let is_free = |result| matches!(result, Ok(ClaimResult::Acquired { .. }));
        assert_eq!(is_free(ledger.claim(&claim_key)), times < 2);
        for end in [now, later] {
            match end {
                Err(error) => {
                    assert!(times < 2);
                    assert_eq!(error, StartError::Directory("the disk is gone"));
                }
                Ok(outcome) => {
                    assert!(times >= 2);
                    assert!(matches!(outcome.result, StartResult::Unknown { .. }));
                }
            }
        }
    }
}

/// A ledger in which another process holds every claim.
struct Elsewhere;

impl Ledger for Elsewhere {
    type Error = std::convert::Infallible;

    fn claim(&self, _: &ClaimKey) -> Result<ClaimResult, Self::Error> {
        Ok(ClaimResult::Held)
    }

    fn record(&self, _: &Claim, _: &ClaimOutcome) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

/// Returns whether a start for Bob could go on now.
fn is_free(single_flight: &SingleFlight) -> bool {
    let claim_key = ClaimKey::new("matrix", Key::new(IdentifierKind::Id, "@bob:example.org"));
    let entering = pin!(single_flight.enter(&claim_key));
    let mut context = Context::from_waker(Waker::noop());
    entering.poll(&mut context).is_ready()
}

#[tokio::test]
async fn wait_for_another_process_frees_the_single_flight() {
    let beeper = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let (account, request, policy) = (account(), bob(), Policy::default());
    let start = || ChatStart::new(&account, &request, &policy);
    let single_flight = SingleFlight::new();
    let free = Mutex::new(Vec::new());
    let sleep = |_| free.lock().unwrap().push(is_free(&single_flight));
    let later_sleep = |time| {
        sleep(time);
        std::future::ready(())
    };
    let blocking = |request: Request| lost(&request);
    let later = |request: Request| std::future::ready(lost(&request));
    let client = Client::new(&beeper, &blocking, sleep).with_flights(&single_flight);
    let async_client = Client::new(&beeper, &later, later_sleep).with_flights(&single_flight);
    let observed = || std::mem::take(&mut *free.lock().unwrap());

    let empty = Answers::times(usize::MAX);
    let now = client.start(start(), &empty, &Elsewhere).unwrap();
    assert_eq!(
        (now.result, observed()),
        (StartResult::Busy, vec![true; 10])
    );
    let later = async_client.start_async(start(), &empty, &Elsewhere);
    assert_eq!(later.await.unwrap().result, StartResult::Busy);
    assert_eq!(observed(), vec![true; 10]);
    // A start with an unknown result is still in progress.
    let now = client.start(start(), &empty, &ledger()).unwrap();
    assert!(matches!(now.result, StartResult::Unknown { .. }));
    assert_eq!(observed(), [false]);
    let ledger = ledger();
    let later = async_client.start_async(start(), &empty, &ledger).await;
    assert!(matches!(later.unwrap().result, StartResult::Unknown { .. }));
    assert_eq!(observed(), [false]);
    assert!(is_free(&single_flight));
}

#[tokio::test]
async fn drivers_add_suggestions_if_no_person_was_found() {
    let beeper = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account());
    directory.upsert(
        "matrix",
        Person::new("@ada:example.org").with_name("Ada Okafor"),
    );
    let user = UserPayload {
        full_name: Some("ada".into()),
        ..UserPayload::default()
    };
    let (account, policy) = (account(), Policy::default());
    let request = StartRequest::new("matrix", user);
    let start = || ChatStart::new(&account, &request, &policy);
    let blocking = |request: Request| lost(&request);
    let later = |request: Request| std::future::ready(lost(&request));
    let client = Client::new(&beeper, &blocking, |_| ());
    let now = client.start(start(), &directory, &ledger()).unwrap();
    let client = Client::new(&beeper, &later, |_| std::future::ready(()));
    let ledger = ledger();
    let later = client.start_async(start(), &directory, &ledger).await;
    for outcome in [now, later.unwrap()] {
        assert_eq!(outcome.result, StartResult::Refused);
        let suggested = outcome.decision.suggestions.iter();
        assert!(
            suggested
                .map(|person| person.user_id.as_deref())
                .eq([Some("@ada:example.org")])
        );
    }
}
