//! Lookups: the order of attempts, the person that a start chooses, and the key of its claim.

use std::time::Duration;

use contact_resolution::start::Effect;
use contact_resolution::wire::UserPayload;
use contact_resolution::{Action, ClaimResult, IdentifierKind, LookupResult, Network, Person};

use crate::script::*;

#[test]
fn attempts_are_tried_in_order() {
    let case = Case::on(&Network::GENERAL, phone_and_email());
    let find = "find phone:+14155552671 email:alice@example.com";
    let walk = || case.walk().on(find, all([])).on(LOOKUP, ABSENT);
    walk()
        .on(LOOKUP_EMAIL, is("alice-id"))
        .on(&format!("{find} id:alice-id"), all([]))
        .on(CLAIM, ACQUIRED)
        .on(&format!("{find} id:alice-id"), all([]))
        .on(CREATE, made("!new"))
        .on("record id:alice-id: !new", RECORDED)
        .ends("created !new");
    walk()
        .on(LOOKUP_EMAIL, ABSENT)
        .ends("refused user_not_found, the network has no person with these identifiers");
}

#[test]
fn only_absent_moves_to_the_next_attempt() {
    let case = Case::on(&Network::GENERAL, phone_and_email());
    let find = "find phone:+14155552671 email:alice@example.com";
    let cases = [
        (
            LookupResult::Hidden,
            "refused cannot_message, the network does not disclose whether it has this person",
        ),
        (
            LookupResult::RateLimited(None),
            "refused rate_limited, rate limited by the network",
        ),
        (
            LookupResult::Failed,
            "refused upstream_failed, the lookup failed",
        ),
    ];
    for (lookup, end) in cases {
        case.walk()
            .on(find, all([]))
            .on(LOOKUP, looked(lookup.clone()))
            .ends(end);
        // The next attempt does not change the result.
        case.walk()
            .on(find, all([]))
            .on(LOOKUP, ABSENT)
            .on(LOOKUP_EMAIL, looked(lookup))
            .ends(end);
    }
}

#[test]
fn unsupported_lookup_is_decided_by_the_directory() {
    let case = Case::on(
        &Network::TELEGRAM,
        with_id("900142", UserPayload::default()),
    );
    let unsupported = || looked(LookupResult::Unsupported);
    let (find, lookup) = ("find id:900142", "lookup id:900142");
    case.walk()
        .on(find, all([]))
        .on(lookup, unsupported())
        .on("claim id:900142", ACQUIRED)
        .on(find, all([]))
        .on("create id:900142", made("!new"));
    case.walk()
        .on(find, some([]))
        .on(lookup, unsupported())
        // A create on this network opens an existing chat.
        .on("claim id:900142", ACQUIRED);
    let case = Case::on(&Network::TELEGRAM, with_id("900142", phone()));
    case.walk()
        .on("find id:900142 phone:+14155552671", all([alice()]))
        .on(lookup, unsupported())
        .on(LOOKUP, is("alice-id"))
        .on("find id:900142 phone:+14155552671 id:alice-id", all([alice()]))
        .ends(
            "refused ambiguous_user, the id is unknown and another identifier belongs to a known person, \
             and the network does not decide between them",
        );
}

#[test]
fn both_spellings_of_an_id_find_its_person() {
    let case = Case::on(&Network::WHATSAPP, phone());
    let known = || with_chat(Person::new("123456789012@lid"), "!old");
    case.walk()
        .on(FIND, all([]))
        .on(LOOKUP, is("lid-123456789012"))
        .on(
            "find phone:+14155552671 id:lid-123456789012",
            all([known()]),
        )
        .ends("existing !old");
}

#[test]
fn rate_limited_lookup_reports_the_wait() {
    let case = Case::on(&Network::GENERAL, phone());
    let mut walk = case.walk().on(FIND, all([]));
    let limited = LookupResult::RateLimited(Some(Duration::from_secs(7)));
    let Effect::Done(outcome) = walk.start.advance(Some(looked(limited))) else {
        panic!()
    };
    let Action::Refuse(refusal) = outcome.decision.action else {
        panic!()
    };
    assert_eq!(refusal.retry_after, Some(Duration::from_secs(7)));
    assert!(refusal.retry);
}

#[test]
fn named_person_is_found_by_their_id() {
    let case = Case::on(&Network::GENERAL, phone());
    let find = "find phone:+14155552671 id:bob-id";
    let walk = || case.walk().on(FIND, all([])).on(LOOKUP, is("bob-id"));
    walk()
        .on(find, all([with_chat(Person::new("bob-id"), "!old")]))
        .ends("existing !old");
    walk()
        .on(find, all([]))
        .on("claim id:bob-id", ACQUIRED)
        .on(find, all([]))
        .on("create id:bob-id", made("!new"));
    // A chat in the answer to a lookup needs no claim.
    case.walk()
        .on(FIND, some([]))
        .on(LOOKUP, is_with("bob-id", "!old"))
        .on(find, some([]))
        .ends("existing !old");
    // `group_only` in the answer of a lookup has no effect.
    let mut member = Person::new("bob-id");
    member.group_only = true;
    case.walk()
        .on(FIND, all([]))
        .on(
            LOOKUP,
            looked(LookupResult::Confirmed {
                person: member,
                chat: None,
            }),
        )
        .on(find, all([]))
        .on("claim id:bob-id", ACQUIRED);
}

