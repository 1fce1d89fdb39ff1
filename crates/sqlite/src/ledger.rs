//! The ledger in the same file as the directory.

use std::fmt;
use std::time::Duration;

use contact_resolution::directory::store::StoreError;
use contact_resolution::{ClaimKey, ClaimOutcome, ClaimResult, Ledger};
use rusqlite::{OptionalExtension, params};

use crate::SqliteStore;

/// A ledger in an SQLite file, shared by every process that opens it.
///
/// Its clock is the machine's, which all these processes share. If the clock is set back, a claim is held for that much
/// longer.
pub struct SqliteLedger<'a> {
    store: &'a SqliteStore,
    claim_timeout: i64,
}

impl<'a> SqliteLedger<'a> {
    pub(crate) fn new(store: &'a SqliteStore, claim_timeout: Duration) -> Self {
        SqliteLedger {
            store,
            claim_timeout: i64::try_from(claim_timeout.as_millis()).unwrap_or(i64::MAX),
        }
    }
}

/// Takes the claim if there is none, or if the one that is there is past the timeout. `stale` is true if the claim that was
/// replaced has no outcome, so that its create may still be under way.
const CLAIM: &str = "insert into intent values (?1, ?2, cast(unixepoch('subsec') * 1000 as integer), null, false) \
    on conflict do update set since = excluded.since, chat = null, stale = chat is null \
    where excluded.since - since > ?3 returning stale";

const RECORD: &str = "insert into intent values (?1, ?2, cast(unixepoch('subsec') * 1000 as integer), ?3, false) \
    on conflict do update set since = excluded.since, chat = excluded.chat, stale = false";

impl Ledger for SqliteLedger<'_> {
    type Error = StoreError;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StoreError> {
        let person = claim_key.person.to_string();
        self.store.write(|transaction| {
            let is_stale: Option<bool> = transaction
                .prepare_cached(CLAIM)?
                .query_row(
                    params![claim_key.account, person, self.claim_timeout],
                    |row| row.get(0),
                )
                .optional()?;
            match is_stale {
                Some(false) => return Ok(ClaimResult::Acquired),
                Some(true) => return Ok(ClaimResult::Expired),
                None => {}
            }
            let chat: Option<String> = transaction
                .prepare_cached("select chat from intent where account = ?1 and person = ?2")?
                .query_row([&claim_key.account, &person], |row| row.get(0))?;
            Ok(chat.map_or(ClaimResult::Held, ClaimResult::AlreadyDone))
        })
    }

    fn record(&self, claim_key: &ClaimKey, outcome: &ClaimOutcome) -> Result<(), StoreError> {
        let person = claim_key.person.to_string();
        self.store.write(|transaction| {
            match outcome {
                ClaimOutcome::Chat(chat) => transaction.prepare_cached(RECORD)?.execute([
                    &claim_key.account,
                    &person,
                    chat,
                ])?,
                ClaimOutcome::NoChat => transaction
                    .prepare_cached("delete from intent where account = ?1 and person = ?2")?
                    .execute([&claim_key.account, &person])?,
            };
            Ok(())
        })
    }
}

impl fmt::Debug for SqliteLedger<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteLedger").finish_non_exhaustive()
    }
}
