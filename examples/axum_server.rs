//! A server that answers `POST /v1/chats/start`, with `axum`. The network behind it is simulated.

use std::future::ready;
use std::sync::{Arc, LazyLock, RwLock};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::{Router, routing::post};
use contact_resolution::http::beeper::{self, Beeper, error, not_started, refused};
use contact_resolution::http::{Request, Response};
use contact_resolution::wire::{self, StartRequest};
use contact_resolution::{
    Account, ChatStart, Client, Decision, MemoryDirectory, MemoryLedger, Network, Policy,
    TransportError,
};
use http::StatusCode;

/// The only chat of the simulated network. A real server loads it by its id.
const CHAT: &str = r#"{"id": "!new:chat", "chatID": "!new:chat", "status": "created", "title": "",
    "accountID": "gmessages", "network": "Google Messages", "type": "single", "unreadCount": 0,
    "participants": {"items": [], "hasMore": false, "total": 0}}"#;

static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

pub(crate) struct Server {
    account: Account,
    contacts: RwLock<MemoryDirectory>,
    ledger: MemoryLedger,
}

impl Server {
    pub(crate) fn new() -> Self {
        let account = Account::new("gmessages", Network::GOOGLE_MESSAGES, "me");
        let mut contacts = MemoryDirectory::new();
        contacts.insert_account(account.clone());
        Server {
            account,
            contacts: RwLock::new(contacts),
            ledger: MemoryLedger::new(Duration::from_secs(3600), || BEGUN.elapsed()),
        }
    }

    /// Returns the response to a request with this body.
    pub(crate) async fn respond(&self, body: &[u8]) -> Option<Response> {
        let Ok(request) = wire::read::<StartRequest>(body) else {
            return refused(&Decision::invalid_request());
        };
        if request.account_id != self.account.id {
            return refused(&Decision::account_not_found());
        }
        let (api, policy) = (Beeper::new("http://127.0.0.1").ok()?, Policy::default());
        let simulated = |_: Request| ready(Ok::<_, TransportError>(Response::new(CHAT.into())));
        let client = Client::new(&api, &simulated, tokio::time::sleep);
        let start = ChatStart::new(&self.account, &request, &policy);
        let started = client.start_async(start, &self.contacts, &self.ledger);
        let outcome = started.await.ok()?;
        let mut contacts = self.contacts.write().ok()?;
        contacts.record(&self.account.id, &outcome);
        let Some(status) = outcome.result.start_status() else {
            return not_started(&outcome);
        };
        Some(beeper::started(wire::read(CHAT.as_bytes()).ok()?, status))
    }
}

async fn start(State(server): State<Arc<Server>>, body: Bytes) -> http::Response<Body> {
    // A task of its own goes on if the client disconnects.
    let task = tokio::spawn(async move { server.respond(&body).await });
    let internal = || error(StatusCode::INTERNAL_SERVER_ERROR, "internal", "", false);
    let response = task.await.ok().flatten().unwrap_or_else(internal);
    response.map(Body::from)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let routes = Router::new().route("/v1/chats/start", post(start));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:23373").await?;
    axum::serve(listener, routes.with_state(Arc::new(Server::new()))).await
}
