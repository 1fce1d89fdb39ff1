//! The search for people by name.

use std::collections::HashMap;

use contact_resolution::Person;
use contact_resolution::store::{self, NameSearch, StoreError, StoreErrorKind, WordQuery};
use futures_util::future::try_join_all;
use tokio_postgres::Row;

use crate::column::key_text;
use crate::error::{DatabaseError, Result};
use crate::session::Session;
use crate::statements::Statement;
use crate::{PostgresStore, Repeat};

/// Returns the people with names that fit a name, best first.
async fn suggest(
    session: &Session,
    account: &str,
    name: &str,
    limit: usize,
) -> Result<Vec<Person>> {
    let account = key_text(account);
    let account = account.as_ref();
    let mut search = NameSearch::new(name, limit);
    let keys = search.word_keys();
    let keys: Vec<_> = keys.iter().map(|key| key_text(key)).collect();
    let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
    let rows = session
        .query(Statement::SelectWords, &[&account, &keys])
        .await?;
    let words = rows.iter().map(|row| row.try_get(0));
    search.set_words(words.collect::<std::result::Result<Vec<&str>, _>>()?);
    while let Some(queries) = search.next_queries() {
        let rows = queries.iter().map(|query| select(session, account, query));
        for row in try_join_all(rows).await?.iter().flatten() {
            search.add_row(row.try_get(0)?, row.try_get(1)?)?;
        }
    }
    let row_keys = search.into_row_keys();
    if row_keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = session
        .query(Statement::SelectPeople, &[&account, &row_keys])
        .await?;
    let mut people: HashMap<&str, Person> = HashMap::new();
    for row in &rows {
        people.insert(row.try_get(0)?, store::from_record(row.try_get(1)?)?);
    }
    let best = row_keys.iter().map(|row_key| {
        let person = people.remove(row_key.as_str());
        person.ok_or_else(|| DatabaseError::new(StoreErrorKind::Corrupt))
    });
    best.collect()
}

/// Selects the rows of a query.
async fn select(session: &Session, account: &str, query: &WordQuery) -> Result<Vec<Row>> {
    let (mut words, mut places): (Vec<&str>, Vec<i32>) = (Vec::new(), Vec::new());
    for (place, list) in (0..).zip(&query.lists) {
        words.extend(list.iter().map(String::as_str));
        places.extend(list.iter().map(|_| place));
    }
    let count = i64::try_from(query.sufficient_lists()).unwrap_or(i64::MAX);
    session
        .query(Statement::SelectNamed, &[&account, &words, &places, &count])
        .await
}

impl PostgresStore {
    pub(crate) async fn try_suggest(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> std::result::Result<Vec<Person>, StoreError> {
        let session = self.reader().await?;
        match suggest(&session, account, name, limit).await {
            Err(error) => {
                let session = self.replace(session, error, Repeat::Always).await?;
                Ok(suggest(&session, account, name, limit).await?)
            }
            people => Ok(people?),
        }
    }
}
