//! The results of a start, and the effects before them.

use contact_resolution::start::{CreateResult, Effect, NetworkRefusal, OpenedChat, Reply};
use contact_resolution::wire::UserPayload;
use contact_resolution::{IdentifierKind, LookupResult, Network, Person, StartResult};

use crate::script::*;

#[test]
fn chat_is_created_under_a_claim() {
    let case = Case::on(&Network::GENERAL, phone());
    claimed(&case)
        .on(CREATE, made("!new"))
        .on("record id:alice-id: !new", RECORDED)
        .ends("created !new");
}

#[test]
fn known_chat_is_reused_without_a_create() {
    let case = Case::on(&Network::GENERAL, phone());
    case.walk()
        .on(FIND, all([with_chat(alice(), "!old")]))
        .ends("existing !old");
    // The network may find a chat that the directory does not have.
    claimed(&case)
        .on(
            CREATE,
            created(CreateResult::Chat(OpenedChat::existing("!old"))),
        )
        .on("record id:alice-id: !old", RECORDED)
        .ends("existing !old");
}

#[test]
fn first_message_is_sent_only_if_the_network_needs_it() {
    let id = format!("ACoAA{}", "x".repeat(34));
    let mut case = Case::on(&Network::LINKEDIN, with_id(&id, UserPayload::default()));
    let find = format!("find id:{id}");
    case.walk()
        .on(&find, all([Person::new(&id)]))
        .ends("refused message_required, a requirement of the new chat is not met");
    case.request.message_text = Some("hello".into());
    case.walk()
        .on(&find, all([Person::new(&id)]))
        .on(&format!("claim id:{id}"), ACQUIRED)
        .on(&find, all([Person::new(&id)]))
        .on(&format!("create id:{id} saying hello"), made("!new"))
        .on(&format!("record id:{id}: !new"), RECORDED)
        .ends("created !new, message sent");
    let mut case = Case::on(&Network::GENERAL, phone());
    case.request.message_text = Some("hello".into());
    case.request.allow_invite = Some(false);
    claimed(&case)
        .on("create id:alice-id without an invite", made("!new"))
        .on("record id:alice-id: !new", RECORDED)
        .ends("created !new");
}

#[test]
fn first_message_status_is_reported() {
    let id = format!("ACoAA{}", "x".repeat(34));
    let mut case = Case::on(&Network::LINKEDIN, with_id(&id, UserPayload::default()));
    case.request.message_text = Some("hello".into());
    let mut silent = OpenedChat::new("!new");
    silent.message_sent = false;
    let claimed = || {
        case.walk()
            .on(&format!("find id:{id}"), all([Person::new(&id)]))
            .on(&format!("claim id:{id}"), ACQUIRED)
            .on(&format!("find id:{id}"), all([Person::new(&id)]))
    };
    let create = format!("create id:{id} saying hello");
    claimed()
        .on(&create, created(CreateResult::Chat(silent)))
        .on(&format!("record id:{id}: !new"), RECORDED)
        .ends("created !new, message not sent");
    // The server does not report whether the chat is new. A message that is sent again may arrive twice.
    let mut untold = OpenedChat::new("!new");
    untold.is_new = None;
    claimed()
        .on(&create, created(CreateResult::Chat(untold)))
        .on(&format!("record id:{id}: !new"), RECORDED)
        .ends("opened !new, perhaps with its message");
    claimed()
        .on(
            &create,
            created(CreateResult::Chat(OpenedChat::existing("!old"))),
        )
        .on(&format!("record id:{id}: !old"), RECORDED)
        .ends("existing !old");
    // The message may also be in a chat that appears after a lost create, or after another start that may have been a
    // retry.
    let shown = || all([with_chat(Person::new(&id), "!new")]);
    let find = format!("find id:{id}");
    let perhaps = "existing !new, perhaps with its message";
    claimed()
        .on(&create, LOST)
        .on(AFTER_LOST, Reply::Woke)
        .on(&find, shown())
        .on(&format!("record id:{id}: !new"), RECORDED)
        .ends(perhaps);
    case.walk()
        .on(&find, all([Person::new(&id)]))
        .on(&format!("claim id:{id}"), EXPIRED)
        .on(&find, shown())
        .on(&format!("record id:{id}: !new"), RECORDED)
        .ends(perhaps);
    case.walk()
        .on(&find, all([Person::new(&id)]))
        .on(&format!("claim id:{id}"), ACQUIRED)
        .on(&find, shown())
        .on(&format!("record id:{id}: !new"), RECORDED)
        .ends("existing !new");
    // After a lost create, the result reports that the message may have been sent.
    let mut walk = claimed()
        .on(&create, LOST)
        .on(AFTER_LOST, Reply::Woke)
        .on(&format!("find id:{id}"), all([Person::new(&id)]));
    let Effect::Done(outcome) = walk.start.advance(Some(looked(LookupResult::Failed))) else {
        panic!("{}", walk.needs)
    };
    let StartResult::Unknown {
        attempt,
        may_have_sent,
        ..
    } = outcome.result
    else {
        panic!("{:?}", outcome.result)
    };
    assert_eq!((attempt.unwrap().value, may_have_sent), (id, true));
}

