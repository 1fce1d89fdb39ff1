//! Nothing of whom a start is about, or of what they write, is in `Debug`.

use std::fmt::Debug;
use std::time::Duration;

use contact_resolution::start::{Answer, Created, End, Lookup, Message, Opened, Refused};
use contact_resolution::{Claim, Intent, Key, Kind, MemoryLedger, Network, Person, Settled};

use crate::walk::*;

/// What may not show.
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
fn of_what_a_start_hears() {
    let person = || Person::new(MARKER).named(MARKER).with(Kind::Phone, PHONE);
    let chat = || MARKER.to_owned();
    let is = |chat| Lookup::Is {
        person: person(),
        chat,
    };
    shows(&is(Some(chat())), "Is(a chat)");
    shows(&is(None), "Is(no chat)");
    shows(
        &Lookup::Limited(Some(Duration::from_secs(1))),
        "Limited(Some(1s))",
    );
    shows(&Created::Chat(Opened::new(chat())), "Chat(new)");
    shows(&Created::Chat(Opened::found(chat())), "Chat(found)");
    let refused = || Refused::new(403, MARKER);
    shows(&refused(), "Refused(403)");
    shows(&Created::Refused(refused()), "Refused(403)");
    shows(&Claim::Settled(chat()), "Settled");
    shows(&Settled::Chat(chat()), "Chat");
    shows(&Answer::LookedUp(is(Some(chat()))), "LookedUp(Is(a chat))");
    shows(&Answer::Claimed(Claim::Settled(chat())), "Claimed(Settled)");
}

#[test]
fn of_how_it_ends() {
    let chat_id = MARKER.to_owned();
    let intent = || Intent::new(MARKER, Key::new(Kind::Phone, PHONE));
    // Not its name either, which whoever tries all numbers can find the number by.
    shows(&intent(), "Intent(..)");
    shows(
        &End::Existing {
            chat_id: chat_id.clone(),
            message: true,
        },
        "Existing",
    );
    let created = End::Created {
        chat_id,
        message: Message::Sent,
        recorded: false,
    };
    shows(&created, "Created { message: Sent, recorded: false, .. }");
    shows(
        &End::RefusedByNetwork(Refused::new(403, MARKER)),
        "RefusedByNetwork(403)",
    );
    let unknown = End::Unknown {
        intent: intent(),
        attempt: None,
        message: false,
    };
    shows(&unknown, "Unknown");
    let ledger = MemoryLedger::new(Duration::from_secs(60), || Duration::ZERO);
    shows(&ledger, "MemoryLedger { settle_window: 60s, .. }");
}

#[test]
fn of_a_start_under_way() {
    let mut case = Case::on(&Network::LINKEDIN, with_id(MARKER, phone()));
    case.request.message_text = Some(MARKER.into());
    case.request.user.full_name = Some(MARKER.into());
    let people = || all([Person::new(MARKER).named(MARKER).with(Kind::Phone, PHONE)]);
    let mut walk = case.walk();
    let mut chat = Opened::new(MARKER);
    chat.with = Some(Person::new("another-secret"));
    let opened = created(Created::Chat(chat));
    for answer in [people(), MINE, people(), opened, RECORDED] {
        hides(&walk.start);
        hides(&walk.start.next(Some(answer)));
    }
    walk.needs = words(&walk.start.next(None));
    walk.ends("created secret, message sent");
}
