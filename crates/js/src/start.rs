//! Starts, one call to JavaScript at a time.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use contact_resolution::http::ServerApi;
use contact_resolution::http::beeper::Beeper;
use contact_resolution::http::bridge::Bridge;
use contact_resolution::start::StartTiming;
use contact_resolution::wire::{self, StartRequest};
use contact_resolution::{ChatStart, Client, Decision, Outcome, Plan, Policy, StartError};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::directory::{Directory, Record};
use crate::host::{Host, LedgerFailure};
use crate::json::{self, Failure};
use crate::shared::Shared;

/// What a start is about.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    server: Server,
    /// Absent if there is a plan, which has the request and the policy.
    request: Option<StartRequest>,
    #[serde(default)]
    policy: Policy,
    plan: Option<Plan>,
    timing: Option<Timing>,
}

/// The server: one of the Beeper Desktop API, or the provisioning API of a bridge.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Server {
    #[serde(default)]
    api: Api,
    #[serde(rename = "baseURL")]
    base_url: String,
    access_token: Option<String>,
    #[serde(rename = "userID")]
    user_id: Option<String>,
    #[serde(rename = "loginID")]
    login_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Api {
    #[default]
    Beeper,
    Bridge,
}

/// The waits of a start, see `StartTiming` of the core.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Timing {
    after_lost_ms: Option<u64>,
    while_busy_ms: Option<u64>,
    busy_waits: Option<u32>,
}

/// The last call of a start.
#[derive(Serialize)]
#[serde(tag = "call", rename_all = "camelCase")]
enum End {
    /// The start has ended.
    Done {
        outcome: Box<Outcome>,
        /// What a directory keeps of it.
        record: Option<Record>,
    },
    /// The ledger could not be reached. Nothing was created.
    LedgerFailed,
}

/// A start under way.
#[wasm_bindgen]
pub struct Start {
    host: Host,
    run: Pin<Box<dyn Future<Output = End>>>,
}

#[wasm_bindgen]
impl Start {
    /// Begins a start. The error is JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the options are malformed, or if the URL or the token of the server is not valid.
    #[wasm_bindgen(constructor)]
    pub fn new(directory: &Directory, options: &str) -> Result<Start, String> {
        let host = Host::default();
        match begin(directory.shared.clone(), options, host.clone()) {
            Ok(run) => Ok(Start {
                host,
                run: Box::pin(run),
            }),
            Err(failure) => Err(json::text::<()>(Err(failure))),
        }
    }

    /// Takes the reply to the last call, and returns the next call. The first call has no reply.
    pub fn advance(&mut self, reply: Option<String>) -> Option<String> {
        if let Some(reply) = reply {
            self.host.reply(reply);
        }
        match self
            .run
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(end) => Some(json::write(&end)),
            Poll::Pending => self.host.take_call(),
        }
    }
}

fn begin(
    directory: Shared,
    options: &str,
    host: Host,
) -> Result<impl Future<Output = End> + use<>, Failure> {
    let options: Options =
        wire::read(options.as_bytes()).map_err(|error| Failure::invalid(&error))?;
    let server = server(&options.server)?;
    if options.plan.is_none() && options.request.is_none() {
        return Err(Failure::invalid(&"the request is missing"));
    }
    Ok(async move { run(&directory, &options, &*server, &host).await })
}

fn server(server: &Server) -> Result<Box<dyn ServerApi>, Failure> {
    let refused = |error| Failure::new("invalid_server", &error);
    let token = server.access_token.as_deref();
    Ok(match server.api {
        Api::Beeper => {
            let beeper = Beeper::new(&server.base_url).map_err(refused)?;
            match token {
                Some(token) => Box::new(beeper.with_token(token).map_err(refused)?),
                None => Box::new(beeper),
            }
        }
        Api::Bridge => {
            let mut bridge = Bridge::new(&server.base_url).map_err(refused)?;
            if let Some(token) = token {
                bridge = bridge.with_token(token).map_err(refused)?;
            }
            if let Some(user) = &server.user_id {
                bridge = bridge.for_user(user);
            }
            if let Some(login) = &server.login_id {
                bridge = bridge.for_login(login);
            }
            Box::new(bridge)
        }
    })
}

async fn run(directory: &Shared, options: &Options, server: &dyn ServerApi, host: &Host) -> End {
    let request = match (&options.plan, &options.request) {
        (Some(plan), _) => &plan.request,
        (None, Some(request)) => request,
        (None, None) => return done(Outcome::refused(Decision::invalid_request()), ""),
    };
    // The account of the moment: a start is not affected by a later change.
    let account = directory.read().account(&request.account_id).cloned();
    let Some(account) = account else {
        return done(Outcome::refused(Decision::account_not_found()), "");
    };
    let start = match &options.plan {
        Some(plan) => ChatStart::from_plan(&account, plan),
        None => ChatStart::new(&account, request, &options.policy),
    };
    let start = match options.timing {
        Some(timing) => start.with_timing(timing.of_start()),
        None => start,
    };
    let client = Client::new(server, host, |time| host.sleep(time));
    let outcome: Result<Outcome, StartError<Infallible, LedgerFailure>> =
        client.start_async(start, directory, host).await;
    match outcome {
        Ok(outcome) => done(outcome, &account.id),
        Err(StartError::Ledger(LedgerFailure)) => End::LedgerFailed,
    }
}

impl Timing {
    fn of_start(self) -> StartTiming {
        let mut timing = StartTiming::default();
        if let Some(ms) = self.after_lost_ms {
            timing.after_lost = Duration::from_millis(ms);
        }
        if let Some(ms) = self.while_busy_ms {
            timing.while_busy = Duration::from_millis(ms);
        }
        if let Some(waits) = self.busy_waits {
            timing.busy_waits = waits;
        }
        timing
    }
}

fn done(outcome: Outcome, account: &str) -> End {
    let people = outcome.to_records();
    let record = (!people.is_empty()).then(|| Record {
        account_id: account.to_owned(),
        people,
    });
    End::Done {
        outcome: Box::new(outcome),
        record,
    }
}
