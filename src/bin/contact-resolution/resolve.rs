//! `resolve`: decisions, a line each, or one in plain words.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use contact_resolution::wire::{self, Snapshot, StartRequest, UserPayload};
use contact_resolution::{
    Action, Considered, Decision, MemoryDirectory, Policy, Region, WhenAmbiguous, resolve, triage,
};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::lines;

#[derive(Args)]
pub(crate) struct Options {
    /// The directory, a JSON file of accounts, contacts and chats; without --account, lines are bare requests then
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
    /// Decide one payload on this account, in plain words
    #[arg(long, value_name = "ID", requires = "directory")]
    account: Option<String>,
    /// The user's id on the network
    #[arg(long, requires = "account")]
    id: Option<String>,
    /// A phone number
    #[arg(long, requires = "account", allow_hyphen_values = true)]
    phone: Option<String>,
    /// An email address
    #[arg(long, requires = "account")]
    email: Option<String>,
    /// A username or handle
    #[arg(long, requires = "account")]
    username: Option<String>,
    /// The full name, a hint
    #[arg(long, requires = "account")]
    name: Option<String>,
    /// The first message, where the network creates a chat by it
    #[arg(long, requires = "account")]
    message: Option<String>,
    /// Refuse rather than send an invite
    #[arg(long, requires = "account")]
    no_invite: bool,
    /// Print the decision as JSON
    #[arg(long, requires = "account")]
    json: bool,
    /// The region of national phone numbers where the account tells none
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// Take the best of several people instead of refusing
    #[arg(long)]
    take_best: bool,
}

impl Options {
    fn policy(&self) -> Policy {
        let mut policy = Policy::default();
        policy.default_region = self.region;
        if self.take_best {
            policy.when_ambiguous = WhenAmbiguous::TakeBest;
        }
        policy
    }

    fn request(&self, account: &str) -> StartRequest {
        let user = UserPayload {
            id: self.id.clone(),
            email: self.email.clone(),
            full_name: self.name.clone(),
            phone_number: self.phone.clone(),
            username: self.username.clone(),
        };
        StartRequest {
            allow_invite: self.no_invite.then_some(false),
            message_text: self.message.clone(),
            ..StartRequest::new(account, user)
        }
    }
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    let directory = options.directory.as_ref().map(load).transpose()?;
    let policy = options.policy();
    match (&options.account, &directory) {
        (Some(account), Some(directory)) => {
            one(&options.request(account), directory, policy, options.json)
        }
        _ => lines::answer(|line| match &directory {
            Some(directory) => decide_raw(line, directory, policy),
            None => with_own_directory(line, policy),
        }),
    }
}

fn load(path: &PathBuf) -> io::Result<MemoryDirectory> {
    let in_file = |error: &dyn Error| io::Error::other(format!("{}: {error}", path.display()));
    let json = fs::read(path).map_err(|error| in_file(&error))?;
    let snapshot: Snapshot = wire::read(&json).map_err(|error| in_file(&error))?;
    Ok(MemoryDirectory::from_snapshot(&snapshot))
}

/// A line that brings its directory along.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    directory: &'a RawValue,
    #[serde(borrow)]
    request: &'a RawValue,
}

fn with_own_directory(line: &[u8], policy: Policy) -> Result<Decision, Value> {
    let line: Line<'_> = lines::read(line)?;
    let snapshot: Snapshot = wire::read(line.directory.get().as_bytes())
        .map_err(|error| lines::invalid(&format_args!("directory: {error}")))?;
    let directory = MemoryDirectory::from_snapshot(&snapshot);
    decide_raw(line.request.get().as_bytes(), &directory, policy)
}

fn decide_raw(
    request: &[u8],
    directory: &MemoryDirectory,
    policy: Policy,
) -> Result<Decision, Value> {
    match wire::read::<StartRequest>(request) {
        Ok(request) => Ok(decide(&request, directory, policy)),
        // A refusal like any other, which tells the place too.
        Err(error) => {
            let mut refusal = serde_json::to_value(Decision::invalid_request()).unwrap_or_default();
            refusal["message"] = error.to_string().into();
            Err(refusal)
        }
    }
}

