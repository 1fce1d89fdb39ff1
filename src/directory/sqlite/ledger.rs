//! The ledger beside the directory.

use std::fmt;
use std::time::Duration;

use rusqlite::{OptionalExtension, params};

use super::SqliteStore;
use crate::directory::store::StoreError;
use crate::ledger::{ClaimKey, ClaimOutcome, ClaimResult, Ledger};

/// A ledger in an `SQLite` file, shared by every process that opens it.
///
/// Its clock is `SQLite`'s, which is this machine's: one for all who share the file. It must not be set back by more than
/// the settle window, or whoever was claimed last stays claimed for as long.
pub struct SqliteLedger<'a> {
    store: &'a SqliteStore,
    claim_timeout: i64,
}

impl<'a> SqliteLedger<'a> {
    pub(super) fn new(store: &'a SqliteStore, claim_timeout: Duration) -> Self {
        SqliteLedger {
            store,
            claim_timeout: i64::try_from(claim_timeout.as_millis()).unwrap_or(i64::MAX),
        }
    }
}

/// The claim is taken where there is none, and where the one there is past; what it takes the place of tells whether a
/// create may be under way.
const CLAIM: &str = "insert into intent values (?1, ?2, cast(unixepoch('subsec') * 1000 as integer), null, false) \
    on conflict do update set since = excluded.since, chat = null, stale = chat is null \
    where excluded.since - since > ?3 returning stale";

const SETTLE: &str = "insert into intent values (?1, ?2, cast(unixepoch('subsec') * 1000 as integer), ?3, false) \
    on conflict do update set since = excluded.since, chat = excluded.chat, stale = false";

impl Ledger for SqliteLedger<'_> {
    type Error = StoreError;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StoreError> {
        let person = claim_key.person.to_string();
        self.store.write(|store| {
            let claimed = store
                .prepare_cached(CLAIM)?
                .query_row(
                    params![claim_key.account, person, self.claim_timeout],
                    |row| row.get(0),
                )
                .optional()?;
            match claimed {
                Some(false) => return Ok(ClaimResult::Acquired),
                Some(true) => return Ok(ClaimResult::Expired),
                None => {}
            }
            let chat: Option<String> = store
                .prepare_cached("select chat from intent where account = ?1 and person = ?2")?
                .query_row([&claim_key.account, &person], |row| row.get(0))?;
            Ok(chat.map_or(ClaimResult::Held, ClaimResult::AlreadyDone))
        })
    }

    fn record(&self, claim_key: &ClaimKey, end: &ClaimOutcome) -> Result<(), StoreError> {
        let person = claim_key.person.to_string();
        self.store.write(|store| {
            match end {
                ClaimOutcome::Chat(chat) => {
                    store
                        .prepare_cached(SETTLE)?
                        .execute([&claim_key.account, &person, chat])?
                }
                ClaimOutcome::NoChat => store
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
