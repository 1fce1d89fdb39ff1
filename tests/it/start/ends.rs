//! How a start ends, and what it asks for on the way there.

use contact_resolution::start::{
    CreateResult, Effect, Lookup, NetworkRefusal, OpenedChat, Reply, StartResult,
};
use contact_resolution::wire::UserPayload;
use contact_resolution::{IdentifierKind, Network, Person};

use crate::script::*;

#[test]
fn a_chat_is_created_once_nobody_else_can() {
    let case = Case::on(&Network::GENERAL, phone());
    claimed(&case)
        .on(CREATE, made("!new"))
        .on("settle id:alice-id: !new", RECORDED)
        .ends("created !new");
}

#[test]
fn a_known_chat_needs_nobody() {
    let case = Case::on(&Network::GENERAL, phone());
    case.walk()
        .on(FIND, all([with_chat(alice(), "!old")]))
        .ends("existing !old");
    // The network may find what the directory has not.
    claimed(&case)
        .on(
            CREATE,
            created(CreateResult::Chat(OpenedChat::found("!old"))),
        )
        .on("settle id:alice-id: !old", RECORDED)
        .ends("existing !old");
}

#[test]
fn a_first_message_goes_only_where_it_makes_the_chat() {
    let id = format!("ACoAA{}", "x".repeat(34));
    let mut case = Case::on(&Network::LINKEDIN, with_id(&id, UserPayload::default()));
    let find = format!("find id:{id}");
    case.walk()
        .on(&find, all([Person::new(&id)]))
        .ends("refused message_required, something that a new chat needs is missing");
    case.request.message_text = Some("hello".into());
    case.walk()
        .on(&find, all([Person::new(&id)]))
        .on(&format!("claim id:{id}"), MINE)
        .on(&find, all([Person::new(&id)]))
        .on(&format!("create id:{id} saying hello"), made("!new"))
        .on(&format!("settle id:{id}: !new"), RECORDED)
        .ends("created !new, message sent");
    let mut case = Case::on(&Network::GENERAL, phone());
    case.request.message_text = Some("hello".into());
    case.request.allow_invite = Some(false);
    claimed(&case)
        .on("create id:alice-id without an invite", made("!new"))
        .on("settle id:alice-id: !new", RECORDED)
        .ends("created !new");
}

#[test]
fn a_chat_without_its_first_message_is_told_as_that() {
    let id = format!("ACoAA{}", "x".repeat(34));
    let mut case = Case::on(&Network::LINKEDIN, with_id(&id, UserPayload::default()));
    case.request.message_text = Some("hello".into());
    let mut silent = OpenedChat::new("!new");
    silent.message = false;
    let claimed = || {
        case.walk()
            .on(&format!("find id:{id}"), all([Person::new(&id)]))
            .on(&format!("claim id:{id}"), MINE)
            .on(&format!("find id:{id}"), all([Person::new(&id)]))
    };
    let create = format!("create id:{id} saying hello");
    claimed()
        .on(&create, created(CreateResult::Chat(silent)))
        .on(&format!("settle id:{id}: !new"), RECORDED)
        .ends("created !new, message not sent");
    // The server does not tell whether the chat is new: sent again, the message may be there twice.
    let mut untold = OpenedChat::found("!new");
    untold.message = true;
    claimed()
        .on(&create, created(CreateResult::Chat(untold)))
        .on(&format!("settle id:{id}: !new"), RECORDED)
        .ends("existing !new, perhaps with its message");
    claimed()
        .on(
            &create,
            created(CreateResult::Chat(OpenedChat::found("!old"))),
        )
        .on(&format!("settle id:{id}: !old"), RECORDED)
        .ends("existing !old");
    // So it may where a chat shows after the answer was lost, or after another start's that may have been a retry.
    let shown = || all([with_chat(Person::new(&id), "!new")]);
    let find = format!("find id:{id}");
    let perhaps = "existing !new, perhaps with its message";
    claimed()
        .on(&create, LOST)
        .on(AFTER_LOST, Reply::Woke)
        .on(&find, shown())
        .on(&format!("settle id:{id}: !new"), RECORDED)
        .ends(perhaps);
    case.walk()
        .on(&find, all([Person::new(&id)]))
        .on(&format!("claim id:{id}"), STALE)
        .on(&find, shown())
        .on(&format!("settle id:{id}: !new"), RECORDED)
        .ends(perhaps);
    case.walk()
        .on(&find, all([Person::new(&id)]))
        .on(&format!("claim id:{id}"), MINE)
        .on(&find, shown())
        .on(&format!("settle id:{id}: !new"), RECORDED)
        .ends("existing !new");
    // Of one whose answer was lost, it is told what may be there.
    let mut walk = claimed()
        .on(&create, LOST)
        .on(AFTER_LOST, Reply::Woke)
        .on(&format!("find id:{id}"), all([Person::new(&id)]));
    let Effect::Done(outcome) = walk.start.advance(Some(looked(Lookup::Failed))) else {
        panic!("{}", walk.needs)
    };
    let StartResult::Unknown {
        attempt, message, ..
    } = outcome.end
    else {
        panic!("{:?}", outcome.end)
    };
    assert_eq!((attempt.unwrap().value, message), (id, true));
}

