//! The command `plan`: shows a plan that `resolve --plan` wrote.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use contact_resolution::{Plan, PlannedAction};

use crate::json_file;
use crate::report::Report;
use crate::terminal;

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print a plan for people: the person, the action, and the message that it sends
    Show {
        /// The file that `resolve --plan` wrote
        file: PathBuf,
    },
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    let Command::Show { file } = &options.command;
    let plan: Plan = json_file::read(file)?;
    let mut report = Report::default();
    match &plan.action {
        PlannedAction::Reuse { chat_id } => report.add("reuse", format_args!("the chat {chat_id}")),
        PlannedAction::Create {
            identifiers,
            invite,
            send_message,
        } => {
            for identifier in identifiers {
                report.add("create", format_args!("a chat with {identifier}"));
            }
            if *invite {
                report.add("invite", "this person gets an invite");
            }
            if *send_message {
                report.add("message", "is sent in the same call");
            }
        }
        _ => report.add("action", "of a newer version"),
    }
    report.add("account", &plan.request.account_id);
    if let Some(user_id) = &plan.user_id {
        report.add("person", user_id);
    }
    if let Some(name) = &plan.full_name {
        report.add("name", name);
    }
    let user = &plan.request.user;
    let fields = [
        ("id", &user.id),
        ("phoneNumber", &user.phone_number),
        ("email", &user.email),
        ("username", &user.username),
        ("fullName", &user.full_name),
    ];
    for (field, text) in fields {
        if let Some(text) = text {
            report.add("input", format_args!("{field} {text}"));
        }
    }
    if let Some(text) = &plan.request.message_text {
        report.add("text", text);
    }
    terminal::print(report, ExitCode::SUCCESS)
}
