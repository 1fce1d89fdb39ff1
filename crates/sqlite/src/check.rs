//! The search for damage.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use contact_resolution::store::{self, StoreError, StoreErrorKind};
use rusqlite::{Connection, OpenFlags};

use crate::chain::{self, ChainReading, KeyRow};
use crate::error::{Result, corrupt};
use crate::names::{self, NameRows};
use crate::rows::{self, AccountRow};
use crate::{connect, ledger, lookups, schema};

/// The most people that are counted when a store is opened. SQLite reads all of them for this.
const COUNTED: i64 = 20_000;

/// What a [check](crate::SqliteStore::check) of a whole store found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckReport {
    /// The number of accounts.
    pub accounts: u64,
    /// The number of people.
    pub people: u64,
    /// The number of rows that lead from a key to a person.
    pub keys: u64,
    /// The number of rows for the search by name.
    pub names: u64,
    /// The number of claims.
    pub claims: u64,
    /// The number of kept results of lookups.
    pub lookups: u64,
    /// The kinds of damage with their counts. It is empty if the store is whole.
    pub faults: Vec<(Fault, u64)>,
}

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// SQLite found that the structure of the file is damaged.
    Structure,
    /// An account is missing.
    MissingAccount,
    /// The record of an account is damaged.
    Account,
    /// The record of a person is damaged.
    Person,
    /// An account has more or fewer people than it counts, or a person has no account.
    PersonCount,
    /// A key row is damaged, or does not follow the row before it.
    Key,
    /// The key rows of an account are not those of its people.
    KeysOfPeople,
    /// The rows of an account's names are not those of its people.
    NamesOfPeople,
    /// A claim is damaged.
    Claim,
    /// The kept result of a lookup is damaged.
    Lookup,
}

impl Fault {
    /// Returns the stable code, such as `missing_account`.
    ///
    /// ```
    /// use contact_resolution_sqlite::Fault;
    ///
    /// assert_eq!(Fault::PersonCount.as_str(), "person_count");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Fault::Structure => "structure",
            Fault::MissingAccount => "missing_account",
            Fault::Account => "account",
            Fault::Person => "person",
            Fault::PersonCount => "person_count",
            Fault::Key => "key",
            Fault::KeysOfPeople => "keys_of_people",
            Fault::NamesOfPeople => "names_of_people",
            Fault::Claim => "claim",
            Fault::Lookup => "lookup",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Structure => "SQLite found damage in the structure of the file",
            Fault::MissingAccount => "an account is missing",
            Fault::Account => "the record of an account is damaged",
            Fault::Person => "the record of a person is damaged",
            Fault::PersonCount => "an account has another number of people than it counts",
            Fault::Key => "a key row is damaged or missing",
            Fault::KeysOfPeople => "the key rows of an account are not those of its people",
            Fault::NamesOfPeople => "the rows of an account's names are not those of its people",
            Fault::Claim => "a claim is damaged",
            Fault::Lookup => "the kept result of a lookup is damaged",
        })
    }
}

impl CheckReport {
    /// Returns whether the store is whole.
    ///
    /// ```
    /// use contact_resolution_sqlite::CheckReport;
    ///
    /// assert!(CheckReport::default().is_whole());
    /// ```
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }

    fn add(&mut self, fault: Fault, count: u64) {
        if count == 0 {
            return;
        }
        match self.faults.iter_mut().find(|(known, _)| *known == fault) {
            Some((_, known)) => *known += count,
            None => self.faults.push((fault, count)),
        }
    }

    /// Takes a value that was read. A failure to read it is damage of the structure.
    fn take<T>(&mut self, read: Result<T>) -> Option<T> {
        if read.is_err() {
            self.add(Fault::Structure, 1);
        }
        read.ok()
    }
}

/// Compares the number of accounts, and in a small store the numbers of people, with those that the store must have.
pub(crate) fn counts(connection: &Connection) -> Result<()> {
    let accounts = rows::accounts(connection)?;
    if accounts.iter().map(|account| account.people).sum::<i64>() > COUNTED {
        return Ok(());
    }
    for account in accounts {
        if rows::count_people(connection, &account.id)? != account.people {
            return Err(corrupt());
        }
    }
    Ok(())
}

