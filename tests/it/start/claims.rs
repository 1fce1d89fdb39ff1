//! Claims: held by another start, already done, expired, or followed by a lost create.

use contact_resolution::start::{CreateResult, Effect, Reply};
use contact_resolution::{ClaimResult, IdentifierKind, LookupResult, Network, Person};

use crate::script::*;

#[test]
fn lost_create_is_not_retried() {
    let case = Case::on(&Network::GENERAL, phone());
    lost(&case)
        .on(FIND, all([with_chat(alice(), "!new")]))
        .on("record id:alice-id: !new", RECORDED)
        .ends("existing !new");
    let lookup = "lookup id:alice-id";
    lost(&case)
        .on(FIND, all([alice()]))
        .on(lookup, is_with("alice-id", "!new"))
        .on("find phone:+14155552671 id:alice-id", all([alice()]))
        .on("record id:alice-id: !new", RECORDED)
        .ends("existing !new");
    lost(&case)
        .on(FIND, all([alice()]))
        .on(lookup, is("alice-id"))
        .on("find phone:+14155552671 id:alice-id", all([alice()]))
        .ends("unknown id:alice-id");
    for lookup_answer in [
        LookupResult::Hidden,
        LookupResult::RateLimited(None),
        LookupResult::Failed,
    ] {
        lost(&case)
            .on(FIND, all([alice()]))
            .on(lookup, looked(lookup_answer))
            .ends("unknown id:alice-id");
    }
    // The directory may not have the person any more.
    lost(&case)
        .on(FIND, all([]))
        .on(LOOKUP, ABSENT)
        .ends("unknown id:alice-id");
}

#[test]
fn lost_create_is_not_retried_after_any_replies() {
    let case = Case::on(&Network::GENERAL, phone_and_email());
    let people = [
        all([]),
        some([]),
        all([alice()]),
        some([alice()]),
        all([with_chat(alice(), "!c")]),
    ];
    let lookups = [
        is("alice-id"),
        is_with("bob-id", "!c"),
        is("bob-id"),
        ABSENT,
        looked(LookupResult::Hidden),
    ];
    let find = "find phone:+14155552671 email:alice@example.com";
    // Each digit of the seed, to base 5, chooses a reply.
    for seed in 0..1000_usize {
        let mut walk = case
            .walk()
            .on(find, all([alice()]))
            .on(CLAIM, ACQUIRED)
            .on(find, all([alice()]))
            .on(CREATE, LOST)
            .on(AFTER_LOST, Reply::Woke);
        let mut choice = seed;
        for _ in 0..20 {
            let answer = match walk.needs.split(' ').next() {
                Some("find") => people[choice % people.len()].clone(),
                Some("lookup") => lookups[choice % lookups.len()].clone(),
                Some("record") => RECORDED,
                _ => break,
            };
            choice = choice / 5 + seed * 7;
            walk.needs = words(&walk.start.advance(Some(answer)));
        }
        let end = walk.needs.as_str();
        assert!(
            ["done: unknown id:alice-id", "done: existing !c"].contains(&end),
            "{seed}: {end}"
        );
    }
}

#[test]
fn chat_with_another_person_is_not_the_outcome_of_the_claim() {
    let case = Case::on(&Network::GENERAL, phone());
    let bob = || {
        with_chat(
            Person::new("bob-id").with_identifier(IdentifierKind::Phone, PHONE),
            "!bob",
        )
    };
    // The number is now Bob's, so no outcome is recorded for Alice.
    lost(&case).on(FIND, all([bob()])).ends("existing !bob");
    stale(&case).on(FIND, all([bob()])).ends("existing !bob");
    // Without a create, the claim for Alice is released.
    case.walk()
        .on(FIND, all([alice()]))
        .on(CLAIM, ACQUIRED)
        .on(FIND, all([bob()]))
        .on(NOTHING, RECORDED)
        .ends("existing !bob");
}

