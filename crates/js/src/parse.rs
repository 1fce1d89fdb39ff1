//! The parsers of identifiers.

use contact_resolution::phone::Extension;
use contact_resolution::{
    Email, EmailPolicy, Handle, Network, ParsedPhone, Phone, Region, UserId, link,
};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::json::{self, Failure};

/// A phone number, with its members in the order of the command line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhoneJson<'a> {
    assumed_region: Option<Region>,
    extension: Option<&'a str>,
    kind: &'a str,
    possible: bool,
    region: Option<Region>,
    r#type: &'a str,
    valid: bool,
    value: &'a str,
}

/// An identifier of another kind.
#[derive(Serialize)]
struct IdentifierJson<'a> {
    kind: &'a str,
    value: &'a str,
}

/// Parses a phone number. An empty region means that the text must have a country code.
#[wasm_bindgen(js_name = parsePhone)]
#[must_use]
pub fn parse_phone(text: &str, region: &str) -> String {
    let parse =
        || -> Result<ParsedPhone, Failure> { Ok(Phone::parse_in(text, self::region(region)?)?) };
    json::text(parse().as_ref().map(phone_json).map_err(Failure::clone))
}

fn phone_json(parsed: &ParsedPhone) -> PhoneJson<'_> {
    PhoneJson {
        assumed_region: parsed.assumed,
        extension: parsed.extension.as_ref().map(Extension::as_str),
        kind: "phone",
        possible: true,
        region: parsed.phone.region(),
        r#type: parsed.phone.kind().as_str(),
        valid: parsed.phone.is_valid(),
        value: parsed.phone.as_str(),
    }
}

/// Parses an email address, by RFC 5321 and 6531 or by the default policy.
#[wasm_bindgen(js_name = parseEmail)]
#[must_use]
pub fn parse_email(text: &str, is_rfc: bool) -> String {
    let policy = if is_rfc {
        EmailPolicy::RFC
    } else {
        EmailPolicy::DEFAULT
    };
    let email = Email::parse_with(text, policy);
    json::text(
        email
            .as_ref()
            .map(|email| identifier("email", email.as_str()))
            .map_err(|error| *error),
    )
}

/// Parses a handle of a network.
#[wasm_bindgen(js_name = parseHandle)]
#[must_use]
pub fn parse_handle(text: &str, network: &str) -> String {
    let parse =
        || -> Result<Handle, Failure> { Ok(Handle::parse(text, &self::network(network)?)?) };
    let handle = parse();
    json::text(
        handle
            .as_ref()
            .map(|handle| identifier("handle", handle.as_str()))
            .map_err(Failure::clone),
    )
}

/// Parses a user id of a network.
#[wasm_bindgen(js_name = parseId)]
#[must_use]
pub fn parse_id(text: &str, network: &str) -> String {
    let parse =
        || -> Result<UserId, Failure> { Ok(UserId::parse(text, &self::network(network)?)?) };
    let id = parse();
    json::text(
        id.as_ref()
            .map(|id| identifier("id", id.as_str()))
            .map_err(Failure::clone),
    )
}

/// Returns the identifier inside a link, and `null` if the text is no link.
#[wasm_bindgen(js_name = parseLink)]
#[must_use]
pub fn parse_link(text: &str, network: &str) -> String {
    let parse = || -> Result<Option<link::LinkTarget>, Failure> {
        Ok(link::parse(text, &self::network(network)?).transpose()?)
    };
    let target = parse();
    let json = target.as_ref().map(|target| {
        target
            .as_ref()
            .map(|target| identifier(target.kind.as_str(), target.text()))
    });
    json::text(json.map_err(Failure::clone))
}

fn identifier<'a>(kind: &'a str, value: &'a str) -> IdentifierJson<'a> {
    IdentifierJson { kind, value }
}

fn region(code: &str) -> Result<Option<Region>, Failure> {
    if code.is_empty() {
        return Ok(None);
    }
    Region::new(code)
        .map(Some)
        .ok_or_else(|| Failure::invalid(&"an unknown region"))
}

/// Returns the network of a name or of rules in JSON. An empty text means no network in particular.
fn network(given: &str) -> Result<Network, Failure> {
    match given.as_bytes() {
        [] => Ok(Network::GENERAL),
        [b'{', ..] => Network::from_json(given).map_err(|error| Failure::invalid(&error)),
        _ => Ok(Network::from_bridge_type(given)),
    }
}
