//! A PostgreSQL server for the tests, and PgBouncer in front of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use tokio_postgres::{Client, NoTls};

/// Returns a command that runs a script as a user other than root, because the servers refuse to run as root.
fn script(text: &str) -> Command {
    let is_root = Command::new("id").arg("-u").output().expect("id").stdout == b"0\n";
    let mut command = Command::new(if is_root { "runuser" } else { "sh" });
    if is_root {
        command.args(["-u", "postgres", "--", "sh"]);
    }
    command
        .args(["-c", text, "script"])
        .current_dir("/")
        // A separate process group. Otherwise an interrupt would end the shell before it has ended the server.
        .process_group(0)
        .stdin(Stdio::piped());
    command
}

/// A server that ends at the latest with the process.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    pub(crate) process: Mutex<(Child, BufReader<ChildStdout>)>,
    databases: AtomicUsize,
    pooler: Option<PgBouncer>,
    /// The ports of Citus, which is used instead of this server.
    citus: Vec<String>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let mut process = script(include_str!("postgres.sh"))
            .arg(programs().expect("initdb, of the package postgresql"))
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
            pooler: None,
            citus: Vec::new(),
        }
    }

    /// Returns the server that most tests share. If `PGBOUNCER` is set, these tests use it through PgBouncer.
    pub(crate) fn shared() -> &'static Server {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| {
            let mut server = Server::start();
            if let Ok(ports) = std::env::var("CITUS") {
                server.citus = ports.split(' ').map(str::to_owned).collect();
            }
            if std::env::var_os("PGBOUNCER").is_some() {
                server.pooler = Some(PgBouncer::start(&server.folder, &[]));
            }
            server
        })
    }

    /// Creates an empty database, and returns the URL by which a store uses it.
    ///
    /// If `CITUS` has the ports of a coordinator and workers, the database is on them, and has distributed tables.
    pub(crate) async fn database(&self) -> String {
        if let Some((coordinator, workers)) = self.citus.split_first() {
            return self.distributed_database(coordinator, workers).await;
        }
        let direct = self.direct_database().await;
        match &self.pooler {
            Some(pooler) => pooler.url(&direct),
            None => direct,
        }
    }

    /// Creates an empty database, and returns its URL without PgBouncer.
    pub(crate) async fn direct_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        raw(&self.url("postgres"))
            .await
            .batch_execute(&format!("create database {name}"))
            .await
            .expect("a database");
        self.url(&name)
    }

    async fn distributed_database(&self, coordinator: &str, workers: &[String]) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let url = |port: &str, name: &str| format!("postgres://contacts@127.0.0.1:{port}/{name}");
        for port in &self.citus {
            let create = format!("create database {name}");
            let server = raw(&url(port, "postgres")).await;
            server.batch_execute(&create).await.expect("a database");
            let server = raw(&url(port, &name)).await;
            let create = "create extension citus";
            server.batch_execute(create).await.expect("Citus");
        }
        let set = format!("select citus_set_coordinator_host('127.0.0.1', {coordinator});");
        let add = |worker: &String| format!("select citus_add_node('127.0.0.1', {worker});");
        let add: String = workers.iter().map(add).collect();
        let url = url(coordinator, &name);
        raw(&url)
            .await
            .batch_execute(&(set + &add))
            .await
            .expect("nodes");
        let store = contact_resolution_postgres::PostgresStore::connect(&url).await;
        let store = store.expect("a store");
        store.distribute().await.expect("distributed tables");
        url
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

/// PgBouncer in transaction mode, of the package pgbouncer. It ends at the latest with the process.
///
/// `PGBOUNCER_PROGRAM` is the path of another version.
pub(crate) struct PgBouncer {
    process: Child,
    port: u16,
}

impl PgBouncer {
    /// Starts it in front of the server with a folder, with further settings.
    pub(crate) fn start(server: &Path, settings: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let process = script(include_str!("pgbouncer.sh"))
            .arg(server)
            .arg(port.to_string())
            .args(settings)
            .spawn()
            .expect("a shell");
        let is_ready = |_: &u32| {
            thread::sleep(Duration::from_millis(50));
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        };
        let ready = (0..200).find(is_ready);
        ready.expect("pgbouncer, of the package pgbouncer");
        PgBouncer { process, port }
    }

    /// Returns the URL of a database through this pooler.
    pub(crate) fn url(&self, direct: &str) -> String {
        let database = direct.rsplit('/').next().unwrap_or_default();
        format!("postgres://contacts@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Opens a separate connection for a test, to the server itself.
pub(crate) async fn raw(url: &str) -> Client {
    let server = Server::shared();
    let database = url.rsplit('/').next().unwrap_or_default();
    let is_pooled = server
        .pooler
        .as_ref()
        .is_some_and(|pooler| pooler.url(url) == url);
    let url = if is_pooled {
        server.url(database)
    } else {
        url.to_owned()
    };
    let (client, connection) = tokio_postgres::connect(&url, NoTls)
        .await
        .expect("a connection");
    tokio::spawn(async move { drop(connection.await) });
    client
        .batch_execute("set search_path to contact_resolution")
        .await
        .expect("a setting");
    client
}
