//! The tables, and the upgrade of older ones.

use contact_resolution::store::{self, StoreErrorKind};
use contact_resolution::{Coverage, KEY_FORMAT, Person};
use rusqlite::{Connection, TransactionBehavior};

use crate::error::{DatabaseError, Result, corrupt};
use crate::ledger;
use crate::rows;

/// A file's `user_version` is the number of these that were applied to it.
const MIGRATIONS: [&str; 7] = [
    include_str!("1_directory.sql"),
    include_str!("2_ledger.sql"),
    include_str!("3_fenced_claims.sql"),
    include_str!("4_checksums.sql"),
    include_str!("5_names.sql"),
    include_str!("6_lookups.sql"),
    include_str!("7_prepared_names.sql"),
];

/// The `application_id` of a store: `CtRs` in ASCII.
const APPLICATION: i64 = 0x4374_5273;

/// The first version with checksums.
const CHECKSUMS: i64 = 4;

/// The first version with the rows of names that it has today.
const NAMES: i64 = 7;

/// A write returns once it is on the disk. The cache of 64 MiB makes the load of a million people fast. SQLite checks the
/// cells of each page that it reads.
const SETTINGS: &str =
    "pragma synchronous = full; pragma cache_size = -65536; pragma cell_size_check = on;";

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
    let version = pragma(&transaction, "user_version")?;
    let applied = usize::try_from(version).map_err(|_| corrupt())?;
    // Rows of an older version have no checksums, so SQLite itself must find the damage.
    if applied > 0 && version < CHECKSUMS && !is_whole(&transaction)? {
        return Err(corrupt());
    }
    for migration in MIGRATIONS.iter().skip(applied) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", newest())?;
    if version < CHECKSUMS {
        add_checksums(&transaction)?;
    } else if version < NAMES || key_format(&transaction)? != i64::from(KEY_FORMAT) {
        renew_all_people(&transaction)?;
    }
    transaction.execute(
        "update meta set value = ?1 where name = 'key_format'",
        [KEY_FORMAT],
    )?;
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

/// Returns whether SQLite finds no damage.
fn is_whole(connection: &Connection) -> Result<bool> {
    let report: String = connection.query_row("pragma integrity_check(1)", [], |row| row.get(0))?;
    Ok(report == "ok")
}

/// Makes the rows and the keys of every person again, in the current format.
fn renew_all_people(connection: &Connection) -> Result<()> {
    for mut row in rows::accounts(connection)? {
        let account = row.account()?;
        let people = rows::by_key(rows::people(connection, &row)?);
        rows::replace_people(connection, &mut row, &account, &people)?;
    }
    Ok(())
}

/// Gives the rows of an older version their checksums, and makes their keys again.
fn add_checksums(connection: &Connection) -> Result<()> {
    let mut select = connection.prepare("select record, contacts, chats from account")?;
    let mut accounts = Vec::new();
    let mut records = select.query([])?;
    while let Some(record) = records.next()? {
        let account = store::account_from_record(rows::text(record, 0)?)?;
        let coverage = Coverage {
            contacts: record.get(1)?,
            chats: record.get(2)?,
        };
        accounts.push((account, coverage));
    }
    drop(records);
    for (account, coverage) in accounts {
        let mut people: Vec<Person> = Vec::new();
        let mut select =
            connection.prepare_cached("select record from person where account = ?1")?;
        let mut records = select.query([&account.id])?;
        while let Some(record) = records.next()? {
            people.push(store::from_record(rows::text(record, 0)?)?);
        }
        drop(records);
        let people = rows::by_key(people);
        let mut row = rows::insert_account(connection, &account)?;
        row.coverage = coverage;
        rows::replace_people(connection, &mut row, &account, &people)?;
    }
    ledger::add_checksums(connection)
}
