//! The example server, killed during starts and started again on the same store. No chat is lost, and none is
//! duplicated.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::example_server::Server;
use contact_resolution::Ureq;
use contact_resolution::http::{self, beeper::Beeper};
use contact_resolution::wire::{StartRequest, StartResponse, UserPayload};
use contact_resolution::{Client, RetryPolicy};
use contact_resolution_sqlite::SqliteStore;

fn number(person: usize) -> String {
    format!("+1415555{person:04}")
}

/// Starts a chat with retries. Returns `None` without an answer, so that the next round tries again.
fn start(url: &str, person: usize) -> Option<StartResponse> {
    let user = UserPayload {
        phone_number: Some(number(person)),
        ..UserPayload::default()
    };
    let beeper = Beeper::new(url).unwrap();
    let transport = Ureq::new(Duration::from_secs(10), 1 << 20);
    let client = Client::new(&beeper, &transport, thread::sleep).with_retry(RetryPolicy::default());
    let request = beeper.start(&StartRequest::new("whatsapp", user)).unwrap();
    http::read(&client.send(&request).ok()?).ok()
}

/// Starts chats with all people from four threads, and collects the chat of each answer.
fn round(
    url: &str,
    reported: &Mutex<BTreeMap<usize, String>>,
    people: usize,
    kill: impl Fn(usize) + Sync,
) {
    let (next, answered) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let person = next.fetch_add(1, Ordering::Relaxed);
                    if person >= people {
                        return;
                    }
                    let Some(answer) = start(url, person) else {
                        continue;
                    };
                    let chat = answer.chat.id;
                    let before = reported.lock().unwrap().insert(person, chat.clone());
                    assert!(before.is_none_or(|before| before == chat));
                    kill(answered.fetch_add(1, Ordering::Relaxed) + 1);
                }
            });
        }
    });
}

fn killed_in_the_midst(people: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.sqlite");
    let options = ["--store", path.to_str().unwrap()];
    let reported = Mutex::new(BTreeMap::new());
    for quarter in 1..=3 {
        let server = Mutex::new(Some(Server::start(None, &options)));
        let url = server.lock().unwrap().as_ref().unwrap().url.clone();
        // Dropping the server sends SIGKILL.
        round(&url, &reported, people, |answered| {
            if answered == people * quarter / 4 {
                drop(server.lock().unwrap().take());
            }
        });
    }
    let server = Server::start(None, &options);
    // People with a claim from before the kill are free after the claim timeout.
    for _ in 0..20 {
        round(&server.url, &reported, people, |_| ());
        if reported.lock().unwrap().len() == people {
            break;
        }
        thread::sleep(Duration::from_secs(1));
    }
    drop(server);
    let reported = reported.into_inner().unwrap();
    assert_eq!(reported.len(), people);

    let store = SqliteStore::open(&path).unwrap();
    let mut chats = BTreeMap::new();
    for person in store.people("whatsapp").unwrap() {
        for chat in &person.chats {
            chats.insert(chat.id.clone(), person.id.clone());
        }
    }
    assert_eq!(chats.len(), people, "as many chats as people");
    for (person, chat) in reported {
        assert!(chats[&chat].contains(&number(person)[1..]));
    }
}

#[test]
fn killed_server_neither_loses_nor_duplicates_chats() {
    killed_in_the_midst(60);
}

#[test]
#[ignore = "takes over a minute, because it starts chats with a thousand people"]
fn killed_server_neither_loses_nor_duplicates_a_thousand_chats() {
    killed_in_the_midst(1000);
}
