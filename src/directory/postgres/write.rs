//! What is written, in one transaction.

use std::collections::BTreeMap;

use futures_util::future::try_join;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use super::column::column;
use crate::directory::Coverage;
use crate::directory::store::{self, StoreError};
use crate::person::{Account, Person};

/// How many people are sent at once.
const CHUNK: usize = 1000;

/// All or nothing: dropped before [`commit`](Writer::commit), it has written nothing.
pub(super) struct Writer<'a> {
    transaction: Transaction<'a>,
}

impl<'a> Writer<'a> {
    pub(super) async fn begin(client: &'a mut Client) -> Result<Self, StoreError> {
        Ok(Writer {
            transaction: client.transaction().await?,
        })
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    pub(super) fn transaction(&self) -> &Transaction<'a> {
        &self.transaction
    }

    pub(super) async fn batch(&self, statements: &str) -> Result<(), StoreError> {
        Ok(self.transaction.batch_execute(statements).await?)
    }

    /// The account, which nobody else writes to until the end.
    pub(super) async fn lock(&self, id: &str) -> Result<Option<Account>, StoreError> {
        let select = "select record from account where account = $1 for update";
        let id = column(id);
        let rows = self
            .transaction
            .query_typed(select, &[(&id.as_ref(), Type::TEXT)])
            .await?;
        rows.first()
            .map(|row| store::read_account(row.try_get(0)?))
            .transpose()
    }

    pub(super) async fn put_account(&self, account: &Account) -> Result<(), StoreError> {
        if self.insert_account(account, None).await? {
            let who = store::who(&account.user.id, account);
            return self.put(account, &[(&who, &account.user)]).await;
        }
        let known = self.lock(&account.id).await?;
        let update = "update account set record = $2 where account = $1";
        let (id, record) = (column(&account.id), store::write(account)?);
        self.transaction
            .execute_typed(update, &[(&id.as_ref(), Type::TEXT), (&record, Type::TEXT)])
            .await?;
        match known {
            Some(known) if store::reads_otherwise(&known, account) => self.key_anew(account).await,
            _ => Ok(()),
        }
    }

    /// Inserts an account where there is none, and where covers are told writes over it. Whether it is written.
    async fn insert_account(
        &self,
        account: &Account,
        coverage: Option<Coverage>,
    ) -> Result<bool, StoreError> {
        let conflict = match coverage {
            Some(_) => {
                "update set record = excluded.record, contacts = excluded.contacts, chats = excluded.chats"
            }
            None => "nothing",
        };
        let insert = format!(
            "insert into account values ($1, $2, $3, $4) on conflict (account) do {conflict}"
        );
        let (id, record) = (column(&account.id), store::write(account)?);
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

    pub(super) async fn set_covers(
        &self,
        id: &str,
        coverage: Coverage,
    ) -> Result<bool, StoreError> {
        let update = "update account set contacts = $2, chats = $3 where account = $1";
        let id = column(id);
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

    /// Takes a person out.
    pub(super) async fn take(
        &self,
        account: &Account,
        id: &str,
    ) -> Result<Option<Person>, StoreError> {
        let who = store::who(id, account);
        let (id, who) = (column(&account.id), column(&who));
        let delete = "delete from person where account = $1 and person = $2 returning record";
        let rows = self
            .transaction
            .query_typed(
                delete,
                &[(&id.as_ref(), Type::TEXT), (&who.as_ref(), Type::TEXT)],
            )
            .await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let person: Person = store::read(row.try_get(0)?)?;
        let delete = "delete from holder where account = $1 and key = any ($2) and person = $3";
        let keys = keys(&person, account);
        self.transaction
            .execute_typed(
                delete,
                &[
                    (&id.as_ref(), Type::TEXT),
                    (&keys, Type::TEXT_ARRAY),
                    (&who.as_ref(), Type::TEXT),
                ],
            )
            .await?;
        Ok(Some(person))
    }

    /// Puts people who are not there in.
    pub(super) async fn put(
        &self,
        account: &Account,
        people: &[(&String, &Person)],
    ) -> Result<(), StoreError> {
        let id = column(&account.id);
        let who: Vec<_> = people.iter().map(|(who, _)| column(who)).collect();
        let who: Vec<&str> = who.iter().map(AsRef::as_ref).collect();
        let records = people.iter().map(|(_, person)| store::write(*person));
        let records: Vec<String> = records.collect::<Result<_, _>>()?;
        let insert = "insert into person select $1, * from unnest($2, $3)";
        let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] = [
            (&id.as_ref(), Type::TEXT),
            (&who, Type::TEXT_ARRAY),
            (&records, Type::TEXT_ARRAY),
        ];
        let put = self.transaction.execute_typed(insert, &parameters);
        try_join(async { Ok(put.await?) }, self.put_keys(account, people)).await?;
        Ok(())
    }

    async fn put_keys(
        &self,
        account: &Account,
        people: &[(&String, &Person)],
    ) -> Result<(), StoreError> {
        let (mut held, mut holders) = (Vec::new(), Vec::new());
        for (who, person) in people {
            for key in keys(person, account) {
                held.push(key);
                holders.push(column(who).into_owned());
            }
        }
        let insert = "insert into holder select $1, * from unnest($2, $3)";
        self.transaction
            .execute_typed(
                insert,
                &[
                    (&column(&account.id).as_ref(), Type::TEXT),
                    (&held, Type::TEXT_ARRAY),
                    (&holders, Type::TEXT_ARRAY),
                ],
            )
            .await?;
        Ok(())
    }

    pub(super) async fn load(
        &self,
        account: &Account,
        coverage: Coverage,
        book: &BTreeMap<String, Person>,
    ) -> Result<(), StoreError> {
        self.take_time().await?;
        // From here on the account is locked.
        self.insert_account(account, Some(coverage)).await?;
        self.clear(account, "person").await?;
        self.clear(account, "holder").await?;
        let people: Vec<_> = book.iter().collect();
        for chunk in people.chunks(CHUNK) {
            self.put(account, chunk).await?;
        }
        Ok(())
    }

    async fn clear(&self, account: &Account, table: &str) -> Result<(), StoreError> {
        let delete = format!("delete from {table} where account = $1");
        let id = column(&account.id);
        self.transaction
            .execute_typed(&delete, &[(&id.as_ref(), Type::TEXT)])
            .await?;
        Ok(())
    }

    /// Finds an account's people by the keys that they have today.
    pub(super) async fn key_anew(&self, account: &Account) -> Result<(), StoreError> {
        self.take_time().await?;
        self.clear(account, "holder").await?;
        let select = "select person, record from person where account = $1 and person > $2 order by person limit 1000";
        let id = column(&account.id);
        let mut last = String::new();
        loop {
            let rows = self
                .transaction
                .query_typed(select, &[(&id.as_ref(), Type::TEXT), (&last, Type::TEXT)])
                .await?;
            let mut people = Vec::new();
            for row in &rows {
                people.push((row.try_get(0)?, store::read::<Person>(row.try_get(1)?)?));
            }
            let Some((who, _)) = people.last() else {
                return Ok(());
            };
            last.clone_from(who);
            let people: Vec<_> = people.iter().map(|(who, person)| (who, person)).collect();
            self.put_keys(account, &people).await?;
        }
    }

    /// Lets statements of this transaction touch a million rows.
    async fn take_time(&self) -> Result<(), StoreError> {
        self.batch("set local statement_timeout = '10min'").await
    }
}

fn keys(person: &Person, account: &Account) -> Vec<String> {
    let keys = store::keys(person, account);
    keys.iter().map(|key| column(key).into_owned()).collect()
}
