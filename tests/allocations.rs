//! The number of allocations of parsers and lookups.
//!
//! The counter replaces the allocator of the process, so these tests have their own binary.

use allocation_counter::measure;
use contact_resolution::link;
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Email, EmailPolicy, Handle, IdentifierKind, Key, MemoryDirectory, Network, Person,
    Phone, Policy, Region, UserId, resolve,
};

/// Returns the number of allocations of a call.
fn allocations<T>(call: impl Fn() -> T) -> u64 {
    measure(|| drop(std::hint::black_box(call()))).count_total
}

#[test]
fn phone_parsing_never_allocates() {
    let texts = [
        ("+14155552671", None),
        ("+15550100001", None),
        ("(415) 555-2671", Some(Region::US)),
        ("0151 23456789", Some(Region::DE)),
        ("011 44 20 7946 0958", Some(Region::US)),
        // A national number that its region's rules rewrite.
        ("0343 15 555 1212", Some(Region::AR)),
        ("Tel. \u{202A}+44 20 7946\u{A0}0958\u{202C} ext. 12", None),
        ("tel:7946-0958;phone-context=+44-20", None),
        ("1-800-FLOWERS", Some(Region::US)),
        ("call me maybe", Some(Region::US)),
        ("*123#", None),
    ];
    for (text, region) in texts {
        let count = allocations(|| Phone::parse_in(text, region));
        assert_eq!(count, 0, "{text}");
        let Ok(parsed) = Phone::parse_in(text, region) else {
            continue;
        };
        let phone = parsed.phone;
        let count = allocations(|| {
            (
                phone.is_valid(),
                phone.region(),
                phone.kind(),
                phone.country_code(),
                phone.national_number().len(),
                phone.variants().count(),
            )
        });
        assert_eq!(count, 0, "{text}");
    }
}

#[test]
fn ascii_address_check_never_allocates() {
    for text in [
        "alice@example.com",
        " John.Smith+news@Mail.Example.ORG ",
        "\"a \\\" b\"@example.com",
        "alice@[192.0.2.1]",
        "Alice <alice@example.com>",
        "alice@-example.com",
        "alice",
    ] {
        for policy in [EmailPolicy::DEFAULT, EmailPolicy::RFC] {
            let count = allocations(|| Email::check(text, policy));
            assert_eq!(count, 0, "{text}");
        }
    }
}

#[test]
fn parsing_allocates_only_the_returned_text() {
    // The rules of a network are read when it is first used.
    for network in Network::ALL {
        assert!(!network.kinds().is_empty());
    }
    assert_eq!(allocations(|| Email::parse("alice@example.com")), 1);
    // A short handle or id is kept in place.
    assert_eq!(
        allocations(|| Handle::parse("@alice_example", &Network::TELEGRAM)),
        0
    );
    assert_eq!(
        allocations(|| UserId::parse("14155552671@s.whatsapp.net", &Network::WHATSAPP)),
        0
    );
    for link in [
        "https://t.me/alice_example",
        "HTTPS://www.t.me/@alice_example/?text=hi",
        "tg://resolve?domain=alice_example",
    ] {
        let count = allocations(|| link::parse(link, &Network::TELEGRAM));
        assert_eq!(count, 0, "{link}");
    }
    assert_eq!(
        allocations(|| link::parse("tel:+1-415-555-2671", &Network::TELEGRAM)),
        0
    );
    // A text that cannot be an id or a handle is refused by its first character.
    for text in ["+1 415 555 2671", "(415) 555-2671", "#"] {
        let count = allocations(|| UserId::parse(text, &Network::WHATSAPP).is_ok());
        assert_eq!(count, 0, "{text}");
        let count = allocations(|| Handle::parse(text, &Network::TELEGRAM).is_ok());
        assert_eq!(count, 0, "{text}");
    }
    // A text that is not a link returns nothing.
    assert_eq!(
        allocations(|| link::parse("alice_example", &Network::TELEGRAM)),
        0
    );
}

#[test]
fn finding_people_never_allocates() {
    let mut directory = MemoryDirectory::new();
    directory.insert_account(Account::new(
        "whatsapp",
        Network::from_bridge_type("whatsapp"),
        "me",
    ));
    for n in 0..1000 {
        let person = Person::new(format!("person-{n}")).with_name("Somebody");
        let person = person.with_identifier(IdentifierKind::Phone, format!("+1415200{n:04}"));
        // Three people share each handle.
        let person = person.with_identifier(IdentifierKind::Handle, format!("handle-{}", n / 3));
        assert!(directory.upsert("whatsapp", person));
    }
    for (kind, value, held) in [
        (IdentifierKind::Phone, "+14152000123", 1),
        (IdentifierKind::Handle, "handle-41", 3),
        (IdentifierKind::Handle, " handle-41", 0),
        (IdentifierKind::Id, "person-1000", 0),
    ] {
        let key = Key::new(kind, value);
        let read = || {
            let people = directory.holders("whatsapp", &key);
            people.fold((0, 0), |(count, bytes), person| {
                let name = person.full_name().map_or(0, str::len);
                (
                    count + 1,
                    bytes + person.id().len() + name + person.chat_ids().count(),
                )
            })
        };
        assert_eq!(read().0, held, "{key}");
        assert_eq!(allocations(read), 0, "{key}");
    }
}

