//! Decisions without a start.

use contact_resolution::wire::{self, StartRequest};
use contact_resolution::{
    Decision, FieldErrorCode, MemoryDirectory, Network, Plan, Policy, Reason, RefusalCode,
    resolve_many,
};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::directory::Directory;
use crate::json::{self, Failure};

/// The answer to one request: a decision, or the refusal of a malformed request with the place of the error.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Decided(Box<Decision>),
    Malformed(Value),
}

#[wasm_bindgen]
impl Directory {
    /// Decides one start.
    pub fn resolve(&self, request: &str, policy: &str) -> String {
        let decide = |policy| decide(&self.shared.read(), [request], policy).pop();
        json::text(read_policy(policy).map(decide))
    }

    /// Decides many starts. The requests are a JSON list of JSON texts, so that an error has its place in its request.
    #[wasm_bindgen(js_name = resolveMany)]
    pub fn resolve_many(&self, requests: &str, policy: &str) -> String {
        let decide = || -> Result<Vec<Answer>, Failure> {
            let requests: Vec<String> =
                wire::read(requests.as_bytes()).map_err(|error| Failure::invalid(&error))?;
            let policy = read_policy(policy)?;
            Ok(decide(
                &self.shared.read(),
                requests.iter().map(String::as_str),
                policy,
            ))
        };
        json::text(decide())
    }

    /// Returns the plan of a start, and `null` if it would be refused.
    pub fn plan(&self, request: &str, policy: &str) -> String {
        let plan = || -> Result<Option<Plan>, Failure> {
            let request: StartRequest =
                wire::read(request.as_bytes()).map_err(|error| Failure::invalid(&error))?;
            let policy = read_policy(policy)?;
            let directory = self.shared.read();
            let Some(account) = directory.account(&request.account_id) else {
                return Ok(None);
            };
            let Ok(decision) = contact_resolution::resolve(account, &request, &*directory, &policy);
            Ok(Plan::from_decision(&decision, account, &request, &policy))
        };
        json::text(plan())
    }
}

/// Returns all codes of decisions and all networks, with which the tests compare the types in TypeScript.
#[wasm_bindgen]
#[must_use]
pub fn codes() -> String {
    let texts = |texts: &mut dyn Iterator<Item = &'static str>| texts.collect::<Vec<_>>();
    json::write(&serde_json::json!({
        "FieldErrorCode": texts(&mut FieldErrorCode::ALL.iter().map(|code| code.as_str())),
        "NetworkName": texts(&mut Network::ALL.iter().map(Network::name)),
        "Reason": texts(&mut Reason::ALL.iter().map(|reason| reason.as_str())),
        "RefusalCode": texts(&mut RefusalCode::ALL.iter().map(|code| code.as_str())),
    }))
}

/// Reads the policy. An empty text is the default.
pub(crate) fn read_policy(policy: &str) -> Result<Policy, Failure> {
    if policy.is_empty() {
        return Ok(Policy::default());
    }
    wire::read(policy.as_bytes())
        .map_err(|error| Failure::invalid(&format_args!("policy: {error}")))
}

fn decide<'a>(
    directory: &MemoryDirectory,
    requests: impl IntoIterator<Item = &'a str>,
    policy: Policy,
) -> Vec<Answer> {
    let requests: Vec<Result<StartRequest, wire::ReadError>> = requests
        .into_iter()
        .map(|request| wire::read(request.as_bytes()))
        .collect();
    let account = |request: &StartRequest| directory.account(&request.account_id);
    let starts: Vec<_> = requests
        .iter()
        .flatten()
        .filter_map(|request| Some((account(request)?, request)))
        .collect();
    let Ok(decisions) = resolve_many(&starts, directory, &policy);
    // There is one decision for each request with a known account, in order.
    let mut decisions = decisions.into_iter();
    let answer = |request: &Result<StartRequest, wire::ReadError>| match request {
        Ok(request) if account(request).is_some() => Answer::Decided(Box::new(
            decisions.next().unwrap_or_else(Decision::account_not_found),
        )),
        Ok(_) => Answer::Decided(Box::new(Decision::account_not_found())),
        Err(error) => Answer::Malformed(malformed(error)),
    };
    requests.iter().map(answer).collect()
}

/// Returns the refusal of a malformed request.
fn malformed(error: &wire::ReadError) -> Value {
    // Through text, because writing a decision into a value would be compiled a second time.
    let refusal = json::write(&Decision::invalid_request());
    let mut refusal: Value = wire::read(refusal.as_bytes()).unwrap_or_default();
    refusal["message"] = error.to_string().into();
    refusal
}
