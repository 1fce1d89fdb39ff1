//! The kept results of lookups.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use contact_resolution::store;
use contact_resolution::{ClaimKey, KeptLookup, Person};
use rusqlite::{Connection, Row, params};

use crate::checksum::Checksum;
use crate::error::{Result, corrupt};
use crate::rows::text;

fn checksum(account: &str, key: &str, record: &str, since: i64) -> i64 {
    Checksum::of("lookup")
        .text(account)
        .text(key)
        .text(record)
        .number(since)
        .finish()
}

/// Returns the time in milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}

/// Reads the record and the time of a row. Returns an error if the row is damaged.
fn read(account: &str, key: &str, row: &Row<'_>) -> Result<(Option<Person>, i64)> {
    let (record, since) = (text(row, 0)?, row.get(1)?);
    if checksum(account, key, record, since) != row.get::<_, i64>(2)? {
        return Err(corrupt());
    }
    Ok((store::from_record(record)?, since))
}

/// Returns a kept result, unless it is from the future because the clock was set back.
pub(crate) fn find(connection: &Connection, lookup: &ClaimKey) -> Result<Option<KeptLookup>> {
    let (account, key) = (&lookup.account, lookup.person.to_string());
    let mut select = connection.prepare_cached(
        "select record, since, checksum from lookup where account = ?1 and person = ?2",
    )?;
    let mut rows = select.query([account, &key])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let (person, since) = read(account, &key, row)?;
    let age = u64::try_from(now().saturating_sub(since));
    Ok(age
        .ok()
        .map(|age| KeptLookup::new(person, Duration::from_millis(age))))
}

/// Keeps a result, and deletes the oldest results of the account beyond the capacity.
pub(crate) fn keep(
    connection: &Connection,
    lookup: &ClaimKey,
    person: Option<&Person>,
    capacity: u32,
) -> Result<()> {
    let (account, key) = (&lookup.account, lookup.person.to_string());
    let (record, since) = (store::to_record(&person)?, now());
    let checksum = checksum(account, &key, &record, since);
    connection
        .prepare_cached("insert or replace into lookup values (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![account, key, record, since, checksum])?;
    connection
        .prepare_cached(
            "delete from lookup where account = ?1 and person in ( \
                 select person from lookup where account = ?1 order by since desc limit -1 offset ?2 \
             )",
        )?
        .execute(params![account, capacity])?;
    Ok(())
}

/// Calls a function with each kept result, or with the error of a damaged one.
pub(crate) fn for_each(connection: &Connection, mut call: impl FnMut(Result<()>)) -> Result<()> {
    let mut select =
        connection.prepare("select record, since, checksum, account, person from lookup")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        call(text(row, 3).and_then(|account| read(account, text(row, 4)?, row).map(drop)));
    }
    Ok(())
}
