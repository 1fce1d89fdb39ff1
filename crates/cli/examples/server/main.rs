//! The engine behind an HTTP server that the published clients of the Beeper Desktop API accept.
//!
//! `cargo run --all-features --example server -- [--listen ADDRESS] [--directory FILE.json] [--store FILE.sqlite]`
//! serves the accounts, contacts and chats of a directory file, by default `examples/sample.json`. The networks behind
//! the accounts are simulated, see `network.rs`.
//!
//! A store keeps the new chats and the claims across a restart or a crash. Without a store they are lost. A second server
//! on the same store is refused. The state of a chat, such as archived, is in memory only. If `BEEPER_ACCESS_TOKEN` is
//! set, only this token is accepted.

mod body;
mod chats;
mod claims;
mod contacts;
mod guard;
mod limits;
mod lists;
mod network;
mod query;
mod serve;
mod start;
mod storage;
mod world;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use contact_resolution::Network;
use contact_resolution::wire::{self, Snapshot};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use storage::Storage;
use world::World;

const SAMPLE: &[u8] = include_bytes!("../../../../examples/sample.json");

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let file = options.directory.as_ref().map(std::fs::read).transpose()?;
    let snapshot: Snapshot = wire::read(file.as_deref().unwrap_or(SAMPLE))?;
    Network::from_values(&snapshot.networks)?;
    let token = std::env::var("BEEPER_ACCESS_TOKEN")
        .ok()
        .filter(|token| !token.is_empty());
    let storage = options.store.as_deref().map(Storage::open).transpose()?;
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let listener = TcpListener::bind(&options.listen).await?;
        let address = listener.local_addr()?;
        let world = World::new(snapshot, token, storage, address)?;
        println!("listening on http://{address}");
        run(listener, Arc::new(world)).await;
        Ok(())
    });
    // A search that is still under way is not waited for.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn run(listener: TcpListener, world: Arc<World>) {
    serve::serve(listener, routes(Arc::clone(&world)), signal()).await;
    world.limits.finish_starts(serve::SHUTDOWN_TIME).await;
}

fn routes(world: Arc<World>) -> Router {
    Router::new()
        .route("/v1/info", get(lists::info))
        .route("/v1/accounts", get(lists::accounts))
        .route("/v1/accounts/{id}", get(lists::account))
        .route("/v1/accounts/{id}/contacts", get(contacts::search))
        .route("/v1/accounts/{id}/contacts/list", get(contacts::list))
        .route("/v1/bridges", get(lists::bridges))
        .route("/v1/bridges/{id}", get(lists::bridge))
        .route("/v1/bridges/{id}/capabilities", get(lists::capabilities))
        .route("/v1/chats", get(chats::list))
        .route("/v1/chats/search", get(chats::search))
        .route("/v1/chats/start", post(start::start))
        .route("/v1/chats/{id}", get(chats::chat).patch(chats::update))
        .route("/v1/chats/{id}/archive", post(chats::archive))
        .route("/v1/chats/{id}/messages", post(chats::send_message))
        .fallback(guard::not_found)
        .method_not_allowed_fallback(guard::not_found)
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

/// Waits for ctrl-c, or for the signal of a process manager.
async fn signal() {
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
