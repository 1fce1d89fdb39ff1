//! The search for people by name.

use contact_resolution::Person;
use contact_resolution::store::{self, NameSearch, StoreError, StoreErrorKind, WordQuery};
use futures_util::future::try_join_all;

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
        let found = queries
            .iter()
            .map(|query| people_with(session, account, query));
        let found = try_join_all(found).await?;
        let row_keys = search.new_row_keys(found.into_iter().flatten());
        if row_keys.is_empty() {
            continue;
        }
        let rows = session
            .query(Statement::SelectPeople, &[&account, &row_keys])
            .await?;
        if rows.len() != row_keys.len() {
            return Err(DatabaseError::new(StoreErrorKind::Corrupt));
        }
        for row in &rows {
            search.add_person(store::from_record(row.try_get(0)?)?);
        }
    }
    Ok(search.into_people())
}

/// Returns the people with words of enough lists, by the keys of their rows.
async fn people_with(session: &Session, account: &str, query: &WordQuery) -> Result<Vec<String>> {
    let (mut words, mut places): (Vec<&str>, Vec<i32>) = (Vec::new(), Vec::new());
    for (place, list) in (0..).zip(&query.lists) {
        words.extend(list.iter().map(String::as_str));
        places.extend(list.iter().map(|_| place));
    }
    let least = i64::try_from(query.least).unwrap_or(i64::MAX);
    let rows = session
        .query(Statement::SelectNamed, &[&account, &words, &places, &least])
        .await?;
    let row_keys = rows.iter().map(|row| row.try_get(0));
    Ok(row_keys.collect::<std::result::Result<_, _>>()?)
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
