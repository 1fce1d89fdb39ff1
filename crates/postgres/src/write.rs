//! The transaction of a write.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use contact_resolution::store;
use contact_resolution::{Account, Coverage, Person};
use futures_util::future::try_join4;
use tokio_postgres::Transaction;
use tokio_postgres::types::{ToSql, Type};

use crate::column::key_text;
use crate::error::Result;
use crate::session::{Session, TRANSACTION_SETTINGS};

/// The number of people in one statement.
const CHUNK: usize = 1000;

/// The most rows in a statement with a parameter for each text.
const FEW: usize = 50;

/// The tables with the rows of people.
const OF_PEOPLE: [&str; 4] = ["person", "holder", "word", "named"];

/// A transaction. If it is dropped before [`commit`](Writer::commit), it has written nothing.
pub(crate) struct Writer<'a> {
    transaction: Transaction<'a>,
}

impl<'a> Writer<'a> {
    pub(crate) async fn begin(session: &'a mut Session) -> Result<Self> {
        let is_pooled = session.is_pooled;
        let transaction = session.client.transaction().await?;
        if is_pooled {
            transaction.batch_execute(TRANSACTION_SETTINGS).await?;
        }
        Ok(Writer { transaction })
    }

    pub(crate) async fn commit(self) -> Result<()> {
        Ok(self.transaction.commit().await?)
    }

