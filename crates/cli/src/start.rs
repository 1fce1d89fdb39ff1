//! The command `start`: starts a chat on a server over HTTP.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::Args;
use contact_resolution::Ureq;
use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::bridge::Bridge;
use contact_resolution::http::{self, ServerApi};
use contact_resolution::wire::StartRequest;
use contact_resolution::{
    Account, Action, ChatStart, Client, Decision, FirstMessageStatus, MemoryDirectory, Outcome,
    Plan, Policy, StartResult,
};
use serde_json::json;

use crate::bridge::{self, BridgeArgs, WithContacts};
use crate::directory_arg::DirectoryArg;
use crate::json_file;
use crate::ledger_arg::LedgerArg;
use crate::payload_args::PayloadArgs;
use crate::remote::{self, Failure, RemoteClient, ServerArgs};
use crate::report::Report;
use crate::terminal;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    address: ServerArgs,
    #[command(flatten)]
    bridge: BridgeArgs,
    #[arg(
        long,
        value_name = "DIRECTORY",
        help = "The known people and chats: a JSON file of accounts, contacts and chats, FILE.sqlite or postgres://…; \
                without it, only the server is asked. Only a store keeps a second process from starting the same chat"
    )]
    directory: Option<String>,
    /// The account to start the chat on
    #[arg(long, value_name = "ID", required_unless_present = "plan")]
    account: Option<String>,
    /// Carry out the plan that `resolve --plan` wrote, with the same --directory. Refuse if the decision has changed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["account", "region", "take_best"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    payload: PayloadArgs,
}

/// The server that the chat is started on.
enum Server {
    Beeper(Beeper),
    Bridge(Bridge),
}

impl Server {
    fn api(&self) -> &dyn ServerApi {
        match self {
            Server::Beeper(beeper) => beeper,
            Server::Bridge(bridge) => bridge,
        }
    }
}

impl Options {
    fn server(&self) -> Result<Server, http::Error> {
        Ok(match self.bridge.bridge()? {
            Some(bridge) => Server::Bridge(bridge),
            None => Server::Beeper(self.address.server()?),
        })
    }

    /// Returns the request and the policy of the approved plan, or else those of the options.
    fn requested(&self, plan: Option<&Plan>) -> (StartRequest, Policy) {
        match (plan, &self.account) {
            (Some(plan), _) => (plan.request.clone(), plan.policy),
            (None, Some(account)) => (self.payload.request(account), self.payload.policy()),
            (None, None) => Default::default(),
        }
    }
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    let directory = options
        .directory
        .as_deref()
        .map(DirectoryArg::open)
        .transpose()?
        .unwrap_or_default();
    let server = options.server().map_err(io::Error::other)?;
    let transport = Ureq::default();
    let client: RemoteClient<'_> = Client::new(server.api(), &transport, thread::sleep);
    let plan: Option<Plan> = options.plan.as_deref().map(json_file::read).transpose()?;
    let (request, policy) = options.requested(plan.as_ref());

    let known = directory.account(&request.account_id)?;
    let known = known.as_deref().cloned();
    let (account, contacts) = match ask_server(&client, &server, &request.account_id, known) {
        Ok(asked) => asked,
        Err(failure) if options.payload.json => {
            terminal::print_error(&failure);
            let outcome = Outcome::not_sent(remote::refusal(&failure));
            return terminal::print_json(&json!(outcome), exit_code(&outcome.result));
        }
        Err(failure) => return Err(io::Error::other(failure)),
    };
    let outcome = match &account {
        None => Outcome::refused(Decision::account_not_found()),
        Some(account) => {
            let start = match &plan {
                Some(plan) => ChatStart::from_plan(account, plan),
                None => ChatStart::new(account, &request, &policy),
            };
            let ledger = LedgerArg::new(&directory);
            let known = WithContacts {
                directory: &directory,
                contacts,
            };
            let outcome = client.start(start, &known, &ledger);
            let outcome = outcome.map_err(|error| io::Error::other(error.to_string()))?;
            // The chat exists even if the store cannot keep it. The next start finds it again.
            if let Err(error) = directory.record(&account.id, &outcome) {
                terminal::print_error(&error);
            }
            outcome
        }
    };

