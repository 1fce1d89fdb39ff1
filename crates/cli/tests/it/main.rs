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

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::thread;

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

/// Runs a command with this standard input.
fn run(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    let mut process = command_line()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut standard_input = process.stdin.take().expect("a pipe");
    let input = input.as_ref().to_vec();
    // A second thread writes, so that neither process waits for the other with a full pipe. A command may end before it
    // has read everything.
    let writer = thread::spawn(move || drop(standard_input.write_all(&input)));
    let output = process.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    output
}

/// Returns output as text.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}
