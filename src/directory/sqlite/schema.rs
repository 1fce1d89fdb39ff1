//! What the file looks like, and how an older one is brought up to date.

use rusqlite::{Connection, TransactionBehavior};

use super::key_anew;
use crate::directory::store::{self, StoreError, StoreErrorKind};
use crate::key::KEY_FORMAT;

/// `user_version` counts how many of these a file has.
const MIGRATIONS: [&str; 2] = [
    include_str!("1_directory.sql"),
    include_str!("2_ledger.sql"),
];

/// `application_id`: whose file it is, in four letters.
const APPLICATION: i64 = 0x4374_5273;

/// Writes on the disk before they return, readers beside the writer, and a cache that a load of a million people fits.
const SETTINGS: &str = "pragma synchronous = full; pragma cache_size = -65536;";

pub(super) fn bring_up_to_date(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute_batch(SETTINGS)?;
    if is_up_to_date(connection)? {
        return Ok(());
    }
    connection.pragma_update(None, "journal_mode", "wal")?;
    // Of two processes that open an old file the second finds it new.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if is_up_to_date(&transaction)? {
        return Ok(());
    }
    let version = usize::try_from(pragma(&transaction, "user_version")?).unwrap_or_default();
    for migration in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", newest())?;
    if key_format(&transaction)? != i64::from(KEY_FORMAT) {
        key_all_anew(&transaction)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Whether there is nothing to do; an error where nothing can be done.
fn is_up_to_date(connection: &Connection) -> Result<bool, StoreError> {
    let version = pragma(connection, "user_version")?;
    let application = pragma(connection, "application_id")?;
    if application != APPLICATION {
        let tables: i64 =
            connection.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
        // A file that somebody has begun is theirs.
        return if (application, version, tables) == (0, 0, 0) {
            Ok(false)
        } else {
            Err(StoreError::new(StoreErrorKind::NotAStore))
        };
    }
    if version > newest() || key_format(connection)? > i64::from(KEY_FORMAT) {
        return Err(StoreError::new(StoreErrorKind::Newer));
    }
    Ok(version == newest() && key_format(connection)? == i64::from(KEY_FORMAT))
}

fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}

fn key_format(connection: &Connection) -> Result<i64, StoreError> {
    let select = "select value from meta where name = 'key_format'";
    Ok(connection.query_row(select, [], |row| row.get(0))?)
}

/// Brings the keys of everybody to today's format.
fn key_all_anew(connection: &Connection) -> Result<(), StoreError> {
    let mut select = connection.prepare("select record from account")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let account = store::read_account(super::text(row, 0)?)?;
        key_anew(connection, &account)?;
    }
    connection.execute(
        "update meta set value = ?1 where name = 'key_format'",
        [KEY_FORMAT],
    )?;
    Ok(())
}