    pub(crate) fn transaction(&self) -> &Transaction<'a> {
        &self.transaction
    }

    pub(crate) async fn batch(&self, statements: &str) -> Result<()> {
        Ok(self.transaction.batch_execute(statements).await?)
    }

    /// Returns the result of a query for one truth value.
    pub(crate) async fn is_true(&self, select: &str) -> Result<bool> {
        let rows = self.transaction.query_typed(select, &[]).await?;
        let value = rows.first().map(|row| row.try_get(0)).transpose()?;
        Ok(value == Some(true))
    }

    /// Returns an account, and locks it until the transaction ends.
    pub(crate) async fn lock(&self, id: &str) -> Result<Option<Account>> {
        let select = "select record from contact_resolution.account where account = $1 for update";
        let id = key_text(id);
        let rows = self
            .transaction
            .query_typed(select, &[(&id.as_ref(), Type::TEXT)])
            .await?;
        match rows.first() {
            Some(row) => Ok(Some(store::account_from_record(row.try_get(0)?)?)),
            None => Ok(None),
        }
    }

    pub(crate) async fn put_account(&self, account: &Account) -> Result<()> {
        if self.insert_account(account, None).await? {
            if account.user.is_local {
                return Ok(());
            }
            let row_key = store::row_key(&account.user);
            return self
                .insert_people(account, &[(&row_key, &account.user)])
                .await;
        }
        let known = self.lock(&account.id).await?;
        let update = "update contact_resolution.account set record = $2 where account = $1";
        let (id, record) = (key_text(&account.id), store::to_record(account)?);
        self.transaction
            .execute_typed(update, &[(&id.as_ref(), Type::TEXT), (&record, Type::TEXT)])
            .await?;
        match known {
            Some(known) if store::needs_new_keys(&known, account) => self.renew_keys(account).await,
            _ => Ok(()),
        }
    }

    /// Inserts an account. With a coverage it also replaces one that exists. Returns whether it was written.
    async fn insert_account(&self, account: &Account, coverage: Option<Coverage>) -> Result<bool> {
        let conflict = match coverage {
            Some(_) => {
                "update set record = excluded.record, contacts = excluded.contacts, chats = excluded.chats"
            }
            None => "nothing",
        };
        let insert = format!(
            "insert into contact_resolution.account values ($1, $2, $3, $4) on conflict (account) do {conflict}"
        );
        let (id, record) = (key_text(&account.id), store::to_record(account)?);
        let Coverage { contacts, chats } = coverage.unwrap_or_default();
        let count = self
            .transaction
            .execute_typed(
                &insert,
                &[
                    (&id.as_ref(), Type::TEXT),
                    (&record, Type::TEXT),
                    (&contacts, Type::BOOL),
                    (&chats, Type::BOOL),
                ],
            )
            .await?;
        Ok(count > 0)
    }

    pub(crate) async fn set_coverage(&self, id: &str, coverage: Coverage) -> Result<bool> {
        let update =
            "update contact_resolution.account set contacts = $2, chats = $3 where account = $1";
        let id = key_text(id);
        let count = self
            .transaction
            .execute_typed(
                update,
                &[
                    (&id.as_ref(), Type::TEXT),
                    (&coverage.contacts, Type::BOOL),
                    (&coverage.chats, Type::BOOL),
                ],
            )
            .await?;
        Ok(count > 0)
    }

    /// Deletes a person and returns their record.
    pub(crate) async fn delete_person(
        &self,
        account: &Account,
        row_key: &str,
    ) -> Result<Option<Person>> {
        let (id, row_key) = (key_text(&account.id), key_text(row_key));
        let delete = "delete from contact_resolution.person where account = $1 and person = $2 returning record";
        let rows = self
            .transaction
            .query_typed(
                delete,
                &[(&id.as_ref(), Type::TEXT), (&row_key.as_ref(), Type::TEXT)],
            )
            .await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let person: Person = store::from_record(row.try_get(0)?)?;
        let delete = "delete from contact_resolution.holder where account = $1 and key = any ($2) and person = $3";
        let keys = keys(&person, account);
        self.transaction
            .execute_typed(
                delete,
                &[
                    (&id.as_ref(), Type::TEXT),
                    (&keys, Type::TEXT_ARRAY),
                    (&row_key.as_ref(), Type::TEXT),
                ],
            )
            .await?;
        let words = store::name_rows(&person).into_iter().map(|row| row.word);
        self.delete_words(&id, &row_key, &words.collect::<Vec<_>>())
            .await?;
        Ok(Some(person))
    }

    /// Deletes the words of a person, and the keys of those that no one else has.
    async fn delete_words(&self, account: &str, row_key: &str, words: &[String]) -> Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        let delete = "delete from contact_resolution.named \
            where account = $1 and word = any ($2) and person = $3";
        self.transaction
            .execute_typed(
                delete,
                &[
                    (&account, Type::TEXT),
                    (&words, Type::TEXT_ARRAY),
                    (&row_key, Type::TEXT),
                ],
            )
            .await?;
        let delete = "delete from contact_resolution.word \
            where account = $1 and key = any ($2) and word = any ($3) and not exists ( \
                select from contact_resolution.named \
                where named.account = $1 and named.word = word.word \
            )";
        let keys: Vec<_> = words.iter().flat_map(|word| word_keys(word)).collect();
        self.transaction
            .execute_typed(
                delete,
                &[
                    (&account, Type::TEXT),
                    (&keys, Type::TEXT_ARRAY),
                    (&words, Type::TEXT_ARRAY),
                ],
            )
            .await?;
        Ok(())
    }

    /// Inserts people without existing rows.
    pub(crate) async fn insert_people(
        &self,
        account: &Account,
        people: &[(&String, &Person)],
    ) -> Result<()> {
        let rows = people.iter().map(|(row_key, person)| {
            let record = store::to_record(*person)?;
            Ok([key_text(row_key).into_owned(), record])
        });
        let rows: Vec<_> = rows.collect::<Result<_>>()?;
        let named = people.iter().flat_map(|(row_key, person)| {
            let rows = store::name_rows(person).into_iter();
            rows.map(|row| [row.word, key_text(row_key).into_owned(), row.names])
        });
        let named: Vec<_> = named.collect();
        let words: BTreeSet<&String> = named.iter().map(|[word, ..]| word).collect();
        let keys_of = words
            .into_iter()
            .flat_map(|word| word_keys(word).map(move |key| [key, word.clone()]));
        let word_rows: Vec<_> = keys_of.collect();
        try_join4(
            self.insert_rows("person", account, &rows),
            self.insert_keys(account, people),
            self.insert_rows("word", account, &word_rows),
            self.insert_rows("named", account, &named),
        )
        .await?;
        Ok(())
    }

    async fn insert_keys(&self, account: &Account, people: &[(&String, &Person)]) -> Result<()> {
        let mut rows = Vec::new();
        for (row_key, person) in people {
            let keys = keys(person, account).into_iter();
            rows.extend(keys.map(|key| [key, key_text(row_key).into_owned()]));
        }
        self.insert_rows("holder", account, &rows).await
    }

    /// Inserts rows of an account and texts.
    async fn insert_rows<const TEXTS: usize>(
        &self,
        table: &str,
        account: &Account,
        rows: &[[String; TEXTS]],
    ) -> Result<()> {
        let account = key_text(&account.id);
        let account = account.as_ref();
        let mut insert = format!("insert into contact_resolution.{table} ");
        let mut parameters: Vec<(&(dyn ToSql + Sync), Type)> = vec![(&account, Type::TEXT)];
        let columns: [Vec<&str>; TEXTS];
        // Writing to a string does not fail.
        if rows.len() > FEW {
            columns = std::array::from_fn(|at| rows.iter().map(|row| row[at].as_str()).collect());
            let _ = write!(insert, "select $1, * from unnest({})", numbers(2, TEXTS));
            for column in &columns {
                parameters.push((column, Type::TEXT_ARRAY));
            }
        } else if rows.is_empty() {
            return Ok(());
        } else {
            // Citus commits these in one phase, and an `insert` with a `select` in two.
            insert += "values ";
            for (at, row) in rows.iter().enumerate() {
                let comma = if at == 0 { "" } else { ", " };
                let _ = write!(insert, "{comma}($1, {})", numbers(2 + at * TEXTS, TEXTS));
                for text in row {
                    parameters.push((text, Type::TEXT));
                }
            }
        }
        if table == "word" {
            // Another person may have the word.
            insert += " on conflict do nothing";
        }
        self.transaction.execute_typed(&insert, &parameters).await?;
        Ok(())
    }

    pub(crate) async fn load(
        &self,
        account: &Account,
        coverage: Coverage,
        people: &BTreeMap<String, Person>,
    ) -> Result<()> {
        self.extend_timeout().await?;
        // This locks the account.
        self.insert_account(account, Some(coverage)).await?;
        for table in OF_PEOPLE {
            self.clear(&account.id, table).await?;
        }
        let people: Vec<_> = people.iter().collect();
        for chunk in people.chunks(CHUNK) {
            self.insert_people(account, chunk).await?;
        }
        Ok(())
    }

    /// Deletes the rows of an account from a table.
    async fn clear(&self, account: &str, table: &str) -> Result<u64> {
        let delete = format!("delete from contact_resolution.{table} where account = $1");
        let id = key_text(account);
        Ok(self
            .transaction
            .execute_typed(&delete, &[(&id.as_ref(), Type::TEXT)])
            .await?)
    }

    /// Removes an account with all its rows. Returns whether it was there.
    pub(crate) async fn remove_account(&self, id: &str) -> Result<bool> {
        self.extend_timeout().await?;
        let count = self.clear(id, "account").await?;
        for table in OF_PEOPLE.into_iter().chain(["intent", "lookup"]) {
            self.clear(id, table).await?;
        }
        Ok(count > 0)
    }

    /// Makes the keys of an account's people again.
    pub(crate) async fn renew_keys(&self, account: &Account) -> Result<()> {
        self.extend_timeout().await?;
        self.clear(&account.id, "holder").await?;
        let select = "select person, record from contact_resolution.person where account = $1 and person > $2 order by person limit 1000";
        let id = key_text(&account.id);
        let mut last = String::new();
        loop {
            let rows = self
                .transaction
                .query_typed(select, &[(&id.as_ref(), Type::TEXT), (&last, Type::TEXT)])
                .await?;
            let mut people = Vec::new();
            for row in &rows {
                people.push((
                    row.try_get(0)?,
                    store::from_record::<Person>(row.try_get(1)?)?,
                ));
            }
            let Some((row_key, _)) = people.last() else {
                return Ok(());
            };
            last.clone_from(row_key);
            let people: Vec<_> = people.iter().map(|(key, person)| (key, person)).collect();
            self.insert_keys(account, &people).await?;
        }
    }

    /// Makes the rows of an account's people again, from their records.
    pub(crate) async fn renew_people(&self, account: &Account) -> Result<()> {
        self.extend_timeout().await?;
        let id = key_text(&account.id);
        let copy = "create temp table old_person on commit drop as select person, record from contact_resolution.person where account = $1";
        self.transaction
            .execute_typed(copy, &[(&id.as_ref(), Type::TEXT)])
            .await?;
        for table in OF_PEOPLE {
            self.clear(&account.id, table).await?;
        }
        let select =
            "select person, record from old_person where person > $1 order by person limit 1000";
        let mut last = String::new();
        loop {
            let rows = self
                .transaction
                .query_typed(select, &[(&last, Type::TEXT)])
                .await?;
            let Some(row) = rows.last() else {
                return self.batch("drop table old_person").await;
            };
            last = row.try_get(0)?;
            let mut people = Vec::new();
            for row in &rows {
                let person: Person = store::from_record(row.try_get(1)?)?;
                people.push((store::row_key(&person), person));
            }
            let people: Vec<_> = people.iter().map(|(key, person)| (key, person)).collect();
            self.insert_people(account, &people).await?;
        }
    }

    /// Gives the statements of this transaction the time to write a million rows.
    async fn extend_timeout(&self) -> Result<()> {
        self.batch("set local statement_timeout = '10min'").await
    }
}

/// Returns the names of successive parameters, such as `$2, $3`.
fn numbers(first: usize, count: usize) -> String {
    let numbers: Vec<_> = (first..first + count).map(|at| format!("${at}")).collect();
    numbers.join(", ")
}

fn keys(person: &Person, account: &Account) -> Vec<String> {
    let keys = person.keys(account);
    keys.iter()
        .map(|key| key_text(&key.to_string()).into_owned())
        .collect()
}

/// Returns the keys of a word of a name.
fn word_keys(word: &str) -> impl Iterator<Item = String> {
    let keys = store::keys_of_word(word).into_iter();
    keys.map(|key| key_text(&key).into_owned())
}
