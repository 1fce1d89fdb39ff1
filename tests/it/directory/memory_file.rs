//! A memory directory in a file: loading returns the saved directory, or an error.

use std::fs;
use std::path::PathBuf;

use contact_resolution::wire::ResolveIdentifier;
use contact_resolution::{
    Account, AccountState, Coverage, DirectChat, Directory, DirectoryQuery, IdentifierKind, Key,
    MemoryDirectory, Network, Person, Region, Timestamp,
};

/// A temporary folder, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("people")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns a directory that has every kind of content.
fn directory() -> MemoryDirectory {
    let mut directory = MemoryDirectory::new();
    let mut account = Account::new("wa", Network::from_bridge_type("whatsapp"), "14155550100");
    account.state = AccountState::Connecting;
    account.region = Some(Region::BR);
    account.flags = Some(ResolveIdentifier {
        lookup_phone: true,
        ..ResolveIdentifier::default()
    });
    account.user = account
        .user
        .with_name("Myself")
        .with_identifier(IdentifierKind::Phone, "+14155550100");
    directory.insert_account(account);
    directory.insert_account(Account::new("odd \"one\"\n", Network::GENERAL, "me"));
    let (contacts, chats) = (true, false);
    assert!(directory.set_coverage("wa", Coverage { contacts, chats }));

    let mut ira = Person::new("12025550143@s.whatsapp.net")
        .with_name("Íra Pond")
        .with_identifier(IdentifierKind::Phone, " (11) 98765-0123")
        .with_identifier(IdentifierKind::Email, "IRA@pond.example")
        .with_identifier(IdentifierKind::Handle, "ira")
        .with_identifier(IdentifierKind::Id, "lid-700800900100");
    ira.cannot_message = true;
    let mut chat = DirectChat::new("!a:chats");
    chat.archived = true;
    chat.own_pending = true;
    chat.last_activity = Timestamp::parse("1931-05-05T20:12:30.969Z");
    ira.chats = vec![chat, DirectChat::new("")];
    directory.upsert("wa", ira);
    let entry = Person::local("row\n17")
        .with_name("Ola Reed")
        .with_other_name("Lola")
        .with_identifier(IdentifierKind::Phone, "202-555-0144");
    directory.upsert("wa", entry);
    let mut long = Person::new("x".repeat(300)).with_name("y".repeat(20_000));
    long.group_only = true;
    directory.upsert("wa", long);
    // The record of the own user may be absent.
    assert!(directory.remove("odd \"one\"\n", "me").is_some());
    directory
}

fn people(directory: &MemoryDirectory) -> Vec<(Account, Vec<Person>)> {
    let accounts = directory.accounts();
    let people = |account: &Account| directory.people(&account.id).collect();
    accounts
        .map(|account| (account.clone(), people(account)))
        .collect()
}

#[test]
fn loaded_directory_equals_the_saved_one() {
    let folder = Folder::new("saved");
    let saved = directory();
    // The file replaces an older one, and no other file is left.
    fs::write(folder.file(), "something else").unwrap();
    saved.save(folder.file()).unwrap();
    assert_eq!(folder.names(), ["people"]);
    let loaded = MemoryDirectory::load(folder.file()).unwrap();
    assert!(people(&saved) == people(&loaded));
    // Keys are not stored in the file.
    let keys = [Key::new(IdentifierKind::Phone, "+5511987650123")];
    for account in ["wa", "odd \"one\"\n"] {
        let ask = [DirectoryQuery {
            account,
            keys: &keys,
        }];
        let Ok((found, expected)) = loaded
            .find(&ask)
            .and_then(|found| Ok((found, saved.find(&ask)?)));
        assert_eq!(found, expected);
        assert_eq!(found[0].people.len(), usize::from(account == "wa"));
    }
}

#[test]
fn every_network_is_saved_and_loaded() {
    let folder = Folder::new("networks");
    for network in Network::ALL.iter().chain([&Network::GENERAL]) {
        let mut directory = MemoryDirectory::new();
        directory.insert_account(Account::new("a", network.clone(), "me"));
        directory.save(folder.file()).unwrap();
        let loaded = MemoryDirectory::load(folder.file()).unwrap();
        assert_eq!(loaded.account("a").unwrap().network, *network);
    }
}