/// Reads the whole file.
pub(crate) fn check(path: &Path) -> std::result::Result<CheckReport, StoreError> {
    let mut report = CheckReport::default();
    let mut connection = connect(path, OpenFlags::empty())?;
    if let Err(error) = schema::upgrade(&mut connection) {
        let error = StoreError::from(error);
        if error.kind() != StoreErrorKind::Corrupt {
            return Err(error);
        }
        report.add(Fault::Structure, 1);
    }
    let structure = structure_faults(&connection);
    if let Some(faults) = report.take(structure) {
        report.add(Fault::Structure, faults);
    }
    // All rows are of the same moment.
    if let Some(transaction) = report.take(connection.unchecked_transaction().map_err(Into::into)) {
        check_accounts(&transaction, &mut report);
        check_claims(&transaction, &mut report);
        check_lookups(&transaction, &mut report);
    }
    Ok(report)
}

/// Returns the number of faults that SQLite itself finds.
fn structure_faults(connection: &Connection) -> Result<u64> {
    let mut select = connection.prepare("pragma integrity_check")?;
    let mut rows = select.query([])?;
    let mut faults = 0;
    while let Some(row) = rows.next()? {
        faults += u64::from(rows::text(row, 0)? != "ok");
    }
    Ok(faults)
}

fn check_accounts(connection: &Connection, report: &mut CheckReport) {
    let mut accounts = Vec::new();
    let read = rows::for_each_account(connection, |account| {
        accounts.push(account);
        Ok(())
    });
    report.take(read);
    report.accounts = u64::try_from(accounts.len()).unwrap_or(u64::MAX);
    if let Some(expected) = report.take(rows::known_accounts(connection))
        && i64::try_from(accounts.len()) != Ok(expected)
    {
        report.add(Fault::MissingAccount, 1);
    }
    let mut known_people = 0;
    for account in accounts {
        match account {
            Ok(account) => known_people += check_account(connection, &account, report),
            Err(_) => report.add(Fault::Account, 1),
        }
    }
    let all = connection.query_row("select count(*) from person", [], |row| row.get(0));
    if let Some(all) = report.take(all.map_err(Into::into))
        && i64::try_from(known_people) != Ok(all)
    {
        report.add(Fault::PersonCount, 1);
    }
}

/// Checks the people and the keys of an account. Returns the number of its people.
fn check_account(connection: &Connection, row: &AccountRow, report: &mut CheckReport) -> u64 {
    let Ok(account) = row.account() else {
        report.add(Fault::Account, 1);
        return 0;
    };
    let (mut people, mut faults) = (0, 0);
    let mut expected = ChainReading::default();
    let (mut expected_names, mut words) = (NameRows::default(), BTreeSet::new());
    let read = rows::for_each_person(connection, &row.id, |person| {
        people += 1;
        match person {
            Ok((row_key, person)) if row_key == store::row_key(&person) => {
                for key in chain::keys(&person, &account) {
                    expected.add(KeyRow::new(&key, &row_key));
                }
                expected_names.add_person(&row.id, &row_key, &person, &mut words);
            }
            _ => faults += 1,
        }
        Ok(())
    });
    report.take(read);
    report.add(Fault::Person, faults);
    report.people += people;
    if i64::try_from(people) != Ok(row.people) {
        report.add(Fault::PersonCount, 1);
    }
    if let Some(found) = report.take(chain::read_all(connection, &row.id)) {
        report.keys += found.rows;
        report.add(Fault::Key, found.faults);
        if (found.rows, found.digest) != (expected.rows, expected.digest) {
            report.add(Fault::KeysOfPeople, 1);
        }
    }
    if let Some(found) = report.take(names::read_all(connection, &row.id)) {
        report.names += found.rows;
        if found != expected_names {
            report.add(Fault::NamesOfPeople, 1);
        }
    }
    people
}

fn check_claims(connection: &Connection, report: &mut CheckReport) {
    let (mut claims, mut faults) = (0, 0);
    let read = ledger::for_each_claim(connection, |claim| {
        claims += 1;
        faults += u64::from(claim.is_err());
    });
    report.take(read);
    report.claims = claims;
    report.add(Fault::Claim, faults);
}

fn check_lookups(connection: &Connection, report: &mut CheckReport) {
    let (mut lookups, mut faults) = (0, 0);
    let read = lookups::for_each(connection, |lookup| {
        lookups += 1;
        faults += u64::from(lookup.is_err());
    });
    report.take(read);
    report.lookups = lookups;
    report.add(Fault::Lookup, faults);
}
