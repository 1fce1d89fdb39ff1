//! The connections of the server, with limits on their number, their time and their headers.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// The largest number of connections. Further clients wait until one ends.
const MAX_CONNECTIONS: usize = 256;

/// The longest time in which the header of a request may arrive.
const HEADER_TIME: Duration = Duration::from_secs(10);

/// The largest header of a request in bytes.
const HEADER_LIMIT: usize = 32 << 10;

/// The longest time of a connection, so that no client can keep one forever.
const CONNECTION_TIME: Duration = Duration::from_secs(300);

/// The longest time that a stopping server waits for requests.
pub(crate) const SHUTDOWN_TIME: Duration = Duration::from_secs(25);

/// The time in which a connection without a request ends when the server stops.
const IDLE_SHUTDOWN_TIME: Duration = Duration::from_secs(1);

/// Serves connections until `stop` ends. Then requests in progress are completed, and half-sent ones are not.
pub(crate) async fn serve(listener: TcpListener, routes: Router, stop: impl Future<Output = ()>) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let (stopping, _) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = accepted else {
            // There may be no free file descriptor. Some are free after other connections end.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (routes, stopping) = (routes.clone(), stopping.subscribe());
        connections.spawn(async move {
            connection(stream, routes, stopping).await;
            drop(permit);
        });
    }
    drop(listener);
    stopping.send_replace(true);
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, routes: Router, mut stopping: watch::Receiver<bool>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let service = {
        let requests = Arc::clone(&requests);
        service_fn(move |request| respond(routes.clone(), request, Arc::clone(&requests)))
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(HEADER_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        // The client is gone, or has sent something else than HTTP.
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|stopping| *stopping) => {}
        () = sleep(CONNECTION_TIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    let time = if requests.load(Ordering::Relaxed) > 0 {
        SHUTDOWN_TIME
    } else {
        IDLE_SHUTDOWN_TIME
    };
    let _ = timeout(time, connection).await;
}

async fn respond(
    routes: Router,
    request: Request<Incoming>,
    requests: Arc<AtomicUsize>,
) -> Result<Response<Body>, std::convert::Infallible> {
    requests.fetch_add(1, Ordering::Relaxed);
    let response = TowerToHyperService::new(routes).call(request).await;
    requests.fetch_sub(1, Ordering::Relaxed);
    response
}
