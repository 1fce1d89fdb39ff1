//! The command `resolve`: shows the decision of a start, for one payload or for JSON lines.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use contact_resolution::wire::{self, Snapshot, StartRequest};
use contact_resolution::{Action, Decision, MemoryDirectory, Plan, Policy, resolve, resolve_many};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::directory_arg::DirectoryArg;
use crate::json_file;
use crate::jsonl;
use crate::payload_args::PayloadArgs;
use crate::report::Report;
use crate::terminal;

#[derive(Args)]
pub(crate) struct Options {
    #[arg(
        long,
        value_name = "DIRECTORY",
        help = "The directory: a JSON file of accounts, contacts and chats, FILE.sqlite or postgres://…; without --account, \
                lines are bare requests then"
    )]
    directory: Option<String>,
    /// Decide one payload on this account, and print a report for people
    #[arg(long, value_name = "ID", requires = "directory")]
    account: Option<String>,
    /// Write the plan to this file, for `start --plan`. An older file is removed first
    #[arg(long, value_name = "FILE", requires = "account")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    payload: PayloadArgs,
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    if let Some(path) = &options.plan {
        // If this command fails, an older plan must not be carried out by mistake.
        json_file::remove(path)?;
    }
    let directory = options
        .directory
        .as_deref()
        .map(DirectoryArg::open)
        .transpose()?;
    let policy = options.payload.policy();
    match (&options.account, &directory) {
        (Some(account), Some(directory)) => one(
            &options.payload.request(account),
            directory,
            policy,
            options,
        ),
        (None, Some(directory)) => {
            let progress = progress();
            jsonl::answer_many(|lines| {
                let decisions = decide_many(lines, directory, policy);
                progress.inc(lines.len() as u64);
                decisions
            })
        }
        (_, None) => jsonl::answer(|line| with_own_directory(line, policy)),
    }
}

/// A line with a directory of its own.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    directory: &'a RawValue,
    #[serde(borrow)]
    request: &'a RawValue,
}

fn with_own_directory(line: &[u8], policy: Policy) -> Result<Decision, Value> {
    let line: Line<'_> = jsonl::read(line)?;
    let snapshot: Snapshot = wire::read(line.directory.get().as_bytes())
        .map_err(|error| jsonl::invalid(&format_args!("directory: {error}")))?;
    let directory = DirectoryArg::Memory(MemoryDirectory::from_snapshot(&snapshot));
    decide_raw(line.request.get().as_bytes(), &directory, policy)
}

fn decide_raw(request: &[u8], directory: &DirectoryArg, policy: Policy) -> Result<Decision, Value> {
    let request = read(request)?;
    decide(&request, directory, policy).map_err(|error| unavailable(&error))
}

/// Returns the error line for a directory that cannot be queried.
fn unavailable(error: &io::Error) -> Value {
    jsonl::error("directory_unavailable", error)
}

fn read(request: &[u8]) -> Result<StartRequest, Value> {
    wire::read(request).map_err(|error| {
        // A refusal like any other, with the message of the parser, which names the position.
        let mut refusal = serde_json::to_value(Decision::invalid_request()).unwrap_or_default();
        refusal["message"] = error.to_string().into();
        refusal
    })
}

fn decide_many(
    lines: &[Vec<u8>],
    directory: &DirectoryArg,
    policy: Policy,
) -> Vec<Result<Decision, Value>> {
    let requests: Vec<_> = lines.iter().map(|line| read(line)).collect();
    let account = |request: &StartRequest| directory.account(&request.account_id);
    let known = requests.iter().flatten();
    let starts: Vec<_> = known
        .filter_map(|request| Some((account(request)?, request)))
        .collect();
    let decided = resolve_many(&starts, directory, &policy).map(Vec::into_iter);
    let mut decided = decided.map_err(|error| unavailable(&error));
    let mut decision = |request: &StartRequest| match (&mut decided, account(request)) {
        (_, None) => Ok(Decision::account_not_found()),
        (Ok(decisions), _) => Ok(decisions.next().unwrap_or_else(Decision::account_not_found)),
        (Err(error), _) => Err(error.clone()),
    };
    requests
        .iter()
        .map(|request| {
            request
                .as_ref()
                .map_err(Value::clone)
                .and_then(&mut decision)
        })
        .collect()
}

/// Returns a progress bar on standard error. It is hidden if the terminal already shows the input or the output.
fn progress() -> ProgressBar {
    if io::stdin().is_terminal() || io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {human_pos} payloads in {elapsed}");
    let bar = ProgressBar::new_spinner();
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        .with_finish(ProgressFinish::AndLeave)
}

fn decide(
    request: &StartRequest,
    directory: &DirectoryArg,
    policy: Policy,
) -> io::Result<Decision> {
    match directory.account(&request.account_id) {
        Some(account) => resolve(account, request, directory, &policy),
        None => Ok(Decision::account_not_found()),
    }
}

fn one(
    request: &StartRequest,
    directory: &DirectoryArg,
    policy: Policy,
    options: &Options,
) -> io::Result<ExitCode> {
    let decision = decide(request, directory, policy)?;
    let account = directory.account(&request.account_id);
    let plan =
        account.and_then(|account| Plan::from_decision(&decision, account, request, &policy));
    if let (Some(plan), Some(path)) = (&plan, &options.plan) {
        json_file::save(path, &serde_json::to_vec_pretty(plan)?)?;
    }
    let is_refused = matches!(decision.action, Action::Refuse(_));
    let end = ExitCode::from(u8::from(is_refused));
    if options.payload.json {
        let json = serde_json::to_string(&decision)?;
        return terminal::print(format_args!("{json}\n"), end);
    }
    let mut words = Report::default();
    words.action(&decision.action);
    words.reason(&decision, request, account, policy);
    terminal::print(words, end)
}
