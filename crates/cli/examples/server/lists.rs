//! The server itself, its accounts and its bridges.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contact_resolution::Decision;
use contact_resolution::http::beeper::refused;
use contact_resolution::wire::{Account, AccountStatus, BridgeCapabilities};
use serde_json::{Value, json};

use crate::guard::{answer, unknown};
use crate::query::Id;
use crate::world::World;

/// Describes the server. The endpoints of functions that this server does not have answer 404.
pub(crate) async fn info(State(world): State<Arc<World>>) -> Response {
    let address = world.address;
    let url = |path: &str| format!("http://{address}{path}");
    Json(json!({
        "app": {
            "bundle_id": "contact-resolution",
            "name": "contact-resolution example",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "endpoints": {
            "mcp": url("/v0/mcp"),
            "oauth": {
                "authorization_endpoint": url("/oauth/authorize"),
                "introspection_endpoint": url("/oauth/introspect"),
                "registration_endpoint": url("/oauth/register"),
                "revocation_endpoint": url("/oauth/revoke"),
                "token_endpoint": url("/oauth/token"),
                "userinfo_endpoint": url("/oauth/userinfo"),
            },
            "spec": url("/v1/spec"),
            "ws_events": format!("ws://{address}/v1/ws"),
        },
        "platform": {"arch": std::env::consts::ARCH, "os": std::env::consts::OS},
        "server": {
            "base_url": url(""),
            "hostname": address.ip().to_string(),
            "mcp_enabled": false,
            "port": address.port(),
            "remote_access": !address.ip().is_loopback(),
            "status": "ok",
        },
    }))
    .into_response()
}

pub(crate) async fn accounts(State(world): State<Arc<World>>) -> Response {
    Json(&world.accounts).into_response()
}

pub(crate) async fn account(State(world): State<Arc<World>>, Id(id): Id) -> Response {
    match world
        .accounts
        .iter()
        .find(|account| account.account_id == id)
    {
        Some(account) => Json(account).into_response(),
        None => no_account(),
    }
}

pub(crate) fn no_account() -> Response {
    answer(refused(&Decision::account_not_found()).unwrap_or_default())
}

pub(crate) async fn bridges(State(world): State<Arc<World>>) -> Response {
    let mut bridges: Vec<Value> = Vec::new();
    for (n, account) in world.accounts.iter().enumerate() {
        let is_same = |other: &Account| other.bridge.id == account.bridge.id;
        if !world.accounts[..n].iter().any(is_same) {
            bridges.extend(describe_bridge(&world, &account.bridge.id));
        }
    }
    Json(json!({"items": bridges})).into_response()
}

pub(crate) async fn bridge(State(world): State<Arc<World>>, Id(id): Id) -> Response {
    describe_bridge(&world, &id).map_or_else(
        || unknown("bridge"),
        |description| Json(description).into_response(),
    )
}

fn describe_bridge(world: &World, id: &str) -> Option<Value> {
    let accounts = world.accounts.iter();
    let accounts: Vec<&Account> = accounts.filter(|account| account.bridge.id == id).collect();
    let first = accounts.first()?;
    let is_active = |account: &&&Account| {
        matches!(
            account.status,
            None | Some(AccountStatus::Connected | AccountStatus::Backfilling)
        )
    };
    let active = accounts.iter().filter(is_active).count();
    let network = first.network.as_deref();
    Some(json!({
        "id": id,
        "accounts": accounts,
        "activeAccountCount": active,
        "displayName": network.unwrap_or(&first.bridge.bridge_type),
        "provider": first.bridge.provider,
        "status": if active > 0 { "connected" } else { "available" },
        "supportsMultipleAccounts": true,
        "type": first.bridge.bridge_type,
    }))
}

pub(crate) async fn capabilities(State(world): State<Arc<World>>, Id(id): Id) -> Response {
    let accounts = world.file_accounts.iter();
    let mut flags = accounts
        .filter(|account| account.bridge.id == id)
        .map(|account| account.resolve_identifier);
    match flags.next() {
        Some(Some(resolve_identifier)) => {
            let mut capabilities = BridgeCapabilities {
                resolve_identifier: Some(resolve_identifier),
                ..BridgeCapabilities::default()
            };
            capabilities
                .other
                .insert("group_creation".into(), json!({}));
            Json(capabilities).into_response()
        }
        _ => unknown("bridge"),
    }
}
