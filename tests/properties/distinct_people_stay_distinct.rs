//! Two stored people with different ids are never merged by folding alone.

use std::collections::BTreeSet;

use contact_resolution::wire::{Snapshot, StartRequest, UserPayload};
use contact_resolution::{Action, MemoryDirectory, Policy, resolve};
use proptest::collection::btree_set;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use crate::generators::{ASKED, config};

/// Returns ids that differ in letter case, in brackets or in a resource, with the name of their network.
fn ids() -> impl Strategy<Value = (&'static str, BTreeSet<String>)> {
    let nick = "[aA\\[{\\]}]{1,2}".prop_map(|nick| format!("net_{nick}"));
    let address = (
        select(vec!["wren", "Wren", "WREN"]),
        of(select(vec!["Bea", "bea", "Cid"])),
    );
    let address = address.prop_map(|(local, resource)| {
        let resource = resource.map_or(String::new(), |resource| format!("/{resource}"));
        format!("{local}@rooms.example{resource}")
    });
    prop_oneof![
        (Just("irc"), btree_set(nick, 1..6)),
        (Just("xmpp"), btree_set(address, 1..6)),
    ]
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn distinct_ids_are_never_merged_by_folding(
        (network, ids) in ids(),
        mapping in select(vec!["ascii", "rfc1459", "strict-rfc1459"]),
    ) {
        let chat = |id: &String| json!({
            "id": format!("!{id}"), "accountID": ASKED, "network": network, "title": "a chat", "type": "single",
            "unreadCount": 0,
            "participants": {"items": [{"id": id}, {"id": "me", "isSelf": true}], "total": 2, "hasMore": false},
        });
        let snapshot: Snapshot = serde_json::from_value(json!({
            "accounts": [{
                "accountID": ASKED, "user": {"id": "me", "isSelf": true}, "caseMapping": mapping,
                "bridge": {"id": network, "provider": "local", "type": network},
            }],
            "contacts": {ASKED: ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()},
            "chats": ids.iter().map(chat).collect::<Vec<_>>(),
            "complete": true,
        })).unwrap();
        let directory = MemoryDirectory::from_snapshot(&snapshot);
        prop_assert_eq!(directory.people(ASKED).count(), ids.len() + 1);
        let account = directory.account(ASKED).unwrap();
        for id in &ids {
            let user = UserPayload { id: Some(id.clone()), ..UserPayload::default() };
            let request = StartRequest::new(ASKED, user);
            let Ok(decision) = resolve(account, &request, &directory, &Policy::default());
            prop_assert_eq!(decision.user_id.as_ref(), Some(id));
            let Action::Reuse(reuse) = &decision.action else {
                return Err(TestCaseError::fail(format!("no chat with {id}: {}", decision.reason)));
            };
            prop_assert_eq!(&reuse.chat_id, &format!("!{id}"));
            prop_assert!(reuse.duplicates.is_empty(), "{} is several people", id);
        }
    }
}
