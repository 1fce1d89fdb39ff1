//! The tables of README agree with the code. `UPDATE_README=1 cargo test --test it readme` writes the table of networks.

use std::fmt::Write;

use contact_resolution::network::{FirstMessage, Invite, LookupFact};
use contact_resolution::{IdentifierKind, Network, RefusalCode};

const BEGIN: &str = "<!-- networks: begin -->\n";
const END: &str = "<!-- networks: end -->\n";

fn table() -> String {
    let mut table = String::from(
        "| network | takes | queries the network about | a new chat is | first message | oneself | not from a primary source |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for network in Network::ALL.iter().chain([&Network::GENERAL]) {
        let named = |is: &dyn Fn(IdentifierKind) -> bool| {
            let kinds: Vec<&str> = IdentifierKind::ALL
                .into_iter()
                .filter(|kind| is(*kind))
                .map(IdentifierKind::as_str)
                .collect();
            if kinds.is_empty() {
                "–".to_owned()
            } else {
                kinds.join(", ")
            }
        };
        let can = network.capabilities();
        let asked = named(&|kind| match kind {
            IdentifierKind::Id => network.lookup(kind) != LookupFact::Never,
            IdentifierKind::Phone => can.lookup_phone,
            IdentifierKind::Email => can.lookup_email,
            IdentifierKind::Handle => can.lookup_username,
        });
        let any_phone = if can.any_phone {
            "; any phone is taken"
        } else {
            ""
        };
        let chat = match network.invite() {
            Invite::None => "open",
            Invite::Required => "an invite",
            Invite::MessageRequest => "a message request",
            Invite::ContactRequest => "for contacts",
            _ => "of a newer kind",
        };
        let message = match (network.first_message(), network.message_limit()) {
            (FirstMessage::Required, Some(limit)) => format!("required, up to {limit} characters"),
            (FirstMessage::Required, None) => "required".to_owned(),
            _ => "not needed".to_owned(),
        };
        let oneself = if network.message_self() { "yes" } else { "no" };
        let takes = named(&|kind| network.accepts(kind));
        let unverified = network.unverified().join(", ");
        let _ = writeln!(
            table,
            "| {} | {takes} | {asked}{any_phone} | {chat} | {message} | {oneself} | {unverified} |",
            network.title()
        );
    }
    table
}

#[test]
fn networks_table_agrees_with_the_rules() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme
        .split_once(BEGIN)
        .expect("a mark where the table begins");
    let (written, after) = rest.split_once(END).expect("a mark where the table ends");
    let table = table();
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert!(
            written == table,
            "the table in README is stale: UPDATE_README=1 cargo test --test it readme"
        );
    }
}

#[test]
fn refusals_table_has_every_code_and_status() {
    let rows = include_str!("../../README.md")
        .lines()
        .filter(|line| line.starts_with("| `"));
    let listed: Vec<(&str, &str)> = rows
        .filter_map(|row| {
            let mut cells = row.split('|').map(str::trim).skip(1);
            let code = cells.next()?.trim_matches('`');
            Some((code, cells.next()?))
        })
        .filter(|(_, status)| status.parse::<u16>().is_ok())
        .collect();
    assert_eq!(listed.len(), RefusalCode::ALL.len());
    for code in RefusalCode::ALL {
        let status = code.status().to_string();
        assert!(listed.contains(&(code.as_str(), status.as_str())), "{code}");
    }
}
