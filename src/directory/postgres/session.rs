//! Connections: how they are made, and what each knows.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Error, Socket, Statement};

use crate::directory::store::{StoreError, StoreErrorKind};

/// How long to wait for a server to answer at all, where the URL doesn't say.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection on which nothing is heard is taken to be there.
const SILENCE: Duration = Duration::from_secs(30);

/// What every connection begins with. Whatever times the server, its role or the URL set stay. Each statement has one good
/// plan, by its index; to look for a better one takes longer than to carry it out.
const SETTINGS: &str = "set search_path to contact_resolution; set plan_cache_mode = force_generic_plan; \
    select set_config('statement_timeout', '10s', false) where current_setting('statement_timeout') = '0'; \
    select set_config('lock_timeout', '5s', false) where current_setting('lock_timeout') = '0'";

/// What one account covers, and everybody on it who holds a key, with each key that led to them.
const FIND: &str = "select contacts, chats, holder.key, holder.person, person.record from account \
    left join holder on holder.account = $1 and holder.key = any ($2) \
    left join person on person.account = $1 and person.person = holder.person \
    where account.account = $1";

/// The claim is taken where there is none, and where the one there is past; what it takes the place of tells whether a
/// create may be under way. A chat is told from before the statement, so only one of the window counts.
const CLAIM: &str = "with claimed as ( \
        insert into intent values ($1, $2, clock_timestamp(), null, false) \
        on conflict (account, person) do update \
        set since = excluded.since, chat = null, stale = intent.chat is null \
        where excluded.since - intent.since > make_interval(secs => $3) \
        returning stale \
    ) \
    select stale, null as chat from claimed \
    union all \
    select null, chat from intent where account = $1 and person = $2 \
    and clock_timestamp() - since <= make_interval(secs => $3) and not exists (select from claimed)";

const SETTLE: &str = "insert into intent values ($1, $2, clock_timestamp(), $3, false) \
    on conflict (account, person) do update set since = excluded.since, chat = excluded.chat, stale = false";

const FORGET: &str = "delete from intent where account = $1 and person = $2";

/// How connections are made.
pub(super) struct Connector {
    connect: Box<dyn Fn() -> BoxFuture<'static, Result<Client, Error>> + Send + Sync>,
}

impl Connector {
    pub(super) fn new<T>(url: &str, tls: T) -> Result<Self, StoreError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + 'static,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let mut config: Config = url
            .parse()
            .map_err(|_| StoreError::new(StoreErrorKind::NotAStore))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(config.get_keepalives_idle().min(SILENCE));
        let connect = move || -> BoxFuture<'static, Result<Client, Error>> {
            let (config, tls) = (config.clone(), tls.clone());
            Box::pin(async move {
                let (client, connection) = config.connect(tls).await?;
                // What becomes of the connection is told by whatever is sent over it.
                tokio::spawn(async move { drop(connection.await) });
                Ok(client)
            })
        };
        Ok(Connector {
            connect: Box::new(connect),
        })
    }

    pub(super) async fn connect(&self) -> Result<Client, StoreError> {
        let client = (self.connect)().await?;
        client.batch_execute(SETTINGS).await?;
        Ok(client)
    }
}

/// A connection with its statements, on which requests are sent without waiting for each other's answers.
pub(super) struct Session {
    pub(super) client: Client,
    pub(super) find: Statement,
    pub(super) claim: Statement,
    pub(super) settle: Statement,
    pub(super) forget: Statement,
}

impl Session {
    pub(super) async fn prepare(client: Client) -> Result<Self, StoreError> {
        Ok(Session {
            find: client.prepare(FIND).await?,
            claim: client.prepare(CLAIM).await?,
            settle: client.prepare(SETTLE).await?,
            forget: client.prepare(FORGET).await?,
            client,
        })
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Some(state) = error.code() else {
            // Not the server's word: the connection was not made, or is lost, or what came is not what was asked for.
            let is_misread = error.to_string().starts_with("error deserializing");
            return StoreError::new(if is_misread {
                StoreErrorKind::Corrupt
            } else {
                StoreErrorKind::Unreachable
            });
        };
        let kind = match state {
            &SqlState::QUERY_CANCELED => StoreErrorKind::TimedOut,
            &SqlState::LOCK_NOT_AVAILABLE
            | &SqlState::T_R_DEADLOCK_DETECTED
            | &SqlState::T_R_SERIALIZATION_FAILURE => StoreErrorKind::Busy,
            &SqlState::DISK_FULL => StoreErrorKind::Full,
            &SqlState::READ_ONLY_SQL_TRANSACTION | &SqlState::INSUFFICIENT_PRIVILEGE => {
                StoreErrorKind::ReadOnly
            }
            &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => StoreErrorKind::Corrupt,
            state => match state.code().get(..2) {
                // Connections, who may make them and to what, resources, and an operator's word.
                Some("08" | "28" | "3D" | "53" | "57") => StoreErrorKind::Unreachable,
                _ => StoreErrorKind::Failed,
            },
        };
        StoreError::numbered(kind, format!("SQLSTATE {}", state.code()))
    }
}
