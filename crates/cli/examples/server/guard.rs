//! The checks for every request: the token, the time limit, and the log.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use contact_resolution::http;
use contact_resolution::http::beeper::error;

use crate::TIME_LIMIT;
use crate::world::World;

/// Converts a response of the library into one of the server.
pub(crate) fn answer(response: http::Response) -> Response {
    response.map(Body::from)
}

/// Returns the response to an unknown path or method.
pub(crate) async fn nothing_here() -> Response {
    answer(error(
        StatusCode::NOT_FOUND,
        "not_found",
        "there is nothing here",
        false,
    ))
}

/// Checks the token of a request, limits its time, and logs it.
pub(crate) async fn guard(
    State(world): State<Arc<World>>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    // Log the pattern, not the path or the query, which may contain personal data.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-".into(), |path| path.as_str().to_owned());
    let response = if route == "/v1/info" || may_pass(&world, &request) {
        let limited = tokio::time::timeout(TIME_LIMIT, next.run(request));
        limited.await.unwrap_or_else(|_| too_long(&method))
    } else {
        answer(error(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "the token is missing or not the right one",
            false,
        ))
    };
    eprintln!(
        "{method} {route} {} {} ms",
        response.status().as_u16(),
        begun.elapsed().as_millis()
    );
    response
}

fn may_pass(world: &World, request: &Request) -> bool {
    let Some(token) = &world.token else {
        return true;
    };
    let told = request
        .headers()
        .get(header::AUTHORIZATION)
        .map_or(&[][..], |value| value.as_bytes());
    let told = told.strip_prefix(b"Bearer ").unwrap_or_default();
    // Every byte is compared, so that the time does not depend on the number of equal bytes.
    let differing = told
        .iter()
        .zip(token.as_bytes())
        .fold(0, |sum, (a, b)| sum | (a ^ b));
    told.len() == token.len() && differing == 0
}

fn too_long(method: &Method) -> Response {
    let (status, code) = if method == Method::POST {
        (StatusCode::SERVICE_UNAVAILABLE, "outcome_unknown")
    } else {
        (StatusCode::GATEWAY_TIMEOUT, "upstream_failed")
    };
    answer(error(
        status,
        code,
        "this took too long",
        method != Method::POST,
    ))
}
