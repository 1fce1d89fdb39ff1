//! The spellings of ids that networks and their tools print, and ids that are not of people.

use contact_resolution::network::{AccountGrammar, CaseMapping};
use contact_resolution::pipeline::triage::triage;
use contact_resolution::wire::UserPayload;
use contact_resolution::{
    Account, Certainty, FieldErrorCode, Identifier, Network, PayloadField, Policy, UserId,
};

use crate::table;

const TABLE: &str = include_str!("../../data/id_spellings.tsv");

fn account(network: &str, own_id: &str) -> Account {
    Account::new("account", Network::from_bridge_type(network), own_id)
}

#[test]
fn table_of_spellings_reads_as_listed() {
    for row in table::rows(TABLE) {
        let [network, own_id, text, identity, sent] = row;
        let network = Network::from_bridge_type(network);
        let grammar = AccountGrammar::new(&network, CaseMapping::Ascii).with_own_id(own_id);
        match UserId::parse(text, grammar) {
            Ok(id) => {
                assert_eq!((id.identity(), id.to_send()), (identity, sent), "{row:?}");
                // What is sent or stored reads as the same id.
                for again in [id.identity(), id.to_send(), id.as_str()] {
                    assert_eq!(UserId::parse(again, grammar).as_ref(), Ok(&id), "{row:?}");
                }
            }
            Err(error) => assert_eq!(format!("!{}", error.code()), identity, "{row:?}"),
        }
    }
}

/// Tools print ids into any field. A text that is clearly an id is one there too.
#[test]
fn distinctive_spelling_is_an_id_in_every_field() {
    let mut count = 0;
    for [network, own_id, text, identity, sent] in table::rows(TABLE) {
        let account = account(network, own_id);
        let Ok(id) = UserId::parse(text, account.grammar()) else {
            continue;
        };
        if !id.is_distinctive() {
            continue;
        }
        count += 1;
        for field in PayloadField::ALL {
            let read = triage(&payload(field, text), &account, &Policy::default());
            // A number or an address of its own scheme is read as such.
            let candidate = read.candidates.iter().find(|candidate| {
                candidate.text() == sent && candidate.certainty == Certainty::Exact
            });
            let is_address = text.starts_with("tel:") || text.starts_with("mailto:");
            assert!(candidate.is_some() || is_address, "{field} {text}");
            assert_eq!(id.identity(), identity);
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn id_that_is_not_of_a_person_is_rejected_in_the_id_field() {
    let mut count = 0;
    for [network, own_id, text, expected, _] in table::rows(TABLE) {
        if expected != "!not_a_person" {
            continue;
        }
        count += 1;
        let account = account(network, own_id);
        let read = triage(
            &payload(PayloadField::Id, text),
            &account,
            &Policy::default(),
        );
        assert_eq!(
            read.rejections
                .first()
                .map(|rejection| rejection.error.code()),
            Some(FieldErrorCode::NotAPerson),
            "{network} {text}"
        );
        let created: Vec<&Identifier> = read
            .candidates
            .iter()
            .filter_map(|candidate| candidate.identifier.as_ref())
            .collect();
        assert!(created.is_empty(), "{network} {text}: {created:?}");
    }
    assert!(count > 25, "{count}");
}

fn payload(field: PayloadField, text: &str) -> UserPayload {
    let text = Some(text.to_owned());
    let mut payload = UserPayload::default();
    match field {
        PayloadField::Id => payload.id = text,
        PayloadField::PhoneNumber => payload.phone_number = text,
        PayloadField::Email => payload.email = text,
        PayloadField::Username => payload.username = text,
    }
    payload
}
