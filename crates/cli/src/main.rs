//! The command line `contact-resolution`.

mod bridge;
mod check;
mod directory_arg;
mod explain;
mod import;
mod json_file;
mod jsonl;
mod ledger_arg;
mod load;
mod networks;
mod parse;
mod payload_args;
mod plan;
mod rank;
mod remote;
mod report;
mod resolve;
mod search;
mod secrets;
mod start;
mod store;
mod terminal;

use std::env;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Decide which person a user payload means on a chat account, and whether a direct chat with them exists
#[derive(Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 decided, started, all lines answered, all lists imported or store whole; 1 refused, not everything imported or store damaged; \
                  2 bad use or no connection; 3 it is unknown whether there is a chat."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read identifiers: a JSON line each, with a kind (phone, email, handle, id, any), a text, a region and a network
    Parse,
    /// Order names by a hint: a JSON line each, with a hint and names
    Rank(rank::Options),
    /// Show the decision of a start, without carrying it out
    Resolve(Box<resolve::Options>),
    /// Show a plan that `resolve --plan` wrote
    Plan(plan::Options),
    /// Fill a store from a JSON file of accounts, contacts and chats. Other accounts of the store stay as they are
    Load(load::Options),
    /// Look for damage in an SQLite store
    Check(check::Options),
    /// Print the rules of the built-in networks, or check the rules of your own
    Networks(networks::Options),
    /// Find people of an account by name: a JSON line each, with a name and a limit
    Search(search::Options),
    #[command(
        about = "Start a chat on a server of the Beeper Desktop API, with the token in BEEPER_ACCESS_TOKEN, or on a bridge"
    )]
    Start(Box<start::Options>),
    #[command(
        about = "Save the contacts and chats of a server as a directory, with the token in BEEPER_ACCESS_TOKEN. The same command continues an interrupted import"
    )]
    Import(import::Options),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            let message = error.render().to_string();
            let arguments = env::args_os().map(|argument| argument.to_string_lossy().into_owned());
            eprint!("{}", secrets::without_passwords(&message, arguments));
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    let exit_code = match arguments.command {
        Command::Parse => jsonl::answer(parse::answer),
        Command::Rank(options) => jsonl::answer(|line| rank::answer(line, &options)),
        Command::Resolve(options) => resolve::run(&options),
        Command::Plan(options) => plan::run(&options),
        Command::Load(options) => load::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Networks(options) => networks::run(&options),
        Command::Search(options) => search::run(&options),
        Command::Start(options) => start::run(&options),
        Command::Import(options) => import::run(&options),
    };
    exit_code.unwrap_or_else(|error| {
        terminal::print_error(&error);
        ExitCode::from(2)
    })
}
