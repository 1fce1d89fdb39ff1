//! A server that answers `POST /v1/chats/start`, with `axum`. The network behind it is simulated.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::{Router, routing::post};
use contact_resolution::http::beeper::{self, Beeper, error, not_started, refused};
use contact_resolution::http::{Request, Response};
use contact_resolution::wire::{self, StartRequest, StartStatus};
use contact_resolution::{
    Account, ChatStart, Client, Decision, MemoryDirectory, MemoryLedger, Network, Policy,
    StartResult, TransportError,
};
use http::StatusCode;

/// The only chat of the simulated network. A real server loads it by its id.
const CHAT: &str = r#"{"id": "!new:chat", "chatID": "!new:chat", "status": "created", "title": "",
    "accountID": "gmessages", "network": "Google Messages", "type": "single", "unreadCount": 0,
    "participants": {"items": [], "hasMore": false, "total": 0}}"#;

static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

pub(crate) struct Server {
    contacts: MemoryDirectory,
    ledger: MemoryLedger,
}

impl Server {
    pub(crate) fn new() -> Self {
        let mut contacts = MemoryDirectory::new();
        contacts.insert_account(Account::new("gmessages", Network::GOOGLE_MESSAGES, "me"));
        let now: fn() -> Duration = || BEGUN.elapsed();
        let ledger = MemoryLedger::new(Duration::from_secs(3600), now);
        Server { contacts, ledger }
    }

    /// Returns the response to a request with this body.
    pub(crate) async fn respond(&self, body: &[u8]) -> Option<Response> {
        let Ok(request) = wire::read::<StartRequest>(body) else {
            return refused(&Decision::invalid_request());
        };
        let Some(account) = self.contacts.account(&request.account_id) else {
            return refused(&Decision::account_not_found());
        };
        let policy = Policy::default();
        let api = Beeper::new("http://network.example").ok()?;
        let client = Client::new(&api, &simulated, tokio::time::sleep);
        let start = ChatStart::new(account, &request, &policy);
        let started = client.start_async(start, &self.contacts, &self.ledger);
        let outcome = started.await.ok()?;
        let status = match &outcome.result {
            StartResult::Created { .. } => StartStatus::Created,
            StartResult::Existing { .. } | StartResult::Opened { .. } => StartStatus::Existing,
            _ => return not_started(&outcome),
        };
        Some(beeper::started(wire::read(CHAT.as_bytes()).ok()?, status))
    }
}

async fn simulated(_: Request) -> Result<Response, TransportError> {
    Ok(Response::new(CHAT.into()))
}

async fn start(State(server): State<Arc<Server>>, body: Bytes) -> http::Response<Body> {
    // A task of its own goes on if the client disconnects.
    let task = tokio::spawn(async move { server.respond(&body).await });
    let response = task.await.ok().flatten();
    let internal = || error(StatusCode::INTERNAL_SERVER_ERROR, "internal", "", false);
    response.unwrap_or_else(internal).map(Body::from)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let routes = Router::new().route("/v1/chats/start", post(start));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:23373").await?;
    axum::serve(listener, routes.with_state(Arc::new(Server::new()))).await
}
