//! A strict client can read everything that this crate writes. Additions of a newer server do not stop this crate from
//! reading.

use contact_resolution::MemoryDirectory;
use contact_resolution::wire::{
    self, Account, ApiError, BridgeCapabilities, Chat, ContactSearch, Page, ReadError, Snapshot,
    StartRequest, StartResponse, User,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A JSON text, and a function that reads it as its type and writes it again.
struct Fixture {
    name: &'static str,
    text: &'static str,
    again: fn(&[u8]) -> Result<Value, ReadError>,
}

fn again<T: Serialize + DeserializeOwned>(json: &[u8]) -> Result<Value, ReadError> {
    wire::read::<T>(json).map(|read| serde_json::to_value(&read).expect("a wire type is JSON"))
}

macro_rules! fixtures {
    ($($name:literal => $type:ty,)+) => {
        &[$(Fixture { name: $name, text: include_str!(concat!("../../data/wire/", $name)), again: again::<$type> },)+]
    };
}

const FIXTURES: &[Fixture] = fixtures! {
    "chat.json" => Chat,
    "start_response.json" => StartResponse,
    "start_response_least.json" => StartResponse,
    "request.json" => StartRequest,
    "request_least.json" => StartRequest,
    "error.json" => ApiError,
    "error_least.json" => ApiError,
    "error_null.json" => ApiError,
    "accounts.json" => Vec<Account>,
    "contacts_page.json" => Page<User>,
    "contacts_search.json" => ContactSearch,
    "capabilities.json" => BridgeCapabilities,
    "snapshot.json" => Snapshot,
};

impl Fixture {
    fn value(&self) -> Value {
        serde_json::from_str(self.text).expect("a fixture is JSON")
    }

    fn again(&self, value: &Value) -> Result<Value, ReadError> {
        (self.again)(value.to_string().as_bytes())
    }

    /// Returns whether the type keeps unknown members. Requests and snapshots drop them.
    fn keeps(&self) -> bool {
        !self.name.starts_with("request") && self.name != "snapshot.json"
    }
}

/// Adds the JSON pointer of every value inside.
fn places(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| {
                places(
                    value,
                    &format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")),
                    all,
                );
            });
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at, item)| places(item, &format!("{here}/{at}"), all)),
        _ => {}
    }
}

fn all_places(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    places(value, "", &mut all);
    all
}

#[test]
fn read_value_is_written_unchanged() {
    for fixture in FIXTURES {
        assert_eq!(
            fixture.again(&fixture.value()).expect(fixture.name),
            fixture.value(),
            "{}",
            fixture.name
        );
    }
}

/// Removing any member is an error, or the member stays absent.
#[test]
fn absent_member_stays_absent_or_is_an_error() {
    for fixture in FIXTURES {
        let whole = fixture.value();
        for place in all_places(&whole) {
            let Some((parent, name)) = place.rsplit_once('/') else {
                continue;
            };
            let mut less = whole.clone();
            let Some(members) = less.pointer_mut(parent).and_then(Value::as_object_mut) else {
                continue;
            };
            members.remove(&name.replace("~1", "/").replace("~0", "~"));
            match fixture.again(&less) {
                Ok(again) if has_defaults(fixture, &place) => {
                    assert!(again.pointer(parent).is_some());
                }
                Ok(again) if is_without_item(&whole, &again, &place) => {}
                Ok(again) => assert_eq!(again, less, "{} without {place}", fixture.name),
                Err(error) => assert!(error.line() > 0, "{} without {place}", fixture.name),
            }
        }
    }
}

/// Returns whether the item of a list that holds this place was left out, and only that one.
fn is_without_item(whole: &Value, again: &Value, place: &str) -> bool {
    let Some((list, _)) = place.match_indices("/items/").next() else {
        return false;
    };
    let count = |value: &Value| {
        let items = value.pointer(&place[..list + "/items".len()])?;
        items.as_array().map(Vec::len)
    };
    count(again).is_some_and(|left| Some(left + 1) == count(whole))
}

/// Absent flags and absent members of a snapshot are written as false or empty. A list without `hasMore` may go on.
fn has_defaults(fixture: &Fixture, place: &str) -> bool {
    place.contains("resolve_identifier/")
        || place.ends_with("Cursor")
        || place.ends_with("/hasMore")
        || fixture.name == "snapshot.json"
}

