//! Folding finds people and never joins two of them, on every network.

use contact_resolution::wire::StartRequest;
use contact_resolution::{Action, MemoryDirectory, Policy, resolve};
use serde_json::{Value, json};

/// Ids that differ only in what a network folds or cuts.
const PAIRS: &[(&str, &str, &str)] = &[
    ("irc", "libera_Ira", "libera_ira"),
    ("irc", "libera_ira[m]", "libera_ira{m}"),
    ("irc", "libera_ira^", "libera_ira~"),
    ("xmpp", "ponds@rooms.example/Ira", "ponds@rooms.example/Bo"),
    ("xmpp", "ponds@rooms.example", "ponds@rooms.example/Bo"),
    ("xmpp", "ponds@rooms.example/Ira", "ponds@rooms.example/ira"),
    ("xmpp", "Ira@pond.example", "ira@pond.example"),
    ("xmpp", "ΙΡΑ@pond.example", "ιρα@pond.example"),
    ("matrix", "@Ira:pond.example", "@ira:pond.example"),
    ("line", "U4AF4980629", "u4af4980629"),
    ("bluesky", "did:plc:Pond", "did:plc:pond"),
    ("google_chat", "Pond", "pond"),
    ("reddit", "T2_p0nd", "t2_p0nd"),
    ("slack", "T0LAKE-U0IRA7", "U0IRA7"),
    (
        "linkedin",
        "ACoAABbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb7",
        "ACoAABBbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb7",
    ),
    ("carrier-pigeon", "Ira", "ira"),
];

/// Returns a directory of people with these ids. The first of them has a direct chat.
fn directory(network: &str, ids: &[&str]) -> MemoryDirectory {
    let own = json!({"id": "T0POND-U0ME", "isSelf": true});
    let contacts: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    let snapshot = json!({
        "accounts": [{
            "accountID": "a", "user": own, "caseMapping": "rfc1459",
            "bridge": {"id": network, "provider": "local", "type": network}
        }],
        "contacts": {"a": contacts},
        "chats": [{
            "id": "!chat", "accountID": "a", "network": network, "title": "", "type": "single", "unreadCount": 0,
            "participants": {"hasMore": false, "total": 2, "items": [{"id": ids[0]}, own]}
        }],
        "complete": true
    });
    MemoryDirectory::from_snapshot(&serde_json::from_value(snapshot).unwrap())
}

/// Returns the chosen person's id, and the direct chat with them.
fn chosen(directory: &MemoryDirectory, id: &str) -> (String, Option<String>) {
    let account = directory.account("a").unwrap();
    let request: StartRequest =
        serde_json::from_value(json!({"accountID": "a", "user": {"id": id}, "messageText": "Hi"}))
            .unwrap();
    let decision = resolve(account, &request, directory, &Policy::default()).unwrap();
    let user = decision.user_id.unwrap_or_default();
    match decision.action {
        Action::Reuse(chat) => (user, Some(chat.chat_id)),
        Action::Create(create) => {
            let attempts: Vec<String> = create
                .attempts
                .iter()
                .map(|attempt| attempt.value.clone())
                .collect();
            assert_eq!(attempts.first(), Some(&id.to_owned()), "{attempts:?}");
            (user, None)
        }
        Action::Refuse(refusal) => panic!("{id}: {refusal:?}"),
    }
}

#[test]
fn two_people_who_differ_in_what_is_folded_stay_two() {
    for (network, one, other) in PAIRS {
        for (with_chat, without) in [(one, other), (other, one)] {
            let directory = directory(network, &[with_chat, without]);
            assert_eq!(
                directory
                    .people("a")
                    .filter(|person| !person.is_self)
                    .count(),
                2,
                "{network} {with_chat} {without}"
            );
            let expected = ((*with_chat).to_owned(), Some("!chat".to_owned()));
            assert_eq!(chosen(&directory, with_chat), expected, "{network}");
            let expected = ((*without).to_owned(), None);
            assert_eq!(chosen(&directory, without), expected, "{network}");
        }
    }
}

#[test]
fn person_is_found_by_another_spelling_if_the_network_folds_it() {
    for (network, stored, asked) in [
        ("irc", "libera_Ira", "LIBERA_ira"),
        ("irc", "libera_ira[m]", "libera_ira{M}"),
        ("xmpp", "Ira@pond.example", "ira@POND.example"),
        ("xmpp", "ira@pond.example", "ira@pond.example/phone"),
        ("xmpp", "ira@pond.example/phone", "ira@pond.example"),
    ] {
        let found = chosen(&directory(network, &[stored]), asked);
        assert_eq!(
            found,
            (stored.to_owned(), Some("!chat".to_owned())),
            "{network} {asked}"
        );
    }
}

#[test]
fn occupant_of_a_room_is_not_found_by_another_occupant() {
    let directory = directory("xmpp", &["ponds@rooms.example/Ira"]);
    let found = chosen(&directory, "ponds@rooms.example/Bo");
    assert_eq!(found, (String::new(), None));
}
