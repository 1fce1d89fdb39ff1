//! The bodies of requests.

use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use contact_resolution::http::beeper::error;
use contact_resolution::wire;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use crate::guard::answer;

/// The largest request body in bytes. A start has a few hundred, and a first message a few thousand.
const BODY_LIMIT: usize = 64 << 10;

/// The number of bytes that are read of a body which is too large. A client that still sends may not read the response.
const DISCARD_LIMIT: usize = 4 << 20;

/// The longest time in which a body may arrive.
const BODY_TIME: Duration = Duration::from_secs(10);

/// Reads a body as JSON. Returns the response to a body that is too large, too slow or not of this shape.
pub(crate) async fn read<T: DeserializeOwned>(body: Body) -> Result<T, Response> {
    let bytes = match tokio::time::timeout(BODY_TIME, collect(body)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(message)) => return Err(invalid(message)),
        Err(_) => return Err(invalid("the body did not arrive in time")),
    };
    wire::read(&bytes).map_err(|error| invalid(&error.to_string()))
}

async fn collect(mut body: Body) -> Result<Vec<u8>, &'static str> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| "the body is incomplete")?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length += data.len();
        if length <= BODY_LIMIT {
            bytes.extend_from_slice(&data);
        } else if length > DISCARD_LIMIT {
            break;
        }
    }
    if length > BODY_LIMIT {
        return Err("the body is too large");
    }
    Ok(bytes)
}

/// Returns the response to an invalid request.
pub(crate) fn invalid(message: &str) -> Response {
    answer(error(
        StatusCode::BAD_REQUEST,
        "invalid_request",
        message,
        false,
    ))
}