/// Only members that the API declares nullable are written as null.
#[test]
fn only_nullable_members_are_written_as_null() {
    const NULLABLE: [&str; 10] = [
        "description",
        "draft",
        "imgURL",
        "localChatID",
        "messageExpirySeconds",
        "reminder",
        "snooze",
        "details",
        "oldestCursor",
        "newestCursor",
    ];
    for fixture in FIXTURES {
        let whole = fixture.value();
        for place in all_places(&whole)
            .into_iter()
            .filter(|place| !place.is_empty())
        {
            let mut nulled = whole.clone();
            *nulled.pointer_mut(&place).expect("a place of the fixture") = Value::Null;
            let Ok(again) = fixture.again(&nulled) else {
                continue;
            };
            if is_without_item(&whole, &again, &place) {
                continue;
            }
            let name = place.rsplit('/').next().unwrap_or_default();
            let nullable = place.rfind('/') == Some(0) && NULLABLE.contains(&name);
            let free = place.starts_with("/details/")
                || place.contains("capabilities/") && fixture.name == "accounts.json"
                || is_other(fixture, &place);
            match again.pointer(&place) {
                Some(Value::Null) => assert!(free || nullable, "{}: {place} is null", fixture.name),
                Some(default) => assert!(
                    has_defaults(fixture, &place),
                    "{}: {place} becomes {default}",
                    fixture.name
                ),
                None => assert!(!nullable, "{}: {place} loses its null", fixture.name),
            }
        }
    }
}

/// Returns whether a member of a fixture is one that no type reads. Such a member is kept with any value.
fn is_other(fixture: &Fixture, place: &str) -> bool {
    let is_chat = ["chat.json", "start_response.json"].contains(&fixture.name);
    let member = place.split('/').nth(1).unwrap_or_default();
    ["requestID", "group_creation"].contains(&member)
        || is_chat && UNREAD_OF_CHATS.contains(&member)
}

/// The members of a chat that the engine does not read.
const UNREAD_OF_CHATS: [&str; 16] = [
    "capabilities",
    "description",
    "draft",
    "imgURL",
    "isLowPriority",
    "isMarkedUnread",
    "isMuted",
    "isPinned",
    "labels",
    "lastReadMessageSortKey",
    "localChatID",
    "messageExpirySeconds",
    "reminder",
    "snooze",
    "unreadMentionsCount",
    "requestID",
];

#[test]
fn unknown_members_are_kept() {
    for fixture in FIXTURES {
        let whole = fixture.value();
        for place in all_places(&whole) {
            let mut more = whole.clone();
            let Some(members) = more.pointer_mut(&place).and_then(Value::as_object_mut) else {
                continue;
            };
            members.insert(
                "ofANewerServer".into(),
                json!({ "deep": [1, 2.5, null, "é"] }),
            );
            let again = match fixture.again(&more) {
                Ok(again) => again,
                // The values of this map are lists.
                Err(_) if place == "/contacts" => continue,
                Err(error) => panic!("{} with a new member at {place:?}: {error}", fixture.name),
            };
            let kept = again.pointer(&format!("{place}/ofANewerServer")).is_some();
            let is_closed = ["resolve_identifier", "merge"]
                .iter()
                .any(|name| place.ends_with(name));
            assert!(
                kept || is_closed || !fixture.keeps(),
                "{} loses a new member at {place:?}",
                fixture.name
            );
            // The rest is unchanged.
            let mut without = again.clone();
            if let Some(members) = without.pointer_mut(&place).and_then(Value::as_object_mut) {
                members.remove("ofANewerServer");
            }
            assert_eq!(
                without, whole,
                "{} with a new member at {place:?}",
                fixture.name
            );
        }
    }
}

#[test]
fn unknown_words_and_levels_are_kept() {
    let new = [
        ("chat.json", "/type", json!("broadcast")),
        ("chat.json", "/draft/attachments/a1/type", json!("hologram")),
        (
            "chat.json",
            "/capabilities/disappearingTimer/types/0",
            json!("afterSunset"),
        ),
        ("chat.json", "/capabilities/edit", json!(3)),
        ("chat.json", "/capabilities/formatting/bold", json!(-7)),
        ("start_response.json", "/status", json!("revived")),
        ("accounts.json", "/0/status", json!("hibernating")),
        ("accounts.json", "/0/bridge/provider", json!("orbital")),
        ("accounts.json", "/0/bridge/type", json!("carrier-pigeon")),
        ("error.json", "/code", json!("NEW_CODE")),
    ];
    for (name, place, value) in new {
        let fixture = FIXTURES
            .iter()
            .find(|fixture| fixture.name == name)
            .expect("a fixture");
        let mut newer = fixture.value();
        *newer.pointer_mut(place).expect("a place of the fixture") = value;
        assert_eq!(fixture.again(&newer).expect(place), newer, "{name} {place}");
    }
}

#[test]
fn truncated_text_is_an_error() {
    for fixture in FIXTURES {
        let text = fixture.text.trim_end();
        for end in 0..text.len() {
            let error = (fixture.again)(&text.as_bytes()[..end]).expect_err(fixture.name);
            assert!(
                error.line() <= text.lines().count(),
                "{} cut at {end}",
                fixture.name
            );
        }
    }
}

