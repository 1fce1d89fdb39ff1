//! The command `search`: finds people of an account by name.

use std::io;
use std::process::ExitCode;

use clap::Args;
use contact_resolution::name::{self, Name};
use contact_resolution::{Directory, Person};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::directory_arg::DirectoryArg;
use crate::jsonl;
use crate::report::{Report, WITHOUT_ID};
use crate::terminal;

#[derive(Args)]
pub(crate) struct Options {
    /// The directory: a JSON file of accounts, contacts and chats, or a store
    #[arg(long, value_name = "FILE")]
    directory: String,
    /// The account of the people
    #[arg(long, value_name = "ID")]
    account: String,
    /// Search for this name, and print a report for people
    #[arg(long)]
    name: Option<String>,
    /// The maximum number of people for a line without a limit
    #[arg(long, default_value_t = 5)]
    limit: usize,
}

#[derive(Deserialize)]
struct Line {
    name: String,
    limit: Option<usize>,
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    let directory = DirectoryArg::open(&options.directory)?;
    if directory.account(&options.account)?.is_none() {
        return Err(io::Error::other(format!("no account {}", options.account)));
    }
    let Some(name) = &options.name else {
        return jsonl::answer(|line| {
            let line: Line = jsonl::parse(line)?;
            let limit = line.limit.unwrap_or(options.limit);
            let found = search(&directory, &options.account, &line.name, limit)
                .map_err(|error| jsonl::error("directory_unavailable", &error))?;
            let people: Vec<Value> = found
                .iter()
                .map(|(person, score)| {
                    let mut found = json!({"fullName": person.full_name, "score": score});
                    if let Some(id) = person.network_id() {
                        found["userID"] = id.into();
                    }
                    found
                })
                .collect();
            Ok(json!({"people": people}))
        });
    };
    let mut report = Report::default();
    for (person, score) in search(&directory, &options.account, name, options.limit)? {
        let name = person.full_name.as_deref().unwrap_or_default();
        let id = person.network_id().unwrap_or(WITHOUT_ID);
        report.add(&score.to_string(), format_args!("{name}, {id}"));
    }
    terminal::print(report, ExitCode::SUCCESS)
}

/// Returns the people that the directory suggests, in its order, with their scores. A person with every word of the name
/// comes before a person with a higher score.
fn search(
    directory: &DirectoryArg,
    account: &str,
    name: &str,
    limit: usize,
) -> io::Result<Vec<(Person, u32)>> {
    let hint = Name::new(name);
    let people = directory.suggest(account, name, limit)?;
    let scored = people.into_iter().map(|person| {
        let names = person.names();
        let names = names.filter_map(|name| name::real_name(name, &[], &[]));
        let score = name::score_any(&hint, names.map(Name::new)).get();
        (person, score)
    });
    Ok(scored.collect())
}
