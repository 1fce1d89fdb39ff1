//! People for the benches: made up, the same on every run, with what an address book has of them.

#![allow(dead_code, reason = "every bench uses a part of it")]

use contact_resolution::{
    Account, Coverage, IdentifierKind, MemoryDirectory, Network, Person, Region,
};

pub(crate) const SIZES: [(&str, u64); 3] = [("10k", 10_000), ("100k", 100_000), ("1M", 1_000_000)];

pub(crate) fn account() -> Account {
    let mut account = Account::new("whatsapp", Network::from_bridge_type("whatsapp"), "me");
    account.region = Some(Region::US);
    account
}

/// Numbers that look like chance, each different.
pub(crate) fn shuffled(n: u64) -> u64 {
    let n = (n ^ n >> 31).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (n ^ n >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 8
}

/// The number of a person, in E.164.
pub(crate) fn phone(n: u64) -> String {
    format!("+1{}{:07}", 201 + n / 8_000_000, 2_000_000 + n % 8_000_000)
}

pub(crate) fn handle(n: u64) -> String {
    format!("{}_{n}", given_name(n).to_lowercase())
}

fn given_name(n: u64) -> &'static str {
    const NAMES: [&str; 16] = [
        "Ada", "Bruno", "Chioma", "Dmitri", "Elif", "Farid", "Grace", "Hiro", "Ines", "Jonas",
        "Kavya", "Liam", "Mei", "Noor", "Olga", "Pedro",
    ];
    NAMES[usize::try_from(shuffled(n) % 16).unwrap_or(0)]
}

fn surname(n: u64) -> &'static str {
    const NAMES: [&str; 16] = [
        "Okafor", "Silva", "Nguyen", "Kowalski", "Yilmaz", "Haddad", "Johnson", "Tanaka", "Costa",
        "Berg", "Iyer", "Murphy", "Chen", "Rahman", "Petrova", "Alvarez",
    ];
    NAMES[usize::try_from(shuffled(n) / 16 % 16).unwrap_or(0)]
}

/// Everybody has an id, a number and a name; seven in ten an address, six in ten a handle.
pub(crate) fn person(n: u64) -> Person {
    let phone = phone(n);
    let mut person = Person::new(format!("{}@s.whatsapp.net", &phone[1..]))
        .with_name(format!("{} {}", given_name(n), surname(n)))
        .with_identifier(IdentifierKind::Phone, phone);
    if n % 10 < 7 {
        let local = format!("{}.{}{}", given_name(n), surname(n), n % 100_000);
        person = person.with_identifier(
            IdentifierKind::Email,
            format!("{local}@example.com").to_lowercase(),
        );
    }
    if n % 10 >= 4 {
        person = person.with_identifier(IdentifierKind::Handle, handle(n));
    }
    person
}

/// Everybody up to a number, with every chat known.
pub(crate) fn directory(count: u64) -> MemoryDirectory {
    let mut directory = MemoryDirectory::with_seed(1);
    let account = account();
    let id = account.id.clone();
    directory.insert_account(account);
    for n in 0..count {
        assert!(directory.upsert(&id, person(n)));
    }
    let (contacts, chats) = (true, true);
    directory.set_covers(&id, Coverage { contacts, chats });
    directory
}