#[test]
fn held_claim_is_waited_for_and_checked_again() {
    let case = Case::on(&Network::GENERAL, phone());
    let wait = || {
        case.walk()
            .on(FIND, all([alice()]))
            .on(CLAIM, HELD)
            .on(WHILE_HELD, Reply::Woke)
    };
    wait()
        .on(FIND, all([with_chat(alice(), "!theirs")]))
        .ends("existing !theirs");
    wait()
        .on(FIND, all([alice()]))
        .on(CLAIM, claim(ClaimResult::AlreadyDone("!theirs".into())))
        .ends("existing !theirs");
    wait()
        .on(FIND, all([alice()]))
        .on(CLAIM, HELD)
        .on(WHILE_HELD, Reply::Woke)
        .on(FIND, all([alice()]))
        .on(CLAIM, HELD)
        .ends("busy");
    wait()
        .on(FIND, all([alice()]))
        .on(CLAIM, ACQUIRED)
        .on(FIND, all([alice()]))
        .on(CREATE, made("!new"));
}

#[test]
fn claim_that_is_already_done_ends_as_existing() {
    let case = Case::on(&Network::GENERAL, phone());
    case.walk()
        .on(FIND, all([alice()]))
        .on(CLAIM, claim(ClaimResult::AlreadyDone("!theirs".into())))
        .ends("existing !theirs");
}

#[test]
fn expired_claim_is_taken_over_if_no_chat_is_found() {
    let case = Case::on(&Network::GENERAL, phone());
    let find = "find phone:+14155552671 id:alice-id";
    stale(&case)
        .on(FIND, all([with_chat(alice(), "!theirs")]))
        .on("record id:alice-id: !theirs", RECORDED)
        .ends("existing !theirs");
    let look = || stale(&case).on(FIND, all([alice()]));
    look()
        .on("lookup id:alice-id", is_with("alice-id", "!theirs"))
        .on(find, all([alice()]))
        .on("record id:alice-id: !theirs", RECORDED)
        .ends("existing !theirs");
    look()
        .on("lookup id:alice-id", is("alice-id"))
        .on(find, all([alice()]))
        .on(CREATE, made("!new"))
        .on("record id:alice-id: !new", RECORDED)
        .ends("created !new");
    look()
        .on("lookup id:alice-id", looked(LookupResult::Hidden))
        .ends("unknown id:alice-id");
    // The create of this start may be lost too.
    look()
        .on("lookup id:alice-id", is("alice-id"))
        .on(find, all([alice()]))
        .on(CREATE, LOST)
        .on(AFTER_LOST, Reply::Woke)
        .on(find, all([alice()]))
        .on("lookup id:alice-id", is("alice-id"))
        .on(find, all([alice()]))
        .ends("unknown id:alice-id");
}

#[test]
fn message_that_no_create_carries_is_not_reported_as_sent() {
    let mut case = Case::on(&Network::GENERAL, phone());
    case.request.message_text = Some("hello".into());
    stale(&case)
        .on(FIND, all([with_chat(alice(), "!theirs")]))
        .on("record id:alice-id: !theirs", RECORDED)
        .ends("existing !theirs");
    lost(&case)
        .on(FIND, all([with_chat(alice(), "!new")]))
        .on("record id:alice-id: !new", RECORDED)
        .ends("existing !new");
}

#[test]
fn expired_claim_without_lookups_of_ids_needs_another_proof() {
    // A directory with all chats is enough.
    let matrix = || Person::new("@alice:b.c").with_identifier(IdentifierKind::Email, EMAIL);
    let case = Case::on(&Network::MATRIX, email());
    case.walk()
        .on(FIND_EMAIL, all([matrix()]))
        .on("claim id:@alice:b.c", EXPIRED)
        .on(FIND_EMAIL, all([matrix()]))
        .on("create id:@alice:b.c", made("!new"));
    // Otherwise the lookup of the address finds the person.
    let find = "find email:alice@example.com id:@alice:b.c";
    let look = || {
        case.walk()
            .on(FIND_EMAIL, some([]))
            .on(LOOKUP_EMAIL, is("@alice:b.c"))
            .on(find, some([]))
            .on("claim id:@alice:b.c", EXPIRED)
            .on(find, some([]))
    };
    look()
        .on(LOOKUP_EMAIL, is("@alice:b.c"))
        .on(find, some([]))
        .on("create id:@alice:b.c", made("!new"));
    look()
        .on(LOOKUP_EMAIL, looked(LookupResult::Failed))
        .ends("unknown id:@alice:b.c");
    // The directory had all chats, but not any more. So the result stays unknown.
    case.walk()
        .on(
            FIND_EMAIL,
            all([Person::new("@alice:b.c").with_identifier(IdentifierKind::Email, EMAIL)]),
        )
        .on("claim id:@alice:b.c", EXPIRED)
        .on(FIND_EMAIL, some([]))
        .on(LOOKUP_EMAIL, looked(LookupResult::Hidden))
        .ends("unknown id:@alice:b.c");
}

