//! The ledger in the same file as the directory.

use std::fmt;
use std::time::Duration;

use contact_resolution::store::StoreError;
use contact_resolution::{Claim, ClaimKey, ClaimOutcome, ClaimResult, KeptLookup, Ledger, Person};
use rusqlite::{Connection, Row, params};

use crate::SqliteStore;
use crate::checksum::Checksum;
use crate::clock::{self, Moment};
use crate::error::{Result as DatabaseResult, corrupt};
use crate::lookups;
use crate::rows::text;

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

/// A row of the table `intent`, without its key.
struct ClaimRow {
    since: i64,
    boot: String,
    chat: Option<String>,
    stale: bool,
    token: i64,
}

impl ClaimRow {
    fn checksum(&self, account: &str, person: &str) -> i64 {
        Checksum::of("intent")
            .text(account)
            .text(person)
            .number(self.since)
            .text(&self.boot)
            .number(self.chat.is_some().into())
            .text(self.chat.as_deref().unwrap_or_default())
            .number(self.stale.into())
            .number(self.token)
            .finish()
    }

    /// Reads the row of a claim. Returns an error if it is damaged.
    fn read(account: &str, person: &str, row: &Row<'_>) -> DatabaseResult<Self> {
        let claim = ClaimRow {
            since: row.get(0)?,
            boot: text(row, 1)?.to_owned(),
            chat: row.get(2)?,
            stale: row.get(3)?,
            token: row.get(4)?,
        };
        if claim.checksum(account, person) == row.get::<_, i64>(5)? {
            Ok(claim)
        } else {
            Err(corrupt())
        }
    }

    fn select(
        connection: &Connection,
        account: &str,
        person: &str,
    ) -> DatabaseResult<Option<Self>> {
        let mut select = connection.prepare_cached(
            "select since, boot, chat, stale, token, checksum from intent where account = ?1 and person = ?2",
        )?;
        let mut rows = select.query([account, person])?;
        match rows.next()? {
            Some(row) => Ok(Some(ClaimRow::read(account, person, row)?)),
            None => Ok(None),
        }
    }

    /// Inserts or replaces the row.
    fn write(&self, connection: &Connection, account: &str, person: &str) -> DatabaseResult<()> {
        let mut insert = connection.prepare_cached(
            "insert or replace into intent (account, person, since, boot, chat, stale, token, checksum) \
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let checksum = self.checksum(account, person);
        insert.execute(params![
            account, person, self.since, self.boot, self.chat, self.stale, self.token, checksum
        ])?;
        Ok(())
    }
}

/// Calls a function with each claim, or with the error of a damaged one.
pub(crate) fn for_each_claim(
    connection: &Connection,
    mut call: impl FnMut(DatabaseResult<()>),
) -> DatabaseResult<()> {
    let mut select = connection
        .prepare("select since, boot, chat, stale, token, checksum, account, person from intent")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let claim =
            text(row, 6).and_then(|account| ClaimRow::read(account, text(row, 7)?, row).map(drop));
        call(claim);
    }
    Ok(())
}

/// Gives every claim its checksum.
pub(crate) fn add_checksums(connection: &Connection) -> DatabaseResult<()> {
    let mut select = connection
        .prepare("select account, person, since, boot, chat, stale, token from intent")?;
    let mut claims = Vec::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let claim = ClaimRow {
            since: row.get(2)?,
            boot: row.get(3)?,
            chat: row.get(4)?,
            stale: row.get(5)?,
            token: row.get(6)?,
        };
        claims.push((row.get::<_, String>(0)?, row.get::<_, String>(1)?, claim));
    }
    claims
        .iter()
        .try_for_each(|(account, person, claim)| claim.write(connection, account, person))
}

/// Returns a token that no other claim has.
fn new_token(connection: &Connection) -> DatabaseResult<i64> {
    let mut select = connection.prepare_cached("select random() & 9223372036854775807")?;
    Ok(select.query_row([], |row| row.get(0))?)
}

impl Ledger for SqliteLedger<'_> {
    type Error = StoreError;

    fn claim(&self, claim_key: &ClaimKey) -> Result<ClaimResult, StoreError> {
        let (account, person) = (&claim_key.account, claim_key.person.to_string());
        self.store.write(|transaction| {
            // The clock is read under the lock, so that no claim is younger than a later one.
            let Moment { boot, millis } = clock::now();
            let known = ClaimRow::select(transaction, account, &person)?;
            let stale = match known {
                None => false,
                // A claim of another boot has an unknown age.
                Some(known) if known.boot != boot => true,
                Some(known) if millis.saturating_sub(known.since) > self.claim_timeout => {
                    known.chat.is_none()
                }
                Some(known) => {
                    return Ok(known
                        .chat
                        .map_or(ClaimResult::Held, ClaimResult::AlreadyDone));
                }
            };
            let claim = ClaimRow {
                since: millis,
                boot,
                chat: None,
                stale,
                token: new_token(transaction)?,
            };
            claim.write(transaction, account, &person)?;
            let token = claim.token.cast_unsigned();
            Ok(if stale {
                ClaimResult::Expired { token }
            } else {
                ClaimResult::Acquired { token }
            })
        })
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> Result<bool, StoreError> {
        let (account, person) = (&claim.key.account, claim.key.person.to_string());
        self.store.write(|transaction| {
            let Some(mut known) = ClaimRow::select(transaction, account, &person)? else {
                return Ok(false);
            };
            if known.token != claim.token.cast_signed() {
                return Ok(false);
            }
            match outcome {
                ClaimOutcome::Chat(chat) => {
                    let Moment { boot, millis } = clock::now();
                    (known.since, known.boot) = (millis, boot);
                    known.chat = Some(chat.clone());
                    known.stale = false;
                    known.write(transaction, account, &person)?;
                }
                ClaimOutcome::NoChat => {
                    let delete = "delete from intent where account = ?1 and person = ?2";
                    transaction
                        .prepare_cached(delete)?
                        .execute([account, &person])?;
                }
            }
            Ok(true)
        })
    }

    fn kept_lookup(&self, lookup: &ClaimKey) -> Result<Option<KeptLookup>, StoreError> {
        self.store
            .read(|connection| lookups::find(connection, lookup))
    }

    fn keep_lookup(
        &self,
        lookup: &ClaimKey,
        person: Option<&Person>,
        capacity: u32,
    ) -> Result<(), StoreError> {
        self.store
            .write(|transaction| lookups::keep(transaction, lookup, person, capacity))
    }
}

impl fmt::Debug for SqliteLedger<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteLedger").finish_non_exhaustive()
    }
}
