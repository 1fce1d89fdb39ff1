//! `{"directory", "request", "answers": [[STATUS, BODY], …]}`: a start on a server that gives these answers in turn ends, and
//! sends one create unless the answers refuse it.
#![no_main]

#[path = "../cost.rs"]
mod cost;

use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::bridge::Bridge;
use contact_resolution::http::{Response, ServerApi};
use contact_resolution::start::{CreateResult, Effect, Reply};
use contact_resolution::wire::{self, StartRequest};
use contact_resolution::{
    ChatStart, ClaimResult, Directory, DirectoryAnswer, DirectoryQuery, MemoryDirectory, Policy,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// More steps than any start takes.
const STEPS: usize = 200;

fn response(answers: &mut dyn Iterator<Item = &Value>) -> Response {
    let answer = answers.next().unwrap_or(&Value::Null);
    let mut response = Response::new(answer[1].to_string().into_bytes());
    let status = answer[0]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    let status = http::StatusCode::from_u16(status.unwrap_or(200));
    *response.status_mut() = status.unwrap_or(http::StatusCode::OK);
    response
}

fn start(api: &dyn ServerApi, case: &Value) {
    let directory = case["directory"].to_string();
    let Ok(directory) = MemoryDirectory::read_json(directory.as_bytes()) else {
        return;
    };
    let request = case["request"].to_string();
    let Ok(request) = wire::read::<StartRequest>(request.as_bytes()) else {
        return;
    };
    let Some(account) = directory.account(&request.account_id) else {
        return;
    };
    let mut answers = case["answers"].as_array().into_iter().flatten();
    let policy = Policy::default();
    let mut start = ChatStart::new(account, &request, &policy).with_dialect(api.dialect());
    let (mut reply, mut is_lost) = (None, false);
    for _ in 0..STEPS {
        reply = Some(match start.advance(reply.take()) {
            Effect::Find(keys) => {
                let query = DirectoryQuery {
                    account: &account.id,
                    keys,
                };
                let Ok(mut found) = directory.find(&[query]);
                Reply::Found(found.pop().unwrap_or_else(DirectoryAnswer::default))
            }
            Effect::Lookup(attempt) => {
                let _ = api.lookup(account, attempt);
                Reply::LookedUp(api.read_lookup(account, attempt, &response(&mut answers)))
            }
            Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
            Effect::Create(chat) => {
                assert!(!is_lost, "a create after a lost or a completed one");
                let _ = api.create(account, chat);
                let result = api.read_create(&response(&mut answers));
                is_lost = matches!(result, CreateResult::Lost | CreateResult::Chat(_));
                Reply::Created(result)
            }
            Effect::Record(..) => Reply::Recorded(true),
            Effect::Wait(_) => Reply::Woke,
            Effect::Done(outcome) => {
                assert!(serde_json::to_string(&outcome).is_ok());
                return;
            }
        });
    }
    panic!("the start does not end");
}

fuzz_target!(|text: &str| {
    let Ok(case) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let beeper = Beeper::new("http://localhost").unwrap();
    let bridge = Bridge::new("http://localhost").unwrap();
    cost::guide(|length| {
        // The answers stay in their order, so only their bodies and the directory grow.
        let mut grown = case.clone();
        if let Some(members) = grown.as_object_mut().filter(|_| length > 0) {
            if let Some(directory) = members.get_mut("directory") {
                *directory = cost::grow(directory, length / 2);
            }
            let answers = members.get_mut("answers").and_then(Value::as_array_mut);
            for answer in answers.into_iter().flatten() {
                if let Some(body) = answer.get_mut(1) {
                    *body = cost::grow(body, length / 2);
                }
            }
        }
        start(&beeper, &grown);
        start(&bridge, &grown);
        grown.to_string().len()
    });
});
