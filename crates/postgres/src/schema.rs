//! The tables, and the upgrade of older ones.

use crate::error::{DatabaseError, Result};
use crate::session::Session;
use crate::write::Writer;
use contact_resolution::KEY_FORMAT;
use contact_resolution::store::{self, StoreErrorKind};

/// The row `version` of `meta` is the number of these that were applied.
const MIGRATIONS: [&str; 6] = [
    include_str!("1_directory.sql"),
    include_str!("2_ledger.sql"),
    include_str!("3_fenced_claims.sql"),
    include_str!("4_names.sql"),
    include_str!("5_lookups.sql"),
    include_str!("6_prepared_names.sql"),
];

/// The first version with the rows of names that it has today.
const NAMES: i32 = 6;

/// One process at a time upgrades the tables. The number is arbitrary, and unlikely to be used by another program. The lock
/// ends with the transaction, because through a pooler the next transaction may be on another connection.
const LOCK: &str = "set local statement_timeout = '10min'; set local lock_timeout = '10min'; \
    select pg_advisory_xact_lock(4860839170221101683)";

/// The schema of a new store, and the one in which migrations create their tables.
const SCHEMA: &str = "create schema if not exists contact_resolution; \
    set local search_path to contact_resolution";

/// The tables that are divided by account.
const DISTRIBUTED: [&str; 7] = [
    "account", "person", "holder", "intent", "word", "named", "lookup",
];

/// The version of the tables, and of the keys in them.
type Versions = (i32, i32);

/// Creates the tables, or upgrades those of an older version.
pub(crate) async fn upgrade(session: &mut Session) -> Result<()> {
    let newest = (
        i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX),
        i32::try_from(KEY_FORMAT).unwrap_or(i32::MAX),
    );
    let writer = Writer::begin(session).await?;
    if is_current(versions(&writer).await?, newest)? {
        return Ok(());
    }
    writer.batch(LOCK).await?;
    // Another process may have upgraded the tables before this one got the lock. This statement sees what it committed.
    let found = versions(&writer).await?;
    if !is_current(found, newest)? {
        migrate(&writer, found, newest).await?;
    }
    writer.commit().await
}

async fn migrate(writer: &Writer<'_>, found: Option<Versions>, newest: Versions) -> Result<()> {
    let version = usize::try_from(found.unwrap_or_default().0).unwrap_or_default();
    if version < MIGRATIONS.len() {
        writer.batch(SCHEMA).await?;
    }
    for migration in MIGRATIONS.iter().skip(version) {
        writer.batch(migration).await?;
    }
    if found.is_some() && is_distributed(writer).await? {
        // The migrations may have created tables.
        distribute(writer).await?;
    }
    if found.is_some_and(|(version, format)| version < NAMES || format != newest.1) {
        let select = "select record from contact_resolution.account";
        for row in writer.transaction().query_typed(select, &[]).await? {
            let account = store::account_from_record(row.try_get(0)?)?;
            writer.renew_people(&account).await?;
        }
    }
    let update = format!(
        "update contact_resolution.meta set value = case name when 'version' then {} else {} end \
         where name in ('version', 'key_format')",
        newest.0, newest.1
    );
    writer.batch(&update).await
}

/// Returns whether the tables are distributed by Citus.
async fn is_distributed(writer: &Writer<'_>) -> Result<bool> {
    let has_citus = "select to_regclass('pg_catalog.pg_dist_partition') is not null";
    if !writer.is_true(has_citus).await? {
        return Ok(false);
    }
    let is_distributed = "select exists (select from pg_catalog.pg_dist_partition \
        where logicalrelid = 'contact_resolution.account'::regclass)";
    writer.is_true(is_distributed).await
}

/// Distributes the tables by account over the nodes of Citus, except those that are distributed already.
pub(crate) async fn distribute(writer: &Writer<'_>) -> Result<()> {
    let unless_done = |call: &str, table: &str| {
        format!(
            "select {call} where not exists (select from pg_catalog.pg_dist_partition \
             where logicalrelid = 'contact_resolution.{table}'::regclass);"
        )
    };
    let mut statements = String::from("set local statement_timeout = '10min';");
    for table in DISTRIBUTED {
        // The rows of an account are on one node, so that its statements need no other node.
        let colocated = if table == "account" {
            "none"
        } else {
            "contact_resolution.account"
        };
        let call = format!(
            "create_distributed_table('contact_resolution.{table}', 'account', colocate_with => '{colocated}')"
        );
        statements += &unless_done(&call, table);
    }
    // Every node has a copy of this table, so that the store can connect to each of them.
    statements += &unless_done("create_reference_table('contact_resolution.meta')", "meta");
    writer.batch(&statements).await
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

async fn versions(writer: &Writer<'_>) -> Result<Option<Versions>> {
    // `to_regclass` may answer from a cache that is older than the lock.
    let exists = "select exists (select from pg_catalog.pg_tables \
        where schemaname = 'contact_resolution' and tablename = 'meta')";
    if !writer.is_true(exists).await? {
        return Ok(None);
    }
    let select = "select (select value from contact_resolution.meta where name = 'version'), \
        (select value from contact_resolution.meta where name = 'key_format')";
    let rows = writer.transaction().query_typed(select, &[]).await?;
    match rows.first() {
        Some(row) => Ok(Some((row.try_get(0)?, row.try_get(1)?))),
        None => Ok(None),
    }
}
