//! The checks for every request: the token, the time limit, and the log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use contact_resolution::http;
use contact_resolution::http::beeper::error;

use crate::world::World;

/// The longest time for a request, including its body. It is less than the 30 seconds of the published clients.
const REQUEST_TIME: Duration = Duration::from_secs(25);

/// Converts a response of the library into one of the server.
pub(crate) fn answer(response: http::Response) -> Response {
    response.map(Body::from)
}

/// Returns the response to an unknown path or method.
pub(crate) async fn not_found() -> Response {
    unknown("path or method")
}

/// Returns the response to a request for something that does not exist.
pub(crate) fn unknown(what: &str) -> Response {
    let message = format!("there is no such {what}");
    answer(error(StatusCode::NOT_FOUND, "not_found", &message, false))
}

/// Returns the response to a request that may succeed in a second, because the server has too much to do.
pub(crate) fn busy() -> Response {
    let message = "the server has too many requests of this kind";
    let mut response = answer(error(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limited",
        message,
        true,
    ));
    response.headers_mut().insert(header::RETRY_AFTER, 1.into());
    response
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
    let response = if route == "/v1/info" || is_authorized(&world, &request) {
        let limited = tokio::time::timeout(REQUEST_TIME, next.run(request));
        limited.await.unwrap_or_else(|_| too_long(&method))
    } else {
        answer(error(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "the token is missing or wrong",
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

fn is_authorized(world: &World, request: &Request) -> bool {
    let Some(token) = &world.token else {
        return true;
    };
    let header = request.headers().get(header::AUTHORIZATION);
    let header = header.map_or(&[][..], |value| value.as_bytes());
    // The scheme may have any case (RFC 9110 §11.1).
    let given = match header.split_at_checked(7) {
        Some((scheme, given)) if scheme.eq_ignore_ascii_case(b"bearer ") => given.trim_ascii(),
        _ => return false,
    };
    // Every byte is compared, so that the time does not depend on the number of equal bytes.
    let differing = given
        .iter()
        .zip(token.as_bytes())
        .fold(0, |sum, (a, b)| sum | (a ^ b));
    given.len() == token.len() && differing == 0
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
