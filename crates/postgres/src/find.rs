//! The search for the holders of keys.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use contact_resolution::store::{self, StoreError};
use contact_resolution::{AsyncDirectory, Coverage, DirectoryAnswer, DirectoryQuery, Person};
use futures_util::future::try_join_all;
use tokio_postgres::Row;

use crate::column::key_text;
use crate::error::Result;
use crate::session::Session;
use crate::statements::Statement;
use crate::{PostgresStore, Repeat};

/// The queries of one account, by their places in the list of all queries.
struct AccountSearch<'a> {
    account: &'a str,
    places: Vec<usize>,
    /// The places of the queries that ask for a key, by its text.
    places_by_key: HashMap<String, Vec<usize>>,
}

/// Answers queries. There is one statement for each account, and all are sent together.
pub(crate) async fn find(
    session: &Session,
    queries: &[DirectoryQuery<'_>],
) -> Result<Vec<DirectoryAnswer>> {
    let searches = group_by_account(queries);
    let rows = try_join_all(searches.iter().map(|search| select(session, search))).await?;
    let mut answers = vec![DirectoryAnswer::default(); queries.len()];
    for (search, rows) in searches.iter().zip(&rows) {
        distribute(search, rows, &mut answers)?;
    }
    Ok(answers)
}

fn group_by_account<'a>(queries: &[DirectoryQuery<'a>]) -> Vec<AccountSearch<'a>> {
    let mut searches: BTreeMap<&str, AccountSearch<'a>> = BTreeMap::new();
    for (place, query) in queries.iter().enumerate() {
        let search = searches
            .entry(query.account)
            .or_insert_with(|| AccountSearch {
                account: query.account,
                places: Vec::new(),
                places_by_key: HashMap::new(),
            });
        search.places.push(place);
        for key in query.keys {
            let key = key_text(&key.to_string()).into_owned();
            search.places_by_key.entry(key).or_default().push(place);
        }
    }
    searches.into_values().collect()
}

async fn select(session: &Session, search: &AccountSearch<'_>) -> Result<Vec<Row>> {
    let keys: Vec<&str> = search.places_by_key.keys().map(String::as_str).collect();
    let account = key_text(search.account);
    session
        .query(Statement::Find, &[&account.as_ref(), &keys])
        .await
}

/// Adds the people of an account to the answers of the queries that ask for one of their keys.
fn distribute(
    search: &AccountSearch<'_>,
    rows: &[Row],
    answers: &mut [DirectoryAnswer],
) -> Result<()> {
    if let Some(row) = rows.first() {
        let coverage = Coverage {
            contacts: row.try_get(0)?,
            chats: row.try_get(1)?,
        };
        for place in &search.places {
            answers[*place].coverage = coverage;
        }
    }
    let mut people: BTreeMap<&str, (Arc<Person>, Vec<usize>)> = BTreeMap::new();
    for row in rows {
        let (Some(key), Some(row_key)) = (row.try_get(2)?, row.try_get(3)?) else {
            continue;
        };
        let places = search.places_by_key.get::<str>(key).into_iter().flatten();
        match people.entry(row_key) {
            Entry::Occupied(known) => known.into_mut().1.extend(places),
            Entry::Vacant(new) => {
                let person: Person = store::from_record(row.try_get(4)?)?;
                new.insert((person.into(), places.copied().collect()));
            }
        }
    }
    for (person, mut places) in people.into_values() {
        places.sort_unstable();
        places.dedup();
        for place in places {
            answers[place].people.push(Arc::clone(&person));
        }
    }
    Ok(())
}

impl AsyncDirectory for PostgresStore {
    type Error = StoreError;

    async fn find_async(
        &self,
        queries: &[DirectoryQuery<'_>],
    ) -> std::result::Result<Vec<DirectoryAnswer>, StoreError> {
        Ok(self.try_find(queries).await?)
    }

    async fn suggest_async(
        &self,
        account: &str,
        name: &str,
        limit: usize,
    ) -> std::result::Result<Vec<Person>, StoreError> {
        self.try_suggest(account, name, limit).await
    }
}

impl PostgresStore {
    async fn try_find(&self, queries: &[DirectoryQuery<'_>]) -> Result<Vec<DirectoryAnswer>> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let session = self.reader().await?;
        match find(&session, queries).await {
            Err(error) => {
                let session = self.replace(session, error, Repeat::Always).await?;
                find(&session, queries).await
            }
            answers => answers,
        }
    }
}
