//! The store on a PostgreSQL server.

use std::io;

use contact_resolution::{
    Account, AsyncDirectory, AsyncLedger, Claim, ClaimKey, ClaimOutcome, ClaimResult, Coverage,
    DirectoryAnswer, DirectoryQuery, Outcome, Person,
};
use contact_resolution_postgres::PostgresStore;
use tokio::runtime::{Builder, Runtime};

use super::{CLAIM_TIMEOUT, Store};

/// A PostgreSQL store with a runtime of its own.
pub(super) struct BlockingPostgres {
    runtime: Runtime,
    store: PostgresStore,
}

impl BlockingPostgres {
    /// Connects to a server. The URL may contain a password, so the error does not show it.
    pub(super) fn connect(url: &str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let store = runtime.block_on(PostgresStore::connect(url));
        let store = store.map_err(io::Error::other)?;
        Ok(BlockingPostgres { runtime, store })
    }
}

impl Store for BlockingPostgres {
    fn account(&self, id: &str) -> io::Result<Option<Account>> {
        let account = self.runtime.block_on(self.store.account(id));
        account.map_err(io::Error::other)
    }

    fn find(&self, queries: &[DirectoryQuery<'_>]) -> io::Result<Vec<DirectoryAnswer>> {
        let answers = self.runtime.block_on(self.store.find_async(queries));
        answers.map_err(io::Error::other)
    }

    fn suggest(&self, account: &str, name: &str, limit: usize) -> io::Result<Vec<Person>> {
        let people = self.store.suggest_async(account, name, limit);
        self.runtime.block_on(people).map_err(io::Error::other)
    }

    fn load(&self, account: &Account, coverage: Coverage, people: Vec<Person>) -> io::Result<()> {
        let load = self.store.load(account, coverage, people);
        self.runtime.block_on(load).map_err(io::Error::other)
    }

    fn claim(&self, claim_key: &ClaimKey) -> io::Result<ClaimResult> {
        let ledger = self.store.ledger(CLAIM_TIMEOUT);
        let result = self.runtime.block_on(ledger.claim_async(claim_key));
        result.map_err(io::Error::other)
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> io::Result<bool> {
        let ledger = self.store.ledger(CLAIM_TIMEOUT);
        let result = self.runtime.block_on(ledger.record_async(claim, outcome));
        result.map_err(io::Error::other)
    }

    fn record_outcome(&self, account: &str, outcome: &Outcome) -> io::Result<bool> {
        let record = self.store.record(account, outcome);
        self.runtime.block_on(record).map_err(io::Error::other)
    }
}
