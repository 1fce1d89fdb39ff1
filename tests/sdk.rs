//! The published clients of the Beeper Desktop API against the server example.

#[path = "sdk/process.rs"]
mod process;

use std::path::{Path, PathBuf};
use std::process::Command;

use process::Server;

const TOKEN: &str = "the-only-token";

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/sdk")
        .join(name)
}

/// A folder that keeps what was installed for the next run.
fn installed(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder to install to");
    folder
}

fn run(command: &mut Command, otherwise: &str) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{otherwise}: {error}"));
    assert!(
        output.status.success(),
        "{otherwise}:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

fn client(command: &mut Command) {
    let server = Server::start(Some(TOKEN), &[]);
    command
        .env("BEEPER_BASE_URL", &server.url)
        .env("BEEPER_ACCESS_TOKEN", TOKEN);
    run(command, "the client met what it did not expect");
}

#[test]
#[ignore = "needs python3 and pip, and installs beeper_desktop_api"]
fn the_python_client_starts_chats() {
    let folder = installed("python");
    let python = folder.join("bin/python");
    run(
        Command::new("python3").args(["-m", "venv"]).arg(&folder),
        "python3 makes no venv",
    );
    run(
        Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "beeper_desktop_api==6.0.0",
        ]),
        "pip can't install beeper_desktop_api",
    );
    client(Command::new(&python).arg(script("start.py")));
}

#[test]
#[ignore = "needs node and npm, and installs @beeper/desktop-api"]
fn the_typescript_client_starts_chats() {
    let folder = installed("node");
    // A script finds its modules beside itself.
    std::fs::copy(script("start.mjs"), folder.join("start.mjs")).expect("a copy of the script");
    run(
        Command::new("npm")
            .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .arg("@beeper/desktop-api@5.0.0"),
        "npm can't install @beeper/desktop-api",
    );
    client(Command::new("node").arg(folder.join("start.mjs")));
}
