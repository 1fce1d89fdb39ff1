//! The rows of people's names, and the search by name.
//!
//! These rows have no checksums. A suggestion is shown to the user and never acted on, and
//! [`check`](crate::SqliteStore::check) compares the rows with the records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contact_resolution::Person;
use contact_resolution::store::{self, NameSearch, WordQuery};
use rusqlite::{Connection, params};

use crate::checksum::Checksum;
use crate::error::{Result, corrupt};
use crate::rows;

/// Returns the words of a person's names. Returns no words if there is no person.
pub(crate) fn words(person: Option<&Person>) -> Vec<String> {
    person.map_or_else(Vec::new, store::words_of)
}

/// Changes the rows of a person from the old words to the new ones.
pub(crate) fn change_words(
    connection: &Connection,
    account: &str,
    row_key: &str,
    old: &[String],
    new: &[String],
) -> Result<()> {
    for word in new.iter().filter(|word| !old.contains(word)) {
        if !is_named(connection, account, word)? {
            write_word(connection, account, word)?;
        }
        write_named(connection, account, word, row_key)?;
    }
    for word in old.iter().filter(|word| !new.contains(word)) {
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

fn write_named(connection: &Connection, account: &str, word: &str, row_key: &str) -> Result<()> {
    let mut insert =
        connection.prepare_cached("insert or ignore into named values (?1, ?2, ?3)")?;
    insert.execute([account, word, row_key])?;
    Ok(())
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
    let mut named: Vec<(String, &str)> = Vec::new();
    for (row_key, person) in people {
        let words = store::words_of(person).into_iter();
        named.extend(words.map(|word| (word, row_key.as_str())));
    }
    // Rows in the order of the primary key fill whole pages.
    named.sort_unstable();
    let mut keys: Vec<(String, &str)> = Vec::new();
    for people in named.chunk_by(|a, b| a.0 == b.0) {
        if let Some((word, _)) = people.first() {
            let of_word = store::keys_of_word(word).into_iter();
            keys.extend(of_word.map(|key| (key, word.as_str())));
        }
    }
    keys.sort_unstable();
    for (table, rows) in [("word", &keys), ("named", &named)] {
        let mut insert =
            connection.prepare_cached(&format!("insert into {table} values (?1, ?2, ?3)"))?;
        for (first, second) in rows {
            insert.execute([account, first, second])?;
        }
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
        for query in queries {
            let found = people_with(connection, account, &query)?;
            for row_key in search.new_row_keys(found) {
                let person = rows::person(connection, account, &row_key)?.ok_or_else(corrupt)?;
                search.add_person(person);
            }
        }
    }
    Ok(search.into_people())
}

/// A person is read in the time of about so many rows of names.
const ROWS_PER_PERSON: usize = 20;

/// Returns the people with words of enough lists, and perhaps others.
fn people_with(connection: &Connection, account: &str, query: &WordQuery) -> Result<Vec<String>> {
    let mut lists = Vec::new();
    for list in &query.lists {
        lists.push((count_rows(connection, account, list)?, list));
    }
    lists.sort_unstable();
    // A person with words of enough lists has a word of one of the first, which have the fewest rows.
    let (rare, common) = lists.split_at((lists.len() + 1).saturating_sub(query.least.max(1)));
    let rows = |lists: &[(usize, _)]| lists.iter().map(|(rows, _)| rows).sum::<usize>();
    let mut counts: HashMap<String, Count> = HashMap::new();
    for (place, (_, list)) in rare.iter().enumerate() {
        for_each_holder(connection, account, list, |person| {
            if let Some(count) = counts.get_mut(person) {
                count.add(place);
            } else {
                let (lists, last) = (1, place);
                counts.insert(person.to_owned(), Count { lists, last });
            }
        })?;
    }
    // It can take less time to read and compare a few people more than to read the other lists.
    if rows(rare) * ROWS_PER_PERSON > rows(common) {
        for (place, (_, list)) in (rare.len()..).zip(common) {
            for_each_holder(connection, account, list, |person| {
                if let Some(count) = counts.get_mut(person) {
                    count.add(place);
                }
            })?;
        }
        counts.retain(|_, count| count.lists >= query.least);
    }
    Ok(counts.into_keys().collect())
}

/// The number of lists with a word of a person, and the last of them.
struct Count {
    lists: usize,
    last: usize,
}

impl Count {
    fn add(&mut self, place: usize) {
        if self.last != place {
            (self.lists, self.last) = (self.lists + 1, place);
        }
    }
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

/// Calls a function with each person who has one of the words.
fn for_each_holder(
    connection: &Connection,
    account: &str,
    words: &[String],
    mut call: impl FnMut(&str),
) -> Result<()> {
    let mut select =
        connection.prepare_cached("select person from named where account = ?1 and word = ?2")?;
    for word in words {
        let mut rows = select.query([account, word])?;
        while let Some(row) = rows.next()? {
            call(rows::text(row, 0)?);
        }
    }
    Ok(())
}

/// The number of rows, and a sum of their digests that does not depend on their order.
#[derive(Default, PartialEq, Eq)]
pub(crate) struct NameRows {
    pub(crate) rows: u64,
    digest: i64,
}

impl NameRows {
    fn add(&mut self, table: &str, first: &str, second: &str) {
        let digest = Checksum::of(table).text(first).text(second).finish();
        self.rows += 1;
        self.digest = self.digest.wrapping_add(digest);
    }

    /// Adds the rows of one person. `known` is the words of the people before.
    pub(crate) fn add_person(
        &mut self,
        row_key: &str,
        person: &Person,
        known: &mut BTreeSet<String>,
    ) {
        for word in store::words_of(person) {
            self.add("named", &word, row_key);
            if known.contains(&word) {
                continue;
            }
            for key in store::keys_of_word(&word) {
                self.add("word", &key, &word);
            }
            known.insert(word);
        }
    }
}

/// Reads all rows of an account.
pub(crate) fn read_all(connection: &Connection, account: &str) -> Result<NameRows> {
    let mut found = NameRows::default();
    for (table, columns) in [("word", "key, word"), ("named", "word, person")] {
        let mut select = connection
            .prepare_cached(&format!("select {columns} from {table} where account = ?1"))?;
        let mut rows = select.query(params![account])?;
        while let Some(row) = rows.next()? {
            found.add(table, rows::text(row, 0)?, rows::text(row, 1)?);
        }
    }
    Ok(found)
}
