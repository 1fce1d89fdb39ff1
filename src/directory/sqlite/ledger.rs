//! The ledger beside the directory.

use std::fmt;
use std::time::Duration;

use rusqlite::{OptionalExtension, params};

use super::SqliteStore;
use crate::directory::store::StoreError;
use crate::directory::{Claim, Intent, Ledger, Settled};

/// A ledger in an `SQLite` file, shared by every process that opens it.
///
/// Its clock is `SQLite`'s, which is this machine's: one for all who share the file. It must not be set back by more than
/// the settle window, or whoever was claimed last stays claimed for as long.
pub struct SqliteLedger<'a> {
    store: &'a SqliteStore,
    settle_window: i64,
}

impl<'a> SqliteLedger<'a> {
    pub(super) fn new(store: &'a SqliteStore, settle_window: Duration) -> Self {
        SqliteLedger {
            store,
            settle_window: i64::try_from(settle_window.as_millis()).unwrap_or(i64::MAX),
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

    fn claim(&self, intent: &Intent) -> Result<Claim, StoreError> {
        let person = intent.person.to_string();
        self.store.write(|store| {
            let claimed = store
                .prepare_cached(CLAIM)?
                .query_row(params![intent.account, person, self.settle_window], |row| {
                    row.get(0)
                })
                .optional()?;
            match claimed {
                Some(false) => return Ok(Claim::Mine),
                Some(true) => return Ok(Claim::Stale),
                None => {}
            }
            let chat: Option<String> = store
                .prepare_cached("select chat from intent where account = ?1 and person = ?2")?
                .query_row([&intent.account, &person], |row| row.get(0))?;
            Ok(chat.map_or(Claim::Busy, Claim::Settled))
        })
    }

    fn settle(&self, intent: &Intent, end: &Settled) -> Result<(), StoreError> {
        let person = intent.person.to_string();
        self.store.write(|store| {
            match end {
                Settled::Chat(chat) => {
                    store
                        .prepare_cached(SETTLE)?
                        .execute([&intent.account, &person, chat])?
                }
                Settled::Nothing => store
                    .prepare_cached("delete from intent where account = ?1 and person = ?2")?
                    .execute([&intent.account, &person])?,
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
