//! Network failures are typed errors within the time and size limits.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use contact_resolution::Ureq;
use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::{self, Response};
use contact_resolution::start::StartTiming;
use contact_resolution::wire::{self, StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, MemoryDirectory, MemoryLedger, Network, Policy, StartResult,
    Transport, TransportError,
};

/// A server on this machine. A closure handles each connection, with its number and the first line of its request.
struct Server {
    beeper: Beeper,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn new(play: impl Fn(usize, &str, TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (count, play) = (Arc::clone(&asked), Arc::new(play));
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let play = Arc::clone(&play);
                thread::spawn(move || {
                    let line = read_request(&connection).unwrap_or_default();
                    play(number, &line, connection);
                });
            }
        });
        Server {
            beeper: Beeper::new(&url).unwrap(),
            asked,
        }
    }

    /// Returns a server that sends the same text each time and closes the connection.
    fn sending(text: impl Into<String>) -> Self {
        let text = text.into();
        Server::new(move |_, _, mut connection| {
            let _ = connection.write_all(text.as_bytes());
        })
    }

    fn ask(&self) -> Result<Response, TransportError> {
        impatient().send(self.beeper.accounts().unwrap())
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn read_request(connection: &TcpStream) -> std::io::Result<String> {
    let mut reader = BufReader::new(connection);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        let lower = line.to_ascii_lowercase();
        if let Some(text) = lower.strip_prefix("content-length:") {
            length = text.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    reader.read_exact(&mut vec![0; length])?;
    Ok(first)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

const LIMIT: Duration = Duration::from_millis(400);

fn impatient() -> Ureq {
    Ureq::new(LIMIT, 1 << 16)
}

/// Returns the error of one exchange, and checks the time that it took.
fn lost(server: &Server) -> TransportError {
    let begun = Instant::now();
    let error = server.ask().unwrap_err();
    assert!(begun.elapsed() < LIMIT * 4, "{:?}", begun.elapsed());
    assert!(error.sent, "{error}");
    error
}

/// A logger that keeps everything. A test program has one.
struct KeepingLogger(Mutex<String>);

impl log::Log for KeepingLogger {
    fn enabled(&self, _: &log::Metadata) -> bool {
        true
    }

    fn log(&self, record: &log::Record) {
        let mut text = self.0.lock().unwrap();
        writeln!(text, "{}", record.args()).unwrap();
    }

    fn flush(&self) {}
}

#[test]
fn log_of_the_host_has_neither_token_nor_number() {
    static LOGGER: KeepingLogger = KeepingLogger(Mutex::new(String::new()));
    log::set_logger(&LOGGER).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let server = Server::sending(answer("200 OK", "", r#"{"items": []}"#));
    let beeper = server.beeper.clone().with_token("the-token").unwrap();
    let user = UserPayload {
        phone_number: Some("+14155552671".into()),
        ..UserPayload::default()
    };
    for request in [
        beeper.search_contacts("whatsapp", "+14155552671").unwrap(),
        beeper.start(&StartRequest::new("whatsapp", user)).unwrap(),
    ] {
        impatient().send(request).unwrap();
    }
    let text = LOGGER.0.lock().unwrap();
    // There is a log, which has the method of each request.
    assert!(text.contains("GET") && text.contains("POST"), "{text}");
    assert!(
        !text.contains("the-token") && !text.contains("4155552671"),
        "{text}"
    );
}

#[test]
fn unreachable_server_is_not_sent() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let beeper = Beeper::new(&format!("http://{free}")).unwrap();
    let error = impatient().send(beeper.accounts().unwrap()).unwrap_err();
    assert!(!error.sent);
    let unnamed = Beeper::new("http://nobody.invalid").unwrap();
    assert!(
        !impatient()
            .send(unnamed.accounts().unwrap())
            .unwrap_err()
            .sent
    );
}

#[test]
fn broken_connection_is_lost() {
    // Closed without a response, after the request was read.
    lost(&Server::new(|_, _, _| {}));
    // Half a head, half a body, half a chunk.
    lost(&Server::sending("HTTP/1.1 200 OK\r\ncontent-le"));
    lost(&Server::sending(
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[{\"accountID\"",
    ));
    lost(&Server::sending(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\n[{",
    ));
    // Not HTTP.
    lost(&Server::sending("SSH-2.0-OpenSSH_9.9\r\n"));
}

#[test]
fn stalled_server_is_lost_in_time() {
    let stalls = |text: &'static str| {
        Server::new(move |_, _, mut connection| {
            let _ = connection.write_all(text.as_bytes());
            thread::sleep(LIMIT * 8);
        })
    };
    lost(&stalls(""));
    lost(&stalls("HTTP/1.1 200 OK\r\n"));
    lost(&stalls("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n["));
}

#[test]
fn endless_response_is_cut_off() {
    let endless = |head: &'static str, part: &'static str, pause: Duration| {
        Server::new(move |_, _, mut connection| {
            let _ = connection.write_all(head.as_bytes());
            while connection.write_all(part.as_bytes()).is_ok() {
                thread::sleep(pause);
            }
        })
    };
    let fast = Duration::ZERO;
    let chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    lost(&endless(chunks, "10\r\n[[[[[[[[[[[[[[[[\r\n", fast));
    lost(&endless(
        "HTTP/1.1 200 OK\r\n\r\n",
        "[[[[[[[[[[[[[[[[",
        fast,
    ));
    lost(&endless(
        "HTTP/1.1 200 OK\r\n",
        "x-more: aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
        fast,
    ));
    // A byte now and then prevents a read timeout, but not the timeout of the exchange.
    lost(&endless(
        "HTTP/1.1 200 OK\r\n\r\n",
        "[",
        Duration::from_millis(20),
    ));
    // Longer than the limit.
    lost(&Server::sending(format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 70000\r\n\r\n{}",
        "[".repeat(70000)
    )));
}

#[test]
fn error_response_keeps_its_body() {
    for (status, code) in [
        ("500 Oops", "internal"),
        ("503 Busy", "busy"),
        ("422 No", "no_identifier"),
    ] {
        let server = Server::sending(answer(
            status,
            "",
            &format!(r#"{{"message":"m","code":"{code}"}}"#),
        ));
        let error = http::read::<Vec<wire::Account>>(&server.ask().unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the server answered {} ({code})", &status[..3])
        );
    }
}

#[test]
fn malformed_body_is_an_error_with_its_position() {
    let error_text = |body: &str| {
        let server = Server::sending(answer("200 OK", "", body));
        http::read::<Vec<wire::Account>>(&server.ask().unwrap())
            .unwrap_err()
            .to_string()
    };
    let begin = "unexpected response body: ";
    assert_eq!(
        error_text(""),
        format!("{begin}the JSON ends too early (line 1, column 1)")
    );
    assert_eq!(
        error_text("<html>"),
        format!("{begin}not valid JSON (line 1, column 1)")
    );
    let wrong = "a member is missing, duplicated or of the wrong type (line 1, column 19)";
    assert_eq!(
        error_text(r#"[{"accountID": 1234}]"#),
        format!("{begin}{wrong}")
    );
}

#[test]
fn redirect_is_not_followed() {
    let server = Server::sending(answer(
        "307 Elsewhere",
        "location: http://127.0.0.1:1/\r\n",
        "",
    ));
    assert_eq!(server.ask().unwrap().status(), 307);
    assert_eq!(server.asked(), 1);
}

/// Sends a request with retries. Returns the waits in between, and the result.
fn waits(server: &Server) -> (Vec<Duration>, Result<Response, TransportError>) {
    let (transport, slept) = (impatient(), RefCell::new(Vec::new()));
    let client = Client::new(&server.beeper, &transport, |time| {
        slept.borrow_mut().push(time);
    });
    let end = client.send(&server.beeper.accounts().unwrap());
    (slept.into_inner(), end)
}

#[test]
fn get_is_repeated_after_the_wait_of_the_server() {
    let at_first = |first: String| {
        Server::new(move |number, _, mut connection| {
            let second = answer("200 OK", "", "[]");
            let _ = connection.write_all(if number == 0 {
                first.as_bytes()
            } else {
                second.as_bytes()
            });
        })
    };
    let ms = Duration::from_millis;
    let date =
        "date: Sun, 22 Nov 2026 10:00:00 GMT\r\nretry-after: Sun, 22 Nov 2026 10:00:09 GMT\r\n";
    for (status, headers, wait) in [
        ("429 Slow", "retry-after: 7\r\n", ms(7000)),
        ("429 Slow", date, ms(9000)),
        // Without a `date` from the server, this machine's clock is used. The time is in the past.
        (
            "429 Slow",
            "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            ms(0),
        ),
        (
            "429 Slow",
            "retry-after-ms: 30\r\nretry-after: 7\r\n",
            ms(30),
        ),
        ("502 Bad", "", ms(200)),
        ("503 Busy", "", ms(200)),
        ("504 Late", "", ms(200)),
        ("500 Oops", "x-should-retry: true\r\n", ms(200)),
    ] {
        let (slept, end) = waits(&at_first(answer(status, headers, "")));
        assert_eq!(slept, [wait], "{status} {headers}");
        assert!(end.unwrap().status().is_success());
    }
    let (slept, end) = waits(&at_first(
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[".into(),
    ));
    assert_eq!((slept.len(), end.unwrap().status().as_u16()), (1, 200));
}

#[test]
fn get_is_sent_at_most_three_times() {
    let server = Server::sending(answer("503 Busy", "", ""));
    let (slept, end) = waits(&server);
    assert_eq!(
        slept,
        [Duration::from_millis(200), Duration::from_millis(400)]
    );
    assert_eq!((end.unwrap().status().as_u16(), server.asked()), (503, 3));
    let broken = Server::new(|_, _, _| {});
    assert!(waits(&broken).1.is_err());
    assert_eq!(broken.asked(), 3);
}

/// Starts a chat with an unknown person. The server answers lookups, and the closure handles creates.
fn started(play: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> (StartResult, usize) {
    let creates = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&creates);
    let server = Server::new(move |_, line, mut connection| {
        if line.starts_with("POST") {
            play(count.fetch_add(1, Ordering::SeqCst), connection);
        } else {
            let body = r#"{"items": [{"id": "alice-id", "phoneNumber": "+14155552671"}]}"#;
            let _ = connection.write_all(answer("200 OK", "", body).as_bytes());
        }
    });
    let account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    let user = UserPayload {
        phone_number: Some("+14155552671".into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("whatsapp", user), Policy::default());
    let transport = impatient();
    let client = Client::new(&server.beeper, &transport, |_| ());
    let ledger = MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO);
    let start = ChatStart::new(&account, &request, &policy).with_timing(StartTiming::default());
    let Ok(outcome) = client.start(start, &MemoryDirectory::new(), &ledger);
    (outcome.result, creates.load(Ordering::SeqCst))
}

#[test]
fn lost_create_is_not_repeated() {
    let lost = |text: String| {
        let (end, creates) = started(move |_, mut connection| {
            let _ = connection.write_all(text.as_bytes());
        });
        assert!(matches!(end, StartResult::Unknown { .. }), "{end:?}");
        assert_eq!(creates, 1);
    };
    lost(String::new());
    lost("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\": \"!a".into());
    lost(answer("200 OK", "", "<html>"));
    for status in [
        "408 Late",
        "409 Conflict",
        "500 Oops",
        "502 Bad",
        "503 Busy",
        "504 Late",
    ] {
        let again = "x-should-retry: true\r\nretry-after: 0\r\n";
        lost(answer(status, again, ""));
    }
}

#[test]
fn rate_limited_create_is_repeated() {
    for first in ["429 Slow\r\nretry-after: 1", "429 Slow\r\nx: y"] {
        let (end, creates) = started(move |number, mut connection| {
            let first =
                format!("HTTP/1.1 {first}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            let chat = answer(
                "200 OK",
                "",
                r#"{"id": "!a", "chatID": "!a", "status": "created"}"#,
            );
            let _ = connection.write_all(if number == 0 {
                first.as_bytes()
            } else {
                chat.as_bytes()
            });
        });
        let is_created = matches!(&end, StartResult::Created { chat_id, .. } if chat_id == "!a");
        assert!(is_created && creates == 2, "{first}: {end:?}");
    }
}

#[test]
fn refused_create_is_reported_as_refused() {
    let refused = |status: &'static str, code: &'static str| {
        let body = format!(r#"{{"message": "", "code": "{code}"}}"#);
        started(move |_, mut connection| {
            let _ = connection.write_all(answer(status, "", &body).as_bytes());
        })
    };
    for (status, code) in [
        ("400 Bad", "invalid_request"),
        ("403 No", "cannot_message"),
        ("404 No", "account_not_found"),
        ("503 No", "account_unavailable"),
    ] {
        let (end, creates) = refused(status, code);
        let is_reported = matches!(&end, StartResult::RefusedByNetwork(refused) if refused.server_code == code && status.starts_with(&refused.status.to_string()));
        assert!(is_reported && creates == 1, "{end:?}");
    }
    // If no identifier is found, each one is tried. The refusal is the engine's own.
    let (end, _) = refused("404 No", "user_not_found");
    assert_eq!(end, StartResult::Refused);
}