#[test]
fn damaged_file_is_an_error() {
    let folder = Folder::new("damaged");
    directory().save(folder.file()).unwrap();
    let whole = fs::read(folder.file()).unwrap();
    let code = |bytes: &[u8]| {
        fs::write(folder.file(), bytes).unwrap();
        MemoryDirectory::load(folder.file()).unwrap_err().code()
    };
    // The long name in the middle needs no further cases.
    let places = || (0..whole.len()).filter(|at| !(1000..whole.len() - 300).contains(at));
    for cut in places() {
        let code = code(&whole[..cut]);
        assert!(
            code == "damaged_file" || cut < 40 && code == "not_a_directory",
            "{cut}: {code}"
        );
    }
    for at in places() {
        for flip in [1, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let code = code(&bytes);
            assert!(
                code == "damaged_file" || at < 40 && code != "unreadable_file",
                "{at}: {code}"
            );
        }
    }
    let longer = [&whole[..], b"\n"].concat();
    assert_eq!(code(&longer), "damaged_file");
    assert_eq!(
        code(b"contact-resolution directory 3\nof a format to come"),
        "newer_version"
    );
    assert_eq!(code(b"{\"accounts\": []}"), "not_a_directory");
    assert_eq!(code(b""), "not_a_directory");
}

/// Appends the checksum to the bytes.
fn summed(mut bytes: Vec<u8>) -> Vec<u8> {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325, step);
    bytes.extend(sum.to_le_bytes());
    bytes
}

#[test]
fn unknown_network_means_a_newer_version() {
    let folder = Folder::new("to-come");
    let mut directory = MemoryDirectory::new();
    for (id, name) in [("a", "irc"), ("b", "whatsapp")] {
        directory.insert_account(Account::new(id, Network::from_bridge_type(name), "me"));
    }
    directory.save(folder.file()).unwrap();
    let bytes = fs::read(folder.file()).unwrap();
    let at = |text: &[u8]| bytes.windows(text.len()).position(|part| part == text);
    let code = |text: &str, other: &str| {
        let mut bytes = bytes.clone();
        bytes.truncate(bytes.len() - 8);
        let start = at(text.as_bytes()).unwrap();
        bytes.splice(start..start + text.len(), other.bytes());
        fs::write(folder.file(), summed(bytes)).unwrap();
        MemoryDirectory::load(folder.file()).unwrap_err().code()
    };
    assert_eq!(code("\"whatsapp\"", "\"telepathy\""), "newer_version");
    assert_eq!(code("\"irc\"", "\"telepathy\""), "newer_version");
    assert_eq!(code("\"irc\"", "7"), "damaged_file");
    assert_eq!(code("\"ready\"", "\"asleep\""), "damaged_file");
}

#[test]
fn file_format_does_not_change() {
    let folder = Folder::new("format");
    let mut directory = MemoryDirectory::new();
    directory.insert_account(Account::new("a", Network::from_bridge_type("irc"), "me"));
    directory.save(folder.file()).unwrap();
    let begin = r#"contact-resolution directory 2
[{"id":"a","network":"irc","state":"ready","contacts":false,"chats":false,"people":1}]
"#;
    let bytes = fs::read(folder.file()).unwrap();
    assert_eq!(bytes[..begin.len()], *begin.as_bytes());
}

#[test]
fn damaged_file_with_a_correct_checksum_is_an_error() {
    let folder = Folder::new("sums");
    directory().save(folder.file()).unwrap();
    let whole = fs::read(folder.file()).unwrap();
    let whole = &whole[..whole.len() - 8];
    let start = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for at in start..800 {
        for byte in [0, 0x7f, 0xff] {
            let mut bytes = whole.to_vec();
            bytes[at] = byte;
            fs::write(folder.file(), summed(bytes)).unwrap();
            // The changed text may be valid, and a changed network may be from a newer version. So loading may succeed,
            // but must not panic.
            if let Err(error) = MemoryDirectory::load(folder.file()) {
                let is_expected = ["damaged_file", "newer_version"].contains(&error.code());
                assert!(is_expected, "{error}");
            }
        }
    }
}

#[test]
fn failed_save_changes_no_file() {
    let folder = Folder::new("unwritten");
    assert!(directory().save(folder.0.join("no/such/folder")).is_err());
    // A folder is in the way, and a file cannot replace it.
    fs::create_dir(folder.file()).unwrap();
    assert!(directory().save(folder.file()).is_err());
    assert_eq!(folder.names(), ["people"]);
}
