//! A PostgreSQL server for the tests.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use tokio_postgres::{Client, NoTls};

/// A server that ends at the latest with the process.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    pub(crate) process: Mutex<(Child, BufReader<ChildStdout>)>,
    databases: AtomicUsize,
}

impl Server {
    pub(crate) fn start() -> Self {
        let is_root = Command::new("id").arg("-u").output().expect("id").stdout == b"0\n";
        // The server refuses to run as root.
        let mut command = Command::new(if is_root { "runuser" } else { "sh" });
        if is_root {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        let mut process = command
            .args(["-c", include_str!("postgres.sh"), "postgres.sh"])
            .arg(programs().expect("initdb, of the package postgresql"))
            .current_dir("/")
            // A separate process group. Otherwise an interrupt would end the shell before it has ended the server.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut output = BufReader::new(process.stdout.take().expect("standard output"));
        let mut folder = String::new();
        output.read_line(&mut folder).expect("a line");
        assert!(!folder.is_empty(), "the server did not start");
        Server {
            folder: folder.trim().into(),
            process: Mutex::new((process, output)),
            databases: AtomicUsize::default(),
        }
    }

    /// Returns the server that most tests share.
    pub(crate) fn shared() -> &'static Server {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Server::start)
    }

    /// Creates an empty database.
    pub(crate) async fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        raw(&self.url("postgres"))
            .await
            .batch_execute(&format!("create database {name}"))
            .await
            .expect("a database");
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://contacts@{folder}/{database}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(process) = self.process.get_mut() {
            drop(process.0.stdin.take());
            let _ = process.0.wait();
        }
    }
}

/// Returns the folder of the server's programs: one in `PATH`, or Debian's folder outside it.
pub(crate) fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    folders.extend(versions.filter_map(|version| Some(version.ok()?.path().join("bin"))));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists())
}

/// Opens a separate connection for a test.
pub(crate) async fn raw(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("a connection");
    tokio::spawn(async move { drop(connection.await) });
    client
        .batch_execute("set search_path to contact_resolution")
        .await
        .expect("a setting");
    client
}
