//! The server example as a process of its own, ended with the test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
}

impl Server {
    /// Starts the server with further options, and with a token or without one.
    pub(crate) fn start(token: Option<&str>, options: &[&str]) -> Self {
        // Cargo becomes the example, so that ending it ends the server.
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "--quiet", "--all-features", "--example", "server"]);
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        command
            .args(["--", "--listen", "127.0.0.1:0"])
            .args(options)
            .env("BEEPER_ACCESS_TOKEN", token.unwrap_or(""));
        let mut process = command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("cargo runs");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("standard output");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("a first line");
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .expect("where it listens")
            .to_owned();
        Server { process, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