/// A value of another type is an error with a position, or belongs to an unknown member and is kept.
#[test]
fn value_of_another_type_is_an_error_or_kept() {
    for fixture in FIXTURES {
        let whole = fixture.value();
        for place in all_places(&whole) {
            for other in [
                json!(true),
                json!(7.5),
                json!("text"),
                json!([[]]),
                json!({ "a": {} }),
            ] {
                let before = whole.pointer(&place).expect("a place of the fixture");
                if std::mem::discriminant(before) == std::mem::discriminant(&other) {
                    continue;
                }
                let mut swapped = whole.clone();
                *swapped.pointer_mut(&place).expect("a place of the fixture") = other;
                match fixture.again(&swapped) {
                    Ok(again) if is_without_item(&whole, &again, &place) => {}
                    Ok(again) => assert_eq!(again, swapped, "{} swallows {place}", fixture.name),
                    Err(error) => {
                        assert!(
                            error.line() == 1 && error.column() > 0,
                            "{} at {place}: {error}",
                            fixture.name
                        );
                        assert!(!error.to_string().contains("text"), "{error}");
                    }
                }
            }
        }
    }
}

/// Our responses have all members that the API requires.
#[test]
fn start_response_has_all_required_members() {
    let chat: Chat = wire::read(include_bytes!("../../data/wire/chat.json")).unwrap();
    let answer =
        serde_json::to_value(StartResponse::new(chat, wire::StartStatus::Existing)).unwrap();
    for member in [
        "id",
        "accountID",
        "network",
        "participants",
        "title",
        "type",
        "unreadCount",
        "chatID",
    ] {
        assert!(answer.get(member).is_some(), "{member} is missing");
    }
    for member in ["hasMore", "items", "total"] {
        assert!(
            answer["participants"].get(member).is_some(),
            "participants.{member} is missing"
        );
    }
    assert_eq!(
        (&answer["status"], &answer["chatID"]),
        (&json!("existing"), &answer["id"])
    );
}

#[test]
fn null_in_a_request_means_absent() {
    let nulls: Map<String, Value> = ["id", "email", "fullName", "phoneNumber", "username"]
        .map(|name| (name.into(), Value::Null))
        .into_iter()
        .collect();
    let request = json!({ "accountID": "a", "user": nulls, "allowInvite": null, "messageText": null, "title": "Dr" });
    let read: StartRequest = wire::read(request.to_string().as_bytes()).unwrap();
    assert_eq!(read, StartRequest::new("a", wire::UserPayload::default()));
    assert!(read.allows_invite());
}

#[test]
fn null_flag_or_list_means_absent() {
    let flags = json!({ "create_dm": true, "lookup_phone": null, "search": null });
    let read: wire::ResolveIdentifier = wire::read(flags.to_string().as_bytes()).unwrap();
    let create_dm = true;
    let default = wire::ResolveIdentifier::default();
    assert_eq!(
        read,
        wire::ResolveIdentifier {
            create_dm,
            ..default
        }
    );
    let nothing = json!({ "accounts": null, "contacts": null, "chats": null, "complete": null });
    let read: Snapshot = wire::read(nothing.to_string().as_bytes()).unwrap();
    assert_eq!(read, Snapshot::default());
}

/// A server may cut a name inside an emoji. JSON's grammar has the half that is left.
#[test]
fn half_of_a_character_is_read_as_the_replacement_character() {
    let page: wire::Page<wire::User> = wire::read(
        br#"{"items": [{"id": "1", "fullName": "A \ud83d", "extra": ["\ude00"]}, {"id": "2"}], "hasMore": false}"#,
    )
    .unwrap();
    let [cut, _] = page.items.as_slice() else {
        panic!("an item is missing");
    };
    assert_eq!(cut.full_name.as_deref(), Some("A \u{fffd}"));
    assert_eq!(cut.other["extra"][0], "\u{fffd}");

    let directory = r#"{"accounts": [{"accountID": "irc", "user": {"id": "me"}, "bridge": {"id": "irc", "provider": "local", "type": "irc"}}],
        "contacts": {"irc": [{"id": "libera_ada", "fullName": "Ada \uD83D"}, {"id": "libera_bea"}]}}"#;
    let directory = MemoryDirectory::read_json(directory.as_bytes()).unwrap();
    assert_eq!(directory.skipped(), 0);
    let mut names: Vec<_> = directory.people("irc").map(|one| one.full_name).collect();
    names.sort();
    assert_eq!(names, [None, None, Some("Ada \u{fffd}".to_owned())]);

    // The positions of other errors stay.
    let error = wire::read::<StartRequest>(br#"{"accountID": "\ud83d", "user": {}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the JSON ends too early (line 1, column 34)"
    );
}

#[test]
fn list_without_a_readable_end_may_go_on() {
    for (more, expected) in [
        (r#""hasMore": false"#, false),
        (r#""hasMore": true"#, true),
        (r#""hasMore": null"#, true),
        (r#""x": 1"#, true),
    ] {
        let json = format!(r#"{{"items": [], "total": 0, {more}}}"#);
        let page: wire::Page<wire::User> = wire::read(json.as_bytes()).unwrap();
        let participants: wire::Participants = wire::read(json.as_bytes()).unwrap();
        assert_eq!((page.has_more, participants.has_more), (expected, expected));
    }
}
