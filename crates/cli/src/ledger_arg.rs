//! The ledger of a start: the one of the store in `--directory`, if it is a store.

use std::cell::Cell;
use std::io;

use contact_resolution::{Claim, ClaimKey, ClaimOutcome, ClaimResult, Ledger};

use crate::directory_arg::DirectoryArg;
use crate::store::Store;
use crate::terminal;

pub(crate) enum LedgerArg<'a> {
    Store(&'a dyn Store),
    /// No other process can see the claims of this start.
    Unshared {
        has_warned: Cell<bool>,
    },
}

impl<'a> LedgerArg<'a> {
    pub(crate) fn new(directory: &'a DirectoryArg) -> Self {
        match directory {
            DirectoryArg::Store(store, _) => LedgerArg::Store(&**store),
            DirectoryArg::Memory(_) => LedgerArg::Unshared {
                has_warned: Cell::new(false),
            },
        }
    }
}

impl Ledger for LedgerArg<'_> {
    type Error = io::Error;

    fn claim(&self, claim_key: &ClaimKey) -> io::Result<ClaimResult> {
        match self {
            LedgerArg::Store(store) => store.claim(claim_key),
            // A claim comes before a create. This process has one start, so the claim is free.
            LedgerArg::Unshared { has_warned } => {
                if !has_warned.replace(true) {
                    terminal::print_note(
                        "a second process could create the same chat. To prevent this, pass a store as --directory",
                    );
                }
                Ok(ClaimResult::Acquired { token: 1 })
            }
        }
    }

    fn record(&self, claim: &Claim, outcome: &ClaimOutcome) -> io::Result<bool> {
        match self {
            LedgerArg::Store(store) => store.record(claim, outcome),
            LedgerArg::Unshared { .. } => Ok(true),
        }
    }
}
