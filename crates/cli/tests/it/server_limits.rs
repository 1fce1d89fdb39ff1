//! The example server as it would be deployed: hostile clients, a locked store, long searches, and stops.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use contact_resolution::Transport;
use contact_resolution::Ureq;
use contact_resolution::http::beeper::Beeper;
use contact_resolution::wire::{StartRequest, UserPayload};
use serde_json::json;

use crate::example_server::Server;

/// Connects, and sends a text.
fn connect(server: &Server, text: &str) -> TcpStream {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    connection.write_all(text.as_bytes()).unwrap();
    connection
}

/// Returns the time of a request for the accounts.
fn time_of_list(server: &Server) -> Duration {
    let begun = Instant::now();
    let request = Beeper::new(&server.url).unwrap().accounts().unwrap();
    assert_eq!(Ureq::default().send(request).unwrap().status(), 200);
    begun.elapsed()
}

fn start(server: &Server, phone: &str) -> (u16, serde_json::Value) {
    let user = UserPayload {
        phone_number: Some(phone.into()),
        ..UserPayload::default()
    };
    let request = StartRequest::new("whatsapp", user);
    let request = Beeper::new(&server.url).unwrap().start(&request).unwrap();
    let response = Ureq::default().send(request).unwrap();
    let answer = serde_json::from_slice(response.body()).unwrap();
    (response.status().as_u16(), answer)
}

#[cfg(unix)]
#[test]
fn half_sent_header_does_not_hold_up_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("server.sqlite");
    let server = Server::start(None, &["--store", store.to_str().unwrap()]);
    let _half = connect(
        &server,
        "POST /v1/chats/start HTTP/1.1\r\nhost: a\r\ncontent-le",
    );
    let _idle = connect(&server, "");
    assert_eq!(start(&server, "+442079460958").0, 200);
    let begun = Instant::now();
    assert!(server.terminate());
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[cfg(unix)]
#[test]
fn start_in_progress_is_completed_before_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("server.sqlite");
    let server = Server::start(None, &["--store", store.to_str().unwrap()]);
    let lock = rusqlite::Connection::open(&store).unwrap();
    lock.execute_batch("begin immediate").unwrap();
    let url = server.url.clone();
    let started = thread::spawn(move || {
        let user = UserPayload {
            phone_number: Some("+442079460958".into()),
            ..UserPayload::default()
        };
        let request = StartRequest::new("whatsapp", user);
        let request = Beeper::new(&url).unwrap().start(&request).unwrap();
        Ureq::default().send(request).unwrap().status().as_u16()
    });
    thread::sleep(Duration::from_millis(500));
    let unlocked = thread::spawn(move || {
        thread::sleep(Duration::from_millis(500));
        lock.execute_batch("commit").unwrap();
    });
    assert!(server.terminate());
    assert_eq!(started.join().unwrap(), 200);
    unlocked.join().unwrap();
}

#[test]
fn locked_store_delays_starts_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("server.sqlite");
    let server = Server::start(None, &["--store", store.to_str().unwrap()]);
    let lock = rusqlite::Connection::open(&store).unwrap();
    lock.execute_batch("begin immediate").unwrap();
    thread::scope(|scope| {
        let begun = Instant::now();
        let starts: Vec<_> = (0..16)
            .map(|n| {
                let phone = format!("+4420794609{n:02}");
                let server = &server;
                scope.spawn(move || start(server, &phone))
            })
            .collect();
        thread::sleep(Duration::from_millis(300));
        for _ in 0..20 {
            let time = time_of_list(&server);
            assert!(time < Duration::from_secs(1), "{time:?}");
        }
        assert!(starts.iter().all(|start| !start.is_finished()));
        lock.execute_batch("commit").unwrap();
        for start in starts {
            let (status, answer) = start.join().unwrap();
            assert_eq!(
                (status, &answer["status"]),
                (200, &json!("created")),
                "{answer}"
            );
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
    });
}

