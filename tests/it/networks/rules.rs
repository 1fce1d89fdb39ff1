//! The network rules: their consistency, the names of bridges, and a table of cases for each network.

use std::collections::HashMap;

use contact_resolution::network::{FirstMessage, Invite, LookupFact};
use contact_resolution::{Handle, IdentifierKind, Network, ParseError, UserId};

use crate::table::{self, unescape};

fn all_rules() -> impl Iterator<Item = &'static Network> {
    const GENERAL: &Network = &Network::GENERAL;
    Network::ALL.iter().chain([GENERAL])
}

fn rules(name: &str) -> &'static Network {
    all_rules()
        .find(|rules| rules.name() == name)
        .unwrap_or_else(|| panic!("no network {name}"))
}

fn key(kind: &str, text: &str, network: &Network) -> Result<String, ParseError> {
    match kind {
        "id" => UserId::parse(text, network).map(|id| id.to_string()),
        "handle" => Handle::parse(text, network).map(|handle| handle.to_string()),
        _ => panic!("no kind {kind}"),
    }
}

#[test]
fn table_of_cases_reads_as_listed() {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for row in table::rows(include_str!("../../data/network_cases.tsv")) {
        let [network, kind, text, expected] = row;
        *counts.entry(network).or_default() += 1;
        let network = rules(network);
        let read = key(kind, &unescape(text), network);
        let shown = read
            .as_ref()
            .map_or_else(|error| format!("!{}", error.code()), Clone::clone);
        assert_eq!(shown, unescape(expected), "{row:?}");
        // A key parses to itself.
        if let Ok(text) = read {
            assert_eq!(key(kind, &text, network).as_ref(), Ok(&text), "{row:?}");
        }
    }
    for rules in all_rules() {
        assert!(
            counts[rules.name()] >= 15,
            "{} has {} cases",
            rules.name(),
            counts[rules.name()]
        );
    }
}

#[test]
fn rules_are_consistent() {
    for rules in all_rules() {
        assert!(rules.accepts(IdentifierKind::Id), "{}", rules.name());
        assert!(rules.kinds().is_sorted(), "{}", rules.name());
        let lookups = rules.capabilities();
        assert!(
            !(lookups.lookup_phone || lookups.any_phone) || rules.accepts(IdentifierKind::Phone),
            "{}",
            rules.name()
        );
        assert!(
            !lookups.lookup_email || rules.accepts(IdentifierKind::Email),
            "{}",
            rules.name()
        );
        assert!(
            !lookups.lookup_username || rules.accepts(IdentifierKind::Handle),
            "{}",
            rules.name()
        );
        assert!(
            !rules.takes_short_codes() || UserId::parse("12345", rules).is_ok(),
            "{}",
            rules.name()
        );
    }
}

#[test]
fn bridge_type_finds_its_network() {
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
        ("", "general"),
        // Without rules a network keeps its name.
        ("go", "go"),
        ("carrier-pigeon", "carrier-pigeon"),
    ];
    for (given, name) in cases {
        assert_eq!(Network::from_bridge_type(given).name(), name, "{given}");
    }
    for rules in Network::ALL {
        assert_eq!(Network::from_bridge_type(rules.name()).name(), rules.name());
        assert_eq!(
            Network::from_bridge_type(rules.title()).name(),
            rules.name()
        );
    }
}

#[test]
fn requirements_of_a_create_are_facts() {
    assert_eq!(Network::MATRIX.invite(), Invite::Required);
    assert_eq!(Network::LINKEDIN.first_message(), FirstMessage::Required);
    assert_eq!(Network::LINKEDIN.message_limit(), Some(8000));
    let without_self_chat = |rules: &&Network| !rules.message_self();
    assert_eq!(
        Network::ALL
            .iter()
            .filter(without_self_chat)
            .map(Network::name)
            .collect::<Vec<_>>(),
        ["matrix", "discord"]
    );
    let without_id_lookup =
        |rules: &&Network| rules.lookup(IdentifierKind::Id) == LookupFact::Never;
    assert_eq!(
        Network::ALL
            .iter()
            .filter(without_id_lookup)
            .map(Network::name)
            .collect::<Vec<_>>(),
        ["matrix", "sms"]
    );
}
