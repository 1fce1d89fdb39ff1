//! The rows of people's names, and the search by name.
//!
//! A row that is read is compared with its checksum. A missing row is not noticed, because a suggestion is shown to the user
//! and never acted on. [`check`](crate::SqliteStore::check) compares all rows with the records.

use std::collections::{BTreeMap, BTreeSet};

use contact_resolution::Person;
use contact_resolution::store::{self, NameRow, NameSearch, WordQuery};
use rusqlite::{Connection, params};

use crate::checksum::Checksum;
use crate::error::{Result, corrupt};
use crate::rows;

/// Returns the rows of a person's names. Returns no rows if there is no person.
pub(crate) fn name_rows(person: Option<&Person>) -> Vec<NameRow> {
    person.map_or_else(Vec::new, store::name_rows)
}

/// Changes the rows of a person from the old ones to the new ones.
pub(crate) fn change_rows(
    connection: &Connection,
    account: &str,
    row_key: &str,
    old: &[NameRow],
    new: &[NameRow],
) -> Result<()> {
    let has_word = |rows: &[NameRow], word: &str| {
        rows.binary_search_by(|row| row.word.as_str().cmp(word))
            .is_ok()
    };
    for row in new.iter().filter(|row| old.binary_search(row).is_err()) {
        if !has_word(old, &row.word) && !is_named(connection, account, &row.word)? {
            write_word(connection, account, &row.word)?;
        }
        write_named(connection, account, row, row_key)?;
    }
    for NameRow { word, .. } in old.iter().filter(|row| !has_word(new, &row.word)) {
        let mut delete = connection
            .prepare_cached("delete from named where account = ?1 and word = ?2 and person = ?3")?;
        delete.execute([account, word, row_key])?;
        // No word of a removed person stays.
        if !is_named(connection, account, word)? {
            delete_word(connection, account, word)?;
        }
    }
    Ok(())
}

/// Returns whether a person has a word.
fn is_named(connection: &Connection, account: &str, word: &str) -> Result<bool> {
    let mut select = connection
        .prepare_cached("select exists (select 1 from named where account = ?1 and word = ?2)")?;
    Ok(select.query_row([account, word], |row| row.get(0))?)
}

fn write_word(connection: &Connection, account: &str, word: &str) -> Result<()> {
    let mut insert = connection.prepare_cached("insert or ignore into word values (?1, ?2, ?3)")?;
    for key in store::keys_of_word(word) {
        insert.execute([account, &key, word])?;
    }
    Ok(())
}

fn delete_word(connection: &Connection, account: &str, word: &str) -> Result<()> {
    let mut delete = connection
        .prepare_cached("delete from word where account = ?1 and key = ?2 and word = ?3")?;
    for key in store::keys_of_word(word) {
        delete.execute([account, &key, word])?;
    }
    Ok(())
}

fn write_named(connection: &Connection, account: &str, row: &NameRow, row_key: &str) -> Result<()> {
    let mut insert =
        connection.prepare_cached("insert or replace into named values (?1, ?2, ?3, ?4, ?5)")?;
    let checksum = checksum(account, &row.word, row_key, &row.names);
    insert.execute(params![account, row.word, row_key, row.names, checksum])?;
    Ok(())
}

fn checksum(account: &str, word: &str, row_key: &str, names: &str) -> i64 {
    Checksum::of("named")
        .text(account)
        .text(word)
        .text(row_key)
        .text(names)
        .finish()
}

/// Replaces all rows of an account.
pub(crate) fn replace_all(
    connection: &Connection,
    account: &str,
    people: &BTreeMap<String, Person>,
) -> Result<()> {
    for table in ["word", "named"] {
        connection.execute(
            &format!("delete from {table} where account = ?1"),
            [account],
        )?;
    }
    let mut named: Vec<(NameRow, &str)> = Vec::new();
    for (row_key, person) in people {
        let rows = store::name_rows(person).into_iter();
        named.extend(rows.map(|row| (row, row_key.as_str())));
    }
    // Rows in the order of the primary key fill whole pages.
    named.sort_unstable_by(|(a, of_a), (b, of_b)| (&a.word, of_a).cmp(&(&b.word, of_b)));
    let mut keys: Vec<(String, &str)> = Vec::new();
    for rows in named.chunk_by(|(a, _), (b, _)| a.word == b.word) {
        if let Some((row, _)) = rows.first() {
            let of_word = store::keys_of_word(&row.word).into_iter();
            keys.extend(of_word.map(|key| (key, row.word.as_str())));
        }
    }
    keys.sort_unstable();
    let mut insert = connection.prepare_cached("insert into word values (?1, ?2, ?3)")?;
    for (key, word) in keys {
        insert.execute([account, &key, word])?;
    }
    for (row, row_key) in &named {
        write_named(connection, account, row, row_key)?;
    }
    Ok(())
}

