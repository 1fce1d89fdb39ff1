//! The example server as a process, which ends with the test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
}

impl Server {
    /// Starts the server with further options, and with a token or without one.
    pub(crate) fn start(token: Option<&str>, options: &[&str]) -> Self {
        let mut process = Command::new(program())
            .args(["--listen", "127.0.0.1:0"])
            .args(options)
            .env("BEEPER_ACCESS_TOKEN", token.unwrap_or(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("standard output");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("a first line");
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .expect("an address")
            .to_owned();
        Server { process, url }
    }
}

impl Server {
    /// Starts a server that cannot start. Returns its output to standard error.
    pub(crate) fn fail(options: &[&str]) -> String {
        let output = Command::new(program())
            .args(["--listen", "127.0.0.1:0"])
            .args(options)
            .output()
            .expect("the server starts");
        assert!(!output.status.success());
        String::from_utf8(output.stderr).expect("text")
    }

    /// Sends SIGTERM, and waits for the end. Returns whether the server ended on its own, without an error.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> bool {
        let id = self.process.id().to_string();
        let kill = Command::new("kill").args(["-TERM", &id]).status();
        assert!(kill.expect("kill runs").success());
        self.process.wait().expect("an end").success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds the example once, and returns its path. Cargo builds no example if only one test is selected.
///
/// The profile, packages and features are those of `cargo test --workspace --all-features`, which has built everything
/// then.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        // The test is TARGET/PROFILE/deps/it-HASH.
        let test = std::env::current_exe().expect("a test");
        let profile = test.parent().and_then(Path::parent).expect("a folder");
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["build", "--quiet", "--workspace", "--all-features"])
            .args([
                "--profile",
                if cfg!(debug_assertions) {
                    "test"
                } else {
                    "release"
                },
            ])
            .args(["--example", "server", "--target-dir"])
            .arg(profile.parent().expect("a folder"))
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        assert!(build.status().expect("cargo runs").success());
        profile.join("examples/server")
    })
}
