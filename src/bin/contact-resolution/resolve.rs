//! `resolve`: decisions, a line each, or one in plain words.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use contact_resolution::wire::{self, Snapshot, StartRequest};
use contact_resolution::{Action, Decision, MemoryDirectory, Plan, Policy, resolve};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::lines;
use crate::payload::{self, Payload};
use crate::source::Source;
use crate::words::Words;

#[derive(Args)]
pub(crate) struct Options {
    #[arg(
        long,
        value_name = "DIRECTORY",
        help = "The directory: a JSON file of accounts, contacts and chats, FILE.sqlite or postgres://…; without --account, \
                lines are bare requests then"
    )]
    directory: Option<String>,
    /// Decide one payload on this account, in plain words
    #[arg(long, value_name = "ID", requires = "directory")]
    account: Option<String>,
    /// Write what was decided into this file, for `start --plan`
    #[arg(long, value_name = "FILE", requires = "account")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    payload: Payload,
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    let directory = options.directory.as_deref().map(Source::open).transpose()?;
    let policy = options.payload.policy();
    match (&options.account, &directory) {
        (Some(account), Some(directory)) => one(
            &options.payload.request(account),
            directory,
            policy,
            options,
        ),
        _ => lines::answer(|line| match &directory {
            Some(directory) => decide_raw(line, directory, policy),
            None => with_own_directory(line, policy),
        }),
    }
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
    let directory = Source::Memory(MemoryDirectory::from_snapshot(&snapshot));
    decide_raw(line.request.get().as_bytes(), &directory, policy)
}

fn decide_raw(request: &[u8], directory: &Source, policy: Policy) -> Result<Decision, Value> {
    match wire::read::<StartRequest>(request) {
        Ok(request) => decide(&request, directory, policy)
            .map_err(|error| lines::error("directory_unavailable", &error)),
        // A refusal like any other, which tells the place too.
        Err(error) => {
            let mut refusal = serde_json::to_value(Decision::invalid_request()).unwrap_or_default();
            refusal["message"] = error.to_string().into();
            Err(refusal)
        }
    }
}

fn decide(request: &StartRequest, directory: &Source, policy: Policy) -> io::Result<Decision> {
    match directory.account(&request.account_id) {
        Some(account) => resolve(account, request, directory, &policy),
        None => Ok(Decision::account_not_found()),
    }
}

fn one(
    request: &StartRequest,
    directory: &Source,
    policy: Policy,
    options: &Options,
) -> io::Result<ExitCode> {
    let decision = decide(request, directory, policy)?;
    let account = directory.account(&request.account_id);
    let plan = account.and_then(|account| Plan::of(&decision, account, request, &policy));
    if let (Some(plan), Some(path)) = (&plan, &options.plan) {
        payload::save(path, &serde_json::to_vec_pretty(plan)?)?;
    }
    if options.payload.json {
        println!("{}", serde_json::to_string(&decision)?);
    } else {
        let mut words = Words::default();
        words.action(&decision.action);
        words.reason(&decision, request, account, policy);
        print!("{words}");
    }
    Ok(ExitCode::from(u8::from(matches!(
        decision.action,
        Action::Refuse(_)
    ))))
}
