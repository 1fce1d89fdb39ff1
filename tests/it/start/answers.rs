//! The query of the directory about the participants in the answer to a create.

use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply};
use contact_resolution::{IdentifierKind, LookupResult, Network, Person, StartResult};

use crate::script::*;

fn with(people: Vec<Person>) -> Reply {
    let mut chat = OpenedChat::new("!new");
    chat.participants = people;
    chat.is_complete = true;
    created(CreateResult::Chat(chat))
}

/// Returns a start for the owner of a number, after the network has refused the id of the known owner.
fn without_id(case: &Case) -> Walk<'_> {
    claimed(case)
        .on(CREATE, created(CreateResult::Absent))
        .on(NOTHING, RECORDED)
        .on(LOOKUP, looked(LookupResult::Unsupported))
        .on(CLAIM, ACQUIRED)
        .on(FIND, all([alice()]))
}

const CREATE_BY_PHONE: &str = "create phone:+14155552671";

#[test]
fn chat_with_a_new_owner_is_not_the_outcome_of_the_claim() {
    let case = Case::on(&Network::GENERAL, phone());
    // A later start for Alice must not get Bob's chat.
    without_id(&case)
        .on(CREATE_BY_PHONE, with(vec![Person::new("bob-id")]))
        .on("find id:bob-id", all([]))
        .on(NOTHING, RECORDED)
        .ends("created !new");
}

#[test]
fn record_of_the_directory_can_join_a_participant_with_the_person() {
    let case = Case::on(&Network::GENERAL, phone());
    let both = Person::new("bob-id").with_identifier(IdentifierKind::Id, "alice-id");
    without_id(&case)
        .on(CREATE_BY_PHONE, with(vec![Person::new("bob-id")]))
        .on("find id:bob-id", all([both]))
        .on("record id:alice-id: !new", RECORDED)
        .ends("created !new");
}

#[test]
fn participant_known_with_another_number_is_another_person() {
    let case = Case::on(&Network::GENERAL, phone());
    let bob = Person::new("bob-id").with_identifier(IdentifierKind::Phone, "+14155552672");
    let mut walk = without_id(&case)
        .on(CREATE_BY_PHONE, with(vec![Person::new("bob-id")]))
        .on("find id:bob-id", all([bob]));
    assert_eq!(walk.needs, NOTHING);
    let Effect::Done(outcome) = walk.start.advance(Some(RECORDED)) else {
        panic!("the start has not ended")
    };
    assert!(matches!(outcome.result, StartResult::WrongChat { .. }));
}

/// The lookup and the create give the number to two people, so neither answer is believed.
#[test]
fn other_owner_than_the_lookup_named_is_another_person() {
    let case = Case::on(&Network::GENERAL, phone());
    let find = "find phone:+14155552671 id:alice-id";
    let walk = claimed(&case)
        .on(CREATE, created(CreateResult::Absent))
        .on(NOTHING, RECORDED)
        .on(LOOKUP, is("alice-id"))
        .on(find, all([alice()]))
        .on(CLAIM, ACQUIRED)
        .on(find, all([alice()]))
        .on(CREATE_BY_PHONE, with(vec![Person::new("bob-id")]))
        .on("find id:bob-id", all([]));
    assert_eq!(walk.needs, NOTHING);
}

#[test]
fn participant_with_the_asked_id_needs_no_query() {
    let case = Case::on(&Network::GENERAL, phone());
    claimed(&case)
        .on(CREATE, with(vec![Person::new("alice-id")]))
        .on("record id:alice-id: !new", RECORDED)
        .ends("created !new");
}

#[test]
fn own_chat_of_the_directory_is_no_answer_for_another_person() {
    let case = Case::on(&Network::GENERAL, phone());
    let own = |chat: &str| with_chat(Person::new("me"), chat);
    claimed(&case)
        .on(CREATE, with(Vec::new()))
        .on("find id:me", all([own("!notes")]))
        .on("record id:alice-id: !new", RECORDED)
        .ends("created !new");
    let walk = claimed(&case)
        .on(CREATE, with(Vec::new()))
        .on("find id:me", all([own("!new")]));
    assert_eq!(walk.needs, NOTHING);
    // The own user may be listed without the flag.
    claimed(&case)
        .on(CREATE, with(vec![Person::new("me")]))
        .on("find id:me", all([]))
        .on("record id:alice-id: !new", RECORDED)
        .ends("created !new");
}
