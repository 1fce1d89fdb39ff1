//! The command `check`: looks for damage in an SQLite store.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use contact_resolution_sqlite::SqliteStore;

use crate::report::Report;
use crate::secrets::without_password;
use crate::store;
use crate::terminal;

#[derive(Args)]
pub(crate) struct Options {
    /// The SQLite file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    store::check_content(&options.file)?;
    let report = SqliteStore::check(&options.file).map_err(|error| {
        let name = options.file.to_string_lossy();
        io::Error::other(format!("{}: {error}", without_password(&name)))
    })?;
    let mut lines = Report::default();
    lines.add(
        "read",
        format_args!(
            "{} accounts, {} people, {} keys, {} claims",
            report.accounts, report.people, report.keys, report.claims
        ),
    );
    for (fault, count) in &report.faults {
        lines.add("damage", format_args!("{fault} ({count} ×)"));
    }
    if report.is_whole() {
        lines.add("result", "the store is whole");
        return terminal::print(lines, ExitCode::SUCCESS);
    }
    lines.add(
        "result",
        "the store is damaged, so fill a new one with load",
    );
    terminal::print(lines, ExitCode::FAILURE)
}
