//! The ledger in the same file as the directory.

use std::fmt;
use std::time::Duration;

use contact_resolution::store::StoreError;
use contact_resolution::{Claim, ClaimKey, ClaimOutcome, ClaimResult, Ledger};
use rusqlite::{OptionalExtension, params};

use crate::SqliteStore;
use crate::clock::{self, Moment};

/// A ledger in an SQLite file, shared by every process that opens it.
///
/// Its clock counts from the start of the machine, which all these processes share, and cannot be set. A claim from before
/// a restart of the machine is expired. On systems other than Linux and Android, the clock is the wall clock.
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

/// Takes the claim if it is free, past the timeout, or of another boot. `stale` is true if the replaced claim may have
/// made a chat: it has no outcome, or its age is unknown.
const CLAIM: &str = "insert into intent (account, person, since, boot, chat, stale, token) \
    values (?1, ?2, ?3, ?4, null, false, random() & 9223372036854775807) \
    on conflict do update set since = excluded.since, boot = excluded.boot, chat = null, \
    stale = chat is null or boot <> excluded.boot, token = excluded.token \
    where excluded.since - since > ?5 or boot <> excluded.boot returning stale, token";

const RECORD: &str = "update intent set since = ?3, boot = ?4, chat = ?5, stale = false \
    where account = ?1 and person = ?2 and token = ?6";

const RELEASE: &str = "delete from intent where account = ?1 and person = ?2 and token = ?3";

impl Ledger for SqliteLedger<'_> {
    type Error = StoreError;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StoreError> {
        let (account, person) = (&claim_key.account, claim_key.person.to_string());
        self.store.write(|transaction| {
            // The clock is read under the lock, so that no claim is younger than a later one.
            let Moment { boot, millis } = clock::now();
            let claimed: Option<(bool, i64)> = transaction
                .prepare_cached(CLAIM)?
                .query_row(
                    params![account, person, millis, boot, self.claim_timeout],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            match claimed.map(|(is_stale, token)| (is_stale, token.cast_unsigned())) {
                Some((false, token)) => return Ok(ClaimResult::Acquired { token }),
                Some((true, token)) => return Ok(ClaimResult::Expired { token }),
                None => {}
            }
            let chat: Option<String> = transaction
                .prepare_cached("select chat from intent where account = ?1 and person = ?2")?
                .query_row([account, &person], |row| row.get(0))?;
            Ok(chat.map_or(ClaimResult::Held, ClaimResult::AlreadyDone))
        })
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, StoreError> {
        let (account, person) = (&claim.key.account, claim.key.person.to_string());
        let token = claim.token.cast_signed();
        self.store.write(|transaction| {
            let changed = match outcome {
                ClaimOutcome::Chat(chat) => {
                    let Moment { boot, millis } = clock::now();
                    let record = params![account, person, millis, boot, chat, token];
                    transaction.prepare_cached(RECORD)?.execute(record)?
                }
                ClaimOutcome::NoChat => transaction
                    .prepare_cached(RELEASE)?
                    .execute(params![account, person, token])?,
            };
            Ok(changed > 0)
        })
    }
}

impl fmt::Debug for SqliteLedger<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteLedger").finish_non_exhaustive()
    }
}
