//! Starts a chat over an asynchronous HTTP client, here `reqwest`. The transport is one function.
//!
//! `cargo run --example async_client -- ACCOUNT PHONE` starts a chat on the server at `BEEPER_BASE_URL`, with the token
//! in `BEEPER_ACCESS_TOKEN`.

use std::error::Error;
use std::time::{Duration, Instant};

use contact_resolution::http::beeper::{Beeper, DEFAULT_BASE_URL};
use contact_resolution::http::{self, Request, Response};
use contact_resolution::wire::{self, StartRequest, UserPayload};
use contact_resolution::{
    Account, ChatStart, Client, MemoryDirectory, MemoryLedger, Policy, StartResult, TransportError,
};

/// The most bytes of a response that are read.
const MOST_BYTES: usize = 16 << 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(account), Some(phone)) = (arguments.next(), arguments.next()) else {
        return Err("usage: async_client ACCOUNT PHONE".into());
    };
    let url = std::env::var("BEEPER_BASE_URL").unwrap_or_else(|_| DEFAULT_BASE_URL.into());
    let mut beeper = Beeper::new(&url)?;
    if let Ok(token) = std::env::var("BEEPER_ACCESS_TOKEN") {
        beeper = beeper.with_token(&token)?;
    }
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_max_idle_per_host(0)
        .build()?;
    let transport = |request| send(http.clone(), request);
    let client = Client::new(&beeper, &transport, tokio::time::sleep);

    let response = client.send_async(&beeper.accounts()?).await?;
    let accounts: Vec<wire::Account> = http::read(&response)?;
    let account = accounts
        .iter()
        .find(|a| a.account_id == account)
        .map(Account::from)
        .ok_or("no such account")?;

    let user = UserPayload {
        phone_number: Some(phone),
        ..UserPayload::default()
    };
    let request = StartRequest::new(account.id.as_str(), user);
    let policy = Policy::default();
    let begun = Instant::now();
    let ledger = MemoryLedger::new(Duration::from_secs(3600), move || begun.elapsed());
    let start = ChatStart::new(&account, &request, &policy);
    let outcome = client
        .start_async(start, &MemoryDirectory::new(), &ledger)
        .await?;
    match &outcome.result {
        StartResult::Existing { chat_id, .. } => println!("existing {chat_id}"),
        StartResult::Created { chat_id, .. } => println!("created {chat_id}"),
        other => println!("{other:?}: {}", outcome.decision.reason),
    }
    Ok(())
}

async fn send(http: reqwest::Client, request: Request) -> Result<Response, TransportError> {
    let lost = |error: reqwest::Error| TransportError {
        sent: !(error.is_connect() || error.is_builder()),
        // The URL contains the identifier of the lookup.
        cause: error.without_url().into(),
    };
    let limit = request.time_limit();
    let mut request = reqwest::Request::try_from(request.into_http()).map_err(lost)?;
    *request.timeout_mut() = limit;
    let mut answer = http.execute(request).await.map_err(lost)?;
    let mut response = Response::default();
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    while let Some(part) = answer.chunk().await.map_err(lost)? {
        if response.body().len() + part.len() > MOST_BYTES {
            return Err(TransportError::lost("the answer is too long"));
        }
        response.body_mut().extend_from_slice(&part);
    }
    Ok(response)
}
