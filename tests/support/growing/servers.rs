//! Answers of servers that grow.

use contact_resolution::http::ServerApi;
use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::bridge::Bridge;
use contact_resolution::start::{CreateResult, Effect, Reply};
use contact_resolution::wire::{
    self, Chat, ContactSearch, Page, StartRequest, StartResponse, User, UserPayload,
};
use contact_resolution::{
    Account, ChatStart, ClaimResult, Coverage, DirectoryAnswer, IdentifierKind, LookupResult,
    Network, Person, Policy,
};

use super::{Case, PHONE, Work, case};

pub(super) const CASES: &[Case] = &[
    case("people in the answer to a lookup", 200, |n| {
        let users = list(n, |at| {
            format!(r#"{{"id":"{at}","phoneNumber":"{PHONE}","fullName":"Ada {at}"}}"#)
        });
        play(format!(r#"{{"items":[{users}]}}"#), started(1), Vec::new())
    }),
    case("participants in the answer to a create", 200, |n| {
        play(r#"{"items":[]}"#.to_owned(), started(n), Vec::new())
    }),
    case(
        "participants in the answer to a create for a known person of many ids",
        100,
        |n| {
            let mut person = Person::new("3f1c9a52-7d1e-4a7b-9c55-000000000000")
                .with_identifier(IdentifierKind::Phone, PHONE);
            person
                .identifiers
                .extend((0..n).map(|at| contact_resolution::StoredIdentifier {
                    kind: IdentifierKind::Id,
                    text: format!("4f1c9a52-7d1e-4a7b-9c55-{at:012x}"),
                }));
            play(r#"{"items":[]}"#.to_owned(), started(n), vec![person])
        },
    ),
    case("identifiers in the answer of a bridge", 200, |n| {
        let uris = list(n, |at| format!(r#""tel:+1415555{:04}""#, at % 10_000));
        let body =
            format!(r#"{{"id":"3f1c9a52-7d1e-4a7b-9c55-000000000000","identifiers":[{uris}]}}"#);
        Box::new(move || {
            let api = Bridge::new("http://localhost:1").expect("a URL");
            walk(&api, &body, &body, &[])
        })
    }),
    case("items of a page", 200, |n| {
        let json = format!(
            r#"{{"hasMore":false,"items":[{}]}}"#,
            list(n, |at| format!(r#"{{"id":"{at}","x":[1]}}"#))
        );
        Box::new(move || {
            wire::read::<Page<User>>(json.as_bytes()).map_or(0, |page| page.items.len())
        })
    }),
    case("malformed items of a page", 200, |n| {
        let json = format!(
            r#"{{"hasMore":false,"items":[{}]}}"#,
            list(n, |_| r#"{"id":[[[]]]}"#.to_owned())
        );
        Box::new(move || wire::read::<Page<Chat>>(json.as_bytes()).map_or(0, |page| page.skipped))
    }),
    case("unknown members of an answer", 200, |n| {
        let members = list(n, |at| format!(r#""x{at}":{{"y":[{at}]}}"#));
        let json = format!(r#"{{"items":[],{members}}}"#);
        Box::new(move || {
            wire::read::<ContactSearch>(json.as_bytes()).map_or(0, |found| found.other.len())
        })
    }),
    case("unknown members of a started chat", 200, |n| {
        let members = list(n, |at| format!(r#""x{at}":{{"y":[{at}]}}"#));
        let json = started(1).replacen('{', &format!("{{{members},"), 1);
        Box::new(move || {
            wire::read::<StartResponse>(json.as_bytes())
                .map_or(0, |started| started.chat.other.len())
        })
    }),
];

fn list(n: usize, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect::<Vec<_>>().join(",")
}

/// Returns the answer to a create, with a chat of these participants.
fn started(n: usize) -> String {
    let people = list(n, |at| {
        format!(r#"{{"id":"5f1c9a52-7d1e-4a7b-9c55-{at:012x}"}}"#)
    });
    format!(
        r#"{{"id":"!x","chatID":"!x","accountID":"a","network":"","title":"","type":"single","unreadCount":0,"status":"created","participants":{{"hasMore":false,"total":2,"items":[{people}]}}}}"#
    )
}

fn play(lookup: String, create: String, people: Vec<Person>) -> Work {
    Box::new(move || {
        let api = Beeper::new("http://localhost:1").expect("a URL");
        walk(&api, &lookup, &create, &people)
    })
}

/// Starts a chat with a server that gives these answers. Returns the number of steps.
fn walk(api: &dyn ServerApi, lookup: &str, create: &str, people: &[Person]) -> usize {
    let answer = |text: &str| {
        http::Response::builder()
            .status(200)
            .body(text.as_bytes().to_vec())
            .expect("a response")
    };
    let account = Account::new("a", Network::SIGNAL, "900");
    let user = UserPayload {
        phone_number: Some(PHONE.to_owned()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("a", user), Policy::default());
    let mut start = ChatStart::new(&account, &request, &policy).with_dialect(api.dialect());
    let mut reply = None;
    for step in 1..100 {
        reply = Some(match start.advance(reply.take()) {
            Effect::Find(_) => {
                let people = people.iter().cloned();
                Reply::Found(DirectoryAnswer::new(
                    people,
                    Coverage {
                        contacts: true,
                        chats: true,
                    },
                ))
            }
            Effect::Lookup(attempt) => {
                let result: LookupResult = api.read_lookup(&account, attempt, &answer(lookup));
                Reply::LookedUp(result)
            }
            Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
            Effect::Create(_) => {
                let result: CreateResult = api.read_create(&answer(create));
                Reply::Created(result)
            }
            Effect::Record(..) => Reply::Recorded(true),
            Effect::Done(_) => return step,
            Effect::Wait(_) => Reply::Woke,
        });
    }
    100
}
