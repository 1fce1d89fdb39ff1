//! A start that was interrupted, and is recovered.

use contact_resolution::start::Reply;
use contact_resolution::{Claim, ClaimKey, IdentifierKind, Key, LookupResult, Network, Person};

use crate::script::*;

fn claim() -> Claim {
    Claim::new(
        ClaimKey::new("account", Key::new(IdentifierKind::Id, "alice-id")),
        1,
    )
}

#[test]
fn recovered_start_never_creates() {
    let case = Case::on(&Network::GENERAL, phone());
    let resumed = || case.resumed(claim()).on(AFTER_LOST, Reply::Woke);
    resumed()
        .on(FIND, all([with_chat(alice(), "!made")]))
        .on("record id:alice-id: !made", RECORDED)
        .ends("existing !made");
    let find = "find phone:+14155552671 id:alice-id";
    let look = || resumed().on(FIND, all([alice()]));
    look()
        .on("lookup id:alice-id", is_with("alice-id", "!made"))
        .on(find, all([alice()]))
        .on("record id:alice-id: !made", RECORDED)
        .ends("existing !made");
    look()
        .on("lookup id:alice-id", is("alice-id"))
        .on(find, all([alice()]))
        .ends("unknown id:alice-id");
    look()
        .on("lookup id:alice-id", ABSENT)
        .on(LOOKUP, ABSENT)
        .ends("unknown id:alice-id");
    for lookup in [
        LookupResult::Hidden,
        LookupResult::RateLimited(None),
        LookupResult::Failed,
    ] {
        look()
            .on("lookup id:alice-id", looked(lookup))
            .ends("unknown id:alice-id");
    }
}

#[test]
fn recovered_start_does_not_record_the_chat_of_another_person() {
    let case = Case::on(&Network::GENERAL, phone());
    let bob = with_chat(
        Person::new("bob-id").with_identifier(IdentifierKind::Phone, PHONE),
        "!bob",
    );
    case.resumed(claim())
        .on(AFTER_LOST, Reply::Woke)
        .on(FIND, all([bob]))
        .ends("existing !bob");
}

#[test]
fn recovered_start_for_another_account_stays_unknown() {
    let mut case = Case::on(&Network::GENERAL, phone());
    let elsewhere = ClaimKey::new("another", Key::new(IdentifierKind::Id, "alice-id"));
    case.resumed(Claim::new(elsewhere, 1))
        .ends("unknown id:alice-id");
    case.request.account_id = "another".into();
    case.resumed(claim()).ends("unknown id:alice-id");
}
