//! The statements that read and write accounts and people. Every row that is read is compared with its checksum.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use contact_resolution::store::{self, StoreErrorKind};
use contact_resolution::{Account, Coverage, DirectoryAnswer, DirectoryQuery, Person};
use rusqlite::{Connection, Row, params};

use crate::chain::{self, KeyRow};
use crate::checksum::Checksum;
use crate::error::{DatabaseError, Result, corrupt};
use crate::names;

/// A row of the table `account`.
pub(crate) struct AccountRow {
    pub(crate) id: String,
    record: String,
    pub(crate) coverage: Coverage,
    /// The number of people.
    pub(crate) people: i64,
    /// The account, once it was parsed.
    parsed: Option<Account>,
}

impl AccountRow {
    pub(crate) fn account(&self) -> Result<Account> {
        Ok(store::account_from_record(&self.record)?)
    }

    /// Returns the account, which is parsed only once.
    fn parsed(&mut self) -> Result<&Account> {
        let account = match self.parsed.take() {
            Some(account) => account,
            None => self.account()?,
        };
        Ok(self.parsed.insert(account))
    }

    pub(crate) fn set_account(&mut self, account: &Account) -> Result<()> {
        self.parsed = None;
        self.record = store::to_record(account)?;
        Ok(())
    }

    fn checksum(&self) -> i64 {
        Checksum::of("account")
            .text(&self.id)
            .text(&self.record)
            .number(self.coverage.contacts.into())
            .number(self.coverage.chats.into())
            .number(self.people)
            .finish()
    }

    /// Reads a row. Returns an error if it is damaged.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        let account = AccountRow {
            id: text(row, 0)?.to_owned(),
            record: text(row, 1)?.to_owned(),
            coverage: Coverage {
                contacts: row.get(2)?,
                chats: row.get(3)?,
            },
            people: row.get(4)?,
            parsed: None,
        };
        if account.checksum() == row.get::<_, i64>(5)? {
            Ok(account)
        } else {
            Err(corrupt())
        }
    }

    /// Inserts or replaces the row.
    pub(crate) fn write(&self, connection: &Connection) -> Result<()> {
        let mut insert = connection
            .prepare_cached("insert or replace into account values (?1, ?2, ?3, ?4, ?5, ?6)")?;
        insert.execute(params![
            self.id,
            self.record,
            self.coverage.contacts,
            self.coverage.chats,
            self.people,
            self.checksum()
        ])?;
        Ok(())
    }
}

/// The columns of an [`AccountRow`].
const ACCOUNT: &str = "account, record, contacts, chats, people, checksum";

