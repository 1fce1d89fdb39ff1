//! The published clients of the Beeper Desktop API against the example server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::example_server::Server;

const TOKEN: &str = "the-only-token";

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/sdk")
        .join(name)
}

/// Returns a folder that keeps the installed packages for the next run.
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

/// Returns a Python with the client, installed once for all tests.
fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(install_python)
}

fn install_python() -> PathBuf {
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
    python
}

#[test]
#[ignore = "needs python3 and pip, and installs beeper_desktop_api"]
fn python_client_starts_chats() {
    client(Command::new(python()).arg(script("start.py")));
}

#[test]
#[ignore = "needs python3 and pip, and installs beeper_desktop_api"]
fn killed_server_neither_loses_nor_duplicates_chats_of_the_python_client() {
    use std::collections::{BTreeMap, BTreeSet};
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    const PEOPLE: usize = 1000;
    let python = python();
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("server.sqlite");
    // The client keeps its address, so a restarted server must use the same port.
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = port.local_addr().expect("an address").to_string();
    drop(port);
    let options = [
        "--listen",
        &address,
        "--store",
        store.to_str().expect("a path"),
    ];
    let mut server = Some(Server::start(Some(TOKEN), &options));
    let mut client = Command::new(python)
        .arg(script("start_many.py"))
        .arg(PEOPLE.to_string())
        .env("BEEPER_BASE_URL", format!("http://{address}"))
        .env("BEEPER_ACCESS_TOKEN", TOKEN)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the client starts");
    let mut reported = BTreeMap::new();
    for line in BufReader::new(client.stdout.take().expect("standard output")).lines() {
        let line = line.expect("a line");
        let (number, chat) = line.split_once(' ').expect("a number and a chat");
        reported.insert(number.to_owned(), chat.to_owned());
        if reported.len() % (PEOPLE / 4) == 0 && reported.len() < PEOPLE {
            // Sends SIGKILL, in the middle of three other starts.
            drop(server.take());
            server = Some(Server::start(Some(TOKEN), &options));
        }
    }
    assert!(client.wait().expect("an end").success());
    drop(server);
    assert_eq!(reported.len(), PEOPLE);
    let store = contact_resolution_sqlite::SqliteStore::open(store).expect("a store");
    let people = store.people("whatsapp").expect("people");
    let made: BTreeSet<_> = people
        .iter()
        .flat_map(|person| &person.chats)
        .map(|chat| &chat.id)
        .collect();
    assert_eq!(made.len(), PEOPLE, "as many chats as people");
    assert!(
        made.into_iter()
            .eq(reported.values().collect::<BTreeSet<_>>())
    );
}

#[test]
#[ignore = "needs node and npm, and installs @beeper/desktop-api"]
fn typescript_client_starts_chats() {
    let folder = installed("node");
    // Node looks for modules next to the script.
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