#[test]
fn expired_claim_without_any_lookup_needs_all_chats() {
    let case = Case::on(&Network::GENERAL, phone());
    let unsupported = || looked(LookupResult::Unsupported);
    stale(&case)
        .on(FIND, all([alice()]))
        .on("lookup id:alice-id", unsupported())
        .on(CREATE, made("!new"));
    // Neither the directory nor the network has all chats.
    stale(&case)
        .on(FIND, some([alice()]))
        .on("lookup id:alice-id", unsupported())
        .on(LOOKUP, unsupported())
        .ends("unknown id:alice-id");
}

#[test]
fn absent_attempt_is_not_tried_again() {
    let case = Case::on(&Network::GENERAL, phone());
    let absent = || created(CreateResult::Absent);
    let gone = "refused user_not_found, the network has no person with these identifiers";
    claimed(&case)
        .on(CREATE, absent())
        .on(NOTHING, RECORDED)
        .on(LOOKUP, ABSENT)
        .ends(gone);
    // The same holds after an expired claim, with and without a lookup.
    stale(&case)
        .on(FIND, all([alice()]))
        .on("lookup id:alice-id", is("alice-id"))
        .on("find phone:+14155552671 id:alice-id", all([alice()]))
        .on(CREATE, absent())
        .on(NOTHING, RECORDED)
        .on(LOOKUP, is("alice-id"))
        .on("find phone:+14155552671 id:alice-id", all([alice()]))
        .on(CLAIM, ACQUIRED)
        .on("find phone:+14155552671 id:alice-id", all([alice()]))
        .on("create phone:+14155552671", absent())
        .on(NOTHING, RECORDED)
        .ends(gone);
}

/// A start that is dropped after its create keeps the claim, so that no other start creates a second chat.
#[test]
fn claim_is_abandonable_only_before_the_create() {
    let case = Case::on(&Network::GENERAL, phone());
    let mut walk = case.walk();
    assert_eq!(walk.start.abandonable_claim(), None);
    assert!(matches!(
        walk.start.advance(Some(all([alice()]))),
        Effect::Claim(_)
    ));
    assert_eq!(walk.start.abandonable_claim(), None);
    assert!(matches!(
        walk.start.advance(Some(ACQUIRED)),
        Effect::Find(_)
    ));
    assert!(walk.start.abandonable_claim().is_some());
    assert!(matches!(
        walk.start.advance(Some(all([alice()]))),
        Effect::Create(_)
    ));
    assert_eq!(walk.start.abandonable_claim(), None);
    let _ = walk.start.advance(Some(LOST));
    assert_eq!(walk.start.abandonable_claim(), None);
    let _ = walk.start.advance(Some(Reply::Woke));
    assert_eq!(walk.start.abandonable_claim(), None);
}

/// The claim is for a number. A person with this number is the claimed person.
#[test]
fn chat_with_the_holder_of_a_claimed_number_is_the_outcome() {
    let case = Case::on(&Network::SMS, phone());
    let claim = "claim phone:+14155552671";
    case.walk()
        .on(FIND, all([]))
        .on(claim, ACQUIRED)
        .on(FIND, all([with_chat(alice(), "!alice")]))
        .on("record phone:+14155552671: !alice", RECORDED)
        .ends("existing !alice");
}
