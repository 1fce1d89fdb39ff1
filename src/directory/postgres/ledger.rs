//! The ledger beside the directory.

use std::fmt;
use std::time::Duration;

use super::PostgresStore;
use super::column::column;
use crate::directory::store::{self, StoreError};
use crate::ledger::{AsyncLedger, ClaimKey, ClaimOutcome, ClaimResult};

/// A ledger on a `PostgreSQL` server, shared by everybody who uses the same database.
///
/// Its clock is the server's: one for all of them, whatever their own say. It must not be set back by more than the settle
/// window, or whoever was claimed last stays claimed for as long. A claim or an end whose answer was lost is not sent
/// again, for by then another may have claimed: what was claimed is stale in time.
pub struct PostgresLedger<'a> {
    store: &'a PostgresStore,
    claim_timeout: f64,
}

impl<'a> PostgresLedger<'a> {
    pub(super) fn new(store: &'a PostgresStore, claim_timeout: Duration) -> Self {
        PostgresLedger {
            store,
            claim_timeout: claim_timeout.as_secs_f64(),
        }
    }
}

impl AsyncLedger for PostgresLedger<'_> {
    type Error = StoreError;

    async fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StoreError> {
        let person = claim_key.person.to_string();
        let (account, person) = (column(&claim_key.account), column(&person));
        let session = self.store.session().await?;
        let row = session
            .client
            .query_opt(
                &session.claim,
                &[&account.as_ref(), &person.as_ref(), &self.claim_timeout],
            )
            .await?;
        // Nothing to tell: another claim has come between.
        let Some(row) = row else {
            return Ok(ClaimResult::Held);
        };
        let chat: Option<&str> = row.try_get(1)?;
        Ok(match (row.try_get(0)?, chat) {
            (Some(false), _) => ClaimResult::Acquired,
            (Some(true), _) => ClaimResult::Expired,
            (None, None) => ClaimResult::Held,
            (None, Some(chat)) => ClaimResult::AlreadyDone(store::read(chat)?),
        })
    }

    async fn record(&self, claim_key: &ClaimKey, end: &ClaimOutcome) -> Result<(), StoreError> {
        let person = claim_key.person.to_string();
        let (account, person) = (column(&claim_key.account), column(&person));
        // The create before it may have taken long, and an end sent over a lost connection leaves the person claimed.
        let session = self.store.session_that_answers().await?;
        match end {
            ClaimOutcome::Chat(chat) => {
                // As JSON, which has an escape for what no text of a database can have.
                let chat = store::write(chat)?;
                session
                    .client
                    .execute(
                        &session.settle,
                        &[&account.as_ref(), &person.as_ref(), &chat],
                    )
                    .await?
            }
            ClaimOutcome::NoChat => {
                session
                    .client
                    .execute(&session.forget, &[&account.as_ref(), &person.as_ref()])
                    .await?
            }
        };
        Ok(())
    }
}

impl fmt::Debug for PostgresLedger<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresLedger").finish_non_exhaustive()
    }
}
