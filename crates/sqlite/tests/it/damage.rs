//! Files with one flipped bit or one zeroed sector. A decision on such a file is an error or the decision of the whole file.
//!
//! `DAMAGES=4000 cargo test --release -p contact-resolution-sqlite damage -- --nocapture` prints the figures of more damages.

use std::fs;
use std::path::Path;

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, DirectChat, IdentifierKind, Network, Person, Policy, resolve,
};
use contact_resolution_sqlite::SqliteStore;

use crate::{ALL, File, file};

const PEOPLE: u64 = 600;

fn account() -> Account {
    Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me")
}

fn number(n: u64) -> String {
    format!("1415{:07}", n * 7919 % 10_000_000)
}

/// Returns people with a number and an address, two thirds of them with a chat.
fn people() -> impl Iterator<Item = Person> {
    (0..PEOPLE).map(|n| {
        let mut person = Person::new(format!("{}@s.whatsapp.net", number(n)))
            .with_name(format!("Person {n}"))
            .with_identifier(IdentifierKind::Email, format!("person.{n}@example.com"));
        if n % 3 > 0 {
            person.chats.push(DirectChat::new(format!("!chat-{n}")));
        }
        person
    })
}

/// Returns payloads of known people and of a few unknown ones.
fn requests() -> Vec<StartRequest> {
    let count = if cfg!(debug_assertions) { 20 } else { 400 };
    (0..count)
        .map(|at| {
            let n = at * 104_729 % (PEOPLE * 11 / 10);
            let user = if at % 4 == 0 {
                UserPayload {
                    email: Some(format!("person.{n}@example.com")),
                    ..UserPayload::default()
                }
            } else {
                UserPayload {
                    phone_number: Some(format!("+{}", number(n))),
                    ..UserPayload::default()
                }
            };
            StartRequest::new("whatsapp", user)
        })
        .collect()
}

/// A decision as the test compares it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Answer {
    Reuse(String),
    Create(Vec<String>),
    Refuse,
    Error,
}

fn answers(path: &Path, requests: &[StartRequest]) -> Vec<Answer> {
    let Ok(store) = SqliteStore::open(path) else {
        return vec![Answer::Error; requests.len()];
    };
    let answer = |request| match resolve(&account(), request, &store, &Policy::default()) {
        Err(_) => Answer::Error,
        Ok(decision) => match decision.action {
            Action::Reuse(chat) => Answer::Reuse(chat.chat_id),
            Action::Create(create) => {
                let attempts = create.attempts.into_iter();
                Answer::Create(attempts.map(|attempt| attempt.value).collect())
            }
            Action::Refuse(_) => Answer::Refuse,
        },
    };
    requests.iter().map(answer).collect()
}

/// The figures of many damaged files.
#[derive(Debug, Default)]
struct Figures {
    files: u64,
    files_with_errors: u64,
    files_with_changes: u64,
    decisions: u64,
    errors: u64,
    became_create: u64,
    named_other_chat: u64,
    otherwise_changed: u64,
}

impl Figures {
    fn add(&mut self, whole: &[Answer], damaged: &[Answer]) {
        let (errors, changes) = (self.errors, self.changes());
        for (whole, damaged) in whole.iter().zip(damaged) {
            self.decisions += 1;
            match (whole, damaged) {
                (_, Answer::Error) => self.errors += 1,
                (whole, damaged) if whole == damaged => {}
                (_, Answer::Create(_)) => self.became_create += 1,
                (_, Answer::Reuse(_)) => self.named_other_chat += 1,
                (_, Answer::Refuse) => self.otherwise_changed += 1,
            }
        }
        self.files += 1;
        self.files_with_errors += u64::from(self.errors > errors);
        self.files_with_changes += u64::from(self.changes() > changes);
    }

    fn changes(&self) -> u64 {
        self.became_create + self.named_other_chat + self.otherwise_changed
    }
}

/// Returns an endless series of numbers that look random.
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    }
}

fn whole_store() -> File {
    let file = file();
    let store = SqliteStore::open(&file.path).unwrap();
    store.load(&account(), ALL, people()).unwrap();
    file
}

fn figures(name: &str, mut damage: impl FnMut(&mut [u8])) -> Figures {
    let file = whole_store();
    let bytes = fs::read(&file.path).unwrap();
    let requests = requests();
    let whole = answers(&file.path, &requests);
    assert!(!whole.contains(&Answer::Error));
    let count = std::env::var("DAMAGES").map_or(200, |count| count.parse().unwrap());
    let mut figures = Figures::default();
    for _ in 0..count {
        let path = file.folder.path().join("damaged.sqlite");
        let mut damaged = bytes.clone();
        damage(&mut damaged);
        fs::write(&path, damaged).unwrap();
        figures.add(&whole, &answers(&path, &requests));
        for suffix in ["-wal", "-shm", "-journal"] {
            let mut beside = path.clone().into_os_string();
            beside.push(suffix);
            let _ = fs::remove_file(beside);
        }
    }
    println!("{name}: {figures:?}");
    figures
}

#[test]
fn flipped_bit_changes_no_decision() {
    let mut random = random();
    let figures = figures("one flipped bit", |bytes| {
        let at = random(bytes.len());
        bytes[at] ^= 1 << random(8);
    });
    assert_eq!(figures.changes(), 0);
    assert!(figures.errors > 0);
}

#[test]
fn zeroed_sector_changes_no_decision() {
    let mut random = random();
    let figures = figures("one zeroed sector", |bytes| {
        let at = random(bytes.len() / 512) * 512;
        bytes[at..at + 512].fill(0);
    });
    assert_eq!(figures.changes(), 0);
    assert!(figures.errors > 0);
}
