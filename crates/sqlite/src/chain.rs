//! The key rows of an account, which form a chain.
//!
//! The rows are ordered by their position, which is a hash of the key and the person. Each row has the position of the
//! next one. A search reads the row before the first possible position of a key. So it notices a missing row, and proves
//! that a key has no row.

use contact_resolution::{Account, Person};
use rusqlite::{Connection, Row, params};

use crate::checksum::Checksum;
use crate::error::{Result, corrupt};
use crate::rows::text;

/// The position of the row before all others, which every account has.
const HEAD: i64 = -1;

/// The position after all others.
const END: i64 = i64::MAX;

/// The bits of a position that depend on the person. The bits above depend on the key.
const PERSON_BITS: u32 = 24;

const COLUMNS: &str = "position, key, person, next, checksum";

/// A row of the table `holder`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyRow<'a> {
    position: i64,
    pub(crate) key: &'a str,
    pub(crate) person: &'a str,
}

impl<'a> KeyRow<'a> {
    pub(crate) fn new(key: &'a str, person: &'a str) -> Self {
        let person_hash = Checksum::of("position").text(person).finish();
        let mask = (1 << PERSON_BITS) - 1;
        KeyRow {
            position: first_position(key) | (person_hash & mask),
            key,
            person,
        }
    }

    fn checksum(self, account: &str, next: i64) -> i64 {
        Checksum::of("holder")
            .text(account)
            .number(self.position)
            .text(self.key)
            .text(self.person)
            .number(next)
            .finish()
    }

    /// Reads a row and the position of the next one. Returns an error if the row is damaged.
    fn read(account: &str, row: &'a Row<'_>) -> Result<(Self, i64)> {
        let key_row = KeyRow {
            position: row.get(0)?,
            key: text(row, 1)?,
            person: text(row, 2)?,
        };
        let next = row.get(3)?;
        if key_row.checksum(account, next) != row.get::<_, i64>(4)? {
            return Err(corrupt());
        }
        Ok((key_row, next))
    }

    fn write(self, connection: &Connection, account: &str, next: i64) -> Result<()> {
        let mut insert =
            connection.prepare_cached("insert into holder values (?1, ?2, ?3, ?4, ?5, ?6)")?;
        let checksum = self.checksum(account, next);
        insert.execute(params![
            account,
            self.position,
            self.key,
            self.person,
            next,
            checksum
        ])?;
        Ok(())
    }

    fn set_next(self, connection: &Connection, account: &str, next: i64) -> Result<()> {
        let mut update = connection.prepare_cached(
            "update holder set next = ?5, checksum = ?6 \
             where account = ?1 and position = ?2 and key = ?3 and person = ?4",
        )?;
        let checksum = self.checksum(account, next);
        let count = update.execute(params![
            account,
            self.position,
            self.key,
            self.person,
            next,
            checksum
        ])?;
        if count == 1 { Ok(()) } else { Err(corrupt()) }
    }
}

/// The first row, which holds no key.
const HEAD_ROW: KeyRow<'static> = KeyRow {
    position: HEAD,
    key: "",
    person: "",
};

/// Returns the lowest position of a key's rows. A position has 62 bits, so it is never [`END`].
fn first_position(key: &str) -> i64 {
    let hash = Checksum::of("position").text(key).finish().cast_unsigned();
    (hash >> (2 + PERSON_BITS) << PERSON_BITS).cast_signed()
}

/// Returns the people who hold a key, by the keys of their rows.
pub(crate) fn holders(connection: &Connection, account: &str, key: &str) -> Result<Vec<String>> {
    let first = first_position(key);
    let last = first | ((1 << PERSON_BITS) - 1);
    let mut select = connection.prepare_cached(&format!(
        "select {COLUMNS} from holder where account = ?1 and position < ?2 \
         order by position desc, key desc, person desc limit 1"
    ))?;
    let mut next = {
        let mut rows = select.query(params![account, first])?;
        let row = rows.next()?.ok_or_else(corrupt)?;
        KeyRow::read(account, row)?.1
    };
    let mut holders = Vec::new();
    if next > last {
        return Ok(holders);
    }
    let mut select = connection.prepare_cached(&format!(
        "select {COLUMNS} from holder where account = ?1 and position between ?2 and ?3 \
         order by position, key, person"
    ))?;
    let mut rows = select.query(params![account, first, last])?;
    while let Some(row) = rows.next()? {
        let (row, following) = KeyRow::read(account, row)?;
        if row.position != next {
            return Err(corrupt());
        }
        next = following;
        if row.key == key {
            holders.push(row.person.to_owned());
        }
    }
    if next > last {
        Ok(holders)
    } else {
        Err(corrupt())
    }
}