/// Returns the people with names that fit a name, best first.
pub(crate) fn suggest(
    connection: &Connection,
    account: &str,
    name: &str,
    limit: usize,
) -> Result<Vec<Person>> {
    let mut search = NameSearch::new(name, limit);
    let mut words = Vec::new();
    let mut select =
        connection.prepare_cached("select word from word where account = ?1 and key = ?2")?;
    for key in search.word_keys() {
        let mut rows = select.query([account, &key])?;
        while let Some(row) = rows.next()? {
            words.push(rows::text(row, 0)?.to_owned());
        }
    }
    words.sort_unstable();
    words.dedup();
    search.set_words(words);
    while let Some(queries) = search.next_queries() {
        for query in &queries {
            add_rows(connection, account, query, &mut search)?;
        }
    }
    let best = search.into_row_keys();
    let people = best.iter().map(|row_key| {
        let person = rows::person(connection, account, row_key)?;
        person.ok_or_else(corrupt)
    });
    people.collect()
}

/// Adds the rows of a query to a search.
fn add_rows(
    connection: &Connection,
    account: &str,
    query: &WordQuery,
    search: &mut NameSearch,
) -> Result<()> {
    let mut lists = Vec::new();
    for list in &query.lists {
        lists.push((count_rows(connection, account, list)?, list));
    }
    lists.sort_unstable();
    let mut select = connection.prepare_cached(
        "select person, names, checksum from named where account = ?1 and word = ?2",
    )?;
    for word in lists
        .into_iter()
        .take(query.sufficient_lists())
        .flat_map(|(_, list)| list)
    {
        let mut rows = select.query([account, word])?;
        while let Some(row) = rows.next()? {
            let (row_key, names) = (rows::text(row, 0)?, rows::text(row, 1)?);
            if checksum(account, word, row_key, names) != row.get::<_, i64>(2)? {
                return Err(corrupt());
            }
            search.add_row(row_key, names)?;
        }
    }
    Ok(())
}

/// Returns the number of rows of some words.
fn count_rows(connection: &Connection, account: &str, words: &[String]) -> Result<usize> {
    let mut select =
        connection.prepare_cached("select count(*) from named where account = ?1 and word = ?2")?;
    let mut rows = 0;
    for word in words {
        rows += select.query_row([account, word], |row| row.get::<_, u32>(0))? as usize;
    }
    Ok(rows)
}

/// The number of rows, and a sum of their digests that does not depend on their order.
#[derive(Default, PartialEq, Eq)]
pub(crate) struct NameRows {
    pub(crate) rows: u64,
    digest: i64,
}

impl NameRows {
    fn add(&mut self, digest: i64) {
        self.rows += 1;
        self.digest = self.digest.wrapping_add(digest);
    }

    fn add_word(&mut self, key: &str, word: &str) {
        self.add(Checksum::of("word").text(key).text(word).finish());
    }

    /// Adds the rows of one person. `known` is the words of the people before.
    pub(crate) fn add_person(
        &mut self,
        account: &str,
        row_key: &str,
        person: &Person,
        known: &mut BTreeSet<String>,
    ) {
        for NameRow { word, names, .. } in store::name_rows(person) {
            self.add(checksum(account, &word, row_key, &names));
            if known.contains(&word) {
                continue;
            }
            for key in store::keys_of_word(&word) {
                self.add_word(&key, &word);
            }
            known.insert(word);
        }
    }
}

/// Reads all rows of an account.
pub(crate) fn read_all(connection: &Connection, account: &str) -> Result<NameRows> {
    let mut found = NameRows::default();
    let mut select = connection.prepare_cached("select key, word from word where account = ?1")?;
    let mut rows = select.query([account])?;
    while let Some(row) = rows.next()? {
        found.add_word(rows::text(row, 0)?, rows::text(row, 1)?);
    }
    let mut select = connection
        .prepare_cached("select word, person, names, checksum from named where account = ?1")?;
    let mut rows = select.query([account])?;
    while let Some(row) = rows.next()? {
        let (word, row_key) = (rows::text(row, 0)?, rows::text(row, 1)?);
        let expected = checksum(account, word, row_key, rows::text(row, 2)?);
        // A damaged row counts, and its digest is not that of its person's row.
        let is_damaged = expected != row.get::<_, i64>(3)?;
        found.add(if is_damaged { 0 } else { expected });
    }
    Ok(found)
}