#[test]
fn all_identifiers_of_a_person_have_one_claim_key() {
    // By the number: the directory has both ids in one record.
    let both = || {
        Person::new("b-id")
            .with_identifier(IdentifierKind::Id, "a-id")
            .with_identifier(IdentifierKind::Phone, PHONE)
    };
    let case = Case::on(&Network::GENERAL, phone());
    case.walk()
        .on(FIND, all([both()]))
        .on("find phone:+14155552671 id:a-id id:b-id", all([both()]))
        .on("claim id:a-id", ACQUIRED);
    // By an address that only the network knows. It names the other id.
    let case = Case::on(&Network::GENERAL, email());
    case.walk()
        .on(FIND_EMAIL, all([]))
        .on(LOOKUP_EMAIL, is("a-id"))
        .on("find email:alice@example.com id:a-id", all([both()]))
        .on(
            "find email:alice@example.com id:a-id id:b-id",
            all([both()]),
        )
        .on("claim id:a-id", ACQUIRED);
    // An id that embeds the number, and the number.
    for (user, find) in [
        (phone(), FIND),
        (
            with_id(PHONE, UserPayload::default()),
            "find id:+14155552671 phone:+14155552671",
        ),
    ] {
        let case = Case::on(&Network::SMS, user);
        case.walk()
            .on(find, all([]))
            .on("claim phone:+14155552671", ACQUIRED);
    }
}

#[test]
fn directory_and_lookup_are_repeated_after_the_claim() {
    let case = Case::on(&Network::GENERAL, phone());
    case.walk()
        .on(FIND, all([alice()]))
        .on(CLAIM, ACQUIRED)
        .on(FIND, all([with_chat(alice(), "!old")]))
        .on("record id:alice-id: !old", RECORDED)
        .ends("existing !old");
    // If only the network knows the chats, it is asked again.
    let looked_up = || {
        case.walk()
            .on(FIND, some([]))
            .on(LOOKUP, is("alice-id"))
            .on("find phone:+14155552671 id:alice-id", some([]))
            .on(CLAIM, ACQUIRED)
            .on("find phone:+14155552671 id:alice-id", some([]))
    };
    looked_up()
        .on(LOOKUP, is_with("alice-id", "!old"))
        .on("find phone:+14155552671 id:alice-id", some([]))
        .on("record id:alice-id: !old", RECORDED)
        .ends("existing !old");
    looked_up()
        .on(LOOKUP, is("alice-id"))
        .on("find phone:+14155552671 id:alice-id", some([]))
        .on(CREATE, made("!new"))
        .on("record id:alice-id: !new", RECORDED)
        .ends("created !new");
}

#[test]
fn unknown_id_beside_a_known_person_is_looked_up_first() {
    let lid = "lid-123456789012";
    let case = Case::on(&Network::WHATSAPP, with_id(lid, phone()));
    let find = "find id:lid-123456789012 phone:+14155552671";
    let lookup = "lookup id:lid-123456789012";
    let walk = || case.walk().on(find, all([alice()]));
    // The network confirms the id. It wins, and the conflict is reported.
    let mut won = walk().on(lookup, is(lid)).on(find, all([alice()]));
    assert_eq!(won.needs, "claim id:lid-123456789012");
    let settled = ClaimResult::AlreadyDone("!lid".into());
    let Effect::Done(outcome) = won.start.advance(Some(claim(settled))) else {
        panic!()
    };
    let conflict = &outcome.decision.conflicts[0].person;
    assert_eq!(conflict.user_id.as_deref(), Some("alice-id"));
    // The network does not have the id, so the known person is meant.
    walk()
        .on(lookup, ABSENT)
        .on(LOOKUP, is("alice-id"))
        .on(&format!("{find} id:alice-id"), all([alice()]))
        .on(CLAIM, ACQUIRED);
    walk()
        .on(lookup, looked(LookupResult::Hidden))
        .ends("refused cannot_message, the network does not disclose whether it has this person");
    // The id is another id of the known person.
    walk()
        .on(lookup, is("alice-id"))
        .on(&format!("{find} id:alice-id"), all([alice()]))
        .on(CLAIM, ACQUIRED);
    // A network without lookups of ids cannot settle it.
    let case = Case::on(&Network::MATRIX, with_id("@new:b.c", email()));
    case.walk()
        .on("find id:@new:b.c email:alice@example.com", all([alice().with_identifier(IdentifierKind::Email, EMAIL)]))
        .on(LOOKUP_EMAIL, is("alice-id"))
        .on(
            "find id:@new:b.c email:alice@example.com id:alice-id",
            all([alice().with_identifier(IdentifierKind::Email, EMAIL)]),
        )
        .ends(
            "refused ambiguous_user, the id is unknown and another identifier belongs to a known person, \
             and the network does not decide between them",
        );
}