#[test]
fn long_search_by_name_delays_no_other_request() {
    let people: Vec<_> = (0..30_000)
        .map(|n| json!({"id": format!("{n}"), "fullName": format!("Ada{} Maria{} Okafor{n}", n % 977, n % 89)}))
        .collect();
    let directory = json!({
        "accounts": [{
            "accountID": "telegram",
            "bridge": {"id": "telegram", "provider": "local", "type": "telegram"},
            "user": {"id": "900100", "isSelf": true},
        }],
        "contacts": {"telegram": people},
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("directory.json");
    std::fs::write(&file, directory.to_string()).unwrap();
    let server = Server::start(None, &["--directory", file.to_str().unwrap()]);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let searches: Vec<_> = (0..6)
            .map(|n| {
                let request = Beeper::new(&server.url)
                    .unwrap()
                    .search_contacts("telegram", &format!("ada{n} mario okafo{n}"))
                    .unwrap();
                scope.spawn(move || {
                    let begun = Instant::now();
                    // A build without optimizations may need minutes.
                    let patient = Ureq::new(Duration::from_secs(300), 16 << 20);
                    assert_eq!(patient.send(request).unwrap().status(), 200);
                    begun.elapsed()
                })
            })
            .collect();
        let lists = scope.spawn(|| {
            let mut times = Vec::new();
            while !done.load(Ordering::Relaxed) {
                times.push(time_of_list(&server));
            }
            times
        });
        let times: Vec<_> = searches
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        // Ends the lists also if a search failed.
        done.store(true, Ordering::Relaxed);
        let longest = times.into_iter().map(Result::unwrap).max();
        let lists = lists.join().unwrap();
        let longest_list = lists.iter().max().unwrap();
        assert!(lists.len() > 5, "{lists:?} during {longest:?}");
        assert!(*longest_list < Duration::from_secs(1), "{longest_list:?}");
    });
}

#[test]
fn second_server_on_a_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("server.sqlite");
    let options = ["--store", store.to_str().unwrap()];
    let server = Server::start(None, &options);
    let errors = Server::fail(&options);
    assert!(
        errors.contains("another server uses this store"),
        "{errors}"
    );
    #[cfg(unix)]
    {
        let link = folder.path().join("link.sqlite");
        std::os::unix::fs::symlink(&store, &link).unwrap();
        let errors = Server::fail(&["--store", link.to_str().unwrap()]);
        assert!(
            errors.contains("another server uses this store"),
            "{errors}"
        );
    }
    #[cfg(unix)]
    {
        let other_name = folder.path().join("other.sqlite");
        std::fs::hard_link(&store, &other_name).unwrap();
        let errors = Server::fail(&["--store", other_name.to_str().unwrap()]);
        assert!(errors.contains("another name"), "{errors}");
        std::fs::remove_file(other_name).unwrap();
    }
    let (_, first) = start(&server, "+442079460958");
    // The lock ends with the process, even if it is killed. The next chat has an id of its own.
    drop(server);
    let server = Server::start(None, &options);
    let (_, second) = start(&server, "+442079460959");
    assert_eq!(second["status"], "created");
    assert_ne!(first["id"], second["id"]);
}

#[test]
fn clients_that_send_half_a_request_are_dropped() {
    let server = Server::start(None, &[]);
    let token = "GET /v1/accounts HTTP/1.1\r\nhost: a\r\n";
    // More than the server accepts, so that the next request waits until they are dropped.
    let halves: Vec<_> = (0..300).map(|_| connect(&server, token)).collect();
    let begun = Instant::now();
    time_of_list(&server);
    let waited = begun.elapsed();
    assert!(waited > Duration::from_secs(5), "{waited:?}");
    assert!(waited < Duration::from_secs(20), "{waited:?}");
    drop(halves);
    // A body that does not arrive gets an answer.
    let head = "POST /v1/chats/start HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\n{";
    let mut slow = connect(&server, head);
    slow.set_read_timeout(Some(Duration::from_secs(15)))
        .unwrap();
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 400");
    // A header without an end is refused at once.
    let mut endless = connect(&server, token);
    let line = format!("x-long: {}\r\n", "a".repeat(1000));
    let sent = (0..1000)
        .take_while(|_| endless.write_all(line.as_bytes()).is_ok())
        .count();
    let mut rest = Vec::new();
    let _ = endless.read_to_end(&mut rest);
    assert!(sent < 1000 || rest.starts_with(b"HTTP/1.1 431"), "{sent}");
}
