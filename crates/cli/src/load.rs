//! The command `load`: fills a store from a JSON file in the format of the API.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use contact_resolution::{Directory, DirectoryQuery, MemoryDirectory};

use crate::json_file;
use crate::report::Report;
use crate::store::{self, Store};
use crate::terminal;

#[derive(Args)]
pub(crate) struct Options {
    /// The JSON file of accounts, contacts and chats
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    #[arg(
        long,
        value_name = "STORE",
        help = "The store: FILE.sqlite, which is made where there is none, or postgres://USER@HOST/DATABASE"
    )]
    directory: String,
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    let from = json_file::load(&options.from)?;
    let store = store::open(&options.directory)?;
    let mut words = Report::default();
    fill(&*store, &from, |account, count| {
        words.say("loaded", format_args!("{count} people of {account}"));
    })?;
    terminal::print(words, ExitCode::SUCCESS)
}

/// Loads every account of a directory into a store. Calls the closure with each account and its number of people.
pub(crate) fn fill(
    store: &dyn Store,
    from: &MemoryDirectory,
    mut told: impl FnMut(&str, usize),
) -> io::Result<()> {
    for account in from.accounts() {
        let ask = DirectoryQuery {
            account: &account.id,
            keys: &[],
        };
        let Ok(found) = from.find(&[ask]);
        let coverage = found
            .first()
            .map(|found| found.coverage)
            .unwrap_or_default();
        let people: Vec<_> = from.people(&account.id).collect();
        let count = people.len();
        store.load(account, coverage, people)?;
        told(&account.id, count);
    }
    Ok(())
}