#[test]
fn person_named_after_the_claim_is_claimed_instead() {
    let case = Case::on(&Network::GENERAL, phone());
    let claimed = case
        .walk()
        .on(FIND, some([]))
        .on(LOOKUP, is("alice-id"))
        .on("find phone:+14155552671 id:alice-id", some([]))
        .on(CLAIM, ACQUIRED)
        .on("find phone:+14155552671 id:alice-id", some([]));
    let find = "find phone:+14155552671 id:alice-id id:bob-id";
    claimed
        .on(LOOKUP, is("bob-id"))
        .on(find, some([]))
        .on(NOTHING, RECORDED)
        .on("claim id:bob-id", ACQUIRED)
        .on(find, some([]))
        .on(LOOKUP, is("bob-id"))
        .on(find, some([]))
        .on("create id:bob-id", made("!new"));
}

#[test]
fn requirements_are_checked_after_the_lookup_of_an_unknown_id() {
    let id = format!("ACoAA{}", "x".repeat(34));
    let user = UserPayload {
        username: Some("ada-l".into()),
        ..with_id(&id, UserPayload::default())
    };
    let case = Case::on(&Network::LINKEDIN, user);
    let ada = || Person::new("ACoAAada").with_identifier(IdentifierKind::Handle, "ada-l");
    let find = format!("find id:{id} handle:ada-l");
    let lookup = format!("lookup id:{id}");
    let missing = "refused message_required, a requirement of the new chat is not met";
    let asked = || case.walk().on(&find, all([with_chat(ada(), "!ada")]));
    asked().on(&lookup, ABSENT).ends("existing !ada");
    let named = asked().on(&lookup, is(&id));
    named
        .on(&find, all([with_chat(ada(), "!ada")]))
        .ends(missing);
    // A start that cannot succeed asks nothing.
    case.walk().on(&find, all([ada()])).ends(missing);
}

#[test]
fn changing_answers_of_the_network_end_the_start() {
    let case = Case::on(&Network::GENERAL, phone());
    let mut walk = case.walk();
    let mut asked = 0;
    while !walk.needs.starts_with("done") && asked < 100 {
        let answer = match walk.needs.split(' ').next() {
            Some("find") => some([]),
            Some("lookup") => is(&format!("id-{asked}")),
            Some("claim") => ACQUIRED,
            Some("record") => RECORDED,
            _ => panic!("{}", walk.needs),
        };
        asked += 1;
        walk.needs = words(&walk.start.advance(Some(answer)));
    }
    walk.ends("refused upstream_failed, the lookup failed");
}

#[test]
fn every_number_of_a_person_is_looked_up() {
    let case = Case::on(&Network::GENERAL, phone());
    let two = || some([alice().with_identifier(IdentifierKind::Phone, "+14155550199")]);
    let absent = || looked(LookupResult::Absent);
    case.walk()
        .on(FIND, two())
        .on("lookup id:alice-id", absent())
        .on(LOOKUP, absent())
        .on("lookup phone:+14155550199", absent())
        .ends("refused user_not_found, the network has no person with these identifiers");
}

#[test]
fn local_person_is_the_person_that_the_network_names() {
    let case = Case::on(&Network::WHATSAPP, phone());
    let entry = || {
        Person::local("row-17")
            .with_name("Alice Example")
            .with_identifier(IdentifierKind::Phone, "(415) 555-2671")
    };
    let lid = "lid-123456789012";
    let find = format!("{FIND} id:{lid}");
    case.walk()
        .on(FIND, all([entry()]))
        .on(LOOKUP, is(lid))
        .on(&find, all([entry()]))
        .on(&format!("claim id:{lid}"), ACQUIRED)
        .on(&find, all([entry()]))
        .on(&format!("create id:{lid}"), made("!new"))
        .on(&format!("record id:{lid}: !new"), RECORDED)
        .ends("created !new");
    // The chat that the directory has with the named id is reused.
    case.walk()
        .on(FIND, all([entry()]))
        .on(LOOKUP, is(lid))
        .on(&find, all([entry(), with_chat(Person::new(lid), "!known")]))
        .ends("existing !known");
    // Without a network that names anyone, nothing but the number is sent.
    case.walk()
        .on(FIND, all([entry()]))
        .on(LOOKUP, ABSENT)
        .ends("refused user_not_found, the network has no person with these identifiers");
}

#[test]
fn local_people_with_one_number_are_not_merged_by_a_lookup() {
    let case = Case::on(&Network::WHATSAPP, phone());
    let entry =
        |key: &str| Person::local(key).with_identifier(IdentifierKind::Phone, "+14155552671");
    let entries = || [entry("row-17"), entry("row-18")];
    let find = format!("{FIND} id:lid-123456789012");
    // The network names the owner of the number, and neither of the entries has an id that could still have it.
    case.walk()
        .on(FIND, all(entries()))
        .on(LOOKUP, is("lid-123456789012"))
        .on(&find, all(entries()))
        .on("claim id:lid-123456789012", ACQUIRED);
}
