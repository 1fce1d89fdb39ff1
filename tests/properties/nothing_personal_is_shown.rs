//! `Debug`, errors and reasons show nothing personal.

use contact_resolution::pipeline::LookupRecord;
use contact_resolution::wire::{
    self, ApiError, Chat, ContactSearch, Page, Snapshot, StartResponse, StartStatus, User,
};
use contact_resolution::{
    Directory, DirectoryQuery, Email, EmailPolicy, Handle, Identifier, IdentifierKind, Key,
    LookupResult, MemoryDirectory, Network, Person, Phone, Reason, UserId, Warning,
};
use proptest::prelude::*;

use super::steps::Steps;
use crate::generators::{ASKED, World, config, worlds};
use crate::oracle;

/// Texts that logs must not contain, in lower case: the markers, and digits of the numbers.
const PERSONAL: [&str; 5] = ["marker", "555014", "8765012", "0000123", "secret"];

fn is_clean(text: &str) -> bool {
    let text = text.to_lowercase();
    !PERSONAL.iter().any(|personal| text.contains(personal))
}

/// Returns the world with markers in all its people.
fn marked(world: &World) -> World {
    let mut world = world.clone();
    let mark = |user: &mut User| {
        user.full_name = Some("Marker Markerson".into());
        user.email = user.email.take().map(|_| "marker@pond.example".into());
        user.username = user.username.take().map(|_| "marker_1".into());
        user.img_url = Some("file:///secret.png".into());
    };
    world
        .snapshot
        .contacts
        .values_mut()
        .flatten()
        .for_each(mark);
    for chat in &mut world.snapshot.chats {
        chat.title = "Marker Markerson".into();
        chat.other.insert("description".into(), "secret".into());
        chat.participants
            .items
            .iter_mut()
            .for_each(|participant| mark(&mut participant.user));
    }
    world.request.message_text = world.request.message_text.take().map(|_| "secret".into());
    world.request.user.full_name = Some("Marker Markerson".into());
    world.request.user.email = world
        .request
        .user
        .email
        .take()
        .map(|text| format!("marker{text}"));
    world.request.user.username = world
        .request
        .user
        .username
        .take()
        .map(|text| format!("{text}marker"));
    world
}

#[test]
fn merged_chat_ids_are_not_shown() {
    let secret = || "!secret:chats".to_owned();
    let merge = wire::Merge {
        chat_ids: vec![secret()],
        default_chat_id: Some(secret()),
    };
    assert!(is_clean(&format!("{merge:?}")));
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn debug_and_reasons_show_nothing_personal(world in worlds()) {
        let world = marked(&world);
        let steps = Steps::of(&world);
        let decision = world.decide();
        let known = oracle::world(&world.snapshot, ASKED).unwrap();
        let directory = MemoryDirectory::from_snapshot(&world.snapshot);
        let keys = steps.triage.keys();
        let mut told = vec![
            format!("{decision:?}"),
            format!("{:?}", decision.action),
            decision.reason.to_string(),
            format!("{:?}", steps.triage),
            format!("{:?}", steps.found),
            format!("{:?}", steps.ranking(&world, Some("Marker"))),
            format!("{directory:?}"),
            format!("{:?}", DirectoryQuery { account: ASKED, keys: &keys }),
            format!("{:?}", known.account),
            format!("{:?}", known.people),
            format!("{:?} {:?}", world.snapshot, world.request),
            format!("{:?}", world.snapshot.chats),
            format!("{:?}", directory.suggest(ASKED, "Marker", 5)),
        ];
        told.extend(decision.warnings.iter().map(|warning| format!("{warning:?}")));
        // The present form of a number is shown on purpose.
        let named = decision.warnings.iter().filter(|warning| !matches!(warning, Warning::Renumbered(..)));
        told.extend(named.map(ToString::to_string));
        told.extend(steps.triage.rejections.iter().map(|rejection| format!("{} {:?}", rejection.error, rejection)));
        for chat in &world.snapshot.chats {
            let answer = StartResponse::new(chat.clone(), StartStatus::Existing);
            told.push(format!("{chat:?} {:?} {answer:?}", chat.participants));
        }
        for text in told {
            prop_assert!(is_clean(&text), "{}", text);
        }
    }

    #[test]
    fn identifiers_and_their_errors_show_at_most_one_character(text in "(marker|Marker <marker@x>|\\+1202555014|secret)[ -~]{0,12}") {
        let network = &Network::from_bridge_type("telegram");
        let errors = [
            Phone::parse(&text).err(),
            Email::parse(&text).err(),
            Handle::parse(&text, network).err(),
            UserId::parse(&text, network).err(),
        ];
        for error in errors.into_iter().flatten() {
            let told = format!("{error} {error:?}");
            prop_assert!(is_clean(&told), "{}", told);
        }
        let read = [
            Phone::parse(&text).ok().map(|read| format!("{read:?} {:?}", read.phone)),
            Email::parse_with(&text, EmailPolicy::RFC).ok().map(|email| format!("{email:?} {:?}", Identifier::Email(email.clone()))),
            Handle::parse(&text, network).ok().map(|handle| format!("{handle:?}")),
            UserId::parse(&text, network).ok().map(|id| format!("{id:?} {:?}", Identifier::Id(id.clone()))),
            Some(format!("{:?}", Key::new(IdentifierKind::Handle, &text))),
            Some(format!("{:?}", LookupRecord { kind: IdentifierKind::Id, value: text.clone(), result: LookupResult::Confirmed { person: Person::new(text.as_str()).with_name(text.as_str()), chat: Some(text.clone()) } })),
        ];
        for debug in read.into_iter().flatten() {
            prop_assert!(is_clean(&debug), "{}", debug);
        }
    }
}

#[test]
fn reasons_are_fixed_texts() {
    for because in Reason::ALL {
        let text = because.to_string();
        assert!(
            text.starts_with(|c: char| c.is_lowercase()) && !text.ends_with('.'),
            "{text}"
        );
    }
}

#[test]
fn unreadable_json_is_not_quoted() {
    let wrong = [
        r#"{"accountID": "a", "user": {"fullName": 7, "username": "marker"}}"#,
        r#"{"accountID": "a", "user": "marker"}"#,
        r#"{"accountID": "a", "user": {"marker": 1}, "allowInvite": "marker"}"#,
        r#"{"user": {}}"#,
        r#"{"accountID": "secret"#,
    ];
    for text in wrong {
        let error = wire::read::<wire::StartRequest>(text.as_bytes()).unwrap_err();
        assert!(is_clean(&format!("{error} {error:?}")), "{error}");
    }
    let page = Page::<User> {
        items: vec![User {
            id: "marker".into(),
            ..User::default()
        }],
        ..Page::default()
    };
    let found = ContactSearch {
        items: page.items.clone(),
        ..ContactSearch::default()
    };
    let refusal = ApiError {
        message: "marker".into(),
        code: "marker".into(),
        ..ApiError::default()
    };
    let chat = wire::read::<Chat>(include_bytes!("../data/wire/chat.json")).unwrap();
    let snapshot = Snapshot {
        chats: vec![chat.clone()],
        ..Snapshot::default()
    };
    assert!(is_clean(&format!(
        "{page:?} {found:?} {refusal:?} {snapshot:?}"
    )));
    let told = format!("{chat:?} {:?}", chat.participants);
    assert!(is_clean(&told), "{told}");
}
