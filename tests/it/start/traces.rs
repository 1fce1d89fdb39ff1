//! The spans and events of a start, as a subscriber prints them.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::http::{Request, Response};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, IdentifierKind, MemoryDirectory, MemoryLedger, Network, Person,
    Policy, StartResult, TransportError,
};
use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

/// Everything that a subscriber prints.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl io::Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a closure under a subscriber of all levels. Returns what it printed, without times.
fn printed_by(run: impl FnOnce()) -> String {
    let printed = Printed::default();
    let writer = printed.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, run);
    let text = String::from_utf8(printed.0.lock().unwrap().clone()).unwrap();
    let without_times = |line: &str| {
        let words = line.split_whitespace();
        let is_time =
            |word: &&str| word.starts_with("time.busy=") || word.starts_with("time.idle=");
        words
            .filter(|word| !is_time(word))
            .collect::<Vec<_>>()
            .join(" ")
            + "\n"
    };
    text.lines().map(without_times).collect()
}

fn account() -> Account {
    Account::new("secret-account", Network::GOOGLE_MESSAGES, "secret-me")
}

fn request() -> StartRequest {
    let mut request = StartRequest::new(
        "secret-account",
        UserPayload {
            phone_number: Some("+1 212 555 0199".into()),
            full_name: Some("Secret Person".into()),
            ..UserPayload::default()
        },
    );
    request.message_text = Some("secret text".into());
    request
}

/// Starts a chat on a server. Returns the result and the trace.
///
/// The first of the two starts registers every span. If another thread registers a span at the moment that a subscriber is
/// set, the subscriber does not see the span.
fn start(
    directory: &MemoryDirectory,
    server: impl Fn(Request) -> Result<Response, TransportError>,
) -> (StartResult, String) {
    start_once(directory, &server);
    start_once(directory, &server)
}

fn start_once(
    directory: &MemoryDirectory,
    server: &impl Fn(Request) -> Result<Response, TransportError>,
) -> (StartResult, String) {
    let (account, request, policy) = (account(), request(), Policy::default());
    let ledger = MemoryLedger::new(Duration::from_secs(600), || Duration::ZERO);
    let api = Beeper::new(DEFAULT_BASE_URL)
        .and_then(|api| api.with_token("secret-token"))
        .unwrap();
    let client = Client::new(&api, server, |_| ());
    let mut result = None;
    let trace = printed_by(|| {
        let start = ChatStart::new(&account, &request, &policy);
        result = Some(client.start(start, directory, &ledger).unwrap().result);
    });
    (result.unwrap(), trace)
}

fn answers(status: u16, body: &str) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status.try_into().unwrap();
    response
}

#[test]
fn trace_of_a_lost_create_is_in_the_guide() {
    let (result, trace) = start(&MemoryDirectory::new(), |request| {
        if request.method() == "POST" {
            Err(TransportError::lost("secret cause"))
        } else {
            Ok(answers(200, r#"{"items": []}"#))
        }
    });
    assert_eq!(result.as_str(), "unknown");
    let guide = include_str!("../../../src/guide/logging.md");
    assert!(
        guide.contains(&trace),
        "the guide needs this trace:\n{trace}"
    );
}

#[test]
fn traces_contain_nothing_personal() {
    let bodies = [
        r#"{"items": [{"id": "secret-id", "fullName": "Secret Person", "phoneNumber": "+12125550199"}]}"#,
        r#"{"id": "secret-chat", "chatID": "secret-chat", "status": "created"}"#,
        r#"{"message": "secret", "code": "secret_code"}"#,
        "secret",
    ];
    let mut known = MemoryDirectory::new();
    known.insert_account(account());
    let person = Person::new("secret-id")
        .with_name("Secret Person")
        .with_identifier(IdentifierKind::Phone, "+12125550199");
    known.upsert("secret-account", person);
    for directory in [&MemoryDirectory::new(), &known] {
        for status in [200, 303, 404, 422, 429, 500] {
            for (found, made) in bodies
                .iter()
                .flat_map(|a| bodies.iter().map(move |b| (a, b)))
            {
                let (_, trace) = start(directory, |request| {
                    let is_create = request.method() == "POST";
                    Ok(answers(status, if is_create { made } else { found }))
                });
                assert!(trace.contains("chat_start"), "{trace}");
                let lower = trace.to_lowercase();
                assert!(
                    !lower.contains("secret") && !lower.contains("5550199"),
                    "{trace}"
                );
            }
        }
    }
}
