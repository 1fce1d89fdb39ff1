//! The ledger on the same server as the directory.

use std::fmt;
use std::time::Duration;

use contact_resolution::store::{self, StoreError};
use contact_resolution::{
    AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, KeptLookup, Person,
};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::column::key_text;
use crate::error::Result as DatabaseResult;
use crate::lookups;
use crate::statements::Statement;
use crate::{Pooled, PostgresStore, Repeat};

/// A ledger on a PostgreSQL server, shared by every process that uses the database.
///
/// Its clock is the server's, so the clocks of the processes do not matter. If the server's clock is set back, a claim is
/// held for that much longer. With Citus, a claim may be dated by any node, so the clocks of the nodes must agree to within
/// the claim timeout.
///
/// If the answer to a claim or to a record is lost, it is not sent again, because another process may have claimed in
/// between. The claim expires after the claim timeout.
pub struct PostgresLedger<'a> {
    store: &'a PostgresStore,
    claim_timeout: f64,
}

impl<'a> PostgresLedger<'a> {
    pub(crate) fn new(store: &'a PostgresStore, claim_timeout: Duration) -> Self {
        PostgresLedger {
            store,
            claim_timeout: claim_timeout.as_secs_f64(),
        }
    }

    async fn try_claim(&self, claim_key: &ClaimKey) -> DatabaseResult<ClaimResult> {
        let person = claim_key.person.to_string();
        let (account, person) = (key_text(&claim_key.account), key_text(&person));
        let (account, person) = (account.as_ref(), person.as_ref());
        let rows = self
            .run(
                self.store.reader().await?,
                Statement::Claim,
                &[&account, &person, &self.claim_timeout],
            )
            .await?;
        // There is no row if another claim was inserted during the statement.
        let Some(row) = rows.first() else {
            return Ok(ClaimResult::Held);
        };
        let chat: Option<&str> = row.try_get(1)?;
        Ok(match (row.try_get(0)?, chat) {
            (Some(is_stale), _) => {
                let token = row.try_get::<_, i64>(2)?.cast_unsigned();
                if is_stale {
                    ClaimResult::Expired { token }
                } else {
                    ClaimResult::Acquired { token }
                }
            }
            (None, None) => ClaimResult::Held,
            (None, Some(chat)) => ClaimResult::AlreadyDone(store::from_record(chat)?),
        })
    }

    async fn try_record(&self, claim: &Claim, outcome: &ClaimOutcome) -> DatabaseResult<bool> {
        let person = claim.key.person.to_string();
        let (account, person) = (key_text(&claim.key.account), key_text(&person));
        let (account, person) = (account.as_ref(), person.as_ref());
        let token = claim.token.cast_signed();
        // The create before this call may have taken long enough for the connection to be lost.
        let session = self.store.checked_reader().await?;
        let changed = match outcome {
            ClaimOutcome::Chat(chat) => {
                // The id is kept as JSON, which can escape a NUL.
                let chat = store::to_record(chat)?;
                let values: [&(dyn ToSql + Sync); 4] = [&account, &person, &chat, &token];
                self.run(session, Statement::Record, &values).await?
            }
            ClaimOutcome::NoChat => {
                let values: [&(dyn ToSql + Sync); 3] = [&account, &person, &token];
                self.run(session, Statement::Release, &values).await?
            }
        };
        Ok(!changed.is_empty())
    }

    /// Runs a statement, and again only if it certainly was not executed.
    async fn run(
        &self,
        session: Pooled,
        statement: Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> DatabaseResult<Vec<Row>> {
        match session.query(statement, parameters).await {
            Err(error) => {
                let session = self.store.replace(session, error, Repeat::IfNotRun).await?;
                session.query(statement, parameters).await
            }
            rows => rows,
        }
    }
}

impl AsyncLedger for PostgresLedger<'_> {
    type Error = StoreError;

    async fn claim_async(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StoreError> {
        Ok(self.try_claim(claim_key).await?)
    }

    async fn record_async(
        &self,
        claim: &Claim,
        outcome: &ClaimOutcome,
    ) -> Result<bool, StoreError> {
        Ok(self.try_record(claim, outcome).await?)
    }

    async fn kept_lookup_async(&self, lookup: &ClaimKey) -> Result<Option<KeptLookup>, StoreError> {
        Ok(lookups::find(self.store, lookup).await?)
    }

    async fn keep_lookup_async(
        &self,
        lookup: &ClaimKey,
        person: Option<&Person>,
        capacity: u32,
    ) -> Result<(), StoreError> {
        Ok(lookups::keep(self.store, lookup, person, capacity).await?)
    }
}

impl fmt::Debug for PostgresLedger<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresLedger").finish_non_exhaustive()
    }
}
