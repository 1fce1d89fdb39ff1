//! The statements that read and write rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use contact_resolution::store::{self, StoreErrorKind};
use contact_resolution::{Account, Coverage, DirectoryAnswer, DirectoryQuery, Person};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use crate::error::{DatabaseError, Result};

pub(crate) fn accounts(connection: &Connection) -> Result<Vec<Account>> {
    let mut select = connection.prepare_cached("select record from account order by account")?;
    let mut rows = select.query([])?;
    let mut accounts = Vec::new();
    while let Some(row) = rows.next()? {
        accounts.push(store::account_from_record(text(row, 0)?)?);
    }
    Ok(accounts)
}

pub(crate) fn people(connection: &Connection, account: &str) -> Result<Vec<Person>> {
    let mut select =
        connection.prepare_cached("select record from person where account = ? order by person")?;
    let mut rows = select.query([account])?;
    let mut people = Vec::new();
    while let Some(row) = rows.next()? {
        people.push(store::from_record(text(row, 0)?)?);
    }
    Ok(people)
}

pub(crate) fn account(connection: &Connection, id: &str) -> Result<Option<Account>> {
    let mut select = connection.prepare_cached("select record from account where account = ?1")?;
    let mut rows = select.query([id])?;
    match rows.next()? {
        Some(row) => Ok(Some(store::account_from_record(text(row, 0)?)?)),
        None => Ok(None),
    }
}

/// Inserts or updates an account. Without a coverage, the stored one stays.
pub(crate) fn put_account(
    connection: &Connection,
    account: &Account,
    coverage: Option<Coverage>,
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "insert into account values (?1, ?2, ?3 is true, ?4 is true) on conflict do update \
         set record = excluded.record, contacts = coalesce(?3, contacts), chats = coalesce(?4, chats)",
    )?;
    let (contacts, chats) = coverage
        .map(|coverage| (coverage.contacts, coverage.chats))
        .unzip();
    let record = store::to_record(account)?;
    insert.execute(params![account.id, record, contacts, chats])?;
    Ok(())
}

/// Returns whether there is such an account.
pub(crate) fn set_coverage(
    connection: &Connection,
    account: &str,
    coverage: Coverage,
) -> Result<bool> {
    let mut update = connection
        .prepare_cached("update account set contacts = ?2, chats = ?3 where account = ?1")?;
    let count = update.execute(params![account, coverage.contacts, coverage.chats])?;
    Ok(count > 0)
}

/// Inserts a person without an existing row.
pub(crate) fn insert_person(
    connection: &Connection,
    account: &Account,
    person: &Person,
) -> Result<()> {
    let row_key = store::row_key(person);
    let mut insert = connection.prepare_cached("insert into person values (?1, ?2, ?3)")?;
    insert.execute([&account.id, &row_key, &store::to_record(person)?])?;
    insert_keys(connection, account, &row_key, person)
}

fn insert_keys(
    connection: &Connection,
    account: &Account,
    row_key: &str,
    person: &Person,
) -> Result<()> {
    let mut insert = connection.prepare_cached("insert into holder values (?1, ?2, ?3)")?;
    for key in person.keys(account) {
        insert.execute(params![account.id, key.to_string(), row_key])?;
    }
    Ok(())
}

/// Deletes a person and returns their record.
pub(crate) fn delete_person(
    connection: &Connection,
    account: &Account,
    row_key: &str,
) -> Result<Option<Person>> {
    let mut delete = connection
        .prepare_cached("delete from person where account = ?1 and person = ?2 returning record")?;
    let record: Option<String> = delete
        .query_row([&account.id, row_key], |row| row.get(0))
        .optional()?;
    let Some(record) = record else {
        return Ok(None);
    };
    let person: Person = store::from_record(&record)?;
    let mut delete = connection
        .prepare_cached("delete from holder where account = ?1 and key = ?2 and person = ?3")?;
    for key in person.keys(account) {
        delete.execute(params![account.id, key.to_string(), row_key])?;
    }
    Ok(Some(person))
}

pub(crate) fn delete_people(connection: &Connection, account: &str) -> Result<()> {
    connection.execute("delete from holder where account = ?1", [account])?;
    connection.execute("delete from person where account = ?1", [account])?;
    Ok(())
}

/// Makes the keys of an account's people again.
pub(crate) fn renew_keys(connection: &Connection, account: &Account) -> Result<()> {
    connection.execute("delete from holder where account = ?1", [&account.id])?;
    let mut select = connection.prepare("select person, record from person where account = ?1")?;
    let mut rows = select.query([&account.id])?;
    while let Some(row) = rows.next()? {
        let person = store::from_record(text(row, 1)?)?;
        insert_keys(connection, account, text(row, 0)?, &person)?;
    }
    Ok(())
}

/// Makes the rows of an account's people again, from their records.
pub(crate) fn renew_people(connection: &Connection, account: &Account) -> Result<()> {
    let people = people(connection, &account.id)?;
    delete_people(connection, &account.id)?;
    people
        .iter()
        .try_for_each(|person| insert_person(connection, account, person))
}

/// Answers one query by one statement, so that the coverage and the people are of the same moment.
pub(crate) fn find(connection: &Connection, query: &DirectoryQuery<'_>) -> Result<DirectoryAnswer> {
    let mut placeholders = "?,".repeat(query.keys.len());
    placeholders.pop();
    let mut select = connection.prepare_cached(&format!(
        "select contacts, chats, holder.person, person.record from account \
         left join holder on holder.account = account.account and key in ({placeholders}) \
         left join person on person.account = account.account and person.person = holder.person \
         where account.account = ?"
    ))?;
    let keys = query.keys.iter().map(|key| Cow::from(key.to_string()));
    let mut rows = select.query(params_from_iter(keys.chain([query.account.into()])))?;
    let mut coverage = Coverage::default();
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        coverage.contacts = row.get(0)?;
        coverage.chats = row.get(1)?;
        let Some(row_key) = row.get_ref(2)?.as_str_or_null().unwrap_or_default() else {
            continue;
        };
        if !people.contains_key(row_key) {
            people.insert(row_key.to_owned(), store::from_record(text(row, 3)?)?);
        }
    }
    Ok(DirectoryAnswer::new(people.into_values(), coverage))
}

/// Borrows the text of a column.
pub(crate) fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str> {
    row.get_ref(column)?
        .as_str()
        .map_err(|_| DatabaseError::new(StoreErrorKind::Corrupt))
}