/// Calls a function with each account, ordered by id, or with the error of a damaged row.
pub(crate) fn for_each_account(
    connection: &Connection,
    mut call: impl FnMut(Result<AccountRow>) -> Result<()>,
) -> Result<()> {
    let mut select =
        connection.prepare_cached(&format!("select {ACCOUNT} from account order by account"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        call(AccountRow::read(row))?;
    }
    Ok(())
}

/// Returns every account, ordered by id. Returns an error if one is missing.
pub(crate) fn accounts(connection: &Connection) -> Result<Vec<AccountRow>> {
    let mut accounts = Vec::new();
    for_each_account(connection, |account| {
        accounts.push(account?);
        Ok(())
    })?;
    if i64::try_from(accounts.len()) == Ok(known_accounts(connection)?) {
        Ok(accounts)
    } else {
        Err(corrupt())
    }
}

/// Returns the number of accounts that the store must have.
pub(crate) fn known_accounts(connection: &Connection) -> Result<i64> {
    let mut select = connection.prepare_cached("select value from meta where name = 'accounts'")?;
    Ok(select.query_row([], |row| row.get(0))?)
}

pub(crate) fn account(connection: &Connection, id: &str) -> Result<Option<AccountRow>> {
    let mut select =
        connection.prepare_cached(&format!("select {ACCOUNT} from account where account = ?1"))?;
    let mut rows = select.query([id])?;
    if let Some(row) = rows.next()? {
        let account = AccountRow::read(row)?;
        return if account.id == id {
            Ok(Some(account))
        } else {
            Err(corrupt())
        };
    }
    // Few programs query an unknown account, so this may read all of them.
    accounts(connection)?;
    Ok(None)
}

/// Inserts an account without people.
pub(crate) fn insert_account(connection: &Connection, account: &Account) -> Result<AccountRow> {
    let row = AccountRow {
        id: account.id.clone(),
        record: store::to_record(account)?,
        coverage: Coverage::default(),
        people: 0,
        parsed: None,
    };
    row.write(connection)?;
    connection.execute(
        "update meta set value = value + 1 where name = 'accounts'",
        [],
    )?;
    chain::replace_all(connection, &account.id, std::iter::empty())?;
    Ok(row)
}

/// Removes an account with all its rows. Returns whether it was there.
pub(crate) fn remove_account(connection: &Connection, id: &str) -> Result<bool> {
    if account(connection, id)?.is_none() {
        return Ok(false);
    }
    for table in [
        "account", "person", "holder", "intent", "word", "named", "lookup",
    ] {
        connection.execute(&format!("delete from {table} where account = ?1"), [id])?;
    }
    connection.execute(
        "update meta set value = value - 1 where name = 'accounts'",
        [],
    )?;
    Ok(true)
}

fn person_checksum(account: &str, row_key: &str, record: &str) -> i64 {
    Checksum::of("person")
        .text(account)
        .text(row_key)
        .text(record)
        .finish()
}

/// The columns of a person, for [`read_person`].
const PERSON: &str = "person, record, checksum";

/// Reads a row of the table `person`. Returns an error if it is damaged.
pub(crate) fn read_person(account: &str, row: &Row<'_>) -> Result<(String, Person)> {
    let (row_key, record) = (text(row, 0)?, text(row, 1)?);
    if person_checksum(account, row_key, record) != row.get::<_, i64>(2)? {
        return Err(corrupt());
    }
    Ok((row_key.to_owned(), store::from_record(record)?))
}

/// Returns the people of an account. Returns an error if one is missing.
pub(crate) fn people(connection: &Connection, account: &AccountRow) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for_each_person(connection, &account.id, |person| {
        people.push(person?.1);
        Ok(())
    })?;
    if i64::try_from(people.len()) == Ok(account.people) {
        Ok(people)
    } else {
        Err(corrupt())
    }
}

/// Calls a function with each person of an account in order, or with the error of a damaged row.
pub(crate) fn for_each_person(
    connection: &Connection,
    account: &str,
    mut call: impl FnMut(Result<(String, Person)>) -> Result<()>,
) -> Result<()> {
    let mut select = connection.prepare_cached(&format!(
        "select {PERSON} from person where account = ?1 order by person"
    ))?;
    let mut rows = select.query([account])?;
    while let Some(row) = rows.next()? {
        call(read_person(account, row))?;
    }
    Ok(())
}

pub(crate) fn count_people(connection: &Connection, account: &str) -> Result<i64> {
    let mut select = connection.prepare_cached("select count(*) from person where account = ?1")?;
    Ok(select.query_row([account], |row| row.get(0))?)
}

pub(crate) fn person(
    connection: &Connection,
    account: &str,
    row_key: &str,
) -> Result<Option<Person>> {
    let mut select = connection.prepare_cached(&format!(
        "select {PERSON} from person where account = ?1 and person = ?2"
    ))?;
    let mut rows = select.query([account, row_key])?;
    match rows.next()? {
        Some(row) => Ok(Some(read_person(account, row)?.1)),
        None => Ok(None),
    }
}

fn write_person(
    connection: &Connection,
    account: &str,
    row_key: &str,
    person: &Person,
) -> Result<()> {
    let mut insert =
        connection.prepare_cached("insert or replace into person values (?1, ?2, ?3, ?4)")?;
    let record = store::to_record(person)?;
    let checksum = person_checksum(account, row_key, &record);
    insert.execute(params![account, row_key, record, checksum])?;
    Ok(())
}

/// Inserts a person, or replaces the record under the same row key.
pub(crate) fn put_person(
    connection: &Connection,
    row: &mut AccountRow,
    account: &Account,
    person: &Person,
) -> Result<()> {
    let row_key = store::row_key(person);
    let known = self::person(connection, &row.id, &row_key)?;
    let old = known.as_ref().map(|known| chain::keys(known, account));
    let new = chain::keys(person, account);
    write_person(connection, &row.id, &row_key, person)?;
    change_keys(
        connection,
        &row.id,
        &row_key,
        old.as_deref().unwrap_or(&[]),
        &new,
    )?;
    let old = names::name_rows(known.as_ref());
    names::change_rows(
        connection,
        &row.id,
        &row_key,
        &old,
        &store::name_rows(person),
    )?;
    if known.is_none() {
        row.people += 1;
        row.write(connection)?;
    }
    Ok(())
}

