//! The command `load`: fills a store from a directory file.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use contact_resolution::MemoryDirectory;
use contact_resolution::store::accounts_of;

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
        help = "The store: FILE.sqlite, which is created if needed, or postgres://USER@HOST/DATABASE"
    )]
    directory: String,
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    let directory = json_file::load(&options.from)?;
    let store = store::open(&options.directory)?;
    let mut report = Report::default();
    fill(&*store, &directory, |account, count| {
        report.add("loaded", format_args!("{count} people of {account}"));
    })?;
    terminal::print(report, ExitCode::SUCCESS)
}

/// Loads every account of a directory into a store. Calls `on_loaded` with each account and its number of people.
pub(crate) fn fill(
    store: &dyn Store,
    directory: &MemoryDirectory,
    mut on_loaded: impl FnMut(&str, usize),
) -> io::Result<()> {
    for (account, coverage, people) in accounts_of(directory) {
        let count = people.len();
        store.load(account, coverage, people)?;
        on_loaded(&account.id, count);
    }
    Ok(())
}
