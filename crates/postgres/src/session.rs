//! Connections, their settings and their prepared statements.
//!
//! A connection is to a server, or to a pooler such as PgBouncer. A pooler may run each transaction on another connection
//! to the server. Then a setting does not last, and a prepared statement may be unknown, or be the statement of another
//! program. So the store first finds out what it is connected to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contact_resolution::store::StoreErrorKind;
use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use futures_util::future::{BoxFuture, try_join_all};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Error, Row, Socket};

use crate::error::{DatabaseError, Result};
use crate::statements::Statement;

/// The time to wait for a connection, unless the URL sets one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The time after which a silent connection is checked, and given up if the server does not answer.
const SILENCE: Duration = Duration::from_secs(30);

/// The time that a read or a claim may take through a pooler. A server has a `statement_timeout` for this.
const POOLED_LIMIT: Duration = Duration::from_secs(10);

/// A setting that only this program has, at the start of a connection. A server sets it. A pooler refuses or ignores it.
const MARK: &str = "-c contact_resolution.direct=on";

const IS_DIRECT: &str =
    "select coalesce(current_setting('contact_resolution.direct', true), '') = 'on'";

/// The first statement of a connection to a server. It keeps the timeouts that the server, the role or the URL sets.
///
/// Each query has one good plan, which uses the primary key, and looking for a better one takes longer than the query.
/// Citus needs the parameters to plan, so it keeps the default.
const SETTINGS: &str = "select set_config(name, setting, false) from (values \
    ('statement_timeout', '0', '10s'), ('lock_timeout', '0', '5s'), ('plan_cache_mode', 'auto', 'force_generic_plan') \
    ) wanted (name, old, setting) where current_setting(name) = old \
    and (name <> 'plan_cache_mode' or to_regclass('pg_catalog.pg_dist_partition') is null)";

/// The first statement of a transaction through a pooler. Its settings end with the transaction.
pub(crate) const TRANSACTION_SETTINGS: &str = "select set_config(name, setting, true) from (values \
    ('statement_timeout', '10s'), ('lock_timeout', '5s')) wanted (name, setting) where current_setting(name) = '0'";

type Connected = std::result::Result<Client, Error>;

/// What the store is connected to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Peer {
    Server,
    /// A pooler that keeps the prepared statements of its clients apart, as PgBouncer does since version 1.21.
    Pooler,
    /// A pooler that does not know prepared statements.
    OldPooler,
}

/// Opens connections to one server or pooler.
#[derive(Clone)]
pub(crate) struct Connector {
    connect: Arc<dyn Fn(bool) -> BoxFuture<'static, Connected> + Send + Sync>,
    peer: Arc<Mutex<Option<Peer>>>,
    /// Whether the connections run [`Statement`]s.
    prepares: bool,
}

