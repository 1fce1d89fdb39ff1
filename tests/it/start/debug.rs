//! `Debug` contains no personal data and no message text.

use std::fmt::Debug;
use std::time::Duration;

use contact_resolution::start::{CreateResult, NetworkRefusal, OpenedChat, Reply};
use contact_resolution::{
    Claim, ClaimKey, ClaimOutcome, ClaimResult, FirstMessageStatus, IdentifierKind, Key,
    LookupResult, MemoryLedger, Network, Person, StartResult,
};

use crate::script::*;

/// The text that must not appear.
const MARKER: &str = "secret";

#[track_caller]
fn hides(value: &impl Debug) -> String {
    let shown = format!("{value:?}");
    let number = &PHONE[1..];
    assert!(
        !shown.contains(MARKER) && !shown.contains(number),
        "{shown}"
    );
    shown
}

#[track_caller]
fn shows(value: &impl Debug, text: &str) {
    assert_eq!(hides(value), text);
}

#[test]
fn debug_of_replies_hides_personal_data() {
    let person = || {
        Person::new(MARKER)
            .with_name(MARKER)
            .with_identifier(IdentifierKind::Phone, PHONE)
    };
    let chat = || MARKER.to_owned();
    let is = |chat| LookupResult::Confirmed {
        person: person(),
        chat,
    };
    shows(&is(Some(chat())), "Confirmed(a chat)");
    shows(&is(None), "Confirmed(no chat)");
    shows(
        &LookupResult::RateLimited(Some(Duration::from_secs(1))),
        "RateLimited(Some(1s))",
    );
    shows(&CreateResult::Chat(OpenedChat::new(chat())), "Chat(new)");
    shows(
        &CreateResult::Chat(OpenedChat::existing(chat())),
        "Chat(existing)",
    );
    let refused = || NetworkRefusal::new(403, MARKER);
    shows(&refused(), "NetworkRefusal(403)");
    shows(&CreateResult::Refused(refused()), "NetworkRefusal(403)");
    shows(&ClaimResult::AlreadyDone(chat()), "AlreadyDone");
    shows(&ClaimOutcome::Chat(chat()), "Chat");
    shows(
        &Reply::LookedUp(is(Some(chat()))),
        "LookedUp(Confirmed(a chat))",
    );
    shows(
        &Reply::Claimed(ClaimResult::AlreadyDone(chat())),
        "Claimed(AlreadyDone)",
    );
}

#[test]
fn debug_of_results_hides_personal_data() {
    let chat_id = MARKER.to_owned();
    let claim_key = || ClaimKey::new(MARKER, Key::new(IdentifierKind::Phone, PHONE));
    // Nor does it show the hash of the number: all numbers can be tried to find it.
    shows(&claim_key(), "ClaimKey(..)");
    shows(
        &StartResult::Existing {
            chat_id: chat_id.clone(),
            may_have_sent: true,
        },
        "Existing",
    );
    let created = StartResult::Created {
        chat_id,
        message: FirstMessageStatus::Sent,
        recorded: false,
    };
    shows(&created, "Created { message: Sent, recorded: false, .. }");
    shows(
        &StartResult::RefusedByNetwork(NetworkRefusal::new(403, MARKER)),
        "RefusedByNetwork(403)",
    );
    let unknown = StartResult::Unknown {
        claim: Claim::new(claim_key(), 1),
        attempt: None,
        may_have_sent: false,
    };
    shows(&unknown, "Unknown");
    let ledger = MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO);
    shows(&ledger, "MemoryLedger { claim_timeout: 60s, .. }");
}

#[test]
fn debug_of_a_start_hides_personal_data() {
    let mut case = Case::on(&Network::LINKEDIN, with_id(MARKER, phone()));
    case.request.message_text = Some(MARKER.into());
    case.request.user.full_name = Some(MARKER.into());
    let people = || {
        all([Person::new(MARKER)
            .with_name(MARKER)
            .with_identifier(IdentifierKind::Phone, PHONE)])
    };
    let mut walk = case.walk();
    let mut chat = OpenedChat::new(MARKER);
    chat.participants.push(Person::new("another-secret"));
    let opened = created(CreateResult::Chat(chat));
    for answer in [people(), ACQUIRED, people(), opened, RECORDED] {
        hides(&walk.start);
        hides(&walk.start.advance(Some(answer)));
    }
    walk.needs = words(&walk.start.advance(None));
    walk.ends("created secret, message sent");
}