#[test]
fn chat_with_another_person_is_a_wrong_chat() {
    let case = Case::on(&Network::GENERAL, phone());
    let with = |person| {
        let mut chat = OpenedChat::new("!new");
        chat.participants.push(person);
        chat.is_complete = true;
        let mut walk = claimed(&case).on(CREATE, created(CreateResult::Chat(chat)));
        if walk.needs.starts_with("find") {
            // The directory has no record of the participant.
            walk.needs = words(&walk.start.advance(Some(all([]))));
        }
        let recorded = walk.needs;
        match walk.start.advance(Some(RECORDED)) {
            Effect::Done(outcome) => (recorded, outcome.result),
            effect => panic!("{effect:?}"),
        }
    };
    // A later start for Alice must not get Bob's chat.
    let result = StartResult::WrongChat {
        chat_id: "!new".to_owned(),
        may_have_sent: false,
    };
    let wrong = (NOTHING.to_owned(), result);
    assert_eq!(with(Person::new("bob-id")), wrong);
    // One of her ids or addresses is enough.
    let hers = [
        alice(),
        Person::new("b").with_identifier(IdentifierKind::Id, "alice-id"),
        Person::new("b").with_identifier(IdentifierKind::Phone, PHONE),
    ];
    for person in hers {
        let (recorded, result) = with(person);
        assert_eq!(recorded, "record id:alice-id: !new");
        assert!(matches!(result, StartResult::Created { .. }));
    }
}

#[test]
fn group_in_the_answer_is_a_wrong_chat() {
    let case = Case::on(&Network::GENERAL, phone());
    let mut chat = OpenedChat::new("!group");
    chat.is_group = true;
    let mut walk = claimed(&case).on(CREATE, created(CreateResult::Chat(chat)));
    assert_eq!(walk.needs, NOTHING);
    let Effect::Done(outcome) = walk.start.advance(Some(RECORDED)) else {
        panic!("the start has not ended")
    };
    assert_eq!(
        outcome.code(),
        Some(contact_resolution::RefusalCode::UpstreamFailed)
    );
}

#[test]
fn answer_that_names_the_owner_of_an_unknown_number_is_learned() {
    let mut chat = OpenedChat::existing("!chat");
    chat.participants.push(Person::new("bob-id"));
    chat.is_complete = true;
    let case = Case::on(&Network::GOOGLE_MESSAGES, phone());
    let mut walk = case
        .walk()
        .on(FIND, all([]))
        .on("claim phone:+14155552671", ACQUIRED)
        .on(FIND, all([]))
        .on(
            "create phone:+14155552671",
            created(CreateResult::Chat(chat)),
        )
        .on("find id:bob-id", all([]));
    let Effect::Done(outcome) = walk.start.advance(Some(RECORDED)) else {
        panic!("the start has not ended")
    };
    let person = outcome.person.expect("the answer names a person");
    assert_eq!(person.id, "bob-id");
    assert_eq!(
        person.stored(IdentifierKind::Phone).next(),
        Some("+14155552671")
    );
}

#[test]
fn create_without_a_chat_releases_the_claim() {
    let case = Case::on(&Network::GENERAL, phone());
    let ends = [
        (
            CreateResult::Refused(NetworkRefusal::new(403, "no_dms")),
            "refused by network 403 no_dms",
        ),
        (
            CreateResult::Refused(NetworkRefusal::new(429, "slow_down")),
            "refused by network 429 slow_down",
        ),
        (CreateResult::NotSent, "not sent"),
    ];
    for (answer, end) in ends {
        claimed(&case)
            .on(CREATE, created(answer))
            .on(NOTHING, RECORDED)
            .ends(end);
    }
    // A lookup that fails after the claim.
    case.walk()
        .on(FIND, some([alice()]))
        .on("lookup id:alice-id", is("alice-id"))
        .on("find phone:+14155552671 id:alice-id", some([alice()]))
        .on(CLAIM, ACQUIRED)
        .on("find phone:+14155552671 id:alice-id", some([alice()]))
        .on("lookup id:alice-id", looked(LookupResult::Failed))
        .on(NOTHING, RECORDED)
        .ends("refused upstream_failed, the lookup failed");
}

#[test]
fn failed_record_does_not_hide_the_chat() {
    let case = Case::on(&Network::GENERAL, phone());
    claimed(&case)
        .on(CREATE, made("!new"))
        .on("record id:alice-id: !new", Reply::Recorded(false))
        .ends("created !new, not recorded");
}

#[test]
fn reply_to_another_effect_is_ignored() {
    let case = Case::on(&Network::GENERAL, phone());
    let answers = || [all([]), ABSENT, ACQUIRED, made("!x"), RECORDED, Reply::Woke];
    let mut walk = case.walk();
    // For each effect, all replies of other kinds are ignored. Then the reply of the right kind goes on.
    let way = [
        (FIND, all([alice()])),
        (CLAIM, HELD),
        (WHILE_HELD, Reply::Woke),
        (FIND, all([alice()])),
        (CLAIM, EXPIRED),
        (FIND, all([alice()])),
        ("lookup id:alice-id", is("alice-id")),
        ("find phone:+14155552671 id:alice-id", all([alice()])),
        (CREATE, made("!new")),
        ("record id:alice-id: !new", RECORDED),
    ];
    for (needs, answer) in way {
        for other in answers() {
            if std::mem::discriminant(&other) != std::mem::discriminant(&answer) {
                assert_eq!(words(&walk.start.advance(Some(other))), needs);
            }
        }
        assert_eq!(words(&walk.start.advance(None)), needs);
        walk = walk.on(needs, answer);
    }
    for other in answers() {
        assert_eq!(
            words(&walk.start.advance(Some(other))),
            "done: created !new"
        );
    }
}

#[test]
fn request_without_identifier_or_account_is_refused_at_once() {
    Case::on(&Network::GENERAL, UserPayload::default())
        .walk()
        .ends("refused no_identifier, the payload has no identifier");
    let mut case = Case::on(&Network::GENERAL, phone());
    case.request.account_id = "another".into();
    case.walk()
        .ends("refused account_not_found, there is no such account");
}
