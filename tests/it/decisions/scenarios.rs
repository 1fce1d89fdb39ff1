//! The tables of decisions in `tests/data/scenarios.jsonl` and `people.jsonl`. Each line is one case, with a name that
//! says what it shows.
//!
//! The `directory` is a short form of a snapshot. `network` makes the account `asked` of that bridge type. The account
//! is connected, in the region `US`, and has the own user `self-1`. `contacts` are users. A chat is `with` an id, a
//! user or a list of these, and the own user is in it unless it has `left`. `others` are further accounts.
//!
//! `expect` is compared with the decision as JSON. An object may have further members, and a list may not have further
//! items. `"*"` is any value, and `null` means absence.

use contact_resolution::wire::{self, Snapshot, StartRequest};
use contact_resolution::{
    Account, AmbiguityPolicy, EmailPolicy, MemoryDirectory, Network, Policy, Region, resolve,
};
use serde_json::{Map, Value, json};

const TABLES: [&str; 2] = [
    include_str!("../../data/scenarios.jsonl"),
    include_str!("../../data/people.jsonl"),
];
const ASKED: &str = "asked";

/// Expands a short directory to a snapshot.
pub(crate) fn snapshot(short: &Value) -> Snapshot {
    let network = short["network"].as_str().expect("a network");
    let mut user = json!({ "id": "self-1", "isSelf": true });
    merge(&mut user, &short["me"]);
    let mut account = json!({
        "accountID": ASKED,
        "bridge": { "id": network, "provider": "local", "type": network },
        "user": user,
        "status": short.get("status").unwrap_or(&json!("connected")),
        "region": short.get("region").unwrap_or(&json!("US")),
    });
    if let Some(flags) = short["flags"].as_array() {
        let flags: Map<String, Value> =
            flags.iter().map(|flag| (text(flag), json!(true))).collect();
        let all = [
            "create_dm",
            "lookup_phone",
            "lookup_email",
            "lookup_username",
            "any_phone",
            "contact_list",
            "search",
        ];
        let off: Map<String, Value> = all
            .map(|flag| (flag.to_owned(), json!(false)))
            .into_iter()
            .collect();
        account["resolve_identifier"] = Value::Object(off.into_iter().chain(flags).collect());
    }
    let own = account["user"]["id"].clone();
    let mut whole = json!({ "accounts": [account], "contacts": {}, "chats": [] });
    match short.get("complete") {
        None => whole["complete"] = json!(true),
        Some(Value::Null) => {}
        Some(complete) => whole["complete"] = complete.clone(),
    }
    fill(&mut whole, ASKED, short, &own);
    for other in short["others"].as_array().into_iter().flatten() {
        let id = text(&other["account"]);
        let mut account = whole["accounts"][0].clone();
        account["accountID"] = json!(id);
        list(&mut whole["accounts"]).push(account);
        fill(&mut whole, &id, other, &own);
    }
    drop_nulls(&mut whole);
    wire::read(whole.to_string().as_bytes()).expect("a directory of the API's shape")
}