/// Changes the row before this one.
fn relink(
    connection: &Connection,
    account: &str,
    row: KeyRow<'_>,
    relink: impl FnOnce(KeyRow<'_>, i64) -> Result<()>,
) -> Result<()> {
    let mut select = connection.prepare_cached(&format!(
        "select {COLUMNS} from holder where account = ?1 and (position, key, person) < (?2, ?3, ?4) \
         order by position desc, key desc, person desc limit 1"
    ))?;
    let (position, key, person, next) = {
        let mut rows = select.query(params![account, row.position, row.key, row.person])?;
        let before = rows.next()?.ok_or_else(corrupt)?;
        let (before, next) = KeyRow::read(account, before)?;
        (
            before.position,
            before.key.to_owned(),
            before.person.to_owned(),
            next,
        )
    };
    let before = KeyRow {
        position,
        key: &key,
        person: &person,
    };
    relink(before, next)
}

/// Inserts a row that does not exist.
pub(crate) fn insert(connection: &Connection, account: &str, row: KeyRow<'_>) -> Result<()> {
    relink(connection, account, row, |before, next| {
        if next < row.position {
            return Err(corrupt());
        }
        row.write(connection, account, next)?;
        before.set_next(connection, account, row.position)
    })
}

/// Deletes a row that exists.
pub(crate) fn delete(connection: &Connection, account: &str, row: KeyRow<'_>) -> Result<()> {
    relink(connection, account, row, |before, next| {
        if next != row.position {
            return Err(corrupt());
        }
        let mut delete = connection.prepare_cached(
            "delete from holder where account = ?1 and position = ?2 and key = ?3 and person = ?4 \
             returning position, key, person, next, checksum",
        )?;
        let next = {
            let mut rows = delete.query(params![account, row.position, row.key, row.person])?;
            let (_, next) = KeyRow::read(account, rows.next()?.ok_or_else(corrupt)?)?;
            // The statement deletes the row when it has ended.
            while rows.next()?.is_some() {}
            next
        };
        before.set_next(connection, account, next)
    })
}

/// Replaces all rows of an account. The iterator may return the rows in any order.
pub(crate) fn replace_all<'a>(
    connection: &Connection,
    account: &str,
    rows: impl Iterator<Item = KeyRow<'a>>,
) -> Result<()> {
    connection.execute("delete from holder where account = ?1", [account])?;
    let mut rows: Vec<_> = rows.collect();
    rows.sort_unstable();
    let following = rows.iter().map(|row| row.position).chain([END]);
    [&HEAD_ROW]
        .into_iter()
        .chain(&rows)
        .zip(following)
        .try_for_each(|(row, next)| row.write(connection, account, next))
}

/// Returns the keys of a person as texts.
pub(crate) fn keys(person: &Person, account: &Account) -> Vec<String> {
    person
        .keys(account)
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// The result of reading a whole chain.
#[derive(Default)]
pub(crate) struct ChainReading {
    pub(crate) rows: u64,
    /// The rows that are damaged, or that do not follow the row before them.
    pub(crate) faults: u64,
    /// The sum of the rows' digests. It does not depend on their order.
    pub(crate) digest: i64,
}

impl ChainReading {
    pub(crate) fn add(&mut self, row: KeyRow<'_>) {
        self.rows += 1;
        self.digest = self.digest.wrapping_add(row.checksum("", 0));
    }
}

/// Reads all rows of an account.
pub(crate) fn read_all(connection: &Connection, account: &str) -> Result<ChainReading> {
    let mut select = connection.prepare_cached(&format!(
        "select {COLUMNS} from holder where account = ?1 order by position, key, person"
    ))?;
    let mut rows = select.query([account])?;
    let mut reading = ChainReading::default();
    let mut expected = HEAD;
    while let Some(row) = rows.next()? {
        match KeyRow::read(account, row) {
            Ok((row, next)) => {
                reading.faults += u64::from(row.position != expected);
                expected = next;
                if row != HEAD_ROW {
                    reading.add(row);
                }
            }
            Err(_) => reading.faults += 1,
        }
    }
    reading.faults += u64::from(expected != END);
    Ok(reading)
}
