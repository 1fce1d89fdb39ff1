//! A start that a person approves first. The plan is shown, stored, and carried out only if it still holds.

use std::io::{BufRead, Write, stdin, stdout};
use std::time::{Duration, Instant};

use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::http::{Request, Response};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, Coverage, MemoryDirectory, MemoryLedger, Network, Person, Plan,
    PlannedAction, Policy, TransportError, resolve,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The answer of a simulated server.
const CREATED: &str = r#"{"id": "!new:matrix", "chatID": "!new:matrix", "status": "created"}"#;

fn describe(plan: &Plan) -> String {
    let name = plan.full_name.as_deref().unwrap_or("an unknown person");
    match &plan.action {
        PlannedAction::Create { invite: true, .. } => format!("Invite {name} to a new chat?"),
        PlannedAction::Create { .. } => format!("Create a chat with {name}?"),
        _ => format!("Open the chat with {name}?"),
    }
}

pub(crate) fn run(mut answers: impl BufRead, mut out: impl Write) -> Result<()> {
    let account = Account::new("matrix", Network::MATRIX, "@me:example.org");
    let mut contacts = MemoryDirectory::new();
    contacts.insert_account(account.clone());
    contacts.set_coverage(
        "matrix",
        Coverage {
            contacts: true,
            chats: true,
        },
    );
    contacts.upsert(
        "matrix",
        Person::new("@ada:example.org").with_name("Ada Okafor"),
    );

    let user = UserPayload {
        id: Some("@ada:example.org".into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("matrix", user), Policy::default());
    let decision = resolve(&account, &request, &contacts, &policy)?;
    let plan = Plan::from_decision(&decision, &account, &request, &policy);
    let plan = plan.ok_or_else(|| decision.reason.to_string())?;

    // The plan can wait in a file or a database.
    let stored = serde_json::to_string(&plan)?;
    writeln!(out, "{} (y/n)", describe(&plan))?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    if answer.trim() != "y" {
        writeln!(out, "nothing was sent")?;
        return Ok(());
    }

    let plan: Plan = serde_json::from_str(&stored)?;
    let send = |_: Request| Ok::<_, TransportError>(Response::new(CREATED.into()));
    let server = Beeper::new(DEFAULT_BASE_URL)?;
    let client = Client::new(&server, &send, std::thread::sleep);
    let begun = Instant::now();
    let ledger = MemoryLedger::new(Duration::from_secs(3600), move || begun.elapsed());
    let outcome = client.start(ChatStart::from_plan(&account, &plan), &contacts, &ledger)?;
    let chat_id = outcome.result.chat_id().unwrap_or("no chat");
    writeln!(out, "{}: {chat_id}", outcome.result.as_str())?;
    Ok(())
}

fn main() -> Result<()> {
    run(stdin().lock(), stdout())
}
