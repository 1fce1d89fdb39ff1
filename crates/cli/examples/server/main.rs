//! The engine behind an HTTP server that the published clients of the Beeper Desktop API accept.
//!
//! `cargo run --all-features --example server -- [--listen ADDRESS] [--directory FILE.json] [--store FILE.sqlite]`
//! serves the accounts, contacts and chats of a directory file, by default `examples/sample.json`. The networks behind
//! the accounts are simulated, see `network.rs`.
//!
//! A store keeps the new chats and the claims across a restart or a crash. Without a store they are lost. If
//! `BEEPER_ACCESS_TOKEN` is set, only this token is accepted.

mod guard;
mod lists;
mod network;
mod start;
mod world;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use contact_resolution::Network;
use contact_resolution::wire::{self, Snapshot};
use contact_resolution_sqlite::SqliteStore;
use tokio::net::TcpListener;

use world::World;

const SAMPLE: &[u8] = include_bytes!("../../../../examples/sample.json");

/// The largest request body. A start has a few hundred bytes, and a first message a few thousand.
const BODY_LIMIT: usize = 64 << 10;

/// The longest time for a request, including its body.
const TIME_LIMIT: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let file = options.directory.map(std::fs::read).transpose()?;
    let snapshot: Snapshot = wire::read(file.as_deref().unwrap_or(SAMPLE))?;
    Network::from_values(&snapshot.networks)?;
    let token = std::env::var("BEEPER_ACCESS_TOKEN")
        .ok()
        .filter(|token| !token.is_empty());
    let store = options.store.map(SqliteStore::open).transpose()?;
    let world = Arc::new(World::new(snapshot, token, store)?);

    let listener = TcpListener::bind(&options.listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, routes(world))
        .with_graceful_shutdown(told_to_stop())
        .await?;
    Ok(())
}

fn routes(world: Arc<World>) -> Router {
    Router::new()
        .route("/v1/info", get(lists::info))
        .route("/v1/accounts", get(lists::accounts))
        .route("/v1/accounts/{id}", get(lists::account))
        .route("/v1/accounts/{id}/contacts", get(lists::search_contacts))
        .route("/v1/accounts/{id}/contacts/list", get(lists::contacts))
        .route("/v1/bridges/{id}/capabilities", get(lists::capabilities))
        .route("/v1/chats", get(lists::chats))
        .route("/v1/chats/start", post(start::start))
        .route("/v1/chats/{id}", get(lists::chat))
        .fallback(guard::nothing_here)
        .method_not_allowed_fallback(guard::nothing_here)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(Arc::clone(&world), guard::guard))
        .with_state(world)
}

struct Options {
    listen: String,
    directory: Option<String>,
    store: Option<String>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Options {
            listen: "127.0.0.1:23373".into(),
            directory: None,
            store: None,
        };
        while let Some(name) = arguments.next() {
            let value = arguments
                .next()
                .ok_or_else(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--listen" => options.listen = value,
                "--directory" => options.directory = Some(value),
                "--store" => options.store = Some(value),
                _ => return Err(format!("unknown option {name}")),
            }
        }
        Ok(options)
    }
}

/// Waits for ctrl-c, or for the signal of a process manager. Requests in progress are then completed.
async fn told_to_stop() {
    let interrupted = async {
        // Without a handler, ctrl-c ends the process as usual.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