fn decide(request: &StartRequest, directory: &MemoryDirectory, policy: Policy) -> Decision {
    let Some(account) = directory.account(&request.account_id) else {
        return Decision::account_not_found();
    };
    let Ok(decision) = resolve(account, request, directory, &policy);
    decision
}

fn one(
    request: &StartRequest,
    directory: &MemoryDirectory,
    policy: Policy,
    json: bool,
) -> io::Result<ExitCode> {
    let decision = decide(request, directory, policy);
    if json {
        println!("{}", serde_json::to_string(&decision)?);
    } else {
        print!("{}", in_words(&decision, request, directory, policy));
    }
    Ok(ExitCode::from(u8::from(matches!(
        decision.action,
        Action::Refuse(_)
    ))))
}

/// The decision, its reason, what was read and rejected, and who else could be meant.
fn in_words(
    decision: &Decision,
    request: &StartRequest,
    directory: &MemoryDirectory,
    policy: Policy,
) -> String {
    let mut text = String::new();
    let mut say = |label: &str, what: fmt::Arguments<'_>| {
        let _ = writeln!(text, "{label:<10} {what}");
    };
    match &decision.action {
        Action::Reuse(reuse) => {
            say("reuse", format_args!("the chat {}", reuse.chat_id));
            for follow_up in &reuse.follow_ups {
                say("then", format_args!("{}", follow_up.as_str()));
            }
            for duplicate in &reuse.duplicates {
                say("duplicate", format_args!("{duplicate}"));
            }
            if reuse.cannot_message {
                say("note", format_args!("this person can't be messaged"));
            }
        }
        Action::Create(create) => {
            for attempt in &create.attempts {
                let lookup = if attempt.lookup {
                    ", after looking it up"
                } else {
                    ""
                };
                say(
                    "create",
                    format_args!("a chat with the {} {}{lookup}", attempt.kind, attempt.value),
                );
            }
            if create.invite {
                say("invite", format_args!("the other side gets an invite"));
            }
            if create.send_message {
                say("message", format_args!("is sent in the same call"));
            }
        }
        Action::Refuse(refusal) => {
            say(
                "refuse",
                format_args!("{} ({})", refusal.code, refusal.code.status()),
            );
            for unmet in refusal.unmet.iter().skip(1) {
                say("and", format_args!("{unmet}"));
            }
            for candidate in &refusal.candidates {
                say("candidate", format_args!("{}", Shown(candidate)));
            }
        }
    }
    say("because", format_args!("{}", decision.because));
    if let Some(user_id) = &decision.user_id {
        say("whom", format_args!("{user_id}"));
    }
    if let Some(account) = directory.account(&request.account_id) {
        for candidate in triage(&request.user, account, &policy).candidates {
            if let Some(identifier) = &candidate.identifier {
                let slots: Vec<&str> = candidate
                    .slots
                    .iter()
                    .map(contact_resolution::Slot::as_str)
                    .collect();
                let sure = candidate.reading.as_str();
                let from = slots.join(" and ");
                say(
                    "read",
                    format_args!("{from} as the {} {identifier} ({sure})", candidate.kind),
                );
            }
        }
    }
    for (slot, code) in &decision.fields {
        say("rejected", format_args!("{slot}: {code}"));
    }
    for other in &decision.conflicts {
        say("not", format_args!("{}", Shown(other)));
    }
    for warning in &decision.warnings {
        say("note", format_args!("{warning}"));
    }
    for suggestion in &decision.suggestions {
        say("perhaps", format_args!("{}", Shown(suggestion)));
    }
    text
}

/// A person as a line shows them.
struct Shown<'a>(&'a Considered);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.user_id)?;
        if let Some(name) = &self.0.full_name {
            write!(f, ", {name}")?;
        }
        let via: Vec<&str> = self
            .0
            .via
            .iter()
            .map(contact_resolution::Slot::as_str)
            .collect();
        if via.is_empty() {
            Ok(())
        } else {
            write!(
                f,
                ", by {} ({})",
                via.join(" and "),
                self.0.reading.as_str()
            )
        }
    }
}