#[test]
fn a_chat_with_another_person_is_told_as_that() {
    let case = Case::on(&Network::GENERAL, phone());
    let with = |person| {
        let mut chat = OpenedChat::new("!new");
        chat.with = Some(person);
        let mut walk = claimed(&case).on(CREATE, created(CreateResult::Chat(chat)));
        let settled = walk.needs;
        match walk.start.advance(Some(RECORDED)) {
            Effect::Done(outcome) => (settled, outcome.redirected_to),
            need => panic!("{need:?}"),
        }
    };
    // Whoever asks for Alice next must not get Bob's chat for hers.
    let redirected = (NOTHING.to_owned(), Some("bob-id".to_owned()));
    assert_eq!(with(Person::new("bob-id")), redirected);
    // By one of the ids and addresses that are known of her, it is Alice.
    let hers = ("settle id:alice-id: !new".to_owned(), None);
    assert_eq!(with(alice()), hers);
    assert_eq!(
        with(Person::new("b").with_identifier(IdentifierKind::Id, "alice-id")),
        hers
    );
    assert_eq!(
        with(Person::new("b").with_identifier(IdentifierKind::Phone, PHONE)),
        hers
    );
}

#[test]
fn whom_nobody_knows_is_whoever_has_the_number() {
    let with = |case: &Case, find: &str, attempt: &str, person| {
        let mut chat = OpenedChat::found("!chat");
        (chat.with, chat.message) = (Some(person), true);
        let mut walk = case
            .walk()
            .on(find, all([]))
            .on(&format!("claim {attempt}"), MINE)
            .on(find, all([]))
            .on(
                &format!("create {attempt}"),
                created(CreateResult::Chat(chat)),
            );
        match walk.start.advance(Some(RECORDED)) {
            // No message was given along, whatever the server says of it.
            Effect::Done(outcome) => {
                assert!(matches!(
                    outcome.end,
                    StartResult::Existing { message: false, .. }
                ));
                outcome.redirected_to
            }
            need => panic!("{need:?}"),
        }
    };
    let case = Case::on(&Network::GOOGLE_MESSAGES, phone());
    let bob = Person::new("bob-id");
    assert_eq!(with(&case, FIND, "phone:+14155552671", bob), None);
    let user = with_id("@alice:b.c", UserPayload::default());
    let case = Case::on(&Network::MATRIX, user);
    let find = "find id:@alice:b.c";
    let bob = Person::new("@bob:b.c");
    let redirected = Some("@bob:b.c".to_owned());
    assert_eq!(with(&case, find, "id:@alice:b.c", bob), redirected);
}

#[test]
fn what_made_nothing_is_settled_as_nothing() {
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
        .on(CLAIM, MINE)
        .on("find phone:+14155552671 id:alice-id", some([alice()]))
        .on("lookup id:alice-id", looked(Lookup::Failed))
        .on(NOTHING, RECORDED)
        .ends("refused upstream_failed, the network could not be asked");
}

#[test]
fn a_ledger_that_does_not_record_hides_no_chat() {
    let case = Case::on(&Network::GENERAL, phone());
    claimed(&case)
        .on(CREATE, made("!new"))
        .on("settle id:alice-id: !new", Reply::Recorded(false))
        .ends("created !new, not recorded");
}

#[test]
fn another_answer_is_not_heard() {
    let case = Case::on(&Network::GENERAL, phone());
    let answers = || [all([]), ABSENT, MINE, made("!x"), RECORDED, Reply::Woke];
    let mut walk = case.walk();
    // Each answer in turn at each need: the first that fits is the last of them, and it goes on.
    let way = [
        (FIND, all([alice()])),
        (CLAIM, BUSY),
        (WHILE_BUSY, Reply::Woke),
        (FIND, all([alice()])),
        (CLAIM, STALE),
        (FIND, all([alice()])),
        ("lookup id:alice-id", is("alice-id")),
        ("find phone:+14155552671 id:alice-id", all([alice()])),
        (CREATE, made("!new")),
        ("settle id:alice-id: !new", RECORDED),
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
fn nothing_is_asked_for_nothing() {
    Case::on(&Network::GENERAL, UserPayload::default())
        .walk()
        .ends("refused no_identifier, the payload has no identifier");
    let mut case = Case::on(&Network::GENERAL, phone());
    case.request.account_id = "another".into();
    case.walk()
        .ends("refused account_not_found, there is no such account");
}
