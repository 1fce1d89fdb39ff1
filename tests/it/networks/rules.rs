//! The rows agree with themselves, are found by the names bridges use, and read a table of cases each.

use std::collections::HashMap;

use contact_resolution::network::{FirstMessage, Handles, Invite};
use contact_resolution::{Handle, IdentifierKind, Network, ParseError, UserId};

fn rows() -> impl Iterator<Item = &'static Network> {
    Network::ALL.iter().copied().chain([&Network::GENERAL])
}

fn row(name: &str) -> &'static Network {
    rows()
        .find(|row| row.name == name)
        .unwrap_or_else(|| panic!("no row {name}"))
}

/// `\u{…}` and `\\` as the characters they stand for.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = if let Some(code) = after.strip_prefix("u{") {
            let (code, after) = code.split_once('}').expect("a closed escape");
            out.push(
                u32::from_str_radix(code, 16)
                    .ok()
                    .and_then(char::from_u32)
                    .expect("a character"),
            );
            after
        } else {
            out.push('\\');
            after.strip_prefix('\\').expect("a doubled backslash")
        };
    }
    out + rest
}

fn key(kind: &str, text: &str, network: &Network) -> Result<String, ParseError> {
    match kind {
        "id" => UserId::parse(text, network).map(|id| id.to_string()),
        "handle" => Handle::parse(text, network).map(|handle| handle.to_string()),
        _ => panic!("no kind {kind}"),
    }
}

#[test]
fn every_network_reads_its_cases() {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for line in include_str!("../../data/network_cases.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let [network, kind, text, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        *counts.entry(network).or_default() += 1;
        let network = row(network);
        let read = key(kind, &unescape(text), network);
        let shown = read
            .as_ref()
            .map_or_else(|error| format!("!{}", error.code()), Clone::clone);
        assert_eq!(shown, unescape(expected), "{line}");
        // A key is read as itself.
        if let Ok(text) = read {
            assert_eq!(key(kind, &text, network).as_ref(), Ok(&text), "{line}");
        }
    }
    for row in rows() {
        assert!(
            counts[row.name] >= 15,
            "{} has {} cases",
            row.name,
            counts[row.name]
        );
    }
}

#[test]
fn rows_agree_with_themselves() {
    for row in rows() {
        assert!(row.accepts(IdentifierKind::Id), "{}", row.name);
        assert_eq!(
            row.accepts(IdentifierKind::Handle),
            row.handle != Handles::None,
            "{}",
            row.name
        );
        assert!(row.kinds.is_sorted(), "{}", row.name);
        let lookups = row.lookups;
        assert!(
            !(lookups.lookup_phone || lookups.any_phone) || row.accepts(IdentifierKind::Phone),
            "{}",
            row.name
        );
        assert!(
            !lookups.lookup_email || row.accepts(IdentifierKind::Email),
            "{}",
            row.name
        );
        assert!(
            !lookups.lookup_username || row.accepts(IdentifierKind::Handle),
            "{}",
            row.name
        );
        assert!(
            !row.short_codes || UserId::parse("12345", row).is_ok(),
            "{}",
            row.name
        );
        for (_, kind) in row.sites.iter().flat_map(|site| site.people) {
            assert!(row.accepts(*kind), "{}", row.name);
        }
        for host in row.sites.iter().flat_map(|site| site.hosts) {
            let owners =
                rows().filter(|other| other.sites.iter().any(|site| site.hosts.contains(host)));
            assert_eq!(owners.count(), 1, "{host}");
        }
    }
}

#[test]
fn names_of_bridges_find_their_row() {
    let cases = [
        ("whatsapp", "whatsapp"),
        ("local-whatsapp", "whatsapp"),
        ("sh-whatsapp", "whatsapp"),
        ("whatsapp_ba_Xyz1", "whatsapp"),
        ("local-whatsapp_ba_Xyz1", "whatsapp"),
        ("WhatsApp", "whatsapp"),
        ("discordgo", "discord"),
        ("slackgo", "slack"),
        ("imessagego", "imessage"),
        ("instagramgo", "instagram"),
        ("facebookgo", "facebook"),
        ("telegram", "telegram"),
        ("gmessages", "google_messages"),
        ("google_messages", "google_messages"),
        ("Google Messages", "google_messages"),
        ("googlechat", "google_chat"),
        ("gvoice", "google_voice"),
        ("twitter", "twitter"),
        ("x", "twitter"),
        ("X", "twitter"),
        ("hungryserv", "matrix"),
        ("beeper", "matrix"),
        ("matrix", "matrix"),
        ("go", "general"),
        ("", "general"),
        ("carrier-pigeon", "general"),
    ];
    for (given, name) in cases {
        assert_eq!(Network::from_bridge_type(given).name, name, "{given}");
    }
    for row in Network::ALL {
        assert_eq!(Network::from_bridge_type(row.name).name, row.name);
        assert_eq!(Network::from_bridge_type(row.title).name, row.name);
    }
}

#[test]
fn what_creating_needs_is_data() {
    assert_eq!(Network::MATRIX.invite, Invite::Required);
    assert_eq!(Network::LINKEDIN.first_message, FirstMessage::Required);
    assert_eq!(Network::LINKEDIN.message_limit, Some(8000));
    let alone = |row: &&Network| !row.message_self;
    assert_eq!(
        Network::ALL
            .iter()
            .copied()
            .filter(alone)
            .map(|row| row.name)
            .collect::<Vec<_>>(),
        ["matrix", "discord"]
    );
    let blind = |row: &&Network| !row.id_lookup;
    assert_eq!(
        Network::ALL
            .iter()
            .copied()
            .filter(blind)
            .map(|row| row.name)
            .collect::<Vec<_>>(),
        ["matrix", "sms"]
    );
}