/// Deletes a person and returns their record.
pub(crate) fn delete_person(
    connection: &Connection,
    row: &mut AccountRow,
    account: &Account,
    row_key: &str,
) -> Result<Option<Person>> {
    let Some(person) = person(connection, &row.id, row_key)? else {
        return Ok(None);
    };
    let mut delete =
        connection.prepare_cached("delete from person where account = ?1 and person = ?2")?;
    delete.execute([&row.id, row_key])?;
    change_keys(
        connection,
        &row.id,
        row_key,
        &chain::keys(&person, account),
        &[],
    )?;
    names::change_rows(
        connection,
        &row.id,
        row_key,
        &store::name_rows(&person),
        &[],
    )?;
    row.people -= 1;
    row.write(connection)?;
    Ok(Some(person))
}

/// Deletes the old keys of a person that are not among the new ones, and inserts the others.
fn change_keys(
    connection: &Connection,
    account: &str,
    row_key: &str,
    old: &[String],
    new: &[String],
) -> Result<()> {
    for key in old.iter().filter(|key| !new.contains(key)) {
        chain::delete(connection, account, KeyRow::new(key, row_key))?;
    }
    for key in new.iter().filter(|key| !old.contains(key)) {
        chain::insert(connection, account, KeyRow::new(key, row_key))?;
    }
    Ok(())
}

/// Orders people by the keys of their rows.
pub(crate) fn by_key(people: Vec<Person>) -> BTreeMap<String, Person> {
    let people = people.into_iter();
    people
        .map(|person| (store::row_key(&person), person))
        .collect()
}

/// Replaces all people of an account.
pub(crate) fn replace_people(
    connection: &Connection,
    row: &mut AccountRow,
    account: &Account,
    people: &BTreeMap<String, Person>,
) -> Result<()> {
    connection.execute("delete from person where account = ?1", [&row.id])?;
    for (row_key, person) in people {
        write_person(connection, &row.id, row_key, person)?;
    }
    replace_keys(connection, account, people)?;
    names::replace_all(connection, &row.id, people)?;
    row.people = i64::try_from(people.len()).unwrap_or(i64::MAX);
    row.write(connection)
}

/// Makes the keys of an account's people again.
pub(crate) fn replace_keys(
    connection: &Connection,
    account: &Account,
    people: &BTreeMap<String, Person>,
) -> Result<()> {
    let keys: Vec<_> = people
        .iter()
        .map(|(row_key, person)| (row_key, chain::keys(person, account)))
        .collect();
    let rows = keys
        .iter()
        .flat_map(|(row_key, keys)| keys.iter().map(|key| KeyRow::new(key, row_key)));
    chain::replace_all(connection, &account.id, rows)
}

/// Answers queries. The caller's transaction makes its statements see the store at one moment.
pub(crate) fn find(
    connection: &Connection,
    queries: &[DirectoryQuery<'_>],
) -> Result<Vec<DirectoryAnswer>> {
    let mut known: HashMap<&str, Option<AccountRow>> = HashMap::new();
    let mut answers = Vec::with_capacity(queries.len());
    for query in queries {
        let row = match known.entry(query.account) {
            Entry::Occupied(row) => row.into_mut(),
            Entry::Vacant(new) => new.insert(account(connection, query.account)?),
        };
        answers.push(match row {
            Some(row) => find_in_account(connection, row, query)?,
            None => DirectoryAnswer::default(),
        });
    }
    Ok(answers)
}

fn find_in_account(
    connection: &Connection,
    row: &mut AccountRow,
    query: &DirectoryQuery<'_>,
) -> Result<DirectoryAnswer> {
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for key in query.keys {
        for row_key in chain::holders(connection, query.account, &key.to_string())? {
            if people.contains_key(&row_key) {
                continue;
            }
            let person = person(connection, query.account, &row_key)?.ok_or_else(corrupt)?;
            // The engine ignores a person without the key. So a wrong row would count as absence.
            if !person.keys(row.parsed()?).contains(key) {
                return Err(corrupt());
            }
            people.insert(row_key, person);
        }
    }
    Ok(DirectoryAnswer::new(people.into_values(), row.coverage))
}

/// Borrows the text of a column.
pub(crate) fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str> {
    row.get_ref(column)?
        .as_str()
        .map_err(|_| DatabaseError::new(StoreErrorKind::Corrupt))
}
