//! Logs and metrics of starts, without personal data, and an alert on unknown results.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::http::{Request, Response};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, MemoryDirectory, MemoryLedger, Network, Outcome, Policy,
    RefusalCode, TransportError, Warning,
};
use serde_json::json;

/// Returns one line for a finished start. Every value is a code, a count or a time.
fn log_line(account: &Account, outcome: &Outcome, elapsed: Duration) -> String {
    let warnings = outcome.decision.warnings.iter().map(Warning::code);
    json!({
        "event": "chat_start",
        "network": account.network.name(),
        "result": outcome.result.as_str(),
        "reason": outcome.reason().as_str(),
        "code": outcome.code().map(RefusalCode::as_str),
        "warnings": warnings.collect::<Vec<_>>(),
        "duration_ms": elapsed.as_millis(),
    })
    .to_string()
}

/// A server that knows no one, and loses the answer to the create for one number.
fn simulated(request: &Request) -> Result<Response, TransportError> {
    let is_lost = String::from_utf8_lossy(request.body()).contains("5550199");
    match request.method().as_str() {
        "POST" if is_lost => Err(TransportError::lost("connection reset")),
        "POST" => Ok(Response::new(
            br#"{"id": "!new:chat", "chatID": "!new:chat", "status": "created"}"#.into(),
        )),
        _ => Ok(Response::new(br#"{"items": []}"#.into())),
    }
}

pub(crate) fn run(
    mut elapsed: impl FnMut() -> Duration,
) -> Result<String, Box<dyn std::error::Error>> {
    let account = Account::new("gmessages", Network::GOOGLE_MESSAGES, "me");
    let (contacts, policy) = (MemoryDirectory::new(), Policy::default());
    let ledger = MemoryLedger::new(Duration::from_secs(3600), || Duration::ZERO);
    let server = Beeper::new(DEFAULT_BASE_URL)?;
    let transport = |request: Request| simulated(&request);
    let client = Client::new(&server, &transport, |_| ());
    // A counter of starts with the result as its label.
    let mut starts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut lines = String::new();
    for typed in ["+12125550142", "212 555 XXXX", "+12125550199"] {
        let user = UserPayload {
            phone_number: Some(typed.into()),
            ..UserPayload::default()
        };
        let request = StartRequest::new("gmessages", user);
        let start = ChatStart::new(&account, &request, &policy);
        let outcome = client.start(start, &contacts, &ledger)?;
        lines += &log_line(&account, &outcome, elapsed());
        lines.push('\n');
        *starts.entry(outcome.result.as_str()).or_default() += 1;
    }
    // A chat may exist that no user has seen.
    if starts.contains_key("unknown") {
        lines += "alert: the result of a start is unknown\n";
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let begun = Instant::now();
    print!("{}", run(|| begun.elapsed())?);
    Ok(())
}
