//! The wire: what we write, a strict client reads; what a newer server adds, we keep reading.

use contact_resolution::wire::{
    self, Account, ApiError, BridgeCapabilities, Chat, ContactSearch, Page, ReadError, Snapshot,
    StartRequest, StartResponse, User,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A fixture, and how its type reads and writes it again.
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

    /// Whether the type keeps members it doesn't know. A request's are nobody's business.
    fn keeps(&self) -> bool {
        !self.name.starts_with("request") && self.name != "snapshot.json"
    }
}

/// The place of every value inside, as JSON pointers.
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
fn what_is_read_is_written_again() {
    for fixture in FIXTURES {
        assert_eq!(
            fixture.again(&fixture.value()).expect(fixture.name),
            fixture.value(),
            "{}",
            fixture.name
        );
    }
}

/// An absent member stays absent: taking any away leaves no trace, or is told.
#[test]
fn what_is_absent_stays_absent() {
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
                Ok(again) => assert_eq!(again, less, "{} without {place}", fixture.name),
                Err(error) => assert!(error.line() > 0, "{} without {place}", fixture.name),
            }
        }
    }
}

/// Flags and a directory's own members are false or empty when absent, and are written so.
fn has_defaults(fixture: &Fixture, place: &str) -> bool {
    place.contains("resolve_identifier/") || fixture.name == "snapshot.json"
}

/// Of all members, only those that the API declares nullable are ever written as null.
#[test]
fn only_nullable_members_are_null() {
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
            let name = place.rsplit('/').next().unwrap_or_default();
            let nullable = place.rfind('/') == Some(0) && NULLABLE.contains(&name);
            let free = place.starts_with("/details/")
                || place.contains("capabilities/") && fixture.name == "accounts.json"
                || is_other(&place);
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

/// Members of the fixtures that no type names: kept, whatever they are.
fn is_other(place: &str) -> bool {
    place.starts_with("/requestID") || place.starts_with("/group_creation")
}

#[test]
fn unknown_members_survive() {
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
                // A map of lists or levels takes only such.
                Err(_)
                    if ["/contacts", "/draft/attachments"].contains(&place.as_str())
                        || place.ends_with("imeTypes") =>
                {
                    continue;
                }
                Err(_)
                    if place.ends_with("/formatting")
                        || place.ends_with("capabilities/attachments") =>
                {
                    continue;
                }
                Err(error) => panic!("{} with a new member at {place:?}: {error}", fixture.name),
            };
            let kept = again.pointer(&format!("{place}/ofANewerServer")).is_some();
            let closed = [
                "resolve_identifier",
                "disappearingTimer",
                "messageRequest",
                "participantActions",
                "state",
                "merge",
                "size",
            ];
            let small = closed.iter().any(|name| place.ends_with(name))
                || place.contains("/state/")
                || place.contains("/labels/");
            assert!(
                kept || small || !fixture.keeps(),
                "{} loses a new member at {place:?}",
                fixture.name
            );
            // Nothing else changes.
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
fn unknown_words_and_levels_survive() {
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
fn what_ends_too_early_is_told_with_its_place() {
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

/// A value of another type is told with its place, or is a member that is kept as it came.
#[test]
fn another_type_is_told_with_its_place() {
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

/// Our answers have what the API requires of one.
#[test]
fn a_start_response_has_all_that_is_required() {
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
fn null_stands_for_an_absent_member_of_a_request() {
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
fn null_stands_for_an_absent_flag_or_list() {
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
