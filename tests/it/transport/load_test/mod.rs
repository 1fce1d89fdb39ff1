//! Many simultaneous starts for fewer people, over HTTP with a failing bridge. Each person gets exactly one chat, and
//! every start for them reports it. No error or `Debug` text contains personal data.
//!
//! The clock of the ledger does not move while requests can still be handled. So the assumption about the claim timeout
//! holds on slow machines, too.

mod server;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use self::server::{Bridge, TestPerson, mixed};
use contact_resolution::http::bridge::Bridge as Api;
use contact_resolution::http::{self, Request, Response};
use contact_resolution::network::Dialect;
use contact_resolution::start::{CreateRequest, CreateResult, StartTiming};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, Attempt, ChatStart, LookupResult, MemoryDirectory, MemoryLedger, Network,
    Outcome, Policy, StartResult,
};
use contact_resolution::{Client, RetryPolicy, SingleFlight, TransportError};
use tokio::sync::Semaphore;

const WINDOW: Duration = Duration::from_secs(60);

/// The maximum number of connections, far fewer than starts.
const CONNECTIONS: usize = 128;

/// All errors and `Debug` texts of the test, each once.
#[derive(Default)]
struct Shown(Mutex<HashSet<String>>);

impl Shown {
    fn add(&self, text: String) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.insert(text);
    }
}

/// An API that collects its errors and `Debug` texts.
struct RecordingApi<'a> {
    api: Api,
    shown: &'a Shown,
}

impl http::ServerApi for RecordingApi<'_> {
    fn dialect(&self) -> &'static Dialect {
        &Dialect::UNKNOWN
    }

    fn lookup(&self, account: &Account, attempt: &Attempt) -> Result<Request, http::Error> {
        self.shown
            .add(format!("{account:?} {attempt:?} {:?}", self.api));
        self.api.lookup(account, attempt)
    }

    fn read_lookup(
        &self,
        account: &Account,
        attempt: &Attempt,
        response: &Response,
    ) -> LookupResult {
        let lookup = self.api.read_lookup(account, attempt, response);
        self.shown
            .add(format!("{lookup:?} {:?}", self.api.fault(response)));
        lookup
    }

    fn create(&self, account: &Account, chat: CreateRequest<'_>) -> Result<Request, http::Error> {
        self.shown.add(format!("{chat:?} {:?}", chat.claim_key));
        self.api.create(account, chat)
    }

    fn read_create(&self, response: &Response) -> CreateResult {
        let created = self.api.read_create(response);
        let error = http::read::<contact_resolution::wire::ResolvedIdentifier>(response);
        self.shown.add(format!("{created:?} {error:?}"));
        created
    }
}

/// The state that all starts share.
struct SharedState {
    api: Api,
    http: reqwest::Client,
    connections: Semaphore,
    account: Account,
    directory: MemoryDirectory,
    ledger: MemoryLedger<Box<dyn Fn() -> Duration + Send + Sync>>,
    single_flight: SingleFlight,
    shown: Shown,
}

impl SharedState {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let Ok(_permit) = self.connections.acquire().await else {
            return Err(TransportError::not_sent("no connection"));
        };
        let lost = |error: reqwest::Error| {
            let error = TransportError {
                sent: !error.is_connect(),
                cause: error.without_url().into(),
            };
            self.shown.add(format!("{error} {error:?}"));
            error
        };
        let request = reqwest::Request::try_from(request.into_http()).map_err(lost)?;
        let answer = self.http.execute(request).await.map_err(lost)?;
        let mut response = Response::default();
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        *response.body_mut() = answer.bytes().await.map_err(lost)?.to_vec();
        Ok(response)
    }

    /// Runs one start, with one of several spellings of the identifier. Some starts are dropped before they end.
    async fn start(&self, person: &TestPerson, random: u64) -> Option<Outcome> {
        let number = person.number();
        let mut user = UserPayload::default();
        match random % 3 {
            0 => user.phone_number = Some(number),
            1 => {
                let (code, rest) = number.split_at(5);
                user.username = Some(format!("{} ({}) {rest}", &code[..2], &code[2..]));
            }
            _ => user.id = Some(person.id()),
        }
        user.full_name = Some(person.name());
        let request = StartRequest::new("account", user);
        let policy = Policy::default();
        let mut timing = StartTiming::default();
        timing.after_lost = Duration::from_millis(30);
        timing.while_busy = Duration::from_millis(5);
        timing.busy_waits = 3;
        let start = ChatStart::new(&self.account, &request, &policy).with_timing(timing);
        self.shown.add(format!("{start:?} {request:?}"));
        let api = RecordingApi {
            api: self.api.clone(),
            shown: &self.shown,
        };
        let transport = |request| self.send(request);
        let mut retry = RetryPolicy::default();
        retry.pause = Duration::from_millis(2);
        let client = Client::new(&api, &transport, tokio::time::sleep)
            .with_retry(retry)
            .with_flights(&self.single_flight);
        let start = client.start_async(start, &self.directory, &self.ledger);
        let outcome = if random % 50 == 7 {
            let patience = Duration::from_millis(random >> 20 & 31);
            tokio::time::timeout(patience, start).await.ok()?
        } else {
            start.await
        };
        self.shown.add(format!("{outcome:?}"));
        let Ok(outcome) = outcome;
        self.shown.add(outcome.decision.reason.to_string());
        Some(outcome)
    }
}

