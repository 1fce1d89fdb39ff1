//! What the tables look like, and how older ones are brought up to date.

use tokio_postgres::Client;

use super::write::Writer;
use crate::directory::store::{self, StoreError, StoreErrorKind};
use crate::key::KEY_FORMAT;

/// The row `version` of `meta` counts how many of these there are.
const MIGRATIONS: [&str; 2] = [
    include_str!("1_directory.sql"),
    include_str!("2_ledger.sql"),
];

/// One process at a time brings the tables up to date. Any number that nobody else is likely to lock; not in the
/// transaction, which must begin after it to see what whoever had it has made.
const LOCK: &str = "select pg_advisory_lock(4860839170221101683)";
const UNLOCK: &str = "select pg_advisory_unlock(4860839170221101683)";

/// The version of the tables and of the keys in them.
type Versions = (i32, i32);

pub(super) async fn bring_up_to_date(client: &mut Client) -> Result<(), StoreError> {
    let newest = (
        i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX),
        i32::try_from(KEY_FORMAT).unwrap_or(i32::MAX),
    );
    if is_up_to_date(versions(client).await?, newest)? {
        return Ok(());
    }
    client.batch_execute(LOCK).await?;
    // Of two processes that find old tables the second finds new ones.
    let found = versions(client).await?;
    if !is_up_to_date(found, newest)? {
        migrate(client, found, newest).await?;
    }
    // Where it fails the connection is dropped, and the lock with it.
    client.batch_execute(UNLOCK).await?;
    Ok(())
}

async fn migrate(
    client: &mut Client,
    found: Option<Versions>,
    newest: Versions,
) -> Result<(), StoreError> {
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
            let account = store::read_account(row.try_get(0)?)?;
            writer.key_anew(&account).await?;
        }
    }
    let update = format!(
        "update meta set value = {} where name = 'version'; update meta set value = {} where name = 'key_format'",
        newest.0, newest.1
    );
    writer.batch(&update).await?;
    writer.commit().await
}

/// Whether there is nothing to do; an error where nothing can be done.
fn is_up_to_date(found: Option<Versions>, newest: Versions) -> Result<bool, StoreError> {
    match found {
        Some((version, format)) if version > newest.0 || format > newest.1 => {
            Err(StoreError::new(StoreErrorKind::Newer))
        }
        found => Ok(found == Some(newest)),
    }
}

async fn versions(client: &Client) -> Result<Option<Versions>, StoreError> {
    let is_there = "select to_regclass('contact_resolution.meta') is not null";
    let rows = client.query_typed(is_there, &[]).await?;
    let is_there = rows.first().map(|row| row.try_get(0)).transpose()?;
    if is_there != Some(true) {
        return Ok(None);
    }
    let select = "select (select value from meta where name = 'version'), (select value from meta where name = 'key_format')";
    let rows = client.query_typed(select, &[]).await?;
    let versions = rows
        .first()
        .map(|row| Ok::<_, StoreError>((row.try_get(0)?, row.try_get(1)?)));
    versions.transpose()
}
