//! The ledger beside the directory.

use std::fmt;
use std::time::Duration;

use super::PostgresStore;
use super::column::column;
use crate::directory::store::{self, StoreError};
use crate::directory::{AsyncLedger, Claim, Intent, Settled};

/// A ledger on a `PostgreSQL` server, shared by everybody who uses the same database.
///
/// Its clock is the server's: one for all of them, whatever their own say. It must not be set back by more than the settle
/// window, or whoever was claimed last stays claimed for as long. A claim or an end whose answer was lost is not sent
/// again, for by then another may have claimed: what was claimed is stale in time.
pub struct PostgresLedger<'a> {
    store: &'a PostgresStore,
    settle_window: f64,
}

impl<'a> PostgresLedger<'a> {
    pub(super) fn new(store: &'a PostgresStore, settle_window: Duration) -> Self {
        PostgresLedger {
            store,
            settle_window: settle_window.as_secs_f64(),
        }
    }
}

impl AsyncLedger for PostgresLedger<'_> {
    type Error = StoreError;

    async fn claim(&self, intent: &Intent) -> Result<Claim, StoreError> {
        let person = intent.person.to_string();
        let (account, person) = (column(&intent.account), column(&person));
        let session = self.store.session().await?;
        let row = session
            .client
            .query_opt(
                &session.claim,
                &[&account.as_ref(), &person.as_ref(), &self.settle_window],
            )
            .await?;
        // Nothing to tell: another claim has come between.
        let Some(row) = row else {
            return Ok(Claim::Busy);
        };
        let chat: Option<&str> = row.try_get(1)?;
        Ok(match (row.try_get(0)?, chat) {
            (Some(false), _) => Claim::Mine,
            (Some(true), _) => Claim::Stale,
            (None, None) => Claim::Busy,
            (None, Some(chat)) => Claim::Settled(store::read(chat)?),
        })
    }

    async fn settle(&self, intent: &Intent, end: &Settled) -> Result<(), StoreError> {
        let person = intent.person.to_string();
        let (account, person) = (column(&intent.account), column(&person));
        // The create before it may have taken long, and an end sent over a lost connection leaves the person claimed.
        let session = self.store.session_that_answers().await?;
        match end {
            Settled::Chat(chat) => {
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
            Settled::Nothing => {
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