    let exit_code = exit_code(&outcome.result);
    let printed = if options.payload.json {
        terminal::print_json(&json!(outcome), exit_code)
    } else {
        let mut report = Report::default();
        add_outcome(&mut report, &outcome);
        let mut decision = outcome.decision.clone();
        decision.reason = outcome.reason();
        report.add_reason(&decision, &request, account.as_ref(), policy);
        terminal::print(report, exit_code)
    };
    // The exit code is that of the start, even if the outcome cannot be printed.
    Ok(printed.unwrap_or_else(|error| {
        terminal::print_error(&error);
        exit_code
    }))
}

/// Returns the account with everything that the server adds to it, and the contacts of a bridge.
fn ask_server(
    client: &RemoteClient<'_>,
    server: &Server,
    account_id: &str,
    known: Option<Account>,
) -> Result<(Option<Account>, MemoryDirectory), Failure> {
    match (server, known) {
        (Server::Bridge(bridge), Some(mut account)) => {
            let contacts = bridge::contacts(client, bridge, &mut account)?;
            Ok((Some(account), contacts))
        }
        (Server::Beeper(beeper), None) => {
            let account = remote::account(client, beeper, account_id)?;
            let account = account.map(|account| Account::from(&account));
            Ok((account, MemoryDirectory::new()))
        }
        (_, known) => Ok((known, MemoryDirectory::new())),
    }
}

fn exit_code(result: &StartResult) -> ExitCode {
    ExitCode::from(match result {
        StartResult::Existing { .. } | StartResult::Created { .. } | StartResult::Opened { .. } => {
            0
        }
        StartResult::NotSent => 2,
        StartResult::Busy | StartResult::Unknown { .. } => 3,
        // Refusals by the decision and by the network.
        _ => 1,
    })
}

fn add_outcome(report: &mut Report, outcome: &Outcome) {
    match &outcome.result {
        StartResult::Existing {
            chat_id,
            may_have_sent,
        } => {
            report.add("existing", format_args!("the chat {chat_id}"));
            if *may_have_sent {
                report.add(
                    "message",
                    "may have been sent, the server does not report it",
                );
            }
            if let Action::Reuse(reuse) = &outcome.decision.action {
                report.add_reuse(reuse);
            }
        }
        StartResult::Created {
            chat_id, message, ..
        } => {
            report.add("created", format_args!("the chat {chat_id}"));
            match message {
                FirstMessageStatus::Sent => report.add("message", "was sent in the same call"),
                FirstMessageStatus::NotSent => {
                    report.add("message", "was not sent in the same call");
                }
                _ => {}
            }
            report.add("source", "the server's answer to the create");
        }
        StartResult::Opened {
            chat_id,
            may_have_sent,
        } => {
            report.add("opened", format_args!("the chat {chat_id}"));
            if *may_have_sent {
                report.add(
                    "message",
                    "may have been sent, the server does not report it",
                );
            }
        }
        StartResult::WrongChat {
            chat_id,
            may_have_sent,
        } => {
            report.add(
                "refused",
                format_args!("the server opened the chat {chat_id}, which is not with this person"),
            );
            if *may_have_sent {
                report.add("message", "may have been sent to this chat");
            }
        }
        StartResult::RefusedByNetwork(refusal) => {
            report.add(
                "refused",
                format_args!(
                    "by the server: {} ({})",
                    refusal.server_code, refusal.status
                ),
            );
            if let Some(time) = refusal.retry_after {
                let seconds = time.as_secs_f32().ceil();
                report.add("retry", format_args!("after {seconds} seconds"));
            }
        }
        StartResult::NotSent => report.add(
            "not sent",
            "the server could not be reached, and no chat was created",
        ),
        StartResult::Busy => report.add("busy", "another start for this person is under way"),
        StartResult::Unknown { may_have_sent, .. } => {
            report.add(
                "unknown",
                "a create was sent and its answer was lost. Look for a chat before the next start",
            );
            if *may_have_sent {
                report.add("message", "may have been sent in the same call");
            }
        }
        _ => report.add_action(&outcome.decision.action),
    }
    if outcome.chat.is_some() {
        report.add_follow_ups(&outcome.follow_ups());
    }
}