/// Adds the contacts and chats of one account.
fn fill(whole: &mut Value, account: &str, short: &Value, own: &Value) {
    whole["contacts"][account] = short.get("contacts").cloned().unwrap_or(json!([]));
    for chat in short["chats"].as_array().into_iter().flatten() {
        let with = match &chat["with"] {
            Value::Array(several) => several.clone(),
            one => vec![one.clone()],
        };
        let mut items: Vec<Value> = with
            .into_iter()
            .map(|user| {
                if user.is_string() {
                    json!({ "id": user })
                } else {
                    user
                }
            })
            .collect();
        if chat["left"] != json!(true) {
            items.push(json!({ "id": own, "isSelf": true }));
        }
        let total = chat.get("total").cloned().unwrap_or(json!(items.len()));
        let mut full = json!({
            "id": chat["id"], "accountID": account, "network": "a network", "title": "a chat", "unreadCount": 0,
            "type": if chat["group"] == json!(true) { "group" } else { "single" },
            "participants": { "items": items, "total": total, "hasMore": chat["more"] == json!(true) },
            "isArchived": chat["archived"], "isReadOnly": chat["readOnly"], "lastActivity": chat["at"],
            "mergedIntoChatID": chat["into"],
        });
        if chat["merges"].is_array() {
            full["merge"] = json!({ "chatIDs": chat["merges"] });
        }
        merge(&mut full, &chat["raw"]);
        list(&mut whole["chats"]).push(full);
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn list(value: &mut Value) -> &mut Vec<Value> {
    value.as_array_mut().expect("a list")
}

fn merge(into: &mut Value, more: &Value) {
    for (name, value) in more.as_object().into_iter().flatten() {
        into[name] = value.clone();
    }
}

/// Removes members that are `null`, since `null` means absence in the table.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, value| !value.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

pub(crate) fn request(short: &Value) -> StartRequest {
    let mut request = short.clone();
    if request.get("accountID").is_none() {
        request["accountID"] = json!(ASKED);
    }
    if let Some(times) = short["messageText"]["times"].as_u64() {
        request["messageText"] =
            json!(text(&short["messageText"]["repeat"]).repeat(usize::try_from(times).unwrap()));
    }
    wire::read(request.to_string().as_bytes()).expect("a request of the API's shape")
}

fn policy(short: &Value) -> Policy {
    let mut policy = Policy::default();
    policy.default_region = short["region"].as_str().and_then(Region::new);
    if short["takeBest"] == json!(true) {
        policy.ambiguity = AmbiguityPolicy::TakeBest;
    }
    if short["rfc"] == json!(true) {
        policy.email = EmailPolicy::RFC;
    }
    policy
}

fn decide(row: &Value) -> Value {
    let directory = MemoryDirectory::from_snapshot(&snapshot(&row["directory"]));
    let request = request(&row["request"]);
    let nobody = Account::new(ASKED, Network::from_bridge_type("none"), "self-1");
    let account = directory.account(ASKED).unwrap_or(&nobody);
    let Ok(decision) = resolve(account, &request, &directory, &policy(&row["policy"]));
    serde_json::to_value(&decision).expect("a decision is JSON")
}

/// Returns the first difference from the expected value, with its place.
pub(crate) fn lacks(expected: &Value, actual: &Value, place: &str) -> Option<String> {
    match (expected, actual) {
        (Value::Object(members), actual) if !members.is_empty() => members
            .iter()
            .find_map(|(name, value)| lacks(value, &actual[name], &format!("{place}.{name}"))),
        (Value::Array(items), Value::Array(actual)) if items.len() == actual.len() => {
            let mut pairs = items.iter().zip(actual).enumerate();
            pairs.find_map(|(at, (item, actual))| lacks(item, actual, &format!("{place}[{at}]")))
        }
        (Value::String(any), _) if any == "*" => None,
        (expected, actual) if expected == actual => None,
        (expected, actual) => Some(format!("{place}: expected {expected}, found {actual}")),
    }
}

#[test]
fn scenarios_are_decided_as_expected() {
    let rows: Vec<Value> = TABLES
        .iter()
        .flat_map(|table| table.lines())
        .map(|line| serde_json::from_str(line).expect("a row is JSON"))
        .collect();
    let failed: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let decision = decide(row);
            let lack = lacks(&row["expect"], &decision, "")?;
            Some(format!("{}\n    {lack}\n    {decision}", row["name"]))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} rows:\n{}",
        failed.len(),
        rows.len(),
        failed.join("\n")
    );
}

#[test]
fn scenario_names_are_unique() {
    let mut names: Vec<String> = TABLES
        .iter()
        .flat_map(|table| table.lines())
        .map(|line| text(&serde_json::from_str::<Value>(line).expect("a row is JSON")["name"]))
        .collect();
    let rows = names.len();
    names.sort();
    names.dedup();
    assert_eq!((rows, rows >= 120), (names.len(), true));
}
