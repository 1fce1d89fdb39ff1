//! The command `parse`: reads one identifier per line.

use contact_resolution::phone::Extension;
use contact_resolution::pipeline::triage::triage;
use contact_resolution::wire::UserPayload;
use contact_resolution::{
    Account, Email, EmailPolicy, Handle, Identifier, Network, ParseError, ParsedPhone, Phone,
    Policy, Region, UserId,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::jsonl;

#[derive(Deserialize)]
struct Line {
    kind: String,
    text: String,
    region: Option<String>,
    /// A name, or the rules of the host's own network.
    network: Option<Value>,
    policy: Option<String>,
}

pub(crate) fn answer(line: &[u8]) -> Result<Value, Value> {
    let line: Line = jsonl::parse(line)?;
    let network = network(line.network.as_ref())?;
    let region = match line.region.as_deref() {
        None | Some("") => None,
        Some(code) => Some(Region::new(code).ok_or_else(|| jsonl::invalid(&"an unknown region"))?),
    };
    let email = match line.policy.as_deref() {
        None | Some("default") => EmailPolicy::DEFAULT,
        Some("rfc") => EmailPolicy::RFC,
        Some(_) => return Err(jsonl::invalid(&"an unknown policy")),
    };
    let text = line.text.as_str();
    match line.kind.as_str() {
        "phone" => Phone::parse_in(text, region).map(|parsed| phone(&parsed)),
        "email" => Email::parse_with(text, email)
            .map(|email| json!({"kind": "email", "value": email.as_str()})),
        "handle" => Handle::parse(text, &network)
            .map(|handle| json!({"kind": "handle", "value": handle.as_str()})),
        "id" => UserId::parse(text, &network).map(|id| json!({"kind": "id", "value": id.as_str()})),
        "any" => any(text, &network, region, email),
        _ => return Err(jsonl::invalid(&"an unknown kind")),
    }
    .map_err(|error| jsonl::error(error.code().as_str(), &error))
}

fn network(given: Option<&Value>) -> Result<Network, Value> {
    match given {
        None | Some(Value::Null) => Ok(Network::GENERAL),
        Some(Value::String(name)) => Ok(Network::from_bridge_type(name)),
        Some(rules) => {
            Network::from_json(&rules.to_string()).map_err(|error| jsonl::invalid(&error))
        }
    }
}

/// Reads a text of any kind, as a payload field is read.
fn any(
    text: &str,
    network: &Network,
    region: Option<Region>,
    email: EmailPolicy,
) -> Result<Value, ParseError> {
    let mut account = Account::new("", network.clone(), "");
    account.region = region;
    let payload = UserPayload {
        username: Some(text.to_owned()),
        ..UserPayload::default()
    };
    let mut policy = Policy::default();
    policy.email = email;
    let triage = triage(&payload, &account, &policy);
    let identifier = triage
        .candidates
        .iter()
        .find_map(|candidate| candidate.identifier.as_ref());
    match (identifier, triage.rejections.first()) {
        (Some(Identifier::Phone(number)), _) => {
            let parsed = Phone::parse_in(text, region);
            Ok(parsed.map_or_else(
                |_| json!({"kind": "phone", "value": number.as_str()}),
                |parsed| phone(&parsed),
            ))
        }
        (Some(identifier), _) => {
            Ok(json!({"kind": identifier.kind().as_str(), "value": identifier.as_str()}))
        }
        (None, Some(rejection)) => Err(rejection.error),
        (None, None) => Handle::parse(text, network)
            .map(|handle| json!({"kind": "handle", "value": handle.as_str()})),
    }
}

fn phone(parsed: &ParsedPhone) -> Value {
    let phone = parsed.phone;
    json!({
        "kind": "phone",
        "value": phone.as_str(),
        "valid": phone.is_valid(),
        "possible": true,
        "type": phone.kind().as_str(),
        "region": phone.region(),
        "extension": parsed.extension.as_ref().map(Extension::as_str),
        "assumedRegion": parsed.assumed,
    })
}