impl Connector {
    pub(crate) fn new<T>(url: &str, tls: T) -> Result<Self>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + 'static,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let mut config: Config = url
            .parse()
            .map_err(|_| DatabaseError::new(StoreErrorKind::NotAStore))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(config.get_keepalives_idle().min(SILENCE));
        let mut marked = config.clone();
        let options = config.get_options().unwrap_or_default();
        marked.options(format!("{options} {MARK}").trim());
        let connect = move |is_marked: bool| -> BoxFuture<'static, Connected> {
            let config = if is_marked { &marked } else { &config };
            let (config, tls) = (config.clone(), tls.clone());
            Box::pin(async move {
                let (client, connection) = config.connect(tls).await?;
                // Requests on the client report the errors of the connection.
                tokio::spawn(async move { drop(connection.await) });
                Ok(client)
            })
        };
        Ok(Connector {
            connect: Arc::new(connect),
            peer: Arc::default(),
            prepares: false,
        })
    }

    /// Returns a connector with connections that run [`Statement`]s. It shares what the store is connected to.
    pub(crate) fn preparing(&self) -> Self {
        Connector {
            prepares: true,
            ..self.clone()
        }
    }

    fn peer(&self) -> Option<Peer> {
        *self.peer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_peer(&self, peer: Peer) {
        *self.peer.lock().unwrap_or_else(PoisonError::into_inner) = Some(peer);
    }

    /// Prepares no more statements, because one was lost.
    pub(crate) fn stop_preparing(&self) {
        self.set_peer(Peer::OldPooler);
    }

    /// Opens a connection, and finds out what it is connected to.
    async fn open(&self) -> Result<(Client, Peer)> {
        let is_known_pooler = self.peer().is_some_and(|peer| peer != Peer::Server);
        if !is_known_pooler {
            match (self.connect)(true).await {
                Ok(client) => {
                    let row = client.query_typed(IS_DIRECT, &[]).await?;
                    let is_direct = row.first().map(|row| row.try_get(0)).transpose()?;
                    if is_direct == Some(true) {
                        self.set_peer(Peer::Server);
                        return Ok((client, Peer::Server));
                    }
                }
                Err(error) if is_refused_option(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let mut client = (self.connect)(false).await?;
        let peer = match self.peer() {
            Some(peer) if is_known_pooler => peer,
            _ if keeps_statements_apart(&mut client).await => Peer::Pooler,
            _ => Peer::OldPooler,
        };
        self.set_peer(peer);
        Ok((client, peer))
    }
}

/// Returns whether an error of a new connection may be about [`MARK`].
fn is_refused_option(error: &Error) -> bool {
    let class = error.code().and_then(|state| state.code().get(..2));
    matches!(class, Some("08" | "0A" | "22" | "42"))
}

/// Returns whether a pooler keeps the prepared statements of its clients apart. Such a pooler gives them names of its own.
async fn keeps_statements_apart(client: &mut Client) -> bool {
    let names = async {
        // A transaction has one connection to the server.
        let transaction = client.transaction().await?;
        let probe = transaction
            .prepare("select 'a statement of contact_resolution'")
            .await?;
        let names = "select name from pg_catalog.pg_prepared_statements \
            where statement = 'select ''a statement of contact_resolution'''";
        let rows = transaction.query_typed(names, &[]).await?;
        let names = rows.iter().map(|row| row.try_get(0));
        let names: Vec<String> = names.collect::<std::result::Result<_, Error>>()?;
        drop(probe);
        transaction.commit().await?;
        Ok::<_, Error>(names)
    };
    // tokio-postgres names its statements by an `s` and a number.
    let is_own = |name: &String| {
        name.strip_prefix('s')
            .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match names.await {
        Ok(names) => !names.is_empty() && !names.iter().any(is_own),
        // Another client has a statement of this name.
        Err(_) => false,
    }
}

impl Manager for Connector {
    type Type = Session;
    type Error = DatabaseError;

    async fn create(&self) -> Result<Session> {
        let (client, peer) = self.open().await?;
        if peer == Peer::Server {
            client.batch_execute(SETTINGS).await?;
        }
        let mut statements = Vec::new();
        if self.prepares && peer != Peer::OldPooler {
            let prepare =
                |statement: Statement| client.prepare_typed(statement.text(), statement.types());
            statements = try_join_all(Statement::ALL.map(prepare)).await?;
        }
        Ok(Session {
            client,
            statements,
            is_pooled: peer != Peer::Server,
            is_given_up: AtomicBool::new(false),
        })
    }

    async fn recycle(&self, session: &mut Session, _: &Metrics) -> RecycleResult<DatabaseError> {
        if session.client.is_closed() || session.is_given_up.load(Ordering::Relaxed) {
            return Err(RecycleError::message("the connection was lost"));
        }
        Ok(())
    }
}

/// A connection and its prepared statements.
pub(crate) struct Session {
    pub(crate) client: Client,
    /// The prepared statements by their numbers. It is empty if the connection prepares none.
    statements: Vec<tokio_postgres::Statement>,
    pub(crate) is_pooled: bool,
    /// Whether an answer is still missing, so that the connection cannot be used again.
    is_given_up: AtomicBool,
}

impl Session {
    /// Runs a statement.
    pub(crate) async fn query(
        &self,
        statement: Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>> {
        if let Some(prepared) = self.statements.get(statement as usize) {
            return self.limit(self.client.query(prepared, parameters)).await;
        }
        let types = statement.types().iter().cloned();
        let parameters: Vec<_> = parameters.iter().copied().zip(types).collect();
        self.query_typed(statement.text(), &parameters).await
    }

    /// Runs a statement without preparing it.
    pub(crate) async fn query_typed(
        &self,
        text: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>> {
        self.limit(self.client.query_typed(text, parameters)).await
    }

    /// Waits for an answer, and through a pooler not longer than the limit.
    async fn limit<T>(
        &self,
        answer: impl Future<Output = std::result::Result<T, Error>>,
    ) -> Result<T> {
        if !self.is_pooled {
            return Ok(answer.await?);
        }
        if let Ok(answer) = tokio::time::timeout(POOLED_LIMIT, answer).await {
            return Ok(answer?);
        }
        self.is_given_up.store(true, Ordering::Relaxed);
        Err(DatabaseError::new(StoreErrorKind::TimedOut))
    }
}
