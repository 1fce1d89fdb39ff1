//! The kept results of lookups.

use std::time::Duration;

use contact_resolution::store;
use contact_resolution::{ClaimKey, KeptLookup, Person};
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::column::key_text;
use crate::error::Result;

/// Returns a kept result, unless it is from the future because the clock was set back.
pub(crate) async fn find(store: &PostgresStore, lookup: &ClaimKey) -> Result<Option<KeptLookup>> {
    let key = lookup.person.to_string();
    let (account, key) = (key_text(&lookup.account), key_text(&key));
    let select = "select record, extract(epoch from clock_timestamp() - since)::float8 \
        from contact_resolution.lookup where account = $1 and person = $2";
    let rows = store
        .select(
            select,
            &[(&account.as_ref(), Type::TEXT), (&key.as_ref(), Type::TEXT)],
        )
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let person = store::from_record(row.try_get(0)?)?;
    let age = Duration::try_from_secs_f64(row.try_get(1)?);
    Ok(age.ok().map(|age| KeptLookup::new(person, age)))
}

/// Keeps a result, and deletes the oldest results of the account beyond the capacity.
pub(crate) async fn keep(
    store: &PostgresStore,
    lookup: &ClaimKey,
    person: Option<&Person>,
    capacity: u32,
) -> Result<()> {
    let key = lookup.person.to_string();
    let (account, key) = (key_text(&lookup.account), key_text(&key));
    let record = store::to_record(&person)?;
    let mut session = store.writer().await?;
    let writer = store.begin(&mut session).await?;
    let insert = "insert into contact_resolution.lookup values ($1, $2, $3, clock_timestamp()) \
        on conflict (account, person) do update set record = excluded.record, since = excluded.since";
    writer
        .transaction()
        .execute_typed(
            insert,
            &[
                (&account.as_ref(), Type::TEXT),
                (&key.as_ref(), Type::TEXT),
                (&record, Type::TEXT),
            ],
        )
        .await?;
    let delete = "delete from contact_resolution.lookup where account = $1 and person in ( \
            select person from contact_resolution.lookup where account = $1 order by since desc offset $2 \
        )";
    writer
        .transaction()
        .execute_typed(
            delete,
            &[
                (&account.as_ref(), Type::TEXT),
                (&i64::from(capacity), Type::INT8),
            ],
        )
        .await?;
    writer.commit().await
}