/// Most of these are the members of the decision and of the person in it.
#[test]
fn decision_allocates_little() {
    let account = Account::new("whatsapp", Network::WHATSAPP, "me");
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    for number in 14_155_552_000_u64..14_155_553_000 {
        let person = Person::new(format!("{number}@s.whatsapp.net")).with_name("Ada");
        assert!(directory.upsert("whatsapp", person));
    }
    let policy = Policy::default();
    for (phone, most) in [("+14155552671", 8), ("+14155550100", 5)] {
        let user = UserPayload {
            phone_number: Some(phone.to_owned()),
            ..UserPayload::default()
        };
        let request = StartRequest::new("whatsapp", user);
        let decide = || resolve(&account, &request, &directory, &policy);
        // The first decision reads the rules of the network.
        drop(decide());
        let count = allocations(decide);
        assert!(count <= most, "{count} allocations for {phone}");
    }
}

/// The table of numbering plans is a constant, so reading it needs no initialization.
#[test]
fn phone_parsing_in_every_region_never_allocates() {
    let kept = measure(|| {
        for region in Region::ALL {
            let _ = std::hint::black_box(Phone::parse_in("2345678", *region));
        }
    });
    assert_eq!(kept.count_total, 0);
}

/// Returns the most bytes that reading a directory from its JSON takes, for each byte of the text.
fn memory_for_each_byte(json: &str, people: usize) -> f64 {
    let read = measure(|| {
        let directory = MemoryDirectory::read_json(json.as_bytes()).unwrap();
        assert_eq!(directory.people("a").count(), people + 1);
    });
    #[expect(clippy::cast_precision_loss, reason = "a ratio with two digits")]
    let ratio = read.bytes_max as f64 / json.len() as f64;
    ratio
}

fn snapshot_of(contacts: &str, chats: &str) -> String {
    let bridge = r#"{"id":"b","provider":"local","type":"whatsapp"}"#;
    let account = format!(r#"{{"accountID":"a","user":{{"id":"900"}},"bridge":{bridge}}}"#);
    format!(
        r#"{{"accounts":[{account}],"contacts":{{"a":[{contacts}]}},"chats":[{chats}],"complete":true}}"#
    )
}

fn contact(n: usize) -> String {
    format!(
        r#"{{"id":"{}@s.whatsapp.net","phoneNumber":"+1{}","fullName":"Ada{} Okafor{}","username":"ada_{n}"}}"#,
        1_415_000_000 + n * 7,
        2_120_000_000 + n,
        n % 977,
        n % 8191
    )
}

fn chat(n: usize) -> String {
    format!(
        r#"{{"id":"!chat{n}:local","accountID":"a","network":"WhatsApp","title":"Ada{} Okafor{}","type":"single","unreadCount":0,
        "lastActivity":"2026-01-01T10:00:00Z","participants":{{"hasMore":false,"total":2,"items":[{},{{"id":"900","isSelf":true}}]}}}}"#,
        n % 977,
        n % 8191,
        contact(n)
    )
}

/// Returns the number of contacts or chats of a snapshot. `CONTACTS` sets it.
fn contacts() -> usize {
    let contacts = std::env::var("CONTACTS").ok();
    contacts.map_or(20_000, |contacts| contacts.parse().unwrap())
}

/// Memory that grows is counted with its old copy.
#[test]
fn snapshot_takes_less_than_three_times_its_text() {
    let contacts = contacts();
    let list: Vec<String> = (0..contacts).map(contact).collect();
    let ratio = memory_for_each_byte(&snapshot_of(&list.join(","), ""), contacts);
    println!("{ratio:.2} times the text");
    assert!(ratio < 3.0, "{ratio:.2} times the text");
}

#[test]
fn snapshot_of_chats_takes_less_than_three_times_its_text() {
    let contacts = contacts() / 4;
    let list: Vec<String> = (0..contacts).map(contact).collect();
    let chats: Vec<String> = (0..contacts).map(chat).collect();
    for list in [&[][..], &list] {
        let json = snapshot_of(&list.join(","), &chats.join(","));
        let ratio = memory_for_each_byte(&json, contacts);
        println!("{ratio:.2} times the text");
        assert!(ratio < 3.0, "{ratio:.2} times the text");
    }
}

#[test]
fn snapshot_members_that_no_directory_uses_take_no_memory() {
    let unused = vec!["0"; 500_000].join(",");
    let nested = "[".repeat(500_000) + &"]".repeat(500_000);
    let contact = format!(r#"{{"id":"1","x":[{unused}],"y":{nested}}}"#);
    let ratio = memory_for_each_byte(&snapshot_of(&contact, ""), 1);
    assert!(ratio < 0.6, "{ratio:.2} times the text");
}