/// Returns the kind of an outcome. Any other kind is an error.
fn kind(outcome: Option<&Outcome>) -> &'static str {
    match outcome.map(|outcome| (&outcome.result, &outcome.decision.action)) {
        None => "dropped",
        Some((StartResult::Created { .. }, _)) => "created",
        Some((StartResult::Existing { .. }, _)) => "existing",
        Some((StartResult::Refused, Action::Refuse(refusal))) => refusal.code.as_str(),
        Some((StartResult::RefusedByNetwork(_), _)) => "refused by the network",
        Some((StartResult::NotSent, _)) => "not sent",
        Some((StartResult::Busy, _)) => "busy",
        Some((StartResult::Unknown { .. }, _)) => "unknown",
        Some(other) => panic!("{other:?}"),
    }
}

async fn run_starts(starts: usize, people: usize) {
    let begun = Instant::now();
    let bridge = Arc::new(Bridge::default());
    let url = Arc::clone(&bridge).serve().await;
    let clock = Arc::new(AtomicU64::new(0));
    let time = Arc::clone(&clock);
    let now = move || WINDOW * 2 * u32::try_from(time.load(Ordering::SeqCst)).unwrap();
    let account = Account::new("account", Network::from_bridge_type("general"), "me");
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    let state = Arc::new(SharedState {
        api: Api::new(&url).unwrap(),
        http: reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(10))
            .build()
            .unwrap(),
        connections: Semaphore::new(CONNECTIONS),
        account,
        directory,
        ledger: MemoryLedger::new(WINDOW, Box::new(now)),
        single_flight: SingleFlight::new(),
        shown: Shown::default(),
    });

    let mut waiting: Vec<usize> = (0..starts).collect();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reported: HashMap<usize, HashSet<String>> = HashMap::new();
    let mut makers: HashSet<usize> = HashSet::new();
    let mut rounds = 0;
    while !waiting.is_empty() {
        rounds += 1;
        assert!(rounds < 30, "{} starts have no result", waiting.len());
        let under_way: Vec<_> = waiting
            .drain(..)
            .map(|caller| {
                let state = Arc::clone(&state);
                let random = mixed((rounds * starts + caller) as u64);
                let start = async move { state.start(&TestPerson(caller % people), random).await };
                (caller, tokio::spawn(start))
            })
            .collect();
        for (caller, start) in under_way {
            let outcome = start.await.expect("no start panics");
            *kinds.entry(kind(outcome.as_ref())).or_default() += 1;
            match outcome.map(|outcome| outcome.result) {
                Some(StartResult::Created { chat_id, .. }) => {
                    assert!(
                        makers.insert(caller % people),
                        "two starts report that they created it"
                    );
                    reported.entry(caller % people).or_default().insert(chat_id);
                }
                Some(StartResult::Existing { chat_id, .. }) => {
                    reported.entry(caller % people).or_default().insert(chat_id);
                }
                _ => waiting.push(caller),
            }
        }
        bridge.quiet().await;
        clock.fetch_add(1, Ordering::SeqCst);
    }

    let chats = bridge.chats.lock().unwrap();
    assert_eq!(chats.len(), people);
    for (person, theirs) in chats.iter() {
        assert_eq!(theirs.len(), 1, "person {person}");
        assert!(reported[person].iter().eq(theirs), "person {person}");
    }
    let shown = state.shown.0.lock().unwrap();
    for text in shown.iter() {
        let is_personal = text.contains("415555") || text.to_lowercase().contains("xanthippe");
        assert!(!is_personal, "{text}");
    }
    println!(
        "{starts} starts over {people} people: {} chats, {rounds} rounds, {} requests, {:.1?}, {} kB at most, {} texts shown, {kinds:?}",
        chats.len(),
        bridge.requests.load(Ordering::SeqCst),
        begun.elapsed(),
        peak_kb().unwrap_or(0),
        shown.len(),
    );
    for kind in ["created", "existing", "dropped", "unknown"] {
        assert!(kinds.contains_key(kind), "no start ended as {kind}");
    }
}

/// Returns the peak memory of this process in kB, if the system reports it.
fn peak_kb() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Runs the test with a time limit.
fn run(starts: usize, people: usize, most: Duration) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let in_time =
        runtime.block_on(async { tokio::time::timeout(most, run_starts(starts, people)).await });
    in_time.expect("the starts end in time");
}

#[test]
fn thousand_starts_for_a_hundred_people_make_a_hundred_chats() {
    run(1000, 100, Duration::from_secs(120));
}

#[test]
#[ignore = "takes half a minute in a release build, and minutes in a debug build"]
fn ten_thousand_starts_for_a_thousand_people_make_a_thousand_chats() {
    run(10_000, 1000, Duration::from_secs(300));
    // This process contains the server, the client and the starts.
    assert!(peak_kb().is_none_or(|peak| peak < 400_000));
}
