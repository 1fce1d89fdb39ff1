//! The tables, and the upgrade of older ones.

use contact_resolution::KEY_FORMAT;
use contact_resolution::store::{self, StoreErrorKind};
use tokio_postgres::Client;

use crate::error::{DatabaseError, Result};
use crate::write::Writer;

/// The row `version` of `meta` is the number of these that were applied.
const MIGRATIONS: [&str; 3] = [
    include_str!("1_directory.sql"),
    include_str!("2_ledger.sql"),
    include_str!("3_fenced_claims.sql"),
];

/// One process at a time upgrades the tables. The number is arbitrary, and unlikely to be used by another program. The lock
/// is taken before the transaction begins, so that the transaction sees the upgrade of the process before it.
const LOCK: &str = "select pg_advisory_lock(4860839170221101683)";
const UNLOCK: &str = "select pg_advisory_unlock(4860839170221101683)";

/// The version of the tables, and of the keys in them.
type Versions = (i32, i32);

/// Creates the tables, or upgrades those of an older version.
pub(crate) async fn upgrade(client: &mut Client) -> Result<()> {
    let newest = (
        i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX),
        i32::try_from(KEY_FORMAT).unwrap_or(i32::MAX),
    );
    if is_current(versions(client).await?, newest)? {
        return Ok(());
    }
    client.batch_execute(LOCK).await?;
    // Another process may have upgraded the tables before this one got the lock.
    let found = versions(client).await?;
    if !is_current(found, newest)? {
        migrate(client, found, newest).await?;
    }
    // After an error the connection is dropped, and the lock with it.
    client.batch_execute(UNLOCK).await?;
    Ok(())
}

async fn migrate(client: &mut Client, found: Option<Versions>, newest: Versions) -> Result<()> {
    let writer = Writer::begin(client).await?;
    let version = usize::try_from(found.unwrap_or_default().0).unwrap_or_default();
    for migration in MIGRATIONS.iter().skip(version) {
        writer.batch(migration).await?;
    }
    if found.is_some_and(|(_, format)| format != newest.1) {
        for row in writer
            .transaction()
            .query_typed("select record from account", &[])
            .await?
        {
            let account = store::account_from_record(row.try_get(0)?)?;
            writer.renew_people(&account).await?;
        }
    }
    let update = format!(
        "update meta set value = {} where name = 'version'; update meta set value = {} where name = 'key_format'",
        newest.0, newest.1
    );
    writer.batch(&update).await?;
    writer.commit().await
}

/// Returns whether the tables need no upgrade, or an error if they cannot have one.
fn is_current(found: Option<Versions>, newest: Versions) -> Result<bool> {
    match found {
        Some((version, format)) if version > newest.0 || format > newest.1 => {
            Err(DatabaseError::new(StoreErrorKind::Newer))
        }
        found => Ok(found == Some(newest)),
    }
}

async fn versions(client: &Client) -> Result<Option<Versions>> {
    let exists = "select to_regclass('contact_resolution.meta') is not null";
    let rows = client.query_typed(exists, &[]).await?;
    let exists = rows.first().map(|row| row.try_get(0)).transpose()?;
    if exists != Some(true) {
        return Ok(None);
    }
    let select = "select (select value from meta where name = 'version'), (select value from meta where name = 'key_format')";
    let rows = client.query_typed(select, &[]).await?;
    match rows.first() {
        Some(row) => Ok(Some((row.try_get(0)?, row.try_get(1)?))),
        None => Ok(None),
    }
}
