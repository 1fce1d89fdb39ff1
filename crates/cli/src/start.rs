//! The command `start`: starts a chat on a server over HTTP.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::Args;
use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::bridge::Bridge;
use contact_resolution::http::{self, ServerApi};
use contact_resolution::transport::Ureq;
use contact_resolution::{
    Account, ChatStart, Client, Decision, FirstMessageStatus, MemoryDirectory, Outcome, Plan,
    StartResult,
};

use serde_json::json;

use crate::bridge::{self, BridgeArgs, WithContacts};
use crate::directory_arg::DirectoryArg;
use crate::json_file;
use crate::payload_args::PayloadArgs;
use crate::remote::{self, RemoteClient, ServerArgs};
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
        help = "What is known already: a JSON file of accounts, contacts and chats, FILE.sqlite or postgres://…; else only \
                the server is asked"
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
    let asked = options.account.as_deref().map(|account| {
        let payload = &options.payload;
        (payload.request(account), payload.policy())
    });
    let approved = plan
        .as_ref()
        .map(|plan| (plan.request.clone(), plan.policy));
    let (request, policy) = approved.or(asked).unwrap_or_default();
    let mut account = directory.account(&request.account_id).cloned();
    let mut contacts = MemoryDirectory::new();
    match (&server, &mut account) {
        (Server::Bridge(bridge), Some(account)) => {
            contacts = bridge::contacts(&client, bridge, account).map_err(io::Error::other)?;
        }
        (Server::Beeper(beeper), None) => {
            account = remote::account(&client, beeper, &request.account_id)
                .map_err(io::Error::other)?
                .map(|account| Account::from(&account));
        }
        _ => {}
    }
    let outcome = match &account {
        None => Outcome::refused(Decision::account_not_found()),
        Some(account) => {
            let start = match &plan {
                Some(plan) => ChatStart::from_plan(account, plan),
                None => ChatStart::new(account, &request, &policy),
            };
            let known = WithContacts {
                directory: &directory,
                contacts,
            };
            let done = client.start(start, &known, &directory);
            done.map_err(|error| io::Error::other(error.to_string()))?
        }
    };
    let end = ExitCode::from(match outcome.result {
        StartResult::Existing { .. } | StartResult::Created { .. } | StartResult::Opened { .. } => {
            0
        }
        StartResult::NotSent => 2,
        StartResult::Busy | StartResult::Unknown { .. } => 3,
        // Refused, by the decision or by the network.
        _ => 1,
    });
    let printed = if options.payload.json {
        terminal::print(format_args!("{}\n", json!(outcome)), end)
    } else {
        let mut words = Report::default();
        happened(&mut words, &outcome);
        let mut decision = outcome.decision.clone();
        decision.reason = outcome.reason();
        words.reason(&decision, &request, account.as_ref(), policy);
        terminal::print(words, end)
    };
    // The exit code is that of the start, even if the outcome cannot be printed.
    Ok(printed.unwrap_or_else(|error| {
        terminal::complain(&error);
        end
    }))
}

fn happened(words: &mut Report, outcome: &Outcome) {
    let decision = &outcome.decision;
    match &outcome.result {
        StartResult::Existing { chat_id, message } => {
            words.say("existing", format_args!("the chat {chat_id}"));
            if *message {
                words.say("message", "may have been sent: the server does not tell");
            }
            words.reused(&decision.action);
        }
        StartResult::Created {
            chat_id, message, ..
        } => {
            words.say("created", format_args!("the chat {chat_id}"));
            match message {
                FirstMessageStatus::Sent => words.say("message", "was sent in the same call"),
                FirstMessageStatus::NotSent => words.say("message", "was not sent with it"),
                _ => {}
            }
            words.say("told by", "the server, which made it");
        }
        StartResult::Opened { chat_id, .. } => {
            words.say("opened", format_args!("the chat {chat_id}"));
        }
        StartResult::WrongChat { chat_id } => words.say(
            "refused",
            format_args!("the server opened the chat {chat_id}, which is not with this person"),
        ),
        StartResult::RefusedByNetwork(refused) => {
            words.say(
                "refused",
                format_args!("by the server: {} ({})", refused.code, refused.status),
            );
            if let Some(time) = refused.retry_after {
                words.say(
                    "again",
                    format_args!("after {} seconds", time.as_secs_f32().ceil()),
                );
            }
        }
        StartResult::NotSent => words.say(
            "not sent",
            "the server could not be reached, and nothing was made",
        ),
        StartResult::Busy => words.say("busy", "another start for this person is under way"),
        StartResult::Unknown { message, .. } => {
            words.say(
                "unknown",
                "a chat was asked for and no answer came: look for one before asking again",
            );
            if *message {
                words.say("message", "may have been sent with it");
            }
        }
        _ => words.action(&decision.action),
    }
}
