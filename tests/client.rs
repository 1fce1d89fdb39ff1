//! The drivers, when what they ask fails half-way.

use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use contact_resolution::api::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::api::{Request, Response};
use contact_resolution::transport::Flights;
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Ask, Claim, Client, Covers, Directory, End, Found, HostError, Intent, Key, Kind,
    Ledger, MemoryDirectory, MemoryLedger, Network, Person, Policy, Retry, Settled, Start,
    TransportError,
};

/// A directory of nobody that answers so many times.
struct Answers(AtomicUsize);

impl Answers {
    fn times(times: usize) -> Self {
        Answers(AtomicUsize::new(times))
    }
}

impl Directory for Answers {
    type Error = &'static str;

    fn find(&self, asks: &[Ask<'_>]) -> Result<Vec<Found>, Self::Error> {
        let left = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        left.map_err(|_| "the disk is gone")?;
        let found = Found {
            people: Vec::new(),
            covers: Covers {
                contacts: true,
                chats: true,
            },
        };
        Ok(vec![found; asks.len()])
    }
}

fn account() -> Account {
    Account::new("matrix", Network::of("matrix"), "@me:example.org")
}

fn bob() -> StartRequest {
    let user = UserPayload {
        id: Some("@bob:example.org".into()),
        ..UserPayload::default()
    };
    StartRequest::new("matrix", user)
}

/// It was sent, and no answer came.
fn lost(_: &Request) -> Result<Response, TransportError> {
    Err(TransportError::lost("the line is dead"))
}

fn ledger() -> impl Ledger<Error = std::convert::Infallible> + Sync {
    MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO)
}

#[tokio::test]
async fn a_directory_that_fails_hides_no_create() {
    let beeper = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let (account, request, policy) = (account(), bob(), Policy::default());
    let start = || Start::new(&account, &request, &policy);
    let blocking = |request: Request| lost(&request);
    let later = |request: Request| std::future::ready(lost(&request));
    let client = Client::new(&beeper, &blocking, |_| ()).with_retry(Retry::never());
    let waiting = |_| std::future::ready(());
    let async_client = Client::new(&beeper, &later, waiting).with_retry(Retry::never());

    let intent = Intent::new("matrix", Key::new(Kind::Id, "@bob:example.org"));
    // Before the claim, after it, and after the create.
    for times in 0..4 {
        let (answers, ledger) = (Answers::times(times), ledger());
        let now = client.start(start(), &answers, &ledger);
        assert_eq!(
            ledger.claim(&intent),
            Ok(if times < 2 { Claim::Mine } else { Claim::Busy })
        );
        let (answers, ledger) = (Answers::times(times), self::ledger());
        let later = async_client.start_async(start(), &answers, &ledger).await;
        assert_eq!(
            ledger.claim(&intent),
            Ok(if times < 2 { Claim::Mine } else { Claim::Busy })
        );
        for end in [now, later] {
            match end {
                Err(error) => {
                    assert!(times < 2);
                    assert_eq!(error, HostError::Directory("the disk is gone"));
                }
                Ok(outcome) => {
                    assert!(times >= 2);
                    assert!(matches!(outcome.end, End::Unknown { .. }));
                }
            }
        }
    }
}

/// A ledger in which another process has claimed everybody.
struct Elsewhere;

impl Ledger for Elsewhere {
    type Error = std::convert::Infallible;

    fn claim(&self, _: &Intent) -> Result<Claim, Self::Error> {
        Ok(Claim::Busy)
    }

    fn settle(&self, _: &Intent, _: &Settled) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Whether a start for Bob could go on now.
fn is_free(flights: &Flights) -> bool {
    let intent = Intent::new("matrix", Key::new(Kind::Id, "@bob:example.org"));
    let entering = pin!(flights.enter(&intent));
    let mut context = Context::from_waker(Waker::noop());
    entering.poll(&mut context).is_ready()
}

#[tokio::test]
async fn a_start_that_waits_for_another_process_holds_nobody_up() {
    let beeper = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let (account, request, policy) = (account(), bob(), Policy::default());
    let start = || Start::new(&account, &request, &policy);
    let flights = Flights::new();
    let free = Mutex::new(Vec::new());
    let sleep = |_| free.lock().unwrap().push(is_free(&flights));
    let later_sleep = |time| {
        sleep(time);
        std::future::ready(())
    };
    let blocking = |request: Request| lost(&request);
    let later = |request: Request| std::future::ready(lost(&request));
    let client = Client::new(&beeper, &blocking, sleep).with_flights(&flights);
    let async_client = Client::new(&beeper, &later, later_sleep).with_flights(&flights);
    let told = || std::mem::take(&mut *free.lock().unwrap());

    let nobody = Answers::times(usize::MAX);
    let now = client.start(start(), &nobody, &Elsewhere).unwrap();
    assert_eq!((now.end, told()), (End::Busy, vec![true; 10]));
    let later = async_client.start_async(start(), &nobody, &Elsewhere);
    assert_eq!(later.await.unwrap().end, End::Busy);
    assert_eq!(told(), vec![true; 10]);
    // Whose create is in doubt is still under way.
    let now = client.start(start(), &nobody, &ledger()).unwrap();
    assert!(matches!(now.end, End::Unknown { .. }));
    assert_eq!(told(), [false]);
    let ledger = ledger();
    let later = async_client.start_async(start(), &nobody, &ledger).await;
    assert!(matches!(later.unwrap().end, End::Unknown { .. }));
    assert_eq!(told(), [false]);
    assert!(is_free(&flights));
}

#[tokio::test]
async fn who_may_be_meant_is_told_where_nobody_was_found() {
    let beeper = Beeper::new(DEFAULT_BASE_URL).unwrap();
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account());
    directory.upsert(
        "matrix",
        Person::new("@ada:example.org").named("Ada Okafor"),
    );
    let user = UserPayload {
        full_name: Some("ada".into()),
        ..UserPayload::default()
    };
    let (account, policy) = (account(), Policy::default());
    let request = StartRequest::new("matrix", user);
    let start = || Start::new(&account, &request, &policy);
    let blocking = |request: Request| lost(&request);
    let later = |request: Request| std::future::ready(lost(&request));
    let client = Client::new(&beeper, &blocking, |_| ());
    let now = client.start(start(), &directory, &ledger()).unwrap();
    let client = Client::new(&beeper, &later, |_| std::future::ready(()));
    let ledger = ledger();
    let later = client.start_async(start(), &directory, &ledger).await;
    for outcome in [now, later.unwrap()] {
        assert_eq!(outcome.end, End::Refused);
        let suggested = outcome.decision.suggestions.iter();
        assert!(
            suggested
                .map(|person| person.user_id.as_str())
                .eq(["@ada:example.org"])
        );
    }
}
