//! The ledger on the same server as the directory.

use std::fmt;
use std::time::Duration;

use contact_resolution::directory::store::{self, StoreError};
use contact_resolution::{AsyncLedger, ClaimKey, ClaimOutcome, ClaimResult};

use crate::PostgresStore;
use crate::column::key_text;
use crate::error::Result as DatabaseResult;

/// A ledger on a PostgreSQL server, shared by every process that uses the database.
///
/// Its clock is the server's, so the clocks of the processes do not matter. If the server's clock is set back, a claim is
/// held for that much longer.
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
        let session = self.store.session().await?;
        let row = session
            .client
            .query_opt(
                &session.claim,
                &[&account.as_ref(), &person.as_ref(), &self.claim_timeout],
            )
            .await?;
        // There is no row if another claim was inserted during the statement.
        let Some(row) = row else {
            return Ok(ClaimResult::Held);
        };
        let chat: Option<&str> = row.try_get(1)?;
        Ok(match (row.try_get(0)?, chat) {
            (Some(false), _) => ClaimResult::Acquired,
            (Some(true), _) => ClaimResult::Expired,
            (None, None) => ClaimResult::Held,
            (None, Some(chat)) => ClaimResult::AlreadyDone(store::from_record(chat)?),
        })
    }

    async fn try_record(&self, claim_key: &ClaimKey, outcome: &ClaimOutcome) -> DatabaseResult<()> {
        let person = claim_key.person.to_string();
        let (account, person) = (key_text(&claim_key.account), key_text(&person));
        // The create before this call may have taken long enough for the connection to be lost.
        let session = self.store.checked_session().await?;
        match outcome {
            ClaimOutcome::Chat(chat) => {
                // The id is kept as JSON, which can escape a NUL.
                let chat = store::to_record(chat)?;
                session
                    .client
                    .execute(
                        &session.record,
                        &[&account.as_ref(), &person.as_ref(), &chat],
                    )
                    .await?
            }
            ClaimOutcome::NoChat => {
                session
                    .client
                    .execute(&session.release, &[&account.as_ref(), &person.as_ref()])
                    .await?
            }
        };
        Ok(())
    }
}

impl AsyncLedger for PostgresLedger<'_> {
    type Error = StoreError;

    async fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StoreError> {
        Ok(self.try_claim(claim_key).await?)
    }

    async fn record(&self, claim_key: &ClaimKey, outcome: &ClaimOutcome) -> Result<(), StoreError> {
        Ok(self.try_record(claim_key, outcome).await?)
    }
}

impl fmt::Debug for PostgresLedger<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresLedger").finish_non_exhaustive()
    }
}
