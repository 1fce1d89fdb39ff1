//! The keys of an account's user, and the rules by which a directory derives keys.

use super::{Key, KeyRules, KeySource, WantedKeys};
use crate::identifier::Region;
use crate::person::Account;

/// An account of a directory, with the data that all its keys depend on.
#[derive(Clone, Debug)]
pub(crate) struct AccountKeys {
    pub(crate) account: Account,
    region: Option<Region>,
    /// Every key of the own user.
    pub(crate) own: Vec<(KeySource, Key)>,
}

impl AccountKeys {
    pub(crate) fn new(account: Account) -> Self {
        let mut keys = AccountKeys {
            region: account.home_region(),
            own: Vec::new(),
            account,
        };
        let mut own = Vec::new();
        let add = &mut |source, key: &Key| own.push((source, key.clone()));
        keys.account
            .user
            .each_key(WantedKeys::ALL, keys.rules(), add);
        keys.own = own;
        keys
    }

    /// Returns the rules by which the keys of the account's people are derived.
    pub(crate) fn rules(&self) -> KeyRules<'_> {
        KeyRules::in_region(&self.account, self.region)
    }

    /// Returns whether the own user has a key.
    pub(crate) fn is_own(&self, key: &Key) -> bool {
        self.own.iter().any(|(_, own)| own == key)
    }

    /// Returns whether keys of an account are derived by these rules.
    pub(crate) fn are_of(&self, account: &Account) -> bool {
        let own = &self.account;
        own.network == account.network
            && own.case_mapping == account.case_mapping
            && own.region == account.region
            && own.user.has_keys_of(&account.user)
    }
}
