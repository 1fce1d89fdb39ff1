//! The tables, and the upgrade of older ones.

use contact_resolution::KEY_FORMAT;
use contact_resolution::store::{self, StoreErrorKind};
use rusqlite::{Connection, TransactionBehavior};

use crate::error::{DatabaseError, Result};
use crate::rows;

/// A file's `user_version` is the number of these that were applied to it.
const MIGRATIONS: [&str; 3] = [
    include_str!("1_directory.sql"),
    include_str!("2_ledger.sql"),
    include_str!("3_fenced_claims.sql"),
];

/// The `application_id` of a store: `CtRs` in ASCII.
const APPLICATION: i64 = 0x4374_5273;

/// A write returns once it is on the disk. The cache of 64 MiB makes the load of a million people fast.
const SETTINGS: &str = "pragma synchronous = full; pragma cache_size = -65536;";

/// Creates the tables, or upgrades those of an older version.
pub(crate) fn upgrade(connection: &mut Connection) -> Result<()> {
    connection.execute_batch(SETTINGS)?;
    if is_current(connection)? {
        return Ok(());
    }
    // Readers and the writer do not wait for each other.
    connection.pragma_update(None, "journal_mode", "wal")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have upgraded the file before this one got the lock.
    if is_current(&transaction)? {
        return Ok(());
    }
    let version = usize::try_from(pragma(&transaction, "user_version")?).unwrap_or_default();
    for migration in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", newest())?;
    if key_format(&transaction)? != i64::from(KEY_FORMAT) {
        renew_all_keys(&transaction)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Returns whether the file needs no upgrade, or an error if it cannot have one.
fn is_current(connection: &Connection) -> Result<bool> {
    let version = pragma(connection, "user_version")?;
    let application = pragma(connection, "application_id")?;
    if application != APPLICATION {
        let tables: i64 =
            connection.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
        // Only an empty file becomes a store. Any other file belongs to another program.
        return if (application, version, tables) == (0, 0, 0) {
            Ok(false)
        } else {
            Err(DatabaseError::new(StoreErrorKind::NotAStore))
        };
    }
    let format = key_format(connection)?;
    if version > newest() || format > i64::from(KEY_FORMAT) {
        return Err(DatabaseError::new(StoreErrorKind::Newer));
    }
    Ok(version == newest() && format == i64::from(KEY_FORMAT))
}

fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn pragma(connection: &Connection, name: &str) -> Result<i64> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}

fn key_format(connection: &Connection) -> Result<i64> {
    let select = "select value from meta where name = 'key_format'";
    Ok(connection.query_row(select, [], |row| row.get(0))?)
}

/// Makes the rows and the keys of every person again, in the current format.
fn renew_all_keys(connection: &Connection) -> Result<()> {
    let mut select = connection.prepare("select record from account")?;
    let mut accounts = select.query([])?;
    while let Some(row) = accounts.next()? {
        let account = store::account_from_record(rows::text(row, 0)?)?;
        rows::renew_people(connection, &account)?;
    }
    connection.execute(
        "update meta set value = ?1 where name = 'key_format'",
        [KEY_FORMAT],
    )?;
    Ok(())
}
