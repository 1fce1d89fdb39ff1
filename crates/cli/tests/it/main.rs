//! Tests of the command line and of the example server, each as a process of its own.

#[path = "../../../../tests/support/loopback.rs"]
mod loopback;
#[path = "../../../../tests/support/stores/postgres.rs"]
mod postgres_server;

mod bridge;
mod example_server;
mod explain;
mod files;
mod hostile_input;
mod import;
mod json_lines;
mod own_network;
mod postgres;
mod sdk;
mod server;
mod server_answers;
mod server_killed;
mod server_limits;
mod stores;
mod terminal;
mod two_processes;

use std::process::Command;

use contact_resolution::Coverage;

/// The directory file that README and the example server use.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/sample.json");

/// A directory file with a network of the host's own.
const OWN_NETWORK: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../examples/own_network.json"
);

const COMPLETE: Coverage = Coverage {
    contacts: true,
    chats: true,
};

fn command_line() -> Command {
    Command::new(env!("CARGO_BIN_EXE_contact-resolution"))
}
