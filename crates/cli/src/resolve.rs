//! The command `resolve`: shows the decision of a start, for one payload or for JSON lines.

use std::fs::Permissions;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use contact_resolution::wire::{self, StartRequest};
use contact_resolution::{
    Action, Decision, MemoryDirectory, Plan, Policy, explain, resolve, resolve_many,
};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::directory_arg::DirectoryArg;
use crate::explain::{Explained, picture};
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
        help = "The directory: a JSON file of accounts, contacts and chats, FILE.sqlite or postgres://…; \
                without --account, each line is a request"
    )]
    directory: Option<String>,
    /// Decide one payload on this account, and print a report for people
    #[arg(long, value_name = "ID", requires = "directory")]
    account: Option<String>,
    /// Write the decision to this file, for `start --plan`. An older plan is removed first
    #[arg(long, value_name = "FILE", requires = "account")]
    plan: Option<PathBuf>,
    /// Print how the decision came about: each field, its identifiers, the people, and the reason for or against each
    #[arg(long, requires = "account", conflicts_with = "json")]
    explain: bool,
    /// Write the explanation as a picture to this file
    #[arg(long, value_name = "FILE", requires = "account")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    payload: PayloadArgs,
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    // If this command fails, an older plan must not be carried out instead.
    let remove_old = |path: &PathBuf| json_file::remove_old::<Plan>(path, "a plan");
    let permissions = options.plan.as_ref().map(remove_old).transpose()?.flatten();
    let directory = options
        .directory
        .as_deref()
        .map(DirectoryArg::open)
        .transpose()?;
    let policy = options.payload.policy();
    match (&options.account, &directory) {
        (Some(account), Some(directory)) => {
            let request = options.payload.request(account);
            decide_one(&request, directory, policy, options, permissions)
        }
        (None, Some(directory)) => {
            let progress = progress_bar();
            jsonl::answer_batches(|lines| {
                let decisions = decide_batch(lines, directory, policy);
                progress.inc(lines.len() as u64);
                decisions
            })
        }
        (_, None) => jsonl::answer(|line| decide_self_contained(line, policy)),
    }
}

/// Decides one payload, writes the plan, and prints a report.
fn decide_one(
    request: &StartRequest,
    directory: &DirectoryArg,
    policy: Policy,
    options: &Options,
    permissions: Option<Permissions>,
) -> io::Result<ExitCode> {
    let account = directory.account(&request.account_id)?;
    let account = account.as_deref();
    let is_explained = options.explain || options.svg.is_some();
    let (decision, explanation) = match account.filter(|_| is_explained) {
        Some(account) => {
            let (decision, explanation) = explain(account, request, directory, &policy)?;
            (decision, Some(explanation))
        }
        None => (decide(request, directory, policy)?, None),
    };
    let plan =
        account.and_then(|account| Plan::from_decision(&decision, account, request, &policy));
    if let (Some(plan), Some(path)) = (&plan, &options.plan) {
        json_file::save_with(path, terminal::readable_json(plan)?.as_bytes(), permissions)?;
    }
    let explained = explanation.map(|explanation| Explained {
        request,
        decision: &decision,
        explanation,
    });
    if let (Some(explained), Some(path)) = (&explained, &options.svg) {
        let permissions = json_file::remove_old_picture(path)?;
        json_file::save_with(path, picture(explained).as_bytes(), permissions)?;
    }
    let is_refused = matches!(decision.action, Action::Refuse(_));
    let exit_code = ExitCode::from(u8::from(is_refused));
    if options.payload.json {
        return terminal::print_json(&decision, exit_code);
    }
    let mut report = Report::default();
    report.add_action(&decision.action);
    report.add_reason(&decision, request, account, policy);
    match explained.filter(|_| options.explain) {
        Some(explained) => terminal::print(format_args!("{report}\n{explained}"), exit_code),
        None => terminal::print(report, exit_code),
    }
}

fn decide(
    request: &StartRequest,
    directory: &DirectoryArg,
    policy: Policy,
) -> io::Result<Decision> {
    match directory.account(&request.account_id)? {
        Some(account) => resolve(&account, request, directory, &policy),
        None => Ok(Decision::account_not_found()),
    }
}

/// A line with a directory of its own.
#[derive(Deserialize)]
struct SelfContainedLine {
    directory: Box<RawValue>,
    request: Box<RawValue>,
}

fn decide_self_contained(line: &[u8], policy: Policy) -> Result<Decision, Value> {
    let line: SelfContainedLine = jsonl::parse(line)?;
    let directory = MemoryDirectory::read_json(line.directory.get().as_bytes())
        .map_err(|error| jsonl::invalid(&format_args!("directory: {error}")))?;
    if let Some(skipped) = json_file::skipped(&directory) {
        terminal::print_note(&format!("directory: {skipped}"));
    }
    let directory = DirectoryArg::Memory(directory);
    let request = parse_request(line.request.get().as_bytes())?;
    decide(&request, &directory, policy).map_err(|error| unavailable(&error))
}

/// Decides the requests of several lines together, which takes fewer queries of the directory.
fn decide_batch(
    lines: &[Vec<u8>],
    directory: &DirectoryArg,
    policy: Policy,
) -> Vec<Result<Decision, Value>> {
    let requests: Vec<_> = lines.iter().map(|line| parse_request(line)).collect();
    let accounts: Vec<_> = requests
        .iter()
        .map(|request| match request {
            Ok(request) => directory.account(&request.account_id),
            Err(_) => Ok(None),
        })
        .collect();
    let starts: Vec<_> = requests
        .iter()
        .zip(&accounts)
        .filter_map(|(request, account)| {
            let account = account.as_ref().ok()?.as_deref()?;
            Some((account, request.as_ref().ok()?))
        })
        .collect();
    let mut decisions = resolve_many(&starts, directory, &policy)
        .map(Vec::into_iter)
        .map_err(|error| unavailable(&error));
    // There is one decision for each request with a known account, in order.
    requests
        .iter()
        .zip(&accounts)
        .map(|(request, account)| {
            if let Err(refusal) = request {
                return Err(refusal.clone());
            }
            match (account, &mut decisions) {
                (Err(error), _) => Err(unavailable(error)),
                (Ok(None), _) => Ok(Decision::account_not_found()),
                (Ok(Some(_)), Ok(decisions)) => {
                    Ok(decisions.next().unwrap_or_else(Decision::account_not_found))
                }
                (Ok(Some(_)), Err(error)) => Err(error.clone()),
            }
        })
        .collect()
}

fn parse_request(request: &[u8]) -> Result<StartRequest, Value> {
    wire::read(request).map_err(|error| {
        // A refusal like any other, with the message of the parser, which names the position.
        let mut refusal = serde_json::to_value(Decision::invalid_request()).unwrap_or_default();
        refusal["message"] = error.to_string().into();
        refusal
    })
}

/// Returns the error line for a directory that cannot be queried.
fn unavailable(error: &io::Error) -> Value {
    jsonl::error("directory_unavailable", error)
}

/// Returns a progress bar on standard error. It is hidden if the terminal already shows the lines or the answers.
fn progress_bar() -> ProgressBar {
    if io::stdin().is_terminal() || io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {human_pos} payloads in {elapsed}");
    let bar = ProgressBar::new_spinner();
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        .with_finish(ProgressFinish::AndLeave)
}
