//! The limits on what a decision lists. Real directories never reach them.

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, Decision, IdentifierKind, MemoryDirectory, Network, Person, Policy, resolve,
};

/// More people than a decision lists.
const PEOPLE: usize = 150;

/// The most people that a decision lists, as the guide says.
const LISTED: usize = 100;

/// Decides on a payload, with people who are added in this order.
fn decide(user: &UserPayload, people: impl Iterator<Item = Person>) -> Decision {
    let account = Account::new("a", Network::TELEGRAM, "900");
    let mut directory = MemoryDirectory::with_seed(1);
    directory.insert_account(account.clone());
    for person in people {
        assert!(directory.upsert("a", person));
    }
    let request = StartRequest::new("a", user.clone());
    let Ok(decision) = resolve(&account, &request, &directory, &Policy::default());
    decision
}

fn holder(at: usize) -> Person {
    let person = Person::new(format!("{}", 7_000_000 + at)).with_name(format!("Ada {at}"));
    person.with_identifier(IdentifierKind::Phone, "+14155552671")
}

#[test]
fn refusal_lists_the_first_hundred_candidates_in_any_order() {
    let user = UserPayload {
        phone_number: Some("+14155552671".to_owned()),
        ..UserPayload::default()
    };
    let decision = decide(&user, (0..PEOPLE).map(holder));
    assert_eq!(decision, decide(&user, (0..PEOPLE).rev().map(holder)));
    let Action::Refuse(refusal) = decision.action else {
        panic!("several people hold the number");
    };
    assert_eq!(refusal.code.as_str(), "ambiguous_user");
    let listed = refusal.candidates.iter();
    let listed: Vec<_> = listed.filter_map(|person| person.user_id.clone()).collect();
    let first: Vec<_> = (0..LISTED).map(|at| holder(at).id).collect();
    assert_eq!(listed, first);
}

/// The person with the matching name has the last id, so a list that is cut before the choice would lose the person.
#[test]
fn name_chooses_among_all_holders_of_a_number() {
    let user = UserPayload {
        phone_number: Some("+14155552671".to_owned()),
        full_name: Some("Zoltan Kovacs".to_owned()),
        ..UserPayload::default()
    };
    let last = holder(PEOPLE).with_name("Kovács Zoltán");
    let id = last.id.clone();
    let decision = decide(&user, (0..PEOPLE).map(holder).chain([last]));
    assert_eq!(decision.user_id, Some(id));
}

#[test]
fn create_lists_the_first_hundred_people_with_a_similar_handle() {
    let user = UserPayload {
        username: Some("ada_okafor".to_owned()),
        ..UserPayload::default()
    };
    let similar = |at: usize| {
        let person = Person::new(format!("{}", 7_000_000 + at));
        person.with_identifier(IdentifierKind::Handle, "ada_0kafor")
    };
    let decision = decide(&user, (0..PEOPLE).map(similar));
    assert!(matches!(decision.action, Action::Create(_)), "{decision:?}");
    assert_eq!(decision.suggestions.len(), LISTED);
}
