//! Connections, their settings and their prepared statements.

use std::time::Duration;

use contact_resolution::store::StoreErrorKind;
use futures_util::future::BoxFuture;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Error, Socket, Statement};

use crate::error::{DatabaseError, Result};

/// The time to wait for a connection, unless the URL sets one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The time after which a silent connection is checked, and given up if the server does not answer.
const SILENCE: Duration = Duration::from_secs(30);

/// The first statements of every connection. They keep the timeouts that the server, the role or the URL sets. Each query
/// has one good plan, which uses the primary key, and looking for a better one takes longer than the query.
const SETTINGS: &str = "set search_path to contact_resolution; set plan_cache_mode = force_generic_plan; \
    select set_config('statement_timeout', '10s', false) where current_setting('statement_timeout') = '0'; \
    select set_config('lock_timeout', '5s', false) where current_setting('lock_timeout') = '0'";

/// Selects the coverage of an account and each of its people who holds a key, with that key.
const FIND: &str = "select contacts, chats, holder.key, holder.person, person.record from account \
    left join holder on holder.account = $1 and holder.key = any ($2) \
    left join person on person.account = $1 and person.person = holder.person \
    where account.account = $1";

/// Takes the claim if it is free or past the timeout. `stale` is true if the replaced claim has no outcome, so that its
/// create may still be in progress.
///
/// Otherwise selects the chat of the existing claim. That part sees the table from before the statement, so it must
/// check the timeout too.
const CLAIM: &str = "with claimed as ( \
        insert into intent (account, person, since, chat, stale, token) \
        values ($1, $2, clock_timestamp(), null, false, (random() * 9007199254740991)::bigint) \
        on conflict (account, person) do update \
        set since = excluded.since, chat = null, stale = intent.chat is null, token = excluded.token \
        where excluded.since - intent.since > make_interval(secs => $3) \
        returning stale, token \
    ) \
    select stale, null as chat, token from claimed \
    union all \
    select null, chat, null from intent where account = $1 and person = $2 \
    and clock_timestamp() - since <= make_interval(secs => $3) and not exists (select from claimed)";

const RECORD: &str = "update intent set since = clock_timestamp(), chat = $3, stale = false \
    where account = $1 and person = $2 and token = $4";

const RELEASE: &str = "delete from intent where account = $1 and person = $2 and token = $3";

type Connected = std::result::Result<Client, Error>;

/// Opens connections to one server.
pub(crate) struct Connector {
    connect: Box<dyn Fn() -> BoxFuture<'static, Connected> + Send + Sync>,
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
        let connect = move || -> BoxFuture<'static, Connected> {
            let (config, tls) = (config.clone(), tls.clone());
            Box::pin(async move {
                let (client, connection) = config.connect(tls).await?;
                // Requests on the client report the errors of the connection.
                tokio::spawn(async move { drop(connection.await) });
                Ok(client)
            })
        };
        Ok(Connector {
            connect: Box::new(connect),
        })
    }

    pub(crate) async fn connect(&self) -> Result<Client> {
        let client = (self.connect)().await?;
        client.batch_execute(SETTINGS).await?;
        Ok(client)
    }
}

/// A connection and its prepared statements. Several requests can be under way on it at once.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) find: Statement,
    pub(crate) claim: Statement,
    pub(crate) record: Statement,
    pub(crate) release: Statement,
}

impl Session {
    pub(crate) async fn prepare(client: Client) -> Result<Self> {
        Ok(Session {
            find: client.prepare(FIND).await?,
            claim: client.prepare(CLAIM).await?,
            record: client.prepare(RECORD).await?,
            release: client.prepare(RELEASE).await?,
            client,
        })
    }
}
